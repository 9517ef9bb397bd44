using Innkeeper.Wire;

namespace Innkeeper.DataPlane.Tests.Services;

/// <summary>The gateway's own services, at whatever address a device asks.</summary>
public sealed class ServiceTests
{
    private const string Asked = "8.8.8.8";

    [Theory]
    [InlineData(Asked)]
    [InlineData(Plane.Gateway)]
    [InlineData(Plane.UplinkAddress)]
    [InlineData(Plane.TwinLegal)]
    public void Query_ToAnyAddress_GoesToTheService_WhichSeesTheAddressAsked(string asked)
    {
        using var plane = new Plane();
        byte[] data = [1, 2, 3, 4, 5];
        plane.AssertForwarded("from_access",
            Packets.Ipv4(Plane.AccessMac, Plane.DeviceMac, Plane.Claimed, asked, IpProtocol.Udp, Packets.Udp(Plane.Claimed, asked, 5353, 53, data)),
            Packets.Ipv4(Plane.StackMac, Plane.StackMac, Plane.Inside, asked, IpProtocol.Udp, Packets.Udp(Plane.Inside, asked, 5353, Plane.DnsPort, data)));
    }

    [Fact]
    public void Query_ByTcp_GoesToTheService()
    {
        using var plane = new Plane();
        plane.AssertForwarded("from_access",
            Packets.Ipv4(Plane.AccessMac, Plane.DeviceMac, Plane.Claimed, Asked, IpProtocol.Tcp, Packets.Tcp(Plane.Claimed, Asked, 5353, 53, 2)),
            Packets.Ipv4(Plane.StackMac, Plane.StackMac, Plane.Inside, Asked, IpProtocol.Tcp, Packets.Tcp(Plane.Inside, Asked, 5353, Plane.DnsPort, 2)));
    }

    [Fact]
    public void Query_WithoutUdpChecksum_StaysWithout()
    {
        using var plane = new Plane();
        plane.AssertForwarded("from_access",
            Packets.Ipv4(Plane.AccessMac, Plane.DeviceMac, Plane.Claimed, Asked, IpProtocol.Udp, Packets.Udp(Plane.Claimed, Asked, 5353, 53, [7], checksum: false)),
            Packets.Ipv4(Plane.StackMac, Plane.StackMac, Plane.Inside, Asked, IpProtocol.Udp, Packets.Udp(Plane.Inside, Asked, 5353, Plane.DnsPort, [7], checksum: false)));
    }

    [Fact]
    public void Query_WithItsTtlAtAnEnd_ReachesTheServiceAtTheGatewaysOwnAddressOnly()
    {
        using var plane = new Plane();
        plane.AssertForwarded("from_access",
            Packets.Ipv4(Plane.AccessMac, Plane.DeviceMac, Plane.Claimed, Plane.Gateway, IpProtocol.Udp, Packets.Udp(Plane.Claimed, Plane.Gateway, 5353, 53, [7]), ttl: 1),
            Packets.Ipv4(Plane.StackMac, Plane.StackMac, Plane.Inside, Plane.Gateway, IpProtocol.Udp, Packets.Udp(Plane.Inside, Plane.Gateway, 5353, Plane.DnsPort, [7]), ttl: 1));
        plane.AssertForwarded("from_access",
            Packets.Ipv4(Plane.AccessMac, Plane.DeviceMac, Plane.Claimed, Asked, IpProtocol.Udp, Packets.Udp(Plane.Claimed, Asked, 5353, 53, [7]), ttl: 1),
            Packets.Sealed(Packets.Ipv4(Plane.EdgeMac, Plane.EdgeMac, Plane.Inside, Asked, IpProtocol.Udp, Packets.Udp(Plane.Inside, Asked, 5353, 53, [7]), ttl: 1)));
    }

    [Fact]
    public void Query_OfAnUnknownSource_WaitsForItsBinding()
    {
        using var plane = new Plane();
        var (act, _) = plane.Run("from_access",
            Packets.Ipv4(Plane.AccessMac, Plane.DeviceMac, "10.9.9.9", Asked, IpProtocol.Udp, Packets.Udp("10.9.9.9", Asked, 5353, 53, [7])));
        Assert.Equal(Act.Drop, act);
    }

