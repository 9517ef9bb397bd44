using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Nat;

/// <summary>Whole packets through the fast path: what came in, what must go out, octet for octet.</summary>
public sealed class TranslationTests : IDisposable
{
    private static readonly byte[] s_data = [1, 2, 3, 4, 5, 6, 7];

    private readonly Plane _plane = new();

    public void Dispose() => _plane.Dispose();

    /// <summary>The kernel fills the addresses of the frame in when it resolves the next hop; here they stay as they came.</summary>
    private static byte[] FromDevice(string source, string destination, byte protocol, byte[] payload, byte ttl = 64, ushort fragment = 0, string mac = DeviceMac) =>
        Packets.Ipv4(AccessMac, mac, source, destination, protocol, payload, ttl, fragment);

    private static byte[] FromRouter(string source, string destination, byte protocol, byte[] payload, byte ttl = 64, ushort fragment = 0) =>
        Packets.Ipv4(UplinkMac, RouterMac, source, destination, protocol, payload, ttl, fragment);

    private static byte[] ToDevice(string source, string destination, byte protocol, byte[] payload, byte ttl = 63, ushort fragment = 0, string mac = DeviceMac) =>
        Packets.Ipv4(mac, AccessMac, source, destination, protocol, payload, ttl, fragment);

    [Fact]
    public void FromAccess_Udp_LeavesWithLegalSourceAndRightChecksums() => _plane.AssertForwarded(
        "from_access",
        FromDevice(Claimed, Server, IpProtocol.Udp, Packets.Udp(Claimed, Server, 4000, 123, s_data)),
        FromDevice(Legal, Server, IpProtocol.Udp, Packets.Udp(Legal, Server, 4000, 123, s_data), 63));

    [Fact]
    public void FromAccess_UdpWithoutChecksum_StaysWithout() => _plane.AssertForwarded(
        "from_access",
        FromDevice(Claimed, Server, IpProtocol.Udp, Packets.Udp(Claimed, Server, 4000, 123, s_data, checksum: false)),
        FromDevice(Legal, Server, IpProtocol.Udp, Packets.Udp(Legal, Server, 4000, 123, s_data, checksum: false), 63));

    [Fact]
    public void FromAccess_Tcp_LeavesWithLegalSourceAndRightChecksums() => _plane.AssertForwarded(
        "from_access",
        FromDevice(Claimed, Server, IpProtocol.Tcp, Packets.Tcp(Claimed, Server, 4000, 80, 0x18, s_data), fragment: Packets.DontFragment),
        FromDevice(Legal, Server, IpProtocol.Tcp, Packets.Tcp(Legal, Server, 4000, 80, 0x18, s_data), 63, Packets.DontFragment));

    [Theory]
    [InlineData(IpProtocol.Gre)]
    [InlineData(IpProtocol.Esp)]
    [InlineData(IpProtocol.Sctp)]
    [InlineData(253)]
    public void FromAccess_OtherProtocol_PayloadIsUntouched(byte protocol) => _plane.AssertForwarded(
        "from_access", FromDevice(Claimed, Server, protocol, s_data), FromDevice(Legal, Server, protocol, s_data, 63));

    [Fact]
    public void FromAccess_LaterFragment_PayloadIsUntouched() => _plane.AssertForwarded(
        "from_access",
        FromDevice(Claimed, Server, IpProtocol.Udp, new byte[32], fragment: 185),
        FromDevice(Legal, Server, IpProtocol.Udp, new byte[32], 63, 185));

    [Fact]
    public void FromAccess_SameAddressOnTwoMacs_EachLeavesAsItself()
    {
        _plane.AssertForwarded(
            "from_access",
            FromDevice(Claimed, Server, IpProtocol.Icmp, Packets.Icmp(8, 0, 1, s_data)),
            FromDevice(Legal, Server, IpProtocol.Icmp, Packets.Icmp(8, 0, 1, s_data), 63));
        _plane.AssertForwarded(
            "from_access",
            FromDevice(Claimed, Server, IpProtocol.Icmp, Packets.Icmp(8, 0, 1, s_data), mac: TwinMac),
            FromDevice(TwinLegal, Server, IpProtocol.Icmp, Packets.Icmp(8, 0, 1, s_data), 63, mac: TwinMac));
    }

    [Fact]
    public void FromUplink_ForALegalAddress_ReachesTheDevicesMac()
    {
        _plane.AssertForwarded(
            "from_uplink",
            FromRouter(Server, Legal, IpProtocol.Tcp, Packets.Tcp(Server, Legal, 80, 4000, 0x12)),
            ToDevice(Server, Claimed, IpProtocol.Tcp, Packets.Tcp(Server, Claimed, 80, 4000, 0x12)));
        _plane.AssertForwarded(
            "from_uplink",
            FromRouter(Server, TwinLegal, IpProtocol.Tcp, Packets.Tcp(Server, TwinLegal, 80, 4000, 0x12)),
            ToDevice(Server, Claimed, IpProtocol.Tcp, Packets.Tcp(Server, Claimed, 80, 4000, 0x12), mac: TwinMac));
    }

