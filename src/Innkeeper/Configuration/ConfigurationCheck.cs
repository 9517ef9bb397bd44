using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>
/// Checks settings against each other and against the addresses of the interfaces. No I/O. A check runs only if all settings that it
/// compares are valid: errors that merely follow from another are not reported.
/// </summary>
internal static class ConfigurationCheck
{
    private const string UplinkSubnet = "the uplink subnet";

    /// <summary>Checks that need only the file.</summary>
    public static IEnumerable<ConfigurationError> Static(ConfigurationResult result)
    {
        var config = result.Config!;
        if (config.IsOneArmed && result.IsValid("access.interface", "uplink.interface"))
        {
            foreach (var (key, isSet, why) in ((string, bool, string)[])
                [
                    ("access.vlans", !config.Access.Vlans.IsEmpty, "on one arm (access and uplink are the same interface) only untagged frames are served; leave it out, or serve the VLAN's own interface"),
                    ("access.address", config.Access.Address is not null, "on one arm (access and uplink are the same interface) the interface's address is [uplink] address; leave this one out"),
                    ("access.pass_ethertypes", !config.Access.PassEtherTypes.IsEmpty, "on one arm (access and uplink are the same interface) the host's stack gets all frames except those of foreign devices; leave it out"),
                    ("ipv6.prefix", config.Ipv6.Prefix is not null, "on one arm (access and uplink are the same interface) the LAN's IPv6 is left alone; leave it out"),
                    ("uplink.mac", config.Uplink.Mac is not null, "on one arm (access and uplink are the same interface) the MAC is the interface's own; leave it out"),
                ])
            {
                if (isSet && result.IsValid(key))
                {
                    yield return result.ErrorAt(key, why);
                }
            }
        }

        if (config.Napt.PortsPerDevice > 64 * config.Napt.Block && result.IsValid("napt.block", "napt.ports_per_device"))
        {
            yield return result.ErrorAt("napt.ports_per_device", $"{config.Napt.PortsPerDevice} is more than 64 blocks of {config.Napt.Block} ports; raise [napt] block");
        }

        if (config.Uplink.Address is { } uplink && result.IsValid("inside.network", "uplink.address") && config.Inside.Network.Overlaps(uplink))
        {
            yield return result.ErrorAt("inside.network", $"{config.Inside.Network} overlaps {UplinkSubnet} {uplink.NetworkId}/{uplink.PrefixLength}; choose a network that is used nowhere, such as \"247.64.0.0/10\"");
        }

        if (config.Ipv6.Prefix is not null && result.IsValid("ipv6.prefix", "ipv6.mode", "access.pass_ethertypes")
            && (config.PassesIpv6 ? "[access] pass_ethertypes has \"ipv6\"" : config.Ipv6.Mode != Ipv6Mode.Auto ? $"here it is \"{(config.Ipv6.Mode == Ipv6Mode.Off ? "off" : "refuse")}\"" : null) is { } other)
        {
            yield return result.ErrorAt("ipv6.prefix", $"is of use only with mode = \"auto\", and {other}; change one of them");
        }

        foreach (var error in GatewayCheck.Static(result).Concat(ProfileCheck.Static(result)).Concat(MachinesCheck.Static(result)).Concat(ForwardsCheck.Static(result)).Concat(PortalCheck.Static(result)).Concat(WebCheck.Static(result)).Concat(Against(result, config.Uplink.Address, config.Uplink.Gateway)).Concat(NotificationCheck.Static(result)).Concat(ExportCheck.Static(result)))
        {
            yield return error;
        }
    }