    [Theory]
    [InlineData(54, IpProtocol.Udp)]
    [InlineData(853, IpProtocol.Tcp)]
    public void Packet_ToAnotherPort_GoesItsWay(ushort port, byte protocol)
    {
        using var plane = new Plane();
        byte[] Segment(string source) => protocol == IpProtocol.Udp ? Packets.Udp(source, Asked, 5353, port, [7]) : Packets.Tcp(source, Asked, 5353, port, 0x10);
        var (act, frame) = plane.Run("from_access", Packets.Ipv4(Plane.AccessMac, Plane.DeviceMac, Plane.Claimed, Asked, protocol, Segment(Plane.Claimed)));
        Assert.Equal(Act.Redirect, act);
        Assert.Equal(Packets.Packet(Plane.Legal, Asked, protocol, Segment(Plane.Legal), ttl: 63), frame[EthernetHeader.Size..]);
    }

    [Fact]
    public void LaterFragment_ShowsNoPort_AndGoesItsWay()
    {
        using var plane = new Plane();
        var datagram = Packets.Udp(Plane.Claimed, Asked, 5353, 53, new byte[24]);
        var (act, frame) = plane.Run("from_access",
            Packets.Ipv4(Plane.AccessMac, Plane.DeviceMac, Plane.Claimed, Asked, IpProtocol.Udp, datagram, fragment: 3));
        Assert.Equal(Act.Redirect, act);
        Assert.Equal(Packets.Packet(Plane.Legal, Asked, IpProtocol.Udp, datagram, ttl: 63, fragment: 3), frame[EthernetHeader.Size..]);
    }

    [Theory]
    [InlineData(Asked)]
    [InlineData(Plane.TwinLegal)]
    [InlineData("100.64.0.1")]
    public void Answer_OfTheService_LeavesFromTheAddressAndPortAsked(string asked)
    {
        using var plane = new Plane();
        plane.AssertForwarded("from_stack",
            Packets.Ipv4("02:00:00:00:00:ff", Plane.StackMac, asked, Plane.Inside, IpProtocol.Udp, Packets.Udp(asked, Plane.Inside, Plane.DnsPort, 5353, [7])),
            Packets.Ipv4(Plane.DeviceMac, Plane.AccessMac, asked, Plane.Claimed, IpProtocol.Udp, Packets.Udp(asked, Plane.Claimed, 53, 5353, [7])), mark: Links.ServiceRoutes.Mark);
    }

    [Fact]
    public void Packet_OfAnotherThatHappensToUseTheServicesPort_KeepsIt()
    {
        using var plane = new Plane();
        plane.AssertForwarded("from_stack",
            Packets.Ipv4("02:00:00:00:00:ff", Plane.StackMac, Asked, Plane.Inside, IpProtocol.Udp, Packets.Udp(Asked, Plane.Inside, Plane.DnsPort, 5353, [7])),
            Packets.Ipv4(Plane.DeviceMac, Plane.AccessMac, Asked, Plane.Claimed, IpProtocol.Udp, Packets.Udp(Asked, Plane.Claimed, Plane.DnsPort, 5353, [7])));
    }

    [Fact]
    public void PrivateDns_OfAServerThatMayAnswer_GoesItsWay_AndOfASilentOneDoesNot()
    {
        using var plane = new Plane(flags: ConfigFlags.PrivateDns);
        var syn = Packets.Ipv4(Plane.AccessMac, Plane.DeviceMac, Plane.Claimed, Asked, IpProtocol.Tcp, Packets.Tcp(Plane.Claimed, Asked, 5353, 853, 2));
        var ack = Packets.Ipv4(Plane.AccessMac, Plane.DeviceMac, Plane.Claimed, Asked, IpProtocol.Tcp, Packets.Tcp(Plane.Claimed, Asked, 5353, 853, 0x10));
        Assert.Equal(Act.Redirect, plane.Run("from_access", syn).Act);

        plane.Table.MarkSilent(Ipv4Address.Parse(Asked), TimeSpan.FromDays(10_000));

        Assert.Equal(Act.Drop, plane.Run("from_access", syn).Act);
        Assert.Equal(Act.Redirect, plane.Run("from_access", ack).Act);
        plane.Table.MarkSilent(Ipv4Address.Parse(Asked), TimeSpan.Zero);
        Assert.Equal(Act.Redirect, plane.Run("from_access", syn).Act);
    }
}
