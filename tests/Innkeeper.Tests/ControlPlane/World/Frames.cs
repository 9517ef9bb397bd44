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

    /// <summary>The ARP message of a frame that the gateway sent.</summary>
    public static ArpMessage ReadArp(byte[] frame, out EthernetPacket ethernet)
    {
        Assert.True(EthernetPacket.TryParse(frame, out ethernet));
        Assert.True(ArpMessage.TryParse(ethernet.Payload, out var message));
        return message;
    }
}
