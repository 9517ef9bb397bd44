using Innkeeper.Bindings;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.NaptHarness;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Profiles;

/// <summary>Two uplinks: a device's packets leave by its profile's, and what comes for it comes by that one.</summary>
public sealed class UplinksTests : IDisposable
{
    private const string GuestClaimed = "10.0.0.8";
    private const string GuestMac = "02:00:00:00:01:08";
    private const string GuestInside = "100.64.0.8";
    private const string Everybody = "ff:ff:ff:ff:ff:ff";

    private readonly Plane _plane = new();

    public UplinksTests()
    {
        _plane.AddGuestLine();
        _plane.Bind(8, GuestMac, GuestClaimed, GuestLegal, Gateway, terms: GuestTerms);
        _ = _plane.Punts();
    }

    public void Dispose() => _plane.Dispose();

    private static byte[] FromGuest(Datagram packet) => packet.Frame(AccessMac, GuestMac);

    private static byte[] In(Datagram packet, bool byGuestLine = true) => packet.Frame(byGuestLine ? GuestLineMac : UplinkMac, RouterMac);

    [Fact]
    public void Packet_BothWays_CrossesByItsOwnUplink()
    {
        var packet = Datagram.Udp(GuestClaimed, 4000, Server, 123);
        _plane.AssertForwarded("from_access", FromGuest(packet), packet.From(GuestLegal).Hop().Frame(AccessMac, GuestMac));
        var answer = Datagram.Udp(Server, 123, GuestLegal, 4000);
        _plane.AssertForwarded("from_uplink", In(answer), answer.To(GuestClaimed).Hop().Frame(GuestMac, AccessMac));
    }

    [Fact]
    public void Packet_ForALegalAddressOfAnotherUplink_IsDroppedUnderItsName()
    {
        _plane.AssertDropped("from_uplink", In(Datagram.Udp(Server, 123, Legal, 4000)), DropReason.WrongUplink);
        _plane.ComeFrom(0);
        _plane.AssertDropped("from_uplink", In(Datagram.Udp(Server, 123, GuestLegal, 4000), byGuestLine: false), DropReason.WrongUplink);
        Assert.Equal(Act.Redirect, _plane.Run("from_uplink", In(Datagram.Udp(Server, 123, Legal, 4000), byGuestLine: false)).Act);
    }

    [Fact]
    public void Packet_ForASharedAddressOfAnotherUplink_IsDropped()
    {
        var shared = Ipv4Address.Parse("198.51.100.60");
        Assert.True(_plane.Shared.Use(shared, PortLayout.Whole(64), GuestLine));
        _plane.Table.Add(
            new Binding(7, new ClaimedAddress(new Station(0, MacAddress.Parse(OwnMac)), Ipv4Address.Parse(OwnClaimed)), Ipv4Address.Any, Ipv4Address.Parse(Gateway), true, default)
            {
                Shared = shared,
                Share = 7,
                Meter = 7,
                Policy = GuestTerms,
            }, TimeSpan.Zero);
        _plane.Shared.OpenShare(7, shared);
        Assert.Equal(Act.Redirect, _plane.Run("from_access", Datagram.Udp(OwnClaimed, 4000, Server, 123).Frame(AccessMac, OwnMac)).Act);
        var (key, _) = Assert.Single(_plane.Mappings());
        var answer = Datagram.Udp(Server, 123, "198.51.100.60", key.Port);
        Assert.Equal(Act.Redirect, _plane.Run("from_uplink", In(answer)).Act);
        _plane.ComeFrom(0);
        _plane.AssertDropped("from_uplink", In(answer, byGuestLine: false), DropReason.WrongUplink);
        AssertArp(UplinkMac, "198.51.100.60", isAnswered: false);
        _plane.ComeFrom((int)GuestLine);
        AssertArp(GuestLineMac, "198.51.100.60", isAnswered: true);
    }

    [Fact]
    public void Packet_ToAnotherUplinksMac_IsNotOurs() =>
        Assert.Equal(Act.Ok, _plane.Run("from_uplink", In(Datagram.Udp(Server, 123, GuestLegal, 4000), byGuestLine: false)).Act);

