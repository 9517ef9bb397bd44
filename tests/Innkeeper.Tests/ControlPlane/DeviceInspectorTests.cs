using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

public sealed class DeviceInspectorTests
{
    [Fact]
    public void Inspect_TellsWhetherTheProfileLetsItReachAnAddress()
    {
        var world = new ControlHarness("[profiles.default]\ndenied = [\"203.0.113.0/24\"]\n").Ready();
        var station = new Station(0, Mac(1));

        Assert.Null(world.Core.Inspector.Inspect(station, null).MayReach);
        Assert.False(world.Core.Inspector.Inspect(station, Ip("203.0.113.7")).MayReach);
        Assert.True(world.Core.Inspector.Inspect(station, Ip("8.8.8.8")).MayReach);
        Assert.Equal(("default", 0), (world.Core.Inspector.Inspect(station, null).Profile.Name, world.Core.Inspector.Inspect(station, null).Gateway));
        Assert.Empty(world.Store.Devices);
    }

    [Fact]
    public void Inspect_OnOneArm_KnowsHostsOfTheLan()
    {
        var world = new ControlHarness(isOneArmed: true).Ready();
        Assert.Null(world.Core.Inspector.Inspect(new Station(0, Mac(1)), null).LanKind);

        world.Punt(PuntReason.ArpLan, Frames.Arp(MacAddress.Broadcast, Mac(1), ArpMessage.Request(Mac(1), Ip("137.118.199.77"), ControlHarness.Router)));

        var facts = world.Core.Inspector.Inspect(new Station(0, Mac(1)), null);
        Assert.Equal((StationKind.Regular, ArpVerdict.RegularHost), (facts.LanKind, facts.Trace!.Value.Arp!.Value.Verdict));
    }

    [Fact]
    public void Inspect_OnOneArm_KnowsASpoofer()
    {
        var world = new ControlHarness(isOneArmed: true).Ready();
        world.Punt(PuntReason.ArpLan, Frames.Arp(MacAddress.Broadcast, Mac(1), ArpMessage.Announcement(Mac(1), ControlHarness.UplinkNetwork.Address)));
        Assert.Equal(StationKind.Impostor, world.Core.Inspector.Inspect(new Station(0, Mac(1)), null).LanKind);
    }
}
