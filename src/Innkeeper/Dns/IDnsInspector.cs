using Innkeeper.Wire;

namespace Innkeeper.Dns;

/// <summary>A server that resolves for the gateway.</summary>
/// <param name="IsFailing">It left a test unanswered, or most of what it was asked.</param>
internal readonly record struct DnsServerHealth(string Server, bool IsFailing);

/// <summary>A device's use of the DNS service.</summary>
/// <param name="Last">Null: no question of it came lately.</param>
/// <param name="Refused">How many of its questions the limits refused within a minute.</param>
internal sealed record DnsUse(DnsExchange? Last, int Refused);

/// <summary>The result of a question for a name's address.</summary>
/// <param name="Address">Null: there is none.</param>
/// <param name="Problem">Why there is none, in words.</param>
internal sealed record ResolvedHost(Ipv4Address? Address, string Problem = "");

/// <summary>Answers questions about the DNS service. Any thread.</summary>
internal interface IDnsInspector
{
    IReadOnlyList<DnsServerHealth> Servers { get; }

    /// <param name="device">The device's inside address.</param>
    /// <param name="since">How long ago it got that address.</param>
    Task<DnsUse> UseOfAsync(Ipv4Address device, TimeSpan since);

    /// <summary>Resolves a name as for a device. Never waits for longer than <see cref="Resolver.Patience"/> and a moment.</summary>
    Task<ResolvedHost> ResolveAsync(string name);
}
