using System.Collections.Immutable;
using Innkeeper.DataPlane;
using Innkeeper.Interfaces;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Interfaces;

/// <summary>When the data plane's configuration is written, and what of it outlives interfaces and processes.</summary>
public sealed class DataPlaneProgrammerTests
{
    private static readonly MacAddress s_router = MacAddress.Parse("02:00:00:00:00:aa");
    private static readonly NetworkState s_onOneArm = Given.Network(Given.Settings(Given.OneArm).Config!, Given.Lan);

    private static DataPlaneProgrammer Make(RecordingDataPlane plane, string settings = Given.TwoArms, NetworkState? network = null, ImmutableArray<Service>? services = null) =>
        new(Given.Settings(settings).Config!, network ?? Given.OnTwoArms, Given.Inside, plane, null, services ?? []);

    /// <summary>What a process on one arm left, with a router that it knew.</summary>
    private static RecordingDataPlane Left()
    {
        var plane = new RecordingDataPlane { IsAdopted = true };
        var earlier = Make(plane, Given.OneArm, s_onOneArm);
        earlier.SetRouter(s_router);
        plane.Writes.Clear();
        return plane;
    }

    [Fact]
    public void Constructor_WritesNothing()
    {
        var plane = Left();

        Make(plane, Given.OneArm, s_onOneArm);

        Assert.Empty(plane.Writes);
    }

    [Fact]
    public void Start_WritesProfilesBeforeTheConfiguration_AndVlans()
    {
        var plane = new RecordingDataPlane();

        Make(plane, Given.TwoArms + "access.vlans = [10, 20]\naccess.former_gateways = [\"00:1b:21:0a:0b:0c\"]\n").Start();

        Assert.Equal([Innkeeper.Wire.MacAddress.Parse("00:1b:21:0a:0b:0c")], plane.FormerGateways);
        Assert.Equal(["profiles", "config", "pool", "vlans"], plane.Writes);
        Assert.Equal(([10, 20]), plane.Vlans.Select(vlan => (int)vlan));
        Assert.Equal(Given.Uplink.Gateway, plane.Profiles.Router);
        Assert.Equal(Given.Uplink.Addresses, plane.Profiles.Uplinks);
        Assert.Equal(2u, plane.Config!.Value.AccessIfindex);
    }

    /// <summary>No host outside may have these: the ranges of every gateway, shared addresses too, and nothing between them.</summary>
    [Fact]
    public void Start_WritesThePool_AsNetworksThatAreExactlyIt()
    {
        var plane = new RecordingDataPlane();

        Make(plane, Given.TwoArms + "pool.addresses = [\"137.118.199.50-137.118.199.53\", \"137.118.199.60\"]\nnapt.addresses = [\"137.118.199.100-137.118.199.102\"]\n").Start();

        Assert.Equal(
            ["137.118.199.50/31", "137.118.199.52/31", "137.118.199.60/32", "137.118.199.100/31", "137.118.199.102/32"], plane.Pool.Select(network => $"{network.NetworkId}/{network.PrefixLength}"));
    }

    [Fact]
    public void Start_MissingUplink_IsNoneOfTheProfiles()
    {
        var plane = new RecordingDataPlane();
        var config = Given.Settings(Given.TwoArms + Given.Line).Config!;

        Make(plane, Given.TwoArms + Given.Line, Given.Network(config, Given.Access, Given.Uplink)).Start();
        var without = plane.Profiles.Uplinks;
        Make(plane, Given.TwoArms + Given.Line, Given.Network(config, Given.Access, Given.Uplink, Given.SecondUplink)).Start();

        Assert.Equal(Given.Uplink.Addresses, without);
        Assert.Equal(Given.Uplink.Addresses.AddRange(Given.SecondUplink.Addresses), plane.Profiles.Uplinks);
    }

    [Fact]
    public void Router_AfterARestartOnTheSameLan_IsTheOneKnownBefore() => Assert.Equal(s_router, Make(Left(), Given.OneArm, s_onOneArm).Router);

    [Fact]
    public void Router_WithNothingAdopted_IsUnknown() =>
        Assert.Null(Make(new RecordingDataPlane { IsAdopted = false, Config = Left().Config }, Given.OneArm, s_onOneArm).Router);

