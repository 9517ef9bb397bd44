using System.Text.Json.Serialization;

namespace Innkeeper.Control;

/*
 * What `status --json` and `devices --json` print: snake case, times in ISO 8601 UTC, `schema` goes up when a field
 * changes its meaning or goes; fields are added without.
 */

/// <summary>The pool's addresses by state.</summary>
internal sealed record PoolReport(int Total, int Ready, int Bound, int Probing, int Quarantined);

/// <summary>What was taken over at start: how many bindings, and from where ("pins", "programs", "none").</summary>
internal sealed record AdoptionReport(int Bindings, string Source);

/// <summary>Something an administrator should see.</summary>
internal sealed record EventReport(DateTimeOffset Time, string Kind, string Text);

/// <summary>A server that resolves for us.</summary>
/// <param name="State">"alive", or "dead" after timeouts in a row.</param>
/// <param name="LatencyMs">Smoothed time to an answer; 0 while none came.</param>
internal sealed record UpstreamReport(string Server, string State, double LatencyMs, long Queries, long Answers, long Timeouts, long Failures);

/// <summary>The DNS service.</summary>
/// <param name="Cached">Answers kept, and the octets they take.</param>
/// <param name="Pending">Questions that servers are being asked.</param>
internal sealed record DnsReport(
    IReadOnlyDictionary<string, long> Counters, int Cached, long CachedBytes, int Pending, IReadOnlyList<UpstreamReport> Upstreams);

/// <summary>A legal address that devices share.</summary>
/// <param name="State">"usable", or "given up" while its last ports rest.</param>
internal sealed record SharedAddressReport(string Address, string State, int Devices);

/// <summary>Sharing of addresses, as the last sweep (every few seconds) found it.</summary>
/// <param name="Mappings">That live; <paramref name="Resting"/> are over, and their ports are not used again yet.</param>
/// <param name="Capacity">How many there may be, both kinds together.</param>
/// <param name="Blocks">Rows of ports that devices have.</param>
internal sealed record NaptReport(IReadOnlyList<SharedAddressReport> Addresses, uint Mappings, uint Resting, uint Capacity, uint Blocks);

/// <summary>What a device has of a shared address: ports in use or at rest, for all its claimed addresses together.</summary>
/// <param name="Other">Remote hosts that it speaks a protocol without ports with.</param>
internal sealed record SharedReport(string Address, uint Tcp, uint Udp, uint Icmp, uint Other);

/// <summary>Another gateway on the same LAN, on one arm.</summary>
/// <param name="State">Ours: "active", or "passive" while the other serves.</param>
/// <param name="Mac">The other's, the best of them.</param>
/// <param name="Priority">The other's.</param>
internal sealed record PeerReport(string State, string Mac, int Priority);

/// <summary>The portal.</summary>
/// <param name="Connections">At this moment.</param>
internal sealed record PortalReport(IReadOnlyDictionary<string, long> Counters, int Connections);

/// <summary>The gateway as a whole.</summary>
/// <param name="Dns">Null when it is off.</param>
/// <param name="Mode">"two-armed" or "one-armed".</param>
/// <param name="Peer">Null while no other gateway is heard.</param>
/// <param name="Portal">Null when it is off.</param>
internal sealed record StatusReport(
    int Schema, string Version, string State, DateTimeOffset Started, string Access, string Uplink, string UplinkAddress, string? Gateway,
    PoolReport Pool, int Devices, int Bindings, AdoptionReport Adopted, string? StorageFailure,
    IReadOnlyDictionary<string, ulong> Drops, IReadOnlyDictionary<string, ulong> Counters, IReadOnlyList<EventReport> Events, DnsReport? Dns = null, NaptReport? Napt = null,
    string Mode = "two-armed", PeerReport? Peer = null, PortalReport? Portal = null);

/// <summary>One claimed address of a device.</summary>
/// <param name="Gateway">The gateway the device believes in; null while unknown.</param>
/// <param name="Legal">What new conversations come from: its own, or the shared one.</param>
/// <param name="DnsServers">Whom it asks, believing them to answer.</param>
/// <param name="Shared">Null where it has nothing of a shared address.</param>
internal sealed record BindingReport(
    string Claimed, string Legal, string Inside, string? Gateway, string State, DateTimeOffset FirstSeen, DateTimeOffset LastSeen,
    ulong PacketsOut, ulong BytesOut, ulong PacketsIn, ulong BytesIn, IReadOnlyList<string>? DnsServers = null, SharedReport? Shared = null);

/// <summary>One device.</summary>
/// <param name="Vlan">0 = untagged.</param>
/// <param name="PacketsOut">Those of all its bindings together, as are the other three.</param>
/// <param name="Name">Its name in the local zone; null when there is no zone.</param>
/// <param name="Randomised">The MAC is locally administered: no vendor, and perhaps another one tomorrow.</param>
internal sealed record DeviceReport(
    string Mac, int Vlan, string? Vendor, bool Randomised, string State, DateTimeOffset FirstSeen, DateTimeOffset LastSeen,
    IReadOnlyList<BindingReport> Bindings, ulong PacketsOut = 0, ulong BytesOut = 0, ulong PacketsIn = 0, ulong BytesIn = 0, string? Name = null);

/// <summary>All devices with a binding.</summary>
internal sealed record DevicesReport(int Schema, IReadOnlyList<DeviceReport> Devices);

/// <summary>What the control socket says instead of a report: the request is not known, or the report failed.</summary>
internal sealed record ErrorReport(string Error);

/*
 * What a report must have is its parameters without a default: one that lacks any is not the answer asked for. Fields
 * added later need a default, so that a gateway that still runs an older version can be asked.
 */
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(DevicesReport))]
[JsonSerializable(typeof(ErrorReport))]
internal sealed partial class ReportContext : JsonSerializerContext;

/// <summary>Who knows the answers. Called from the control socket's threads.</summary>
internal interface IControlSource
{
    StatusReport Status();

    DevicesReport Devices();
}
