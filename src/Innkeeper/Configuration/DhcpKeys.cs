using System.Collections.Immutable;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Configuration;

/// <summary>The keys of [dhcp].</summary>
internal static class DhcpKeys
{
    /// <summary>What fits into a message beside all else.</summary>
    public const int MaxRoutes = 16;

    private const string Lease = "a time from \"60s\" to \"30d\", such as \"1h\" or \"12h\"";

    public static readonly ImmutableArray<ConfigurationKey> All =
    [
        new("dhcp.enabled", "true or false", (v, c) => v.Flag is { } flag ? Set(c, d => d with { Enabled = flag }) : null),
        new("dhcp.network", "a network from /12 to /29 such as \"10.203.0.0/16\"",
            (v, c) => Ipv4Network.TryParse(v.Text, out var n) && n.PrefixLength is >= 12 and <= 29 && n.Address == n.NetworkId ? Set(c, d => d with { Network = n }) : null,
            ConfigurationFaults.OfNetwork),
        new("dhcp.addresses", "\"private\" or \"legal\"", (v, c) => v.Text is "private" or "legal" ? Set(c, d => d with { LeasesLegal = v.Text == "legal" }) : null),
        new("dhcp.lease", Lease, (v, c) => ConfigurationKeys.Duration(v.Text, 60) is { } time ? Set(c, d => d with { Lease = time }) : null),
        new("dhcp.randomised_lease", Lease, (v, c) => ConfigurationKeys.Duration(v.Text, 60) is { } time ? Set(c, d => d with { RandomisedLease = time }) : null),
        new("dhcp.domain", "a domain such as \"guest.lan\", or \"\" for none",
            (v, c) => v.Text is "" || ConfigurationKeys.IsDomain(v.Text) ? Set(c, d => d with { Domain = v.Text }) : null),
        new("dhcp.routes", $"a list of up to {MaxRoutes} routes such as [\"10.1.0.0/16 via 10.203.0.9\"]",
            (v, c) => ConfigurationKeys.ListOf(v, Route) is { Length: <= MaxRoutes } routes ? Set(c, d => d with { Routes = routes }) : null, OfRoutes),
        new("dhcp.mtu", "a number from 576 to 65535", (v, c) => v.Number is >= 576 and <= 65535 ? Set(c, d => d with { Mtu = (int)v.Number }) : null),
        new("dhcp.authoritative", "\"auto\", \"yes\" or \"no\"",
            (v, c) => v.Text is "auto" or "yes" or "no" ? Set(c, d => d with { Authoritative = v.Text == "auto" ? null : v.Text == "yes" }) : null),
    ];

    private static InnkeeperConfig Set(InnkeeperConfig config, Func<DhcpConfig, DhcpConfig> change) => config with { Dhcp = change(config.Dhcp) };

    /// <summary>"NETWORK via ADDRESS".</summary>
    private static DhcpRoute? Route(ConfigurationValue value) =>
        value.Text?.Split(" via ") is [var network, var router] && Ipv4Network.TryParse(network, out var to) && to.Address == to.NetworkId && Ipv4Address.TryParse(router, out var by)
            ? new DhcpRoute(to, by)
            : null;

    private static IEnumerable<Fault> OfRoutes(ConfigurationValue value) =>
        from item in value.List ?? []
        where Route(item) is null
        select new Fault(item, $"{item.Source} will not do; give a network and a router, such as \"10.1.0.0/16 via 10.203.0.9\"");
}
