using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Nat;

/// <summary>A profile without inbound: only who was spoken to may speak (RFC 4787 REQ-8, address-dependent).</summary>
public sealed class InboundTests : IDisposable
{
    private static readonly byte[] s_data = new byte[16];

    private readonly Plane _plane = new(inbound: false);

    public void Dispose() => _plane.Dispose();

    private static byte[] From(string source, byte protocol, byte[] payload) => Packets.Ipv4(UplinkMac, RouterMac, source, Legal, protocol, payload);

    private void AssertDeviceReaches(string destination, byte protocol, byte[] payload) =>
        Assert.Equal(Act.Redirect, _plane.Run("from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, destination, protocol, payload)).Act);

    [Fact]
    public void FromUplink_Unasked_IsRefused() => _plane.AssertDropped(
        "from_uplink", From(Server, IpProtocol.Udp, Packets.Udp(Server, Legal, 123, 4000, s_data)), DropReason.InboundRefused);

    [Fact]
    public void FromUplink_AnswerFromWhoWasAsked_Passes()
    {
        AssertDeviceReaches(Server, IpProtocol.Udp, Packets.Udp(Claimed, Server, 4000, 123, s_data));
        Assert.Equal(Act.Redirect, _plane.Run("from_uplink", From(Server, IpProtocol.Udp, Packets.Udp(Server, Legal, 123, 4000, s_data))).Act);
        _plane.AssertDropped("from_uplink", From("203.0.113.11", IpProtocol.Udp, Packets.Udp("203.0.113.11", Legal, 123, 4000, s_data)), DropReason.InboundRefused);
    }

    [Fact]
    public void FromUplink_SynFromAContact_IsRefused()
    {
        AssertDeviceReaches(Server, IpProtocol.Tcp, Packets.Tcp(Claimed, Server, 4000, 80, 2));
        Assert.Equal(Act.Redirect, _plane.Run("from_uplink", From(Server, IpProtocol.Tcp, Packets.Tcp(Server, Legal, 80, 4000, 0x12))).Act);
        _plane.AssertDropped("from_uplink", From(Server, IpProtocol.Tcp, Packets.Tcp(Server, Legal, 80, 4000, 2)), DropReason.InboundRefused);
    }

    /// <summary>RFC 1858 section 3: what begins within the header writes over the flags of the fragment before it.</summary>
    [Fact]
    public void FromUplink_FragmentWithinATcpHeader_IsRefused()
    {
        AssertDeviceReaches(Server, IpProtocol.Tcp, Packets.Tcp(Claimed, Server, 4000, 80, 2));
        var payload = new byte[24];
        Assert.Equal(Act.Redirect, _plane.Run("from_uplink", Packets.Ipv4(UplinkMac, RouterMac, Server, Legal, IpProtocol.Tcp, payload, fragment: 3)).Act);
        _plane.AssertDropped("from_uplink", Packets.Ipv4(UplinkMac, RouterMac, Server, Legal, IpProtocol.Tcp, payload, fragment: 1), DropReason.InboundRefused);
    }

    [Fact]
    public void FromUplink_IcmpErrorAboutAConversation_PassesFromAnybody()
    {
        AssertDeviceReaches(Server, IpProtocol.Udp, Packets.Udp(Claimed, Server, 4000, 123, s_data));
        var quote = Packets.Packet(Legal, Server, IpProtocol.Udp, Packets.Udp(Legal, Server, 4000, 123, s_data));
        Assert.Equal(Act.Redirect, _plane.Run("from_uplink", From("198.51.100.7", IpProtocol.Icmp, Packets.Icmp(11, 0, 0, quote))).Act);
    }
}
