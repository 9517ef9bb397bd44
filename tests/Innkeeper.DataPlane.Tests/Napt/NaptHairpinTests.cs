using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.NaptHarness;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Napt;

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
    private static (string Address, ushort Port) OutsideOf(NaptHarness harness, string mac, byte protocol, ushort port)
    {
        var packet = Packet(protocol, ClaimedOf(mac), port, Server, 80, Syn);
        switch (mac)
        {
            case OwnMac or OtherOwnMac:
                Assert.Equal(Act.Redirect, harness.Plane.Run("from_access", packet.Frame(AccessMac, mac)).Act);
                return (mac == OwnMac ? Legal : TwinLegal, port);
            default:
                return (SharedAddress, harness.AssertLeaves(packet, mac));
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void PacketAnswerAndErrors_CrossWithOutsideAddresses(string from, string to, byte protocol, bool inbound)
    {
        using var harness = new NaptHarness(inbound: inbound);
        var (fromAddress, fromPort) = OutsideOf(harness, from, protocol, 4000);
        var (toAddress, toPort) = OutsideOf(harness, to, protocol, 5001);
        var call = Packet(protocol, ClaimedOf(from), 4000, toAddress, toPort);
        var called = Packet(protocol, fromAddress, fromPort, ClaimedOf(to), 5001);
        var answer = Packet(protocol, ClaimedOf(to), 5001, fromAddress, fromPort);
        var answered = Packet(protocol, toAddress, toPort, ClaimedOf(from), 4000);
        if (!inbound)
        {
            // Address-dependent: the receiver must have spoken to the sender's address first.
            harness.AssertRefused(call, DropReason.InboundRefused, from);
            harness.AssertCrosses(answer, answered, to, from);
        }

        harness.AssertCrosses(call, called, from, to);
        harness.AssertCrosses(answer, answered, to, from);
        harness.AssertCrosses(
            Datagram.Error(ClaimedOf(to), called.Hop()),
            Datagram.Error(toAddress, call.Hop()) with { Destination = ClaimedOf(from) }, to, from);
        harness.AssertCrosses(
            Datagram.Error(ClaimedOf(from), answered.Hop(), 64),
            Datagram.Error(fromAddress, answer.Hop(), 64) with { Destination = ClaimedOf(to) }, from, to);
    }

    [Fact]
    public void Device_ReachesItselfByItsOutsidePort()
    {
        using var harness = new NaptHarness();
        var here = harness.AssertUdpLeaves(4000);
        var there = harness.AssertUdpLeaves(5001);
        harness.AssertCrosses(Datagram.Udp(Claimed, 4000, SharedAddress, there), Datagram.Udp(SharedAddress, here, Claimed, 5001), DeviceMac, DeviceMac);
    }

    [Fact]
    public void Ping_CrossesToAnAddressOfItsOwn_AndIsAnsweredByTheMapping()
    {
        using var harness = new NaptHarness();
        var id = harness.AssertLeaves(Datagram.Ping(Claimed, Server, 7));
        harness.AssertCrosses(Datagram.Ping(Claimed, Legal, 7), Datagram.Ping(SharedAddress, OwnClaimed, id), DeviceMac, OwnMac);
        harness.AssertCrosses(
            Datagram.Ping(OwnClaimed, SharedAddress, id, Datagram.EchoReply), Datagram.Ping(Legal, Claimed, 7, Datagram.EchoReply), OwnMac, DeviceMac);
        harness.AssertRefused(Datagram.Ping(Claimed, SharedAddress, 7), DropReason.Unmappable);
    }

    [Fact]
    public void Isolation_HoldsBehindASharedAddress()
    {
        using var harness = new NaptHarness(profile: ProfileFlags.Isolate);
        var port = harness.AssertUdpLeaves(5001, TwinMac);
        harness.AssertRefused(Datagram.Udp(Claimed, 4000, SharedAddress, port), DropReason.Isolated);
    }

    [Fact]
    public void PortOfNobody_IsNobodys()
    {
        using var harness = new NaptHarness();
        harness.AssertRefused(Datagram.Udp(Claimed, 4000, SharedAddress, 30000), DropReason.NoMapping);
        harness.AssertRefused(Datagram.Tcp(Claimed, 4000, SharedAddress, 30000, Syn), DropReason.NoMapping);
    }

    [Fact]
    public void TcpSession_BetweenTwoMappings_IsFollowedOnBothSides()
    {
        using var harness = new NaptHarness();
        var listening = harness.AssertTcpLeaves(5001, Syn, mac: TwinMac);
        harness.Plane.Age(300); // over: what the device called then is not of this session
        Assert.Equal(listening, harness.AssertTcpLeaves(5001, Syn, "203.0.113.77", mac: TwinMac));
        var (act, frame) = harness.Plane.Run("from_access", Datagram.Tcp(Claimed, 4000, SharedAddress, listening, Syn).Frame(AccessMac, DeviceMac));
        Assert.Equal(Act.Redirect, act);
        var calling = (ushort)((frame[34] << 8) | frame[35]);
        harness.AssertCrosses(Datagram.Tcp(Claimed, 5001, SharedAddress, calling, SynAck), Datagram.Tcp(SharedAddress, listening, Claimed, 4000, SynAck), TwinMac, DeviceMac);
        Assert.Equal(MappingState.Established, harness.StateOf(calling));
        Assert.Equal(MappingState.Multi, harness.StateOf(listening));
    }
}
