using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Uplink;

/// <summary>
/// VLAN 0 is no VLAN (IEEE 802.1Q 6.9.1). The tag is in the frame here; the kernel takes it out of received frames, which
/// UplinkArpTests tries in namespaces.
/// </summary>
public sealed class PriorityTagTests : IDisposable
{
    private const string Everybody = "ff:ff:ff:ff:ff:ff";
    private const ushort ServiceTag = 0x88a8;

    private static readonly byte[] s_data = [1, 2, 3, 4, 5, 6, 7];

    private readonly Plane _plane = new();

    public void Dispose() => _plane.Dispose();

    private static Ipv4Address Ip(string text) => Ipv4Address.Parse(text);

    private static MacAddress Mac(string text) => MacAddress.Parse(text);

    private static byte[] FromRouter(string destination = Legal) =>
        Packets.Ipv4(UplinkMac, RouterMac, Server, destination, IpProtocol.Udp, Packets.Udp(Server, destination, 123, 4000, s_data));

    private static byte[] Request => Packets.Arp(Everybody, RouterMac, ArpMessage.Request(Mac(RouterMac), Ip("137.118.199.1"), Ip(Legal)));

    [Theory]
    [InlineData(0x0000)]
    [InlineData(0x6000)]
    [InlineData(0xf000)]
    public void FromUplink_IsAsUntagged(ushort tci)
    {
        _plane.AssertForwarded(
            "from_uplink", Packets.WithTag(FromRouter(), tci),
            Packets.Ipv4(DeviceMac, AccessMac, Server, Claimed, IpProtocol.Udp, Packets.Udp(Server, Claimed, 123, 4000, s_data), 63));
        _plane.AssertForwarded(
            "from_uplink", Packets.WithTag(Request, tci),
            Packets.Arp(RouterMac, UplinkMac, ArpMessage.Reply(Mac(UplinkMac), Ip(Legal), Mac(RouterMac), Ip("137.118.199.1"))));
    }

    /// <summary>What is the host's reaches it without the tag, as which it counts there, too.</summary>
    [Fact]
    public void FromUplink_ForTheHost_Passes()
    {
        var (act, frame) = _plane.Run("from_uplink", Packets.WithTag(FromRouter(UplinkAddress), 0x6000));
        Assert.Equal(Act.Ok, act);
        Assert.Equal(FromRouter(UplinkAddress), frame);
    }

    [Theory]
    [InlineData(0x0001, EtherTypes.Vlan)]
    [InlineData(0x6064, EtherTypes.Vlan)]
    [InlineData(0x6000, ServiceTag)]
    public void FromUplink_OfAVlan_IsTheHosts(ushort tci, ushort type) => AssertUntouched(Packets.WithTag(FromRouter(), tci, type));

    [Theory]
    [InlineData(0x0000, EtherTypes.Vlan)]
    [InlineData(0x0001, EtherTypes.Vlan)]
    [InlineData(0x0000, ServiceTag)]
    public void FromUplink_PriorityTagBeforeAnotherTag_IsTheHosts(ushort tci, ushort type) =>
        AssertUntouched(Packets.WithTag(Packets.WithTag(FromRouter(), tci, type), 0x6000));

    [Fact]
    public void FromUplink_CutOffAfterTheTag_IsTheHosts() => AssertUntouched(Packets.WithTag(FromRouter(), 0x6000)[..16]);

    [Fact]
    public void FromAccess_IsAsUntagged()
    {
        var sent = Packets.Ipv4(AccessMac, DeviceMac, Claimed, Server, IpProtocol.Udp, Packets.Udp(Claimed, Server, 4000, 123, s_data));
        _plane.AssertForwarded(
            "from_access", Packets.WithTag(sent, 0x6000), Packets.Ipv4(AccessMac, DeviceMac, Legal, Server, IpProtocol.Udp, Packets.Udp(Legal, Server, 4000, 123, s_data), 63));
        _plane.AssertForwarded(
            "from_access",
            Packets.WithTag(Packets.Arp(Everybody, DeviceMac, ArpMessage.Request(Mac(DeviceMac), Ip(Claimed), Ip(Gateway))), 0x6000),
            Packets.Arp(DeviceMac, AccessMac, ArpMessage.Reply(Mac(AccessMac), Ip(Gateway), Mac(DeviceMac), Ip(Claimed))));
        _plane.AssertDropped("from_access", Packets.WithTag(Packets.WithTag(sent, 5), 0x6000), DropReason.Ethertype);
    }

    [Fact]
    public void OneArm_IsAsUntagged()
    {
        using var plane = new Plane(flags: ConfigFlags.OneArm);
        plane.AssertForwarded(
            "from_access",
            Packets.WithTag(Packets.Ipv4(UplinkMac, DeviceMac, Claimed, Server, IpProtocol.Udp, Packets.Udp(Claimed, Server, 4000, 123, s_data)), 0x6000),
            Packets.Ipv4(UplinkMac, DeviceMac, Legal, Server, IpProtocol.Udp, Packets.Udp(Legal, Server, 4000, 123, s_data), 63));
        plane.AssertForwarded(
            "from_access",
            Packets.WithTag(Packets.Arp(Everybody, DeviceMac, ArpMessage.Request(Mac(DeviceMac), Ip(Claimed), Ip(Gateway))), 0x6000),
            Packets.Arp(DeviceMac, UplinkMac, ArpMessage.Reply(Mac(UplinkMac), Ip(Gateway), Mac(DeviceMac), Ip(Claimed))));
        plane.AssertForwarded(
            "from_uplink", Packets.WithTag(FromRouter(), 0x6000),
            Packets.Ipv4(DeviceMac, UplinkMac, Server, Claimed, IpProtocol.Udp, Packets.Udp(Server, Claimed, 123, 4000, s_data), 63));
    }

    private void AssertUntouched(byte[] frame)
    {
        var (act, result) = _plane.Run("from_uplink", frame);
        Assert.Equal(Act.Ok, act);
        Assert.Equal(frame, result);
    }
}
