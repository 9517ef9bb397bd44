using System.Collections.Immutable;

namespace Innkeeper.Configuration;

/// <summary>Whether gateways fit each other, the pools and the interfaces' names, and have what their profiles' devices need. No I/O.</summary>
internal static class GatewayCheck
{
    private const int MaxInterfaces = 3;

    public static IEnumerable<ConfigurationError> Static(ConfigurationResult result) =>
        result.Config!.Gateways.SelectMany((g, i) => OfOne(result, g, result.Config.Gateways[..i])).Concat(Overlaps(result)).Concat(Needs(result));

    /// <summary>The full name of a gateway's key.</summary>
    public static string KeyOf(GatewayConfig gateway, string key) => $"{RepeatedTable.Gateways.TableOf(gateway.Name)}.{key}";

    /// <param name="before">The gateways above it in the file.</param>
    private static IEnumerable<ConfigurationError> OfOne(ConfigurationResult result, GatewayConfig gateway, ImmutableArray<GatewayConfig> before)
    {
        var config = result.Config!;
        var (hop, port, address, shared) = (KeyOf(gateway, "next_hop"), KeyOf(gateway, "interface"), KeyOf(gateway, "address"), KeyOf(gateway, "shared"));
        if (!result.Positions.ContainsKey(hop) && result.IsValid(hop))
        {
            yield return result.ErrorAt(hop, $"is missing; give {SettingDefinitions.Find(hop)!.Expected}");
        }

        if (!result.IsValid(port))
        {
            yield break;
        }

        if (gateway.Interface is null)
        {
            if (gateway.Address is not null && result.IsValid(address))
            {
                yield return result.ErrorAt(address, "without an interface of its own this gateway is on the uplink LAN, where [uplink] address is ours; leave this one out, or give its interface");
            }

            yield break;
        }

        var conflict = !result.IsValid("access.interface", "uplink.interface") ? null
            : config.IsOneArmed ? "on one arm (access and uplink are the same interface) a gateway is a router of that LAN; leave the interface out"
            : gateway.Interface == config.Access.Interface ? "is the access interface; a gateway is on the uplink LAN or on an interface of its own"
            : gateway.Interface == config.Uplink.Interface ? "is the uplink's; leave it out, and the gateway is on the uplink LAN"
            : null;
        if (conflict is not null)
        {
            yield return result.ErrorAt(port, $"{gateway.Interface}: {conflict}");
        }

        var others = before.Where(g => g.Interface is not null && result.IsValid(KeyOf(g, "interface"))).ToList();
        var same = others.Where(g => g.Interface == gateway.Interface).ToList();
        if (same.Count == 0 && others.Select(g => g.Interface).Distinct().Count() == MaxInterfaces)
        {
            yield return result.ErrorAt(port, $"{gateway.Interface} is one too many: beside the uplink, up to {MaxInterfaces} interfaces are possible; put several gateways on one interface, or give fewer");
        }

        if (gateway.Address is not null && same.Find(g => g.Address is not null && g.Address != gateway.Address && result.IsValid(KeyOf(g, "address"))) is { } differs && result.IsValid(address))
        {
            yield return result.ErrorAt(address, $"{gateway.Address} differs from the address of the same interface in [{RepeatedTable.Gateways.TableOf(differs.Name)}], {differs.Address}; give it once");
        }

        if (config.Napt.Enabled && gateway.Shared.IsEmpty && same.Find(g => g.Shared.IsEmpty && result.IsValid(KeyOf(g, "shared"))) is { } sharing && result.IsValid(shared, "napt.enabled"))
        {
            yield return result.ErrorAt(
                shared, $"is missing, as it is in [{RepeatedTable.Gateways.TableOf(sharing.Name)}]: both would share the address of {gateway.Interface}, which one gateway can; give one of them addresses to share");
        }

        var known = gateway.Address ?? same.Find(g => g.Address is not null)?.Address;
        var lan = known is { } given && result.IsValid([address, .. same.Select(g => KeyOf(g, "address"))]) ? ConfigurationCheck.AgainstGateway(result, gateway, given) : ConfigurationCheck.OfGateway(result, gateway, null, null);
        foreach (var error in lan)
        {
            yield return error;
        }
    }

