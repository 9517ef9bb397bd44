using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Configuration;

/// <summary>Each key of a gateway; whether gateways fit each other, the pools, the interfaces, and their profiles.</summary>
public sealed class GatewayDefinitionsTests
{
    private const string Head = "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n[gateways.line]\nnext_hop = \"198.51.100.1\"\n";

    /// <summary>Further tables, each a gateway on an interface of its own.</summary>
    private static string Others(params string[] interfaces) =>
        string.Concat(interfaces.Select((name, i) => $"[gateways.other{i}]\nnext_hop = \"203.0.113.1\"\ninterface = \"{name}\"\nshared = [\"203.0.113.{i + 9}\"]\n"));

    private static ConfigurationResult Parse(string rest) => ConfigurationFile.Parse(Head + rest, "f");

    private static string[] Errors(string rest) => [.. Parse(rest).Errors.Select(e => e.ToString())];

    private static AddressRange Range(string text) => AddressRange.TryParse(text, out var range) ? range : throw new FormatException(text);

    [Fact]
    public void Parse_EachKey_SetsWhatItSays() => Assert.Equal(
        new GatewayConfig
        {
            Name = "line",
            NextHop = Ipv4Address.Parse("198.51.100.1"),
            Interface = "eth2",
            Address = Ipv4Network.Parse("198.51.100.2/28"),
            Pool = [Range("198.51.100.3-198.51.100.5"), Range("198.51.100.8")],
            Shared = [Range("198.51.100.6")],
        },
        Assert.Single(Parse("interface = \"eth2\"\naddress = \"198.51.100.2/28\"\npool = [\"198.51.100.3-198.51.100.5\", \"198.51.100.8\"]\nshared = [\"198.51.100.6\"]\n").Config!.Gateways));

    [Theory]
    [InlineData("interface = \"eth2\"\n")]
    [InlineData("pool = [\"198.51.100.3\"]\n")]
    [InlineData("shared = [\"198.51.100.3\"]\n")]
    public void Parse_LeastThatAGatewayNeeds_IsEnough(string rest) => Assert.Empty(Errors(rest));

