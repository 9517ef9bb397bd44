using Innkeeper.DataPlane;
using Innkeeper.Management.Diagnosis;

namespace Innkeeper.Management;

/// <summary>The reasons for which the data plane drops a packet, in words: each with its name in `status` and a sentence.</summary>
internal static class DropTexts
{
    public static string Of(DropReason reason) => $"{DropMeaning.IdOf(reason)} ({SentenceOf(reason)})";

    public static string SentenceOf(DropReason reason) => reason switch
    {
        DropReason.Malformed => "it is shorter than its headers say, or they are impossible",
        DropReason.BadSourceMac => "its source MAC is multicast, zero or the gateway's own",
        DropReason.NotForUs => "it is for another station's MAC",
        DropReason.Broadcast => "it is an IPv4 packet to all stations",
        DropReason.Vlan => "its VLAN is not among those that the gateway serves",
        DropReason.Ipv6 => "it is IPv6, which the gateway does not forward",
        DropReason.Ethertype => "it is neither IPv4 nor ARP",
        DropReason.BogusSource => "no host can have its source address",
        DropReason.BogusDestination => "no host can have its destination address, or it is the sender's own",
        DropReason.GatewayService => "it is for the gateway itself, which serves pings, DNS, DHCP and the portal only",
        DropReason.PuntLimit => "its station sends more packets that need a decision than the gateway takes",
        DropReason.PuntFull => "the gateway's process is too slow to decide, or away",
        DropReason.PuntTooLong => "it is the device's first packet, and too long to wait for a decision",
        DropReason.IcmpQuote => "it is an ICMP error about a packet that the device has not sent",
        DropReason.Isolated => "it is for another device, and a profile keeps devices apart",
        DropReason.InboundRefused => "it comes from outside, unasked, and the profile refuses such packets",
        DropReason.NoRoute => "there is no router to its destination",
        DropReason.NoBinding => "it is of or for an own address that the device does not use any more",
        DropReason.StackOther => "the host sends it into the inside network, and it is not IPv4",
        DropReason.SpoofedInside => "it comes from the uplink and pretends to be of the inside network",
        DropReason.Failed => "the kernel refused to send it",
        DropReason.NoMapping => "no connection of a device has its port of the shared address",
        DropReason.PortLimit => "the device uses as many ports of its shared address as it may",
        DropReason.MappingRate => "the device opens connections faster than it may",
        DropReason.PortsExhausted => "no port of its shared address is left for the device",
        DropReason.MappingsFull => "the table of mappings is full",
        DropReason.RemoteTaken => "another device with the same shared address uses this protocol with this host",
        DropReason.Unmappable => "nothing in it tells which device of a shared address it belongs to",
        DropReason.FragmentLimit => "the device has too many fragmented packets",
        DropReason.NoLegal => "the device has lost its outside address and has no other yet",
        DropReason.Impostor => "its station claims the router's address or the gateway's own",
        DropReason.Denied => "the device's profile denies its destination",
        DropReason.Held => "the device waits for approval",
        DropReason.Blocked => "the device is blocked",
        DropReason.Rate => "it is above the rate that the device's profile permits",
        DropReason.NoGateway => "the gateway of the device's profile is down, and there is no other",
        DropReason.WrongUplink => "its outside address belongs to another uplink",
        DropReason.DhcpServer => "it is a DHCP server's message on the side of the devices",
        DropReason.SlowPath => "the host would not send it out by the device's gateway",
        DropReason.OwnSource => "it comes from the uplink with one of the gateway's own addresses as its source",
        DropReason.SourceRoute => "its sender chose its route",
        DropReason.Redirect => "it is an ICMP redirect",
        DropReason.IcmpMtu => "it demands packets that are smaller than any path needs",
        DropReason.Appearance => "no address of the device's own subnet is left that the host outside could appear as",
        DropReason.NoIpv6 => "it is IPv6 to a host outside, where there is none; the device gets an ICMPv6 error",
        DropReason.HopLimit => "it is IPv6 that came over too many routers; its sender gets an ICMPv6 error",
        DropReason.TooLong => "it is IPv6 that is longer than the next link takes; its sender gets an ICMPv6 error and sends shorter packets",
        _ => "this program does not know the reason",
    };
}
