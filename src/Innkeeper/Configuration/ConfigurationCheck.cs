using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>
/// What single keys cannot tell: whether settings fit each other and the interfaces' addresses. Pure. Each check runs when
/// all that it holds against each other is good: what follows from a bad value is not worth a line.
/// </summary>
internal static class ConfigurationCheck
{
    /// <summary>What the file alone shows.</summary>
    public static IEnumerable<ConfigurationError> Static(ConfigurationResult result)
    {
        var config = result.Config!;
        if (config.IsOneArmed && result.IsGood("access.interface", "uplink.interface"))
        {
            foreach (var (key, isSet, why) in ((string, bool, string)[])
                [
                    ("access.vlans", !config.Vlans.IsEmpty, "on one arm (access and uplink are the same interface) only untagged frames are served; leave it out, or serve the VLAN's own interface"),
                    ("access.address", config.AccessAddress is not null, "on one arm (access and uplink are the same interface) the interface's address is [uplink] address; leave this one out"),
                    ("access.pass_ethertypes", !config.PassEtherTypes.IsEmpty, "on one arm (access and uplink are the same interface) the host's stack gets all that is not an interloper's; leave it out"),
                    ("uplink.mac", config.UplinkMac is not null, "on one arm (access and uplink are the same interface) the MAC is the interface's own; leave it out"),
                ])
            {
                if (isSet && result.IsGood(key))
                {
                    yield return result.ErrorAt(key, why);
                }
            }
        }

        if (config.Pool.IsEmpty && (!config.Napt.Enabled || config.Legal == LegalPreference.OwnOnly) && result.IsGood("pool.addresses", "napt.enabled", "profiles.default.legal"))
        {
            yield return result.ErrorAt(
                "pool.addresses", $"is missing, and {(config.Napt.Enabled ? "[profiles.default] legal = \"own-only\"" : "[napt] enabled = false")} keeps devices from sharing one; give free addresses of the uplink subnet, such as [\"192.0.2.50-192.0.2.99\"]");
        }

        if (config.Legal == LegalPreference.Shared && !config.Napt.Enabled && result.IsGood("napt.enabled", "profiles.default.legal"))
        {
            yield return result.ErrorAt("profiles.default.legal", "is \"shared\", and [napt] enabled = false leaves nothing to share; change one of them");
        }

        if (config.Napt.PortsPerDevice > 64 * config.Napt.Block && result.IsGood("napt.block", "napt.ports_per_device"))
        {
            yield return result.ErrorAt("napt.ports_per_device", $"{config.Napt.PortsPerDevice} is more than 64 blocks of {config.Napt.Block} ports; raise [napt] block");
        }

        foreach (var error in Against(result, config.UplinkAddress, config.UplinkGateway).Concat(NotificationKeys.Check(result)))
        {
            yield return error;
        }
    }

    /// <summary>What shows once the uplink's address is known.</summary>
    /// <param name="uplink">Null while it is not: what does not need it is checked.</param>
    public static IEnumerable<ConfigurationError> Against(ConfigurationResult result, Ipv4Network? uplink, Ipv4Address? gateway)
    {
        var config = result.Config!;
        foreach (var (key, ranges) in ((string, System.Collections.Immutable.ImmutableArray<AddressRange>)[])[("pool.addresses", config.Pool), ("napt.addresses", config.Napt.Addresses)])
        {
            for (var i = 0; i < ranges.Length && result.IsGood(key); i++)
            {
                foreach (var error in Range(result, key, ranges[i], i, uplink, gateway))
                {
                    yield return error;
                }
            }
        }

        for (var i = 0; i < config.Napt.Addresses.Length && result.IsGood("pool.addresses", "napt.addresses"); i++)
        {
            if (config.Pool.Where(r => r.Overlaps(config.Napt.Addresses[i])).Select(r => (AddressRange?)r).FirstOrDefault() is { } pooled)
            {
                yield return result.ErrorAt("napt.addresses", $"{config.Napt.Addresses[i]} overlaps the pool's {pooled}; an address is one device's or shared, not both", i);
            }
        }

        var inside = result.IsGood("inside.network");
        if (inside && uplink is { } lan && config.Inside.Overlaps(lan))
        {
            yield return result.ErrorAt("inside.network", $"{config.Inside} overlaps the uplink subnet {lan.NetworkId}/{lan.PrefixLength}; choose a network that is used nowhere, such as \"10.64.0.0/10\"");
        }

        if (config.AccessAddress is { } access && result.IsGood("access.address"))
        {
            if (uplink is { } other && access.Overlaps(other))
            {
                yield return result.ErrorAt("access.address", $"{access} overlaps the uplink subnet {other.NetworkId}/{other.PrefixLength}; give the access LAN a network of its own");
            }

            if (inside && access.Overlaps(config.Inside))
            {
                yield return result.ErrorAt("access.address", $"{access} overlaps {config.Inside}, which is [inside] network; set that to a network that is used nowhere, such as \"10.64.0.0/10\"");
            }
        }

        if (gateway is { } hop && uplink is { } subnet)
        {
            if (!subnet.Contains(hop))
            {
                yield return result.ErrorAt("uplink.gateway", $"{hop} is not within the uplink subnet {subnet.NetworkId}/{subnet.PrefixLength}; give the router's address there");
            }
            else if (hop == subnet.Address)
            {
                yield return result.ErrorAt("uplink.gateway", $"{hop} is the gateway's own address; give the router's");
            }
        }
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

    private static IEnumerable<ConfigurationError> Range(ConfigurationResult result, string key, AddressRange range, int item, Ipv4Network? uplink, Ipv4Address? gateway)
    {
        var config = result.Config!;
        if (uplink is { } subnet)
        {
            if (!config.PoolRouted && !(subnet.Contains(range.First) && subnet.Contains(range.Last)) && result.IsGood("pool.routed"))
            {
                yield return result.ErrorAt(key, $"{range} is not within the uplink subnet {subnet.NetworkId}/{subnet.PrefixLength}; take addresses of it, or set routed = true if the router sends these to us", item);
            }

            if (range.Contains(subnet.Address))
            {
                yield return result.ErrorAt(key, $"{range} contains {subnet.Address}, the gateway's own address; leave it out", item);
            }
        }

        if (gateway is { } router && range.Contains(router))
        {
            yield return result.ErrorAt(key, $"{range} contains {router}, the uplink's router; leave it out", item);
        }

        if (uplink is { PrefixLength: < 31 } lan && (range.Contains(lan.NetworkId) || range.Contains(lan.Last)))
        {
            yield return result.ErrorAt(key, $"{range} contains the network or broadcast address of {lan.NetworkId}/{lan.PrefixLength}; leave it out", item);
        }

        if (result.IsGood("inside.network") && range.Overlaps(new AddressRange(config.Inside.NetworkId, config.Inside.Last)))
        {
            yield return result.ErrorAt("inside.network", $"{config.Inside} overlaps the pool's {range}; choose a network that is used nowhere");
        }
    }
}
