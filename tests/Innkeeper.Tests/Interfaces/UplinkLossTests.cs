using Innkeeper.Interfaces;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Interfaces;

/// <summary>An uplink whose address comes late, and one whose default route goes.</summary>
public sealed class UplinkLossTests : MonitorTest
{
    private static readonly Ipv4Address s_router = Given.Uplink.Gateway!.Value;

    /// <summary>As it serves after the first look, which says what the gateway waits for.</summary>
    private InterfaceMonitor StartOn(LinkInfo uplink, string settings = Given.TwoArms)
    {
        var monitor = Make(settings, Given.Access, uplink);
        monitor.Start();
        monitor.Attach();
        monitor.Follow();
        _host.Fallbacks.Clear();
        return monitor;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Start_WithoutAnAddress_WaitsAndSays_AndServesWhenItIsThere(bool isUp)
    {
        var monitor = StartOn(Given.Uplink with { Addresses = [], Gateway = null, IsUp = isUp, HasCarrier = isUp });

        const string Waiting = "interface uplink has no IPv4 address; give it one, or set [uplink] address; devices are served again when it is back";
        Assert.Equal([("interfaces", Waiting)], _events);
        Assert.Equal(Waiting, monitor.Attention);
        Assert.False(monitor.NetworkState.HasAddress);
        Assert.Null(monitor.NetworkContext.OwnOn(0));
        Assert.Contains("from_access@2", _plane.Attached);
        Assert.Contains("from_uplink@3", _plane.Attached);
        Assert.Equal((3u, default(Ipv4Address)), (_plane.Config!.Value.Uplinks[0].Ifindex, (Ipv4Address)_plane.Config!.Value.Uplinks[0].Address));
        Assert.Empty(_plane.Profiles.Uplinks);

        _host.Set(Given.Uplink);

        Assert.Equal(Given.Uplink.Addresses[0].Address, monitor.Follow()?.OwnOn(0));
        Assert.Equal(s_router, (Ipv4Address)_plane.Config!.Value.NextHop);
        Assert.Null(monitor.Attention);
        Assert.Equal("access is up, uplink is up with 137.118.199.2/24, router 137.118.199.1, MTU 1500", _events[^1].Text);
    }

    [Fact]
    public void Start_AnAddressThatSettingsDoNotFit_IsToldWhenItIsThere()
    {
        var monitor = StartOn(Given.Uplink with { Addresses = [], Gateway = null }, Given.TwoArms + "pool.addresses = [\"10.9.9.9\"]\n");

        _host.Set(Given.Uplink);
        monitor.Follow();

        Assert.Contains("10.9.9.9 is not within the uplink subnet", _events[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Follow_TheDefaultRouteGoes_TheRouterStays_AndTheHostHasAWay()
    {
        var monitor = StartOn(Given.Uplink);

        _host.Set(Given.Uplink with { Gateway = null });

        Assert.Equal(s_router, monitor.Follow()?.Router);
        Assert.Equal(s_router, (Ipv4Address)_plane.Config!.Value.NextHop);
        Assert.Equal(s_router, _host.Routings[^1].Gateways.First().NextHop);
        Assert.Equal([new FallbackRoute(3, s_router, Given.Uplink.Addresses[0].Address)], _host.Fallbacks);
        Assert.EndsWith("set the route again (`ip route add default via 137.118.199.1 dev uplink`)", _events[^1].Text, StringComparison.Ordinal);
        Assert.NotNull(monitor.Attention);

        _host.Set(Given.Uplink with { Gateway = Ipv4Address.Parse("137.118.199.9") });

        Assert.Equal(Ipv4Address.Parse("137.118.199.9"), monitor.Follow()?.Router);
        Assert.Null(_host.Fallbacks[^1]);
        Assert.Null(monitor.Attention);
    }

    [Fact]
    public void Follow_TheUplinkIsDownAndUpAgainWithoutItsRoute_IsServed()
    {
        var monitor = StartOn(Given.Uplink);

        _host.Set(Given.Uplink with { IsUp = false, HasCarrier = false, Gateway = null });
        Assert.Null(monitor.Follow()?.Router);
        _host.Set(Given.Uplink with { Gateway = null });

        Assert.Equal(s_router, monitor.Follow()?.Router);
        Assert.NotNull(_host.Fallbacks[^1]);

        // Once more, and faster than it is looked at: the kernel took the way with the interface.
        _host.Fallbacks.Clear();
        _host.Touch();
        Assert.Null(monitor.Follow());
        Assert.NotNull(Assert.Single(_host.Fallbacks));
    }

    [Fact]
    public void Follow_TheAddressGoesAndComesBackWithoutItsRoute_IsServed()
    {
        var monitor = StartOn(Given.Uplink);

        _host.Set(Given.Uplink with { Addresses = [], Gateway = null });
        monitor.Follow();
        _host.Set(Given.Uplink with { Gateway = null });

        Assert.Equal(s_router, monitor.Follow()?.Router);
    }

    [Fact]
    public void Resume_TheRouteWentBeforeARestart_TheRouterOfTheDataPlaneStays()
    {
        StartOn(Given.Uplink);
        var earlier = _plane.Config;
        NetworkState Now(LinkInfo uplink) => Given.Network(Given.Settings(Given.TwoArms).Config!, Given.Access, uplink).Resume(earlier);

        Assert.Equal((s_router, true), (Now(Given.Uplink with { Gateway = null }).Gateway!.Value, Now(Given.Uplink with { Gateway = null }).IsRouterRemembered));
        Assert.Equal((Ipv4Address.Parse("137.118.199.9"), false), (Now(Given.Uplink with { Gateway = Ipv4Address.Parse("137.118.199.9") }) is var other ? (other.Gateway!.Value, other.IsRouterRemembered) : default));
        Assert.Null(Now(Given.Uplink with { Gateway = null, Addresses = [Ipv4Network.Parse("137.118.199.3/24")] }).Gateway);
        Assert.Null(Now(Given.Uplink with { Gateway = null, Index = 33 }).Gateway);
    }

    [Fact]
    public void Follow_AnotherLanWithoutARoute_HasNoRouter()
    {
        var monitor = StartOn(Given.Uplink);

        _host.Set(Given.Uplink with { Addresses = [Ipv4Network.Parse("10.0.0.2/24")], Gateway = null });

        Assert.Null(monitor.Follow()!.Router);
    }
}
