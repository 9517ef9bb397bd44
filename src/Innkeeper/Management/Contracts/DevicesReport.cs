using System.Text.Json.Serialization;

namespace Innkeeper.Management.Contracts;

/// <summary>One claimed address of a device.</summary>
/// <param name="Gateway">The gateway that the device uses; null while unknown.</param>
/// <param name="Legal">The source of new conversations: the device's own outside address, or the shared one.</param>
/// <param name="DnsServers">The servers it asks. The gateway answers in their place.</param>
/// <param name="Shared">Null where it has nothing of a shared address.</param>
internal sealed record BindingReport(
    string Claimed, string Legal, string Inside, string? Gateway, string State, DateTimeOffset FirstSeen, DateTimeOffset LastSeen,
    ulong PacketsOut, ulong BytesOut, ulong PacketsIn, ulong BytesIn, IReadOnlyList<string>? DnsServers = null, SharedReport? Shared = null);

/// <summary>An IPv6 address that a device uses.</summary>
/// <param name="Address">Its own.</param>
/// <param name="Outside">The address that stands for it outside; null: there is no IPv6 outside for it now.</param>
internal sealed record Ipv6AddressReport(
    string Address, string? Outside, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, ulong PacketsOut, ulong BytesOut, ulong PacketsIn, ulong BytesIn);

/// <summary>A volume of a profile, and what a group of devices has used of it in the present period.</summary>
/// <param name="Group">"voucher 3-17", "room 214/2" (a stay), "tag hall" or "VLAN 20"; "device" with a MAC: that device by itself.</param>
/// <param name="Limit">Octets, both ways together.</param>
/// <param name="Used">Of these; it may be more, as it is counted every ten seconds.</param>
/// <param name="Period">"day", "week" or "month".</param>
/// <param name="End">When the period ends, and the volume begins again.</param>
/// <param name="UsedUp">Its devices are held, but for those that the administrator admitted since.</param>
internal sealed record VolumeReport(string Group, string Profile, long Limit, long Used, long Left, string Period, DateTimeOffset End, bool UsedUp);

/// <summary>The volumes of all profiles.</summary>
/// <param name="Groups">How many groups used something in the present period.</param>
/// <param name="UsedUp">How many of them have used up their volume.</param>
/// <param name="Most">Those that have the smallest part of their volume left, a few.</param>
internal sealed record VolumesReport(int Groups, int UsedUp, IReadOnlyList<VolumeReport> Most);

/// <summary>A device's admission status, and its origin.</summary>
/// <param name="State">"new", "held", "admitted" or "blocked".</param>
/// <param name="By">The origin of the decision: "profile default", "rule 2", "administrator (root)".</param>
/// <param name="Until">When an admission ends; null: it does not.</param>
/// <param name="Ended">Why an admission ended: "time", "revoked", "check_out" or "data"; null: none did.</param>
internal sealed record AdmissionReport(
    string State, string Reason, string By, DateTimeOffset Since, DateTimeOffset? Until = null, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Ended = null);

/// <summary>One device.</summary>
/// <param name="Vlan">0 = untagged.</param>
/// <param name="State">"new", "held", "admitted" or "blocked".</param>
/// <param name="Bindings">Empty for a device that is known and has no address, as one that is held or blocked may be.</param>
/// <param name="PacketsOut">Those of all its bindings together, as are the other three.</param>
/// <param name="Name">Its name in the local zone; null when there is no zone.</param>
/// <param name="Randomised">The MAC is locally administered: no vendor, and perhaps another one tomorrow.</param>
/// <param name="Profile">The profile in effect; null when the gateway is of a version that does not report it.</param>
/// <param name="GivenName">The administrator's name for it.</param>
/// <param name="HostName">Its own host name: hostile text.</param>
/// <param name="UsesDhcp">Null while that is not known.</param>
/// <param name="PinnedProfile">The profile that the administrator chose for it, whatever the rules say.</param>
/// <param name="PinnedLegal">The legal address that is kept for it.</param>
/// <param name="IsSeen">False: it was decided about before it came; its times are those of the decision.</param>
/// <param name="Etag">The version of its record, for If-Match.</param>
/// <param name="PinnedProblem">Why the device does not have the address that is kept for it; null: it has it, or could.</param>
/// <param name="Cause">Why it cannot use the network, as a stable code: "held" (it waits for approval), "held-closed" (its profile is closed to new devices), "held-by-order",
/// "expired" (its admission has ended), "blocked", "device-limit" (one more address than its profile allows), "pool-exhausted", "table-full", "leases-exhausted" or
/// "volume-used" (its profile's volume is used up). Null: it can.</param>
/// <param name="LimitsWith">With whom it has its profile's rates and volume together: "voucher 3-17", "room 214", "tag hall", "VLAN 20"; null: it has them for itself, or has none.</param>
/// <param name="Volume">The data that it may use, with its group; null: any amount.</param>
/// <param name="DnsName">The name in the local zone that the administrator's name for it gives; null: there is none.</param>
internal sealed record DeviceReport(
    string Mac, int Vlan, string? Vendor, bool Randomised, string State, DateTimeOffset FirstSeen, DateTimeOffset LastSeen,
    IReadOnlyList<BindingReport> Bindings, ulong PacketsOut = 0, ulong BytesOut = 0, ulong PacketsIn = 0, ulong BytesIn = 0, string? Name = null,
    string? Profile = null, string? GivenName = null, IReadOnlyList<string>? Tags = null, string? HostName = null, bool? UsesDhcp = null,
    [property: JsonPropertyName("standing")] AdmissionReport? Admission = null, string? PinnedProfile = null, string? PinnedLegal = null, bool IsSeen = true, string? PinnedProblem = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Etag = null, string? Cause = null, string? DnsName = null,
    string? LimitsWith = null, VolumeReport? Volume = null, IReadOnlyList<Ipv6AddressReport>? Ipv6 = null);

/// <summary>The known devices, or the selected ones, or a page of them.</summary>
/// <param name="Total">How many there are on all pages; 0 from a gateway of a version that does not say.</param>
/// <param name="Next">The cursor of the next page; null: there is none.</param>
internal sealed record DevicesReport(int Schema, IReadOnlyList<DeviceReport> Devices, int Total = 0, string? Next = null)
{
    public const int CurrentSchema = 2;

    /// <summary>The values of <see cref="DeviceReport.State"/>.</summary>
    public static readonly IReadOnlyList<string> States = ["new", "held", "admitted", "blocked"];
}
