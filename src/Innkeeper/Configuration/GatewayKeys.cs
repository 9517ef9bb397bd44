using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>The keys of [gateways.NAME].</summary>
internal static class GatewayKeys
{
    private const int MaxShared = 16;

    public static readonly ImmutableArray<TableKey<GatewayConfig>> All =
    [
        new("next_hop", "the router's address, such as \"198.51.100.1\"",
            (v, g) => Ipv4Address.TryParse(v.Text, out var address) ? g with { NextHop = address } : null, ConfigurationFaults.OfAddress),
        new("interface", "an interface name such as \"eth2\" (up to 15 letters, digits, '.', '-', '_')",
            (v, g) => ConfigurationKeys.IsInterface(v.Text) ? g with { Interface = v.Text } : null),
        new("address", "an address with its prefix length, such as \"198.51.100.2/29\"",
            (v, g) => Ipv4Network.TryParse(v.Text, out var network) ? g with { Address = network } : null, ConfigurationFaults.OfInterfaceAddress),
        new("pool", "a list of ranges such as [\"198.51.100.3-198.51.100.5\"], none of which overlap",
            (v, g) => ConfigurationKeys.ListOf(v, ConfigurationKeys.Range) is { } ranges ? g with { Pool = ranges } : null, ConfigurationFaults.OfPool),
        new("shared", $"a list of up to {MaxShared} addresses, as ranges such as [\"198.51.100.6\"], none of which overlap",
            (v, g) => ConfigurationKeys.ListOf(v, ConfigurationKeys.Range) is { } ranges && ranges.Sum(r => r.Count) <= MaxShared ? g with { Shared = ranges } : null,
            ConfigurationFaults.OfPool),
    ];

    public static ConfigurationKey Key(string table, string gateway, string key) =>
        All.First(k => k.Name == key).In(table, c => c.Gateways.First(g => g.Name == gateway), (c, changed) => c with { Gateways = [.. c.Gateways.Select(g => g.Name == gateway ? changed : g)] });
}