    [Fact]
    public void Router_AfterARestartOnAnotherLan_IsUnknown()
    {
        var config = Given.Settings(Given.OneArm).Config!;

        Assert.Null(Make(Left(), Given.OneArm, Given.Network(config, Given.Lan with { Index = 6 })).Router);
        Assert.Null(Make(Left(), Given.OneArm, Given.Network(config, Given.Lan with { Gateway = Ipv4Address.Parse("137.118.199.9") })).Router);
    }

    [Fact]
    public void Router_AfterARunWithTwoArms_IsKnownToTwoArmsAlone()
    {
        var plane = new RecordingDataPlane { IsAdopted = true };
        Make(plane, Given.TwoArms).SetRouter(s_router);

        Assert.Equal(s_router, Make(plane, Given.TwoArms).Router);
        Assert.Null(Make(plane, Given.OneArm, s_onOneArm).Router);
    }

    [Fact]
    public void WereSeparate_AfterARunWithTwoArms_IsWhatItKnew()
    {
        var plane = new RecordingDataPlane { IsAdopted = true };
        Assert.False(Make(plane, Given.TwoArms).WereSeparate);

        Make(plane, Given.TwoArms).Start();
        Assert.True(Make(plane, Given.TwoArms).WereSeparate);

        Make(plane, Given.TwoArms).SetPassive(true);
        Assert.False(Make(plane, Given.TwoArms).WereSeparate);
    }

    [Fact]
    public void SetRouter_IsWritten_AndAllZeroMeansNone()
    {
        var plane = new RecordingDataPlane();
        var programmer = Make(plane, Given.OneArm, s_onOneArm);

        programmer.SetRouter(s_router);
        Assert.Equal((s_router, s_router), (programmer.Router, (MacAddress)plane.Config!.Value.RouterMac));

        programmer.SetRouter(MacAddress.Zero);
        Assert.Equal((null, MacAddress.Zero), (programmer.Router, (MacAddress)plane.Config!.Value.RouterMac));
    }

    [Fact]
    public void SetPassive_IsWritten_AndTakenBack()
    {
        var plane = new RecordingDataPlane();
        var programmer = Make(plane, Given.OneArm, s_onOneArm);

        programmer.SetPassive(true);
        Assert.True(plane.Config!.Value.Flags.HasFlag(ConfigFlags.Passive));

        programmer.SetPassive(false);
        Assert.False(plane.Config!.Value.Flags.HasFlag(ConfigFlags.Passive));
    }

    [Fact]
    public void WithdrawPortal_LeavesDns_AndTheRestAsItWas()
    {
        var plane = new RecordingDataPlane();
        var programmer = Make(plane, Given.OneArm, s_onOneArm, [new Service { Port = 80, Local = 8080, Protocol = IpProtocol.Tcp, Flags = ServiceFlags.Held }, new Service { Port = 53, Local = 5353, Protocol = IpProtocol.Udp }]);
        programmer.SetRouter(s_router);
        Assert.Equal((80, 53), (plane.Config!.Value.Services[0].Port, plane.Config!.Value.Services[1].Port));

        programmer.WithdrawPortal();

        Assert.Equal((53, 0), (plane.Config!.Value.Services[0].Port, plane.Config!.Value.Services[1].Port));
        Assert.Equal(s_router, (MacAddress)plane.Config!.Value.RouterMac);
    }

    [Fact]
    public void Follow_TheSameLan_KeepsTheRouter_AnotherForgetsIt()
    {
        var plane = new RecordingDataPlane();
        var programmer = Make(plane, Given.OneArm, s_onOneArm);
        programmer.SetRouter(s_router);

        programmer.Follow(s_onOneArm with { UplinkMtu = 1400 }, Given.Inside);
        Assert.Equal((s_router, 1400u), (programmer.Router, plane.Config!.Value.Uplinks[0].Mtu));

        programmer.Follow(s_onOneArm with { Gateway = Ipv4Address.Parse("137.118.199.9") }, Given.Inside);
        Assert.Null(programmer.Router);
        Assert.Equal(MacAddress.Zero, (MacAddress)plane.Config!.Value.RouterMac);
    }

    [Fact]
    public void Follow_AnUplinkMadeAnew_ForgetsTheRouter()
    {
        var programmer = Make(new RecordingDataPlane(), Given.OneArm, s_onOneArm);
        programmer.SetRouter(s_router);

        programmer.Follow(Given.Network(Given.Settings(Given.OneArm).Config!, Given.Lan with { Index = 6 }), Given.Inside);

        Assert.Null(programmer.Router);
    }
}