    [Theory]
    [InlineData("interface = \"eth/2\"\n", "f:5:1: gateways.line.interface: \"eth/2\" is not valid; give an interface name such as \"eth2\" (up to 15 letters, digits, '.', '-', '_')")]
    [InlineData("interface = \"eth2\"\naddress = \"198.51.100.2\"\n", "f:6:1: gateways.line.address: \"198.51.100.2\" is not valid; give an address with its prefix length, such as \"198.51.100.2/29\"")]
    [InlineData("interface = \"eth2\"\naddress = \"198.51.100.0/29\"\n", "f:6:1: gateways.line.address: \"198.51.100.0/29\" is the address of the network itself; give the address of a host in it, such as \"198.51.100.1/29\"")]
    [InlineData("pool = [\"198.51.100.3\", \"x\"]\n", "f:5:25: gateways.line.pool: \"x\" is not valid; give a range from its lowest to its highest address, such as \"137.118.199.50-137.118.199.99\"")]
    [InlineData("shared = [\"198.51.100.3-198.51.100.19\"]\n", "f:5:1: gateways.line.shared: [\"198.51.100.3-198.51.100.19\"] is not valid; give a list of up to 16 addresses, as ranges such as [\"198.51.100.6\"], none of which overlap")]
    [InlineData("interface = \"eth2\"\n[gateways.b]\nnext_hop = \"198.51.100\"\ninterface = \"eth3\"\n", "f:7:1: gateways.b.next_hop: \"198.51.100\" is not valid; give the router's address, such as \"198.51.100.1\"")]
    [InlineData("interface = \"eth2\"\n[gateways.b]\nnext_hop = \"127.0.0.1\"\ninterface = \"eth3\"\n", "f:7:1: gateways.b.next_hop: \"127.0.0.1\" lies in 127.0.0.0/8 (loopback), where no host can be; give a host's address")]
    [InlineData("interface = \"eth2\"\n[gateways.b]\ninterface = \"eth3\"\n", "f:6:1: gateways.b.next_hop: is missing; give the router's address, such as \"198.51.100.1\"")]
    [InlineData("interface = \"eth1\"\n", "f:5:1: gateways.line.interface: eth1: is the access interface; a gateway is on the uplink LAN or on an interface of its own")]
    [InlineData("interface = \"eth0\"\n", "f:5:1: gateways.line.interface: eth0: is the uplink's; leave it out, and the gateway is on the uplink LAN")]
    [InlineData("pool = [\"198.51.100.3\"]\naddress = \"198.51.100.2/29\"\n", "f:6:1: gateways.line.address: without an interface of its own this gateway is on the uplink LAN, where [uplink] address is ours; leave this one out, or give its interface")]
    [InlineData("", "f:3:1: gateways.line.pool: is missing, and so is shared: on the uplink LAN a gateway's devices need outside addresses of their own; give free addresses of the uplink subnet, such as [\"192.0.2.50-192.0.2.99\"]")]
    [InlineData("interface = \"eth2\"\naddress = \"198.51.101.2/24\"\n", "f:4:1: gateways.line.next_hop: 198.51.100.1 is not within the subnet of eth2, 198.51.101.0/24; give the router's address there")]
    [InlineData("interface = \"eth2\"\naddress = \"198.51.100.1/24\"\n", "f:4:1: gateways.line.next_hop: 198.51.100.1 is the gateway's own address; give the router's")]
    [InlineData("interface = \"eth2\"\naddress = \"198.51.100.2/29\"\npool = [\"198.51.100.3\", \"198.51.100.9\"]\n", "f:7:25: gateways.line.pool: 198.51.100.9 is not within the subnet of eth2, 198.51.100.0/29; take addresses of it, or set [pool] routed = true if the router sends these to us")]
    [InlineData("interface = \"eth2\"\naddress = \"198.51.100.2/29\"\nshared = [\"198.51.100.2\"]\n", "f:7:11: gateways.line.shared: 198.51.100.2 contains 198.51.100.2, the gateway's own address; leave it out")]
    [InlineData("interface = \"eth2\"\naddress = \"198.51.100.2/29\"\npool = [\"198.51.100.3-198.51.100.7\"]\n", "f:7:9: gateways.line.pool: 198.51.100.3-198.51.100.7 contains the network or broadcast address of 198.51.100.0/29; leave it out")]
    [InlineData("interface = \"eth2\"\npool = [\"198.51.100.1-198.51.100.5\"]\n", "f:6:9: gateways.line.pool: 198.51.100.1-198.51.100.5 contains 198.51.100.1, the router of [gateways.line]; leave it out")]
    [InlineData("interface = \"eth2\"\n[pool]\naddresses = [\"198.51.100.1\"]\n", "f:7:14: pool.addresses: 198.51.100.1 contains 198.51.100.1, the router of [gateways.line]; leave it out")]
    [InlineData("interface = \"eth2\"\npool = [\"192.0.2.9-192.0.2.20\"]\n[pool]\naddresses = [\"192.0.2.20\"]\n", "f:6:9: gateways.line.pool: 192.0.2.9-192.0.2.20 overlaps 192.0.2.20 of pool.addresses; an address is one gateway's, and one device's or shared")]
    [InlineData("interface = \"eth2\"\nshared = [\"192.0.2.20\"]\n[napt]\naddresses = [\"192.0.2.20\"]\n", "f:6:11: gateways.line.shared: 192.0.2.20 overlaps 192.0.2.20 of napt.addresses; an address is one gateway's, and one device's or shared")]
    [InlineData("interface = \"eth2\"\npool = [\"192.0.2.20\"]\nshared = [\"192.0.2.20\"]\n", "f:7:11: gateways.line.shared: 192.0.2.20 overlaps 192.0.2.20 of gateways.line.pool; an address is one gateway's, and one device's or shared")]
    [InlineData("interface = \"eth2\"\npool = [\"192.0.2.20\"]\n[gateways.b]\nnext_hop = \"203.0.113.1\"\npool = [\"192.0.2.20\"]\n", "f:9:9: gateways.b.pool: 192.0.2.20 overlaps 192.0.2.20 of gateways.line.pool; an address is one gateway's, and one device's or shared")]
    [InlineData("interface = \"eth2\"\npool = [\"100.64.0.9\"]\n[inside]\nnetwork = \"100.64.0.0/10\"\n", "f:8:1: inside.network: 100.64.0.0/10 overlaps the pool's 100.64.0.9; choose a network that is used nowhere")]
    [InlineData("interface = \"eth2\"\nshared = [\"198.51.100.6\"]\naddress = \"198.51.100.2/29\"\n[gateways.b]\nnext_hop = \"198.51.100.3\"\ninterface = \"eth2\"\naddress = \"198.51.100.4/29\"\n", "f:11:1: gateways.b.address: 198.51.100.4/29 differs from the address of the same interface in [gateways.line], 198.51.100.2/29; give it once")]
    [InlineData("interface = \"eth2\"\n[gateways.b]\nnext_hop = \"198.51.100.3\"\ninterface = \"eth2\"\n", "f:6:1: gateways.b.shared: is missing, as it is in [gateways.line]: both would share the address of eth2, which one gateway can; give one of them addresses to share")]
    [InlineData("interface = \"eth2\"\nshared = [\"198.51.100.6\"]\naddress = \"198.51.100.2/29\"\n[gateways.b]\nnext_hop = \"198.51.100.9\"\ninterface = \"eth2\"\n", "f:9:1: gateways.b.next_hop: 198.51.100.9 is not within the subnet of eth2, 198.51.100.0/29; give the router's address there")]
    public void Parse_GatewayThatDoesNotFit_IsOneError(string rest, string expected) => Assert.Equal([expected], Errors(rest));

