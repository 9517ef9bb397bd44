using Innkeeper.Wire;

namespace Innkeeper.FirstRun;

/// <summary>A station that sent something.</summary>
/// <param name="Vlan">0: untagged.</param>
/// <param name="Address">That it used last; null: none was seen.</param>
internal sealed record Heard(MacAddress Mac, ushort Vlan, Ipv4Address? Address);

/// <summary>The stations that were heard on one interface. One may invent any number of others: the table is bounded. Any thread.</summary>
/// <param name="own">The interface's MAC.</param>
internal sealed class HeardStations(MacAddress own)
{
    public const int Most = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<(MacAddress, ushort), (Heard Station, long Turn)> _stations = [];
    private long _turn;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _stations.Count;
            }
        }
    }

    /// <param name="frame">As it came; anything.</param>
    public void Hear(ReadOnlySpan<byte> frame)
    {
        if (!EthernetPacket.TryParse(frame, out var ethernet) || ethernet.Source == own || ethernet.Source.IsMulticast || ethernet.Source == MacAddress.Zero)
        {
            return;
        }

        var address = AddressIn(ethernet);
        lock (_lock)
        {
            var key = (ethernet.Source, ethernet.VlanId);
            var isKnown = _stations.TryGetValue(key, out var known);
            if (isKnown || _stations.Count < Most)
            {
                _stations[key] = (new Heard(ethernet.Source, ethernet.VlanId, address ?? (isKnown ? known.Station.Address : null)), ++_turn);
            }
        }
    }

    /// <summary>The latest, the latest first.</summary>
    public IReadOnlyList<Heard> Latest(int most)
    {
        lock (_lock)
        {
            return [.. _stations.Values.OrderByDescending(s => s.Turn).Take(most).Select(s => s.Station)];
        }
    }

    /// <summary>ARP alone: the source of a packet may be a host behind a router.</summary>
    private static Ipv4Address? AddressIn(EthernetPacket ethernet) =>
        ethernet.EtherType == EtherTypes.Arp && ArpMessage.TryParse(ethernet.Payload, out var arp) && arp.SenderMac == ethernet.Source && arp.SenderIp != Ipv4Address.Any ? arp.SenderIp : null;
}
