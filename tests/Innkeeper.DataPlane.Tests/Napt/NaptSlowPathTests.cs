using static Innkeeper.DataPlane.Tests.Harness.NaptHarness;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Napt;

/// <summary>By the host's stack, which sees inside addresses and devices' ports: the other half is done where it leaves.</summary>
public sealed class NaptSlowPathTests : IDisposable
{
    private const string StackSide = "02:00:00:00:00:99";

    private readonly NaptHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    [Theory]
    [InlineData(1, 7)]
    [InlineData(64, 1480)]
    public void FromAccess_TtlRunsOutOrTooLong_GoesToTheStackWithItsOwnPort(byte ttl, int length)
    {
        var packet = Datagram.Udp(Claimed, 4000, Server, 123) with { Ttl = ttl, Length = length };
        _harness.Plane.AssertForwarded("from_access", packet.Frame(AccessMac, DeviceMac), Packets.Sealed(packet.From(Inside).Frame(EdgeMac, EdgeMac)));
        Assert.Empty(_harness.Plane.Mappings());
    }

    [Fact]
    public void ToUplink_InsideSource_GetsItsMapping()
    {
        var port = _harness.AssertUdpLeaves(4000);
        var (act, frame) = _harness.Plane.Run("to_uplink", Packets.Sealed(Datagram.Udp(Inside, 4000, Server, 123).Frame(RouterMac, UplinkMac)));
        Assert.Equal(Act.Ok, act);
        AssertFrame(Datagram.Udp(SharedAddress, port, Server, 123).Frame(RouterMac, UplinkMac), frame);
        _harness.Plane.AssertDropped("to_uplink", Packets.Sealed(Datagram.Ping(Inside, Server, 7, 10).Frame(RouterMac, UplinkMac)), DropReason.Unmappable);
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(64, 1480)]
    public void FromUplink_TtlRunsOutOrTooLong_GoesToTheStackWithTheDevicesPort(byte ttl, int length)
    {
        var port = _harness.AssertUdpLeaves(4000);
        var packet = Datagram.Udp(Server, 123, SharedAddress, port) with { Ttl = ttl, Length = length };
        _harness.Plane.AssertForwarded("from_uplink", packet.Frame(UplinkMac, RouterMac), Packets.Sealed(packet.To(Inside, 4000).Frame(EdgeMac, EdgeMac)));

        // And from there to the device, if it was only too long for one frame.
        _harness.Plane.AssertForwarded(
            "from_stack", Packets.Sealed(packet.To(Inside, 4000).Hop().Frame(StackSide, StackSide)), packet.To(Claimed, 4000).Hop().Frame(DeviceMac, AccessMac));
    }

    [Fact]
    public void FromStack_TimeExceeded_QuotesWhatTheDeviceSent()
    {
        var sent = Datagram.Udp(Claimed, 4000, Server, 33434) with { Ttl = 1 };
        _harness.Plane.AssertForwarded(
            "from_stack",
            Packets.WithSealedQuote(Datagram.Error("100.64.0.1", sent.From(Inside), 64).Frame(StackSide, StackSide)),
            Datagram.Error(Gateway, sent, 64).Frame(DeviceMac, AccessMac));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(64)]
    public void ToUplink_HostsErrorAboutWhatCameForADevice_QuotesTheSharedAddressAndPort(int quoted)
    {
        var port = _harness.AssertUdpLeaves(4000);
        var came = Datagram.Udp(Server, 123, SharedAddress, port) with { Ttl = 1 };
        var (act, frame) = _harness.Plane.Run(
            "to_uplink", Packets.WithSealedQuote(Datagram.Error(UplinkAddress, came.To(Inside, 4000), quoted).Frame(RouterMac, UplinkMac)));
        Assert.Equal(Act.Ok, act);
        AssertFrame(Datagram.Error(UplinkAddress, came, quoted).Frame(RouterMac, UplinkMac), frame);
    }

    [Fact]
    public void Hairpin_TooLong_ReachesTheOtherByTheStackAsTheSharedAddress()
    {
        var to = _harness.AssertUdpLeaves(5001, TwinMac);
        var from = _harness.AssertUdpLeaves(4000);
        var packet = Datagram.Udp(Claimed, 4000, SharedAddress, to) with { Length = 1480 };
        var onStack = packet with { Source = Inside, SourcePort = from, Destination = TwinInside, DestinationPort = 5001 };
        _harness.Plane.AssertForwarded("from_access", packet.Frame(AccessMac, DeviceMac), Packets.Sealed(onStack.Frame(EdgeMac, EdgeMac)));
        _harness.Plane.AssertForwarded(
            "from_stack", Packets.Sealed(onStack.Hop().Frame(StackSide, StackSide)),
            (onStack with { Source = SharedAddress, Destination = Claimed }).Hop().Frame(TwinMac, AccessMac));
    }
}
