using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Tests.ControlPlane.World;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>Ports of shared addresses that run low: what is reported, what is kept for whom, and whose ports are taken back.</summary>
public sealed class PortWatchTests
{
    private const string Address = "47.31.128.195";
    private const int OnUplink = 22_528;
    private static readonly TimeSpan s_sweep = TimeSpan.FromSeconds(5);

    private readonly ControlHarness _world = new ControlHarness("").Ready();

    private void Look(int free, ulong refused = 0)
    {
        _world.Shared.Room = new PortRoom(1, OnUplink, free);
        _world.Shared.Refused = refused;
        _world.Advance(s_sweep);
    }

    [Theory]
    [InlineData(0, 22_528, 0)]
    [InlineData(352, 22_528, 1)]
    [InlineData(353, 22_528, 2)]
    [InlineData(3000, 22_528, 9)]
    [InlineData(3000, 64_512, 3)]
    [InlineData(3000, 0, 0)]
    public void NeededFor_Devices_IsWhatGivesEachSixtyFourPorts(int devices, int ports, int needed) => Assert.Equal(needed, PortWatch.NeededFor(devices, ports));

    [Fact]
    public void Ports_ThatRunLow_AreReportedOnce_AndAgainAfterThereWereEnough()
    {
        _world.Bind(1, Address);
        Look(OnUplink * 21 / 100);
        Assert.Empty(_world.EventsOf<PortsLow>());

        Look(OnUplink / 5);
        Look(0);
        Look(OnUplink * 30 / 100);
        Look(0);
        var told = Assert.Single(_world.EventsOf<PortsLow>());
        Assert.Equal((OnUplink - (OnUplink / 5), OnUplink, 1, 1), (told.Taken, told.Total, told.Devices, told.Addresses));

        Look(OnUplink);
        Look(0);
        Assert.Equal(2, _world.EventsOf<PortsLow>().Count);
    }

    [Fact]
    public void Ports_ThatDevicesDoNotGet_AreReportedOnce_WithTheGreediestAndWhatToDo()
    {
        _world.Shared.SetUsed(_world.Bind(1, Address).Share, 1, 700, 0, 0);
        _world.Shared.SetUsed(_world.Bind(2, Address).Share, 1, 7, 0, 0);
        Look(100, refused: 0);
        Assert.Empty(_world.EventsOf<PortsExhausted>());

        Look(100, refused: 6);
        Look(100, refused: 9);
        var told = Assert.Single(_world.EventsOf<PortsExhausted>());
        Assert.Equal((Mac(1), 700), (told.Most!.Value, told.Ports));

        _world.Advance(TimeSpan.FromMinutes(11));
        Look(100, refused: 10);
        Assert.Equal(2, _world.EventsOf<PortsExhausted>().Count);
    }

    [Fact]
    public void Text_OfACrowd_SaysHowManyAddressesItNeeds()
    {
        var text = EventText.Describe(new PortsLow(18_100, OnUplink, 3000, 1, PortWatch.NeededFor(3000, OnUplink)));
        Assert.Contains("3000 devices need 9 shared addresses like this one; you have 1", text, StringComparison.Ordinal);
        Assert.Contains("[napt] addresses", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Status_HasThePortsAndTheAddressesThatAreNeeded()
    {
        foreach (var device in Enumerable.Range(1, 3))
        {
            _world.Bind(device, Address);
        }

        Look(100, refused: 4);
        Assert.Equal(new PortUse(new PortRoom(1, OnUplink, 100), 3, 1, 4), _world.Core.Napt.Ports);
        Assert.Equal(OnUplink - 100, _world.Core.Napt.Ports.Taken);
    }

    [Fact]
    public void Device_IsNewForTenMinutes_AndKnownWhenItComesBack()
    {
        var share = _world.Confirm(_world.Bind(1, Address)).Share;
        Look(OnUplink);
        Assert.Equal(FairShare.NewcomerKeeps, _world.Shared.Keeps[share]);

        _world.Advance(FairShare.NewcomerTime);
        Assert.Equal(0, _world.Shared.Keeps[share]);

        _world.Advance(TimeSpan.FromHours(1));
        Assert.Null(_world.BindingOf(1, Address));
        Assert.Equal(0, _world.Shared.Keeps[_world.Bind(1, Address).Share]);
    }
}
