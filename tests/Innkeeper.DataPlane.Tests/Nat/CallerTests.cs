using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.NaptHarness;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Nat;

/// <summary>Hosts that a device may not call may call it, and are answered: no more than that.</summary>
public sealed class CallerTests : IDisposable
{
    private const string Office = "137.118.199.33";
    private const string OtherOffice = "137.118.199.34";

    private readonly Plane _plane = new(profile: ProfileFlags.DenyUplinks);

    public void Dispose() => _plane.Dispose();

    private void AssertCalls(Datagram packet) => Assert.Equal(Act.Redirect, _plane.Run("from_uplink", packet.Frame(UplinkMac, RouterMac)).Act);

    private void AssertLeaves(Datagram packet) =>
        _plane.AssertForwarded("from_access", packet.Frame(AccessMac, DeviceMac), packet.From(Legal).Hop().Frame(AccessMac, DeviceMac));

    private void AssertDenied(Datagram packet, string mac = DeviceMac) => _plane.AssertDropped("from_access", packet.Frame(AccessMac, mac), DropReason.Denied);

    [Fact]
    public void Tcp_Called_AnswersFromTheCalledPort_AndOpensNothing()
    {
        AssertDenied(Datagram.Tcp(Claimed, 80, Office, 4000, SynAck));
        AssertCalls(Datagram.Tcp(Office, 4000, Legal, 80, Syn));
        AssertLeaves(Datagram.Tcp(Claimed, 80, Office, 4000, SynAck));
        AssertLeaves(Datagram.Tcp(Claimed, 80, Office, 4000, Ack));
        AssertLeaves(Datagram.Tcp(Claimed, 80, Office, 4000, Rst));
        AssertDenied(Datagram.Tcp(Claimed, 80, Office, 4000, Syn));
        AssertDenied(Datagram.Tcp(Claimed, 80, Office, 445, Syn));
        AssertDenied(Datagram.Tcp(Claimed, 81, Office, 4000, Ack));
        AssertDenied(Datagram.Tcp(Claimed, 80, OtherOffice, 4000, SynAck));
        AssertDenied(Datagram.Udp(Claimed, 80, Office, 4000));
        AssertDenied(Datagram.Tcp(Claimed, 80, Office, 4000, SynAck), TwinMac);
    }

    [Fact]
    public void Udp_Called_AnswersFromTheCalledPortAlone()
    {
        AssertCalls(Datagram.Udp(Office, 4000, Legal, 161));
        AssertLeaves(Datagram.Udp(Claimed, 161, Office, 4000));
        AssertDenied(Datagram.Udp(Claimed, 162, Office, 4000));
        AssertDenied(Datagram.Udp(Claimed, 161, OtherOffice, 4000));
    }

    [Fact]
    public void Ping_Called_IsAnswered_AndNoRequestOfItsOwnLeaves()
    {
        AssertDenied(Datagram.Ping(Claimed, Office, 7, Datagram.EchoReply));
        AssertCalls(Datagram.Ping(Office, Legal, 7));
        AssertLeaves(Datagram.Ping(Claimed, Office, 7, Datagram.EchoReply));
        AssertDenied(Datagram.Ping(Claimed, Office, 7));
    }

    [Fact]
    public void Error_AboutTheCallersPacket_Leaves_AboutAnyOtherItDoesNot()
    {
        var call = Datagram.Udp(Office, 4000, Legal, 161);
        AssertCalls(call);
        var atDevice = call.To(Claimed).Hop();
        var error = Datagram.Error(Claimed, atDevice);
        _plane.AssertForwarded("from_access", error.Frame(AccessMac, DeviceMac),
            (error with { Source = Legal, Quote = atDevice.To(Legal) }).Hop().Frame(AccessMac, DeviceMac));
        AssertDenied(Datagram.Error(Claimed, atDevice.To(Claimed, 162)));
        AssertDenied(Datagram.Error(Claimed, atDevice) with { Destination = OtherOffice });
        AssertDenied(Datagram.Error(Claimed, Datagram.Tcp(Office, 4000, Claimed, 161, Syn)));
    }

