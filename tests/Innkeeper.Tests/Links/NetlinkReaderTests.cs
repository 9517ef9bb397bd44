using System.Runtime.InteropServices;
using FsCheck.Xunit;
using Innkeeper.Interop;
using Innkeeper.Links;
using Innkeeper.Wire;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Tests.Links;

public sealed class NetlinkReaderTests
{
    [Fact]
    public void TryParse_WholeLink_EveryFact()
    {
        Assert.True(LinkRecord.TryParse(Payload(Link()), out var link));
        Assert.Equal(new LinkRecord(7, "eth0", MacAddress.Parse("02:00:00:00:00:09"), 1400, IFF_UP, 8, "veth"), link);
    }

    [Fact]
    public void TryParse_PointToPointAddress_OursNotThePeers()
    {
        var request = new NetlinkRequest(new byte[256], RTM_NEWADDR, 0);
        request.AddAddressHeader(Libc.AF_INET, 24, 7);
        request.AddAddress(IFA_ADDRESS, Ipv4Address.Parse("192.0.2.2"));
        request.AddAddress(IFA_LOCAL, Ipv4Address.Parse("192.0.2.1"));
        Assert.True(AddressRecord.TryParse(Payload(request.Finish(1).ToArray()), out var address));
        Assert.Equal(new AddressRecord(7, Ipv4Network.Parse("192.0.2.1/24")), address);
    }

    [Fact]
    public void TryParse_PrefixLongerThan32_Refused()
    {
        var request = new NetlinkRequest(new byte[256], RTM_NEWADDR, 0);
        request.AddAddressHeader(Libc.AF_INET, 33, 7);
        request.AddAddress(IFA_LOCAL, Ipv4Address.Parse("192.0.2.1"));
        Assert.False(AddressRecord.TryParse(Payload(request.Finish(1).ToArray()), out _));
    }

    [Fact]
    public void Records_EveryTruncation_NeverThrow()
    {
        var messages = new[] { Link(), Route() };
        foreach (var message in messages)
        {
            for (var length = 0; length < message.Length; length++)
            {
                var cut = message.AsSpan(0, length).ToArray();
                var reader = new NetlinkReader(cut);
                Assert.False(reader.TryRead(out _));
                if (length > NLMSG_HDRLEN)
                {
                    ParseAll(cut.AsSpan(NLMSG_HDRLEN));
                }
            }
        }
    }

    [Fact]
    public void TryRead_LengthsOutOfRange_Refused()
    {
        foreach (var length in new uint[] { 0, 1, 15, 21, 0x7FFF_FFFF, 0x8000_0000, uint.MaxValue })
        {
            var datagram = new byte[20];
            MemoryMarshal.Write(datagram, length);
            var reader = new NetlinkReader(datagram);
            Assert.False(reader.TryRead(out _));
        }
    }

    [Fact]
    public void TryRead_LastMessageWithoutPadding_Read()
    {
        var datagram = new byte[16 + 18];
        MemoryMarshal.Write(datagram, 16u);
        MemoryMarshal.Write(datagram.AsSpan(16), 18u);
        var reader = new NetlinkReader(datagram);
        Assert.True(reader.TryRead(out _));
        Assert.True(reader.TryRead(out var last));
        Assert.Equal(2, last.Payload.Length);
        Assert.False(reader.TryRead(out _));
    }

    [Property(MaxTest = 2000)]
    public void Records_Garbage_NeverThrow(byte[] garbage)
    {
        ParseAll(garbage);
        for (var flip = 0; flip < garbage.Length; flip++)
        {
            foreach (var message in new[] { Link(), Route() })
            {
                message[NLMSG_HDRLEN + (flip % (message.Length - NLMSG_HDRLEN))] ^= garbage[flip];
                ParseAll(message.AsSpan(NLMSG_HDRLEN));
            }
        }
    }

    private static void ParseAll(ReadOnlySpan<byte> payload)
    {
        _ = LinkRecord.TryParse(payload, out _);
        _ = AddressRecord.TryParse(payload, out _);
        _ = DefaultRouteRecord.TryParse(payload, out _);
        _ = OnLinkRecord.TryParse(payload, out _);
        _ = PolicyRule.TryParse(payload, out _);
        _ = RouteRecord.TryParse(payload, out _);
        _ = QdiscRecord.TryParse(payload, out _);
        _ = ClassifierRecord.TryParse(payload, out _);
        NetlinkSocket.ReadError(new NetlinkMessage(NLMSG_ERROR, NLM_F_ACK_TLVS, 1, payload), out _);
        NetlinkSocket.ReadError(new NetlinkMessage(NLMSG_ERROR, NLM_F_ACK_TLVS | NLM_F_CAPPED, 1, payload), out _);
        NetlinkSocket.ReadError(new NetlinkMessage(NLMSG_DONE, 0, 1, payload), out _);
        var reader = new NetlinkReader(payload);
        while (reader.TryRead(out _))
        {
        }
    }

    private static ReadOnlySpan<byte> Payload(byte[] message)
    {
        var reader = new NetlinkReader(message);
        Assert.True(reader.TryRead(out var read));
        return read.Payload;
    }

    private static byte[] Link()
    {
        var request = new NetlinkRequest(new byte[256], RTM_NEWLINK, 0);
        request.AddLinkHeader(7, IFF_UP);
        request.AddText(IFLA_IFNAME, "eth0");
        request.AddNumber(IFLA_MTU, 1400);
        request.AddNumber(IFLA_LINK, 8);
        var info = request.BeginNested(IFLA_LINKINFO);
        request.AddText(IFLA_INFO_KIND, "veth");
        request.EndNested(info);
        var mac = request.BeginNested(IFLA_ADDRESS);
        request.EndNested(mac);
        var message = request.Finish(1).ToArray();

        // The attribute's six octets, which no request of ours carries.
        Array.Resize(ref message, message.Length + 8);
        MacAddress.Parse("02:00:00:00:00:09").Write(message.AsSpan(mac + NLA_HDRLEN));
        MemoryMarshal.Write(message.AsSpan(mac), (ushort)10);
        MemoryMarshal.Write(message, (uint)message.Length);
        return message;
    }

    private static byte[] Route()
    {
        var request = new NetlinkRequest(new byte[256], RTM_NEWROUTE, 0);
        request.AddHeader(RtMsgSize)[0] = Libc.AF_INET;
        request.AddNumber(RTA_TABLE, RT_TABLE_MAIN);
        request.AddNumber(RTA_PRIORITY, 100);
        var hops = request.BeginNested(RTA_MULTIPATH);

        // struct rtnexthop happens to look like an attribute's header and a number.
        var hop = request.BeginNested(0);
        request.AddHeader(sizeof(int))[0] = 7;
        request.AddAddress(RTA_GATEWAY, Ipv4Address.Parse("192.0.2.1"));
        request.EndNested(hop);
        request.EndNested(hops);
        var message = request.Finish(1).ToArray();
        message[NLMSG_HDRLEN + 7] = RTN_UNICAST;
        Assert.True(DefaultRouteRecord.TryParse(Payload(message), out var route));
        Assert.Equal(new NextHop(7, Ipv4Address.Parse("192.0.2.1")), Assert.Single(route.NextHops));
        return message;
    }
}
