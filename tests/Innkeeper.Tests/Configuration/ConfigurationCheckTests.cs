using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Configuration;

public sealed class ConfigurationCheckTests
{
    private static ConfigurationResult Parse(string pool, string more = "") => ConfigurationFile.Parse(
        $"[access]\ninterface = \"eth1\"\n[uplink]\ninterface = \"eth0\"\n[pool]\naddresses = [\"{pool}\"]\n{more}", "f");

    private static string[] Against(string pool, string more = "", string? gateway = "192.0.2.1", string uplink = "192.0.2.2/24", bool isOnLink = false)
    {
        var result = Parse(pool, more);
        Assert.Empty(result.Errors);
        return [.. ConfigurationCheck.Against(result, Ipv4Network.Parse(uplink), gateway is null ? null : Ipv4Address.Parse(gateway), isOnLink).Select(e => e.ToString())];
    }

    private static string[] Errors(string pool, string more = "") => [.. Parse(pool, more).Errors.Select(e => e.ToString())];

    [Theory]
    [InlineData("192.0.2.50-192.0.2.99", "192.0.2.1")]
    [InlineData("192.0.2.3", null)]
    [InlineData("192.0.2.3-192.0.2.254", "192.0.2.1")]
    public void Against_PoolThatFits_FindsNothing(string pool, string? gateway) => Assert.Empty(Against(pool, gateway: gateway));

    [Theory]
    [InlineData("198.51.100.1-198.51.100.9", "f:6:14: pool.addresses: 198.51.100.1-198.51.100.9 is not within the uplink subnet 192.0.2.0/24; take addresses of it, or set routed = true if the router sends these to us")]
    [InlineData("192.0.2.2", "f:6:14: pool.addresses: 192.0.2.2 contains 192.0.2.2, the gateway's own address; leave it out")]
    [InlineData("192.0.2.1", "f:6:14: pool.addresses: 192.0.2.1 contains 192.0.2.1, the uplink's router; leave it out")]
    [InlineData("192.0.2.255", "f:6:14: pool.addresses: 192.0.2.255 contains the network or broadcast address of 192.0.2.0/24; leave it out")]
    [InlineData("192.0.2.0", "f:6:14: pool.addresses: 192.0.2.0 contains the network or broadcast address of 192.0.2.0/24; leave it out")]
    public void Against_PoolThatDoesNotFit_SaysTheOneThing(string pool, string expected) => Assert.Equal([expected], Against(pool));

    [Fact]
    public void Against_RoutedPool_MayLieAnywhere() => Assert.Empty(Against("198.51.100.0-198.51.100.255", "routed = true\n"));

    [Fact]
    public void Against_PointToPointUplink_HasNoBroadcastAddress() => Assert.Empty(Against("192.0.2.3", gateway: null, uplink: "192.0.2.2/31"));

    [Theory]
    [InlineData("192.0.2.2/24", true)]
    [InlineData("192.0.2.2/32", true)]
    [InlineData("192.0.2.2/32", false)]
    public void Against_RouterOutsideOfTheSubnet_ThatIsOnTheLink_IsGood(string uplink, bool isOnLink) =>
        Assert.Empty(Against("203.0.113.9", "routed = true\n", gateway: "198.51.100.1", uplink: uplink, isOnLink: isOnLink));

    [Fact]
    public void Against_RouterElsewhere_IsRefused() => Assert.Equal(
        ["f:3:1: uplink.gateway: 198.51.100.1 is not within the uplink subnet 192.0.2.0/24; give the router's address there"], Against("192.0.2.50", gateway: "198.51.100.1"));

    [Theory]
    [InlineData("10.64.1.1-10.64.1.9")]
    [InlineData("10.63.255.1-10.64.0.1")]
    [InlineData("10.127.255.255-10.128.0.1")]
    [InlineData("10.100.0.0-10.100.255.255")]
    public void Static_PoolWithinTheInsideNetwork_IsRefused(string pool) => Assert.Equal(
        [$"f:9:1: inside.network: 10.64.0.0/10 overlaps the pool's {pool}; choose a network that is used nowhere"],
        Errors(pool, "routed = true\n[inside]\nnetwork = \"10.64.0.0/10\"\n"));

    [Fact]
    public void Against_UplinkWithinTheInsideNetwork_IsNoError_AsTheGatewayTakesAnother() => Assert.Empty(
        Against("192.0.2.50", "routed = true\n[inside]\nnetwork = \"100.64.0.0/10\"\n", gateway: null, uplink: "100.100.0.2/24"));

    [Theory]
    [InlineData("[uplink]\ninterface = \"eth0\"\naddress = \"192.88.99.2/24\"", "f:6:1: portal.address: 192.88.99.99 is in the uplink subnet 192.88.99.0/24; choose an address that no device and no LAN has")]
    [InlineData("[uplink]\ninterface = \"eth0\"\n[inside]\nnetwork = \"192.0.0.0/8\"", "f:7:1: portal.address: 192.88.99.99 is in [inside] network 192.0.0.0/8; choose an address that no device and no LAN has")]
    [InlineData("[uplink]\ninterface = \"eth0\"\n[dhcp]\nnetwork = \"192.88.0.0/16\"", "f:7:1: portal.address: 192.88.99.99 is in [dhcp] network 192.88.0.0/16; choose an address that no device and no LAN has")]
    public void Static_PortalAddressInANetworkInUse_IsRefused(string settings, string error) =>
        Assert.Equal([error], ConfigurationFile.Parse($"[access]\ninterface = \"eth1\"\n{settings}\n", "f").Errors.Select(e => e.ToString()));

