using Innkeeper.Links;
using Innkeeper.Wire;
using static Innkeeper.Tests.Links.PrivateNetwork;

namespace Innkeeper.Tests.Links;

/// <summary>Entries for routers, in a network namespace of its own.</summary>
public sealed class NeighborsTests
{
    private static readonly Ipv4Address s_router = Ipv4Address.Parse("203.0.113.1");

    [Fact]
    public void Set_ReplacesAnEntry_AndArpHasItBackWhenItIsNotPermanent() => Run(() =>
    {
        Ip("link add wan type veth peer name wire");
        Ip("link set wire up");
        Ip("link set wan up");
        Ip("neighbor add 203.0.113.1 lladdr 02:00:00:00:00:66 dev wan nud stale");
        Assert.True(Netlink.ReadInterface("wan", out var link));

        Neighbors.Set(link.Index, s_router, MacAddress.Parse("02:00:00:00:00:01"), isPermanent: true);
        Assert.StartsWith("203.0.113.1 dev wan lladdr 02:00:00:00:00:01 PERMANENT", Assert.Single(IpLines("neighbor show")), StringComparison.Ordinal);

        Neighbors.Set(link.Index, s_router, MacAddress.Parse("02:00:00:00:00:02"), isPermanent: false);
        Assert.StartsWith("203.0.113.1 dev wan lladdr 02:00:00:00:00:02 REACHABLE", Assert.Single(IpLines("neighbor show")), StringComparison.Ordinal);
    });

    [Fact]
    public void ReleaseAll_LeavesThePermanentEntriesOfOthers() => Run(() =>
    {
        Ip("link add wan type veth peer name wire");
        Ip("link set wire up");
        Ip("link set wan up");
        Ip("neighbor add 203.0.113.9 lladdr 02:00:00:00:00:09 dev wan nud permanent");
        Assert.True(Netlink.ReadInterface("wan", out var link));
        Neighbors.Set(link.Index, s_router, MacAddress.Parse("02:00:00:00:00:01"), isPermanent: true);

        Neighbors.ReleaseAll();

        var entries = IpLines("neighbor show");
        Assert.Contains(entries, entry => entry.StartsWith("203.0.113.9 dev wan lladdr 02:00:00:00:00:09 PERMANENT", StringComparison.Ordinal));
        Assert.Contains(entries, entry => entry.StartsWith("203.0.113.1 dev wan lladdr 02:00:00:00:00:01 REACHABLE", StringComparison.Ordinal));
    });

    [Fact]
    public void Set_OnAnInterfaceThatIsGone_IsRefused() => Run(() =>
        Assert.Contains("203.0.113.1", Assert.Throws<NetlinkException>(() => Neighbors.Set(99, s_router, MacAddress.Parse("02:00:00:00:00:01"), isPermanent: true)).Message, StringComparison.Ordinal));
}
