namespace Innkeeper.Configuration;

/// <summary>Whether profiles and rules refer to existing names and make sense. No I/O.</summary>
internal static class ProfileCheck
{
    private static readonly string[] s_conditions = [.. RepeatedTable.Rules.Keys.Where(k => k != "profile")];

    public static IEnumerable<ConfigurationError> Static(ConfigurationResult result) =>
        InOrder(result.Config!).SelectMany(p => OfProfile(result, p)).Concat(result.Config!.Rules.SelectMany((rule, i) => OfRule(result, rule, RepeatedTable.Rules.TableOf($"{i + 1}"))));

    /// <summary>The default first, so that an error in it is reported once, and not for each profile that copies it.</summary>
    public static IEnumerable<ProfileConfig> InOrder(InnkeeperConfig config) =>
        config.Profiles.Values.OrderBy(p => p.Name != ProfileConfig.DefaultName).ThenBy(p => p.Name, StringComparer.Ordinal);

    private static IEnumerable<ConfigurationError> OfProfile(ConfigurationResult result, ProfileConfig profile)
    {
        var (gateway, fallback) = (result.OriginOf(profile.Name, "gateway"), result.OriginOf(profile.Name, "fallback"));
        foreach (var (key, name) in ((string, string?)[])[(gateway, profile.Gateway), (fallback, profile.Fallback)])
        {
            var isGateway = name is null or GatewayConfig.MainName || result.Config!.Gateways.Any(g => g.Name == name);
            if (!isGateway && IsOwn(profile, key) && result.IsValid(key, RepeatedTable.Gateways.Name, RepeatedTable.Gateways.TableOf(name!)))
            {
                yield return result.ErrorAt(key, NoSuch(name!, RepeatedTable.Gateways, result.Config!.Gateways.Select(g => g.Name).Prepend(GatewayConfig.MainName)));
            }
        }

        foreach (var error in OfWaysIn(result, profile))
        {
            yield return error;
        }

        if (profile.Fallback == profile.Gateway && (IsOwn(profile, gateway) || IsOwn(profile, fallback)) && result.IsValid(gateway, fallback))
        {
            yield return result.ErrorAt(
                IsOwn(profile, fallback) ? fallback : gateway,
                $"the gateway and its fallback are both \"{profile.Gateway}\"{(IsOwn(profile, fallback) && IsOwn(profile, gateway) ? "" : ", one of them from [profiles.default]")}; give another fallback, or \"none\"");
        }

        var (denied, allowed) = (result.OriginOf(profile.Name, "denied"), result.OriginOf(profile.Name, "allowed"));
        if (profile.Denied is { } list && IsOwn(profile, denied) && IsOwn(profile, allowed) && result.IsValid(denied, allowed))
        {
            foreach (var both in ProfileDefinitions.NamesOf(list).Intersect(ProfileDefinitions.NamesOf(profile.Allowed)))
            {
                yield return result.ErrorAt(allowed, $"{both} is denied too; keep it in one of the two");
            }
        }
    }

    /// <summary>Only where the profile has the setting itself: one that is copied from the default may be of no use to it.</summary>
    private static IEnumerable<ConfigurationError> OfWaysIn(ConfigurationResult result, ProfileConfig profile)
    {
        var (ways, readmit, admission) = (result.OriginOf(profile.Name, "ways_in"), result.OriginOf(profile.Name, "readmit"), result.OriginOf(profile.Name, "admission"));
        if (!result.IsValid(ways, readmit, admission))
        {
            yield break;
        }

        if (!profile.WaysIn.Equals(WayList.AskOnly) && profile.Admission != AdmissionMode.Approve && IsOwn(profile, ways))
        {
            yield return result.ErrorAt(ways, $"is of use only with admission = \"approve\", and here it is \"{ProfileDefinitions.NameOf(profile.Admission)}\"; change one of them");
        }

        if (profile.Readmit && profile.Admission != AdmissionMode.Auto && IsOwn(profile, readmit))
        {
            yield return result.ErrorAt(readmit, $"is of use only with admission = \"auto\", and here it is \"{ProfileDefinitions.NameOf(profile.Admission)}\"; change one of them");
        }

        if (profile.WaysIn.Ways is [not WayIn.Ask, ..] or [_, _, ..] && !result.Config!.Portal.Enabled && IsOwn(profile, ways) && result.IsValid("portal.enabled"))
        {
            yield return result.ErrorAt(ways, "needs the portal's page, and [portal] enabled = false; change one of them");
        }
    }

    private static IEnumerable<ConfigurationError> OfRule(ConfigurationResult result, RuleConfig rule, string table)
    {
        var (config, profile) = (result.Config!, $"{table}.profile");
        if (!result.IsValid(profile))
        {
        }
        else if (!result.Positions.ContainsKey(profile))
        {
            yield return result.ErrorAt(profile, $"is missing; give {SettingDefinitions.Find(profile)!.Expected}");
        }
        else if (!config.Profiles.ContainsKey(rule.Profile) && result.IsValid(RepeatedTable.Profiles.Name, RepeatedTable.Profiles.TableOf(rule.Profile)))
        {
            yield return result.ErrorAt(profile, NoSuch(rule.Profile, RepeatedTable.Profiles, InOrder(config).Select(p => p.Name)));
        }

        // A key that is wrong or unknown may have been meant as the condition.
        if (!s_conditions.Any(c => result.Positions.ContainsKey($"{table}.{c}")) && !result.InvalidKeys.Any(b => b.StartsWith(table + ".", StringComparison.Ordinal)))
        {
            yield return result.ErrorAt(table, $"has no condition; give one or more of {string.Join(", ", s_conditions)}; put settings for every device into [profiles.default]");
        }

        if (rule.Vlan is > 0 and var vlan && !config.Access.Vlans.Contains(vlan) && result.IsValid("access.vlans", "access.interface", "uplink.interface"))
        {
            yield return result.ErrorAt($"{table}.vlan", config.IsOneArmed
                ? $"{vlan}: on one arm (access and uplink are the same interface) only untagged frames are served; leave the rule out"
                : $"{vlan} is not served, so that the rule never fits; add it to [access] vlans");
        }
    }

    private static string NoSuch(string name, RepeatedTable kind, IEnumerable<string> names) => $"\"{name}\" is not {kind.What}; " + (Suggest.Nearest(name, names) is { } nearest
        ? $"did you mean \"{nearest}\"?"
        : $"give one of {string.Join(", ", names.Select(n => $"\"{n}\""))}, or write [{kind.TableOf(name)}]");

    /// <summary>Whether the profile sets the key itself, and has not copied it from the default.</summary>
    private static bool IsOwn(ProfileConfig profile, string key) => key.StartsWith(RepeatedTable.Profiles.TableOf(profile.Name) + ".", StringComparison.Ordinal);
}