    [Fact]
    public void Arp_ForALegalAddress_IsAnsweredOnItsUplinkAlone()
    {
        AssertArp(GuestLineMac, GuestLegal, isAnswered: true);
        AssertArp(GuestLineMac, Legal, isAnswered: false);
        _plane.ComeFrom(0);
        AssertArp(UplinkMac, Legal, isAnswered: true);
        AssertArp(UplinkMac, GuestLegal, isAnswered: false);
    }

    private void AssertArp(string ourMac, string target, bool isAnswered)
    {
        var asker = Ipv4Address.Parse("192.0.2.77");
        var frame = Packets.Arp(Everybody, RouterMac, ArpMessage.Request(MacAddress.Parse(RouterMac), asker, Ipv4Address.Parse(target)));
        var (act, result) = _plane.Run("from_uplink", frame);
        Assert.Equal(isAnswered ? Act.Redirect : Act.Ok, act);
        AssertFrame(isAnswered ? Packets.Arp(RouterMac, ourMac, ArpMessage.Reply(MacAddress.Parse(ourMac), Ipv4Address.Parse(target), MacAddress.Parse(RouterMac), asker)) : frame, result);
    }

    [Fact]
    public void Arp_SpeakingOfAPoolAddress_IsHandedOverWithItsUplink()
    {
        var uplinks = new List<uint>();
        using (var ring = _plane.Bpf.OpenPunts((in Punt punt, ReadOnlySpan<byte> _) => uplinks.Add(punt.Reason == PuntReason.ArpUplink ? punt.Binding : uint.MaxValue)))
        {
            foreach (var uplink in (int[])[(int)GuestLine, 0])
            {
                _plane.ComeFrom(uplink);
                _plane.Run("from_uplink", Packets.Arp(Everybody, RouterMac, ArpMessage.Request(MacAddress.Parse(RouterMac), Ipv4Address.Parse(GuestLegal), Ipv4Address.Parse(GuestLegal))));
            }

            ring.Poll(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([GuestLine, 0u], uplinks);
    }

    [Fact]
    public void SlowPath_IsMarkedWithItsGateway_AndLeavesByItsUplinkAlone()
    {
        var dying = Datagram.Udp(GuestClaimed, 4000, Server, 123) with { Ttl = 1 };
        var (act, frame) = _plane.Run("from_access", FromGuest(dying), 0, out var mark);
        Assert.Equal(Act.Redirect, act);
        AssertFrame(Packets.Sealed(dying.From(GuestInside).Frame(EdgeMac, EdgeMac)), frame);
        Assert.Equal(0x6970u + GuestLine, mark);
        _plane.Run("from_access", (Datagram.Udp(Claimed, 4000, Server, 123) with { Ttl = 1 }).Frame(AccessMac, DeviceMac), 0, out mark);
        Assert.Equal(0u, mark);

        var leaving = Packets.Sealed(Datagram.Udp(GuestInside, 4000, Server, 123).Frame(RouterMac, GuestLineMac));
        var (passed, left) = _plane.Run("to_uplink", leaving);
        Assert.Equal(Act.Ok, passed);
        AssertFrame(Datagram.Udp(GuestLegal, 4000, Server, 123).Frame(RouterMac, GuestLineMac), left);
        _plane.AssertDropped("to_uplink", Packets.Sealed(Datagram.Udp(Inside, 4000, Server, 123).Frame(RouterMac, GuestLineMac)), DropReason.WrongUplink);
        _plane.ComeFrom(0);
        _plane.AssertDropped("to_uplink", leaving, DropReason.WrongUplink);
        Assert.Equal(Act.Ok, _plane.Run("to_uplink", Packets.Sealed(Datagram.Udp(Inside, 4000, Server, 123).Frame(RouterMac, UplinkMac))).Act);
    }

    [Fact]
    public void SlowPath_BackToTheDevice_IsMarkedToo()
    {
        var dying = Datagram.Udp(Server, 123, GuestLegal, 4000) with { Ttl = 1 };
        var (act, frame) = _plane.Run("from_uplink", In(dying), 0, out var mark);
        Assert.Equal(Act.Redirect, act);
        AssertFrame(Packets.Sealed(dying.To(GuestInside).Frame(EdgeMac, EdgeMac)), frame);
        Assert.Equal(0x6970u + GuestLine, mark);
    }

    [Fact]
    public void MtuOfTheOwnUplink_Counts()
    {
        var large = Datagram.Udp(GuestClaimed, 4000, Server, 123) with { Length = 1450 - 28 };
        _plane.Run("from_access", FromGuest(large), 0, out var mark);
        Assert.Equal(0x6970u + GuestLine, mark);
        var others = large with { Source = Claimed };
        _plane.AssertForwarded("from_access", others.Frame(AccessMac, DeviceMac), others.From(Legal).Hop().Frame(AccessMac, DeviceMac));
    }

    [Fact]
    public void GatewayDown_NothingLeaves_AndTheDeviceIsTold()
    {
        _plane.SetProfile(GuestLine, GuestSlot with { Flags = ProfileFlags.NoGateway });
        AssertCut();
        _plane.AssertDropped("to_uplink", Packets.Sealed(Datagram.Udp(GuestInside, 4000, Server, 123).Frame(RouterMac, GuestLineMac)), DropReason.WrongUplink);
        Assert.Equal(Act.Redirect, _plane.Run("from_access", FromGuest(Datagram.Udp(GuestClaimed, 4000, "8.8.8.8", 53))).Act);
        Assert.Equal(Act.Redirect, _plane.Run("from_access", FromGuest(Datagram.Ping(GuestClaimed, Gateway, 7))).Act);
    }

    [Fact]
    public void InterfaceMissing_NothingLeaves()
    {
        _plane.TakeAway((int)GuestLine);
        AssertCut();
        Assert.Equal(Act.Ok, _plane.Run("from_uplink", In(Datagram.Udp(Server, 123, GuestLegal, 4000))).Act);
    }

    private void AssertCut()
    {
        foreach (byte ttl in (byte[])[64, 1])
        {
            foreach (var destination in (string[])[Server, GuestRouter, "137.118.199.33"])
            {
                var frame = FromGuest(Datagram.Udp(GuestClaimed, 4000, destination, 123) with { Ttl = ttl });
                _plane.AssertDropped("from_access", frame, DropReason.NoGateway);
                var (reason, copy) = Assert.Single(_plane.Punts());
                Assert.Equal(PuntReason.Refused, reason);
                AssertFrame(frame, copy);
            }
        }
    }

    [Fact]
    public void NoNextHop_TheUplinksSubnetIsReached_AndNothingElse()
    {
        _plane.SetProfile(GuestLine, GuestSlot with { NextHop = default });
        Assert.Equal(Act.Redirect, _plane.Run("from_access", FromGuest(Datagram.Udp(GuestClaimed, 4000, "198.51.100.77", 123))).Act);
        _plane.AssertDropped("from_access", FromGuest(Datagram.Udp(GuestClaimed, 4000, Server, 123)), DropReason.NoRoute);
        _plane.AssertDropped("from_access", FromGuest(Datagram.Udp(GuestClaimed, 4000, "137.118.199.33", 123)), DropReason.NoRoute);
    }

    [Fact]
    public void DeviceToDevice_OfAnotherUplink_IsIsolated()
    {
        _plane.AssertDropped("from_access", FromGuest(Datagram.Udp(GuestClaimed, 4000, Legal, 123)), DropReason.Isolated);
        _plane.AssertDropped("from_access", Datagram.Udp(Claimed, 4000, GuestLegal, 123).Frame(AccessMac, DeviceMac), DropReason.Isolated);
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, true, false)]
    public void DeviceToDevice_OfAnotherProfile_IsIsolatedByEither(bool isolatesHere, bool isolatesThere, bool reaches)
    {
        const uint Here = 5, There = 6;
        var slot = new ProfileSlot { NextHop = Ipv4Address.Parse("137.118.199.1") };
        _plane.SetProfile(Here, slot with { Flags = isolatesHere ? ProfileFlags.Isolate : 0 });
        _plane.SetProfile(There, slot with { Flags = isolatesThere ? ProfileFlags.Isolate : 0 });
        _plane.Bind(4, OwnMac, OwnClaimed, "137.118.199.60", Gateway, terms: new BindingPolicy(Profile: Here));
        _plane.Bind(5, OtherOwnMac, OtherOwnClaimed, "137.118.199.61", Gateway, terms: new BindingPolicy(Profile: There));
        var packet = Datagram.Udp(OwnClaimed, 4000, "137.118.199.61", 123);
        if (reaches)
        {
            _plane.AssertForwarded("from_access", packet.Frame(AccessMac, OwnMac), packet.From("137.118.199.60").To(OtherOwnClaimed).Hop().Frame(OtherOwnMac, AccessMac));
        }
        else
        {
            _plane.AssertDropped("from_access", packet.Frame(AccessMac, OwnMac), DropReason.Isolated);
        }
    }

    [Theory]
    [InlineData(UplinkAddress)]
    [InlineData(GuestLineAddress)]
    public void OwnAddressOfAnyUplink_AnswersICMPAndNothingElse(string own)
    {
        foreach (var (mac, claimed) in ((string, string)[])[(GuestMac, GuestClaimed), (DeviceMac, Claimed)])
        {
            _plane.AssertDropped("from_access", Datagram.Tcp(claimed, 4000, own, 22, Syn).Frame(AccessMac, mac), DropReason.GatewayService);
            _plane.AssertDropped("from_access", Datagram.Udp(claimed, 4000, own, 161).Frame(AccessMac, mac), DropReason.GatewayService);
            Assert.Equal(Act.Redirect, _plane.Run("from_access", Datagram.Ping(claimed, own, 7).Frame(AccessMac, mac)).Act);
        }
    }

    [Theory]
    [InlineData("198.51.100.255")]
    [InlineData("137.118.199.255")]
    public void BroadcastOfAnyUplink_IsNoDestination(string broadcast) =>
        _plane.AssertDropped("from_access", FromGuest(Datagram.Udp(GuestClaimed, 4000, broadcast, 123)), DropReason.BogusDestination);

    [Fact]
    public void FrameBroughtBack_LosesItsMark_AndIsReceivedAgain()
    {
        foreach (uint index in (uint[])[0, GuestLine])
        {
            var frame = In(Datagram.Udp(Server, 123, GuestLegal, 4000));
            var (act, result) = _plane.Run("from_stack", frame, (uint)Interfaces.LinkSockets.UplinkMark + index, out var mark);
            Assert.Equal((Act.Redirect, 0u), (act, mark));
            AssertFrame(frame, result);
        }
    }

    [Fact]
    public void ErrorOfTheHostsOwn_AboutAPacketOfWhoLeavesByTheMainRouter_DoesNotLeaveByTheGuestsLine()
    {
        _plane.Bind(9, DeviceMac, Claimed, Legal, Gateway);
        var error = new Datagram(GuestLineAddress, Server, IpProtocol.Icmp) { Type = Datagram.Unreachable, Quote = Datagram.Udp(Server, 123, "100.64.0.9", 4000) };
        _plane.AssertDropped("to_uplink", error.Frame(RouterMac, GuestLineMac), DropReason.WrongUplink);
    }

    /// <summary>Wherever the host's routes lead: that is the main router, which must not hear of the guest.</summary>
    [Fact]
    public void ErrorOfTheHostsOwn_AboutAGuestsPacket_LeavesByTheGuestsLine_AndHidesTheInsideAddress()
    {
        var quoted = Datagram.Udp(Server, 123, GuestInside, 4000);
        var error = new Datagram(GuestLineAddress, Server, IpProtocol.Icmp) { Type = Datagram.Unreachable, Quote = quoted };
        var (act, result) = _plane.Run("to_uplink", error.Frame(RouterMac, GuestLineMac));
        Assert.Equal(Act.Redirect, act);
        AssertFrame((error with { Quote = quoted.To(GuestLegal) }).Frame(RouterMac, GuestLineMac), result);

        _plane.ComeFrom(0);
        (act, result) = _plane.Run("to_uplink", (error with { Source = UplinkAddress }).Frame(RouterMac, UplinkMac));
        Assert.Equal(Act.Redirect, act);
        AssertFrame((error with { Quote = quoted.To(GuestLegal) }).Frame(RouterMac, UplinkMac), result);
    }
}
