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
        Assert.Null(a.Gateway);

        Assert.True(Netlink.DeleteLink("ikt-b"));
        Assert.False(Netlink.DeleteLink("ikt-b"));
        Assert.False(Netlink.ReadInterface("ikt-a", out _));
    });

    [Fact]
    public void SlowPathRoutes_SetTwiceWithOtherValues_SayTheLater_AndRemoveLeavesNothing() => PrivateNetwork.Run(() =>
    {
        var (inside, stack, edge) = MakeInsideNetwork();

        SlowPathRoutes.Set(inside, stack.Index, [new SlowPathRoute(0, edge.Index, Ipv4Network.Parse("192.0.2.7/24"), Ipv4Address.Parse("10.9.9.9"), 1400)]);
        SlowPathRoutes.Set(inside, stack.Index, [new SlowPathRoute(0, edge.Index, Ipv4Network.Parse("198.51.100.7/25"), Ipv4Address.Parse("198.51.100.1"), 1300)]);

        Assert.Equal(
            ["default via 198.51.100.1 dev ik-edge proto 105 onlink mtu 1300", "unreachable default proto 105 metric 4294967295", "100.64.0.0/10 dev ik-stack proto 105 scope link",
                "198.51.100.0/25 dev ik-edge proto 105 scope link mtu 1300"],
            PrivateNetwork.IpLines($"route show table {SlowPathRoutes.Table}"));
        Assert.Single(PrivateNetwork.IpLines("rule"), line => line.EndsWith($"from all iif ik-edge lookup {SlowPathRoutes.Table}", StringComparison.Ordinal));

        SlowPathRoutes.Set(inside, stack.Index, [new SlowPathRoute(0, edge.Index, Ipv4Network.Parse("198.51.100.7/25"), null, 1300)]);
        Assert.Equal(
            ["unreachable default proto 105", "unreachable default proto 105 metric 4294967295", "100.64.0.0/10 dev ik-stack proto 105 scope link", "198.51.100.0/25 dev ik-edge proto 105 scope link mtu 1300"],
            PrivateNetwork.IpLines($"route show table {SlowPathRoutes.Table}"));

        SlowPathRoutes.Remove();
        SlowPathRoutes.Remove();
        Assert.Empty(PrivateNetwork.IpLines($"route show table {SlowPathRoutes.Table}"));
        Assert.DoesNotContain(PrivateNetwork.IpLines("rule"), line => line.Contains("ik-edge", StringComparison.Ordinal));
    });

    [Fact]
    public void SlowPathRoutes_OfASecondGateway_NeverLeadIntoTheMainTable_AndGoWithIt() => PrivateNetwork.Run(() =>
    {
        var (inside, stack, edge) = MakeInsideNetwork();
        var main = new SlowPathRoute(0, edge.Index, Ipv4Network.Parse("192.0.2.7/24"), Ipv4Address.Parse("192.0.2.1"), 1500);
        var table = $"{SlowPathRoutes.PathMark + 2}";

        SlowPathRoutes.Set(inside, stack.Index, [main, new SlowPathRoute(2, edge.Index, Ipv4Network.Parse("198.51.100.7/24"), Ipv4Address.Parse("198.51.100.1"), 1500)]);

        Assert.Equal(
            ["default via 198.51.100.1 dev ik-edge proto 105 onlink mtu 1500", "unreachable default proto 105 metric 4294967295", "100.64.0.0/10 dev ik-stack proto 105 scope link",
                "198.51.100.0/24 dev ik-edge proto 105 scope link mtu 1500"],
            PrivateNetwork.IpLines($"route show table {table}"));
        var rules = PrivateNetwork.IpLines("rule");
        Assert.True(
            Array.FindIndex(rules, r => r.Contains("fwmark 0x6972", StringComparison.Ordinal)) is var marked and >= 0
            && marked < Array.FindIndex(rules, r => r.EndsWith($"lookup {SlowPathRoutes.Table}", StringComparison.Ordinal)), string.Join('\n', rules));

        // Its interface is gone: what is for it goes nowhere.
        SlowPathRoutes.Set(inside, stack.Index, [main, new SlowPathRoute(2, 0, default, null, 0)]);
        Assert.Contains(PrivateNetwork.IpLines($"route show table {table}"), r => r.StartsWith("unreachable default", StringComparison.Ordinal));
        Assert.DoesNotContain(PrivateNetwork.IpLines($"route show table {table}"), r => r.Contains("198.51.100", StringComparison.Ordinal));

        // No gateway has this number: its mark does not fall to the main one, where a host forwards.
        File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
        SlowPathRoutes.Set(inside, stack.Index, [main]);
        Assert.Empty(PrivateNetwork.IpLines($"route show table {table}"));
        Assert.Equal("unreachable", Assert.Single(PrivateNetwork.IpLines("rule"), line => line.Contains("fwmark", StringComparison.Ordinal)).Split(' ')[^1]);
        foreach (var mark in (uint[])[SlowPathRoutes.PathMark + 1, SlowPathRoutes.PathMark + 7])
        {
            Assert.Equal("RTNETLINK answers: Network is unreachable", PrivateNetwork.IpRefusal($"route get 203.0.113.1 from 100.64.0.2 iif ik-edge mark {mark}").Split('\n')[0]);
        }

        Assert.Contains("via 192.0.2.1", PrivateNetwork.IpLines("route get 203.0.113.1 from 100.64.0.2 iif ik-edge")[0], StringComparison.Ordinal);
        SlowPathRoutes.Remove();
        Assert.DoesNotContain(PrivateNetwork.IpLines("rule"), line => line.Contains("ik-edge", StringComparison.Ordinal));
    });

    /// <summary>Other software's rules come later, and those of version 0.1.0 are replaced.</summary>
    [Fact]
    public void SlowPathRoutes_ComeRightAfterTheLocalTable_InPlaceOfEarlierRules() => PrivateNetwork.Run(() =>
    {
        var (inside, stack, edge) = MakeInsideNetwork();
        PrivateNetwork.Ip("rule add pref 10 lookup 52");
        Netlink.AddRule(SlowPathRoutes.Table, "ik-edge", SlowPathRoutes.Table);
        Netlink.AddRule(SlowPathRoutes.Table - 2, "ik-edge", SlowPathRoutes.PathMark + 1, SlowPathRoutes.PathMark + 1);
        Netlink.AddUnreachableRule(SlowPathRoutes.Table - 1, "ik-edge", SlowPathRoutes.PathMark, ~7u);

        SlowPathRoutes.Set(inside, stack.Index, [new SlowPathRoute(0, edge.Index, Ipv4Network.Parse("192.0.2.7/24"), Ipv4Address.Parse("192.0.2.1"), 1500)]);

        var rules = PrivateNetwork.IpLines("rule");
        Assert.Equal(["0: from all lookup local", $"8: from all fwmark 0x6970/0xfffffff8 iif ik-edge unreachable", $"9: from all iif ik-edge lookup {SlowPathRoutes.Table}", "10: from all lookup 52"], rules[..4]);
        Assert.Equal(2, rules.Count(rule => rule.Contains("ik-edge", StringComparison.Ordinal)));
    });

    [Fact]
    public void LinkWatch_HearsLinksAddressesAndRoutes_AndNothingElse() => PrivateNetwork.Run(() =>
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
        Netlink.DeleteLink("ikt-a");
        Assert.True(watch.TakeChange());
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
        Netlink.AddAddress(a.Index, Ipv4Network.Parse("192.0.2.2/24"));
        Netlink.AddAddress(b.Index, Ipv4Network.Parse("198.51.100.2/24"));
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

    /// <summary>The slow path's pair of interfaces, up, and its network.</summary>
    private static (Ipv4Network Network, LinkInfo Stack, LinkInfo Edge) MakeInsideNetwork()
    {
        Netlink.CreateVethPair(InsideNetwork.StackEnd, InsideNetwork.EdgeEnd, 1500);
        Assert.True(Netlink.ReadInterface(InsideNetwork.StackEnd, out var stack));
        Assert.True(Netlink.ReadInterface(InsideNetwork.EdgeEnd, out var edge));
        Netlink.SetUp(stack.Index);
        Netlink.SetUp(edge.Index);
        // As on every host: without any address there is no local table, and the kernel takes no gateway.
        Netlink.AddAddress(stack.Index, Ipv4Network.Parse("100.64.0.1/10"));
        return (Ipv4Network.Parse("100.64.0.0/10"), stack, edge);
    }
}
