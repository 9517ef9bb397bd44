using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>Finishes transport checksums that the sending kernel left to the network card.</summary>
/// <remarks>
/// A packet of a local sender (a container, a veth peer) may reach us as CHECKSUM_PARTIAL: its checksum field then holds only
/// the pseudo header's sum, folded and not complemented, for the card to add the segment to. The receiver would drop the packet as it is.
/// </remarks>
public static class TransportChecksum
{
    /// <summary>
    /// Completes an unfinished checksum of TCP, UDP or UDP-Lite in place. A wrong checksum is never repaired: that would hide damage.
    /// </summary>
    /// <param name="ipv4Packet">A whole IPv4 packet from its header on; octets after its total length are not used.</param>
    public static TransportChecksumResult TryComplete(Span<byte> ipv4Packet)
    {
        if (!Ipv4Packet.TryParse(ipv4Packet, out var packet) || packet.IsFragment)
        {
            return TransportChecksumResult.NotApplicable;
        }

        var segment = ipv4Packet[packet.HeaderLength..packet.TotalLength];
        return TryLayout(packet.Protocol, segment, out var layout)
            ? Complete(segment, packet.Protocol, layout, Checksum.PseudoHeader(packet.Source, packet.Destination, packet.Protocol, layout.PseudoLength), maySayNone: true)
            : TransportChecksumResult.NotApplicable;
    }

    /// <summary>The same for IPv6, where UDP may not do without (RFC 8200 section 8.1).</summary>
    /// <param name="ipv6Packet">A whole packet from its header on; one with extension headers is left as it is.</param>
    public static TransportChecksumResult TryCompleteIpv6(Span<byte> ipv6Packet)
    {
        if (!Ipv6Header.TryParse(ipv6Packet, out var header))
        {
            return TransportChecksumResult.NotApplicable;
        }

        var segment = ipv6Packet.Slice(Ipv6Header.Size, header.PayloadLength);
        return TryLayout(header.NextHeader, segment, out var layout)
            ? Complete(segment, header.NextHeader, layout, Icmp6Checksum.PseudoHeader(header.Source, header.Destination, header.NextHeader, layout.PseudoLength), maySayNone: false)
            : TransportChecksumResult.NotApplicable;
    }

    private static TransportChecksumResult Complete(Span<byte> segment, byte protocol, Layout layout, uint pseudo, bool maySayNone)
    {
        var field = segment[layout.FieldOffset..];
        var held = BinaryPrimitives.ReadUInt16BigEndian(field);
        if (held == 0 && protocol == IpProtocol.Udp && maySayNone)
        {
            return TransportChecksumResult.Absent;
        }

        var whole = Checksum.Finish(Checksum.Add(segment[..layout.Coverage], pseudo));

        // RFC 3828 section 3.1: UDP-Lite has no zero for "none", so a zero is never right.
        if (whole == 0 && (held != 0 || protocol == IpProtocol.Tcp))
        {
            return TransportChecksumResult.Right;
        }

        var begun = Checksum.Fold(pseudo);
        if (held != begun)
        {
            return TransportChecksumResult.Wrong;
        }

        // The field already counts the pseudo header, so the sum over the segment alone is the whole one.
        var checksum = Checksum.Finish(Checksum.Add(segment[..layout.Coverage], 0));

        // RFC 768 and RFC 3828 section 3.1: zero goes out as all ones. TCP has no such rule.
        if (checksum == 0 && protocol != IpProtocol.Tcp)
        {
            checksum = ushort.MaxValue;
        }

        BinaryPrimitives.WriteUInt16BigEndian(field, checksum);
        return TransportChecksumResult.Completed;
    }

    private static bool TryLayout(byte protocol, ReadOnlySpan<byte> segment, out Layout layout)
    {
        layout = default;
        switch (protocol)
        {
            case IpProtocol.Tcp when TcpPacket.TryParse(segment, out _):
                layout = new Layout(TcpHeader.ChecksumOffset, segment.Length, segment.Length);
                return true;
            case IpProtocol.Udp when UdpPacket.TryParse(segment, out var datagram):
                layout = new Layout(UdpHeader.ChecksumOffset, datagram.Length, datagram.Length);
                return true;
            case IpProtocol.UdpLite when segment.Length >= UdpHeader.Size:
                // RFC 3828 section 3.1: the coverage is where UDP has its length; 0 means all, 1 to 7 are not allowed.
                // Section 3.2: the pseudo header counts the IP payload, whatever the coverage.
                int coverage = BinaryPrimitives.ReadUInt16BigEndian(segment[UdpHeader.LengthOffset..]);
                coverage = coverage == 0 ? segment.Length : coverage;
                layout = new Layout(UdpHeader.ChecksumOffset, coverage, segment.Length);
                return coverage >= UdpHeader.Size && coverage <= segment.Length;
            default:
                return false;
        }
    }

    /// <summary>The place of a segment's checksum and the octets that it covers.</summary>
    private readonly record struct Layout(int FieldOffset, int Coverage, int PseudoLength);
}