    [Theory]
    [InlineData("[profiles.default]\nlegal = \"own-only\"\ngateway = \"line\"\n", "f:3:1: gateways.line.pool: is missing, and [profiles.default] legal = \"own-only\" keeps devices from sharing one; give free addresses of the subnet of eth2, such as [\"198.51.100.3-198.51.100.5\"]")]
    [InlineData("[profiles.guests]\nlegal = \"own-only\"\ngateway = \"line\"\n", "f:3:1: gateways.line.pool: is missing, and [profiles.guests] legal = \"own-only\" keeps devices from sharing one; give free addresses of the subnet of eth2, such as [\"198.51.100.3-198.51.100.5\"]")]
    [InlineData("[profiles.guests]\nlegal = \"own-only\"\n", "f:8:1: pool.addresses: is missing, and [profiles.guests] legal = \"own-only\" keeps devices from sharing one; give free addresses of the uplink subnet, such as [\"192.0.2.50-192.0.2.99\"]")]
    [InlineData("[profiles.guests]\nfallback = \"line\"\n[napt]\nenabled = false\n[pool]\naddresses = [\"192.0.2.50\"]\n", "f:3:1: gateways.line.pool: is missing, and [napt] enabled = false keeps devices from sharing one; give free addresses of the subnet of eth2, such as [\"198.51.100.3-198.51.100.5\"]")]
    [InlineData("[profiles.guests]\nlegal = \"shared\"\ngateway = \"other\"\n[gateways.other]\nnext_hop = \"203.0.113.1\"\npool = [\"203.0.113.2\"]\n", "f:9:1: gateways.other.shared: is missing, and [profiles.guests] legal = \"shared\" allows its devices no other address; give free addresses of the uplink subnet, such as [\"192.0.2.50-192.0.2.99\"]")]
    public void Parse_GatewayWithoutWhatItsProfilesNeed_IsOneError(string rest, string expected) => Assert.Equal([expected], Errors("interface = \"eth2\"\n" + rest));

    [Fact]
    public void Parse_MainPoolThatNobodyNeeds_IsNotMissed() =>
        Assert.Empty(Errors("interface = \"eth2\"\npool = [\"198.51.100.3\"]\n[profiles.default]\ngateway = \"line\"\nlegal = \"own-only\"\n"));

    [Fact]
    public void Parse_InterfacesBeyondTheirNumber_IsOneError()
    {
        Assert.Empty(Errors("interface = \"eth2\"\n" + Others("eth3", "eth4", "eth4")));
        Assert.Equal(
            ["f:16:1: gateways.other2.interface: eth5 is one too many: beside the uplink, up to 3 interfaces are possible; put several gateways on one interface, or give fewer"],
            Errors("interface = \"eth2\"\n" + Others("eth3", "eth4", "eth5")));
    }

    [Fact]
    public void Parse_GatewaysBeyondTheirNumber_IsOneError()
    {
        Assert.Empty(Errors("interface = \"eth2\"\n" + Others("eth3", "eth3", "eth3", "eth3", "eth3", "eth3")));
        Assert.Equal(
            ["f:30:1: gateways.other6: is one too many: up to 7 gateways are possible; give fewer"],
            Errors("interface = \"eth2\"\n" + Others("eth3", "eth3", "eth3", "eth3", "eth3", "eth3", "eth3", "eth3")));
    }