    [Theory]
    [InlineData("198.18.0.0-198.18.255.255", 0)]
    [InlineData("198.18.0.0-198.19.0.0", 1)]
    public void Static_PoolBeyond65536Addresses_IsRefused(string pool, int errors) => Assert.Equal(
        errors, Errors(pool, "routed = true\n").Count(e => e == "f:6:1: pool.addresses: holds more than 65536 addresses; give fewer"));

    [Fact]
    public void Static_UplinkAddressInTheFile_IsCheckedAtOnce()
    {
        var result = ConfigurationFile.Parse(
            "[access]\ninterface = \"eth1\"\n[uplink]\ninterface = \"eth0\"\naddress = \"192.0.2.2/24\"\ngateway = \"192.0.3.1\"\n[pool]\naddresses = [\"192.0.2.2\"]\n", "f");
        Assert.Null(result.Config);
        Assert.Equal(
            [
                "f:8:14: pool.addresses: 192.0.2.2 contains 192.0.2.2, the gateway's own address; leave it out",
                "f:6:1: uplink.gateway: 192.0.3.1 is not within the uplink subnet 192.0.2.0/24; give the router's address there",
            ],
            result.Errors.Select(e => e.ToString()));
    }

    private static string[] ErrorsBehind(string more) =>
        [.. ConfigurationFile.Parse("access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n" + more, "f").Errors.Select(e => e.ToString())];

    [Fact]
    public void Static_NoPool_IsFine() => Assert.Empty(ErrorsBehind(""));

    [Theory]
    [InlineData("[napt]\nenabled = false\n", "f:5:1: pool.addresses: is missing, and [napt] enabled = false keeps devices from sharing one; give free addresses of the uplink subnet, such as [\"192.0.2.50-192.0.2.99\"]")]
    [InlineData("[profiles.default]\nlegal = \"own-only\"\n", "f:5:1: pool.addresses: is missing, and [profiles.default] legal = \"own-only\" keeps devices from sharing one; give free addresses of the uplink subnet, such as [\"192.0.2.50-192.0.2.99\"]")]
    [InlineData("pool.addresses = [\"192.0.2.50\"]\nnapt.enabled = false\nprofiles.default.legal = \"shared\"\n", "f:5:1: profiles.default.legal: is \"shared\", and [napt] enabled = false leaves nothing to share; change one of them")]
    [InlineData("[napt]\nports_per_device = 5000\n", "f:4:1: napt.ports_per_device: 5000 is more than 64 blocks of 64 ports; raise [napt] block")]
    [InlineData("pool.addresses = [\"192.0.2.50-192.0.2.99\"]\nnapt.addresses = [\"192.0.2.9\", \"192.0.2.99\"]\n", "f:4:32: napt.addresses: 192.0.2.99 overlaps the pool's 192.0.2.50-192.0.2.99; an address is one device's or shared, not both")]
    public void Static_SharingThatCannotBe_IsRefused(string more, string expected) => Assert.Equal([expected], ErrorsBehind(more));

    [Theory]
    [InlineData("32768-60999", null)]
    [InlineData("9000-10239", null)]
    [InlineData("10000-10240", "f:1:1: napt.ports: 10240-32767 overlaps 10000-10240, the ports of this host's own connections (net.ipv4.ip_local_port_range); take others, or set `sysctl -w net.ipv4.ip_local_port_range=\"32768 60999\"`")]
    [InlineData("1024-65535", "f:1:1: napt.ports: 10240-32767 overlaps 1024-65535, the ports of this host's own connections (net.ipv4.ip_local_port_range); take others, or set `sysctl -w net.ipv4.ip_local_port_range=\"32768 60999\"`")]
    public void Ports_OfTheHostsOwnConnections_AreNotShared(string ephemeral, string? expected)
    {
        Assert.True(PortRange.TryParse(ephemeral, out var range));
        var result = ConfigurationFile.Parse("napt.ports = \"10240-32767\"\naccess.interface = \"eth1\"\nuplink.interface = \"eth0\"\n", "f");

        Assert.Equal(expected is null ? [] : [expected], ConfigurationCheck.Ports(result, range).Select(e => e.ToString()));
    }

    [Theory]
    [InlineData("napt.enabled = false\npool.addresses = [\"192.0.2.50\"]\n")]
    [InlineData("napt.addresses = [\"192.0.2.60\"]\n")]
    public void Ports_WhereTheHostsAddressIsNotShared_AreNotAsked(string more) => Assert.Empty(
        ConfigurationCheck.Ports(ConfigurationFile.Parse("access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n" + more, "f"), new PortRange(1024, 65535)));

