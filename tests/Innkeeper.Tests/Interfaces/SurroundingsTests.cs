using Innkeeper.Interfaces;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Interfaces;

/// <summary>Other software on the host: what it takes away is put back, and where it needs our addresses, they give way.</summary>
public sealed class SurroundingsTests : MonitorTest
{
    [Fact]
    public void Follow_OthersTakeSomethingAway_IsPutBackAtOnce_AndToldInOneEvent()
    {
        var monitor = Start();
        _host.TakenAway.AddRange(["the rule `a`", "net.ipv4.conf.ik-edge.forwarding = 1"]);
        _plane.Attached.Remove("from_access@2");
        _host.Touch();

        Assert.Null(monitor.Follow());

        Assert.Empty(_host.TakenAway);
        Assert.Contains("from_access@2", _plane.Attached);
        var (kind, text) = Assert.Single(_events);
        Assert.Equal("host-changed", kind);
        Assert.StartsWith(
            "other software on this host took away or changed the rule `a`, net.ipv4.conf.ik-edge.forwarding = 1, the program from_access on access; the gateway put it back. ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Follow_SomethingIsTakenAwayWithoutAMessage_TheSweepFindsIt()
    {
        var monitor = Start();
        _plane.Attached.Remove("to_uplink@3");

        _clock.Now += RestorationReport.SweepInterval - TimeSpan.FromMilliseconds(1);
        Assert.Null(monitor.Follow());
        Assert.Empty(_events);

        _clock.Now += TimeSpan.FromMilliseconds(1);
        Assert.Null(monitor.Follow());
        Assert.Contains("to_uplink@3", _plane.Attached);
        Assert.Contains("the program to_uplink on uplink", Assert.Single(_events).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Follow_SomebodyWhoFights_CostsAnEventInTenMinutes_AndAFewRestorationsInASweep()
    {
        var monitor = Start();
        var restored = 0;

        // For eleven minutes, ten times in a second.
        for (var i = 0; i < 11 * 60 * 10; i++)
        {
            _host.TakenAway.Add("the rule `a`");
            _host.Touch();
            monitor.Follow();
            restored += _host.TakenAway.Count == 0 ? 1 : 0;
            _host.TakenAway.Clear();
            _clock.Now += TimeSpan.FromMilliseconds(100);
        }

        Assert.Equal(2, _events.Count);
        Assert.Contains("(359 more times since the last event)", _events[1].Text, StringComparison.Ordinal);
        Assert.InRange(restored, 11 * 12 * 3 - 3, 11 * 12 * 3 + 3);
    }

    [Theory]
    [InlineData("uplink")]
    [InlineData("other")]
    [InlineData("route")]
    public void Follow_TheHostGetsAnAddressOfTheInsideNetwork_ItGivesWayAtOnce_AndLeavesNothing(string how)
    {
        var monitor = Start(Given.TwoArms + "inside.network = \"100.64.0.0/10\"\n");
        Assert.Equal("100.64.0.0", ((Ipv4Address)_plane.Config!.Value.InsideNetwork).ToString());

        if (how == "route")
        {
            _host.Taken.Add(new TakenNetwork(Ipv4Network.Parse("100.100.0.0/16"), "the route to 100.100.0.0/16 by tun0"));
            _host.Touch();
        }
        else
        {
            _host.Set(how == "uplink" ? Given.Uplink with { Gateway = null, Addresses = [Ipv4Network.Parse("100.71.3.2/24")] } : Given.Link(40, "tun0", addresses: "100.71.3.2/32"));
        }

        Assert.NotNull(monitor.Follow());

        Assert.Equal(["247.64.0.0/10"], _host.InsideNetworks.Select(n => n.ToString()));
        Assert.Equal(("247.64.0.0", "255.192.0.0"), (((Ipv4Address)_plane.Config!.Value.InsideNetwork).ToString(), ((Ipv4Address)_plane.Config!.Value.InsideMask).ToString()));
        Assert.Equal("247.64.0.0/10", monitor.NetworkState.Inside.ToString());
        var text = Assert.Single(_events, e => e.Kind == "inside-network").Text;
        Assert.Contains("which overlaps the inside network 100.64.0.0/10; the gateway uses 247.64.0.0/10 instead", text, StringComparison.Ordinal);
        Assert.Equal(how == "uplink" ? 2 : 1, _events.Count);
        Assert.Equal(0, _remade);

        // It stays there: another change moves nothing.
        _host.Touch();
        Assert.Null(monitor.Follow());
    }

    [Fact]
    public void Follow_GivingWayFailsAtFirst_IsDoneAndToldTheNextTime()
    {
        var monitor = Start();
        _host.RouteFailures.Enqueue(new NetlinkException("add a route", Innkeeper.Interop.Libc.EIO));
        _host.Taken.Add(new TakenNetwork(Ipv4Network.Parse("247.64.9.0/24"), "the route to 247.64.9.0/24 by tun0"));
        _host.Touch();

        Assert.Null(monitor.Follow());
        Assert.DoesNotContain(_events, e => e.Kind == "inside-network");

        Assert.NotNull(monitor.Follow());
        Assert.Equal(["246.128.0.0/10"], _host.InsideNetworks.Select(n => n.ToString()));
        Assert.Equal("this host has the route to 247.64.9.0/24 by tun0, which overlaps the inside network 247.64.0.0/10; the gateway uses 246.128.0.0/10 instead. Devices notice nothing",
            Assert.Single(_events, e => e.Kind == "inside-network").Text);
    }

    [Fact]
    public void Follow_AVpnsRoutesToEverywhere_TakeNothing()
    {
        var monitor = Start();
        foreach (var wide in (string[])["128.0.0.0/1", "192.0.0.0/2", "224.0.0.0/3"])
        {
            _host.Taken.Add(new TakenNetwork(Ipv4Network.Parse(wide), "a VPN"));
        }

        _host.Touch();

        Assert.Null(monitor.Follow());
        Assert.Empty(_events);
    }

    [Fact]
    public void Follow_NoFreeInsideNetworkIsLeft_KeepsThePresentOne_AndTellsOnce()
    {
        var monitor = Start();
        _host.Taken.AddRange([new TakenNetwork(Ipv4Network.Parse("240.0.0.0/4"), "the route to 240.0.0.0/4 by tun0"), new TakenNetwork(Ipv4Network.Parse("100.64.0.0/10"), "x"), new TakenNetwork(Ipv4Network.Parse("10.0.0.0/8"), "y")]);

        for (var i = 0; i < 3; i++)
        {
            _host.Touch();
            Assert.Null(monitor.Follow());
        }

        Assert.Equal("247.64.0.0/10", monitor.NetworkState.Inside.ToString());
        Assert.StartsWith("this host has the route to 240.0.0.0/4 by tun0, which overlaps the inside network 247.64.0.0/10, and every other", Assert.Single(_events).Text, StringComparison.Ordinal);
    }
}
