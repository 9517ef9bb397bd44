using System.Buffers.Binary;
using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Inspection;

/// <summary>
/// Says which packets of an uplink are one device's: by its outside address, or by its mappings where it shares one. No I/O, clock or log; one thread.
/// Packets may be cut behind their headers.
/// </summary>
/// <param name="mac">The device.</param>
/// <param name="mappingOwner">The number of the binding that a port of a shared address belongs to; null: there is no such mapping.</param>
internal sealed class DeviceTraffic(MacAddress mac, Func<MappingKey, uint?> mappingOwner)
{
    /// <summary>First fragments whose others are still expected.</summary>
    private const int MostFragments = 256;

    private readonly Queue<(Ipv4Address, Ipv4Address, ushort, byte)> _fragmentOrder = new();
    private readonly HashSet<(Ipv4Address, Ipv4Address, ushort, byte)> _fragments = [];
    private ImmutableDictionary<uint, Binding>? _known;
    private ImmutableHashSet<uint> _numbers = [];
    private ImmutableHashSet<Ipv4Address> _own = [];
    private ImmutableHashSet<Ipv4Address> _shared = [];

    /// <summary>The device's outside addresses now, its own and shared ones.</summary>
    public ImmutableArray<Ipv4Address> Outside { get; private set; } = [];

    /// <summary>Takes the device's bindings out of all.</summary>
    /// <returns>Whether its outside addresses are others now.</returns>
    public bool Follow(ImmutableDictionary<uint, Binding> bindings)
    {
        if (ReferenceEquals(bindings, _known))
        {
            return false;
        }

        _known = bindings;
        var mine = bindings.Values.Where(b => b.Claim.Station.Mac == mac).ToList();
        _numbers = [.. mine.Select(b => b.Number)];
        _own = [.. mine.Where(b => b.HasOwn).Select(b => b.Legal)];
        _shared = [.. mine.Select(b => b.Shared).Where(a => a != Ipv4Address.Any)];
        ImmutableArray<Ipv4Address> outside = [.. _own.Union(_shared).Order()];
        if (outside.SequenceEqual(Outside))
        {
            return false;
        }

        Outside = outside;
        return true;
    }

    /// <summary>Whether a frame of the devices' side is the device's.</summary>
    public bool IsStations(ReadOnlySpan<byte> frame) =>
        EthernetPacket.TryParse(frame, out var ethernet) && (ethernet.Source == mac || ethernet.Destination == mac || IsDhcp(ethernet));

    /// <summary>Whether a frame of an uplink is the device's.</summary>
    public bool IsOutside(ReadOnlySpan<byte> frame)
    {
        if (!EthernetPacket.TryParse(frame, out var ethernet))
        {
            return false;
        }

        return ethernet.EtherType switch
        {
            EtherTypes.Arp => ArpMessage.TryParse(ethernet.Payload, out var arp) && (_own.Contains(arp.SenderIp) || _own.Contains(arp.TargetIp)),
            EtherTypes.Ipv4 => CutPacket.TryParse(ethernet.Payload, out var packet) && IsMine(packet),
            _ => false,
        };
    }

    private bool IsDhcp(in EthernetPacket ethernet) =>
        ethernet.EtherType == EtherTypes.Ipv4 && CutPacket.TryParse(ethernet.Payload, out var packet) && packet is { Protocol: IpProtocol.Udp, IsLaterFragment: false }
        && packet.Payload.Length >= 42 && BinaryPrimitives.ReadUInt16BigEndian(packet.Payload[2..]) is DhcpHeader.ClientPort or DhcpHeader.ServerPort && MacAddress.Read(packet.Payload[36..]) == mac;

    private bool IsMine(in CutPacket packet)
    {
        if (_own.Contains(packet.Source) || _own.Contains(packet.Destination))
        {
            return true;
        }

        if (!_shared.Contains(packet.Source) && !_shared.Contains(packet.Destination))
        {
            return false;
        }

        var fragment = (packet.Source, packet.Destination, packet.Identification, packet.Protocol);
        if (packet.IsLaterFragment)
        {
            return _fragments.Contains(fragment);
        }

        var isMine = HasMapping(packet, packet.Source, packet.Destination, isSource: true) || HasMapping(packet, packet.Destination, packet.Source, isSource: false);
        if (isMine && packet.HasMoreFragments)
        {
            Remember(fragment);
        }

        return isMine;
    }

    /// <param name="side">The end of the packet that may be the device's.</param>
    /// <param name="isSource">It sends the packet.</param>
    private bool HasMapping(in CutPacket packet, Ipv4Address side, Ipv4Address remote, bool isSource)
    {
        if (!_shared.Contains(side))
        {
            return false;
        }

        // An ICMP error is about the packet that it quotes, which went the other way.
        if (packet.Quoted is { } quotedOctets && CutPacket.TryParse(packet.Payload[quotedOctets..], out var quoted))
        {
            return (isSource ? quoted.Destination : quoted.Source) == side && Owns(quoted, side, isSource ? quoted.Source : quoted.Destination, !isSource);
        }

        return Owns(packet, side, remote, isSource);
    }

    private bool Owns(in CutPacket packet, Ipv4Address side, Ipv4Address remote, bool isSource)
    {
        var key = new MappingKey { Side = ((BigEndian32)side).Raw, Protocol = packet.Protocol };
        if (packet.PortOf(isSource) is { } port)
        {
            key.Port = port;
        }
        else
        {
            key.Remote = remote;
        }

        return mappingOwner(key) is { } number && _numbers.Contains(number);
    }

    private void Remember((Ipv4Address, Ipv4Address, ushort, byte) fragment)
    {
        if (_fragments.Add(fragment))
        {
            _fragmentOrder.Enqueue(fragment);
            if (_fragmentOrder.Count > MostFragments)
            {
                _fragments.Remove(_fragmentOrder.Dequeue());
            }
        }
    }
}
