using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Inspection;

/// <summary>
/// The stations that a search has found. One station may invent any number of others: the table is bounded, and a station that describes itself takes the
/// place of one of which nothing but a MAC is known. No I/O, clock or log; one thread.
/// </summary>
/// <param name="own">The gateway's MAC on the access side.</param>
internal sealed class FoundStations(MacAddress own)
{
    /// <summary>Stations that are kept.</summary>
    public const int Most = 4096;

    /// <summary>Addresses that are kept of one station.</summary>
    public const int MostAddresses = 8;

    private readonly Dictionary<(ushort Vlan, MacAddress Mac), FoundStation> _stations = [];

    /// <summary>Those of which nothing but the MAC is known; some may have described themselves since.</summary>
    private readonly Queue<(ushort Vlan, MacAddress Mac)> _bare = new();

    /// <summary>Addresses that stations looked for, to take them.</summary>
    private readonly HashSet<(ushort Vlan, Ipv4Address Address)> _probed = [];

    private readonly HashSet<(ushort Vlan, MacAddress Mac)> _changed = [];

    /// <summary>The stations, by VLAN and MAC.</summary>
    public IReadOnlyList<FoundStation> All => [.. _stations.Values.OrderBy(s => s.Vlan).ThenBy(s => s.Mac)];

    /// <summary>Frames of stations for which there was no room.</summary>
    public long NotKept { get; private set; }

    /// <summary>Whether a station is about to take an address. It would take a probe of another for a conflict, and give the address up (RFC 5227 section 2.1.1).</summary>
    public bool IsBeingTaken(ushort vlan, Ipv4Address address) => _probed.Contains((vlan, address));

    /// <summary>Takes a frame as it came; anything.</summary>
    /// <returns>The station that it tells something new about; null: none.</returns>
    public FoundStation? Hear(ReadOnlySpan<byte> frame)
    {
        if (!EthernetPacket.TryParse(frame, out var ethernet) || ethernet.Source == own || ethernet.Source.IsMulticast || ethernet.Source == MacAddress.Zero)
        {
            return null;
        }

        var key = (ethernet.VlanId, ethernet.Source);
        var hearing = StationHearing.Read(ethernet);
        NoteProbe(ethernet);
        var isKnown = _stations.TryGetValue(key, out var before);
        var after = Merge(before ?? new FoundStation(ethernet.VlanId, ethernet.Source, [], null, null, FoundBy.None), hearing);
        if (isKnown && after == before)
        {
            return null;
        }

        if (!isKnown && _stations.Count >= Most && !(after.IsDescribed && TryMakeRoom()))
        {
            NotKept++;
            return null;
        }

        _stations[key] = after;
        _changed.Add(key);
        if (!isKnown && !after.IsDescribed)
        {
            _bare.Enqueue(key);
        }

        return after;
    }

    /// <summary>The stations that changed since the last call.</summary>
    public IReadOnlyList<FoundStation> TakeChanged()
    {
        FoundStation[] changed = [.. _changed.Select(k => _stations.GetValueOrDefault(k)).OfType<FoundStation>()];
        _changed.Clear();
        return changed;
    }

    /// <summary>No address that a station has: of the special ones only those that it chose for its link are (RFC 3927).</summary>
    private static bool CanBeOwn(Ipv4Address address) => !address.IsBogus || address.Value >> 16 == 0xa9fe;

    private static FoundStation Merge(FoundStation station, in Hearing hearing)
    {
        var merged = station with { By = station.By | hearing.By };
        if (CanBeOwn(hearing.Address) && !station.Addresses.Contains(hearing.Address) && station.Addresses.Length < MostAddresses)
        {
            merged = merged with { Addresses = station.Addresses.Add(hearing.Address) };
        }

        // The name that an engineer set in the station counts more than one that its software made.
        merged = hearing.Name is not null && hearing.By >= station.NameBy ? merged with { Name = hearing.Name, NameBy = hearing.By } : merged;
        return hearing.Product is not null && hearing.By >= station.ProductBy ? merged with { Product = hearing.Product, ProductBy = hearing.By } : merged;
    }

    private void NoteProbe(in EthernetPacket ethernet)
    {
        if (_probed.Count < Most && ethernet.EtherType == EtherTypes.Arp && ArpMessage.TryParse(ethernet.Payload, out var arp) && arp.IsProbe)
        {
            _probed.Add((ethernet.VlanId, arp.TargetIp));
        }
    }

    private bool TryMakeRoom()
    {
        while (_bare.TryDequeue(out var oldest))
        {
            if (_stations.TryGetValue(oldest, out var station) && !station.IsDescribed)
            {
                _changed.Remove(oldest);
                return _stations.Remove(oldest);
            }
        }

        return false;
    }
}
