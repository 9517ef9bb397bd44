using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.Policy;

namespace Innkeeper.Management;

/// <summary>Why a device cannot use the network, as stable words. The diagnosis has the same ones, but does not tell the three kinds of "held" apart. No I/O, clock or log.</summary>
internal static class DeviceCause
{
    /// <summary>It waits for approval.</summary>
    public const string Held = "held";

    /// <summary>Its profile is closed to new devices.</summary>
    public const string HeldClosed = "held-closed";

    /// <summary>The administrator makes it wait.</summary>
    public const string HeldByOrder = "held-by-order";

    public const string Expired = "expired";
    public const string Blocked = "blocked";
    public const string DeviceLimit = "device-limit";
    public const string PoolExhausted = "pool-exhausted";
    public const string TableFull = "table-full";
    public const string LeasesExhausted = "leases-exhausted";

    /// <summary>It is admitted, and held as its profile's volume is used up.</summary>
    public const string VolumeUsed = "volume-used";

    public static readonly IReadOnlyList<string> All = [Held, HeldClosed, HeldByOrder, Expired, Blocked, DeviceLimit, PoolExhausted, TableFull, LeasesExhausted, VolumeUsed];

    /// <param name="refusal">Why the device got no address a moment ago; null: it got one, or asked for none.</param>
    /// <param name="isUsedUp">Whether it is held for its volume.</param>
    /// <returns>Null: it can use the network, or its next packet decides.</returns>
    public static string? Of(DeviceRecord? record, ImmutableDictionary<string, ProfileConfig> profiles, ServiceRefusal? refusal, bool isUsedUp = false) => record?.Admission.State switch
    {
        AdmissionState.Blocked => Blocked,
        AdmissionState.Held => record.Admission.Origin switch
        {
            DecisionSource.Time => Expired,
            DecisionSource.Administrator => HeldByOrder,
            _ => profiles.GetValueOrDefault(record.Profile)?.Admission == AdmissionMode.Closed ? HeldClosed : Held,
        },
        AdmissionState.Admitted when isUsedUp => VolumeUsed,
        AdmissionState.Admitted => refusal switch
        {
            ServiceRefusal.DeviceLimit => DeviceLimit,
            ServiceRefusal.PoolExhausted => PoolExhausted,
            ServiceRefusal.TableFull => TableFull,
            ServiceRefusal.LeasesExhausted => LeasesExhausted,
            _ => null,
        },
        _ => null,
    };
}
