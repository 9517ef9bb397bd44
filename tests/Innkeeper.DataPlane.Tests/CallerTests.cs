using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.NaptBench;
using static Innkeeper.DataPlane.Tests.Plane;

namespace Innkeeper.DataPlane.Tests;

/// <summary>Hosts that a device may not call may call it, and are answered: no more than that.</summary>
public sealed class CallerTests : IDisposable
{
    private const string Office = "137.118.199.33";
    private const string OtherOffice = "137.118.199.34";

    private readonly Plane _plane = new(profile: ProfileFlags.DenyUplinks);

    public void Dispose() => _plane.Dispose();

    private void Calls(Datagram packet) => Assert.Equal(Act.Redirect, _plane.Run("from_uplink", packet.Frame(UplinkMac, RouterMac)).Act);

    private void Leaves(Datagram packet) =>
        _plane.AssertForwarded("from_access", packet.Frame(AccessMac, DeviceMac), packet.From(Legal).Hop().Frame(AccessMac, DeviceMac));

    private void IsDenied(Datagram packet, string mac = DeviceMac) => _plane.AssertDropped("from_access", packet.Frame(AccessMac, mac), DropReason.Denied);

    [Fact]
    public void Tcp_Called_AnswersFromTheCalledPort_AndOpensNothing()
    {
        IsDenied(Datagram.Tcp(Claimed, 80, Office, 4000, SynAck));
        Calls(Datagram.Tcp(Office, 4000, Legal, 80, Syn));
        Leaves(Datagram.Tcp(Claimed, 80, Office, 4000, SynAck));
        Leaves(Datagram.Tcp(Claimed, 80, Office, 4000, Ack));
        Leaves(Datagram.Tcp(Claimed, 80, Office, 4000, Rst));
        IsDenied(Datagram.Tcp(Claimed, 80, Office, 4000, Syn));
        IsDenied(Datagram.Tcp(Claimed, 80, Office, 445, Syn));
        IsDenied(Datagram.Tcp(Claimed, 81, Office, 4000, Ack));
        IsDenied(Datagram.Tcp(Claimed, 80, OtherOffice, 4000, SynAck));
        IsDenied(Datagram.Udp(Claimed, 80, Office, 4000));
        IsDenied(Datagram.Tcp(Claimed, 80, Office, 4000, SynAck), TwinMac);
    }

    [Fact]
    public void Udp_Called_AnswersFromTheCalledPortAlone()
    {
        Calls(Datagram.Udp(Office, 4000, Legal, 161));
        Leaves(Datagram.Udp(Claimed, 161, Office, 4000));
        IsDenied(Datagram.Udp(Claimed, 162, Office, 4000));
        IsDenied(Datagram.Udp(Claimed, 161, OtherOffice, 4000));
    }

    [Fact]
    public void Ping_Called_IsAnswered_AndNoRequestOfItsOwnLeaves()
    {
        IsDenied(Datagram.Ping(Claimed, Office, 7, Datagram.EchoReply));
        Calls(Datagram.Ping(Office, Legal, 7));
        Leaves(Datagram.Ping(Claimed, Office, 7, Datagram.EchoReply));
        IsDenied(Datagram.Ping(Claimed, Office, 7));
    }

    [Fact]
    public void Error_AboutTheCallersPacket_Leaves_AboutAnyOtherItDoesNot()
    {
        var call = Datagram.Udp(Office, 4000, Legal, 161);
        Calls(call);
        var atDevice = call.To(Claimed).Hop();
        var error = Datagram.Error(Claimed, atDevice);
        _plane.AssertForwarded("from_access", error.Frame(AccessMac, DeviceMac),
            (error with { Source = Legal, Quote = atDevice.To(Legal) }).Hop().Frame(AccessMac, DeviceMac));
        IsDenied(Datagram.Error(Claimed, atDevice.To(Claimed, 162)));
        IsDenied(Datagram.Error(Claimed, atDevice) with { Destination = OtherOffice });
        IsDenied(Datagram.Error(Claimed, Datagram.Tcp(Office, 4000, Claimed, 161, Syn)));
    }

    [Theory]
    [InlineData(IpProtocol.Udp)]
    [InlineData(47)]
    public void Fragments_OfAnAnswer_Leave_AndThoseOfNoAnswerDoNot(byte protocol)
    {
        var later = Packets.Ipv4(AccessMac, DeviceMac, Claimed, Office, protocol, new byte[24], fragment: 100);
        _plane.AssertDropped("from_access", later, DropReason.Denied);
        Calls(protocol == IpProtocol.Udp ? Datagram.Udp(Office, 4000, Legal, 161) : new Datagram(Office, Legal, protocol));
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
        Calls(Datagram.Tcp(Office, 4000, Legal, 80, Syn));
        var opening = Packets.Tcp(Claimed, Office, 80, 445, Syn, new byte[24])[..length];
        _plane.AssertDropped("from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, Office, IpProtocol.Tcp, opening, fragment: (ushort)fragment), reason);
    }

    [Fact]
    public void HostThatMayBeCalled_IsNotNoted()
    {
        Calls(Datagram.Tcp(Server, 4000, Legal, 80, Syn));
        Assert.Empty(_plane.Bpf.CalledBy.Keys());
        Calls(Datagram.Tcp(Office, 4000, Legal, 80, Syn));
        Assert.NotEmpty(_plane.Bpf.CalledBy.Keys());
    }

    [Fact]
    public void SlotsNextBinding_InheritsNoCallers()
    {
        Calls(Datagram.Udp(Office, 4000, Legal, 161));
        _plane.Table.EndMappings(2);
        _plane.Bind(2, DeviceMac, Claimed, Legal, Gateway);
        IsDenied(Datagram.Udp(Claimed, 161, Office, 4000));
    }

    [Fact]
    public void BehindASharedAddress_CalledAtTheMappedPort_AnswersFromTheDevicesPort()
    {
        using var bench = new NaptBench(profile: ProfileFlags.DenyUplinks);
        bench.IsRefused(Datagram.Udp(Claimed, 4000, Office, 9), DropReason.Denied);
        var outside = bench.Udp(4000);
        bench.Arrives(Datagram.Udp(Office, 9, SharedAddress, outside), Datagram.Udp(Office, 9, Claimed, 4000));
        Assert.Equal(outside, bench.Leaves(Datagram.Udp(Claimed, 4000, Office, 9)));
        bench.IsRefused(Datagram.Udp(Claimed, 4001, Office, 9), DropReason.Denied);
        bench.IsRefused(Datagram.Udp(Claimed, 4000, OtherOffice, 9), DropReason.Denied);

        var listening = bench.Tcp(80, Syn);
        bench.Arrives(Datagram.Tcp(Office, 9, SharedAddress, listening, Syn), Datagram.Tcp(Office, 9, Claimed, 80, Syn));
        Assert.Equal(listening, bench.Leaves(Datagram.Tcp(Claimed, 80, Office, 9, SynAck)));
        bench.IsRefused(Datagram.Tcp(Claimed, 80, Office, 10, Syn), DropReason.Denied);

        var about = Datagram.Udp(Office, 9, Claimed, 4000).Hop();
        var (act, frame) = bench.Plane.Run("from_access", Datagram.Error(Claimed, about).Frame(AccessMac, DeviceMac));
        Assert.Equal(Act.Redirect, act);
        AssertFrame((Datagram.Error(SharedAddress, about) with { Quote = about.To(SharedAddress, outside) }).Hop().Frame(AccessMac, DeviceMac), frame);
    }
}
