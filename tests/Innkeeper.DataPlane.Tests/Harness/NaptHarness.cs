using System.Buffers.Binary;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Harness;

/// <summary>A plane with NAPT, and what tests say of packets that pass it: octet for octet.</summary>
internal sealed class NaptHarness : IDisposable
{
    public const byte Fin = 0x11;
    public const byte Syn = 2;
    public const byte SynAck = 0x12;
    public const byte Rst = 4;
    public const byte Ack = 0x10;
    public const string OtherServer = "203.0.113.11";

    private readonly NaptSetup _setup;

    public NaptHarness(NaptSetup? setup = null, bool inbound = true, ConfigFlags flags = ConfigFlags.None, ProfileFlags profile = ProfileFlags.None)
    {
        _setup = setup ?? new NaptSetup();
        Plane = new Plane(inbound, flags, napt: _setup, profile: profile);
    }

    public Plane Plane { get; }

    public string Shared => _setup.Shared;

    public void Dispose() => Plane.Dispose();

    /// <summary>The packet leaves as the shared address.</summary>
    /// <returns>The port that stands for the device's.</returns>
    public ushort AssertLeaves(Datagram packet, string mac = DeviceMac)
    {
        var (act, frame) = Plane.Run("from_access", packet.Frame(AccessMac, mac));
        Assert.Equal(Act.Redirect, act);
        var port = NaptModel.HasPorts((packet.Quote ?? packet).Protocol) ? PortOf(frame, packet) : (ushort)0;
        AssertFrame(Outside(packet, port).Hop().Frame(AccessMac, mac), frame);
        return port;
    }

    /// <summary>The packet is what the device gets of the one from outside.</summary>
    public void AssertArrives(Datagram packet, Datagram atDevice, string mac = DeviceMac)
    {
        var (act, frame) = Plane.Run("from_uplink", packet.Frame(UplinkMac, RouterMac));
        Assert.Equal(Act.Redirect, act);
        AssertFrame(atDevice.Hop().Frame(mac, AccessMac), frame);
    }

    /// <summary>The packet goes from one device to the other in one step.</summary>
    public void AssertCrosses(Datagram packet, Datagram atDevice, string from, string to)
    {
        var (act, frame) = Plane.Run("from_access", packet.Frame(AccessMac, from));
        Assert.Equal(Act.Redirect, act);
        AssertFrame(atDevice.Hop().Frame(to, AccessMac), frame);
    }

    public void AssertRefused(Datagram packet, DropReason reason, string mac = DeviceMac) =>
        Plane.AssertDropped("from_access", packet.Frame(AccessMac, mac), reason);

    public void AssertKeptOut(Datagram packet, DropReason reason) => Plane.AssertDropped("from_uplink", packet.Frame(UplinkMac, RouterMac), reason);

    public void AssertPassesToHost(Datagram packet)
    {
        var frame = packet.Frame(UplinkMac, RouterMac);
        var (act, result) = Plane.Run("from_uplink", frame);
        Assert.Equal(Act.Ok, act);
        AssertFrame(frame, result);
    }

    /// <summary>A UDP packet of the device to the server leaves; its port.</summary>
    public ushort AssertUdpLeaves(ushort port, string mac = DeviceMac, string to = Server) => AssertLeaves(Datagram.Udp(ClaimedOf(mac), port, to, 123), mac);

    public ushort AssertTcpLeaves(ushort port, byte flags, string to = Server, ushort toPort = 80, string mac = DeviceMac) =>
        AssertLeaves(Datagram.Tcp(ClaimedOf(mac), port, to, toPort, flags), mac);

    /// <summary>A TCP segment of the server comes in.</summary>
    public void AssertTcpArrives(ushort outside, ushort port, byte flags, string from = Server, ushort fromPort = 80) =>
        AssertArrives(Datagram.Tcp(from, fromPort, Shared, outside, flags), Datagram.Tcp(from, fromPort, Claimed, port, flags));

    public MappingState StateOf(ushort outside, byte protocol = IpProtocol.Tcp) =>
        Plane.Mappings().Single(m => m.Key.Port == outside && m.Key.Protocol == protocol).Mapping.State;

    public static string ClaimedOf(string mac) => mac switch
    {
        OwnMac => OwnClaimed,
        OtherOwnMac => OtherOwnClaimed,
        _ => Claimed,
    };

    /// <summary>As it is outside: an error about a packet that came says what that was outside.</summary>
    public Datagram Outside(Datagram packet, ushort port) => packet.Quote is { } quote
        ? packet with { Source = Shared, Quote = quote.To(Shared, NaptModel.HasPorts(quote.Protocol) ? port : null) }
        : packet.From(Shared, NaptModel.HasPorts(packet.Protocol) ? port : null);

    public static void AssertFrame(byte[] expected, byte[] frame) => Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(frame));

    private static ushort PortOf(byte[] frame, Datagram packet)
    {
        const int Transport = EthernetHeader.Size + Ipv4Header.Size;
        var quoted = Transport + 8 + Ipv4Header.Size;
        return BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan((packet.Protocol, packet.Quote?.Protocol) switch
        {
            (_, IpProtocol.Icmp) => quoted + 4,
            (_, not null) => quoted + 2,
            (IpProtocol.Icmp, _) => Transport + 4,
            _ => Transport,
        }));
    }
}