    /// <summary>Checks that need the uplink's address; of gateways, those on the uplink LAN.</summary>
    /// <param name="uplink">Null while it is unknown: then the other checks run.</param>
    /// <param name="isOnLink">The kernel reaches the router directly, whatever the uplink's subnet.</param>
    public static IEnumerable<ConfigurationError> Against(ConfigurationResult result, Ipv4Network? uplink, Ipv4Address? gateway, bool isOnLink = false)
    {
        var config = result.Config!;
        var errors = Ranges(result, "pool.addresses", config.Pool.Addresses, uplink, gateway, UplinkSubnet)
            .Concat(Ranges(result, "napt.addresses", config.Napt.Addresses, uplink, gateway, UplinkSubnet))
            .Concat(config.Gateways.Where(g => g.Interface is null && result.IsValid(GatewayCheck.KeyOf(g, "interface"))).SelectMany(g => OfGateway(result, g, uplink, gateway)));
        foreach (var error in errors)
        {
            yield return error;
        }

        for (var i = 0; i < config.Napt.Addresses.Length && result.IsValid("pool.addresses", "napt.addresses"); i++)
        {
            if (config.Pool.Addresses.Where(r => r.Overlaps(config.Napt.Addresses[i])).Select(r => (AddressRange?)r).FirstOrDefault() is { } pooled)
            {
                yield return result.ErrorAt("napt.addresses", $"{config.Napt.Addresses[i]} overlaps the pool's {pooled}; an address is one device's or shared, not both", i);
            }
        }

        foreach (var error in uplink is { } lan ? Apart(result, lan, UplinkSubnet) : [])
        {
            yield return error;
        }

        if (config.Access.Address is { } access && result.IsValid("access.address", "inside.network") && access.Overlaps(config.Inside.Network))
        {
            yield return result.ErrorAt("access.address", $"{access} overlaps {config.Inside.Network}, which is [inside] network; set that to a network that is used nowhere, such as \"247.64.0.0/10\"");
        }

        foreach (var error in Dhcp(result, uplink))
        {
            yield return error;
        }

        if (gateway is { } hop && uplink is { } subnet && RouterWithin("uplink.gateway", hop, subnet, UplinkSubnet, isOnLink) is var (key, text))
        {
            yield return result.ErrorAt(key, text);
        }
    }

    private static IEnumerable<ConfigurationError> Dhcp(ConfigurationResult result, Ipv4Network? uplink)
    {
        var config = result.Config!;
        if (config.Dhcp is { Enabled: true, LeasesLegal: true } && !config.IsOneArmed && result.IsValid("dhcp.addresses", "pool.addresses", "pool.routed") && (config.Pool.Addresses.IsEmpty || config.Pool.Routed))
        {
            yield return result.ErrorAt("dhcp.addresses", $"is \"legal\", and {(config.Pool.Addresses.IsEmpty ? "[pool] has no addresses to lease; give some" : "[pool] routed = true takes them from outside the uplink subnet, whose mask and router are leased with them")}, or lease \"private\" ones");
        }

        if (config.Dhcp.Network is not { } network || config.Dhcp.LeasesLegal || !result.IsValid("dhcp.network", "dhcp.addresses"))
        {
            yield break;
        }

        foreach (var (other, key, what) in ((Ipv4Network?, string, string)[])
            [(uplink, "uplink.address", "the uplink subnet"), (config.Access.Address, "access.address", "[access] address"), (config.Inside.Network, "inside.network", "[inside] network")])
        {
            if (other is { } taken && network.Overlaps(taken) && result.IsValid(key))
            {
                yield return result.ErrorAt("dhcp.network", $"{network} overlaps {taken.NetworkId}/{taken.PrefixLength}, {what}; give a network that is used nowhere, or leave it out");
            }
        }
    }

    /// <summary>Checks that need the address of a gateway's own interface.</summary>
    /// <param name="gateway">One with an interface of its own; the others are checked with the uplink.</param>
    /// <param name="isOnLink">The kernel reaches the gateway's router directly, whatever the interface's subnet.</param>
    public static IEnumerable<ConfigurationError> AgainstGateway(ConfigurationResult result, GatewayConfig gateway, Ipv4Network interfaceAddress, bool isOnLink = false) =>
        OfGateway(result, gateway, interfaceAddress, null, isOnLink).Concat(Apart(result, interfaceAddress, SubnetOf(gateway)));

    /// <param name="lan">The address of the interface that it is on; null while that is not known.</param>
    /// <param name="router">A router of that LAN beside the gateway's own: the uplink's.</param>
    /// <param name="isOnLink">As for <see cref="AgainstGateway"/>.</param>
    public static IEnumerable<ConfigurationError> OfGateway(ConfigurationResult result, GatewayConfig gateway, Ipv4Network? lan, Ipv4Address? router, bool isOnLink = false)
    {
        var hop = GatewayCheck.KeyOf(gateway, "next_hop");
        return Ranges(result, GatewayCheck.KeyOf(gateway, "pool"), gateway.Pool, lan, router, SubnetOf(gateway))
            .Concat(Ranges(result, GatewayCheck.KeyOf(gateway, "shared"), gateway.Shared, lan, router, SubnetOf(gateway)))
            .Concat(lan is { } subnet && result.Positions.ContainsKey(hop) && result.IsValid(hop) && RouterWithin(hop, gateway.NextHop, subnet, SubnetOf(gateway), isOnLink) is var (key, text)
                ? [result.ErrorAt(key, text)]
                : []);
    }

