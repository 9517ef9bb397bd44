using System.Buffers.Binary;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.NaptBench;
using static Innkeeper.DataPlane.Tests.Plane;

namespace Innkeeper.DataPlane.Tests;

/// <summary>Devices that share a legal address: what leaves, what comes back, which ports (RFC 4787, 5382, 5508).</summary>
public sealed class NaptTranslationTests : IDisposable
{
    private readonly NaptBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Device_ThatSpeaksIsAnsweredAndGoesOn_IsConfirmed_AndNotBefore()
    {
        var port = _bench.Udp(4000);
        _bench.Udp(4000);
        Assert.False(_bench.Plane.Table.IsConfirmed(2));
        _bench.Arrives(Datagram.Udp(Server, 123, SharedAddress, port), Datagram.Udp(Server, 123, Claimed, 4000));
        Assert.False(_bench.Plane.Table.IsConfirmed(2));
        _bench.Udp(4000);
        Assert.True(_bench.Plane.Table.IsConfirmed(2));
    }

    [Fact]
    public void Udp_OutAndBack_IsTranslatedOctetForOctet()
    {
        var port = _bench.Udp(4000);
        _bench.Arrives(Datagram.Udp(Server, 123, SharedAddress, port), Datagram.Udp(Server, 123, Claimed, 4000));
    }

    [Fact]
    public void Tcp_OutAndBack_IsTranslatedOctetForOctet()
    {
        var port = _bench.Tcp(4000, Syn);
        _bench.TcpIn(port, 4000, SynAck);
        Assert.Equal(port, _bench.Tcp(4000, Ack));
    }

    [Fact]
    public void Ping_OutAndBack_HasAnIdentifierOfItsOwn()
    {
        var id = _bench.Leaves(Datagram.Ping(Claimed, Server, 7));
        _bench.Arrives(Datagram.Ping(Server, SharedAddress, id, Datagram.EchoReply), Datagram.Ping(Server, Claimed, 7, Datagram.EchoReply));
    }

