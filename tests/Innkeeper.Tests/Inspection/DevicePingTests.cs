using Innkeeper.Bindings;
using Innkeeper.Inspection;
using Innkeeper.TestFrames;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Inspection;

/// <summary>The questions that a device is asked, and the frames that answer them.</summary>
public sealed class DevicePingTests
{
    private static readonly MacAddress s_device = MacAddress.Parse("02:00:00:00:01:01");
    private static readonly MacAddress s_gateway = MacAddress.Parse("02:00:00:00:00:a1");
    private static readonly PingTarget s_target = new(new ClaimedAddress(new Station(12, s_device), Ipv4Address.Parse("47.31.128.195")), Ipv4Address.Parse("47.31.128.1"));

    private static FramePath Back(ushort vlan = 12) => new(s_device, s_gateway, s_target.Claim.Address, s_target.As) { Vlan = vlan };

    [Fact]
    public void Questions_AreToTheDeviceAlone_InItsVlan_FromItsGateway()
    {
        var frame = new byte[128];
        Assert.True(EthernetPacket.TryParse(frame.AsSpan(0, DevicePing.WriteArp(frame, s_gateway, s_target)), out var arp));
        Assert.Equal((s_device, s_gateway, (ushort)12), (arp.Destination, arp.Source, arp.VlanId));
        Assert.True(ArpMessage.TryParse(arp.Payload, out var message));
        Assert.Equal(ArpMessage.Request(s_gateway, s_target.As, s_target.Claim.Address), message);

        var length = DevicePing.WriteEcho(frame, s_gateway, s_target, 7);
        Assert.True(EthernetPacket.TryParse(frame.AsSpan(0, length), out var echo));
        Assert.True(Ipv4Packet.TryParse(echo.Payload, out var packet));
        Assert.Equal((s_target.As, s_target.Claim.Address, echo.Payload.Length), (packet.Source, packet.Destination, packet.TotalLength));
        Assert.True(packet.HasValidHeaderChecksum);
        Assert.True(IcmpPacket.TryParse(packet.Payload, out var icmp));
        Assert.Equal((IcmpTypes.EchoRequest, (ushort)7), (icmp.Type, icmp.Identifier));
    }

    [Fact]
    public void Answers_OfThisDeviceToTheseQuestions_CountOnly()
    {
        var reply = ArpMessage.Reply(s_device, s_target.Claim.Address, s_gateway, s_target.As);
        Assert.Equal(DevicePing.Answered.Arp, DevicePing.Read(FrameBuilder.Arp(s_device, s_gateway, reply, 12), s_target, 7));
        Assert.Equal(DevicePing.Answered.Echo, DevicePing.Read(FrameBuilder.IcmpEcho(Back(), 7, 1, reply: true), s_target, 7));

        Assert.All(
            (byte[][])
            [
                FrameBuilder.Arp(s_device, s_gateway, reply, 13), FrameBuilder.Arp(s_gateway, s_gateway, reply, 12),
                FrameBuilder.Arp(s_device, s_gateway, ArpMessage.Request(s_device, s_target.Claim.Address, s_target.As), 12),
                FrameBuilder.IcmpEcho(Back(), 8, 1, reply: true), FrameBuilder.IcmpEcho(Back(), 7, 1), FrameBuilder.IcmpEcho(Back(vlan: 0), 7, 1, reply: true), [],
            ],
            frame => Assert.Equal(DevicePing.Answered.Nothing, DevicePing.Read(frame, s_target, 7)));
    }
}
