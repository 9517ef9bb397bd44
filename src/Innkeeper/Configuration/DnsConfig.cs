using System.Collections.Immutable;
using System.Net;

namespace Innkeeper.Configuration;

/// <summary>[dns]: the resolver.</summary>
internal sealed record DnsConfig
{
    public bool Enabled { get; init; } = true;

    /// <summary>Empty: the servers that the host itself uses.</summary>
    public ImmutableArray<UpstreamAddress> Upstreams { get; init; } = [];

    /// <summary>IPv4; asked by devices themselves while the gateway's process is away. Null: the best of the others.</summary>
    public IPEndPoint? Fallback { get; init; }

    /// <summary>Empty: devices have no names.</summary>
    public string Zone { get; init; } = "guest.lan";

    /// <summary>Whether hosts on the uplink LAN may ask for local names.</summary>
    public bool ServeUplink { get; init; }

    /// <summary>Whether private addresses are taken out of answers for public names (DNS rebinding).</summary>
    public bool RefusePrivate { get; init; }

    /// <summary>Whether names of private addresses are answered here (RFC 6303), not by the servers.</summary>
    public bool AnswersPrivateReverse { get; init; } = true;

    public int CacheMebibytes { get; init; } = 16;

    /// <summary>Queries of one device each second that the cache cannot answer; 0: unlimited.</summary>
    public int MissesPerSecond { get; init; } = 500;

    /// <summary>[dns.hosts]: addresses by name.</summary>
    public ImmutableDictionary<string, ImmutableArray<IPAddress>> Hosts { get; init; } = ImmutableDictionary<string, ImmutableArray<IPAddress>>.Empty;
}
