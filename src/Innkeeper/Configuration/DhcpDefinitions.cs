using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Configuration;

/// <summary>The settings of [dhcp].</summary>
internal static class DhcpDefinitions
{
    /// <summary>As many as fit into a message beside the other options.</summary>
    public const int MaxRoutes = 16;

    private static readonly SettingType<TimeSpan> s_lease = SettingTypes.Duration("60s", "\"1h\" or \"12h\"");

    /// <summary>"NETWORK via ADDRESS".</summary>
    private static readonly SettingType<DhcpRoute> s_route = SettingTypes.Text(
        "route", "a network and a router, such as \"10.1.0.0/16 via 10.203.0.9\"",
        text => text.Split(" via ") is [var network, var router] && Ipv4Network.TryParse(network, out var to) && to.Address == to.NetworkId && Ipv4Address.TryParse(router, out var by)
            ? new DhcpRoute(to, by)
            : Parsed<DhcpRoute>.Invalid,
        route => $"{route.Destination} via {route.Router}", "^[0-9.]+/[0-9]+ via [0-9.]+$");

    public static readonly SettingTable<DhcpConfig> All = new(new DhcpConfig())
    {
        {
            "enabled", SettingTypes.Flag, d => d.Enabled, (d, v) => d with { Enabled = v },
            "Two arms only: devices that use DHCP get an address from Innkeeper. On one arm the LAN has a DHCP server already. docs/dhcp.md explains."
        },
        {
            "network", SettingTypes.Network("network", "a network from /12 to /29 such as \"10.203.0.0/16\"", 12, 29) with { Validate = ValidationErrors.OfNetwork },
            d => d.Network, (d, v) => d with { Network = v },
            "The network of these addresses, which must be used nowhere else. Its first address is Innkeeper's, as router, name server and DHCP server. "
            + "If not set: the first of 10.203.0.0/16, 172.27.0.0/16 and 192.168.240.0/20 that overlaps nothing here.",
            "\"10.203.0.0/16\""
        },
        {
            "addresses", SettingTypes.OneOf(("private", false), ("legal", true)), d => d.LeasesLegal, (d, v) => d with { LeasesLegal = v },
            "\"private\": a device gets an address of that network, which is translated like any other. \"legal\": a device gets its outside address itself, from [pool], "
            + "with the uplink's mask; if the pool is used up, it gets none."
        },
        { "lease", s_lease, d => d.Lease, (d, v) => d with { Lease = v }, "How long a lease lasts. A device that is present renews it after half of this time." },
        {
            "randomised_lease", s_lease, d => d.RandomisedLease, (d, v) => d with { RandomisedLease = v },
            "The same for devices with a locally administered MAC address, which phones choose for each network. Never more than lease."
        },
        {
            "domain", SettingTypes.DomainOrNone("guest.lan"), d => d.Domain, (d, v) => d with { Domain = v },
            "The domain name for clients. If not set: [dns] zone. \"\": none.",
            "\"guest.lan\"", (_, config) => config.Dns.Zone
        },
        {
            "routes", SettingTypes.List("routes", $"a list of up to {MaxRoutes} routes such as [\"10.1.0.0/16 via 10.203.0.9\"]", s_route, 0, MaxRoutes), d => d.Routes, (d, v) => d with { Routes = v },
            "Routes for clients beside the default route (RFC 3442): a network, and a router in [dhcp] network, or 0.0.0.0 if the network is on the link itself.",
            "[\"10.1.0.0/16 via 10.203.0.9\"]"
        },
        {
            "mtu", SettingTypes.Number(576, 65535), d => d.Mtu, (d, v) => d with { Mtu = v },
            "The MTU for clients. If not set, clients get no MTU.",
            "1500"
        },
        {
            "authoritative", SettingTypes.OneOf(("auto", "auto"), ("yes", "yes"), ("no", "no")),
            d => d.Authoritative switch { null => "auto", true => "yes", false => "no" }, (d, v) => d with { Authoritative = v == "auto" ? null : v == "yes" },
            "Whether a client with a lease from another server is refused at once (DHCPNAK), so that it asks for a new one: \"yes\", \"no\", or \"auto\" (yes, as long as no other DHCP server is heard)."
        },
        {
            "bootp", SettingTypes.OneOf(("all", BootpClients.All), ("pinned", BootpClients.Pinned), ("none", BootpClients.None)), d => d.Bootp, (d, v) => d with { Bootp = v },
            "Devices that ask by BOOTP (RFC 951), such as controllers and old printers: \"all\" get an address, only those with a pinned outside address (\"pinned\"), or \"none\". "
            + "They never renew: a pinned one keeps its address for a year, others as long as addresses last."
        },
    };
}
