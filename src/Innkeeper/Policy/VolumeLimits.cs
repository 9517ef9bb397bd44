using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Policy;

/// <summary>Devices of a profile that use one volume together.</summary>
/// <param name="Name">For people too: "device 02:00:00:00:00:01", "voucher 3-17", "room 214/2" (a stay), "tag hall", "VLAN 20".</param>
internal readonly record struct VolumeGroup(string Profile, string Name)
{
    /// <summary>Before the MAC of a device that is by itself.</summary>
    public const string OneDevice = "device ";

    /// <summary>The device that is by itself; null: it is a group.</summary>
    public MacAddress? Device => Name.StartsWith(OneDevice, StringComparison.Ordinal) && MacAddress.TryParse(Name.AsSpan(OneDevice.Length), out var mac) ? mac : null;
}

/// <summary>The part of its volume that a group has used.</summary>
/// <param name="Begin">The first day of the period in which it was used.</param>
/// <param name="UsedUp">When the volume was found used up; null: it is not, or was not noticed yet.</param>
internal sealed record VolumeUse(DateOnly Begin, long Octets, DateTimeOffset? UsedUp = null);

/// <summary>The volume of a device's group now.</summary>
/// <param name="Limit">Octets in each period.</param>
/// <param name="Use">In the present period.</param>
/// <param name="End">When the present period ends, by the wall clock.</param>
internal sealed record VolumeStanding(VolumeGroup Group, long Limit, VolumePeriod Period, VolumeUse Use, DateTimeOffset End)
{
    public bool IsUsedUp => Use.Octets >= Limit;

    /// <summary>Whether this device is held for it: not one that the administrator admitted since.</summary>
    public bool IsHeld { get; init; }
}

/// <summary>
/// The volumes of profiles: what each group has used, and whether its devices are held for it. That is laid over their admission, which stays as it is.
/// One thread counts (<see cref="Uses"/>); any thread may ask. No I/O or log.
/// </summary>
/// <param name="known">The amounts that an earlier process counted.</param>
/// <param name="clock">Steady time: by it, records say when they were decided.</param>
/// <param name="toWall">Converts a steady time to the wall clock's: periods go by that.</param>
/// <param name="zone">The time zone of the periods.</param>
internal sealed class VolumeLimits(
    InnkeeperConfig config, IEnumerable<KeyValuePair<VolumeGroup, VolumeUse>> known, TimeProvider clock, Func<DateTimeOffset, DateTimeOffset> toWall, TimeZoneInfo zone)
{
    private readonly AdmissionPolicy _admission = new(config.Profiles, config.Rules, toWall);
    private volatile ImmutableDictionary<VolumeGroup, VolumeUse> _uses = known.ToImmutableDictionary();

    /// <summary>Whether any profile has a volume.</summary>
    public bool IsUsed { get; } = config.Profiles.Values.Any(p => p.Volume > 0);

    /// <summary>The amounts that were used. Rows of periods that are over may be among them.</summary>
    public ImmutableDictionary<VolumeGroup, VolumeUse> Uses
    {
        get => _uses;
        set => _uses = value;
    }

    /// <summary>The volume of a device in a VLAN; null: its profile has none.</summary>
    public VolumeStanding? Of(DeviceRecord device, ushort vlan) => IsUsed ? Of(_admission.ProfileOf(device, vlan, clock.GetUtcNow(), out _), device, vlan) : null;

    /// <param name="profile">The one that it has.</param>
    /// <inheritdoc cref="Of(DeviceRecord, ushort)"/>
    public VolumeStanding? Of(ProfileConfig profile, DeviceRecord device, ushort vlan) => profile.Volume == 0 ? null : Of(LimitGroup.VolumeOf(profile, device, vlan), profile) is var standing
        && device.Admission is { State: AdmissionState.Admitted } status && standing.IsUsedUp && !(status.Origin == DecisionSource.Administrator && status.Since >= standing.Use.UsedUp)
            ? standing with { IsHeld = true }
            : standing;

    /// <summary>The volume of a group; null: its profile is gone, or has none.</summary>
    public VolumeStanding? Of(VolumeGroup group) => config.Profiles.TryGetValue(group.Profile, out var profile) && profile.Volume > 0 ? Of(group, profile) : null;

    private VolumeStanding Of(VolumeGroup group, ProfileConfig profile)
    {
        var begin = VolumePeriods.BeginOf(profile.VolumePeriod, VolumePeriods.DayOf(toWall(clock.GetUtcNow()), zone));
        var use = _uses.TryGetValue(group, out var known) && known.Begin == begin ? known : new VolumeUse(begin, 0);
        return new VolumeStanding(group, profile.Volume, profile.VolumePeriod, use, VolumePeriods.Midnight(VolumePeriods.Next(profile.VolumePeriod, begin), zone));
    }
}
