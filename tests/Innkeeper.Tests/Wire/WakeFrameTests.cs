using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public class WakeFrameTests
{
    private static readonly MacAddress s_own = MacAddress.Parse("02:00:00:00:00:0a");
    private static readonly MacAddress s_card = MacAddress.Parse("00:1b:21:0a:0b:0c");
    private static readonly Ipv4Address s_address = Ipv4Address.Parse("192.0.2.1");

    private static readonly string s_pattern = "FFFFFFFFFFFF" + string.Concat(Enumerable.Repeat("001B210A0B0C", 16));

    [Theory]
    [InlineData(0, "FFFFFFFFFFFF02000000000A0842")]
    [InlineData(12, "FFFFFFFFFFFF02000000000A8100000C0842")]
    public void WriteEthernet_IsThePatternInABroadcastFrame(ushort vlan, string header)
    {
        var frame = new byte[WakeFrame.MaxSize];
        var length = WakeFrame.WriteEthernet(frame, s_own, vlan, s_card);
        Assert.Equal(header + s_pattern, Convert.ToHexString(frame[..length]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4094)]
    public void WriteUdp_IsThePatternInADatagramToEveryone(ushort vlan)
    {
        var frame = new byte[WakeFrame.MaxSize];
        var length = WakeFrame.WriteUdp(frame, s_own, s_address, vlan, s_card);

        Assert.True(EthernetPacket.TryParse(frame.AsSpan(0, length), out var ethernet));
        Assert.Equal((MacAddress.Broadcast, s_own, EtherTypes.Ipv4, vlan), (ethernet.Destination, ethernet.Source, ethernet.EtherType, ethernet.VlanId));
        Assert.True(Ipv4Packet.TryParse(ethernet.Payload, out var packet));
        Assert.Equal((s_address, Ipv4Address.Broadcast, IpProtocol.Udp), (packet.Source, packet.Destination, packet.Protocol));
        Assert.True(UdpPacket.TryParse(packet.Payload, out var udp));
        Assert.Equal(((ushort)9, s_pattern), (udp.DestinationPort, Convert.ToHexString(udp.Payload)));
        Assert.Equal(vlan == 0 ? WakeFrame.MaxSize - 4 : WakeFrame.MaxSize, length);
    }
}
