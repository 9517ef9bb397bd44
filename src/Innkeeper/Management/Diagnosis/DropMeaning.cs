using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.Management.Diagnosis;

/// <summary>How much a drop says about a device that is not online.</summary>
internal enum DropWeight
{
    /// <summary>Every device has such drops, or they are other hosts' doing: evidence only.</summary>
    Normal,

    /// <summary>It costs the device some packets.</summary>
    Limit,

    /// <summary>It keeps the device offline, if no packet of the device passes.</summary>
    Suspect,

    /// <summary>It keeps the device offline.</summary>
    Blocking,
}

/// <summary>The meaning of drops of one station for one reason.</summary>
/// <param name="Step">The step that they belong to.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Remedy">One sentence.</param>
internal sealed record DropMeaning(string Step, DropWeight Weight, string Text, string Remedy)
{
    private const string Nothing = "Nothing needs to be done.";

    /// <summary>A cause's id: the reason's name in `status --json`.</summary>
    public static string IdOf(DropReason reason) => Counters.ToSnakeCase(reason.ToString());

    public static DropMeaning Of(StationDrop drop, DiagnosisFacts facts) =>
        OfFrame(drop, facts) ?? OfDevice(drop, facts) ?? OfShared(drop, facts) ?? OfProfile(drop, facts) ?? OfWayOut(drop, facts) ?? OfOutside(drop)
        ?? new DropMeaning(StepId.Drops, DropWeight.Normal, $"The data plane drops packets of it ({IdOf(drop.Reason)}).", "Report this reason to the makers of Innkeeper: it has no description.");

    /// <summary>Frames that no device's packets are in.</summary>
    private static DropMeaning? OfFrame(StationDrop drop, DiagnosisFacts facts) => drop.Reason switch
    {
        DropReason.Malformed => new(StepId.Frames, DropWeight.Suspect, "It sends broken packets: shorter than their headers say, or with impossible lengths.", "Check its cable, its network card and the driver."),
        DropReason.BadSourceMac => new(StepId.Frames, DropWeight.Blocking, "It sends with a MAC address that no device may have: multicast, all zero, or the gateway's own.", "Give its network card a MAC address of its own."),
        DropReason.NotForUs => new(
            StepId.Frames, DropWeight.Suspect, "It sends to the MAC address of another station, as if that were its gateway.",
            "Restart its network, so that it asks for its gateway again; name the MAC of a gateway that you replaced in [access] former_gateways."),
        DropReason.Broadcast => new(StepId.Frames, DropWeight.Normal, "Its broadcasts and multicasts end at the gateway, as at every router.", Nothing),
        DropReason.Vlan => new(
            StepId.Access, DropWeight.Blocking, $"It is on VLAN {drop.Station.Vlan}, and the gateway does not serve that VLAN.",
            $"Add {drop.Station.Vlan} to [access] vlans and run `innkeeper config reload`, or put its switch port or Wi-Fi into a VLAN that is served ({ServedOf(facts.Config)})."),
        DropReason.HopLimit => new(StepId.Frames, DropWeight.Normal, "Some of its IPv6 packets were not to go further than the gateway, as those of traceroute.", Nothing),
        DropReason.TooLong => new(StepId.Frames, DropWeight.Normal, "Some of its IPv6 packets are longer than the way out takes: the gateway tells it so, and it sends shorter ones.", Nothing),
        DropReason.NoIpv6 => new(StepId.Frames, DropWeight.Normal, "It also tries IPv6, and there is none outside: the gateway tells it so, and its programs use IPv4.", Nothing),
        DropReason.Ipv6 => new(StepId.Frames, DropWeight.Normal, "It also sends IPv6, which this gateway does not forward; it uses IPv4 beside it.", Nothing),
        DropReason.Ethertype => new(
            StepId.Frames, DropWeight.Normal, $"It sends frames that are neither IPv4 nor ARP (EtherType 0x{drop.EtherType:x4}).", "If the host itself needs them, name the EtherType in [access] pass_ethertypes."),
        DropReason.Impostor => new(
            StepId.Access, DropWeight.Blocking, "It uses the IP address of the router or of the gateway.", "Give the device another address: with this one it takes other hosts' packets."),
        DropReason.DhcpServer => new(
            StepId.Frames, DropWeight.Limit, "It answers DHCP as a server, like a router that is plugged in by its LAN port.", "Connect that router by its WAN port, or switch its DHCP server off."),
        _ => null,
    };

