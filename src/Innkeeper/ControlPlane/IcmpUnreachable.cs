using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Tells a device that its packet was not forwarded, so that its programs need not wait for a timeout (RFC 6888 REQ-11):
/// ICMP Destination Unreachable. No I/O, clock or log.
/// </summary>
internal static class IcmpUnreachable
{
    /// <summary>No outside address is available (RFC 792).</summary>
    public const byte HostUnreachable = 1;

    /// <summary>Administratively prohibited (RFC 1812 section 5.2.7.1).</summary>
    public const byte AdministrativelyProhibited = 13;

    /// <summary>RFC 1812 section 4.3.2.3: as much as fits into 576 octets.</summary>
    private const int MaxSize = 576;

    public const int MaxFrameSize = EthernetHeader.TaggedSize + MaxSize;

    /// <summary>Writes the frame that answers one of a device's.</summary>
    /// <param name="refused">The device's frame, without tag.</param>
    /// <param name="vlan">The device's VLAN; 0 = untagged.</param>
    /// <param name="from">The gateway's MAC on the access side.</param>
    /// <param name="source">The sender: the gateway that the device uses.</param>
    /// <param name="code">One of the codes here.</param>
    /// <param name="answer">At least <see cref="MaxFrameSize"/> octets.</param>
    /// <returns>The frame's length; 0 for packets that must not be answered (RFC 1122 section 3.2.2): errors, later fragments, groups.</returns>
    public static int Write(ReadOnlySpan<byte> refused, ushort vlan, MacAddress from, Ipv4Address source, byte code, Span<byte> answer)
    {
        if (!EthernetPacket.TryParse(refused, out var frame) || frame.Destination.IsMulticast || !Ipv4Packet.TryParse(frame.Payload, out var packet)
            || packet.FragmentOffset != 0 || packet.Destination.Value >> 28 >= 14
            || (packet.Protocol == IpProtocol.Icmp && (packet.Payload.IsEmpty || IcmpTypes.IsError(packet.Payload[0]))))
        {
            return 0;
        }

        var length = EthernetHeader.Write(answer, frame.Source, from, EtherTypes.Ipv4, vlan);
        var quote = frame.Payload[..Math.Min(frame.Payload.Length, MaxSize - Ipv4Header.Size - IcmpHeader.Size)];
        length += new Ipv4Header(source, packet.Source, IpProtocol.Icmp).Write(answer[length..], IcmpHeader.Size + quote.Length);
        return length + new IcmpHeader(IcmpTypes.DestinationUnreachable, code, 0).Write(answer[length..], quote);
    }

    /// <summary>Writes the frame that refuses a connection in its server's name (RFC 9293 section 3.10.7.1: a segment to a closed port).</summary>
    /// <param name="refused">The device's frame with a SYN, without tag.</param>
    /// <param name="vlan">The device's VLAN; 0 = untagged.</param>
    /// <param name="from">The gateway's MAC on the access side.</param>
    /// <param name="answer">At least <see cref="MaxFrameSize"/> octets.</param>
    /// <returns>The frame's length; 0 if the frame has no SYN.</returns>
    public static int WriteReset(ReadOnlySpan<byte> refused, ushort vlan, MacAddress from, Span<byte> answer)
    {
        if (!EthernetPacket.TryParse(refused, out var frame) || !Ipv4Packet.TryParse(frame.Payload, out var packet) || packet.Protocol != IpProtocol.Tcp
            || packet.FragmentOffset != 0 || !TcpPacket.TryParse(packet.Payload, out var tcp) || (tcp.Flags & (TcpControl.Syn | TcpControl.Ack)) != TcpControl.Syn)
        {
            return 0;
        }

        var length = EthernetHeader.Write(answer, frame.Source, from, EtherTypes.Ipv4, vlan);
        length += new Ipv4Header(packet.Destination, packet.Source, IpProtocol.Tcp).Write(answer[length..], TcpHeader.Size);
        var reset = new TcpHeader(tcp.DestinationPort, tcp.SourcePort, TcpControl.Rst | TcpControl.Ack) { AcknowledgmentNumber = tcp.SequenceNumber + 1, Window = 0 };
        return length + reset.Write(answer[length..], packet.Destination, packet.Source, []);
    }
}