    [Fact]
    public void Parse_OneArm_HasGatewaysOnItsOneInterface()
    {
        const string OneArm = "access.interface = \"eth0\"\nuplink.interface = \"eth0\"\n[gateways.line]\nnext_hop = \"198.51.100.1\"\n";
        Assert.Empty(ConfigurationFile.Parse(OneArm + "shared = [\"198.51.100.9\"]\n", "f").Errors);
        Assert.Equal(
            ["f:5:1: gateways.line.interface: eth2: on one arm (access and uplink are the same interface) a gateway is a router of that LAN; leave the interface out"],
            ConfigurationFile.Parse(OneArm + "interface = \"eth2\"\n", "f").Errors.Select(e => e.ToString()));
    }

    [Theory]
    [InlineData("pool = [\"198.51.100.3-198.51.100.5\"]\n", "198.51.100.2/29")]
    [InlineData("pool = [\"192.0.2.7\"]\n[pool]\nrouted = true\n", "198.51.100.2/29")]
    [InlineData("pool = [\"192.0.2.7\"]\n", "198.51.100.2/29", "f:6:9: gateways.line.pool: 192.0.2.7 is not within the subnet of eth2, 198.51.100.0/29; take addresses of it, or set [pool] routed = true if the router sends these to us")]
    [InlineData("shared = [\"198.51.100.6\"]\n", "198.51.100.6/28", "f:6:11: gateways.line.shared: 198.51.100.6 contains 198.51.100.6, the gateway's own address; leave it out")]
    [InlineData("", "198.51.101.2/24", "f:4:1: gateways.line.next_hop: 198.51.100.1 is not within the subnet of eth2, 198.51.101.0/24; give the router's address there")]
    [InlineData("", "198.51.100.1/24", "f:4:1: gateways.line.next_hop: 198.51.100.1 is the gateway's own address; give the router's")]
    [InlineData("[inside]\nnetwork = \"198.51.0.0/16\"\n", "198.51.100.2/24")]
    public void AgainstGateway_TheInterfacesAddress_ShowsWhatDoesNotFit(string rest, string address, params string[] expected)
    {
        var result = Parse("interface = \"eth2\"\n" + rest);
        Assert.Empty(result.Errors);
        Assert.Equal(expected, ConfigurationCheck.AgainstGateway(result, Assert.Single(result.Config!.Gateways), Ipv4Network.Parse(address)).Select(e => e.ToString()));
    }

    [Fact]
    public void AgainstGateway_AccessAddressInItsSubnet_IsRefused()
    {
        var result = ConfigurationFile.Parse("access.address = \"198.51.100.77/26\"\n" + Head + "interface = \"eth2\"\n", "f");
        Assert.Empty(result.Errors);
        Assert.Equal(
            ["f:1:1: access.address: 198.51.100.77/26 overlaps the subnet of eth2, 198.51.100.0/24; give the access LAN a network of its own"],
            ConfigurationCheck.AgainstGateway(result, Assert.Single(result.Config!.Gateways), Ipv4Network.Parse("198.51.100.2/24")).Select(e => e.ToString()));
    }

    [Theory]
    [InlineData("pool = [\"192.0.2.60\"]\n", "f:4:1: gateways.line.next_hop: 198.51.100.1 is not within the uplink subnet 192.0.2.0/24; give the router's address there")]
    [InlineData("pool = [\"192.0.2.1\"]\n", "f:5:9: gateways.line.pool: 192.0.2.1 contains 192.0.2.1, the uplink's router; leave it out", "f:4:1: gateways.line.next_hop: 198.51.100.1 is not within the uplink subnet 192.0.2.0/24; give the router's address there")]
    [InlineData("interface = \"eth2\"\npool = [\"192.0.2.1\"]\n")]
    public void Against_TheUplink_ShowsWhatDoesNotFitOfGatewaysThere(string rest, params string[] expected)
    {
        var result = Parse(rest);
        Assert.Empty(result.Errors);
        Assert.Equal(expected, ConfigurationCheck.Against(result, Ipv4Network.Parse("192.0.2.2/24"), Ipv4Address.Parse("192.0.2.1")).Select(e => e.ToString()));
    }

    [Theory]
    [InlineData("interface = 3\npool = [\"198.51.100.1\"]\naddress = \"198.51.100.2/29\"\n", "gateways.line.interface|gateways.line.pool")]
    [InlineData("interface = \"eth2\"\naddress = 3\npool = [\"192.0.2.3\"]\n", "gateways.line.address")]
    [InlineData("shard = [\"198.51.100.9\"]\n", "gateways.line.shard")]
    public void Parse_WhatFollowsFromAMistake_IsNotSaid(string rest, string keys) => Assert.Equal(keys.Split('|'), Errors(rest).Select(e => e.Split(": ")[1]));
}