    /// <summary>The device's own addresses, and its admission.</summary>
    private static DropMeaning? OfDevice(StationDrop drop, DiagnosisFacts facts) => drop.Reason switch
    {
        DropReason.BogusSource => new(
            StepId.OwnAddress, DropWeight.Blocking, "It sends from an address that is valid on no network, such as 169.254.x.x: it got none by DHCP.",
            facts.Config.Dhcp.Enabled && !facts.Config.IsOneArmed
                ? "Restart its network, so that it asks by DHCP again, or give it a fixed address."
                : "Give it a fixed address: this gateway serves no DHCP."),
        DropReason.BogusDestination => new(
            StepId.Drops, DropWeight.Normal, $"It sends to addresses that no router forwards to{LastOf(drop)}.", Nothing),
        DropReason.GatewayService => new(
            StepId.Drops, DropWeight.Normal, "It tries to use a service of the gateway itself; the gateway answers only pings, DNS, DHCP and the portal.", Nothing),
        DropReason.PuntLimit => new(
            StepId.OutsideAddress, DropWeight.Suspect, "It sends more unknown packets than the gateway examines (50 a second), as a scan does.",
            $"Check the device for a scan, a loop or malware; `innkeeper devices block {drop.Station.Mac}` stops it."),
        DropReason.PuntFull => new(
            StepId.OutsideAddress, DropWeight.Suspect, "The gateway's process is late or away, and new devices wait for it.", "Check the load of this host, and the gateway's log."),
        DropReason.PuntTooLong => new(
            StepId.OutsideAddress, DropWeight.Suspect, "Its first packet is longer than the gateway keeps; a shorter packet gets it through.", "Let the device ping any address: a short first packet is enough."),
        DropReason.NoBinding => new(StepId.Drops, DropWeight.Normal, "Packets for an own address that it no longer uses are dropped.", Nothing),
        DropReason.Held => new(StepId.Admission, DropWeight.Normal, "Its packets are dropped while it waits for approval.", $"Approve it: `innkeeper devices approve {drop.Station.Mac}`."),
        DropReason.Blocked => new(StepId.Admission, DropWeight.Normal, "Its packets are dropped because it is blocked.", $"Approve it, if it may use the network: `innkeeper devices approve {drop.Station.Mac}`."),
        DropReason.SourceRoute => new(StepId.Drops, DropWeight.Limit, "It sends packets that choose their own route (an IP option).", "Switch source routes off on the device."),
        DropReason.Redirect => new(StepId.Drops, DropWeight.Normal, "ICMP redirects are dropped.", Nothing),
        _ => null,
    };

    /// <summary>Shared outside addresses and their ports.</summary>
    private static DropMeaning? OfShared(StationDrop drop, DiagnosisFacts facts) => drop.Reason switch
    {
        DropReason.NoLegal => new(
            StepId.OutsideAddress, DropWeight.Blocking, "It has lost its outside address, and no other is free.", "Add addresses to [pool] addresses, or to [napt] addresses."),
        DropReason.PortLimit => new(
            StepId.Ports, DropWeight.Blocking, $"It uses as many ports as one device may ({facts.Config.Napt.PortsPerDevice}).", "Raise [napt] ports_per_device, or check the device for a scan or malware."),
        DropReason.MappingRate => new(
            StepId.Ports, DropWeight.Limit, $"It opens connections faster than one device may ({facts.Config.Napt.NewPerSecond} a second).", "Raise [napt] new_per_second, or check the device for a scan or malware."),
        DropReason.PortsExhausted => new(
            StepId.Ports, DropWeight.Blocking, $"No port of the shared outside address is left for it{PortsOf(facts)}.", RemedyOfPorts(facts)),
        DropReason.MappingsFull => new(StepId.Ports, DropWeight.Blocking, "The table of connections is full.", "Raise [dataplane] mappings, run `innkeeper teardown` and start the gateway again; all devices are offline meanwhile."),
        DropReason.RemoteTaken => new(
            StepId.Ports, DropWeight.Limit, $"Another device with the same outside address uses the same protocol without ports (GRE, ESP) to the same host{LastOf(drop)}.",
            $"Give one of the two an outside address of its own: `innkeeper devices pin {drop.Station.Mac} ADDRESS`."),
        DropReason.Unmappable => new(
            StepId.Ports, DropWeight.Limit, "It sends or receives packets that a shared address cannot carry, as nothing in them tells the device.",
            $"Give it an outside address of its own: `innkeeper devices pin {drop.Station.Mac} ADDRESS`."),
        DropReason.FragmentLimit => new(StepId.Ports, DropWeight.Limit, "It sends or receives more fragmented packets than one device may (500 a second).", "Lower its MTU, or the size of its UDP packets."),
        _ => null,
    };

    private static DropMeaning? OfProfile(StationDrop drop, DiagnosisFacts facts) => drop.Reason switch
    {
        DropReason.Isolated => new(
            StepId.Profile, DropWeight.Limit, $"It tries to reach another device{LastOf(drop)}, and profile {facts.Station.Profile.Name} keeps devices apart.",
            $"If they are to reach each other, set isolate = false in [profiles.{facts.Station.Profile.Name}] and run `innkeeper config reload`."),
        DropReason.Denied => new(
            StepId.Profile, DropWeight.Limit, $"Its profile {facts.Station.Profile.Name} denies a destination that it tries{LastOf(drop)}.",
            $"If it may go there, add the network to allowed in [profiles.{facts.Station.Profile.Name}] and run `innkeeper config reload`."),
        DropReason.Rate => new(
            StepId.Profile, DropWeight.Limit, $"It sends or receives more than profile {facts.Station.Profile.Name} permits{RatesOf(facts.Station.Profile)}{TogetherOf(facts.Station)}; it is online, but slow.",
            $"Raise rate_in and rate_out in [profiles.{facts.Station.Profile.Name}] and run `innkeeper config reload`."),
        DropReason.InboundRefused => new(
            StepId.Inbound, DropWeight.Normal, $"Hosts outside try to reach it, and profile {facts.Station.Profile.Name} refuses that.",
            $"If they may, set inbound = true in [profiles.{facts.Station.Profile.Name}] and run `innkeeper config reload`."),
        _ => null,
    };

