using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Links;

/// <summary>Rules and routes of ours in a network namespace of its own, and what other software does to them.</summary>
public sealed class OwnRoutingTests
{
    private static readonly Ipv4Network s_inside = Ipv4Network.Parse("247.64.0.0/10");
    private static readonly Ipv4Network s_former = Ipv4Network.Parse("100.64.0.0/10");
    private static readonly SlowPathRoute s_main = new(0, 0, default, null, 0);

    [Fact]
    public void Routing_SetTwiceWithOtherValues_SaysTheLater_AndRemoveLeavesNothing() => PrivateNetwork.Run(() =>
    {
        var ends = Make();

        Set(ends, new SlowPathRoute(0, ends.Edge.Index, Ipv4Network.Parse("192.0.2.7/24"), Ipv4Address.Parse("10.9.9.9"), 1400));
        Set(ends, new SlowPathRoute(0, ends.Edge.Index, Ipv4Network.Parse("198.51.100.7/25"), Ipv4Address.Parse("198.51.100.1"), 1300));

        Assert.Equal(
            ["default via 198.51.100.1 dev ik-edge proto kernel onlink mtu 1300", "unreachable default proto kernel metric 4294967295", "198.51.100.0/25 dev ik-edge proto kernel scope link mtu 1300", "247.64.0.0/10 dev ik-stack proto kernel scope link"],
            PrivateNetwork.IpLines($"route show table {SlowPathRoutes.Table}"));
        Assert.Single(PrivateNetwork.IpLines("rule"), line => line.Contains($"from all iif ik-edge lookup {SlowPathRoutes.Table}", StringComparison.Ordinal));

        Set(ends, new SlowPathRoute(0, ends.Edge.Index, Ipv4Network.Parse("198.51.100.7/25"), null, 1300));
        Assert.Equal(3, PrivateNetwork.IpLines($"route show table {SlowPathRoutes.Table}").Length);

        InsideNetwork.Remove();
        Assert.False(InsideNetwork.Remove());
        Assert.Empty(PrivateNetwork.IpLines("route show table all"));
        Assert.Equal(3, PrivateNetwork.IpLines("rule").Length);
    });

    [Fact]
    public void Routing_ASecondGateway_NeverLeadsIntoTheMainTable_AndGoesWithIt() => PrivateNetwork.Run(() =>
    {
        var ends = Make();
        var main = new SlowPathRoute(0, ends.Edge.Index, Ipv4Network.Parse("192.0.2.7/24"), Ipv4Address.Parse("192.0.2.1"), 1500);
        var table = $"{SlowPathRoutes.PathMark + 2}";

        Set(ends, main, new SlowPathRoute(2, ends.Edge.Index, Ipv4Network.Parse("198.51.100.7/24"), Ipv4Address.Parse("198.51.100.1"), 1500));

        Assert.Equal(
            ["default via 198.51.100.1 dev ik-edge proto kernel onlink mtu 1500", "unreachable default proto kernel metric 4294967295", "198.51.100.0/24 dev ik-edge proto kernel scope link mtu 1500",
                "247.64.0.0/10 dev ik-stack proto kernel scope link"],
            PrivateNetwork.IpLines($"route show table {table}"));
        var rules = PrivateNetwork.IpLines("rule");
        Assert.True(
            Array.FindIndex(rules, r => r.Contains("fwmark 0x6972", StringComparison.Ordinal)) is var marked and >= 0
            && marked < Array.FindIndex(rules, r => r.Contains($"lookup {SlowPathRoutes.Table}", StringComparison.Ordinal)), string.Join('\n', rules));

        // Its interface is gone: what is for it goes nowhere.
        Set(ends, main, new SlowPathRoute(2, 0, default, null, 0));
        Assert.Contains(PrivateNetwork.IpLines($"route show table {table}"), r => r.StartsWith("unreachable default", StringComparison.Ordinal));
        Assert.DoesNotContain(PrivateNetwork.IpLines($"route show table {table}"), r => r.Contains("198.51.100", StringComparison.Ordinal));

        // No gateway has this number: its mark does not fall to the main one, where a host forwards.
        File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
        Set(ends, main);
        Assert.Empty(PrivateNetwork.IpLines($"route show table {table}"));
        Assert.Contains(" unreachable", Assert.Single(PrivateNetwork.IpLines("rule"), line => line.Contains("iif ik-edge fwmark", StringComparison.Ordinal) || line.Contains("fwmark 0x6970", StringComparison.Ordinal)), StringComparison.Ordinal);
        foreach (var mark in (uint[])[SlowPathRoutes.PathMark + 1, SlowPathRoutes.PathMark + 7])
        {
            Assert.Equal("RTNETLINK answers: Network is unreachable", PrivateNetwork.IpRefusal($"route get 203.0.113.1 from 247.64.0.2 iif ik-edge mark {mark}").Split('\n')[0]);
        }

        Assert.Contains("via 192.0.2.1", PrivateNetwork.IpLines("route get 203.0.113.1 from 247.64.0.2 iif ik-edge")[0], StringComparison.Ordinal);
    });