    [Theory]
    [InlineData(IpProtocol.Udp)]
    [InlineData(47)]
    public void Fragments_OfAnAnswer_Leave_AndThoseOfNoAnswerDoNot(byte protocol)
    {
        var later = Packets.Ipv4(AccessMac, DeviceMac, Claimed, Office, protocol, new byte[24], fragment: 100);
        _plane.AssertDropped("from_access", later, DropReason.Denied);
        AssertCalls(protocol == IpProtocol.Udp ? Datagram.Udp(Office, 4000, Legal, 161) : new Datagram(Office, Legal, protocol));
        _plane.AssertForwarded("from_access", later, Packets.Ipv4(AccessMac, DeviceMac, Legal, Office, protocol, new byte[24], ttl: 63, fragment: 100));
        _plane.AssertDropped("from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, OtherOffice, protocol, new byte[24], fragment: 100), DropReason.Denied);
    }

    /// <summary>RFC 1858 sections 2 and 3: a header cut in two, or written over by the second fragment, hides what the segment is.</summary>
    [Theory]
    [InlineData(8, Packets.MoreFragments, DropReason.Malformed)]
    [InlineData(16, Packets.MoreFragments | 1, DropReason.Denied)]
    [InlineData(16, 1, DropReason.Denied)]
    internal void Tcp_HeaderHiddenInFragments_OpensNothing(int length, int fragment, DropReason reason)
    {
        AssertCalls(Datagram.Tcp(Office, 4000, Legal, 80, Syn));
        var opening = Packets.Tcp(Claimed, Office, 80, 445, Syn, new byte[24])[..length];
        _plane.AssertDropped("from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, Office, IpProtocol.Tcp, opening, fragment: (ushort)fragment), reason);
    }

    [Fact]
    public void HostThatMayBeCalled_IsNotNoted()
    {
        AssertCalls(Datagram.Tcp(Server, 4000, Legal, 80, Syn));
        Assert.Empty(_plane.Bpf.CalledBy.Keys());
        AssertCalls(Datagram.Tcp(Office, 4000, Legal, 80, Syn));
        Assert.NotEmpty(_plane.Bpf.CalledBy.Keys());
    }

    [Fact]
    public void SlotsNextBinding_InheritsNoCallers()
    {
        AssertCalls(Datagram.Udp(Office, 4000, Legal, 161));
        _plane.Table.EndMappings(2);
        _plane.Bind(2, DeviceMac, Claimed, Legal, Gateway);
        AssertDenied(Datagram.Udp(Claimed, 161, Office, 4000));
    }

    [Fact]
    public void BehindASharedAddress_CalledAtTheMappedPort_AnswersFromTheDevicesPort()
    {
        using var harness = new NaptHarness(profile: ProfileFlags.DenyUplinks);
        harness.AssertRefused(Datagram.Udp(Claimed, 4000, Office, 9), DropReason.Denied);
        var outside = harness.AssertUdpLeaves(4000);
        harness.AssertArrives(Datagram.Udp(Office, 9, SharedAddress, outside), Datagram.Udp(Office, 9, Claimed, 4000));
        Assert.Equal(outside, harness.AssertLeaves(Datagram.Udp(Claimed, 4000, Office, 9)));
        harness.AssertRefused(Datagram.Udp(Claimed, 4001, Office, 9), DropReason.Denied);
        harness.AssertRefused(Datagram.Udp(Claimed, 4000, OtherOffice, 9), DropReason.Denied);

        var listening = harness.AssertTcpLeaves(80, Syn);
        harness.AssertArrives(Datagram.Tcp(Office, 9, SharedAddress, listening, Syn), Datagram.Tcp(Office, 9, Claimed, 80, Syn));
        Assert.Equal(listening, harness.AssertLeaves(Datagram.Tcp(Claimed, 80, Office, 9, SynAck)));
        harness.AssertRefused(Datagram.Tcp(Claimed, 80, Office, 10, Syn), DropReason.Denied);

        var about = Datagram.Udp(Office, 9, Claimed, 4000).Hop();
        var (act, frame) = harness.Plane.Run("from_access", Datagram.Error(Claimed, about).Frame(AccessMac, DeviceMac));
        Assert.Equal(Act.Redirect, act);
        AssertFrame((Datagram.Error(SharedAddress, about) with { Quote = about.To(SharedAddress, outside) }).Hop().Frame(AccessMac, DeviceMac), frame);
    }
}
