namespace Innkeeper.Wire.Dhcp;

/// <summary>A DHCP message as a whole frame: Ethernet with its tag, IPv4, UDP, message.</summary>
public static class DhcpFrame
{
    /// <summary>Octets of the longest frame: a datagram of an Ethernet MTU.</summary>
    public const int MaxSize = EthernetHeader.TaggedSize + 1500;

    /// <summary>Octets of the longest message in one.</summary>
    public const int MaxMessageSize = 1500 - Ipv4Header.Size - UdpHeader.Size;

    /// <summary>Where the message begins in the frame: it is written there first.</summary>
    /// <param name="vlan">1 to 4094, or 0 for no tag.</param>
    public static int MessageOffset(ushort vlan) => (vlan == 0 ? EthernetHeader.Size : EthernetHeader.TaggedSize) + Ipv4Header.Size + UdpHeader.Size;

    /// <summary>Writes the headers before a message that begins at <see cref="MessageOffset"/>.</summary>
    /// <param name="frame">The frame's buffer.</param>
    /// <param name="messageLength">Octets of the message.</param>
    /// <param name="to">The receiving station or group, and its address and port.</param>
    /// <param name="from">The sending station, its address and port.</param>
    /// <param name="vlan">1 to 4094, or 0 for no tag.</param>
    /// <returns>Octets of the frame.</returns>
    public static int Write(Span<byte> frame, int messageLength, DhcpEnd to, DhcpEnd from, ushort vlan)
    {
        var length = EthernetHeader.Write(frame, to.Mac, from.Mac, EtherTypes.Ipv4, vlan);
        var datagram = UdpHeader.Size + messageLength;
        length += new Ipv4Header(from.Address, to.Address, IpProtocol.Udp).Write(frame[length..], datagram);
        return length + new UdpHeader(from.Port, to.Port).Write(frame[length..], from.Address, to.Address, frame.Slice(length + UdpHeader.Size, messageLength));
    }
}

/// <summary>One end of a DHCP exchange.</summary>
public readonly record struct DhcpEnd(MacAddress Mac, Ipv4Address Address, ushort Port);
