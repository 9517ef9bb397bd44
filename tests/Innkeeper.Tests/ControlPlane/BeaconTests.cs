using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>The gateway's MAC stays at the gateway's port, whatever a station forges.</summary>
public sealed class BeaconTests
{
    private readonly ControlHarness _world = new ControlHarness("access.vlans = [7]\npool.addresses = [\"137.118.199.50\"]\n").Ready();

    [Fact]
    public void Beacons_GoOutInEveryVlan_SeveralTimesASecond_FromTheGatewaysMacToAGroupThatNoHostHears()
    {
        _world.Access.Beacons.Clear();
        _world.Advance(TimeSpan.FromSeconds(9), TimeSpan.FromMilliseconds(10));

        var frames = _world.Access.Beacons.Select(Read).ToList();
        Assert.All(frames, f => Assert.Equal((ControlHarness.AccessMac, BeaconFrame.Group), (f.Source, f.Destination)));
        Assert.All((ushort[])[0, 7], vlan => Assert.InRange(frames.Count(f => f.Vlan == vlan), 25, 30));
        Assert.True(BeaconFrame.Group.IsMulticast);
    }

    [Fact]
    public void ManyVlans_ShareALimit()
    {
        var world = new ControlHarness($"access.vlans = [{string.Join(", ", Enumerable.Range(1, 200))}]\npool.addresses = [\"137.118.199.50\"]\n").Ready();
        world.Access.Beacons.Clear();
        world.Advance(TimeSpan.FromSeconds(4), TimeSpan.FromMilliseconds(5));

        Assert.InRange(world.Access.Beacons.Count, 190, 201);
    }

    [Fact]
    public void OneArm_SendsNone()
    {
        var world = new ControlHarness("pool.addresses = [\"137.118.199.50\"]\n", isOneArmed: true).Ready();
        world.Advance(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(100));

        Assert.Empty(world.Access.Beacons);
    }

    [Fact]
    public void OwnMac_HeardFromElsewhere_IsAnsweredAtOnceInItsVlan_AndIsAnEvent()
    {
        _world.Access.Beacons.Clear();

        _world.Punt(PuntReason.OwnMac, Udp(ControlHarness.AccessMac, ControlHarness.AccessMac, "47.31.128.195", "8.8.8.8"), 7);

        Assert.Contains(_world.Access.Beacons.Select(Read), f => f.Vlan == 7);
        Assert.Equal(new OwnMacHeard(ControlHarness.AccessMac, 7), Assert.Single(_world.EventsOf<OwnMacHeard>()));
    }

    [Fact]
    public void Forger_WhoSendsAllTheTime_MakesFewBeaconsAndFewEvents()
    {
        _world.Access.Beacons.Clear();
        for (var i = 0; i < 1000; i++)
        {
            _world.Punt(PuntReason.OwnMac, Udp(ControlHarness.AccessMac, ControlHarness.AccessMac, "47.31.128.195", "8.8.8.8"));
            _world.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(_world.Access.Beacons.Count, 5, 30);
        Assert.Single(_world.EventsOf<OwnMacHeard>());
    }

    [Fact]
    public void OwnBeacon_ThatComesBack_IsALoop_AndIsNotAnswered()
    {
        var own = _world.Access.Beacons[^1];
        _world.Access.Beacons.Clear();

        _world.Punt(PuntReason.OwnMac, own);
        Assert.Equal((1, 0), (_world.EventsOf<OwnFramesReturn>().Count, _world.EventsOf<OwnMacHeard>().Count));

        own[^40] ^= 1;
        _world.Punt(PuntReason.OwnMac, own);
        Assert.Empty(_world.EventsOf<OwnMacHeard>());
        _world.Advance(TimeSpan.FromMinutes(11));
        _world.Punt(PuntReason.OwnMac, own);
        Assert.Single(_world.EventsOf<OwnMacHeard>());
    }

    [Theory]
    [InlineData(11, false)]
    [InlineData(12, true)]
    [InlineData(46, true)]
    public void Payload_ThatIsTooShort_IsNoBeacon(int length, bool isBeacon)
    {
        var frame = new byte[BeaconFrame.MaxSize];
        var size = BeaconFrame.Write(frame, ControlHarness.AccessMac, 0, 5);
        Assert.Equal(isBeacon, BeaconFrame.TryRead(frame.AsSpan(EthernetHeader.Size, length), out var number));
        Assert.Equal((60, isBeacon ? 5UL : 0UL), (size, number));
        frame[EthernetHeader.Size] ^= 1;
        Assert.False(BeaconFrame.TryRead(frame.AsSpan(EthernetHeader.Size, length), out _));
    }

    private static (MacAddress Source, MacAddress Destination, ushort Vlan) Read(byte[] frame)
    {
        Assert.True(EthernetPacket.TryParse(frame, out var ethernet));
        Assert.True(BeaconFrame.TryRead(ethernet.Payload, out _));
        return (ethernet.Source, ethernet.Destination, ethernet.HasVlan ? ethernet.VlanId : (ushort)0);
    }
}