    [Theory]
    [InlineData("137.118.199.52")]
    [InlineData("137.118.199.2")]
    [InlineData("192.0.2.1")]
    public void FromUplink_ForAnyOtherAddress_IsTheHosts(string destination)
    {
        var frame = FromRouter(Server, destination, IpProtocol.Udp, s_data);
        var (act, result) = _plane.Run("from_uplink", frame);
        Assert.Equal(Act.Ok, act);
        Assert.Equal(frame, result);
    }

    [Theory]
    [InlineData(IpProtocol.Udp, 8)]
    [InlineData(IpProtocol.Udp, 40)]
    [InlineData(IpProtocol.Tcp, 8)]
    [InlineData(IpProtocol.Tcp, 20)]
    [InlineData(IpProtocol.Icmp, 8)]
    [InlineData(IpProtocol.Esp, 8)]
    public void FromUplink_IcmpError_QuoteIsAsTheDeviceSentIt(byte protocol, int quoted)
    {
        _plane.Run("from_access", FromDevice(Claimed, Server, protocol, Quote(Claimed, Server, protocol, 40)[Ipv4Header.Size..]));
        _plane.AssertForwarded(
            "from_uplink",
            FromRouter("198.51.100.9", Legal, IpProtocol.Icmp, Packets.Icmp(3, 4, 1400, Quote(Legal, Server, protocol, quoted))),
            ToDevice("198.51.100.9", Claimed, IpProtocol.Icmp, Packets.Icmp(3, 4, 1400, Quote(Claimed, Server, protocol, quoted))));
    }

    [Theory]
    [InlineData(IpProtocol.Udp, 8)]
    [InlineData(IpProtocol.Udp, 40)]
    [InlineData(IpProtocol.Tcp, 8)]
    [InlineData(IpProtocol.Tcp, 20)]
    public void FromAccess_IcmpError_QuoteIsAsTheRemoteSentIt(byte protocol, int quoted) => _plane.AssertForwarded(
        "from_access",
        FromDevice(Claimed, Server, IpProtocol.Icmp, Packets.Icmp(3, 3, 0, Quote(Server, Claimed, protocol, quoted))),
        FromDevice(Legal, Server, IpProtocol.Icmp, Packets.Icmp(3, 3, 0, Quote(Server, Legal, protocol, quoted)), 63));

    [Fact]
    public void FromAccess_IcmpErrorAboutSomebodyElsesPacket_IsDropped() => _plane.AssertDropped(
        "from_access",
        FromDevice(Claimed, Server, IpProtocol.Icmp, Packets.Icmp(3, 3, 0, Quote(Server, "10.0.0.1", IpProtocol.Udp, 8))), DropReason.IcmpQuote);

    [Fact]
    public void FromAccess_IcmpErrorQuotingAFragment_ReadsNoPorts() => _plane.AssertForwarded(
        "from_access",
        FromDevice(Claimed, Server, IpProtocol.Icmp, Packets.Icmp(11, 1, 0, Packets.Packet(Server, Claimed, IpProtocol.Udp, new byte[16], fragment: 100))),
        FromDevice(Legal, Server, IpProtocol.Icmp, Packets.Icmp(11, 1, 0, Packets.Packet(Server, Legal, IpProtocol.Udp, new byte[16], fragment: 100)), 63));

    [Fact]
    public void FromAccess_TtlRunsOut_GoesToTheStackOnInsideAddress() => _plane.AssertForwarded(
        "from_access",
        FromDevice(Claimed, Server, IpProtocol.Udp, Packets.Udp(Claimed, Server, 4000, 33434, s_data), 1),
        Packets.Sealed(Packets.Ipv4(EdgeMac, EdgeMac, Inside, Server, IpProtocol.Udp, Packets.Udp(Inside, Server, 4000, 33434, s_data), 1)));

    [Fact]
    public void FromAccess_EchoToInferredGateway_GoesToTheStackAsItsOwn() => _plane.AssertForwarded(
        "from_access",
        FromDevice(Claimed, Gateway, IpProtocol.Icmp, Packets.Icmp(8, 0, 7, s_data)),
        Packets.Ipv4(EdgeMac, EdgeMac, Inside, "100.64.0.1", IpProtocol.Icmp, Packets.Icmp(8, 0, 7, s_data)));

