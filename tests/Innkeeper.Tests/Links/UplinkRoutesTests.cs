using Innkeeper.Links;
using Innkeeper.Wire;
using static Innkeeper.Tests.Links.PrivateNetwork;

namespace Innkeeper.Tests.Links;

/// <summary>The kernel's routes to routers, in a network namespace of its own: which of them are on the link, and a lost one's replacement.</summary>
public sealed class UplinkRoutesTests
{
    private static LinkInfo Read()
    {
        Assert.True(Netlink.ReadInterface("wan", out var link));
        return link;
    }

    private static void Setup(params string[] commands)
    {
        Ip("link add wan type veth peer name wire");
        Ip("link set wire up");
        Ip("link set wan up");
        foreach (var command in commands)
        {
            Ip(command);
        }
    }

    [Theory]
    [InlineData("addr add 198.51.100.9/32 dev wan", "route add 203.0.113.1 dev wan", "route add default via 203.0.113.1 dev wan")]
    [InlineData("addr add 198.51.100.9/32 dev wan", "route add default via 203.0.113.1 dev wan onlink", "route add 203.0.113.0/24 dev wan")]
    [InlineData("addr add 198.51.100.9 peer 203.0.113.1 dev wan", "route add default via 203.0.113.1 dev wan", "route add 192.0.2.0/24 via 203.0.113.1")]
    [InlineData("addr add 203.0.113.0/31 dev wan", "route add default via 203.0.113.1 dev wan", "route add 192.0.2.0/24 via 203.0.113.1")]
    public void ReadInterfaces_ARouterOnTheLink_IsReached(params string[] commands) => Run(() =>
    {
        Setup(commands);

        Assert.Equal(Ipv4Address.Parse("203.0.113.1"), Read().Gateway);
        Assert.True(Read().ReachesOnLink(Ipv4Address.Parse("203.0.113.1")));
        Assert.False(Read().ReachesOnLink(Ipv4Address.Parse("192.0.2.1")));
        Assert.False((Read() with { Gateway = null }).ReachesOnLink(Ipv4Address.Parse("9.9.9.9")));
    });

    [Fact]
    public void ReadInterfaces_ADefaultRouteWithItsSource_IsRead() => Run(() =>
    {
        Setup("addr add 203.0.113.2/24 dev wan", "addr add 203.0.113.7/24 dev wan", "route add default via 203.0.113.1 dev wan src 203.0.113.7");

        Assert.Equal(Ipv4Address.Parse("203.0.113.7"), Read().GatewaySource);
    });

    [Fact]
    public void FallbackRoute_LeadsWhereNoOtherRouteDoes_AndGoesAgain() => Run(() =>
    {
        Setup("link add other type veth peer name cable", "link set cable up", "link set other up", "addr add 203.0.113.2/24 dev wan", "addr add 10.0.0.2/24 dev other");
        var fallback = new FallbackRoute(Read().Index, Ipv4Address.Parse("203.0.113.1"), Ipv4Address.Parse("203.0.113.2"));
        Assert.Contains("unreachable", IpRefusal("route get 9.9.9.9"), StringComparison.Ordinal);

        fallback.Set();
        fallback.Set();
        Assert.StartsWith("9.9.9.9 via 203.0.113.1 dev wan table 26989 src 203.0.113.2", IpLines("route get 9.9.9.9")[0], StringComparison.Ordinal);
        Assert.Contains("proto kernel", Assert.Single(IpLines("-details rule show"), line => line.Contains("lookup 26989", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("proto kernel", Assert.Single(IpLines("route show table 26989")), StringComparison.Ordinal);

        // Any route of the administrator's comes first.
        Ip("route add default via 10.0.0.1");
        Assert.StartsWith("9.9.9.9 via 10.0.0.1 dev other", IpLines("route get 9.9.9.9")[0], StringComparison.Ordinal);
        Ip("route del default");

        FallbackRoute.Remove();
        FallbackRoute.Remove();
        Assert.Contains("unreachable", IpRefusal("route get 9.9.9.9"), StringComparison.Ordinal);
        Assert.DoesNotContain(IpLines("rule show"), line => line.Contains("26989", StringComparison.Ordinal));
    });
}
