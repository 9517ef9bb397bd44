using Innkeeper.TestFrames;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

/// <summary>Gives octets to every parser and reads every member of whatever comes out.</summary>
internal static class AnyOctets
{
    /// <returns>How many parsers took the octets.</returns>
    public static int Walk(ReadOnlySpan<byte> octets)
    {
        var taken = Parse(octets);
        if (EthernetPacket.TryParse(octets, out var ethernet))
        {
            _ = (ethernet.Source, ethernet.Destination, ethernet.HasVlan, ethernet.VlanId, ethernet.EtherType);
            taken += 1 + Parse(ethernet.Payload);
        }

        return taken;
    }

    /// <summary>As <see cref="Walk"/>, and prints the frame.</summary>
    public static int WalkAndDescribe(ReadOnlySpan<byte> octets) => Walk(octets) + (Frames.Describe(octets).Length > 0 ? 1 : 0);

    private static int Parse(ReadOnlySpan<byte> octets)
    {
        var taken = Transport(octets);
        if (ArpMessage.TryParse(octets, out var arp))
        {
            taken += arp.IsProbe || arp.IsAnnouncement ? 2 : 1;
        }

        if (Ipv4Packet.TryParse(octets, out var packet))
        {
            taken++;
            _ = (packet.TypeOfService, packet.Identification, packet.DontFragment, packet.MoreFragments, packet.FragmentOffset);
            _ = (packet.IsFragment, packet.Ttl, packet.Protocol, packet.HeaderChecksum, packet.HasValidHeaderChecksum);
            _ = (packet.Source, packet.Destination);
            if (packet.HeaderLength + packet.Payload.Length != packet.TotalLength || packet.Options.Length + Ipv4Header.Size != packet.HeaderLength)
            {
                throw new InvalidOperationException("The parts of an IPv4 packet do not make its length.");
            }

            taken += Transport(packet.Payload);
        }

        if (Ipv6Header.TryParse(octets, out var header))
        {
            taken += 1 + Transport(octets.Slice(Ipv6Header.Size, header.PayloadLength));
            taken += NeighborDiscoveryMessage.TryParse(octets, out _) ? 1 : 0;
            taken += RouterAdvertisement.Parse(octets) is null ? 0 : 1;
        }

        TransportChecksum.TryComplete(octets.ToArray());
        return taken;
    }

    private static int Transport(ReadOnlySpan<byte> octets)
    {
        var taken = 0;
        if (UdpPacket.TryParse(octets, out var udp))
        {
            taken++;
            _ = (udp.SourcePort, udp.DestinationPort, udp.Length, udp.Checksum, udp.Payload.Length);
            if (Dhcpv6Message.TryParse(udp.Payload, out var dhcp))
            {
                _ = (dhcp.Type, dhcp.Transaction, dhcp.Has(Dhcpv6Option.ClientIdentifier), dhcp.Requests(Dhcpv6Option.DnsServers));
            }
        }

        if (TcpPacket.TryParse(octets, out var tcp))
        {
            taken++;
            _ = (tcp.SourcePort, tcp.DestinationPort, tcp.SequenceNumber, tcp.AcknowledgmentNumber, tcp.Flags);
            _ = (tcp.Window, tcp.Checksum, tcp.Options.Length, tcp.Payload.Length);
        }

        if (IcmpPacket.TryParse(octets, out var icmp))
        {
            taken++;
            _ = (icmp.Type, icmp.Code, icmp.Checksum, icmp.HasValidChecksum, icmp.Rest, icmp.IsError, icmp.Payload.Length);
        }

        return taken;
    }
}
