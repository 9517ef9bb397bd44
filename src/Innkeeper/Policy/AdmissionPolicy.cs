using System.Collections.Immutable;
using Innkeeper.Configuration;

namespace Innkeeper.Policy;

/// <summary>Decides a device's admission by its profile and by earlier decisions. No I/O, clock or log.</summary>
/// <param name="toWall">Converts a time to the wall clock's: rules by hours go by it, ends of admissions do not. Null: both are the same.</param>
internal sealed class AdmissionPolicy(ImmutableDictionary<string, ProfileConfig> profiles, ImmutableArray<RuleConfig> rules, Func<DateTimeOffset, DateTimeOffset>? toWall = null)
{
    /// <summary>The reason of a device whose admission has ended; the origin of its status is that of the admission.</summary>
    public const string Expired = "its admission has expired";

    private readonly RuleSet _rules = new(rules);

    /// <summary>Whether a decision may change with time alone.</summary>
    public bool DependsOnTime => _rules.DependsOnTime;

    /// <summary>Whether a device's VLAN must be known.</summary>
    public bool DependsOnVlan => _rules.DependsOnVlan;

    public bool HasProfile(string name) => profiles.ContainsKey(name);

    public ProfileConfig ProfileOf(DeviceRecord device, ushort vlan, DateTimeOffset now, out string because) =>
        profiles[_rules.ProfileOf(device, vlan, (toWall?.Invoke(now) ?? now).LocalDateTime, profiles.ContainsKey, out because)];

    /// <inheritdoc cref="Evaluate(DeviceRecord, ushort, DateTimeOffset, out ProfileConfig)"/>
    public DeviceRecord Evaluate(DeviceRecord device, ushort vlan, DateTimeOffset now) => Evaluate(device, vlan, now, out _);

    /// <summary>Evaluates a device again after any change: it is new, more is known about it, time passed, or the administrator decided.</summary>
    /// <param name="profile">The profile that the device has now.</param>
    public DeviceRecord Evaluate(DeviceRecord device, ushort vlan, DateTimeOffset now, out ProfileConfig profile)
    {
        // The profile of a grant ends with it.
        if (device.Admission is { State: AdmissionState.Admitted } && device.Admission.Until <= now)
        {
            device = Ended(device, GrantEnd.Time, now);
        }

        profile = ProfileOf(device, vlan, now, out var because);
        device = device with { Profile = profile.Name };
        var status = device.Admission;
        var readmits = status is { State: AdmissionState.Held, Origin: DecisionSource.Time } && profile is { Admission: AdmissionMode.Auto, Readmit: true };
        if (status.Origin != DecisionSource.Policy && !readmits && !(status.Origin == DecisionSource.Time && device.Machine is not null))
        {
            return device;
        }

        if (device.Machine is { } machine)
        {
            return OfMachine(device, machine, now);
        }

        var wanted = profile.Admission == AdmissionMode.Auto ? AdmissionState.Admitted : AdmissionState.Held;
        var by = $"profile {profile.Name}";
        if (status.State == wanted && status.By == by)
        {
            return device;
        }

        var reason = profile.Admission switch
        {
            AdmissionMode.Auto => "its profile admits every device",
            AdmissionMode.Approve => "its profile asks the administrator",
            _ => "its profile is closed to new devices",
        };

        // An admitted device keeps the time it was admitted for when only its profile changes.
        var until = wanted != AdmissionState.Admitted ? null : status.State == wanted ? status.Until : now + profile.Lifetime;
        return device with { Admission = new AdmissionStatus(wanted, $"{reason} ({because})", by, now, until) };
    }

    /// <summary>A machine of the file is admitted without end: the administrator wrote it there.</summary>
    private static DeviceRecord OfMachine(DeviceRecord device, MachineConfig machine, DateTimeOffset now)
    {
        var by = $"machine {machine.Name}";
        return device.Admission is { State: AdmissionState.Admitted, Until: null } status && status.By == by
            ? device
            : device with { Admission = new AdmissionStatus(AdmissionState.Admitted, "it is in [[machines]]", by, now) };
    }

    /// <summary>
    /// How a guest may let a device in now, by the profile that it has without a voucher: not against the administrator's decision. One that a guest let
    /// in for a time can be let in for longer by a further code.
    /// </summary>
    public ImmutableArray<WayIn> WaysFor(DeviceRecord device, ushort vlan, DateTimeOffset now)
    {
        var isIn = device.Admission is { State: AdmissionState.Admitted, Origin: DecisionSource.Guest, Until: not null };
        if (!isIn && device.Admission is not { State: AdmissionState.New or AdmissionState.Held, Origin: not DecisionSource.Administrator })
        {
            return [];
        }

        var profile = ProfileOf(device with { Grant = null }, vlan, now, out _);
        return profile.Admission != AdmissionMode.Approve ? [] : isIn ? [.. profile.WaysIn.Ways.Where(w => w == WayIn.Code)] : profile.WaysIn.Ways;
    }

    /// <summary>The guest lets it in.</summary>
    /// <param name="until">Null: without an end.</param>
    public static DeviceRecord Admit(DeviceRecord device, Grant grant, DateTimeOffset? until, DateTimeOffset now) => device with
    {
        Grant = grant,
        Admission = new AdmissionStatus(AdmissionState.Admitted, "its guest let it in", grant.Name, now, until, DecisionSource.Guest),
    };

    /// <summary>The admission by a grant ends before its time.</summary>
    public static DeviceRecord End(DeviceRecord device, GrantEnd why, DateTimeOffset now) => Ended(device, why, now);

    /// <summary>The administrator admits it.</summary>
    /// <param name="time">For how long; null: as its profile sets.</param>
    public DeviceRecord Approve(DeviceRecord device, ushort vlan, TimeSpan? time, string reason, string by, DateTimeOffset now) =>
        Decide(device, AdmissionState.Admitted, reason, by, now, now + (time ?? ProfileOf(device, vlan, now, out _).Lifetime));

    /// <summary>The administrator holds or blocks it.</summary>
    public static DeviceRecord Refuse(DeviceRecord device, AdmissionState state, string reason, string by, DateTimeOffset now) => Decide(device, state, reason, by, now, null);

    /// <summary>The data plane treats it so, and nothing else is known: an earlier decision stays in force.</summary>
    public static DeviceRecord Keep(DeviceRecord device, AdmissionState state, DateTimeOffset now, DateTimeOffset? until) =>
        device with { Admission = new AdmissionStatus(state, "the data plane had it so when the database did not", "the data plane", now, until, DecisionSource.Administrator) };

    private static DeviceRecord Ended(DeviceRecord device, GrantEnd why, DateTimeOffset now) => device with
    {
        Admission = new AdmissionStatus(AdmissionState.Held, Grant.ReasonOf(why, device.Grant?.Kind), device.Admission.By, now, null, DecisionSource.Time),
        Grant = device.Grant is { End: null } grant ? grant with { End = why } : device.Grant,
    };

    private static DeviceRecord Decide(DeviceRecord device, AdmissionState state, string reason, string by, DateTimeOffset now, DateTimeOffset? until) =>
        device with { Grant = null, Admission = new AdmissionStatus(state, reason, $"administrator {by}", now, until, DecisionSource.Administrator) };
}
