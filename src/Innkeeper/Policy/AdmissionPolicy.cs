using System.Collections.Immutable;
using Innkeeper.Configuration;

namespace Innkeeper.Policy;

/// <summary>Where a device stands, by its profile and by what was decided before. Pure.</summary>
internal sealed class AdmissionPolicy(ImmutableDictionary<string, ProfileConfig> profiles, ImmutableArray<RuleConfig> rules)
{
    private readonly RuleSet _rules = new(rules);

    /// <summary>What is decided may change with time alone.</summary>
    public bool DependsOnTime => _rules.DependsOnTime;

    public ProfileConfig ProfileOf(DeviceRecord device, ushort vlan, DateTimeOffset now, out string because) =>
        profiles[_rules.ProfileOf(device, vlan, now.LocalDateTime, profiles.ContainsKey, out because)];

    /// <inheritdoc cref="Evaluate(DeviceRecord, ushort, DateTimeOffset, out ProfileConfig)"/>
    public DeviceRecord Evaluate(DeviceRecord device, ushort vlan, DateTimeOffset now) => Evaluate(device, vlan, now, out _);

    /// <summary>Looks at a device again, whatever happened: it is new, something of it is known now, time went on, the administrator decided.</summary>
    /// <param name="profile">The profile it has now.</param>
    public DeviceRecord Evaluate(DeviceRecord device, ushort vlan, DateTimeOffset now, out ProfileConfig profile)
    {
        profile = ProfileOf(device, vlan, now, out var because);
        device = device with { Profile = profile.Name };
        var standing = device.Admission;
        if (standing.State == AdmissionState.Admitted && standing.Until <= now)
        {
            return device with { Admission = new AdmissionStatus(AdmissionState.Held, "its admission is over", standing.By, now, null, DecisionSource.Time) };
        }

        if (standing.Origin != DecisionSource.Policy)
        {
            return device;
        }

        var wanted = profile.Admission == AdmissionMode.Auto ? AdmissionState.Admitted : AdmissionState.Held;
        var by = $"profile {profile.Name}";
        if (standing.State == wanted && standing.By == by)
        {
            return device;
        }

        var reason = profile.Admission switch
        {
            AdmissionMode.Auto => "its profile lets in whoever comes",
            AdmissionMode.Approve => "its profile asks the administrator",
            _ => "its profile is closed to newcomers",
        };

        // Who was let in stays in for as long as he was told, when he only changes the profile.
        var until = wanted != AdmissionState.Admitted ? null : standing.State == wanted ? standing.Until : now + profile.Lifetime;
        return device with { Admission = new AdmissionStatus(wanted, $"{reason} ({because})", by, now, until) };
    }

    /// <summary>The administrator lets it in.</summary>
    /// <param name="time">For how long; null: as its profile says.</param>
    public DeviceRecord Approve(DeviceRecord device, ushort vlan, TimeSpan? time, string reason, string by, DateTimeOffset now) =>
        Decide(device, AdmissionState.Admitted, reason, by, now, now + (time ?? ProfileOf(device, vlan, now, out _).Lifetime));

    /// <summary>The administrator holds or blocks it.</summary>
    public static DeviceRecord Refuse(DeviceRecord device, AdmissionState state, string reason, string by, DateTimeOffset now) => Decide(device, state, reason, by, now, null);

    private static DeviceRecord Decide(DeviceRecord device, AdmissionState state, string reason, string by, DateTimeOffset now, DateTimeOffset? until) =>
        device with { Admission = new AdmissionStatus(state, reason, $"administrator {by}", now, until, DecisionSource.Administrator) };
}
