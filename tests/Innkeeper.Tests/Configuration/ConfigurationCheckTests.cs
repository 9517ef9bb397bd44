using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Configuration;

public sealed class ConfigurationCheckTests
{
    private static ConfigurationResult Parse(string pool, string more = "") => ConfigurationFile.Parse(
        $"[access]\ninterface = \"eth1\"\n[uplink]\ninterface = \"eth0\"\n[pool]\naddresses = [\"{pool}\"]\n{more}", "f");

    private static string[] Against(string pool, string more = "", string? gateway = "192.0.2.1", string uplink = "192.0.2.2/24")
    {
        var result = Parse(pool, more);
        Assert.Empty(result.Errors);
        return [.. ConfigurationCheck.Against(result, Ipv4Network.Parse(uplink), gateway is null ? null : Ipv4Address.Parse(gateway)).Select(e => e.ToString())];
    }

    [Theory]
    [InlineData("192.0.2.50-192.0.2.99", "192.0.2.1")]
    [InlineData("192.0.2.3", null)]
    [InlineData("192.0.2.3-192.0.2.254", "192.0.2.1")]
    public void Against_PoolThatFits_FindsNothing(string pool, string? gateway) => Assert.Empty(Against(pool, gateway: gateway));

    [Theory]
    [InlineData("198.51.100.1-198.51.100.9", "f:6:1: pool.addresses: 198.51.100.1-198.51.100.9 is not within the uplink subnet 192.0.2.0/24; take addresses of it, or set routed = true if the router sends these to us")]
    [InlineData("192.0.2.2", "f:6:1: pool.addresses: 192.0.2.2 contains 192.0.2.2, the gateway's own address; leave it out")]
    [InlineData("192.0.2.1", "f:6:1: pool.addresses: 192.0.2.1 contains 192.0.2.1, the uplink's router; leave it out")]
    [InlineData("192.0.2.255", "f:6:1: pool.addresses: 192.0.2.255 contains the network or broadcast address of 192.0.2.0/24; leave it out")]
    [InlineData("192.0.2.0", "f:6:1: pool.addresses: 192.0.2.0 contains the network or broadcast address of 192.0.2.0/24; leave it out")]
    public void Against_PoolThatDoesNotFit_SaysTheOneThing(string pool, string expected) => Assert.Equal([expected], Against(pool));

    [Fact]
    public void Against_RoutedPool_MayLieAnywhere() => Assert.Empty(Against("198.51.100.0-198.51.100.255", "routed = true\n"));

    [Fact]
    public void Against_PointToPointUplink_HasNoBroadcastAddress() => Assert.Empty(Against("192.0.2.3", gateway: null, uplink: "192.0.2.2/31"));

    [Fact]
    public void Against_RouterElsewhere_IsRefused() => Assert.Equal(
        ["f: uplink.gateway: 198.51.100.1 is not within the uplink subnet 192.0.2.0/24"], Against("192.0.2.50", gateway: "198.51.100.1"));

    [Theory]
    [InlineData("10.64.1.1-10.64.1.9")]
    [InlineData("10.63.255.1-10.64.0.1")]
    [InlineData("10.127.255.255-10.128.0.1")]
    [InlineData("10.0.0.1-10.200.0.0")]
    public void Against_PoolWithinTheInsideNetwork_IsRefused(string pool) => Assert.Contains(
        $"f:9:1: inside.network: 10.64.0.0/10 overlaps the pool's {pool}; choose a network that is used nowhere",
        Against(pool, "routed = true\n[inside]\nnetwork = \"10.64.0.0/10\"\n"));

    [Fact]
    public void Against_UplinkWithinTheInsideNetwork_IsRefused() => Assert.Equal(
        ["f: inside.network: 100.64.0.0/10 overlaps the uplink subnet 100.100.0.0/24; choose a network that is used nowhere, such as \"10.64.0.0/10\""],
        Against("192.0.2.50", "routed = true\n", gateway: null, uplink: "100.100.0.2/24"));

    [Theory]
    [InlineData("198.18.0.0-198.18.255.255", 0)]
    [InlineData("198.18.0.0-198.19.0.0", 1)]
    public void Against_PoolBeyond65536Addresses_IsRefused(string pool, int errors) => Assert.Equal(
        errors, Against(pool, "routed = true\n").Count(e => e == "f:6:1: pool.addresses: holds more than 65536 addresses; give fewer"));

    [Fact]
    public void Static_UplinkAddressInTheFile_IsCheckedAtOnce()
    {
        var result = ConfigurationFile.Parse(
            "[access]\ninterface = \"eth1\"\n[uplink]\ninterface = \"eth0\"\naddress = \"192.0.2.2/24\"\ngateway = \"192.0.3.1\"\n[pool]\naddresses = [\"192.0.2.2\"]\n", "f");
        Assert.Null(result.Config);
        Assert.Equal(
            [
                "f:8:1: pool.addresses: 192.0.2.2 contains 192.0.2.2, the gateway's own address; leave it out",
                "f:6:1: uplink.gateway: 192.0.3.1 is not within the uplink subnet 192.0.2.0/24",
            ],
            result.Errors.Select(e => e.ToString()));
    }

    [Fact]
    public void Static_NoPool_IsRefused() => Assert.Equal(
        ["f: pool.addresses: is missing; give free addresses of the uplink subnet, such as [\"192.0.2.50-192.0.2.99\"] (sharing one address by ports is not there yet)"],
        ConfigurationFile.Parse("[access]\ninterface = \"eth1\"\n[uplink]\ninterface = \"eth0\"\n", "f").Errors.Select(e => e.ToString()));
}