    /// <summary>Other software's rules come later, and those of version 0.1.0 are replaced.</summary>
    [Fact]
    public void Routing_Rules_ComeRightAfterTheLocalTable_InPlaceOfEarlierRules() => PrivateNetwork.Run(() =>
    {
        var ends = Make();
        PrivateNetwork.Ip("rule add pref 12 lookup 52");
        PrivateNetwork.Ip($"rule add pref {SlowPathRoutes.Table} iif ik-edge lookup {SlowPathRoutes.Table}");
        PrivateNetwork.Ip($"rule add pref {SlowPathRoutes.Table - 1} iif ik-edge fwmark 0x6970/0xfffffff8 unreachable");
        PrivateNetwork.Ip($"rule add pref {ServiceRoutes.Table} iif ik-stack fwmark 0x696b lookup {ServiceRoutes.Table}");

        Set(ends, s_main);

        Assert.Equal(["0:", "8:", "9:", "10:", "11:", "12:", "32766:", "32767:"], PrivateNetwork.IpLines("rule").Select(line => line.Split(' ', '\t')[0]));
    });

    [Fact]
    public void Routing_Host_HasNothingOfOursInItsMainTable_AndReachesTheInsideNetworkByTheRule() => PrivateNetwork.Run(() =>
    {
        var ends = Make();
        Set(ends, s_main);

        Assert.Empty(PrivateNetwork.IpLines("route show table main"));
        Assert.Contains("dev ik-stack", PrivateNetwork.IpLines("route get 247.64.0.2")[0], StringComparison.Ordinal);
        Assert.Equal(["247.64.0.1/32"], ReadLink("ik-stack").Addresses.Select(a => a.ToString()));
    });

    [Fact]
    public void AddMissing_EverythingIsThere_AddsNothing_AndWhatIsTakenAwayIsNamed() => PrivateNetwork.Run(() =>
    {
        var ends = Make();
        var routing = new OwnRouting(s_inside, ends.Stack.Index, [s_main]);
        Assert.NotEmpty(routing.AddMissing());
        Assert.Empty(routing.AddMissing());
        var rules = PrivateNetwork.IpLines("rule");

        PrivateNetwork.Ip($"rule del priority {OwnRouting.InsidePriority}");
        PrivateNetwork.Ip($"route flush table {ServiceRoutes.Table}");

        Assert.Equal(["the route `local default table 26988`", "the rule `11: from all to 247.64.0.0/10 lookup 26990`"], routing.AddMissing());
        Assert.Equal(rules, PrivateNetwork.IpLines("rule"));
        Assert.Empty(routing.AddMissing());
    });

    [Fact]
    public void AddMissing_Rules_AreOfProtocolKernel_WhichNetworkdSpares() => PrivateNetwork.Run(() =>
    {
        var ends = Make();
        Set(ends, s_main);

        // `ip` names no protocol that is "kernel", and shows any other.
        Assert.DoesNotContain(PrivateNetwork.IpLines("rule"), line => line.Contains("proto", StringComparison.Ordinal) && !line.Contains("proto kernel", StringComparison.Ordinal));
        Assert.Equal(7, PrivateNetwork.IpLines("-details rule show protocol kernel").Length);
    });

