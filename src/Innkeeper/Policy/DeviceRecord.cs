using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Policy;

/// <summary>What is known of a device beyond its bindings, in whatever VLAN it is: where it stands, and what the administrator said of it. Immutable.</summary>
internal sealed record DeviceRecord(MacAddress Mac, DateTimeOffset FirstSeen)
{
    public AdmissionStatus Admission { get; init; } = new(AdmissionState.New, "", "", FirstSeen);

    /// <summary>The name that the administrator gave it; "": none.</summary>
    public string Name { get; init; } = "";

    public ImmutableSortedSet<string> Tags { get; init; } = [];

    /// <summary>The profile that the administrator gave it, whatever the rules say.</summary>
    public string? PinnedProfile { get; init; }

    /// <summary>The legal address that the administrator gave it.</summary>
    public Ipv4Address? PinnedLegal { get; init; }

    /// <summary>As it says by DHCP: a guest's text, to be shown with care. "": it said none.</summary>
    public string HostName { get; init; } = "";

    /// <summary>How it came by the address that it used last; null: it used none yet.</summary>
    public DeviceUse? Uses { get; init; }

    /// <summary>The profile it was last found to have.</summary>
    public string Profile { get; init; } = ProfileConfig.DefaultName;

    /// <summary>The administrator has spoken of it: it is never forgotten but by his word.</summary>
    public bool IsDecided => Admission.Origin != DecisionSource.Policy || PinnedProfile is not null || PinnedLegal is not null || Name.Length > 0 || !Tags.IsEmpty;
}
