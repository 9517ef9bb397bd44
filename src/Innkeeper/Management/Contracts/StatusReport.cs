namespace Innkeeper.Management.Contracts;

/// <summary>The pool's addresses by state.</summary>
internal sealed record PoolReport(int Total, int Ready, int Bound, int Probing, int Quarantined);

/// <summary>Bindings taken over at the start: their number, and their source ("pins", "programs", "none").</summary>
internal sealed record AdoptionReport(int Bindings, string Source);

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
/// <param name="Capacity">Maximum number of both kinds together.</param>
/// <param name="Blocks">Rows of ports that devices have.</param>
internal sealed record NaptReport(IReadOnlyList<SharedAddressReport> Addresses, uint Mappings, uint Resting, uint Capacity, uint Blocks);

/// <summary>A device's part of a shared address: ports in use or at rest, for all its own addresses together.</summary>
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

/// <summary>Messages to the administrator, of one channel.</summary>
/// <param name="Waiting">To be sent, at once or again.</param>
/// <param name="Sent">Since the start; <paramref name="Dead"/> are those given up since then.</param>
/// <param name="LastAnswer">The last answer of the other side, or why there was none; null before the first attempt.</param>
/// <param name="LastTaken">Whether that attempt's message was taken.</param>
internal sealed record OutboxReport(int Waiting, long Sent, long Dead, string? LastAnswer, DateTimeOffset? LastTime, bool? LastTaken);

/// <summary>Which settings are in force.</summary>
/// <param name="Number">1 at the start, and one more for each reload that took new ones.</param>
/// <param name="Failure">Why the settings of that number could not be started; the previous ones are in force. Null: they were started.</param>
internal sealed record SettingsReport(int Number, string? Failure);

/// <summary>The gateway as a whole.</summary>
/// <param name="Dns">Null when it is off.</param>
/// <param name="Mode">"two-armed" or "one-armed".</param>
/// <param name="Peer">Null while no other gateway is heard.</param>
/// <param name="Portal">Null when it is off.</param>
/// <param name="Mail">Null when it is off, as is <paramref name="Webhook"/>.</param>
/// <param name="Dhcp">Null when none is served.</param>
/// <param name="Attention">A sentence for each thing that the gateway waits for or lacks, with the remedy.</param>
internal sealed record StatusReport(
    int Schema, string Version, string State, DateTimeOffset Started, string Access, string Uplink, string UplinkAddress, string? Gateway,
    PoolReport Pool, int Devices, int Bindings, AdoptionReport Adopted, string? StorageFailure,
    IReadOnlyDictionary<string, ulong> Drops, IReadOnlyDictionary<string, ulong> Counters, IReadOnlyList<EventReport> Events, DnsReport? Dns = null, NaptReport? Napt = null,
    string Mode = "two-armed", PeerReport? Peer = null, PortalReport? Portal = null, DhcpReport? Dhcp = null, OutboxReport? Mail = null, OutboxReport? Webhook = null, SettingsReport? Settings = null,
    IReadOnlyList<string>? Attention = null);