    /// <summary>Addresses that are listed twice, and routers in a list.</summary>
    private static IEnumerable<ConfigurationError> Overlaps(ConfigurationResult result)
    {
        var config = result.Config!;
        List<(string Key, ImmutableArray<AddressRange> Ranges)> lists =
        [
            ("pool.addresses", config.Pool.Addresses), ("napt.addresses", config.Napt.Addresses),
            .. config.Gateways.SelectMany(g => ((string, ImmutableArray<AddressRange>)[])[(KeyOf(g, "pool"), g.Pool), (KeyOf(g, "shared"), g.Shared)]),
        ];
        lists.RemoveAll(l => !result.IsValid(l.Key));
        for (var n = 0; n < lists.Count; n++)
        {
            var (key, ranges) = lists[n];
            for (var i = 0; i < ranges.Length; i++)
            {
                var range = ranges[i];
                var ofGateway = RepeatedTable.Of(RepeatedTable.ParentOf(key)) is not null;
                foreach (var (other, overlapped) in lists.Take(ofGateway ? n : 0).SelectMany(l => l.Ranges.Where(r => r.Overlaps(range)).Take(1).Select(r => (l.Key, r))))
                {
                    yield return result.ErrorAt(key, $"{range} overlaps {overlapped} of {other}; an address is one gateway's, and one device's or shared", i);
                }

                foreach (var gateway in config.Gateways.Where(g => range.Contains(g.NextHop) && result.IsValid(KeyOf(g, "next_hop"))))
                {
                    yield return result.ErrorAt(key, $"{range} contains {gateway.NextHop}, the router of [{RepeatedTable.Gateways.TableOf(gateway.Name)}]; leave it out", i);
                }
            }
        }
    }

    /// <summary>Reports each missing key once, however many profiles need it.</summary>
    private static IEnumerable<ConfigurationError> Needs(ConfigurationResult result)
    {
        var config = result.Config!;
        var bare = from gateway in config.Gateways
                   let pool = KeyOf(gateway, "pool")
                   where gateway.Interface is null && gateway.Pool.IsEmpty && gateway.Shared.IsEmpty && result.IsValid(KeyOf(gateway, "interface"), pool, KeyOf(gateway, "shared"))
                   select result.ErrorAt(pool, $"is missing, and so is shared: on the uplink LAN a gateway's devices need outside addresses of their own; give free addresses of {Place(gateway)}");
        var lacking = from profile in ProfileCheck.InOrder(config)
                      from setting in ((string, string?)[])[(result.OriginOf(profile.Name, "gateway"), profile.Gateway), (result.OriginOf(profile.Name, "fallback"), profile.Fallback)]
                      let legal = result.OriginOf(profile.Name, "legal")
                      where setting.Item2 is not null && result.IsValid(setting.Item1, legal, "napt.enabled")
                      let error = Lack(result, profile.Legal, legal, setting.Item2)
                      where error is not null
                      select error;
        return bare.Concat(lacking).DistinctBy(e => e.Key);
    }

    /// <param name="legal">The key of the profile's preference.</param>
    private static ConfigurationError? Lack(ConfigurationResult result, LegalPreference preference, string legal, string name)
    {
        var config = result.Config!;
        var gateway = config.Gateways.FirstOrDefault(g => g.Name == name);
        if (gateway is null && name != GatewayConfig.MainName)
        {
            return null;
        }

        if (preference == LegalPreference.Shared && !config.Napt.Enabled)
        {
            return result.ErrorAt(legal, "is \"shared\", and [napt] enabled = false leaves nothing to share; change one of them");
        }

        var (pool, addresses) = gateway is null ? ("pool.addresses", config.Pool.Addresses) : (KeyOf(gateway, "pool"), gateway.Pool);
        if (addresses.IsEmpty && (!config.Napt.Enabled || preference == LegalPreference.OwnOnly) && result.IsValid(pool))
        {
            return result.ErrorAt(
                pool, $"is missing, and {(config.Napt.Enabled ? $"[{RepeatedTable.ParentOf(legal)}] legal = \"own-only\"" : "[napt] enabled = false")} keeps devices from sharing one; give free addresses of {Place(gateway)}");
        }

        return gateway is { Interface: null, Shared.IsEmpty: true } && preference == LegalPreference.Shared && result.IsValid(KeyOf(gateway, "interface"), KeyOf(gateway, "shared"))
            ? result.ErrorAt(KeyOf(gateway, "shared"), $"is missing, and [{RepeatedTable.ParentOf(legal)}] legal = \"shared\" allows its devices no other address; give free addresses of {Place(gateway)}")
            : null;
    }

    private static string Place(GatewayConfig? gateway) =>
        gateway?.Interface is { } name ? $"the subnet of {name}, such as [\"198.51.100.3-198.51.100.5\"]" : "the uplink subnet, such as [\"192.0.2.50-192.0.2.99\"]";
}