    [Fact]
    public void UdpWithoutChecksum_OutAndBack_StaysWithout()
    {
        var outgoing = Packets.Ipv4(AccessMac, DeviceMac, Claimed, Server, IpProtocol.Udp, Packets.Udp(Claimed, Server, 4000, 123, [1, 2], checksum: false));
        var (act, frame) = _bench.Plane.Run("from_access", outgoing);
        Assert.Equal(Act.Redirect, act);
        var port = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(34));
        AssertFrame(
            Packets.Ipv4(AccessMac, DeviceMac, SharedAddress, Server, IpProtocol.Udp, Packets.Udp(SharedAddress, Server, port, 123, [1, 2], checksum: false), 63),
            frame);
        _bench.Plane.AssertForwarded(
            "from_uplink",
            Packets.Ipv4(UplinkMac, RouterMac, Server, SharedAddress, IpProtocol.Udp, Packets.Udp(Server, SharedAddress, 123, port, [1, 2], checksum: false)),
            Packets.Ipv4(DeviceMac, AccessMac, Server, Claimed, IpProtocol.Udp, Packets.Udp(Server, Claimed, 123, 4000, [1, 2], checksum: false), 63));
    }

    [Fact]
    public void Mapping_IsTheSameToEveryDestination()
    {
        Assert.Equal(_bench.Udp(4000), _bench.Udp(4000, to: OtherServer));
        Assert.Equal(_bench.Tcp(4000, Syn), _bench.Tcp(4000, Syn, OtherServer, 443));
        Assert.Equal(_bench.Leaves(Datagram.Ping(Claimed, Server, 7)), _bench.Leaves(Datagram.Ping(Claimed, OtherServer, 7)));
    }

    [Fact]
    public void Mapping_LetsEverybodyIn_WhereTheProfileDoes()
    {
        var port = _bench.Udp(4000);
        _bench.Arrives(Datagram.Udp(OtherServer, 9, SharedAddress, port), Datagram.Udp(OtherServer, 9, Claimed, 4000));
    }

    [Fact]
    public void Mapping_WithoutInbound_LetsThoseInThatWereSpokenTo()
    {
        using var bench = new NaptBench(inbound: false);
        var port = bench.Udp(4000);
        bench.Arrives(Datagram.Udp(Server, 9, SharedAddress, port), Datagram.Udp(Server, 9, Claimed, 4000));
        bench.IsKeptOut(Datagram.Udp(OtherServer, 123, SharedAddress, port), DropReason.InboundRefused);

        // Who was spoken to from one port may not speak to another.
        var other = bench.Udp(4002, to: OtherServer);
        bench.IsKeptOut(Datagram.Udp(Server, 123, SharedAddress, other), DropReason.InboundRefused);
        bench.IsKeptOut(Datagram.Udp(OtherServer, 123, SharedAddress, port), DropReason.InboundRefused);
    }

    [Fact]
    public void SynFromAContact_CrossesOursInASimultaneousOpen()
    {
        using var bench = new NaptBench(inbound: false);
        var port = bench.Tcp(4000, Syn);
        bench.TcpIn(port, 4000, Syn);
        Assert.Equal(MappingState.Established, bench.StateOf(port));
        bench.IsKeptOut(Datagram.Tcp(OtherServer, 80, SharedAddress, port, Syn), DropReason.InboundRefused);
    }

    [Fact]
    public void SameAddressOnTwoMacs_GetDifferentPorts_AndTheirOwnAnswers()
    {
        var one = _bench.Udp(4000);
        var two = _bench.Udp(4000, TwinMac);
        Assert.NotEqual(one, two);
        _bench.Arrives(Datagram.Udp(Server, 123, SharedAddress, one), Datagram.Udp(Server, 123, Claimed, 4000));
        _bench.Arrives(Datagram.Udp(Server, 123, SharedAddress, two), Datagram.Udp(Server, 123, Claimed, 4000), TwinMac);
    }

    [Fact]
    public void Ports_KeepParityAndClass()
    {
        for (ushort port = 1000; port < 1048; port++)
        {
            foreach (var outside in (ushort[])[_bench.Udp(port), _bench.Tcp(port, Syn), _bench.Tcp(port, Syn, mac: TwinMac)])
            {
                Assert.Equal(port & 1, outside & 1);
                Assert.Equal(port < 1024, outside < 1024);
            }
        }
    }

    [Fact]
    public void LowPort_IsItselfWhereNobodyHasIt()
    {
        Assert.Equal(500, _bench.Udp(500));
        Assert.InRange(_bench.Udp(500, TwinMac), 1, 1023);
    }

    [Fact]
    public void SamePortOfTwoProtocols_AreTwoMappings()
    {
        var udp = _bench.Udp(4000);
        var tcp = _bench.Tcp(4000, Syn);
        var neither = ((int[])[udp ^ 2, udp ^ 4]).First(port => port != tcp);
        _bench.IsKeptOut(Datagram.Tcp(Server, 80, SharedAddress, (ushort)neither, Ack), DropReason.NoMapping);
        _bench.Arrives(Datagram.Udp(Server, 123, SharedAddress, udp), Datagram.Udp(Server, 123, Claimed, 4000));
        _bench.TcpIn(tcp, 4000, SynAck);
    }

    [Theory]
    [InlineData(IpProtocol.Gre)]
    [InlineData(IpProtocol.Esp)]
    [InlineData(IpProtocol.Sctp)]
    public void ProtocolWithoutPorts_IsToldByTheRemote(byte protocol)
    {
        _bench.Leaves(new Datagram(Claimed, Server, protocol));
        _bench.Leaves(new Datagram(Claimed, OtherServer, protocol), TwinMac);
        _bench.Arrives(new Datagram(Server, SharedAddress, protocol), new Datagram(Server, Claimed, protocol));
        _bench.Arrives(new Datagram(OtherServer, SharedAddress, protocol), new Datagram(OtherServer, Claimed, protocol), TwinMac);
        _bench.IsRefused(new Datagram(Claimed, Server, protocol), DropReason.RemoteTaken, TwinMac);
        _bench.IsKeptOut(new Datagram("203.0.113.99", SharedAddress, protocol), DropReason.NoMapping);
        Assert.Contains(_bench.Plane.Punts(), p => p.Reason == PuntReason.Refused);
    }

    [Fact]
    public void WhatHasNoMapping_IsKeptOut()
    {
        _bench.IsKeptOut(Datagram.Udp(Server, 123, SharedAddress, 30000), DropReason.NoMapping);
        _bench.IsKeptOut(Datagram.Tcp(Server, 80, SharedAddress, 30000, Syn), DropReason.NoMapping);
        _bench.IsKeptOut(Datagram.Ping(Server, SharedAddress, 9, Datagram.EchoReply), DropReason.NoMapping);
        _bench.IsKeptOut(Datagram.Ping(Server, SharedAddress, 9), DropReason.Unmappable);
    }

    [Fact]
    public void OtherIcmp_FromADevice_IsRefusedAndTold()
    {
        _bench.IsRefused(Datagram.Ping(Claimed, Server, 7, 10), DropReason.Unmappable);
        Assert.Contains(_bench.Plane.Punts(), p => p.Reason == PuntReason.Refused);
    }

    [Fact]
    public void EchoReply_WithoutAMapping_MakesNone()
    {
        _bench.IsRefused(Datagram.Ping(Claimed, Server, 7, Datagram.EchoReply), DropReason.NoMapping);
        Assert.Empty(_bench.Plane.Mappings());
    }

    [Fact]
    public void AddressOfItsOwn_BesideTheShared_TakesWhatIsNew_AndLeavesWhatIsMapped()
    {
        using var bench = new NaptBench(inbound: false);
        var port = bench.Udp(4000);
        bench.Plane.Rewrite(2, DeviceMac, Claimed, SharedAddress, "137.118.199.62");
        Assert.Equal(port, bench.Udp(4000));

        bench.Plane.AssertForwarded(
            "from_access",
            Datagram.Udp(Claimed, 4001, OtherServer, 123).Frame(AccessMac, DeviceMac),
            Datagram.Udp("137.118.199.62", 4001, OtherServer, 123).Hop().Frame(AccessMac, DeviceMac));
        bench.Arrives(Datagram.Udp(OtherServer, 123, "137.118.199.62", 4001), Datagram.Udp(OtherServer, 123, Claimed, 4001));
        bench.Arrives(Datagram.Udp(Server, 123, SharedAddress, port), Datagram.Udp(Server, 123, Claimed, 4000));
        bench.IsKeptOut(Datagram.Udp(Server, 123, "137.118.199.62", 4001), DropReason.InboundRefused);
    }
}
