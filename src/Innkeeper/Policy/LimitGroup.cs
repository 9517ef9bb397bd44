using Innkeeper.Configuration;

namespace Innkeeper.Policy;

/// <summary>With which other devices of its profile a device has the profile's rates and volume together. No I/O, clock or log.</summary>
internal static class LimitGroup
{
    /// <returns>The group's name for people, which is the same for all its devices: "voucher 3-17", "room 214", "tag hall", "VLAN 20". Null: the device is by itself.</returns>
    public static string? Of(ProfileConfig profile, DeviceRecord device, ushort vlan) => profile switch
    {
        { RateOut: 0, RateIn: 0, Volume: 0 } => null,
        { LimitsPer: LimitsPer.Code } => device.Admission.State == AdmissionState.Admitted && device.Grant is { End: null } grant ? OfGrant(grant) : null,
        { LimitsPer: LimitsPer.Tag } => device.Tags.Min(StringComparer.Ordinal) is { } tag ? $"tag {tag}" : null,
        { LimitsPer: LimitsPer.Vlan } => $"VLAN {vlan}",
        _ => null,
    };

    /// <summary>The devices that use the profile's volume together with this one; it alone, where it is by itself. Each stay in a room has a volume of its own.</summary>
    public static VolumeGroup VolumeOf(ProfileConfig profile, DeviceRecord device, ushort vlan) => new(profile.Name, Of(profile, device, vlan) switch
    {
        null => $"{VolumeGroup.OneDevice}{device.Mac}",
        _ when profile.LimitsPer == LimitsPer.Code && device.Grant is { Kind: GrantKind.Room } stay => $"room {stay.Id}",
        { } group => group,
    });

    /// <summary>The terms are accepted by each guest for themselves.</summary>
    private static string? OfGrant(Grant grant) => grant.Kind switch
    {
        GrantKind.Voucher => $"voucher {grant.Id}",
        GrantKind.Room => $"room {grant.Label}",
        _ => null,
    };
}
