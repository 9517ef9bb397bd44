using FsCheck.Xunit;
using Innkeeper.Ipv6;
using Innkeeper.Tests.Wire;
using Innkeeper.Tests.Wire.Ipv6;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Ipv6;

/// <summary>Settings by DHCPv6, without addresses.</summary>
public sealed class InformationReplyTests
{
    private const string Client = "0001 000e 000100011234567802000000000c";
    private const string Wanted = "0006 0008 0017 0018 0020 0067";

    // As scapy 2.5 writes it.
    private static readonly byte[] s_request = WireSamples.Hex(
        "60000000 0030 11 01 fe80000000000000000000000000000d ff020000000000000000000000010002" +
        "0222 0223 0030 b883 0b abcdef" + Client + "0008 0002 0000" + Wanted);

    private static readonly AdvertisedNetwork s_network =
        new(Ipv6Network.Parse("2001:db8::/64"), [Ipv6Samples.Router, Ipv6Address.Parse("2001:db8::53")], "https://a.example/api", null);

    private static byte[] Request(string message, string source = "fe80::d", string destination = "ff02::1:2", ushort port = 547)
    {
        var (octets, from, to) = (WireSamples.Hex(message), Ipv6Address.Parse(source), Ipv6Address.Parse(destination));
        var packet = new byte[Ipv6Header.Size + UdpHeader.Size + octets.Length];
        var length = new UdpHeader(546, port).Write(packet.AsSpan(Ipv6Header.Size), from, to, octets);
        new Ipv6Header(from, to, IpProtocol.Udp, (ushort)length).Write(packet);
        return packet;
    }

    private static byte[] Reply(byte[] request, AdvertisedNetwork? network = null)
    {
        var buffer = WireSamples.Dirty(InformationReply.MaxSize);
        return buffer[..InformationReply.Write(request, network ?? s_network, WireSamples.MacA, buffer)];
    }

    /// <summary>The reply's message, whose packet must be whole.</summary>
    private static byte[] Message(byte[] reply)
    {
        Assert.True(Ipv6Header.TryParse(reply, out var header));
        Assert.True(UdpPacket.TryParse(reply.AsSpan(Ipv6Header.Size), out var datagram));
        Assert.Equal((Ipv6Address.LinkLocalOf(WireSamples.MacA), Ipv6Address.Parse("fe80::d")), (header.Source, header.Destination));
        Assert.Equal(0, Checksum.Finish(Checksum.Add(reply.AsSpan(Ipv6Header.Size), Icmp6Checksum.PseudoHeader(header.Source, header.Destination, IpProtocol.Udp, datagram.Length))));
        return datagram.Payload.ToArray();
    }

    [Fact]
    public void InformationRequest_IsAnswered_SameOctets()
    {
        var expected = WireSamples.Hex(
            "60000000 0071 11 40 fe80000000000000000000fffe00000a fe80000000000000000000000000000d" +
            "0223 0222 0071 0b6b 07 abcdef 0002 000a 0003000102000000000a" + Client +
            "0017 0020 fe800000000000000000000000000001 20010db8000000000000000000000053" +
            "0067 0015 68747470733a2f2f612e6578616d706c652f617069 0020 0004 00001518");
        Assert.Equal(expected, Reply(s_request));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("0006 0002 0020", "0020 0004 00001518")]
    [InlineData("0006 0002 0067", "0067 0015 68747470733a2f2f612e6578616d706c652f617069")]
    [InlineData("0006 0004 0003 0018", "")] // leases and search lists are not given
    public void Options_AreThoseThatAreWanted_WithOrWithoutAClientIdentifier(string wanted, string expected) =>
        Assert.Equal(WireSamples.Hex("07 000001 0002 000a 0003000102000000000a" + expected), Message(Reply(Request("0b 000001" + wanted))));

    [Fact]
    public void Network_WithoutServersAndPortal_IsAnsweredWithoutThem() =>
        Assert.Equal(
            WireSamples.Hex("07 000001 0002 000a 0003000102000000000a 0020 0004 00001518"),
            Message(Reply(Request("0b 000001" + Wanted), s_network with { DnsServers = [], CaptivePortal = null })));

    [Fact]
    public void NoIpv6Outside_NoAnswer() => Assert.Empty(Reply(s_request, s_network with { Prefix = null }));

    [Theory]
    [InlineData("0b 000001 0002 000a 0003000102000000000a", true)] // our own identifier
    [InlineData("0b 000001 0002 000a 0003000102000000000b", false)]
    [InlineData("0b 000001 0003 000c 00000001 00000000 00000000", false)] // RFC 8415 section 16.12
    [InlineData("0b 000001 0004 0004 00000001", false)]
    [InlineData("0b 000001 0019 000c 00000001 00000000 00000000", false)]
    [InlineData("0b 000001 0001 0002 0003", false)]
    [InlineData("0b 000001 0001 0003 000300", true)]
    [InlineData("01 000001", false)] // SOLICIT
    [InlineData("03 000001", false)]
    [InlineData("07 000001", false)]
    [InlineData("0c 000001", false)]
    [InlineData("0b 0000", false)]
    public void Message_OfAnotherKindOrForAnotherServer_GetsNoAnswer(string message, bool isAnswered) => Assert.Equal(isAnswered, Reply(Request(message)).Length > 0);

    [Theory]
    [InlineData(130, true)]
    [InlineData(131, false)]
    public void ClientIdentifier_LongerThanOneMayBe_GetsNoAnswer(int length, bool isAnswered) =>
        Assert.Equal(isAnswered, Reply(Request($"0b 000001 0001 {length:x4}" + new string('0', 2 * length))).Length > 0);

    [Theory]
    [InlineData("2001:db8::5", "ff02::1:2", 547)]
    [InlineData("::", "ff02::1:2", 547)]
    [InlineData("fe80::d", "fe80::ff:fe00:a", 547)] // RFC 8415 section 16: by the group alone
    [InlineData("fe80::d", "ff02::1", 547)]
    [InlineData("fe80::d", "ff02::1:2", 546)]
    public void Packet_ToOrFromElsewhere_GetsNoAnswer(string source, string destination, ushort port) =>
        Assert.Empty(Reply(Request("0b 000001", source, destination, port)));

    [Fact]
    public void Checksum_LeftToTheNetworkCard_IsNoReasonToRefuse()
    {
        byte[] request = [.. s_request];
        request[46] ^= 0xff;
        Assert.NotEmpty(Reply(request));
    }

    [Fact]
    public void PortalLongerThanAPacket_IsLeftOut_AndTheRestAnswered()
    {
        var message = Message(Reply(s_request, s_network with { CaptivePortal = new string('u', 1300) }));
        Assert.True(Dhcpv6Message.TryParse(message, out var reply));
        Assert.Equal((true, false, true), (reply.Has(Dhcpv6Option.DnsServers), reply.Has(Dhcpv6Option.CaptivePortal), reply.Has(Dhcpv6Option.InformationRefreshTime)));
    }

    [Property(MaxTest = 2000)]
    public void AnyOctets_NeverThrow(byte[] octets, byte at, byte value)
    {
        Reply(octets);
        Reply(Request("0b 000001" + Convert.ToHexString(octets)));
        byte[] changed = [.. s_request];
        changed[at % changed.Length] = value;
        Assert.True(Reply(changed).Length <= InformationReply.MaxSize);
    }

    [Fact]
    public void EveryTruncation_GetsNoAnswer() =>
        Assert.All(Enumerable.Range(0, s_request.Length), length => Assert.Empty(Reply(s_request[..length])));
}
