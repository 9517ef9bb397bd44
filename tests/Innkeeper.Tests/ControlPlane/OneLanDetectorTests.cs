using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>Both arms in one LAN.</summary>
public sealed class OneLanDetectorTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private static List<byte[]> Beacons(IEnumerable<byte[]> frames) =>
        [.. frames.Where(f => EthernetPacket.TryParse(f, out var ethernet) && LanBeacon.TryParse(ethernet.Payload, out _))];

    /// <summary>A second passes; what was sent on the uplink comes back on the access side.</summary>
    private static void ComeBack(ControlHarness world)
    {
        world.Uplink.Take();
        world.Advance(OneLanDetector.Interval);
        foreach (var beacon in Beacons(world.Uplink.Take()))
        {
            world.Punt(PuntReason.Peer, beacon);
        }
    }

    [Fact]
    public void TheLansAreSeparate_NothingChanges()
    {
        var world = new ControlHarness().Ready();
        world.Uplink.Take();

        world.Advance(TimeSpan.FromSeconds(10), s_second);

        var beacons = Beacons(world.Uplink.Take());
        Assert.Equal(5, beacons.Count);
        Assert.Equal(5, beacons.Select(Convert.ToHexString).Distinct().Count());
        Assert.All(beacons, beacon => Assert.True(EthernetPacket.TryParse(beacon, out var ethernet) && ethernet.Source == ControlHarness.UplinkMac && ethernet.Destination == MacAddress.Broadcast));
        Assert.False(world.Core.OneLan!.IsOneLan);
        Assert.NotNull(world.Bind(1, "47.31.128.195"));
    }

    [Fact]
    public void ABeaconComesBack_ArpDhcpAndNewDevicesAreLeftAlone()
    {
        var world = new ControlHarness(dhcp: DhcpSettings.Of(Ipv4Network.Parse("10.203.0.0/24"))).Ready();
        ComeBack(world);
        world.Access.Take();

        world.Punt(PuntReason.ArpAccess, ArpRequest(1, "137.118.199.77", "137.118.199.222"));
        world.SendFirst(1, "137.118.199.77");
        Assert.Empty(new DhcpClients(world).SendRaw(DhcpMessageType.Discover, 2));
        world.Punt(PuntReason.DhcpServer, DhcpClients.OfferOfAnotherServer());
        world.Punt(PuntReason.Stray, ArpRequest(1, "137.118.199.77", "137.118.199.222"));
        world.Advance(TimeSpan.FromMinutes(1), s_second / 2);

        Assert.Empty(world.Core.Registry.Bindings);
        Assert.Empty(world.EventsOf<RogueDhcpServer>());
        Assert.Equal(5ul, world.Count(Counter.OneLanIgnored));
        Assert.Equal(new OneLanFound("access", "uplink"), Assert.Single(world.EventsOf<OneLanFound>()));
    }

    /// <summary>Another station claims a device's gateway, and the device is corrected every second.</summary>
    [Fact]
    public void CorrectionsThatAreUnderWay_Stop()
    {
        var world = new ControlHarness().Ready();
        world.Punt(PuntReason.ArpAccess, ArpRequest(1, "47.31.128.195", "47.31.128.1"));
        world.Confirm(world.Bind(1, "47.31.128.195"));
        world.Advance(TimeSpan.FromMilliseconds(100));
        world.Access.Take();
        world.Punt(PuntReason.ArpAccess, Frames.Arp(MacAddress.Broadcast, Mac(9), ArpMessage.Announcement(Mac(9), Ip("47.31.128.1"))));
        Assert.Contains(world.Access.Take(), IsArpReply);

        ComeBack(world);
        world.Access.Take();
        world.Advance(TimeSpan.FromSeconds(4), s_second / 2);

        Assert.True(world.Core.OneLan!.IsOneLan);
        Assert.DoesNotContain(world.Access.Take(), IsArpReply);
    }

    private static bool IsArpReply(byte[] frame) =>
        EthernetPacket.TryParse(frame, out var ethernet) && ArpMessage.TryParse(ethernet.Payload, out var message) && message.Operation == ArpOperation.Reply;

    [Fact]
    public void TheDataPlane_StopsToAnswerArp_AndKnownDevicesGoOn()
    {
        var world = new ControlHarness().Ready();
        var binding = world.Confirm(world.Bind(1, "47.31.128.195"));

        ComeBack(world);

        Assert.True(world.OneArm.IsPassive);
        Assert.Contains("use one arm", world.Core.OneLan!.Attention, StringComparison.Ordinal);
        Assert.Same(binding, world.BindingOf(1, "47.31.128.195"));
    }

    [Fact]
    public void NoMoreBeaconsComeBack_DevicesAreServedAgainAfterSeconds()
    {
        var world = new ControlHarness().Ready();
        ComeBack(world);

        world.Advance(TimeSpan.FromSeconds(4), s_second);
        Assert.True(world.Core.OneLan!.IsOneLan);
        world.Advance(TimeSpan.FromSeconds(3), s_second);

        Assert.False(world.Core.OneLan!.IsOneLan);
        Assert.False(world.OneArm.IsPassive);
        Assert.Null(world.Core.OneLan.Attention);
        Assert.Single(world.EventsOf<OneLanLeft>());
        Assert.NotNull(world.Bind(1, "47.31.128.195"));
    }

    [Fact]
    public void TheUplinksCableIsOut_ProvesNothing()
    {
        var world = new ControlHarness().Ready();
        ComeBack(world);

        world.Change(world.Network.WithUplink(world.Network.Uplink with { IsConnected = false }));
        world.Advance(TimeSpan.FromSeconds(30), s_second);
        Assert.True(world.Core.OneLan!.IsOneLan);

        world.Change(world.Network.WithUplink(world.Network.Uplink with { IsConnected = true }));
        world.Advance(TimeSpan.FromSeconds(10), s_second);
        Assert.False(world.Core.OneLan!.IsOneLan);
    }

    [Fact]
    public void TheUplinksCableIsOut_BeaconsOfAnotherUplinkProveNothing()
    {
        var world = new ControlHarness("[gateways.line]\nnext_hop = \"198.51.100.1\"\ninterface = \"line\"\n").Ready();
        ComeBack(world);

        world.Change(world.Network.WithUplink(world.Network.Uplink with { IsConnected = false }));
        world.Second.Take();
        world.Advance(TimeSpan.FromSeconds(30), s_second);

        Assert.Equal(30, Beacons(world.Second.Take()).Count);
        Assert.True(world.Core.OneLan!.IsOneLan);
    }

    [Fact]
    public void AForgedOrOldBeacon_IsNotBelieved()
    {
        var world = new ControlHarness().Ready();
        var frame = new byte[64];
        new LanBeacon(7).Write(frame, ControlHarness.UplinkMac, ControlHarness.UplinkNetwork.Address);
        world.Punt(PuntReason.Peer, frame);

        world.Uplink.Take();
        world.Advance(OneLanDetector.Interval);
        var old = Assert.Single(Beacons(world.Uplink.Take()));
        world.Advance(OneLanDetector.Lifetime + s_second, s_second);
        world.Punt(PuntReason.Peer, old);

        Assert.False(world.Core.OneLan!.IsOneLan);
        Assert.Empty(world.EventsOf<OneLanFound>());
    }

    [Fact]
    public void Start_NoHostBecomesADevice_BeforeTheFirstBeaconHadTimeToComeBack()
    {
        var world = new ControlHarness();
        world.Core.OneLan!.Listen(world.Now);

        world.SendFirst(1, "137.118.199.77");
        Assert.Null(world.BindingOf(1, "137.118.199.77"));
        Assert.False(world.Core.IsReady(world.Now));

        world.Advance(OneLanDetector.Listening, TimeSpan.FromMilliseconds(100));
        Assert.NotNull(world.Bind(1, "137.118.199.77"));
    }

    [Fact]
    public void EveryUplink_SendsBeacons()
    {
        var world = new ControlHarness("[gateways.line]\nnext_hop = \"198.51.100.1\"\ninterface = \"line\"\n").Ready();
        world.Second.Take();

        world.Advance(OneLanDetector.Interval);

        Assert.Single(Beacons(world.Second.Take()));
    }
}
