using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>[inside]: addresses that exist only within the gateway.</summary>
internal sealed record InsideConfig
{
    private static readonly ImmutableArray<Ipv4Address> s_others =
        [.. new[] { "247.64.0.0", "246.128.0.0", "251.0.0.0", "244.192.0.0", "100.64.0.0", "10.64.0.0" }.Select(Ipv4Address.Parse)];

    /// <summary>The first choice: the gateway takes another network while the host has this one in use (decision 16).</summary>
    public Ipv4Network Network { get; init; } = Ipv4Network.Parse("247.64.0.0/10");

    /// <summary>
    /// Every network that the gateway may take, the first choice first; all of one size, as a binding's number is its offset. Those of
    /// 240.0.0.0/4 come first: no provider, VPN or office has them. The others are for hosts that have all of that in use.
    /// </summary>
    public ImmutableArray<Ipv4Network> Candidates =>
    [
        .. s_others.Select(first => new Ipv4Network(new Ipv4Network(first, Network.PrefixLength).NetworkId, Network.PrefixLength)).Prepend(Network).Distinct(),
    ];
}
