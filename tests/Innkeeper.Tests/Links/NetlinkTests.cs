using Innkeeper.Interop;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Links;

public sealed class NetlinkTests
{
    [Fact]
    public void ReadInterface_Loopback_HasItsAddress()
    {
        Assert.True(Netlink.ReadInterface("lo", out var link));
        Assert.Equal(1, link.Index);
        Assert.Equal("lo", link.Name);
        Assert.Equal(MacAddress.Zero, link.Mac);
        Assert.True(link.Mtu >= 1500);
        Assert.Null(link.Gateway);
        if (link.IsUp)
        {
            Assert.Contains(Ipv4Network.Parse("127.0.0.1/8"), link.Addresses);
            Assert.True(link.HasCarrier);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("nosuch0")]
    [InlineData("a-name-much-longer-than-any-interface-can-have")]
    public void ReadInterface_NoSuchInterface_False(string name)
    {
        Assert.False(Netlink.ReadInterface(name, out var link));
        Assert.Null(link);
    }

    [Fact]
    public void ReadInterfaces_Always_HasLoopback() => Assert.Contains("lo", Netlink.ReadInterfaces().Select(link => link.Name));

    [Fact]
    public void VethPair_CreatedAddressedDeleted_LinkInfoFollows() => PrivateNetwork.Run(() =>
    {
        Netlink.CreateVethPair("ikt-a", "ikt-b", 1400);
        Assert.Equal(["lo", "ikt-a", "ikt-b"], Netlink.ReadInterfaces().Select(link => link.Name).OrderBy(name => name != "lo").ThenBy(name => name));

        Assert.True(Netlink.ReadInterface("ikt-a", out var a));
        Assert.True(Netlink.ReadInterface("ikt-b", out var b));
        Assert.Equal(1400, a.Mtu);
        Assert.Equal(1400, b.Mtu);
        Assert.True(a.Mac.IsLocallyAdministered);
        Assert.NotEqual(a.Mac, b.Mac);
        Assert.False(a.IsUp || a.HasCarrier);
        Assert.Empty(a.Addresses);

        Netlink.SetUp(a.Index);
        Assert.True(Netlink.ReadInterface("ikt-a", out a));
        Assert.True(a.IsUp);
        Assert.False(a.HasCarrier);

        Netlink.SetUp(b.Index);
        Netlink.SetUp(b.Index);
        Netlink.SetNoArp(a.Index);
        Netlink.SetMtu(a.Index, 1300);
        Netlink.AddAddress(a.Index, Ipv4Network.Parse("100.64.0.1/10"));
        Netlink.AddAddress(a.Index, Ipv4Network.Parse("100.64.0.1/10"));
        Netlink.AddAddress(a.Index, Ipv4Network.Parse("192.0.2.1/32"));
        Assert.True(Netlink.ReadInterface("ikt-a", out a));
        Assert.True(a.HasCarrier);
        Assert.Equal(1300, a.Mtu);
        Assert.Equal(["100.64.0.1/10", "192.0.2.1/32"], a.Addresses.Select(address => address.ToString()));
        Assert.Empty(PrivateNetwork.IpLines("route"));
        Assert.Null(a.Gateway);

        Assert.True(Netlink.DeleteLink("ikt-b"));
        Assert.False(Netlink.DeleteLink("ikt-b"));
        Assert.False(Netlink.ReadInterface("ikt-a", out _));
    });

    [Fact]
    public void LinkWatch_HearsLinksAddressesRulesAndSysctls_AndNothingElse() => PrivateNetwork.Run(() =>
    {
        using var watch = new LinkWatch();
        Assert.False(watch.TakeChange());
        Netlink.CreateVethPair("ikt-a", "ikt-b", 1500);
        Assert.True(watch.TakeChange());
        Assert.False(watch.TakeChange());
        Assert.True(Netlink.ReadInterface("ikt-a", out var a));
        Assert.False(watch.TakeChange());
        Netlink.AddAddress(a.Index, Ipv4Network.Parse("192.0.2.1/24"));
        Assert.True(watch.TakeChange());
        Netlink.AddRule(ServiceRoutes.Rule);
        Assert.True(watch.TakeChange());
        Netlink.DeleteRule(ServiceRoutes.Rule);
        Assert.True(watch.TakeChange());
        Sysctl.Write("net/ipv4/conf/ikt-a/rp_filter", "1");
        Assert.True(watch.TakeChange());
        Sysctl.Write("net/ipv4/conf/ikt-a/forwarding", "1");
        Assert.True(watch.TakeChange());
        Assert.False(watch.TakeChange());
        Netlink.DeleteLink("ikt-a");
        Assert.True(watch.TakeChange());
    });

    [Fact]
    public void HostFirewall_HearsThatRulesChange_AndReadsTheBaseChains() => PrivateNetwork.Run(() =>
    {
        using var firewall = new HostFirewall();
        Assert.False(firewall.TakeChange());
        PrivateNetwork.Nft("add table inet guard { chain way { type filter hook input priority 0; policy drop; }; chain side { }; }");
        Assert.True(firewall.TakeChange());
        Assert.False(firewall.TakeChange());
        Assert.Equal([new FirewallChain("inet", "guard", "way", "filter", 1) { Drops = true }], firewall.ReadChains());
        Assert.False(firewall.TakeChange());
    });

    [Fact]
    public void CreateVethPair_PairExists_KeptWithNewMtu() => PrivateNetwork.Run(() =>
    {
        Netlink.CreateVethPair("ikt-a", "ikt-b", 1400);
        Assert.True(Netlink.ReadInterface("ikt-a", out var before));
        Netlink.CreateVethPair("ikt-a", "ikt-b", 1500);
        Assert.True(Netlink.ReadInterface("ikt-a", out var after));
        Assert.Equal(before with { Mtu = 1500, Addresses = after.Addresses }, after);
    });

    [Fact]
    public void CreateVethPair_NameOfAnother_Refused() => PrivateNetwork.Run(() =>
    {
        Netlink.CreateVethPair("ikt-a", "ikt-b", 1500);
        var error = Assert.Throws<NetlinkException>(() => Netlink.CreateVethPair("ikt-a", "ikt-c", 1500));
        Assert.Equal(Libc.EEXIST, error.Errno);
        Assert.Contains("ikt-c", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ikt-c", Netlink.ReadInterfaces().Select(link => link.Name));
    });

    [Fact]
    public void Changes_NoSuchInterface_Throw() => PrivateNetwork.Run(() =>
    {
        Assert.Equal(Libc.ENODEV, Assert.Throws<NetlinkException>(() => Netlink.SetUp(4711)).Errno);
        Assert.Equal(Libc.ENODEV, Assert.Throws<NetlinkException>(() => Netlink.SetMtu(4711, 1500)).Errno);
        Assert.Equal(Libc.ENODEV, Assert.Throws<NetlinkException>(() => Netlink.AddAddress(4711, Ipv4Network.Parse("192.0.2.1/24"))).Errno);
        Assert.Equal(Libc.EINVAL, Assert.Throws<NetlinkException>(() => Netlink.DeleteLink("longer-than-fifteen")).Errno);
    });

    [Fact]
    public void SetMtu_OutOfRange_KernelsOwnSentence() => PrivateNetwork.Run(() =>
    {
        Netlink.CreateVethPair("ikt-a", "ikt-b", 1500);
        Assert.True(Netlink.ReadInterface("ikt-a", out var a));
        var error = Assert.Throws<NetlinkException>(() => Netlink.SetMtu(a.Index, 1));
        Assert.Equal(Libc.EINVAL, error.Errno);
        Assert.Contains("mtu less than device minimum", error.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void ReadInterface_DefaultRoutes_LowestMetricWins() => PrivateNetwork.Run(() =>
    {
        Netlink.CreateVethPair("ikt-a", "ikt-b", 1500);
        Assert.True(Netlink.ReadInterface("ikt-a", out var a));
        Assert.True(Netlink.ReadInterface("ikt-b", out var b));
        Netlink.SetUp(a.Index);
        Netlink.SetUp(b.Index);
        PrivateNetwork.Ip("address add 192.0.2.2/24 dev ikt-a");
        PrivateNetwork.Ip("address add 198.51.100.2/24 dev ikt-b");
        PrivateNetwork.Ip("route add default via 192.0.2.254 dev ikt-a metric 300");
        PrivateNetwork.Ip("route add default via 192.0.2.1 dev ikt-a metric 200");
        PrivateNetwork.Ip("route add default via 198.51.100.1 dev ikt-b metric 10");
        PrivateNetwork.Ip("route add default via 192.0.2.99 dev ikt-a table 100");
        PrivateNetwork.Ip("route add 203.0.113.0/24 via 192.0.2.98 dev ikt-a");
        Assert.True(Netlink.ReadInterface("ikt-a", out a));
        Assert.Equal(Ipv4Address.Parse("192.0.2.1"), a.Gateway);
        Assert.True(Netlink.ReadInterface("ikt-b", out b));
        Assert.Equal(Ipv4Address.Parse("198.51.100.1"), b.Gateway);

        PrivateNetwork.Ip("route add default metric 5 nexthop via 192.0.2.7 dev ikt-a nexthop via 198.51.100.7 dev ikt-b");
        Assert.True(Netlink.ReadInterface("ikt-b", out b));
        Assert.Equal(Ipv4Address.Parse("198.51.100.7"), b.Gateway);
    });

    [Fact]
    public void ReadInterface_HundredsOfInterfaces_DumpOfManyDatagrams() => PrivateNetwork.Run(() =>
    {
        for (var i = 0; i < 100; i++)
        {
            Netlink.CreateVethPair($"ikt-a{i}", $"ikt-b{i}", 1500);
        }

        Assert.Equal(201, Netlink.ReadInterfaces().Length);
        Assert.True(Netlink.ReadInterface("ikt-b99", out _));
    });
}
