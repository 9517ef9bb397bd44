namespace Innkeeper.Management.Contracts;

/// <summary>An interface that the gateway uses.</summary>
/// <param name="Role">"access" (the devices' side), "uplink", or "lan" for both with one arm.</param>
/// <param name="Mtu">Octets of the largest IP packet.</param>
/// <param name="State">"up", "no-carrier", "down", or "missing".</param>
/// <param name="Addresses">With their prefix lengths, the primary one first.</param>
internal sealed record InterfaceReport(string Role, string Name, string? Mac, int Mtu, string State, IReadOnlyList<string> Addresses);

/// <summary>Packets that a stage of the path dropped for a reason.</summary>
/// <param name="Reason">Its name in `drops` of the status.</param>
/// <param name="Text">The reason in words.</param>
internal sealed record PathDropReport(string Reason, string Text, ulong Packets);

/// <summary>A stage of a packet's path through the gateway.</summary>
/// <param name="Name">"frames", "decision", "policy", "translation", "way-out" or "return".</param>
/// <param name="Text">The work there, in one sentence.</param>
/// <param name="Counters">By their names in `counters` of the status.</param>
internal sealed record PathStageReport(string Name, string Text, IReadOnlyDictionary<string, ulong> Counters, IReadOnlyList<PathDropReport> Drops);

/// <summary>The gateway's networks, and the packet path with its counters.</summary>
/// <param name="Mode">"two-armed" or "one-armed".</param>
/// <param name="Inside">The inside network in use.</param>
/// <param name="Gateways">The router of the uplink first, then those of the configuration.</param>
/// <param name="DnsServers">Empty where DNS is off.</param>
/// <param name="Peer">Null while no other gateway is heard.</param>
/// <param name="Firewall">The paths that a firewall of the host closes.</param>
/// <param name="Path">In the order of a packet from a device, and last its answer's.</param>
internal sealed record NetworkReport(
    int Schema, string Mode, IReadOnlyList<InterfaceReport> Interfaces, string UplinkAddress, string Inside, IReadOnlyList<GatewayReport> Gateways, PoolReport Pool, NaptReport Napt,
    IReadOnlyList<UpstreamReport> DnsServers, PeerReport? Peer, IReadOnlyList<FirewallReport> Firewall, IReadOnlyList<PathStageReport> Path);
