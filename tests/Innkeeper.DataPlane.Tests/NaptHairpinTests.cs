using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.NaptBench;
using static Innkeeper.DataPlane.Tests.Plane;

namespace Innkeeper.DataPlane.Tests;

/// <summary>
/// Device to device by what they have outside (RFC 4787 REQ-9, RFC 5382 REQ-8, RFC 5508 REQ-7), each on a shared address or on
/// one of its own: the receiver sees the sender's outside address and port.
/// </summary>
public sealed class NaptHairpinTests
{
    public static TheoryData<string, string, byte, bool> Combinations()
    {
        var all = new TheoryData<string, string, byte, bool>();
        foreach (var from in (string[])[DeviceMac, OwnMac])
        {
            foreach (var to in (string[])[TwinMac, OtherOwnMac])
            {
                foreach (var protocol in (byte[])[IpProtocol.Udp, IpProtocol.Tcp])
                {
                    all.Add(from, to, protocol, true);
                    all.Add(from, to, protocol, false);
                }
            }
        }

        return all;
    }

    private static Datagram Packet(byte protocol, string source, ushort sourcePort, string destination, ushort destinationPort, byte flags = Ack) =>
        protocol == IpProtocol.Udp ? Datagram.Udp(source, sourcePort, destination, destinationPort) : Datagram.Tcp(source, sourcePort, destination, destinationPort, flags);

    /// <summary>What a device is outside when it speaks from a port; made by a packet to the server.</summary>
    private static (string Address, ushort Port) OutsideOf(NaptBench bench, string mac, byte protocol, ushort port)
    {
        var packet = Packet(protocol, ClaimedOf(mac), port, Server, 80, Syn);
        switch (mac)
        {
            case OwnMac or OtherOwnMac:
                Assert.Equal(Act.Redirect, bench.Plane.Run("from_access", packet.Frame(AccessMac, mac)).Act);
                return (mac == OwnMac ? Legal : TwinLegal, port);
            default:
                return (SharedAddress, bench.Leaves(packet, mac));
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void PacketAnswerAndErrors_CrossWithOutsideAddresses(string from, string to, byte protocol, bool inbound)
    {
        using var bench = new NaptBench(inbound: inbound);
        var (fromAddress, fromPort) = OutsideOf(bench, from, protocol, 4000);
        var (toAddress, toPort) = OutsideOf(bench, to, protocol, 5001);
        var call = Packet(protocol, ClaimedOf(from), 4000, toAddress, toPort);
        var called = Packet(protocol, fromAddress, fromPort, ClaimedOf(to), 5001);
        var answer = Packet(protocol, ClaimedOf(to), 5001, fromAddress, fromPort);
        var answered = Packet(protocol, toAddress, toPort, ClaimedOf(from), 4000);
        if (!inbound)
        {
            // Address-dependent: the receiver must have spoken to the sender's address first.
            bench.IsRefused(call, DropReason.InboundRefused, from);
            bench.Crosses(answer, answered, to, from);
        }

        bench.Crosses(call, called, from, to);
        bench.Crosses(answer, answered, to, from);
        bench.Crosses(
            Datagram.Error(ClaimedOf(to), called.Hop()),
            Datagram.Error(toAddress, call.Hop()) with { Destination = ClaimedOf(from) }, to, from);
        bench.Crosses(
            Datagram.Error(ClaimedOf(from), answered.Hop(), 64),
            Datagram.Error(fromAddress, answer.Hop(), 64) with { Destination = ClaimedOf(to) }, from, to);
    }

    [Fact]
    public void Device_ReachesItselfByItsOutsidePort()
    {
        using var bench = new NaptBench();
        var here = bench.Udp(4000);
        var there = bench.Udp(5001);
        bench.Crosses(Datagram.Udp(Claimed, 4000, SharedAddress, there), Datagram.Udp(SharedAddress, here, Claimed, 5001), DeviceMac, DeviceMac);
    }

    [Fact]
    public void Ping_CrossesToAnAddressOfItsOwn_AndIsAnsweredByTheMapping()
    {
        using var bench = new NaptBench();
        var id = bench.Leaves(Datagram.Ping(Claimed, Server, 7));
        bench.Crosses(Datagram.Ping(Claimed, Legal, 7), Datagram.Ping(SharedAddress, OwnClaimed, id), DeviceMac, OwnMac);
        bench.Crosses(
            Datagram.Ping(OwnClaimed, SharedAddress, id, Datagram.EchoReply), Datagram.Ping(Legal, Claimed, 7, Datagram.EchoReply), OwnMac, DeviceMac);
        bench.IsRefused(Datagram.Ping(Claimed, SharedAddress, 7), DropReason.Unmappable);
    }

    [Fact]
    public void Isolation_HoldsBehindASharedAddress()
    {
        using var bench = new NaptBench(profile: ProfileFlags.Isolate);
        var port = bench.Udp(5001, TwinMac);
        bench.IsRefused(Datagram.Udp(Claimed, 4000, SharedAddress, port), DropReason.Isolated);
    }

    [Fact]
    public void PortOfNobody_IsNobodys()
    {
        using var bench = new NaptBench();
        bench.IsRefused(Datagram.Udp(Claimed, 4000, SharedAddress, 30000), DropReason.NoMapping);
        bench.IsRefused(Datagram.Tcp(Claimed, 4000, SharedAddress, 30000, Syn), DropReason.NoMapping);
    }

    [Fact]
    public void TcpSession_BetweenTwoMappings_IsFollowedOnBothSides()
    {
        using var bench = new NaptBench();
        var listening = bench.Tcp(5001, Syn, mac: TwinMac);
        bench.Plane.Age(300); // over: what the device called then is not of this session
        Assert.Equal(listening, bench.Tcp(5001, Syn, "203.0.113.77", mac: TwinMac));
        var (act, frame) = bench.Plane.Run("from_access", Datagram.Tcp(Claimed, 4000, SharedAddress, listening, Syn).Frame(AccessMac, DeviceMac));
        Assert.Equal(Act.Redirect, act);
        var calling = (ushort)((frame[34] << 8) | frame[35]);
        bench.Crosses(Datagram.Tcp(Claimed, 5001, SharedAddress, calling, SynAck), Datagram.Tcp(SharedAddress, listening, Claimed, 4000, SynAck), TwinMac, DeviceMac);
        Assert.Equal(MappingState.Established, bench.StateOf(calling));
        Assert.Equal(MappingState.Multi, bench.StateOf(listening));
    }
}
