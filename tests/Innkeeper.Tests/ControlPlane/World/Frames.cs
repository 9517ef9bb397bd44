using Innkeeper.Wire;

namespace Innkeeper.Tests.ControlPlane.World;

/// <summary>Whole frames of devices and hosts, and what is read of frames that the gateway sent.</summary>
internal static class Frames
{
    public static MacAddress Mac(int device) => new(0x020000001000UL + (ulong)device);

    public static Ipv4Address Ip(string text) => Ipv4Address.Parse(text);

    public static byte[] Arp(MacAddress destination, MacAddress source, ArpMessage message)
    {
        var frame = new byte[64];
        return frame[..ArpFrame.Write(frame, destination, source, 0, message)];
    }

    /// <summary>A device asks everyone on its LAN for an address.</summary>
    public static byte[] ArpRequest(int device, string sender, string target) =>
        Arp(MacAddress.Broadcast, Mac(device), ArpMessage.Request(Mac(device), Ip(sender), Ip(target)));

    /// <summary>A UDP datagram from port 4096 to port 53.</summary>
    public static byte[] Udp(MacAddress destination, MacAddress source, string from, string to)
    {
        const int DataSize = 4;
        var frame = new byte[EthernetHeader.Size + Ipv4Header.Size + UdpHeader.Size + DataSize];
        EthernetHeader.Write(frame, destination, source, EtherTypes.Ipv4, 0);
        new Ipv4Header(Ip(from), Ip(to), IpProtocol.Udp).Write(frame.AsSpan(EthernetHeader.Size), UdpHeader.Size + DataSize);
        new UdpHeader(4096, 53).Write(frame.AsSpan(EthernetHeader.Size + Ipv4Header.Size), Ip(from), Ip(to), new byte[DataSize]);
        return frame;
    }

    /// <summary>An echo request (RFC 792).</summary>
    public static byte[] Echo(MacAddress destination, MacAddress source, string from, string to)
    {
        var message = new byte[IcmpHeader.Size + 8];
        IcmpHeader.EchoRequest(1, 1).Write(message, new byte[8]);
        return Packet(destination, source, new Ipv4Header(Ip(from), Ip(to), IpProtocol.Icmp), message);
    }

    /// <summary>A TCP segment without data.</summary>
    public static byte[] Tcp(MacAddress destination, MacAddress source, string from, string to, ushort port, TcpControl flags = TcpControl.Syn)
    {
        var segment = new byte[TcpHeader.Size];
        new TcpHeader(4096, port, flags) { SequenceNumber = 7000 }.Write(segment, Ip(from), Ip(to), []);
        return Packet(destination, source, new Ipv4Header(Ip(from), Ip(to), IpProtocol.Tcp), segment);
    }

    public static byte[] Packet(MacAddress destination, MacAddress source, Ipv4Header header, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[EthernetHeader.Size + Ipv4Header.Size + payload.Length];
        EthernetHeader.Write(frame, destination, source, EtherTypes.Ipv4, 0);
        header.Write(frame.AsSpan(EthernetHeader.Size), payload.Length);
        payload.CopyTo(frame.AsSpan(EthernetHeader.Size + Ipv4Header.Size));
        return frame;
    }

    /// <summary>An ICMP error that the gateway sent: to whom, in whose name, of what kind, in which VLAN.</summary>
    public static (MacAddress Device, Ipv4Address From, byte Type, byte Code, ushort Vlan) ReadError(byte[] frame)
    {
        Assert.True(EthernetPacket.TryParse(frame, out var ethernet));
        Assert.True(Ipv4Packet.TryParse(ethernet.Payload, out var packet));
        Assert.Equal(IpProtocol.Icmp, packet.Protocol);
        Assert.True(IcmpPacket.TryParse(packet.Payload, out var error));
        return (ethernet.Destination, packet.Source, error.Type, error.Code, ethernet.HasVlan ? ethernet.VlanId : (ushort)0);
    }

    /// <summary>The ARP message of a frame that the gateway sent.</summary>
    public static ArpMessage ReadArp(byte[] frame, out EthernetPacket ethernet)
    {
        Assert.True(EthernetPacket.TryParse(frame, out ethernet));
        Assert.True(ArpMessage.TryParse(ethernet.Payload, out var message));
        return message;
    }
}
