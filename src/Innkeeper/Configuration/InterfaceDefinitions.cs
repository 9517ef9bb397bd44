using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>The settings of [access], [uplink], [pool], [peers] and [inside].</summary>
internal static class InterfaceDefinitions
{
    private const int MaxPassed = 8;

    private const int MaxFormer = 16;

    private static readonly SettingType<ushort> s_vlan = new(
        "vlan", "a VLAN number from 1 to 4094", v => v.Number is >= 1 and <= 4094 ? (ushort)v.Number : Parsed<ushort>.Invalid, n => TomlText.Number(n), SettingTypes.Number(1, 4094).Schema);

    private static readonly SettingType<ImmutableArray<ushort>> s_vlans = SettingTypes.List("vlans", "a list of VLAN numbers from 1 to 4094, such as [10, 20]", s_vlan) with
    {
        Validate = v => ValidationErrors.OfItems(v, s_vlan).Concat(ValidationErrors.Twice(v, s_vlan, n => (n, n), (item, _) => $"{item} is there twice; keep one")),
    };

    private static readonly SettingType<ushort> s_etherType = new(
        "ethertype", "\"ipv6\" or a number from 0x0600 to 0xffff that is not IPv4, ARP or VLAN",
        v => v switch
        {
            { Text: "ipv6" } => EtherTypes.Ipv6,
            { Number: >= 0x0600 and <= 0xffff and not (EtherTypes.Ipv4 or EtherTypes.Arp or EtherTypes.Vlan or 0x88a8) } => (ushort)v.Number,
            _ => Parsed<ushort>.Invalid,
        },
        type => type == EtherTypes.Ipv6 ? TomlText.Text("ipv6") : $"0x{type:x4}",
        () => new() { ["anyOf"] = new System.Text.Json.Nodes.JsonArray(SettingTypes.OneOf(("ipv6", 0)).Schema(), SettingTypes.Number(0x0600, 0xffff).Schema()) });

    public static readonly SettingTable<AccessConfig> Access = new(new AccessConfig())
    {
        {
            "interface", SettingTypes.InterfaceName("eth1"), a => a.Interface, (a, v) => a with { Interface = v },
            "The LAN where devices with arbitrary addresses appear. The interface needs no address. If it is also the [uplink] interface, Innkeeper runs on one arm: "
            + "on an existing LAN, whose own hosts it leaves alone (docs/one-armed.md).",
            "\"eth1\""
        },
        {
            "vlans", s_vlans, a => a.Vlans, (a, v) => a with { Vlans = v },
            "VLANs to serve beside untagged frames, each number from 1 to 4094. A device is known by VLAN and MAC, and is answered in its VLAN. Frames of other VLANs are dropped."
        },
        {
            "address", SettingTypes.InterfaceAddress("192.168.77.1/24"), a => a.Address, (a, v) => a with { Address = v },
            "The address and prefix length of the access interface, if it has one that devices should reach. If not set, it is read from the interface. "
            + "It must be a host's address, in a network that overlaps neither [uplink] nor [inside].",
            "\"192.168.77.1/24\""
        },
        {
            "pass_ethertypes", SettingTypes.List("ethertypes", "a list of up to 8 EtherTypes other than IPv4, ARP and VLAN, such as [\"ipv6\", 0x88cc]", s_etherType, 0, MaxPassed),
            a => a.PassEtherTypes, (a, v) => a with { PassEtherTypes = v },
            "EtherTypes that go to this host's own network stack: \"ipv6\", or numbers such as 0x88cc (LLDP). Frames of other types are dropped and counted."
        },
        {
            "former_gateways", SettingTypes.List("macs", $"a list of up to {MaxFormer} MAC addresses such as [\"00:1b:21:0a:0b:0c\"]", SettingTypes.Mac, 0, MaxFormer),
            a => a.FormerGateways, (a, v) => a with { FormerGateways = v },
            "Two arms only. MAC addresses of gateways that were here before: some devices never ask again, and send to the old address until they restart. Frames to these are taken as Innkeeper's own.",
            "[\"00:1b:21:0a:0b:0c\"]"
        },
        {
            "wrong_gateways", SettingTypes.Flag, a => a.ServesWrongGateways, (a, v) => a with { ServesWrongGateways = v },
            "One arm only. true: hosts that belong to the LAN, but whose gateway does not exist, are served too. They keep their addresses."
        },
    };

