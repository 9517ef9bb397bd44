using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>Whether the portal's settings fit each other and those of DNS. No I/O.</summary>
internal static class PortalCheck
{
    /// <summary>HTTPS needs name, certificate and key, and a name that this gateway's DNS answers.</summary>
    public static IEnumerable<ConfigurationError> Static(ConfigurationResult result)
    {
        var portal = result.Config!.Portal;
        (string Key, string Value)[] parts = [("portal.name", portal.Name), ("portal.certificate", portal.Certificate), ("portal.key", portal.Key)];
        var set = parts.Where(p => p.Value != "").Select(p => p.Key).ToList();
        if (set.Count is > 0 and < 3 && result.IsValid("portal.name", "portal.certificate", "portal.key"))
        {
            foreach (var (key, _) in parts.Where(p => p.Value == ""))
            {
                yield return result.ErrorAt(key, $"is missing, and {set[0]} is set; HTTPS needs name, certificate and key, and without it none of them");
            }
        }

        (bool IsOff, string Key, string What, string Why)[] needed =
        [
            (!portal.Enabled, "portal.enabled", "[portal] enabled", "is for devices that wait before the page"),
            (!result.Config.Dns.Enabled, "dns.enabled", "[dns] enabled", "lists names, which this gateway's DNS answers"),
            (!result.Config.Napt.Enabled, "napt.enabled", "[napt] enabled", "needs a shared outside address, as devices that wait have none of their own"),
        ];
        foreach (var (_, key, what, why) in needed.Where(n => n.IsOff && portal.HasGarden && result.IsValid("portal.allow", n.Key)))
        {
            yield return result.ErrorAt("portal.allow", $"{why}, and {what} = false; change one of them");
        }

        foreach (var profile in ProfileCheck.InOrder(result.Config).Where(p => p.Admission == AdmissionMode.Approve && p.WaysIn.Has(WayIn.Terms)))
        {
            var ways = result.OriginOf(profile.Name, "ways_in");
            if (portal is { Enabled: true, Directory: "" } && ways == $"{RepeatedTable.Profiles.TableOf(profile.Name)}.ways_in" && result.IsValid(ways, "portal.directory"))
            {
                yield return result.ErrorAt(ways, "has \"terms\", and there are none: set [portal] directory to a directory that has terms.en.txt, or leave \"terms\" out");
            }
        }

        (Ipv4Network? Network, string Key, string What)[] inUse =
        [
            (result.Config.Uplink.Address, "uplink.address", "the uplink subnet"), (result.Config.Access.Address, "access.address", "the access LAN"),
            (result.Config.Inside.Network, "inside.network", "[inside] network"), (result.Config.Dhcp.Network, "dhcp.network", "[dhcp] network"),
        ];
        foreach (var (network, key, what) in inUse)
        {
            if (network is { } lan && lan.Contains(portal.Address) && result.IsValid("portal.address", key))
            {
                yield return result.ErrorAt("portal.address", $"{portal.Address} is in {what} {lan.NetworkId}/{lan.PrefixLength}; choose an address that no device and no LAN has");
            }
        }

        if (portal.Name == "" || !result.IsValid("portal.name"))
        {
            yield break;
        }

        if (!result.Config.Dns.Enabled && result.IsValid("dns.enabled"))
        {
            yield return result.ErrorAt("portal.name", $"{portal.Name} is answered by this gateway's DNS, and [dns] enabled = false; change one of them");
        }

        if (result.Config.Dns.Hosts.Keys.FirstOrDefault(h => h.TrimEnd('.').Equals(portal.Name, StringComparison.OrdinalIgnoreCase)) is { } host)
        {
            yield return result.ErrorAt($"dns.hosts.{host}", "is [portal] name as well, which leads to this gateway; leave it out");
        }
    }
}
