using Innkeeper.ControlPlane;
using Innkeeper.Wire;

namespace Innkeeper.Tests.ControlPlane;

public sealed class IcmpUnreachableTests
{
    private static readonly MacAddress s_device = new(0x061A5E000001);
    private static readonly MacAddress s_us = new(0x02000000000A);
    private static readonly Ipv4Address s_claimed = Ipv4Address.Parse("47.31.128.195");
    private static readonly Ipv4Address s_target = Ipv4Address.Parse("203.0.113.10");
    private static readonly Ipv4Address s_gateway = Ipv4Address.Parse("47.31.128.1");

    private readonly byte[] _answer = new byte[IcmpUnreachable.MaxFrameSize];

    private static byte[] Frame(byte protocol, byte[] payload, int fragmentOffset = 0, MacAddress? to = null, Ipv4Address? destination = null)
    {
        var frame = new byte[EthernetHeader.Size + Ipv4Header.Size + payload.Length];
        EthernetHeader.Write(frame, to ?? s_us, s_device, EtherTypes.Ipv4, 0);
        new Ipv4Header(s_claimed, destination ?? s_target, protocol) { FragmentOffset = fragmentOffset }.Write(frame.AsSpan(EthernetHeader.Size), payload.Length);
        payload.CopyTo(frame.AsSpan(EthernetHeader.Size + Ipv4Header.Size));
        return frame;
    }

    private int Refuse(byte[] frame, ushort vlan = 0) => IcmpUnreachable.Write(frame, vlan, s_us, s_gateway, IcmpUnreachable.HostUnreachable, _answer);

    [Fact]
    public void Write_Udp_IsHostUnreachableFromTheInferredGateway()
    {
        var refused = Frame(IpProtocol.Udp, new byte[12]);

        var length = Refuse(refused);

        Assert.True(EthernetPacket.TryParse(_answer.AsSpan(0, length), out var ethernet));
        Assert.Equal((s_device, s_us), (ethernet.Destination, ethernet.Source));
        Assert.True(Ipv4Packet.TryParse(ethernet.Payload, out var packet));
        Assert.Equal((s_gateway, s_claimed, IpProtocol.Icmp), (packet.Source, packet.Destination, packet.Protocol));
        Assert.True(packet.HasValidHeaderChecksum);
        Assert.True(IcmpPacket.TryParse(packet.Payload, out var icmp));
        Assert.Equal((IcmpTypes.DestinationUnreachable, IcmpUnreachable.HostUnreachable, true), (icmp.Type, icmp.Code, icmp.HasValidChecksum));
        Assert.Equal(refused.AsSpan(EthernetHeader.Size), icmp.Payload);
    }

    [Fact]
    public void Write_LongPacket_QuotesNoMoreThan576OctetsHold()
    {
        var length = Refuse(Frame(IpProtocol.Udp, new byte[1400]));

        Assert.Equal(EthernetHeader.Size + 576, length);
    }

    [Fact]
    public void Write_InAVlan_IsTagged()
    {
        var length = Refuse(Frame(IpProtocol.Udp, new byte[8]), vlan: 10);

        Assert.True(EthernetPacket.TryParse(_answer.AsSpan(0, length), out var ethernet));
        Assert.Equal(10, ethernet.VlanId);
    }

    [Fact]
    public void Write_WhatMustNotBeAnswered_IsNot()
    {
        Assert.Equal(0, Refuse(Frame(IpProtocol.Icmp, [IcmpTypes.DestinationUnreachable, 1, 0, 0, 0, 0, 0, 0])));
        Assert.Equal(0, Refuse(Frame(IpProtocol.Icmp, [])));
        Assert.Equal(0, Refuse(Frame(IpProtocol.Udp, new byte[8], fragmentOffset: 8)));
        Assert.Equal(0, Refuse(Frame(IpProtocol.Udp, new byte[8], to: MacAddress.Broadcast)));
        Assert.Equal(0, Refuse(Frame(IpProtocol.Udp, new byte[8], destination: Ipv4Address.Of(224, 0, 0, 1))));
        Assert.Equal(0, Refuse(Frame(IpProtocol.Udp, new byte[8], destination: Ipv4Address.Broadcast)));
        Assert.NotEqual(0, Refuse(Frame(IpProtocol.Icmp, [IcmpTypes.EchoRequest, 0, 0, 0, 0, 0, 0, 0])));
    }

    [Fact]
    public void WriteReset_OfASyn_RefusesItInTheServersName()
    {
        var segment = new byte[TcpHeader.Size];
        new TcpHeader(40000, 853, TcpControl.Syn) { SequenceNumber = uint.MaxValue }.Write(segment, s_claimed, s_target, []);

        var length = IcmpUnreachable.WriteReset(Frame(IpProtocol.Tcp, segment), 0, s_us, _answer);

        Assert.True(EthernetPacket.TryParse(_answer.AsSpan(0, length), out var ethernet));
        Assert.True(Ipv4Packet.TryParse(ethernet.Payload, out var packet));
        Assert.Equal((s_target, s_claimed), (packet.Source, packet.Destination));
        Assert.True(TcpPacket.TryParse(packet.Payload, out var tcp));
        Assert.Equal((853, 40000, TcpControl.Rst | TcpControl.Ack, 0u), (tcp.SourcePort, tcp.DestinationPort, tcp.Flags, tcp.AcknowledgmentNumber));
    }

    [Fact]
    public void WriteReset_OfWhatIsNoSyn_IsNothing()
    {
        var segment = new byte[TcpHeader.Size];
        new TcpHeader(40000, 853, TcpControl.Ack).Write(segment, s_claimed, s_target, []);
        Assert.Equal(0, IcmpUnreachable.WriteReset(Frame(IpProtocol.Tcp, segment), 0, s_us, _answer));
        Assert.Equal(0, IcmpUnreachable.WriteReset(Frame(IpProtocol.Udp, new byte[20]), 0, s_us, _answer));
        Assert.Equal(0, IcmpUnreachable.WriteReset(Frame(IpProtocol.Tcp, []), 0, s_us, _answer));
    }

    [Fact]
    public void Write_AnyTruncation_NeverFails()
    {
        var frame = Frame(IpProtocol.Icmp, [IcmpTypes.EchoRequest, 0, 0, 0, 0, 0, 0, 0]);
        for (var length = 0; length < frame.Length; length++)
        {
            Refuse(frame[..length]);
        }
    }
}
