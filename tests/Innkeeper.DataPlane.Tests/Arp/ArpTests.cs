using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Arp;

/// <summary>The ARP that the data plane answers itself, and what it leaves to the control plane.</summary>
public sealed class ArpTests : IDisposable
{
    private const string Everybody = "ff:ff:ff:ff:ff:ff";

    private readonly Plane _plane = new();

    public void Dispose() => _plane.Dispose();

    private static Ipv4Address Ip(string text) => Ipv4Address.Parse(text);

    private static MacAddress Mac(string text) => MacAddress.Parse(text);

    [Fact]
    public void FromAccess_KnownDeviceAsksForItsGateway_IsAnswered() => _plane.AssertForwarded(
        "from_access",
        Packets.Arp(Everybody, DeviceMac, ArpMessage.Request(Mac(DeviceMac), Ip(Claimed), Ip(Gateway))),
        Packets.Arp(DeviceMac, AccessMac, ArpMessage.Reply(Mac(AccessMac), Ip(Gateway), Mac(DeviceMac), Ip(Claimed))));

    [Fact]
    public void FromAccess_KnownDeviceAsksOurMacDirectly_IsAnswered() => _plane.AssertForwarded(
        "from_access",
        Packets.Arp(AccessMac, DeviceMac, ArpMessage.Request(Mac(DeviceMac), Ip(Claimed), Ip("8.8.8.8"))),
        Packets.Arp(DeviceMac, AccessMac, ArpMessage.Reply(Mac(AccessMac), Ip("8.8.8.8"), Mac(DeviceMac), Ip(Claimed))));

    [Fact]
    public void FromAccess_KnownDeviceAsksAnotherMacForItsGateway_IsNotAnswered() => Assert.Equal(
        Act.Drop, _plane.Run("from_access", Packets.Arp(TwinMac, DeviceMac, ArpMessage.Request(Mac(DeviceMac), Ip(Claimed), Ip(Gateway)))).Act);

    [Theory]
    [InlineData("0.0.0.0", Claimed)]
    [InlineData("0.0.0.0", Gateway)]
    [InlineData(Claimed, Claimed)]
    [InlineData(Claimed, "47.31.128.77")]
    [InlineData("10.0.0.9", Gateway)]
    public void FromAccess_ProbeAnnouncementOrUndecided_IsPunted(string sender, string target)
    {
        var reasons = new List<PuntReason>();
        using var ring = _plane.Bpf.OpenPunts((in Punt punt, ReadOnlySpan<byte> _) => reasons.Add(punt.Reason));
        var (act, _) = _plane.Run("from_access", Packets.Arp(Everybody, DeviceMac, ArpMessage.Request(Mac(DeviceMac), Ip(sender), Ip(target))));
        Assert.Equal(Act.Drop, act);
        ring.Poll(TimeSpan.FromSeconds(1));
        Assert.Equal([PuntReason.ArpAccess], reasons);
    }

    [Theory]
    [InlineData("137.118.199.1")]
    [InlineData("0.0.0.0")]
    public void FromUplink_RequestForALegalAddressInUse_IsAnswered(string sender) => _plane.AssertForwarded(
        "from_uplink",
        Packets.Arp(Everybody, RouterMac, ArpMessage.Request(Mac(RouterMac), Ip(sender), Ip(Legal))),
        Packets.Arp(RouterMac, UplinkMac, ArpMessage.Reply(Mac(UplinkMac), Ip(Legal), Mac(RouterMac), Ip(sender))));

    [Theory]
    [InlineData("137.118.199.52")]
    [InlineData("137.118.199.2")]
    [InlineData("47.31.128.195")]
    public void FromUplink_RequestForAnyOtherAddress_IsTheHosts(string target)
    {
        var frame = Packets.Arp(Everybody, RouterMac, ArpMessage.Request(Mac(RouterMac), Ip("137.118.199.1"), Ip(target)));
        var (act, result) = _plane.Run("from_uplink", frame);
        Assert.Equal(Act.Ok, act);
        Assert.Equal(frame, result);
    }

