using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Ipv6;

/// <summary>IPv6 where there is none outside: what the data plane answers itself, what it hands over, and what it drops.</summary>
public sealed class RefusedIpv6Tests : IDisposable
{
    private const string AllNodes = "33:33:00:00:00:01";

    private static readonly Ipv6Address s_device = Ipv6Address.Parse("2a01:4f8:1:2::5");
    private static readonly Ipv6Address s_router = Ipv6Address.Parse("fe80::1");
    private static readonly Ipv6Address s_server = Ipv6Address.Parse("2606:4700::1111");

    private readonly Plane _plane = new(flags: ConfigFlags.RefuseIpv6);

    public void Dispose() => _plane.Dispose();

    private List<PuntReason> Punts(Plane? plane = null) => [.. (plane ?? _plane).Punts().Select(p => p.Reason)];

    private static byte[] Frame(string destination, Ipv6Header header, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[EthernetHeader.Size + Ipv6Header.Size + payload.Length];
        EthernetHeader.Write(frame, MacAddress.Parse(destination), MacAddress.Parse(DeviceMac), EtherTypes.Ipv6);
        header.Write(frame.AsSpan(EthernetHeader.Size));
        payload.CopyTo(frame.AsSpan(EthernetHeader.Size + Ipv6Header.Size));
        return frame;
    }

    private static byte[] Packet(string destination, byte next, byte[] payload, Ipv6Address? source = null, Ipv6Address? to = null, byte hopLimit = 64) =>
        Frame(destination, new Ipv6Header(source ?? s_device, to ?? s_server, next, (ushort)payload.Length) { HopLimit = hopLimit }, payload);

    private static byte[] Message(string destination, byte type, int size = 24, Ipv6Address? source = null, byte hopLimit = 255) =>
        Packet(destination, Icmp6Types.NextHeader, [type, .. new byte[size - 1]], source, s_router, hopLimit);

    private static byte[] Solicitation(string destination, Ipv6Address source, byte[] options, byte hopLimit = 255)
    {
        var target = new byte[Ipv6Address.Size];
        s_router.Write(target);
        byte[] message = [Icmp6Types.NeighborSolicitation, 0, 0, 0, 0, 0, 0, 0, .. target, .. options];
        Icmp6Checksum.Write(source, s_router, message);
        return Packet(destination, Icmp6Types.NextHeader, message, source, s_router, hopLimit);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(16)]
    public void DeviceThatAsksUsWhetherItsRouterIsThere_IsAnsweredByTheDataPlane(int options)
    {
        var (act, frame) = _plane.Run("from_access", Solicitation(AccessMac, s_device, [.. new byte[] { 1, 1, 2, 0, 0, 7, 0, 2, 14, 1, 1, 2, 3, 4, 5, 6 }.Take(options)]));

        Assert.Equal(Act.Redirect, act);
        Assert.True(EthernetPacket.TryParse(frame, out var ethernet));
        Assert.Equal((MacAddress.Parse(DeviceMac), MacAddress.Parse(AccessMac)), (ethernet.Destination, ethernet.Source));
        Assert.True(NeighborDiscoveryMessage.TryParse(ethernet.Payload, out var answer));
        Assert.Equal((NeighborDiscoveryKind.NeighborAdvertisement, s_router, s_device, s_router), (answer.Kind, answer.Source, answer.Destination, answer.Target));
        Assert.Equal((MacAddress.Parse(AccessMac), NeighborBits.Router | NeighborBits.Solicited), (answer.LinkLayer, answer.Bits));
        Assert.Equal(EthernetHeader.Size + Ipv6Header.Size + 32, frame.Length);
    }

    [Fact]
    public void RandomSolicitations_HaveAnswersWithARightChecksum()
    {
        var random = new Random(5);
        for (var i = 0; i < 500; i++)
        {
            var source = new byte[Ipv6Address.Size];
            random.NextBytes(source);
            source[0] = 0x20;
            var (_, frame) = _plane.Run("from_access", Solicitation(AccessMac, Ipv6Address.Read(source), []));
            Assert.True(EthernetPacket.TryParse(frame, out var ethernet) && NeighborDiscoveryMessage.TryParse(ethernet.Payload, out _));
        }
    }

    [Theory]
    [InlineData("33:33:ff:00:00:01", Icmp6Types.NeighborSolicitation)]
    [InlineData(AllNodes, Icmp6Types.RouterAdvertisement)]
    [InlineData(AllNodes, Icmp6Types.NeighborAdvertisement)]
    [InlineData(AccessMac, Icmp6Types.NeighborAdvertisement)]
    [InlineData(AccessMac, Icmp6Types.RouterAdvertisement)]
    public void NeighborDiscovery_ElseIsForTheControlPlane(string destination, byte type)
    {
        _plane.Punts();
        Assert.Equal(Act.Drop, _plane.Run("from_access", Message(destination, type)).Act);

        Assert.Equal([PuntReason.Neighbor], Punts());
    }

