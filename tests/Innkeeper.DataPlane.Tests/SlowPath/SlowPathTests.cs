using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.SlowPath;

/// <summary>
/// What the host's stack gets of devices' packets: sealed ones that it leads out by their gateway, and pings for the gateway itself.
/// </summary>
public sealed class SlowPathTests : IDisposable
{
    private const byte Lsrr = 131;
    private const byte Ssrr = 137;
    private const byte RecordRoute = 7;
    private const byte Nop = 1;

    private static readonly byte[] s_data = new byte[24];

    private readonly Plane _plane = new();

    public void Dispose() => _plane.Dispose();

    public static TheoryData<string, string, byte> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, byte>();
            foreach (var destination in (string[])[HostNamespace.Own, "192.168.88.255", "10.77.0.1", "10.77.0.5", "10.77.0.255"])
            {
                foreach (var reason in (string[])["ttl", "nop", "record route", "too long", "too long, DF", "fragment", "later fragment"])
                {
                    foreach (var protocol in (byte[])[IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Icmp, IpProtocol.Gre])
                    {
                        cases.Add(destination, reason, protocol);
                    }
                }
            }

            return cases;
        }
    }

    /// <summary>A packet that needs the stack for a reason; a later fragment has no ports.</summary>
    private static byte[] Frame(string destination, string reason, byte protocol)
    {
        var data = reason.StartsWith("too long", StringComparison.Ordinal) ? new byte[1481] : s_data;
        var payload = protocol switch
        {
            IpProtocol.Tcp => Packets.Tcp(Claimed, destination, 4000, 2222, 2, data),
            IpProtocol.Udp => Packets.Udp(Claimed, destination, 4000, 2222, data),
            IpProtocol.Icmp => Packets.Icmp(8, 0, 7, data),
            _ => data,
        };
        var (ttl, fragment) = reason switch
        {
            "ttl" => (1, 0),
            "fragment" => (1, Packets.MoreFragments),
            "later fragment" => (1, 100),
            "too long, DF" => (64, Packets.DontFragment),
            _ => (64, 0),
        };
        var frame = Packets.Ipv4(AccessMac, DeviceMac, Claimed, destination, protocol, payload, (byte)ttl, (ushort)fragment);
        return reason switch
        {
            "nop" => Packets.WithOptions(frame, Nop, Nop, Nop, Nop),
            "record route" => Packets.WithOptions(frame, RecordRoute, 7, 4, 0, 0, 0, 0),
            _ => frame,
        };
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void FromAccess_HostsAddressOrNetwork_IsRefused(string destination, string reason, byte protocol) =>
        _plane.AssertDropped("from_access", Frame(destination, reason, protocol), DropReason.SlowPath);

    [Theory]
    [InlineData("ttl")]
    [InlineData("nop")]
    [InlineData("too long")]
    [InlineData("later fragment")]
    public void FromAccess_BeyondTheGateway_GoesToTheStack_Sealed(string reason)
    {
        foreach (var protocol in (byte[])[IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Icmp, IpProtocol.Esp, IpProtocol.Sctp, 41, 0, 145])
        {
            var (act, frame) = _plane.Run("from_access", Frame(Server, reason, protocol));
            Assert.Equal(Act.Redirect, act);
            Assert.Equal(protocol > 52 ? protocol + 53 : protocol + 200, frame[EthernetHeader.Size + 9]);

            // And comes out of it as it was, with the legal source.
            var (passed, left) = _plane.Run("to_uplink", frame);
            Assert.Equal(Act.Ok, passed);
            Assert.Equal(protocol, left[EthernetHeader.Size + 9]);
            Assert.Equal(0, Checksum.Finish(Checksum.Add(left.AsSpan(EthernetHeader.Size, (left[EthernetHeader.Size] & 15) * 4), 0)));
            Assert.Equal(Legal, $"{Ipv4Address.Read(left.AsSpan(EthernetHeader.Size + 12))}");
        }
    }

    /// <summary>A firewall that tracks connections puts a datagram together: it must not see the long fragments only.</summary>
    [Theory]
    [InlineData(1400, true)]
    [InlineData(1500, false)]
    public void FromAccess_ShortFragment_TakesTheWayOfTheLongOnes(uint mtu, bool isSlow)
    {
        _plane.SetUplinkMtu(mtu);
        foreach (var fragment in (ushort[])[Packets.MoreFragments, 100])
        {
            var (act, frame) = _plane.Run("from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, Server, IpProtocol.Udp, Packets.Udp(Claimed, Server, 4000, 123, s_data), fragment: fragment));
            Assert.Equal(Act.Redirect, act);
            Assert.Equal(isSlow ? IpProtocol.Udp + 200 : IpProtocol.Udp, frame[EthernetHeader.Size + 9]);
        }
    }

    /// <summary>No number stands for two protocols, and none that stands for one is a protocol of its own.</summary>
    [Fact]
    public void EveryProtocol_HasANumberOfItsOwn_OrIsRefused()
    {
        var numbers = new HashSet<byte>();
        for (var protocol = 0; protocol < 256; protocol++)
        {
            var frame = Packets.Ipv4(AccessMac, DeviceMac, Claimed, Server, (byte)protocol, s_data, 1);
            var (act, sealedFrame) = _plane.Run("from_access", frame);
            if (protocol is <= 52 or (>= 99 and <= 145))
            {
                Assert.Equal(Act.Redirect, act);
                Assert.InRange(sealedFrame[EthernetHeader.Size + 9], 146, 252);
                Assert.True(numbers.Add(sealedFrame[EthernetHeader.Size + 9]));
            }
            else
            {
                Assert.Equal(Act.Drop, act);
            }
        }
    }

    [Fact]
    public void ToUplink_InsideSourceThatIsNotSealed_IsDropped() => _plane.AssertDropped(
        "to_uplink", Packets.Ipv4(RouterMac, UplinkMac, Inside, Server, IpProtocol.Udp, Packets.Udp(Inside, Server, 1, 2, s_data)), DropReason.SlowPath);

    /// <summary>A rule of the host's firewall that masquerades all that leaves by the uplink.</summary>
    [Fact]
    public void ToUplink_SealedWithTheHostsOwnSource_IsDropped() => _plane.AssertDropped(
        "to_uplink", Packets.Sealed(Packets.Ipv4(RouterMac, UplinkMac, UplinkAddress, Server, IpProtocol.Udp, Packets.Udp(UplinkAddress, Server, 1, 2, s_data))), DropReason.SlowPath);

    /// <summary>The host took the packet for itself, and has no use for its protocol.</summary>
    [Fact]
    public void FromStack_NoSuchProtocol_IsNotTold()
    {
        var about = Packets.Packet(Inside, Server, IpProtocol.Udp, Packets.Udp(Inside, Server, 4000, 80, s_data));
        var told = Packets.WithSealedQuote(Packets.Ipv4(StackMac, StackMac, "100.64.0.1", Inside, IpProtocol.Icmp, Packets.Icmp(3, 2, 0, about)));
        _plane.AssertDropped("from_stack", told, DropReason.SlowPath);
    }

    [Theory]
    [InlineData(11, 0)]
    [InlineData(3, 4)]
    [InlineData(3, 13)]
    [InlineData(12, 0)]
    public void FromStack_Error_QuotesThePacketAsTheDeviceSentIt(byte type, byte code)
    {
        foreach (var payload in (byte[][])[Packets.Udp(Inside, Server, 4000, 80, s_data), s_data])
        {
            var protocol = payload.Length == s_data.Length ? IpProtocol.Gre : IpProtocol.Udp;
            var onStack = Packets.Packet(Inside, Server, protocol, payload);
            var sent = Packets.Packet(Claimed, Server, protocol, protocol == IpProtocol.Udp ? Packets.Udp(Claimed, Server, 4000, 80, s_data) : s_data);
            _plane.AssertForwarded(
                "from_stack",
                Packets.WithSealedQuote(Packets.Ipv4(StackMac, StackMac, "100.64.0.1", Inside, IpProtocol.Icmp, Packets.Icmp(type, code, 1400, onStack))),
                Packets.Ipv4(DeviceMac, AccessMac, Gateway, Claimed, IpProtocol.Icmp, Packets.Icmp(type, code, 1400, sent)));
        }
    }

    /// <summary>RFC 1122 3.2.2: no error is answered by an error, and the stack cannot see any more what it is.</summary>
    [Fact]
    public void FromAccess_ErrorWhoseTtlRunsOut_IsDropped() => _plane.AssertDropped(
        "from_access",
        Packets.Ipv4(AccessMac, DeviceMac, Claimed, Server, IpProtocol.Icmp, Packets.Icmp(3, 3, 0, Packets.Packet(Server, Claimed, IpProtocol.Udp, new byte[8])), 1),
        DropReason.SlowPath);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(11)]
    [InlineData(13)]
    public void FromAccess_OtherIcmpForTheGateway_IsDropped(byte type)
    {
        foreach (var destination in (string[])[Gateway, UplinkAddress])
        {
            var frame = Packets.Ipv4(AccessMac, DeviceMac, Claimed, destination, IpProtocol.Icmp, Packets.Icmp(type, 0, 7, Packets.Packet(Claimed, Claimed, IpProtocol.Udp, s_data)));
            _plane.AssertDropped("from_access", frame, type == 5 ? DropReason.Redirect : DropReason.GatewayService);
        }
    }

    [Theory]
    [InlineData(new byte[] { Lsrr, 7, 4, 192, 168, 88, 1 })]
    [InlineData(new byte[] { Ssrr, 7, 4, 192, 168, 88, 1 })]
    [InlineData(new byte[] { Nop, Nop, Nop, Lsrr, 3, 4 })]
    [InlineData(new byte[] { RecordRoute, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, Ssrr, 7, 4, 9, 9, 9, 9 })]
    [InlineData(new byte[] { Nop, Lsrr, 39, 40 })]
    public void SourceRoute_IsDropped_FromEitherSide(byte[] options)
    {
        foreach (var destination in (string[])[Server, Gateway, TwinLegal, UplinkAddress, HostNamespace.Own])
        {
            _plane.AssertDropped(
                "from_access", Packets.WithOptions(Packets.Ipv4(AccessMac, DeviceMac, Claimed, destination, IpProtocol.Icmp, Packets.Icmp(8, 0, 7, s_data)), options), DropReason.SourceRoute);
        }

        foreach (var destination in (string[])[Legal, UplinkAddress, "192.0.2.9"])
        {
            _plane.AssertDropped(
                "from_uplink", Packets.WithOptions(Packets.Ipv4(UplinkMac, RouterMac, Server, destination, IpProtocol.Icmp, Packets.Icmp(8, 0, 7, s_data)), options), DropReason.SourceRoute);
        }
    }

    /// <summary>Octets of another option's value are no source route, and neither is anything behind the end of the list.</summary>
    [Theory]
    [InlineData(new byte[] { 68, 8, 5, 0, Lsrr, 7, 4, 9 })]
    [InlineData(new byte[] { 0, Lsrr, 7, 4 })]
    [InlineData(new byte[] { 68, 0, Lsrr, 7 })]
    [InlineData(new byte[] { 68, 255, Lsrr, 7 })]
    public void OtherOptions_GoToTheStack(byte[] options) => Assert.Equal(
        Act.Redirect,
        _plane.Run("from_access", Packets.WithOptions(Packets.Ipv4(AccessMac, DeviceMac, Claimed, Server, IpProtocol.Icmp, Packets.Icmp(8, 0, 7, s_data)), options)).Act);
}
