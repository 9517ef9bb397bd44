namespace Innkeeper.Wire;

/// <summary>
/// A frame that wakes a machine whose network card listens while the machine is off (Wake-on-LAN): six octets FF, and 16 times the card's MAC. The cards look
/// for this pattern in any frame, whatever is before it. The two usual forms are written: with an EtherType of its own, and as a UDP datagram.
/// </summary>
public static class WakeFrame
{
    /// <summary>Octets of the longest frame.</summary>
    public const int MaxSize = EthernetHeader.TaggedSize + Ipv4Header.Size + UdpHeader.Size + PatternSize;

    /// <summary>Discard (RFC 863): no program reads what wakes a machine.</summary>
    public const ushort Port = 9;

    private const int Repetitions = 16;
    private const int PatternSize = MacAddress.Size * (1 + Repetitions);

    /// <summary>Writes a broadcast frame of <see cref="EtherTypes.WakeOnLan"/>.</summary>
    /// <param name="frame">At least <see cref="MaxSize"/> octets.</param>
    /// <param name="source">The gateway's MAC.</param>
    /// <param name="vlan">1 to 4094, or 0 for no tag.</param>
    /// <param name="target">The card's MAC.</param>
    /// <returns>Octets of the frame.</returns>
    public static int WriteEthernet(Span<byte> frame, MacAddress source, ushort vlan, MacAddress target)
    {
        var length = EthernetHeader.Write(frame, MacAddress.Broadcast, source, EtherTypes.WakeOnLan, vlan);
        WritePattern(frame[length..], target);
        return length + PatternSize;
    }

    /// <summary>Writes a UDP datagram to <see cref="Port"/> of 255.255.255.255, in a broadcast frame.</summary>
    /// <param name="frame">At least <see cref="MaxSize"/> octets.</param>
    /// <param name="source">The gateway's MAC.</param>
    /// <param name="address">The gateway's address there.</param>
    /// <param name="vlan">1 to 4094, or 0 for no tag.</param>
    /// <param name="target">The card's MAC.</param>
    /// <returns>Octets of the frame.</returns>
    public static int WriteUdp(Span<byte> frame, MacAddress source, Ipv4Address address, ushort vlan, MacAddress target)
    {
        Span<byte> pattern = stackalloc byte[PatternSize];
        WritePattern(pattern, target);
        var length = EthernetHeader.Write(frame, MacAddress.Broadcast, source, EtherTypes.Ipv4, vlan);
        length += new Ipv4Header(address, Ipv4Address.Broadcast, IpProtocol.Udp).Write(frame[length..], UdpHeader.Size + PatternSize);
        return length + new UdpHeader(Port, Port).Write(frame[length..], address, Ipv4Address.Broadcast, pattern);
    }

    private static void WritePattern(Span<byte> pattern, MacAddress target)
    {
        MacAddress.Broadcast.Write(pattern);
        for (var i = 1; i <= Repetitions; i++)
        {
            target.Write(pattern[(i * MacAddress.Size)..]);
        }
    }
}
