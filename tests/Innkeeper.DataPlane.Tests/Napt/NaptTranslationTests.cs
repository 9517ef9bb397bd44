using System.Buffers.Binary;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.NaptHarness;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Napt;

/// <summary>Devices that share a legal address: what leaves, what comes back, which ports (RFC 4787, 5382, 5508).</summary>
public sealed class NaptTranslationTests : IDisposable
{
    private readonly NaptHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    [Fact]
    public void Device_ThatSpeaksIsAnsweredAndGoesOn_IsConfirmed_AndNotBefore()
    {
        var port = _harness.AssertUdpLeaves(4000);
        _harness.AssertUdpLeaves(4000);
        Assert.False(_harness.Plane.Table.IsConfirmed(2));
        _harness.AssertArrives(Datagram.Udp(Server, 123, SharedAddress, port), Datagram.Udp(Server, 123, Claimed, 4000));
        Assert.False(_harness.Plane.Table.IsConfirmed(2));
        _harness.AssertUdpLeaves(4000);
        Assert.True(_harness.Plane.Table.IsConfirmed(2));
    }

    [Fact]
    public void Udp_OutAndBack_IsTranslatedOctetForOctet()
    {
        var port = _harness.AssertUdpLeaves(4000);
        _harness.AssertArrives(Datagram.Udp(Server, 123, SharedAddress, port), Datagram.Udp(Server, 123, Claimed, 4000));
    }

    [Fact]
    public void Tcp_OutAndBack_IsTranslatedOctetForOctet()
    {
        var port = _harness.AssertTcpLeaves(4000, Syn);
        _harness.AssertTcpArrives(port, 4000, SynAck);
        Assert.Equal(port, _harness.AssertTcpLeaves(4000, Ack));
    }

    [Fact]
    public void Ping_OutAndBack_HasAnIdentifierOfItsOwn()
    {
        var id = _harness.AssertLeaves(Datagram.Ping(Claimed, Server, 7));
        _harness.AssertArrives(Datagram.Ping(Server, SharedAddress, id, Datagram.EchoReply), Datagram.Ping(Server, Claimed, 7, Datagram.EchoReply));
    }