    [Fact]
    public void FromUplink_SomebodyElseSpeaksAsAPoolAddress_IsReported()
    {
        var reasons = new List<PuntReason>();
        using var ring = _plane.Bpf.OpenPunts((in Punt punt, ReadOnlySpan<byte> _) => reasons.Add(punt.Reason));
        _plane.Run("from_uplink", Packets.Arp(Everybody, RouterMac, ArpMessage.Announcement(Mac(RouterMac), Ip("137.118.199.60"))));
        ring.Poll(TimeSpan.FromSeconds(1));
        Assert.Equal([PuntReason.ArpUplink], reasons);
    }

    [Theory]
    [InlineData(RouterMac, ArpOperation.Reply, true)]
    [InlineData(RouterMac, ArpOperation.Request, false)]
    [InlineData(TwinMac, ArpOperation.Reply, true)]
    [InlineData(TwinMac, ArpOperation.Request, true)]
    public void FromUplink_AHostSpeaksAsTheRouter_IsReported_ButTheRoutersOwnQuestionsAreNot(string mac, ArpOperation operation, bool isReported)
    {
        Configure((ref DataPlaneConfig config) =>
        {
            config.Watched[0] = Ip("137.118.199.1");
            config.RouterMac = Mac(RouterMac);
        });

        var message = ArpMessage.Request(Mac(mac), Ip("137.118.199.1"), Ip("137.118.199.77"));
        if (operation == ArpOperation.Reply)
        {
            message = ArpMessage.Reply(Mac(mac), Ip("137.118.199.1"), Mac(UplinkMac), Ip("137.118.199.2"));
        }

        Assert.Equal(isReported ? [PuntReason.ArpUplink] : [], PuntsOf("from_uplink", Packets.Arp(Everybody, mac, message), Act.Ok));
    }

    [Fact]
    public void FromAccess_BothArmsInOneLan_NoRequestIsAnswered()
    {
        Configure((ref DataPlaneConfig config) => config.Flags |= ConfigFlags.Passive);

        Assert.Equal([PuntReason.ArpAccess], PuntsOf("from_access", Packets.Arp(Everybody, DeviceMac, ArpMessage.Request(Mac(DeviceMac), Ip(Claimed), Ip(Gateway))), Act.Drop));
        Assert.Equal([PuntReason.ArpAccess], PuntsOf("from_access", Packets.Arp(AccessMac, DeviceMac, ArpMessage.Request(Mac(DeviceMac), Ip(Claimed), Ip("8.8.8.8"))), Act.Drop));
    }

    [Fact]
    public void FromAccess_OurBeaconFromTheUplink_IsReportedAndDropped()
    {
        Assert.Equal([PuntReason.Peer], PuntsOf("from_access", Beacon(UplinkMac), Act.Drop));
        _plane.AssertDropped("from_access", Beacon(UplinkMac), DropReason.BadSourceMac);
    }

    [Fact]
    public void FromAccess_AnyOtherFrameWithAMacOfOurs_IsNoBeacon()
    {
        Assert.Equal([], PuntsOf("from_access", Packets.Arp(Everybody, UplinkMac, ArpMessage.Probe(Mac(UplinkMac), Ip("137.118.199.2"))), Act.Drop));
        Assert.Equal([PuntReason.OwnMac], PuntsOf("from_access", Beacon(AccessMac), Act.Drop));
        Assert.Equal([], PuntsOf("from_access", Beacon("03:00:00:00:00:01"), Act.Drop));
    }

    private static byte[] Beacon(string source)
    {
        var frame = new byte[64];
        return frame[..new LanBeacon(7).Write(frame, Mac(source), Ip("137.118.199.2"))];
    }

    private delegate void Change(ref DataPlaneConfig config);

    private void Configure(Change change)
    {
        Assert.True(_plane.Bpf.Config.TryGet(0, out var config));
        change(ref config);
        _plane.Bpf.Config.Set(0, config);
    }

    private List<PuntReason> PuntsOf(string program, byte[] frame, Act expected)
    {
        var reasons = new List<PuntReason>();
        using var ring = _plane.Bpf.OpenPunts((in Punt punt, ReadOnlySpan<byte> _) => reasons.Add(punt.Reason));
        Assert.Equal(expected, _plane.Run(program, frame).Act);
        ring.Poll(TimeSpan.FromMilliseconds(10));
        return reasons;
    }
}
