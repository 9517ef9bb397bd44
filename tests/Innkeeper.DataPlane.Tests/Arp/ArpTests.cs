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
}