    [Fact]
    public void UdpWithoutChecksum_OutAndBack_StaysWithout()
    {
        var outgoing = Packets.Ipv4(AccessMac, DeviceMac, Claimed, Server, IpProtocol.Udp, Packets.Udp(Claimed, Server, 4000, 123, [1, 2], checksum: false));
        var (act, frame) = _harness.Plane.Run("from_access", outgoing);
        Assert.Equal(Act.Redirect, act);
        var port = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(34));
        AssertFrame(
            Packets.Ipv4(AccessMac, DeviceMac, SharedAddress, Server, IpProtocol.Udp, Packets.Udp(SharedAddress, Server, port, 123, [1, 2], checksum: false), 63),
            frame);
        _harness.Plane.AssertForwarded(
            "from_uplink",
            Packets.Ipv4(UplinkMac, RouterMac, Server, SharedAddress, IpProtocol.Udp, Packets.Udp(Server, SharedAddress, 123, port, [1, 2], checksum: false)),
            Packets.Ipv4(DeviceMac, AccessMac, Server, Claimed, IpProtocol.Udp, Packets.Udp(Server, Claimed, 123, 4000, [1, 2], checksum: false), 63));
    }

    [Fact]
    public void Mapping_IsTheSameToEveryDestination()
    {
        Assert.Equal(_harness.AssertUdpLeaves(4000), _harness.AssertUdpLeaves(4000, to: OtherServer));
        Assert.Equal(_harness.AssertTcpLeaves(4000, Syn), _harness.AssertTcpLeaves(4000, Syn, OtherServer, 443));
        Assert.Equal(_harness.AssertLeaves(Datagram.Ping(Claimed, Server, 7)), _harness.AssertLeaves(Datagram.Ping(Claimed, OtherServer, 7)));
    }

    [Fact]
    public void Mapping_LetsEverybodyIn_WhereTheProfileDoes()
    {
        var port = _harness.AssertUdpLeaves(4000);
        _harness.AssertArrives(Datagram.Udp(OtherServer, 9, SharedAddress, port), Datagram.Udp(OtherServer, 9, Claimed, 4000));
    }

    [Fact]
    public void Mapping_WithoutInbound_LetsThoseInThatWereSpokenTo()
    {
        using var harness = new NaptHarness(inbound: false);
        var port = harness.AssertUdpLeaves(4000);
        harness.AssertArrives(Datagram.Udp(Server, 9, SharedAddress, port), Datagram.Udp(Server, 9, Claimed, 4000));
        harness.AssertKeptOut(Datagram.Udp(OtherServer, 123, SharedAddress, port), DropReason.InboundRefused);

        // Who was spoken to from one port may not speak to another.
        var other = harness.AssertUdpLeaves(4002, to: OtherServer);
        harness.AssertKeptOut(Datagram.Udp(Server, 123, SharedAddress, other), DropReason.InboundRefused);
        harness.AssertKeptOut(Datagram.Udp(OtherServer, 123, SharedAddress, port), DropReason.InboundRefused);
    }

    [Fact]
    public void SynFromAContact_CrossesOursInASimultaneousOpen()
    {
        using var harness = new NaptHarness(inbound: false);
        var port = harness.AssertTcpLeaves(4000, Syn);
        harness.AssertTcpArrives(port, 4000, Syn);
        Assert.Equal(MappingState.Established, harness.StateOf(port));
        harness.AssertKeptOut(Datagram.Tcp(OtherServer, 80, SharedAddress, port, Syn), DropReason.InboundRefused);
    }

    [Fact]
    public void SameAddressOnTwoMacs_GetDifferentPorts_AndTheirOwnAnswers()
    {
        var one = _harness.AssertUdpLeaves(4000);
        var two = _harness.AssertUdpLeaves(4000, TwinMac);
        Assert.NotEqual(one, two);
        _harness.AssertArrives(Datagram.Udp(Server, 123, SharedAddress, one), Datagram.Udp(Server, 123, Claimed, 4000));
        _harness.AssertArrives(Datagram.Udp(Server, 123, SharedAddress, two), Datagram.Udp(Server, 123, Claimed, 4000), TwinMac);
    }

    [Fact]
    public void Ports_KeepParityAndClass()
    {
        for (ushort port = 1000; port < 1048; port++)
        {
            foreach (var outside in (ushort[])[_harness.AssertUdpLeaves(port), _harness.AssertTcpLeaves(port, Syn), _harness.AssertTcpLeaves(port, Syn, mac: TwinMac)])
            {
                Assert.Equal(port & 1, outside & 1);
                Assert.Equal(port < 1024, outside < 1024);
            }
        }
    }

    [Fact]
    public void LowPort_IsItselfWhereNobodyHasIt()
    {
        Assert.Equal(500, _harness.AssertUdpLeaves(500));
        Assert.InRange(_harness.AssertUdpLeaves(500, TwinMac), 1, 1023);
    }

    [Fact]
    public void SamePortOfTwoProtocols_AreTwoMappings()
    {
        var udp = _harness.AssertUdpLeaves(4000);
        var tcp = _harness.AssertTcpLeaves(4000, Syn);
        var neither = ((int[])[udp ^ 2, udp ^ 4]).First(port => port != tcp);
        _harness.AssertKeptOut(Datagram.Tcp(Server, 80, SharedAddress, (ushort)neither, Ack), DropReason.NoMapping);
        _harness.AssertArrives(Datagram.Udp(Server, 123, SharedAddress, udp), Datagram.Udp(Server, 123, Claimed, 4000));
        _harness.AssertTcpArrives(tcp, 4000, SynAck);
    }

    [Theory]
    [InlineData(IpProtocol.Gre)]
    [InlineData(IpProtocol.Esp)]
    [InlineData(IpProtocol.Sctp)]
    public void ProtocolWithoutPorts_IsToldByTheRemote(byte protocol)
    {
        _harness.AssertLeaves(new Datagram(Claimed, Server, protocol));
        _harness.AssertLeaves(new Datagram(Claimed, OtherServer, protocol), TwinMac);
        _harness.AssertArrives(new Datagram(Server, SharedAddress, protocol), new Datagram(Server, Claimed, protocol));
        _harness.AssertArrives(new Datagram(OtherServer, SharedAddress, protocol), new Datagram(OtherServer, Claimed, protocol), TwinMac);
        _harness.AssertRefused(new Datagram(Claimed, Server, protocol), DropReason.RemoteTaken, TwinMac);
        _harness.AssertKeptOut(new Datagram("203.0.113.99", SharedAddress, protocol), DropReason.NoMapping);
        Assert.Contains(_harness.Plane.Punts(), p => p.Reason == PuntReason.Refused);
    }

    [Fact]
    public void WhatHasNoMapping_IsKeptOut()
    {
        _harness.AssertKeptOut(Datagram.Udp(Server, 123, SharedAddress, 30000), DropReason.NoMapping);
        _harness.AssertKeptOut(Datagram.Tcp(Server, 80, SharedAddress, 30000, Syn), DropReason.NoMapping);
        _harness.AssertKeptOut(Datagram.Ping(Server, SharedAddress, 9, Datagram.EchoReply), DropReason.NoMapping);
        _harness.AssertKeptOut(Datagram.Ping(Server, SharedAddress, 9), DropReason.Unmappable);
    }

    [Fact]
    public void OtherIcmp_FromADevice_IsRefusedAndTold()
    {
        _harness.AssertRefused(Datagram.Ping(Claimed, Server, 7, 10), DropReason.Unmappable);
        Assert.Contains(_harness.Plane.Punts(), p => p.Reason == PuntReason.Refused);
    }

    [Fact]
    public void EchoReply_WithoutAMapping_MakesNone()
    {
        _harness.AssertRefused(Datagram.Ping(Claimed, Server, 7, Datagram.EchoReply), DropReason.NoMapping);
        Assert.Empty(_harness.Plane.Mappings());
    }

    [Fact]
    public void AddressOfItsOwn_BesideTheShared_TakesWhatIsNew_AndLeavesWhatIsMapped()
    {
        using var harness = new NaptHarness(inbound: false);
        var port = harness.AssertUdpLeaves(4000);
        harness.Plane.Rewrite(2, DeviceMac, Claimed, SharedAddress, "137.118.199.62");
        Assert.Equal(port, harness.AssertUdpLeaves(4000));

        harness.Plane.AssertForwarded(
            "from_access",
            Datagram.Udp(Claimed, 4001, OtherServer, 123).Frame(AccessMac, DeviceMac),
            Datagram.Udp("137.118.199.62", 4001, OtherServer, 123).Hop().Frame(AccessMac, DeviceMac));
        harness.AssertArrives(Datagram.Udp(OtherServer, 123, "137.118.199.62", 4001), Datagram.Udp(OtherServer, 123, Claimed, 4001));
        harness.AssertArrives(Datagram.Udp(Server, 123, SharedAddress, port), Datagram.Udp(Server, 123, Claimed, 4000));
        harness.AssertKeptOut(Datagram.Udp(Server, 123, "137.118.199.62", 4001), DropReason.InboundRefused);
    }
}