    /// <summary>The kernel gives ports of its range to the host's own connections: devices must not share those (RFC 4787 REQ-3).</summary>
    /// <param name="ephemeral">net.ipv4.ip_local_port_range.</param>
    public static IEnumerable<ConfigurationError> Ports(ConfigurationResult result, PortRange ephemeral)
    {
        var napt = result.Config!.Napt;
        if (napt.Enabled && napt.Addresses.IsEmpty && napt.Ports.First <= ephemeral.Last && ephemeral.First <= napt.Ports.Last)
        {
            yield return result.ErrorAt(
                "napt.ports", $"{napt.Ports} overlaps {ephemeral}, the ports of this host's own connections (net.ipv4.ip_local_port_range); take others, or set `sysctl -w net.ipv4.ip_local_port_range=\"{Other(napt.Ports)}\"`");
        }
    }

    private static string Other(PortRange ports) => ports.Last < 60999 ? $"{ports.Last + 1} 60999" : $"1024 {ports.First - 1}";

    private static string SubnetOf(GatewayConfig gateway) => gateway.Interface is { } name ? $"the subnet of {name}," : UplinkSubnet;

    /// <summary>The key of a router and its error, or null. Beside an address of its own length /32 every router is outside of the subnet, and on the link.</summary>
    private static (string Key, string Text)? RouterWithin(string key, Ipv4Address router, Ipv4Network lan, string subnet, bool isOnLink) =>
        !lan.Contains(router) && !isOnLink && lan.PrefixLength < 32 ? (key, $"{router} is not within {subnet} {lan.NetworkId}/{lan.PrefixLength}; give the router's address there")
        : router == lan.Address ? (key, $"{router} is the gateway's own address; give the router's")
        : null;

    /// <summary>Networks that must not overlap a LAN. The inside network gives way to one by itself.</summary>
    private static IEnumerable<ConfigurationError> Apart(ConfigurationResult result, Ipv4Network lan, string subnet)
    {
        var config = result.Config!;
        if (config.Access.Address is { } access && result.IsValid("access.address") && access.Overlaps(lan))
        {
            yield return result.ErrorAt("access.address", $"{access} overlaps {subnet} {lan.NetworkId}/{lan.PrefixLength}; give the access LAN a network of its own");
        }
    }

    private static IEnumerable<ConfigurationError> Ranges(
        ConfigurationResult result, string key, ImmutableArray<AddressRange> ranges, Ipv4Network? lan, Ipv4Address? router, string subnet) =>
        result.IsValid(key) ? ranges.SelectMany((range, i) => Range(result, key, range, i, lan, router, subnet)) : [];

    private static IEnumerable<ConfigurationError> Range(
        ConfigurationResult result, string key, AddressRange range, int item, Ipv4Network? lan, Ipv4Address? router, string subnet)
    {
        var config = result.Config!;
        if (lan is { } network)
        {
            if (!config.Pool.Routed && !(network.Contains(range.First) && network.Contains(range.Last)) && result.IsValid("pool.routed"))
            {
                yield return result.ErrorAt(
                    key, $"{range} is not within {subnet} {network.NetworkId}/{network.PrefixLength}; take addresses of it, or set {(key == "pool.addresses" ? "" : "[pool] ")}routed = true if the router sends these to us", item);
            }

            if (range.Contains(network.Address))
            {
                yield return result.ErrorAt(key, $"{range} contains {network.Address}, the gateway's own address; leave it out", item);
            }
        }

        if (router is { } hop && range.Contains(hop))
        {
            yield return result.ErrorAt(key, $"{range} contains {hop}, the uplink's router; leave it out", item);
        }

        if (lan is { PrefixLength: < 31 } wide && (range.Contains(wide.NetworkId) || range.Contains(wide.Last)))
        {
            yield return result.ErrorAt(key, $"{range} contains the network or broadcast address of {wide.NetworkId}/{wide.PrefixLength}; leave it out", item);
        }

        if (result.IsValid("inside.network") && range.Overlaps(new AddressRange(config.Inside.Network.NetworkId, config.Inside.Network.Last)))
        {
            yield return result.ErrorAt("inside.network", $"{config.Inside.Network} overlaps the pool's {range}; choose a network that is used nowhere");
        }
    }
}