    [Fact]
    public void FromStack_EchoReplyOfTheGateway_ComesFromTheInferredOne() => _plane.AssertForwarded(
        "from_stack",
        Packets.Ipv4("02:00:00:00:00:99", "02:00:00:00:00:99", "100.64.0.1", Inside, IpProtocol.Icmp, Packets.Icmp(0, 0, 7, s_data)),
        ToDevice(Gateway, Claimed, IpProtocol.Icmp, Packets.Icmp(0, 0, 7, s_data), 64));

    [Fact]
    public void FromStack_TimeExceeded_QuotesWhatTheDeviceSent() => _plane.AssertForwarded(
        "from_stack",
        Packets.WithSealedQuote(
            Packets.Ipv4("02:00:00:00:00:99", "02:00:00:00:00:99", "100.64.0.1", Inside, IpProtocol.Icmp, Packets.Icmp(11, 0, 0, Quote(Inside, Server, IpProtocol.Udp, 40)))),
        ToDevice(Gateway, Claimed, IpProtocol.Icmp, Packets.Icmp(11, 0, 0, Quote(Claimed, Server, IpProtocol.Udp, 40)), 64));

    /// <summary>No device ever sees an inside address: some systems drop packets from 240.0.0.0/4.</summary>
    [Fact]
    public void FromStack_TimeExceeded_ToADeviceWhoseGatewayIsNotKnown_ComesFromThePortalsAddress()
    {
        _plane.Bind(5, DeviceMac, "47.31.128.77", "137.118.199.77", "0.0.0.0");
        _plane.AssertForwarded(
            "from_stack",
            Packets.Ipv4(
                "02:00:00:00:00:99", "02:00:00:00:00:99", "100.64.0.1", "100.64.0.5", IpProtocol.Icmp, Packets.Icmp(11, 0, 0, Quote("100.64.0.5", Server, IpProtocol.Udp, 40))),
            ToDevice(PortalAddress, "47.31.128.77", IpProtocol.Icmp, Packets.Icmp(11, 0, 0, Quote("47.31.128.77", Server, IpProtocol.Udp, 40)), 64));
    }

    [Fact]
    public void ToUplink_InsideSource_BecomesLegal()
    {
        var (act, result) = _plane.Run("to_uplink", Packets.Sealed(Packets.Ipv4(RouterMac, UplinkMac, Inside, Server, IpProtocol.Udp, Packets.Udp(Inside, Server, 1, 2, s_data), 63)));
        Assert.Equal(Act.Ok, act);
        Assert.Equal(Packets.Ipv4(RouterMac, UplinkMac, Legal, Server, IpProtocol.Udp, Packets.Udp(Legal, Server, 1, 2, s_data), 63), result);
    }

    [Fact]
    public void ToUplink_InsideSourceWithoutBinding_IsDropped() => _plane.AssertDropped(
        "to_uplink", Packets.Sealed(Packets.Ipv4(RouterMac, UplinkMac, "100.64.0.9", Server, IpProtocol.Udp, s_data)), DropReason.NoBinding);

    [Fact]
    public void ToUplink_HostsErrorAboutADevice_QuotesTheLegalAddress()
    {
        var (act, result) = _plane.Run("to_uplink", Packets.WithSealedQuote(Packets.Ipv4(
            RouterMac, UplinkMac, UplinkAddress, Server, IpProtocol.Icmp, Packets.Icmp(11, 0, 0, Quote(Server, Inside, IpProtocol.Udp, 16)))));
        Assert.Equal(Act.Ok, act);
        Assert.Equal(
            Packets.Ipv4(RouterMac, UplinkMac, UplinkAddress, Server, IpProtocol.Icmp, Packets.Icmp(11, 0, 0, Quote(Server, Legal, IpProtocol.Udp, 16))),
            result);
    }

    [Fact]
    public void FromAccess_ToAnotherDevicesLegalAddress_ComesFromTheSendersLegalAddress() => _plane.AssertForwarded(
        "from_access",
        FromDevice(Claimed, TwinLegal, IpProtocol.Tcp, Packets.Tcp(Claimed, TwinLegal, 4000, 22, 2)),
        ToDevice(Legal, Claimed, IpProtocol.Tcp, Packets.Tcp(Legal, Claimed, 4000, 22, 2), mac: TwinMac));

    /// <summary>A packet cut off after <paramref name="quoted"/> octets of its payload, its length field telling of the whole.</summary>
    private static byte[] Quote(string source, string destination, byte protocol, int quoted)
    {
        var data = new byte[64];
        var payload = protocol switch
        {
            IpProtocol.Udp => Packets.Udp(source, destination, 5000, 6000, data),
            IpProtocol.Tcp => Packets.Tcp(source, destination, 5000, 80, 0x10, data),
            IpProtocol.Icmp => Packets.Icmp(8, 0, 9, data),
            _ => data,
        };
        return Packets.Packet(source, destination, protocol, payload)[..(Ipv4Header.Size + quoted)];
    }
}
