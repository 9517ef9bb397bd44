using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Access;

/// <summary>What never passes, and the name under which it is counted.</summary>
public sealed class DropTests : IDisposable
{
    private static readonly byte[] s_data = new byte[16];

    private readonly Plane _plane = new();

    public void Dispose() => _plane.Dispose();

    [Theory]
    [InlineData("0.1.2.3")]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.1.1")]
    [InlineData("224.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    public void FromAccess_BogusSource_IsDropped(string source) => _plane.AssertDropped(
        "from_access", Packets.Ipv4(AccessMac, DeviceMac, source, Server, IpProtocol.Udp, s_data), DropReason.BogusSource);

    [Theory]
    [InlineData("0.1.2.3")]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("224.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("137.118.199.255")]
    [InlineData(Claimed)]
    public void FromAccess_BogusDestination_IsDropped(string destination) => _plane.AssertDropped(
        "from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, destination, IpProtocol.Udp, s_data), DropReason.BogusDestination);

    [Theory]
    [InlineData(AccessMac)]
    [InlineData(UplinkMac)]
    [InlineData("01:00:00:00:00:01")]
    [InlineData("00:00:00:00:00:00")]
    public void FromAccess_BadSourceMac_IsDropped(string mac) => _plane.AssertDropped(
        "from_access", Packets.Ipv4(AccessMac, mac, Claimed, Server, IpProtocol.Udp, s_data), DropReason.BadSourceMac);

    [Fact]
    public void FromAccess_UnicastToAnother_IsDropped() => _plane.AssertDropped(
        "from_access", Packets.Ipv4(TwinMac, DeviceMac, Claimed, Server, IpProtocol.Udp, s_data), DropReason.NotForUs);

    [Fact]
    public void FromAccess_BroadcastFrame_IsDropped() => _plane.AssertDropped(
        "from_access", Packets.Ipv4("ff:ff:ff:ff:ff:ff", DeviceMac, Claimed, Server, IpProtocol.Udp, s_data), DropReason.Broadcast);

    [Theory]
    [InlineData(0x86dd, DropReason.Ipv6)]
    [InlineData(0x8100, DropReason.Ethertype)]
    [InlineData(0x88cc, DropReason.Ethertype)]
    [InlineData(0x0026, DropReason.Ethertype)]
    internal void FromAccess_OtherEtherType_IsDropped(int type, DropReason reason)
    {
        var frame = new byte[60];
        EthernetHeader.Write(frame, MacAddress.Parse(AccessMac), MacAddress.Parse(DeviceMac), (ushort)type);
        _plane.AssertDropped("from_access", frame, reason);
    }

    [Fact]
    public void FromAccess_TcpToTheGatewaysUplinkAddress_IsDropped() => _plane.AssertDropped(
        "from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, UplinkAddress, IpProtocol.Tcp, Packets.Tcp(Claimed, UplinkAddress, 1, 22, 2)), DropReason.GatewayService);

    [Fact]
    public void FromAccess_UnknownSource_IsPuntedAndGoesNoFurther()
    {
        var got = new List<(PuntReason, byte[])>();
        using var ring = _plane.Bpf.OpenPunts((in Punt punt, ReadOnlySpan<byte> frame) => got.Add((punt.Reason, frame.ToArray())));
        var frame = Packets.Ipv4(AccessMac, DeviceMac, "10.9.8.7", Server, IpProtocol.Udp, s_data);
        Assert.Equal(Act.Drop, _plane.Run("from_access", frame).Act);
        ring.Poll(TimeSpan.FromSeconds(1));
        var (reason, copy) = Assert.Single(got);
        Assert.Equal(PuntReason.NewSource, reason);
        Assert.Equal(frame, copy);
    }

    [Fact]
    public void FromAccess_OneStationsFloodOfUnknowns_IsLimitedAndCounted()
    {
        var frame = Packets.Ipv4(AccessMac, DeviceMac, "10.9.8.7", Server, IpProtocol.Udp, s_data);
        for (var i = 0; i < 1000; i++)
        {
            _plane.Run("from_access", frame);
        }

        Assert.InRange(_plane.Drops(DropReason.PuntLimit), 500UL, 900UL);
    }

    [Fact]
    public void FromUplink_InsideAddressAsSource_IsDropped() => _plane.AssertDropped(
        "from_uplink", Packets.Ipv4(UplinkMac, RouterMac, "100.64.0.3", Legal, IpProtocol.Udp, Packets.Udp("100.64.0.3", Legal, 1, 2, s_data)), DropReason.SpoofedInside);

    [Fact]
    public void FromUplink_InsideAddressAsDestination_IsDropped() => _plane.AssertDropped(
        "from_uplink", Packets.Ipv4(UplinkMac, RouterMac, Server, "100.64.0.3", IpProtocol.Udp, Packets.Udp(Server, "100.64.0.3", 1, 2, s_data)), DropReason.SpoofedInside);

    [Theory]
    [InlineData(64)]
    [InlineData(1)]
    public void FromAccess_InsideAddressAsDestination_IsDropped_OnBothPaths(byte ttl) => _plane.AssertDropped(
        "from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, "100.64.0.3", IpProtocol.Udp, Packets.Udp(Claimed, "100.64.0.3", 1, 2, s_data), ttl), DropReason.BogusDestination);

    /// <summary>Beside its services, the portal's address has nothing; and no packet to it leaves, as the address may be somebody's outside.</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(1)]
    public void FromAccess_PortalsAddress_WithoutAService_IsDropped_OnBothPaths(byte ttl) => _plane.AssertDropped(
        "from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, PortalAddress, IpProtocol.Udp, Packets.Udp(Claimed, PortalAddress, 1, 2, s_data), ttl), DropReason.BogusDestination);

    /// <summary>The last inside address is the control plane's, to ask itself whether a firewall swallows packets.</summary>
    [Fact]
    public void FromStack_AnswerToTheProbe_PassesUnchanged_AndIsNoDrop()
    {
        var frame = Packets.Ipv4(StackMac, StackMac, Server, "100.127.255.255", IpProtocol.Udp, Packets.Udp(Server, "100.127.255.255", 1, 9, s_data));
        var (act, result) = _plane.Run("from_stack", frame, mark: Links.ServiceRoutes.Mark);

        Assert.Equal((Act.Ok, 0ul), (act, _plane.Drops(DropReason.NoBinding)));
        Assert.Equal(frame, result);
        _plane.AssertDropped("from_stack", Packets.Ipv4(StackMac, StackMac, Server, "100.127.255.254", IpProtocol.Udp, s_data), DropReason.NoBinding);
    }

    [Fact]
    public void FromAccess_EveryTruncation_NeverLeavesWithAForeignSource()
    {
        var whole = Packets.Ipv4(AccessMac, DeviceMac, Claimed, Server, IpProtocol.Tcp, Packets.Tcp(Claimed, Server, 1, 80, 2));
        // BPF_PROG_TEST_RUN takes no IPv4 frame without its header.
        for (var length = EthernetHeader.Size + Ipv4Header.Size; length < whole.Length; length++)
        {
            var (act, _) = _plane.Run("from_access", whole[..length]);
            Assert.Equal(Act.Drop, act);
        }
    }

    [Fact]
    public void FromAccess_NoNextHop_IsDroppedButTheUplinkSubnetIsReached()
    {
        using var plane = new Plane(nextHop: false);
        plane.AssertDropped("from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, Server, IpProtocol.Esp, s_data), DropReason.NoRoute);
        Assert.Equal(Act.Redirect, plane.Run("from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, "137.118.199.33", IpProtocol.Esp, s_data)).Act);
    }

    [Fact]
    public void FromAccess_ToAnotherDeviceWhenIsolated_IsDropped()
    {
        using var plane = new Plane(profile: ProfileFlags.Isolate);
        plane.AssertDropped("from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, TwinLegal, IpProtocol.Esp, s_data), DropReason.Isolated);
    }
}
