namespace Innkeeper.Lab;

/// <summary>The output of `innkeeper status --json`.</summary>
internal sealed record StatusReport(int Schema, string Version, string State, string UplinkAddress, PoolReport Pool, int Devices, int Bindings, AdoptedReport Adopted,
    Dictionary<string, long> Drops, Dictionary<string, long> Counters, List<EventReport> Events, DnsReport? Dns, NaptReport? Napt, string Mode, PeerReport? Peer)
{
    public long TotalDrops => Drops.Values.Sum();
}

internal sealed record PeerReport(string State, string Mac, int Priority);

internal sealed record NaptReport(List<SharedAddressReport> Addresses, uint Mappings, uint Resting, uint Capacity, uint Blocks);

internal sealed record SharedAddressReport(string Address, string State, int Devices);

internal sealed record EventReport(DateTimeOffset Time, string Kind, string Text);

internal sealed record DnsReport(Dictionary<string, long> Counters, int Cached, List<UpstreamReport> Upstreams, int Pending = 0, List<AnswerTimesReport>? Times = null);

internal sealed record AnswerTimesReport(string Source, List<AnswerBucket> Buckets);

internal sealed record AnswerBucket(double? Seconds, long Answers);

internal sealed record UpstreamReport(string Server, string State, double LatencyMs, long Queries, long Answers, long Timeouts);

internal sealed record PoolReport(int Total, int Ready, int Bound, int Quarantined, int Probing);

internal sealed record AdoptedReport(int Bindings, string? Source);

/// <summary>The output of `innkeeper devices --json`.</summary>
internal sealed record DevicesReport(List<DeviceReport> Devices);

internal sealed record DeviceReport(string Mac, int? Vlan, string? Vendor, string State, string? Name, List<BindingReport> Bindings, string? Profile = null, string? GivenName = null);

internal sealed record BindingReport(string Claimed, string? Legal, string? Inside, string? Gateway, string State,
    long PacketsOut, long BytesOut, long PacketsIn, long BytesIn, List<string>? DnsServers, SharedReport? Shared);

internal sealed record SharedReport(string Address, uint Tcp, uint Udp, uint Icmp, uint Other);
