using Innkeeper.Wire;
using Innkeeper.Wire.Discovery;

namespace Innkeeper.Inspection;

/// <summary>
/// The frames that a search sends, one after the other: first the questions to all stations, then an ARP probe for each address, and between those a question for the
/// name of each address that was found. No I/O, clock or log; one thread.
/// </summary>
/// <param name="own">The gateway's MAC on the access side.</param>
/// <param name="sender">The address that UDP questions come from.</param>
/// <param name="found">The stations that were heard.</param>
internal sealed class FindQuestions(FindLimits limits, MacAddress own, Ipv4Address sender, FoundStations found)
{
    /// <summary>Names that are asked for: one station may invent any number of addresses.</summary>
    public const int MostNames = 256;

    private readonly IReadOnlyList<ushort> _vlans = limits.Vlans;
    private readonly Ipv4Address[] _addresses = limits.ListensOnly ? [] : [.. limits.Network is { } network ? FactoryAddresses.Of(network) : FactoryAddresses.All()];

    /// <summary>Addresses that a station was about to take: they come last.</summary>
    private readonly Queue<(ushort Vlan, Ipv4Address Address)> _later = new();

    private readonly Queue<(ushort Vlan, Ipv4Address Address)> _names = new();
    private readonly HashSet<(ushort Vlan, Ipv4Address Address)> _named = [];
    private int _greeted;
    private int _next;
    private bool _isNameNext;

    /// <summary>Addresses that were asked for, each once in each VLAN.</summary>
    public int Asked { get; private set; }

    /// <summary>Addresses that are to be asked for in all, likewise.</summary>
    public int ToAsk => _addresses.Length * _vlans.Count;

    /// <summary>A station was heard, or says something new.</summary>
    public void OnFound(FoundStation station)
    {
        if (!limits.ListensOnly && station.Name is null)
        {
            foreach (var address in station.Addresses)
            {
                if (_named.Count < MostNames && _named.Add((station.Vlan, address)))
                {
                    _names.Enqueue((station.Vlan, address));
                }
            }
        }
    }

    /// <summary>Writes the next frame.</summary>
    /// <param name="frame">At least <see cref="DiscoveryFrame.MaxSize"/> octets.</param>
    /// <returns>False: nothing is left to ask now.</returns>
    public bool TryNext(Span<byte> frame, out int length)
    {
        if (TryGreet(frame, out length))
        {
            return true;
        }

        // In turn: names do not keep addresses waiting, nor the other way round.
        _isNameNext = !_isNameNext;
        return _isNameNext ? TryName(frame, out length) || TryProbe(frame, out length) : TryProbe(frame, out length) || TryName(frame, out length);
    }

    private bool TryName(Span<byte> frame, out int length)
    {
        var isLeft = _names.TryDequeue(out var asked);
        length = isLeft ? DiscoveryFrame.WriteNameQuery(frame, own, asked.Vlan, sender, asked.Address) : 0;
        return isLeft;
    }

    private bool TryProbe(Span<byte> frame, out int length)
    {
        while (_next < ToAsk)
        {
            // From VLAN to VLAN: each has its share of the frames.
            var (vlan, address) = (_vlans[_next % _vlans.Count], _addresses[_next / _vlans.Count]);
            _next++;
            if (!found.IsBeingTaken(vlan, address))
            {
                length = Probe(frame, vlan, address);
                return true;
            }

            _later.Enqueue((vlan, address));
        }

        var isLeft = _later.TryDequeue(out var last);
        length = isLeft ? Probe(frame, last.Vlan, last.Address) : 0;
        return isLeft;
    }

    /// <summary>PROFINET, EtherNet/IP and mDNS, once in each VLAN.</summary>
    private bool TryGreet(Span<byte> frame, out int length)
    {
        length = 0;
        if (limits.ListensOnly || _greeted >= 3 * _vlans.Count)
        {
            return false;
        }

        var (kind, at) = Math.DivRem(_greeted++, _vlans.Count);
        length = kind switch
        {
            0 => DiscoveryFrame.WriteIdentify(frame, own, _vlans[at], (uint)_greeted),
            1 => DiscoveryFrame.WriteListIdentity(frame, own, _vlans[at], sender),
            _ => DiscoveryFrame.WriteServicesQuery(frame, own, _vlans[at], sender),
        };
        return true;
    }

    /// <summary>The sender is 0.0.0.0 (RFC 5227 section 2.1.1): no host takes an address of ours into its table, and one without a gateway answers too.</summary>
    private int Probe(Span<byte> frame, ushort vlan, Ipv4Address address)
    {
        Asked++;
        return ArpFrame.Write(frame, MacAddress.Broadcast, own, vlan, ArpMessage.Probe(own, address));
    }
}
