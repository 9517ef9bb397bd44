using System.Globalization;
using System.Text;
using Innkeeper.Wire;

namespace Innkeeper.TestFrames;

/// <summary>Prints frames for test output. It takes any octets: walking every parser, it is also the entry for fuzzing.</summary>
internal static class Frames
{
    public static string Describe(ReadOnlySpan<byte> frame)
    {
        var text = new StringBuilder();
        if (!EthernetPacket.TryParse(frame, out var ethernet))
        {
            return text.Append("short frame ").Append(Convert.ToHexStringLower(frame)).ToString();
        }

        Append(text, $"{ethernet.Source} > {ethernet.Destination}");
        if (ethernet.HasVlan)
        {
            Append(text, $" vlan {ethernet.VlanId}");
        }

        if (ethernet.EtherType == EtherTypes.Arp && ArpMessage.TryParse(ethernet.Payload, out var arp))
        {
            DescribeArp(text, arp);
        }
        else if (ethernet.EtherType == EtherTypes.Ipv4 && Ipv4Packet.TryParse(ethernet.Payload, out var packet))
        {
            DescribeIpv4(text, packet);
        }
        else
        {
            Append(text, $" type 0x{ethernet.EtherType:x4} {Convert.ToHexStringLower(ethernet.Payload)}");
        }

        return text.ToString();
    }

    private static void DescribeArp(StringBuilder text, ArpMessage arp)
    {
        var kind = arp.IsProbe ? " probe" : arp.IsAnnouncement ? " announcement" : "";
        Append(text, $" ARP {arp.Operation}{kind} {arp.SenderIp} ({arp.SenderMac}) > {arp.TargetIp} ({arp.TargetMac})");
    }

    private static void DescribeIpv4(StringBuilder text, Ipv4Packet packet)
    {
        Append(text, $" IPv4 {packet.Source} > {packet.Destination} ttl {packet.Ttl} id {packet.Identification} length {packet.TotalLength}");
        Append(text, $"{(packet.TypeOfService == 0 ? "" : $" tos 0x{packet.TypeOfService:x2}")}{(packet.DontFragment ? " DF" : "")}");
        if (packet.Options.Length > 0)
        {
            Append(text, $" options {Convert.ToHexStringLower(packet.Options)}");
        }

        if (!packet.HasValidHeaderChecksum)
        {
            Append(text, $" BAD HEADER CHECKSUM 0x{packet.HeaderChecksum:x4}");
        }

        if (packet.IsFragment)
        {
            Append(text, $" fragment {packet.FragmentOffset}{(packet.MoreFragments ? "+" : "")}");
        }

        DescribeTransport(text, packet);
        var check = TransportChecksum.TryComplete(WholePacket(packet));
        if (check is not (TransportChecksumResult.Right or TransportChecksumResult.NotApplicable))
        {
            Append(text, $" checksum {(check == TransportChecksumResult.Completed ? "partial" : check)}");
        }
    }

    private static void DescribeTransport(StringBuilder text, Ipv4Packet packet)
    {
        if (packet.FragmentOffset == 0 && packet.Protocol == IpProtocol.Udp && UdpPacket.TryParse(packet.Payload, out var udp))
        {
            Append(text, $" UDP {udp.SourcePort} > {udp.DestinationPort} checksum 0x{udp.Checksum:x4} {Convert.ToHexStringLower(udp.Payload)}");
        }
        else if (packet.FragmentOffset == 0 && packet.Protocol == IpProtocol.Tcp && TcpPacket.TryParse(packet.Payload, out var tcp))
        {
            Append(text, $" TCP {tcp.SourcePort} > {tcp.DestinationPort} [{tcp.Flags}] seq {tcp.SequenceNumber} ack {tcp.AcknowledgmentNumber}");
            Append(text, $" win {tcp.Window} checksum 0x{tcp.Checksum:x4} options {Convert.ToHexStringLower(tcp.Options)} {Convert.ToHexStringLower(tcp.Payload)}");
        }
        else if (packet.FragmentOffset == 0 && packet.Protocol == IpProtocol.Icmp && IcmpPacket.TryParse(packet.Payload, out var icmp))
        {
            Append(text, $" ICMP {(icmp.IsError ? "error " : "")}{icmp.Type}/{icmp.Code} id {icmp.Identifier} seq {icmp.SequenceNumber}");
            Append(text, $"{(icmp.HasValidChecksum || packet.IsFragment ? "" : $" BAD CHECKSUM 0x{icmp.Checksum:x4}")} {Convert.ToHexStringLower(icmp.Payload)}");
        }
        else
        {
            Append(text, $" protocol {packet.Protocol} {Convert.ToHexStringLower(packet.Payload)}");
        }
    }

    // Rebuilds the octets of a view, as TransportChecksum works on the packet and writes into it.
    private static byte[] WholePacket(Ipv4Packet packet)
    {
        var header = new Ipv4Header(packet.Source, packet.Destination, packet.Protocol)
        {
            MoreFragments = packet.MoreFragments,
            FragmentOffset = packet.FragmentOffset,
        };
        var octets = new byte[packet.TotalLength];
        var length = header.Write(octets, packet.Payload.Length, packet.Options);
        packet.Payload.CopyTo(octets.AsSpan(length));
        return octets;
    }

    private static void Append(StringBuilder text, FormattableString part) => text.Append(part.ToString(CultureInfo.InvariantCulture));
}
