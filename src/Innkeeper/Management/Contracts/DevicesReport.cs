using System.Text.Json.Serialization;

namespace Innkeeper.Management.Contracts;

/// <summary>One claimed address of a device.</summary>
/// <param name="Gateway">The gateway the device believes in; null while unknown.</param>
/// <param name="Legal">What new conversations come from: its own, or the shared one.</param>
/// <param name="DnsServers">Whom it asks, believing them to answer.</param>
/// <param name="Shared">Null where it has nothing of a shared address.</param>
internal sealed record BindingReport(
    string Claimed, string Legal, string Inside, string? Gateway, string State, DateTimeOffset FirstSeen, DateTimeOffset LastSeen,
    ulong PacketsOut, ulong BytesOut, ulong PacketsIn, ulong BytesIn, IReadOnlyList<string>? DnsServers = null, SharedReport? Shared = null);

/// <summary>Where a device stands, and how it came to that.</summary>
/// <param name="State">"new", "held", "admitted" or "blocked".</param>
/// <param name="By">Who decided: "profile default", "rule 2", "administrator (root)".</param>
/// <param name="Until">When an admission ends; null: it does not.</param>
internal sealed record AdmissionReport(string State, string Reason, string By, DateTimeOffset Since, DateTimeOffset? Until = null);

/// <summary>One device.</summary>
/// <param name="Vlan">0 = untagged.</param>
/// <param name="State">"new", "held", "admitted" or "blocked".</param>
/// <param name="Bindings">Empty for a device that is known and has no address, as one that is held or blocked may be.</param>
/// <param name="PacketsOut">Those of all its bindings together, as are the other three.</param>
/// <param name="Name">Its name in the local zone; null when there is no zone.</param>
/// <param name="Randomised">The MAC is locally administered: no vendor, and perhaps another one tomorrow.</param>
/// <param name="Profile">The profile that holds for it; null where an earlier version does not say.</param>
/// <param name="GivenName">What the administrator calls it.</param>
/// <param name="HostName">What it calls itself: hostile text.</param>
/// <param name="UsesDhcp">Null while that is not known.</param>
/// <param name="PinnedProfile">The profile that the administrator chose for it, whatever the rules say.</param>
/// <param name="PinnedLegal">The legal address that is kept for it.</param>
internal sealed record DeviceReport(
    string Mac, int Vlan, string? Vendor, bool Randomised, string State, DateTimeOffset FirstSeen, DateTimeOffset LastSeen,
    IReadOnlyList<BindingReport> Bindings, ulong PacketsOut = 0, ulong BytesOut = 0, ulong PacketsIn = 0, ulong BytesIn = 0, string? Name = null,
    string? Profile = null, string? GivenName = null, IReadOnlyList<string>? Tags = null, string? HostName = null, bool? UsesDhcp = null,
    [property: JsonPropertyName("standing")] AdmissionReport? Admission = null, string? PinnedProfile = null, string? PinnedLegal = null);

/// <summary>The devices that are known, or those of them that were asked for.</summary>
internal sealed record DevicesReport(int Schema, IReadOnlyList<DeviceReport> Devices)
{
    public const int CurrentSchema = 2;

    /// <summary>What <see cref="DeviceReport.State"/> may be.</summary>
    public static readonly IReadOnlyList<string> States = ["new", "held", "admitted", "blocked"];
}