    private static DropMeaning? OfWayOut(StationDrop drop, DiagnosisFacts facts) => drop.Reason switch
    {
        DropReason.NoRoute => new(
            StepId.Uplink, DropWeight.Blocking, "The gateway has no router for destinations beyond the uplink's network.", "Set [uplink] gateway, or give this host a default route through the uplink."),
        DropReason.NoGateway => new(
            StepId.Uplink, DropWeight.Blocking, $"The gateway of its profile ({facts.Station.Profile.Gateway}) does not answer, and the profile has no other.",
            $"Repair that gateway, or set fallback in [profiles.{facts.Station.Profile.Name}]."),
        DropReason.WrongUplink => new(
            StepId.Uplink, DropWeight.Limit, "Packets for it came by another uplink than the one its outside address belongs to.", "Check the routes of the routers outside: each pool must lead to its own uplink."),
        DropReason.SlowPath => new(
            StepId.Uplink, DropWeight.Limit, "Its large or unusual packets need this host's IP stack, which would not send them to its gateway.",
            "Check the routes and policy rules of this host; `innkeeper status` names the ones that other software changed."),
        DropReason.Failed => new(StepId.Uplink, DropWeight.Limit, "The kernel refused to send its packets.", "Check the uplink interface with `ip -s link`, and report it if it goes on."),
        _ => null,
    };

    /// <summary>Packets that hosts outside send to it, or that the host itself sends.</summary>
    private static DropMeaning? OfOutside(StationDrop drop) => drop.Reason switch
    {
        DropReason.NoMapping => new(StepId.Inbound, DropWeight.Normal, "Packets from outside for ports that no connection of it uses are dropped.", Nothing),
        DropReason.IcmpQuote => new(StepId.Inbound, DropWeight.Normal, "ICMP errors that quote no packet of it are dropped.", Nothing),
        DropReason.IcmpMtu => new(StepId.Inbound, DropWeight.Normal, "ICMP errors that demand an impossibly small MTU are dropped.", Nothing),
        DropReason.Appearance => new(
            StepId.Inbound, DropWeight.Normal, $"Hosts outside cannot reach it: no address of its own subnet is left that they could appear as (appear = \"local\"). {Appearances.Count} hosts can at a time.",
            "Free addresses near its own, or wait: a host that was silent for 5 minutes gives its address up."),
        DropReason.SpoofedInside => new(StepId.Inbound, DropWeight.Normal, "Packets from outside with an address of the inside network are dropped.", Nothing),
        DropReason.OwnSource => new(StepId.Inbound, DropWeight.Normal, "Packets from outside that pretend to come from one of our own addresses are dropped.", Nothing),
        DropReason.StackOther => new(StepId.Drops, DropWeight.Normal, "This host sends packets into the inside network that are not IPv4.", Nothing),
        _ => null,
    };

    /// <summary>The VLANs that are served, in words.</summary>
    public static string ServedOf(InnkeeperConfig config) =>
        config.Access.Vlans.IsEmpty ? "untagged frames only" : $"untagged, {string.Join(", ", config.Access.Vlans.Take(20))}{(config.Access.Vlans.Length > 20 ? ", ..." : "")}";

    public static string RemedyOfPorts(DiagnosisFacts facts) => facts.Ports is { Devices: > 0, Needed: var needed, Room.Addresses: var addresses } && needed > addresses
        ? $"Add addresses to [napt] addresses: {facts.Ports.Devices} devices need {needed} like this one, you have {addresses}."
        : "Add addresses to [napt] addresses and run `innkeeper config reload`.";

    public static string PortsOf(DiagnosisFacts facts) => facts.Ports.Room.Ports > 0 ? $" ({facts.Ports.Taken} of {facts.Ports.Room.Ports} are taken)" : "";

    private static string LastOf(StationDrop drop) => drop.Destination == Ipv4Address.Any ? "" : $" (last: {drop.Destination})";

    private static string RatesOf(ProfileConfig profile) =>
        (profile.RateOut, profile.RateIn) == (0, 0) ? "" : $" ({(profile.RateOut > 0 ? $"out {Rate(profile.RateOut)}" : "")}{(profile is { RateOut: > 0, RateIn: > 0 } ? ", " : "")}{(profile.RateIn > 0 ? $"in {Rate(profile.RateIn)}" : "")})";

    private static string TogetherOf(StationFacts station) => station.LimitsWith is { } group ? $", together with all other devices of {group}" : "";

    private static string Rate(long bits) => bits >= 1_000_000 ? $"{bits / 1_000_000.0:0.#} Mbit/s" : $"{bits / 1000.0:0.#} kbit/s";
}
