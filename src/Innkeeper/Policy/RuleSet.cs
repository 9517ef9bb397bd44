using System.Collections.Immutable;
using System.IO.Enumeration;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Policy;

/// <summary>
/// Selects a device's profile: the administrator's pin, otherwise that of the guest's voucher or room, otherwise the first rule that matches, otherwise the default. No I/O, clock or log.
/// </summary>
internal sealed class RuleSet(ImmutableArray<RuleConfig> rules)
{
    /// <summary>Whether a rule's result may change with time alone.</summary>
    public bool DependsOnTime { get; } = rules.Any(r => r.Hours is not null || !r.Days.IsEmpty);

    /// <summary>Whether a rule asks for the VLAN.</summary>
    public bool DependsOnVlan { get; } = rules.Any(r => r.Vlan is not null);

    /// <param name="local">The local time of the gateway.</param>
    /// <param name="because">The reason in words for the administrator.</param>
    /// <param name="profiles">The profiles that exist: a pin to a deleted one is ignored.</param>
    public string ProfileOf(DeviceRecord device, ushort vlan, DateTime local, Func<string, bool> profiles, out string because)
    {
        if (device.PinnedProfile is { } pinned && profiles(pinned))
        {
            because = "the administrator's word";
            return pinned;
        }

        if (device.Grant is { End: null, Profile.Length: > 0 } grant && profiles(grant.Profile))
        {
            because = grant.Name;
            return grant.Profile;
        }

        for (var i = 0; i < rules.Length; i++)
        {
            if (Fits(rules[i], device, vlan, local))
            {
                because = $"rule {i + 1}";
                return rules[i].Profile;
            }
        }

        because = "no rule";
        return ProfileConfig.DefaultName;
    }

    private static bool Fits(RuleConfig rule, DeviceRecord device, ushort vlan, DateTime local) =>
        (rule.Mac is not { } mac || IsWithin(device.Mac, mac, rule.MacBits))
        && (rule.Vlan is not { } number || number == vlan)
        && (rule.HostName is not { } pattern || (device.HostName.Length > 0 && FileSystemName.MatchesSimpleExpression(pattern, device.HostName)))
        && (rule.Uses is not { } use || use == device.Uses)
        && IsTime(rule, local);

    private static bool IsWithin(MacAddress mac, MacAddress prefix, int bits) => bits == 0 || mac.Value >> (48 - bits) == prefix.Value >> (48 - bits);

    /// <summary>A span over midnight belongs to the day on which it begins.</summary>
    private static bool IsTime(RuleConfig rule, DateTime local)
    {
        var day = local.DayOfWeek;
        if (rule.Hours is { } hours)
        {
            var minute = (int)local.TimeOfDay.TotalMinutes;
            var isOverMidnight = hours.To <= hours.From;
            if (isOverMidnight ? minute >= hours.To && minute < hours.From : minute < hours.From || minute >= hours.To)
            {
                return false;
            }

            if (isOverMidnight && minute < hours.To)
            {
                day = local.AddDays(-1).DayOfWeek;
            }
        }

        return rule.Days.IsEmpty || rule.Days.Contains(day);
    }
}
