using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Interfaces;

/// <summary>Interfaces that change on a scripted host: what is followed, what is reported, and what is tried again.</summary>
public sealed class InterfaceMonitorTests : MonitorTest
{
    [Fact]
    public void Constructor_ProgramsNothing()
    {
        var monitor = Make(Given.TwoArms);

        Assert.Empty(_plane.Writes);
        Assert.Empty(_host.Routings);
        Assert.Empty(_host.Ensured);
        Assert.Equal(0, IndexOf(monitor.NetworkContext.Access));
    }

    [Fact]
    public void Start_ProgramsRoutesAndBinds_AndAttachesNothing()
    {
        var monitor = Make(Given.TwoArms);

        monitor.Start();

        Assert.Equal(["profiles", "config", "pool", "vlans"], _plane.Writes);
        var routing = Assert.Single(_host.Routings);
        Assert.Equal(8, routing.Stack);
        Assert.Equal([new SlowPathRoute(0, 3, Given.Uplink.Addresses[0], Given.Uplink.Gateway, 1500)], routing.Gateways);
        Assert.Equal((2, 3), (IndexOf(monitor.NetworkContext.Access), IndexOf(monitor.NetworkContext.Uplink.Socket)));
        Assert.Equal(0, _remade);
    }

    [Fact]
    public void Follow_TheFirstTime_LooksUnasked()
    {
        var monitor = Make(Given.TwoArms);
        monitor.Start();
        Assert.True(_host.TakeChange());

        Assert.Null(monitor.Follow());
        Assert.Null(monitor.Follow());

        Assert.Equal(1, _host.Reads);
    }

    [Fact]
    public void Follow_NothingChanged_ReadsNothing()
    {
        var monitor = Start();
        var reads = _host.Reads;

        Assert.Null(monitor.Follow());

        Assert.Equal(reads, _host.Reads);
    }

    [Fact]
    public void Follow_AChangeThatIsNotOurs_DoesNothing()
    {
        var monitor = Start();
        _plane.Writes.Clear();

        _host.Set(Given.Link(40, "docker0"));

        Assert.Null(monitor.Follow());
        Assert.Empty(_plane.Writes);
        Assert.Single(_host.Routings);
        Assert.Empty(_events);
    }

    [Theory]
    [InlineData("access", "there is no interface access; there are ik-edge, ik-stack, uplink; devices are served again when it is back")]
    [InlineData("uplink", "there is no interface uplink; there are access, ik-edge, ik-stack; devices are served again when it is back")]
    public void Follow_AnInterfaceGoes_IsReportedOnce_AndNobodySharesItsAddress(string name, string text)
    {
        var monitor = Start();
        Assert.NotNull(monitor.NetworkContext.OwnOn(0));

        _host.Remove(name);

        Assert.Null(monitor.Follow()?.OwnOn(0));
        Assert.Equal(text, OnlyEvent());
        Assert.Null(monitor.NetworkContext.OwnOn(0));

        _host.Touch();
        Assert.Null(monitor.Follow());
        Assert.Empty(_events);
        Assert.Equal(Given.OnTwoArms, monitor.NetworkState);
    }

    [Fact]
    public void Follow_TheUplinkComesBackAsItWas_IsSharedAgain()
    {
        var monitor = Start();
        _host.Remove("uplink");
        Assert.NotNull(monitor.Follow());
        _events.Clear();

        _host.Set(Given.Uplink);

        Assert.Equal(Given.Uplink.Addresses[0].Address, monitor.Follow()?.OwnOn(0));
        Assert.Equal("access is up, uplink is up with 137.118.199.2/24, router 137.118.199.1, MTU 1500", OnlyEvent());
        Assert.Equal(0, _remade);
    }

