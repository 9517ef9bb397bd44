using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Policy;

/// <summary>A device's record beyond its bindings, for any VLAN: its admission, and the administrator's settings for it. Immutable.</summary>
internal sealed record DeviceRecord(MacAddress Mac, DateTimeOffset FirstSeen)
{
    public AdmissionStatus Admission { get; init; } = new(AdmissionState.New, "", "", FirstSeen);

    /// <summary>The grant by which its guest let it in, in force or ended; null: the guest did not, or the administrator decided since.</summary>
    public Grant? Grant { get; init; }

    /// <summary>Its entry in [[machines]]; null: it has none. Not part of the database: what the file says holds as long as it says so.</summary>
    public MachineConfig? Machine { get; init; }

    /// <summary>The administrator's name for it, of which its entry in [[machines]] has the last word; "": none.</summary>
    public string Name { get => Machine?.Name ?? field; init; } = "";

    public ImmutableSortedSet<string> Tags { get; init; } = [];

    /// <summary>The profile that the administrator pinned, whatever the rules say.</summary>
    public string? PinnedProfile { get; init; }

    /// <summary>Another device's entry in [[machines]] has the outside address that was pinned to this one. Not part of the database either.</summary>
    public bool IsPinOverruled { get; init; }

    /// <summary>The outside address that the administrator pinned, of which [[machines]] has the last word.</summary>
    public Ipv4Address? PinnedLegal { get => Machine?.Outside ?? (IsPinOverruled ? null : field); init; }

    /// <summary>Its DHCP host name: chosen by the guest, so show it with care. "": none.</summary>
    public string HostName { get; init; } = "";

    /// <summary>How it got the address that it used last; null: it used none yet.</summary>
    public DeviceUse? Uses { get; init; }

    /// <summary>The profile of its last evaluation.</summary>
    public string Profile { get; init; } = ProfileConfig.DefaultName;

    /// <summary>As the database has it.</summary>
    public DeviceRecord WithoutMachines() => this with { Machine = null, IsPinOverruled = false };

    /// <summary>
    /// The administrator set something for it, or it has a voucher or room: only the administrator deletes the record. Terms do not count: invented
    /// devices could accept them without end.
    /// </summary>
    public bool IsDecided => Machine is not null || (Admission.Origin != DecisionSource.Policy && Grant is not { Kind: GrantKind.Terms }) || PinnedProfile is not null || PinnedLegal is not null || Name.Length > 0 || !Tags.IsEmpty;
}