    public static readonly SettingTable<UplinkConfig> Uplink = new(new UplinkConfig())
    {
        {
            "interface", SettingTypes.InterfaceName("eth0"), u => u.Interface, (u, v) => u with { Interface = v },
            "The LAN that leads to the Internet.",
            "\"eth0\""
        },
        {
            "address", SettingTypes.InterfaceAddress("137.118.199.2/24"), u => u.Address, (u, v) => u with { Address = v },
            "The settings below override what the interface says. If not set, each is read from the interface, and changes there are followed. The address and prefix length of the interface:",
            "\"137.118.199.2/24\""
        },
        {
            "gateway", SettingTypes.Address("an address such as \"137.118.199.1\""), u => u.Gateway, (u, v) => u with { Gateway = v },
            "The router.",
            "\"137.118.199.1\""
        },
        {
            "mac",
            SettingTypes.Text(
                "mac", "a MAC address such as \"02:00:00:00:00:01\"",
                text => MacAddress.TryParse(text, out var mac) && !mac.IsMulticast && mac != MacAddress.Zero ? mac : Parsed<MacAddress>.Invalid, mac => mac.ToString(),
                "^[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}$"),
            u => u.Mac, (u, v) => u with { Mac = v },
            "The MAC address that answers for outside addresses.",
            "\"02:00:00:00:00:01\""
        },
        {
            "mtu", SettingTypes.Number(576, 65535), u => u.Mtu, (u, v) => u with { Mtu = v },
            "The size of the largest packet, in octets.",
            "1500"
        },
        {
            "clamp_mss", SettingTypes.Flag, u => u.ClampMss, (u, v) => u with { ClampMss = v },
            "true: TCP connections use segments that fit the smaller MTU of both sides. Without it, large downloads hang where a narrow line does not report "
            + "that packets are too big. This applies to the uplinks of [gateways.NAME] too."
        },
    };

    public static readonly SettingTable<PoolConfig> Pool = new(new PoolConfig())
    {
        {
            "addresses", SettingTypes.Ranges("a list of ranges such as [\"137.118.199.50-137.118.199.99\"], none of which overlap"), p => p.Addresses, (p, v) => p with { Addresses = v },
            "Free addresses of the uplink subnet, one for each device. Leave out the router and this host. Up to 65536 addresses, in ranges that do not overlap. "
            + "If the pool is empty or used up, devices share one address ([napt]).",
            "[\"137.118.199.50-137.118.199.99\"]"
        },
        {
            "idle", SettingTypes.Duration("10s", "\"30m\" or \"12h\""), p => p.Idle, (p, v) => p with { Idle = v },
            "A device that is silent for this long loses its outside address. When it returns, it gets the same address if that is still free."
        },
        {
            "routed", SettingTypes.Flag, p => p.Routed, (p, v) => p with { Routed = v },
            "true: the router sends the pool's addresses to this host, so they need not lie in the uplink subnet. This also applies to the pools in [gateways.NAME]. "
            + "Loopback, link-local, multicast and reserved addresses are refused in any case."
        },
    };

    public static readonly SettingTable<PeersConfig> Peers = new(new PeersConfig())
    {
        {
            "priority", SettingTypes.Number(0, ushort.MaxValue), p => p.Priority, (p, v) => p with { Priority = (ushort)v },
            "One arm only. If several gateways are on one LAN, the one with the highest priority serves, and the others stand by. Among equals the highest MAC address wins."
        },
    };

    public static readonly SettingTable<InsideConfig> Inside = new(new InsideConfig())
    {
        {
            "network", SettingTypes.Network("network", "a network from /8 to /16 such as \"247.64.0.0/10\"", 8, 16), i => i.Network, (i, v) => i with { Network = v },
            "Addresses that Innkeeper uses only within this host, never on a wire. While this host has an address, a route or a name server in this network, "
            + "Innkeeper takes another one by itself. Devices never see these addresses."
        },
    };
}