    [Fact]
    public void Follow_TheUplinkComesWithAnotherIndex_MovesSocketsProgramsAndRoutes()
    {
        var monitor = Start();
        var before = monitor.NetworkContext;
        _host.Remove("uplink");
        monitor.Follow();
        _events.Clear();

        _host.Set(Given.Link(30, "uplink", gateway: "137.118.199.1", addresses: "137.118.199.2/24"));
        var context = monitor.Follow();

        Assert.NotNull(context);
        Assert.Same(before.Uplink.Socket, context.Uplink.Socket);
        Assert.Equal(30, IndexOf(before.Uplink.Socket));
        Assert.Equal(MacAddress.Parse("02:00:00:00:00:1e"), context.UplinkMac);
        Assert.Contains("to_uplink@30", _plane.Attached);
        Assert.Contains("from_uplink@30", _plane.Attached);
        Assert.Equal(30u, _plane.Config!.Value.Uplinks[0].Ifindex);
        Assert.Equal(30, _host.Routings[^1].Gateways[0].Uplink);
        Assert.Equal(1, _remade);
        OnlyEvent();
    }

    [Fact]
    public void Follow_TheAccessComesWithAnotherIndex_MovesItsSocketAndProgram_AndServicesStay()
    {
        var monitor = Start();

        _host.Set(Given.Access with { Index = 31 });
        var context = monitor.Follow();

        Assert.Equal(31, IndexOf(context!.Access));
        Assert.Contains("from_access@31", _plane.Attached);
        Assert.Equal(31u, _plane.Config!.Value.AccessIfindex);
        Assert.Equal(0, _remade);
    }

    [Fact]
    public void Follow_TheAddressChanges_IsInContextConfigurationAndRoutes()
    {
        var monitor = Start();

        _host.Set(Given.Uplink with { Addresses = [Ipv4Network.Parse("137.118.199.3/24")] });
        var context = monitor.Follow();

        Assert.Equal(Ipv4Address.Parse("137.118.199.3"), context!.OwnOn(0));
        Assert.Equal(Ipv4Address.Parse("137.118.199.3"), (Ipv4Address)_plane.Config!.Value.Uplinks[0].Address);
        Assert.Equal(Ipv4Network.Parse("137.118.199.3/24"), _host.Routings[^1].Gateways[0].Network);
        Assert.Equal("access is up, uplink is up with 137.118.199.3/24, router 137.118.199.1, MTU 1500", OnlyEvent());
    }

