using Innkeeper.Configuration;

namespace Innkeeper.Policy;

/// <summary>With which other devices of its profile a device has the profile's rates together. No I/O, clock or log.</summary>
internal static class LimitGroup
{
    /// <returns>The group's name for people, which is the same for all its devices: "voucher 3-17", "room 214", "tag hall", "VLAN 20". Null: the device is by itself.</returns>
    public static string? Of(ProfileConfig profile, DeviceRecord device, ushort vlan) => profile switch
    {
        { RateOut: 0, RateIn: 0 } => null,
        { LimitsPer: LimitsPer.Code } => device.Admission.State == AdmissionState.Admitted && device.Grant is { End: null } grant ? OfGrant(grant) : null,
        { LimitsPer: LimitsPer.Tag } => device.Tags.Min(StringComparer.Ordinal) is { } tag ? $"tag {tag}" : null,
        { LimitsPer: LimitsPer.Vlan } => $"VLAN {vlan}",
        _ => null,
    };

    /// <summary>The terms are accepted by each guest for themselves.</summary>
    private static string? OfGrant(Grant grant) => grant.Kind switch
    {
        GrantKind.Voucher => $"voucher {grant.Id}",
        GrantKind.Room => $"room {grant.Label}",
        _ => null,
    };
}
