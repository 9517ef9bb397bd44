using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.NaptHarness;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Napt;

/// <summary>ICMP errors about what went through a mapping, both ways (RFC 5508 REQ-3 to REQ-6).</summary>
public sealed class NaptErrorTests : IDisposable
{
    private const string Router = "198.51.100.9";

    private readonly NaptHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    private static Datagram Packet(byte protocol) => protocol switch
    {
        IpProtocol.Udp => Datagram.Udp(Claimed, 4000, Server, 123),
        IpProtocol.Tcp => Datagram.Tcp(Claimed, 4000, Server, 80, Syn),
        IpProtocol.Icmp => Datagram.Ping(Claimed, Server, 7),
        _ => new Datagram(Claimed, Server, protocol) { Length = 32 },
    };

    private static Datagram Reversed(Datagram packet) =>
        packet with { Source = packet.Destination, Destination = packet.Source, SourcePort = packet.Protocol == IpProtocol.Icmp ? packet.SourcePort : packet.DestinationPort, DestinationPort = packet.SourcePort };

    [Theory]
    [InlineData(IpProtocol.Udp, 8)]
    [InlineData(IpProtocol.Udp, 64)]
    [InlineData(IpProtocol.Tcp, 8)]
    [InlineData(IpProtocol.Tcp, 16)]
    [InlineData(IpProtocol.Tcp, 64)]
    [InlineData(IpProtocol.Icmp, 8)]
    [InlineData(IpProtocol.Icmp, 64)]
    [InlineData(IpProtocol.Gre, 8)]
    [InlineData(IpProtocol.Esp, 64)]
    public void ErrorFromOutside_QuotesWhatTheDeviceSent(byte protocol, int quoted)
    {
        var packet = Packet(protocol);
        var port = _harness.AssertLeaves(packet);
        _harness.AssertArrives(Datagram.Error(Router, _harness.Outside(packet, port).Hop(), quoted), Datagram.Error(Router, packet.Hop(), quoted));
    }

    [Theory]
    [InlineData(IpProtocol.Udp, 8)]
    [InlineData(IpProtocol.Udp, 64)]
    [InlineData(IpProtocol.Tcp, 8)]
    [InlineData(IpProtocol.Tcp, 64)]
    [InlineData(IpProtocol.Icmp, 8)]
    [InlineData(IpProtocol.Icmp, 64)]
    [InlineData(IpProtocol.Gre, 8)]
    public void ErrorFromADevice_QuotesWhatTheRemoteSent(byte protocol, int quoted)
    {
        var packet = Packet(protocol);
        var port = _harness.AssertLeaves(packet);
        var answer = Reversed(packet) with { Type = Datagram.EchoReply };
        Assert.Equal(port, _harness.AssertLeaves(Datagram.Error(Claimed, answer, quoted)));
    }

    [Fact]
    public void ErrorFromOutside_WithoutAMapping_IsDropped()
    {
        foreach (var packet in (Datagram[])[Packet(IpProtocol.Udp), Packet(IpProtocol.Tcp), Packet(IpProtocol.Icmp), Packet(IpProtocol.Gre)])
        {
            _harness.AssertKeptOut(Datagram.Error(Router, packet.From(SharedAddress, 30000)), DropReason.IcmpQuote);
        }
    }

    [Fact]
    public void ErrorFromOutside_AboutAnErrorOrALaterFragment_IsDropped()
    {
        var port = _harness.AssertUdpLeaves(4000);
        _harness.AssertKeptOut(Datagram.Error(Router, Datagram.Error(SharedAddress, Datagram.Udp(Server, 123, SharedAddress, port)), 64), DropReason.IcmpQuote);
        _harness.Plane.AssertDropped(
            "from_uplink",
            Packets.Ipv4(UplinkMac, RouterMac, Router, SharedAddress, IpProtocol.Icmp, Packets.Icmp(11, 1, 0, Packets.Packet(SharedAddress, Server, IpProtocol.Udp, new byte[16], fragment: 100))),
            DropReason.IcmpQuote);
    }

    [Fact]
    public void ErrorFromOutside_CutBeforeThePorts_IsDropped()
    {
        var port = _harness.AssertUdpLeaves(4000);
        _harness.AssertKeptOut(Datagram.Error(Router, Datagram.Udp(SharedAddress, port, Server, 123), 1), DropReason.IcmpQuote);
        _harness.AssertKeptOut(Datagram.Error(Router, Datagram.Udp(SharedAddress, port, Server, 123), 0), DropReason.IcmpQuote);
    }

    [Fact]
    public void ErrorFromADevice_WithoutAMapping_IsDroppedAndMakesNone()
    {
        _harness.AssertRefused(Datagram.Error(Claimed, Datagram.Udp(Server, 123, Claimed, 4000)), DropReason.IcmpQuote);
        Assert.Empty(_harness.Plane.Mappings());
    }

    [Fact]
    public void ErrorFromADevice_AboutSomebodyElsesPacket_IsDropped()
    {
        _harness.AssertUdpLeaves(4000);
        _harness.AssertRefused(Datagram.Error(Claimed, Datagram.Udp(Server, 123, "10.0.0.99", 4000)), DropReason.IcmpQuote);
    }

    [Fact]
    public void Error_NeitherRefreshesNorEndsAMapping()
    {
        var port = _harness.AssertUdpLeaves(4000);
        _harness.Plane.Age(299);
        _harness.AssertArrives(
            Datagram.Error(Router, Datagram.Udp(SharedAddress, port, Server, 123)), Datagram.Error(Router, Datagram.Udp(Claimed, 4000, Server, 123)));
        _harness.AssertLeaves(Datagram.Error(Claimed, Datagram.Udp(Server, 123, Claimed, 4000)));
        _harness.AssertArrives(Datagram.Udp(Server, 123, SharedAddress, port), Datagram.Udp(Server, 123, Claimed, 4000));
        _harness.Plane.Age(2);
        _harness.AssertKeptOut(Datagram.Udp(Server, 123, SharedAddress, port), DropReason.NoMapping);
    }

    [Fact]
    public void ErrorFromAnyRouter_PassesWithoutInbound_AboutAContact()
    {
        using var harness = new NaptHarness(inbound: false);
        var port = harness.AssertUdpLeaves(4000);
        harness.AssertArrives(
            Datagram.Error(Router, Datagram.Udp(SharedAddress, port, Server, 123)), Datagram.Error(Router, Datagram.Udp(Claimed, 4000, Server, 123)));
        harness.AssertKeptOut(Datagram.Error(Router, Datagram.Udp(SharedAddress, port, OtherServer, 123)), DropReason.InboundRefused);
    }
}