    [Fact]
    public void Static_RouterInThePoolWithoutAnUplinkAddress_IsRefused() => Assert.Equal(
        ["f:6:14: pool.addresses: 192.0.2.50 contains 192.0.2.50, the uplink's router; leave it out"],
        Errors("192.0.2.50", "[uplink]\ngateway = \"192.0.2.50\"\n").Where(e => e.Contains("pool", StringComparison.Ordinal)));

    [Fact]
    public void Against_RouterIsTheGatewayItself_IsRefused() => Assert.Equal(
        ["f:3:1: uplink.gateway: 192.0.2.2 is the gateway's own address; give the router's"], Against("192.0.2.50", gateway: "192.0.2.2"));

    [Theory]
    [InlineData("192.0.2.77/24", "f:8:1: access.address: 192.0.2.77/24 overlaps the uplink subnet 192.0.2.0/24; give the access LAN a network of its own")]
    [InlineData("192.0.0.1/16", "f:8:1: access.address: 192.0.0.1/16 overlaps the uplink subnet 192.0.2.0/24; give the access LAN a network of its own")]
    public void Against_AccessAddressInTheUplinkSubnet_IsRefused(string address, string expected) => Assert.Equal(
        [expected], ConfigurationCheck.Against(
            ConfigurationFile.Parse($"uplink.interface = \"eth0\"\npool.addresses = [\"192.0.2.50\"]\n\n\n\n\n[access]\naddress = \"{address}\"\ninterface = \"eth1\"\n", "f"),
            Ipv4Network.Parse("192.0.2.2/24"), null).Select(e => e.ToString()));

    [Fact]
    public void Static_AccessAddressInTheInsideNetwork_IsRefused() => Assert.Equal(
        ["f:7:1: access.address: 100.64.3.1/24 overlaps 100.64.0.0/10, which is [inside] network; set that to a network that is used nowhere, such as \"247.64.0.0/10\""],
        ConfigurationFile.Parse(
            "[uplink]\ninterface = \"eth0\"\n[pool]\naddresses = [\"192.0.2.50\"]\n[access]\ninterface = \"eth1\"\naddress = \"100.64.3.1/24\"\n[inside]\nnetwork = \"100.64.0.0/10\"\n", "f").Errors.Select(e => e.ToString()));

    [Fact]
    public void Static_BadValueElsewhere_HidesNoCheck() => Assert.Equal(
        [
            "f:6:1: pool.idle: 3 is not valid; give a time from \"10s\" to \"30d\", such as \"30m\" or \"12h\"",
            "f:2:1: access.address: on one arm (access and uplink are the same interface) the interface's address is [uplink] address; leave this one out",
        ],
        ConfigurationFile.Parse(
            "access.interface = \"eth1\"\naccess.address = \"10.1.2.3/24\"\n[uplink]\ninterface = \"eth1\"\n[pool]\nidle = 3\naddresses = [\"192.0.2.50\"]\n", "f").Errors.Select(e => e.ToString()));

    [Theory]
    [InlineData("routed = 3\n", "pool.routed")]
    [InlineData("routedd = true\n", "pool.routedd")]
    [InlineData("routed = false\nrouted = true\n", "pool.routed")]
    [InlineData("[inside]\nnetwork = \"192.0.2.0/24\"\n", "inside.network|pool.addresses")]
    [InlineData("", "pool.addresses")]
    public void Static_BadValue_HasNoConsequences(string more, string keys) => Assert.Equal(
        keys.Split('|'),
        ConfigurationFile.Parse(
            "access.interface = \"eth1\"\n[uplink]\ninterface = \"eth0\"\naddress = \"198.51.100.2/24\"\n[pool]\naddresses = [\"192.0.2.50\"]\n" + more, "f").Errors.Select(e => e.Key));

    [Fact]
    public void Static_MisspeltTable_IsNotSaidToMissItsKeys() => Assert.Equal(
        ["acess", "uplink.interface"], ConfigurationFile.Parse("[acess]\ninterface = 7\n", "f").Errors.Select(e => e.Key));

    [Theory]
    [InlineData("")]
    [InlineData("access.vlans = []\nuplink.mtu = 1500\n")]
    [InlineData("[acces]\ninterface = \"eth1\"\n")]
    [InlineData("# nothing\n\n")]
    public void ErrorAt_KeyThatIsAbsent_IsWhereItWouldBelong(string text)
    {
        var lines = text.Count(c => c == '\n');
        var missing = ConfigurationFile.Parse(text, "f").Errors.Where(e => e.Text.StartsWith("is missing", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(missing);
        Assert.All(missing, e => Assert.Equal((lines + 1, 1), (e.Line, e.Column)));
    }

    [Fact]
    public void ErrorAt_KeyAbsentFromATableThatIsThere_IsAtItsHeader() => Assert.Equal(
        [(2, 3, "access.interface"), (3, 1, "uplink.interface")],
        ConfigurationFile.Parse("pool = { idle = \"5m\" }\n  [access] # devices\n[uplink]\nmtu = 1500", "f").Errors.Select(e => (e.Line, e.Column, e.Key)));
}
