namespace Innkeeper.Management.Contracts;

/// <summary>The pool's addresses by state.</summary>
internal sealed record PoolReport(int Total, int Ready, int Bound, int Probing, int Quarantined);

/// <summary>Bindings taken over at the start: their number, and their source ("pins", "programs", "none").</summary>
internal sealed record AdoptionReport(int Bindings, string Source);

/// <summary>A server that resolves for us.</summary>
/// <param name="State">"alive", or "dead" after timeouts in a row.</param>
/// <param name="LatencyMs">Smoothed time to an answer; 0 while none came.</param>
internal sealed record UpstreamReport(string Server, string State, double LatencyMs, long Queries, long Answers, long Timeouts, long Failures);

/// <summary>Answers that took so long, and longer than the bucket before says.</summary>
/// <param name="Seconds">At most so long; null: longer than all others.</param>
internal sealed record AnswerBucket(double? Seconds, long Answers);

/// <summary>How long devices waited for answers since the start.</summary>
/// <param name="Source">"gateway": given without asking servers; "servers": they were asked.</param>
/// <param name="Seconds">Of all answers together.</param>
/// <param name="Buckets">The shortest times first.</param>
internal sealed record AnswerTimesReport(string Source, double Seconds, IReadOnlyList<AnswerBucket> Buckets);

/// <summary>The DNS service.</summary>
/// <param name="Cached">Answers kept, and the octets they take.</param>
/// <param name="Pending">Questions that servers are being asked; <paramref name="PendingMax"/> may be.</param>
internal sealed record DnsReport(
    IReadOnlyDictionary<string, long> Counters, int Cached, long CachedBytes, int Pending, IReadOnlyList<UpstreamReport> Upstreams, int PendingMax = 0,
    IReadOnlyList<AnswerTimesReport>? Times = null);

/// <summary>A legal address that devices share.</summary>
/// <param name="State">"usable", or "given up" while its last ports rest.</param>
internal sealed record SharedAddressReport(string Address, string State, int Devices);

/// <summary>Sharing of addresses, as the last sweep (every few seconds) found it.</summary>
/// <param name="Mappings">That live; <paramref name="Resting"/> are over, and their ports are not used again yet.</param>
/// <param name="Capacity">Maximum number of both kinds together.</param>
/// <param name="Blocks">Rows of ports that devices have.</param>
/// <param name="Ports">Of all addresses, of each kind (TCP, UDP, ICMP); <paramref name="PortsFree"/> no device has.</param>
/// <param name="AddressesNeeded">Addresses like these that have enough ports for all devices.</param>
/// <param name="Refused">Packets that found no port.</param>
/// <param name="BlocksTotal">Rows of ports that the addresses have; <paramref name="Blocks"/> of them are taken.</param>
internal sealed record NaptReport(
    IReadOnlyList<SharedAddressReport> Addresses, uint Mappings, uint Resting, uint Capacity, uint Blocks, int Ports = 0, int PortsFree = 0, int AddressesNeeded = 0, ulong Refused = 0,
    int BlocksTotal = 0);

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
internal sealed record PortalReport(IReadOnlyDictionary<string, long> Counters, int Connections, ulong GardenPackets = 0);

/// <summary>Messages to the administrator, of one channel.</summary>
/// <param name="Waiting">To be sent, at once or again.</param>
/// <param name="Sent">Since the start; <paramref name="Dead"/> are those given up since then.</param>
/// <param name="LastAnswer">The last answer of the other side, or why there was none; null before the first attempt.</param>
/// <param name="LastTaken">Whether that attempt's message was taken.</param>
internal sealed record OutboxReport(int Waiting, long Sent, long Dead, string? LastAnswer, DateTimeOffset? LastTime, bool? LastTaken);

/// <summary>Which settings are in force.</summary>
/// <param name="Number">1 at the start, and one more for each reload that took new ones.</param>
/// <param name="Failure">Why the settings of that number could not be started; the previous ones are in force. Null: they were started.</param>
/// <param name="Pending">The change of the configuration that waits for its confirmation; null: none.</param>
internal sealed record SettingsReport(int Number, string? Failure, PendingReport? Pending = null);

/// <summary>Memory of the process's control group, in octets.</summary>
/// <param name="IsLow">The gateway keeps less than it is set to.</param>
internal sealed record MemoryReport(long Used, long Limit, bool IsLow);

/// <summary>A firewall of the host that swallows devices' packets.</summary>
/// <param name="Path">"input" (to the gateway's services) or "forward".</param>
/// <param name="Interface">The interface that they come in by.</param>
/// <param name="Commands">The commands that open it.</param>
internal sealed record FirewallReport(string Path, string Interface, IReadOnlyList<string> Commands)
{
    public const string Input = "input";
}