    [Fact]
    public void DuplicateDetection_IsNeverAnswered()
    {
        _plane.Punts();
        Assert.Equal(Act.Drop, _plane.Run("from_access", Solicitation("33:33:ff:00:00:01", Ipv6Address.Any, [])).Act);
        Assert.Equal([PuntReason.Neighbor], Punts());

        _plane.AssertDropped("from_access", Solicitation(AccessMac, Ipv6Address.Any, []), DropReason.BogusSource);
    }

    /// <summary>RFC 4861 section 7.1.1, RFC 6980, RFC 7113: a router may have forwarded it, or it hides behind other headers.</summary>
    [Fact]
    public void Solicitation_ThatARouterForwarded_OrBehindOtherHeaders_IsNoSolicitation()
    {
        _plane.Punts();
        _plane.AssertDropped("from_access", Solicitation(AccessMac, s_device, [], hopLimit: 254), DropReason.NoIpv6);
        _plane.AssertDropped("from_access", Packet("33:33:ff:00:00:01", 44, [58, 0, 0, 0, 0, 0, 0, 1, Icmp6Types.NeighborSolicitation, .. new byte[23]], hopLimit: 255), DropReason.Ipv6);

        Assert.Equal([PuntReason.NoIpv6], Punts());
    }

    [Theory]
    [InlineData(6)]
    [InlineData(17)]
    [InlineData(50)]
    public void PacketToAHostOutside_IsDroppedUnderItsName_AndForTheControlPlaneToRefuse(byte protocol)
    {
        _plane.Punts();
        _plane.AssertDropped("from_access", Packet(AccessMac, protocol, new byte[40]), DropReason.NoIpv6);

        Assert.Equal([PuntReason.NoIpv6], Punts());
    }

    [Fact]
    public void WhatNoProgramWaitsFor_IsDropped()
    {
        _plane.Punts();
        _plane.AssertDropped("from_access", Packet("33:33:00:00:00:fb", 17, new byte[40], to: Ipv6Address.Parse("ff02::fb")), DropReason.Ipv6);
        _plane.AssertDropped("from_access", Message("33:33:00:00:00:02", Icmp6Types.RouterSolicitation, 8), DropReason.Ipv6);
        _plane.AssertDropped("from_access", Message(AllNodes, Icmp6Types.Redirect, 40), DropReason.Redirect);
        _plane.AssertDropped("from_access", Packet(RouterMac, 17, new byte[40]), DropReason.NotForUs);
        _plane.AssertDropped("from_access", Packet(AccessMac, 17, new byte[40], source: Ipv6Address.Parse("ff02::1")), DropReason.BogusSource);
        _plane.AssertDropped("from_access", Packet(AccessMac, 17, new byte[40], to: Ipv6Address.Parse("::1")), DropReason.BogusDestination);
        _plane.AssertDropped("from_access", Message(AccessMac, Icmp6Types.NeighborSolicitation, 20), DropReason.Malformed);
        _plane.AssertDropped("from_access", Packet(AccessMac, 17, new byte[40])[..60], DropReason.Malformed);

        Assert.Empty(Punts());
    }

    [Fact]
    public void ListenerQuery_OfAnotherRouter_IsForTheControlPlane()
    {
        var packet = new byte[RouterPortPackets.QuerySize];
        RouterPortPackets.MldQuery(packet, s_router);
        _plane.Punts();
        Assert.True(Ipv6Header.TryParse(packet, out var header));

        Assert.Equal(Act.Drop, _plane.Run("from_access", Frame(AllNodes, header, packet.AsSpan(Ipv6Header.Size))).Act);

        Assert.Equal([PuntReason.Neighbor], Punts());
    }

    [Fact]
    public void Station_ThatFloodsByIpv6_KeepsThePuntsOfItsIpv4()
    {
        _plane.Punts();
        for (var i = 0; i < 300; i++)
        {
            _plane.Run("from_access", Packet(AccessMac, 17, new byte[40]));
        }

        Assert.InRange(Punts().Count, 90, 150);
        _plane.Run("from_access", Packets.Ipv4(AccessMac, DeviceMac, "47.31.128.77", Server, IpProtocol.Udp, new byte[16]));
        Assert.Equal([PuntReason.NewSource], Punts());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ModeOff_OrBothArmsInOneLan_AllIsDropped(bool isOneLan)
    {
        using var plane = new Plane(flags: isOneLan ? ConfigFlags.RefuseIpv6 | ConfigFlags.Passive : ConfigFlags.None);
        plane.Punts();
        plane.AssertDropped("from_access", Solicitation(AccessMac, s_device, []), DropReason.Ipv6);
        plane.AssertDropped("from_access", Packet(AccessMac, 17, new byte[40]), DropReason.Ipv6);

        Assert.Empty(Punts(plane));
    }
}