    [Fact]
    public void RemoveOthers_AfterAnotherInsideNetwork_LeavesNothingOfIt() => PrivateNetwork.Run(() =>
    {
        // As version 0.1.0 left it: an address with a route in the main table, and a route in each table of a gateway.
        var ends = Make(s_former);
        PrivateNetwork.Ip("address add 100.64.0.1/10 dev ik-stack");
        Set(ends, s_former, s_main);
        Assert.NotEmpty(PrivateNetwork.IpLines("route show table main"));

        InsideNetwork.Ensure(s_inside, 1500, out _);
        var routing = new OwnRouting(s_inside, ends.Stack.Index, [s_main]);
        routing.AddMissing();
        Assert.Contains(PrivateNetwork.IpLines("route show table all"), line => line.StartsWith("100.64.0.0/10 dev ik-stack", StringComparison.Ordinal));
        routing.RemoveOthers();
        InsideNetwork.RemoveOtherAddresses(s_inside);

        Assert.DoesNotContain(PrivateNetwork.IpLines("route show table all").Concat(PrivateNetwork.IpLines("rule")).Concat(PrivateNetwork.IpLines("address")).Concat(PrivateNetwork.IpLines("neighbor")),
            line => line.Contains("100.64", StringComparison.Ordinal));
        Assert.Contains("dev ik-stack", PrivateNetwork.IpLines("route get 247.64.0.2")[0], StringComparison.Ordinal);
    });

    [Fact]
    public void Ensure_SysctlsAndAddressesChangedByOthers_AreSetAgain_AndNamed() => PrivateNetwork.Run(() =>
    {
        Make();
        InsideNetwork.Ensure(s_inside, 1500, out var missing);
        Assert.Empty(missing);

        File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
        File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "0");
        File.WriteAllText("/proc/sys/net/ipv4/conf/ik-stack/rp_filter", "1");
        PrivateNetwork.Ip("address flush dev ik-edge");
        PrivateNetwork.Ip("link set ik-edge down");

        InsideNetwork.Ensure(s_inside, 1500, out missing);
        Assert.Equal(["net.ipv4.conf.ik-stack.rp_filter = 2", "net.ipv4.conf.ik-edge.forwarding = 1", "the address 247.64.0.1 of ik-edge", "that ik-edge is up"], missing);
        InsideNetwork.Ensure(s_inside, 1500, out missing);
        Assert.Empty(missing);
    });

    /// <summary>The monitor looks after it whenever the kernel reports a change: a look must not cause the next one.</summary>
    [Fact]
    public void Ensure_EverythingIsThere_ChangesNothingThatTheKernelReports() => PrivateNetwork.Run(() =>
    {
        var ends = Make();
        var routing = new OwnRouting(s_inside, ends.Stack.Index, [s_main]);
        routing.AddMissing();
        using var watch = new LinkWatch();

        // The kernel reports that the new pair is up a moment after it is: only a look that always changes something is never followed by silence.
        Assert.Contains(Enumerable.Range(0, 50), _ =>
        {
            InsideNetwork.Ensure(s_inside, 1500, out var missing);
            Assert.Empty(missing);
            Assert.Empty(routing.AddMissing());
            routing.RemoveOthers();
            InsideNetwork.RemoveOtherAddresses(s_inside);
            return !watch.TakeChange();
        });
    });

    private static InsideNetwork.Ends Make() => Make(s_inside);

    private static InsideNetwork.Ends Make(Ipv4Network inside) => InsideNetwork.Ensure(inside, 1500, out _);

    private static void Set(InsideNetwork.Ends ends, params SlowPathRoute[] routes) => Set(ends, s_inside, routes);

    private static void Set(InsideNetwork.Ends ends, Ipv4Network inside, params SlowPathRoute[] routes)
    {
        var routing = new OwnRouting(inside, ends.Stack.Index, routes);
        routing.AddMissing();
        routing.RemoveOthers();
    }

    private static LinkInfo ReadLink(string name)
    {
        Assert.True(Netlink.ReadInterface(name, out var link));
        return link;
    }
}