/// <summary>The web console and the API.</summary>
/// <param name="Urls">Where they answer.</param>
/// <param name="Fingerprint">Of the certificate (SHA-256, hexadecimal), for `--server-certificate` and for people whose browser warns; null without HTTPS.</param>
internal sealed record WebReport(IReadOnlyList<string> Urls, string? Fingerprint);

/// <summary>The users of the web console and the API's tokens.</summary>
/// <param name="NeedsSetup">No administrator can sign in yet.</param>
/// <param name="Failure">Why they cannot be read or written; null: they can.</param>
internal sealed record AccountsReport(int Users, int Tokens, bool NeedsSetup, string? Failure = null);

/// <summary>A present problem.</summary>
/// <param name="Kind">Such as "router-down".</param>
/// <param name="Severity">"broken": devices in general have no service. "degraded": they are served, but something else is wrong.</param>
/// <param name="Text">One sentence, with what to do.</param>
internal sealed record FaultReport(string Kind, string Severity, string Text);

/// <summary>How devices' IPv6 is treated.</summary>
/// <param name="Mode">"carried": there is IPv6 outside, and devices reach it. "refused": there is none outside, and packets get an answer that says so. "dropped": without an answer. "host": this host's own stack has it. "left-alone": one arm.</param>
/// <param name="Routers">Other routers for IPv6 that show themselves on the access side: their VLANs are left to them.</param>
/// <param name="Prefix">The network of devices' addresses outside; null: there is no IPv6 outside.</param>
/// <param name="Router">The router outside, by its link-local address; null likewise.</param>
internal sealed record Ipv6Report(string Mode, IReadOnlyList<Ipv6RouterReport> Routers, string? Prefix = null, string? Router = null)
{
    public const string Carried = "carried";
    public const string Refused = "refused";
    public const string Dropped = "dropped";
    public const string Host = "host";
    public const string LeftAlone = "left-alone";
}

/// <param name="Vlan">0: untagged.</param>
internal sealed record Ipv6RouterReport(string Mac, ushort Vlan, string Address);

/// <summary>The gateway as a whole.</summary>
/// <param name="Dns">Null when it is off.</param>
/// <param name="Mode">"two-armed" or "one-armed".</param>
/// <param name="Peer">Null while no other gateway is heard.</param>
/// <param name="Portal">Null when it is off.</param>
/// <param name="Mail">Null when it is off, as is <paramref name="Webhook"/>.</param>
/// <param name="Dhcp">Null when none is served.</param>
/// <param name="Memory">Null when no control group limits it.</param>
/// <param name="Firewall">The paths that a firewall of the host closes.</param>
/// <param name="Inside">The inside network in use.</param>
/// <param name="Problems">The present problems, one sentence each; empty: all is well. Null: the gateway is of a version that does not say.</param>
/// <param name="Known">How many devices are known, by state; null as with <paramref name="Problems"/>.</param>
/// <param name="Health">"healthy", "degraded" or "broken"; null as with <paramref name="Problems"/>.</param>
/// <param name="Faults">The same problems with their kinds, the worst first.</param>
/// <param name="Accounts">The users and tokens; null: the gateway is of a version without them.</param>
/// <param name="Web">The web console; null when it is off.</param>
/// <param name="Exports">Of events, audit trail and mapping log; null: the gateway is of a version without them.</param>
/// <param name="Ipv6">Null: the gateway is of a version that does not say.</param>
/// <param name="Volumes">The volumes of profiles, and how many groups have used them up; null: no profile has one.</param>
/// <param name="HasVendors">Whether this host has the list by which MACs are known by their vendors.</param>
internal sealed record StatusReport(
    int Schema, string Version, string State, DateTimeOffset Started, string Access, string Uplink, string UplinkAddress, string? Gateway,
    PoolReport Pool, int Devices, int Bindings, AdoptionReport Adopted, string? StorageFailure,
    IReadOnlyDictionary<string, ulong> Drops, IReadOnlyDictionary<string, ulong> Counters, IReadOnlyList<EventReport> Events, DnsReport? Dns = null, NaptReport? Napt = null,
    string Mode = "two-armed", PeerReport? Peer = null, PortalReport? Portal = null, DhcpReport? Dhcp = null, OutboxReport? Mail = null, OutboxReport? Webhook = null, SettingsReport? Settings = null,
    MemoryReport? Memory = null,
    IReadOnlyList<FirewallReport>? Firewall = null, string? Inside = null,
    IReadOnlyList<string>? Problems = null, IReadOnlyDictionary<string, int>? Known = null, bool HasVendors = true,
    string? Health = null, IReadOnlyList<FaultReport>? Faults = null, AccountsReport? Accounts = null, WebReport? Web = null, IReadOnlyList<ExportReport>? Exports = null,
    Ipv6Report? Ipv6 = null, VolumesReport? Volumes = null);
