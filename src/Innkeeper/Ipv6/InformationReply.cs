using Innkeeper.Wire;

namespace Innkeeper.Ipv6;

/// <summary>
/// Answers a device that asks by DHCPv6 for settings and no address (RFC 8415 section 18.3.6): what router advertisements tell, for those that do not read it there. No
/// I/O, clock or log. Nothing is kept of a client.
/// </summary>
internal static class InformationReply
{
    /// <summary>Octets of the longest reply: what every link carries.</summary>
    public const int MaxSize = 1280;

    /// <summary>A DUID has a type of 2 octets, and 1 to 128 behind it (RFC 8415 section 11.1).</summary>
    private const int LeastIdentifier = 3;
    private const int LongestIdentifier = 130;

    /// <summary>Writes the packet that answers one.</summary>
    /// <param name="request">The device's packet, from its IPv6 header on. Its UDP checksum is not looked at, as a local sender leaves it to the network card.</param>
    /// <param name="network">The network as devices should know it.</param>
    /// <param name="mac">The gateway's, of which its address and identifier are made.</param>
    /// <param name="reply">At least <see cref="MaxSize"/> octets.</param>
    /// <returns>Its length; 0 for packets that get no answer: others than questions for settings alone, those for another server, and all while there is no IPv6.</returns>
    public static int Write(ReadOnlySpan<byte> request, AdvertisedNetwork network, MacAddress mac, Span<byte> reply)
    {
        var server = Dhcpv6Writer.IdentifierOf(mac);
        if (network.Prefix is null || !TryParse(request, out var header, out var question) || !IsForUs(question, server))
        {
            return 0;
        }

        const int start = Ipv6Header.Size + UdpHeader.Size;
        var writer = new Dhcpv6Writer(reply[start..MaxSize], Dhcpv6MessageType.Reply, question.Transaction);
        writer.TryAdd(Dhcpv6Option.ServerIdentifier, server);
        if (question.TryGet(Dhcpv6Option.ClientIdentifier, out var client))
        {
            writer.TryAdd(Dhcpv6Option.ClientIdentifier, client);
        }

        if (question.Requests(Dhcpv6Option.DnsServers) && network.DnsServers.Count > 0)
        {
            writer.TryAdd(Dhcpv6Option.DnsServers, network.DnsServers);
        }

        if (question.Requests(Dhcpv6Option.CaptivePortal) && network.CaptivePortal is { } uri)
        {
            writer.TryAdd(Dhcpv6Option.CaptivePortal, uri);
        }

        if (question.Requests(Dhcpv6Option.InformationRefreshTime))
        {
            // As long as what an advertisement tells; the client's own would be a day (RFC 8415 section 7.6).
            writer.TryAdd(Dhcpv6Option.InformationRefreshTime, AccessAdvertisement.RouterSeconds);
        }

        var source = Ipv6Address.LinkLocalOf(mac);
        var length = new UdpHeader(Dhcpv6Message.ServerPort, Dhcpv6Message.ClientPort)
            .Write(reply[Ipv6Header.Size..], source, header.Source, reply.Slice(start, writer.Length));
        return length + new Ipv6Header(source, header.Source, IpProtocol.Udp, (ushort)length).Write(reply);
    }

    // Servers take such messages by the group alone (RFC 8415 section 16), from link-local addresses (section 17.1).
    private static bool TryParse(ReadOnlySpan<byte> packet, out Ipv6Header header, out Dhcpv6Message message)
    {
        message = default;
        return Ipv6Header.TryParse(packet, out header) && header.NextHeader == IpProtocol.Udp && header.Destination == Dhcpv6Message.AllServers && header.Source.IsLinkLocal
            && UdpPacket.TryParse(packet.Slice(Ipv6Header.Size, header.PayloadLength), out var datagram) && datagram.DestinationPort == Dhcpv6Message.ServerPort
            && Dhcpv6Message.TryParse(datagram.Payload, out message);
    }

    // RFC 8415 section 16.12: one with the identifier of another server, or with leases, is discarded.
    private static bool IsForUs(in Dhcpv6Message question, ReadOnlySpan<byte> server) =>
        question.Type == Dhcpv6MessageType.InformationRequest
        && (!question.TryGet(Dhcpv6Option.ServerIdentifier, out var asked) || asked.SequenceEqual(server))
        && (!question.TryGet(Dhcpv6Option.ClientIdentifier, out var client) || client.Length is >= LeastIdentifier and <= LongestIdentifier)
        && !question.Has(Dhcpv6Option.AddressLease) && !question.Has(Dhcpv6Option.TemporaryLease) && !question.Has(Dhcpv6Option.PrefixLease);
}
