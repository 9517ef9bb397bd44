namespace Innkeeper.Configuration;

/// <summary>The settings of [gateways.NAME].</summary>
internal static class GatewayDefinitions
{
    private const int MaxShared = 16;

    public static readonly SettingTable<GatewayConfig> All = new(
        new GatewayConfig { Name = GatewayConfig.MainName },
        "Gateways beside the main one, up to 7: a router of the uplink LAN, or one on another interface. Up to 3 other interfaces are possible.")
    {
        {
            "next_hop", SettingTypes.Address("the router's address, such as \"198.51.100.1\""), g => g.NextHop, (g, v) => g with { NextHop = v },
            "The router.",
            "\"198.51.100.1\""
        },
        {
            "interface", SettingTypes.InterfaceName("eth2"), g => g.Interface, (g, v) => g with { Interface = v },
            "The interface that it is on. If not set: the uplink's. On one arm all gateways are on the one interface.",
            "\"eth2\""
        },
        {
            "address", SettingTypes.InterfaceAddress("198.51.100.2/29"), g => g.Address, (g, v) => g with { Address = v },
            "The address and prefix length of that interface. If not set, it is read from the interface.",
            "\"198.51.100.2/29\""
        },
        {
            "pool", SettingTypes.Ranges("a list of ranges such as [\"198.51.100.3-198.51.100.5\"], none of which overlap"), g => g.Pool, (g, v) => g with { Pool = v },
            "Outside addresses of the devices that use this gateway, one each. They lie in the subnet of the interface, unless [pool] routed is true.",
            "[\"198.51.100.3-198.51.100.5\"]"
        },
        {
            "shared", SettingTypes.Ranges($"a list of up to {MaxShared} addresses, as ranges such as [\"198.51.100.6\"], none of which overlap", MaxShared), g => g.Shared, (g, v) => g with { Shared = v },
            "Outside addresses that these devices share, up to 16. If not set: the interface's own address; on the uplink LAN none.",
            "[\"198.51.100.6\"]"
        },
    };

    public static SettingDefinition Definition(string table, string gateway, string key) =>
        All.First(k => k.Name == key).In(table, c => c.Gateways.First(g => g.Name == gateway), (c, changed) => c with { Gateways = [.. c.Gateways.Select(g => g.Name == gateway ? changed : g)] });
}
