using System.Text;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using Innkeeper.Wire.Discovery;

namespace Innkeeper.Inspection;

/// <summary>One frame's facts about the station that sent it.</summary>
/// <param name="Address">One of its own addresses; 0.0.0.0: none.</param>
/// <param name="Name">The name that it gives itself, one line; null: none.</param>
/// <param name="Product">Its product in its own words, one line; null: none.</param>
internal readonly record struct Hearing(FoundBy By, Ipv4Address Address = default, string? Name = null, string? Product = null);

/// <summary>Reads what stations say about themselves. No I/O, clock or log; frames may hold anything.</summary>
internal static class StationHearing
{
    /// <summary>Characters of a name or product.</summary>
    public const int MaxText = 64;

    private const byte ChassisByComponent = 1;
    private const byte ChassisByName = 6;
    private const byte ChassisByChoice = 7;

    /// <param name="ethernet">A frame from the station.</param>
    public static Hearing Read(in EthernetPacket ethernet) => ethernet.EtherType switch
    {
        EtherTypes.Arp when ArpMessage.TryParse(ethernet.Payload, out var arp) && arp.SenderMac == ethernet.Source => new Hearing(FoundBy.Arp, arp.SenderIp),
        EtherTypes.Lldp when LldpPacket.TryParse(ethernet.Payload, out var lldp) => ReadLldp(lldp),
        EtherTypes.Profinet when DcpPacket.TryParse(ethernet.Payload, out var dcp) => new Hearing(FoundBy.Profinet, dcp.Address, TextOf(dcp.NameOfStation), TextOf(dcp.StationType)),
        EtherTypes.Ipv4 when Ipv4Packet.TryParse(ethernet.Payload, out var packet) => ReadPacket(ethernet, packet),
        _ => default,
    };

    private static Hearing ReadLldp(in LldpPacket lldp)
    {
        // PROFINET devices send no system name: their name is the chassis identifier that was set in them.
        var name = TextOf(lldp.SystemName) ?? (lldp.ChassisIdKind is ChassisByComponent or ChassisByName or ChassisByChoice ? TextOf(lldp.ChassisId) : null);
        return new Hearing(FoundBy.Lldp, lldp.ManagementAddress, name, TextOf(lldp.SystemDescription));
    }

    private static Hearing ReadPacket(in EthernetPacket ethernet, in Ipv4Packet packet)
    {
        var isToAll = ethernet.Destination.IsMulticast;
        var plain = isToAll ? new Hearing(FoundBy.Ipv4, packet.Source) : default;
        if (packet.Protocol != IpProtocol.Udp || packet.IsFragment || !UdpPacket.TryParse(packet.Payload, out var udp))
        {
            return plain;
        }

        return (udp.SourcePort, udp.DestinationPort) switch
        {
            (DhcpHeader.ClientPort, DhcpHeader.ServerPort) when DhcpPacket.TryParse(udp.Payload, out var dhcp) && !dhcp.IsReply && dhcp.ClientMac == ethernet.Source =>
                new Hearing(FoundBy.Dhcp, dhcp.ClientAddress, OptionOf(dhcp, DhcpOption.HostName), OptionOf(dhcp, DhcpOption.VendorClass)),
            (MdnsName.UdpPort, MdnsName.UdpPort) when isToAll => new Hearing(FoundBy.Mdns, packet.Source, TextOf(MdnsName.Find(udp.Payload, packet.Source))),

            // An address in the message is the station's own even where a router changed the packet's.
            (ListIdentityPacket.UdpPort, _) when ListIdentityPacket.TryParse(udp.Payload, out var identity) =>
                new Hearing(FoundBy.EtherNetIp, identity.Address == Ipv4Address.Any ? packet.Source : identity.Address, Product: TextOf(identity.ProductName)),
            _ => plain,
        };
    }

    private static string? OptionOf(in DhcpPacket packet, DhcpOption option) => packet.TryGet(option, out var value) ? TextOf(value) : null;

    private static string? TextOf(ReadOnlySpan<byte> octets) => octets.IsEmpty ? null : TextOf(Encoding.UTF8.GetString(octets));

    private static string? TextOf(string? text) => text is not null && SafeText.Cut(SafeText.Collapse(text), MaxText) is { Length: > 0 } shown ? shown : null;
}