    [Fact]
    public void Follow_AnAddressThatTheSettingsDoNotFit_IsReportedAsTheirError()
    {
        var monitor = Start(Given.TwoArms + "pool.addresses = [\"137.118.199.50-137.118.199.99\"]\n");

        _host.Set(Given.Uplink with { Addresses = [Ipv4Network.Parse("137.118.199.60/24")] });
        monitor.Follow();

        Assert.Equal(["interfaces", "configuration"], _events.Select(e => e.Kind));
        Assert.Contains("137.118.199.60", _events[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Follow_TheAddressIsTakenAway_SuspendsAsAMissingInterfaceDoes()
    {
        var monitor = Start();

        _host.Set(Given.Uplink with { Addresses = [] });

        Assert.Null(monitor.Follow()!.OwnOn(0));
        Assert.Equal("interface uplink has no IPv4 address; give it one, or set [uplink] address; devices are served again when it is back", OnlyEvent());
    }

    [Fact]
    public void Follow_TheUplinksMtuChanges_IsInConfigurationAndRoutes()
    {
        var monitor = Start();

        _host.Set(Given.Uplink with { Mtu = 1400 });
        Assert.NotNull(monitor.Follow());

        Assert.Equal(1400u, _plane.Config!.Value.Uplinks[0].Mtu);
        Assert.Equal(1400, _host.Routings[^1].Gateways[0].Mtu);
        Assert.Empty(_host.Ensured);
    }

    [Fact]
    public void Follow_TheAccessMtuChanges_TheInsideFollows()
    {
        var monitor = Start();

        _host.Set(Given.Access with { Mtu = 1300 });
        Assert.NotNull(monitor.Follow());

        Assert.Equal([1300], _host.Ensured);
        Assert.Equal(1300u, _plane.Config!.Value.AccessMtu);
        Assert.Equal(0, _remade);
    }

    [Fact]
    public void Follow_TheRouterChanges_IsTheNextHop()
    {
        var monitor = Start();

        _host.Set(Given.Uplink with { Gateway = Ipv4Address.Parse("137.118.199.9") });

        Assert.Equal(Ipv4Address.Parse("137.118.199.9"), monitor.Follow()!.Router);
        Assert.Equal(Ipv4Address.Parse("137.118.199.9"), (Ipv4Address)_plane.Config!.Value.NextHop);
        Assert.Equal(Ipv4Address.Parse("137.118.199.9"), _host.Routings[^1].Gateways[0].NextHop);
        Assert.Equal(Ipv4Address.Parse("137.118.199.9"), _plane.Profiles.Router);
    }

    [Fact]
    public void Follow_TheUplinkIsDown_HasNoRoutes_AndHasThemWhenItIsUp()
    {
        var monitor = Start();

        _host.Set(Given.Uplink with { IsUp = false, HasCarrier = false, Gateway = null });
        Assert.NotNull(monitor.Follow());
        Assert.Equal(new SlowPathRoute(0, 0, default, null, 0), Assert.Single(_host.Routings[^1].Gateways));
        Assert.Equal("access is up, uplink is down with 137.118.199.2/24, router none, MTU 1500", OnlyEvent());

        _host.Set(Given.Uplink);
        Assert.NotNull(monitor.Follow());
        Assert.Equal(3, Assert.Single(_host.Routings[^1].Gateways).Uplink);
    }

    [Fact]
    public void Follow_TheInsidePairIsDeleted_IsMadeAgain_AndServicesOpenAnew()
    {
        var monitor = Start();
        var before = monitor.NetworkContext;

        _host.Remove(InsideNetwork.StackEnd, InsideNetwork.EdgeEnd);
        var context = monitor.Follow();

        Assert.NotNull(context);
        Assert.Equal([1500], _host.Ensured);
        var stack = (int)_plane.Config!.Value.StackIfindex;
        Assert.Equal((stack, stack), (IndexOf(before.Stack), IndexOf(before.Uplink.Return)));
        Assert.Contains($"from_stack@{stack}", _plane.Attached);
        Assert.Equal(stack, _host.Routings[^1].Stack);
        Assert.Equal(1, _remade);
        Assert.Equal("host-changed", Assert.Single(_events).Kind);
        Assert.Contains("the interfaces ik-stack and ik-edge", _events[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Follow_TheEdgeIsSetDown_IsSetUpAgain()
    {
        var monitor = Start();

        _host.Set(Given.Inside.Edge with { IsUp = false });
        Assert.Null(monitor.Follow());

        Assert.Equal([1500], _host.Ensured);
        Assert.Equal(0, _remade);
    }

    [Fact]
    public void Follow_OneArm_InterfaceMadeAnew_MovesTheOneSocketAndBothPrograms()
    {
        var monitor = Start(Given.OneArm, Given.Lan);

        _host.Set(Given.Lan with { Index = 35 });
        var context = monitor.Follow();

        Assert.Same(context!.Access, context.Uplink.Socket);
        Assert.Equal(35, IndexOf(context.Access));
        Assert.Equal(["to_uplink@35", "from_uplink@35", "from_access@35"], _plane.Attached.TakeLast(3));
        Assert.Equal((35u, 35u), (_plane.Config!.Value.AccessIfindex, _plane.Config!.Value.Uplinks[0].Ifindex));
        Assert.Equal(1, _remade);
    }

    [Fact]
    public void Follow_ASecondUplinkAppears_IsAttachedBoundAndRouted()
    {
        var monitor = Start(Given.TwoArms + Given.Line);
        Assert.Null(monitor.NetworkContext.Ports[1]);
        Assert.Equal(new SlowPathRoute(1, 0, default, null, 0), _host.Routings[^1].Gateways[1]);

        _host.Set(Given.SecondUplink);
        var context = monitor.Follow();

        Assert.Equal(4, IndexOf(context!.Ports[1]!.Socket));
        Assert.Contains("from_uplink@4", _plane.Attached);
        Assert.Equal(4u, _plane.Config!.Value.Uplinks[1].Ifindex);
        Assert.Equal(new SlowPathRoute(1, 4, Given.SecondUplink.Addresses[0], Ipv4Address.Parse("198.51.100.1"), 1500), _host.Routings[^1].Gateways[1]);
        Assert.Equal(0, _remade);
    }

    [Fact]
    public void Follow_ASecondUplinkGoes_TheMainOneServesOn()
    {
        var monitor = Start(Given.TwoArms + Given.Line, Given.Access, Given.Uplink, Given.SecondUplink);
        Assert.NotNull(monitor.NetworkContext.Ports[1]);

        _host.Remove("line");
        var context = monitor.Follow();

        Assert.Null(context!.Ports[1]);
        Assert.NotNull(context.OwnOn(0));
        Assert.Equal(0u, _plane.Config!.Value.Uplinks[1].Ifindex);
        Assert.Equal(0, _host.Routings[^1].Gateways[1].Uplink);
        Assert.EndsWith("another uplink is missing", OnlyEvent(), StringComparison.Ordinal);
    }

    [Fact]
    public void Follow_AReadFails_IsRetriedWithoutAnotherChange_AndReportedOnce()
    {
        var monitor = Start();
        _host.Set(Given.Uplink with { Mtu = 1400 });
        _host.ReadFailures.Enqueue(new NetlinkException("read the interfaces", Innkeeper.Interop.Libc.EIO));
        _host.ReadFailures.Enqueue(new NetlinkException("read the interfaces", Innkeeper.Interop.Libc.EIO));

        Assert.Null(monitor.Follow());
        Assert.Null(monitor.Follow());
        Assert.Contains("read the interfaces", OnlyEvent(), StringComparison.Ordinal);

        Assert.NotNull(monitor.Follow());
        Assert.Equal(1400u, _plane.Config!.Value.Uplinks[0].Mtu);
        Assert.StartsWith("access is up, uplink is up", OnlyEvent(), StringComparison.Ordinal);
    }

    [Fact]
    public void Follow_AttachingFails_AllOfItIsDoneNextTime()
    {
        var monitor = Start();
        _plane.Refused = "to_uplink@30";
        _host.Set(Given.Uplink with { Index = 30 });

        Assert.Null(monitor.Follow());
        Assert.Equal("cannot attach to_uplink@30", OnlyEvent());
        Assert.Equal(0, _remade);

        Assert.Equal(30, IndexOf(monitor.Follow()!.Uplink.Socket));
        Assert.Contains("from_uplink@30", _plane.Attached);
        Assert.Equal(1, _remade);
        OnlyEvent();

        Assert.Null(monitor.Follow());
    }

    [Fact]
    public void Follow_RoutesFail_ServicesOpenAnewOnceTheyAreSet()
    {
        var monitor = Start();
        _host.RouteFailures.Enqueue(new NetlinkException("add a route", Innkeeper.Interop.Libc.ENODEV));
        _host.Set(Given.Uplink with { Index = 30 });

        Assert.Null(monitor.Follow());
        Assert.Equal(0, _remade);
        Assert.NotNull(monitor.Follow());

        Assert.Equal(1, _remade);
    }

    [Fact]
    public void Follow_AnotherProblemAfterTheFirst_IsReportedToo()
    {
        var monitor = Start();
        _host.Remove("uplink");
        monitor.Follow();
        OnlyEvent();

        _host.Set(Given.Uplink);
        _host.Remove("access");
        Assert.Null(monitor.Follow());

        Assert.StartsWith("there is no interface access", OnlyEvent(), StringComparison.Ordinal);
    }
}
