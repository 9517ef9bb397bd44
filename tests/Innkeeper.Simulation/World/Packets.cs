using Innkeeper.Bindings;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Simulation.World;

/// <summary>Frames as devices send them; the data plane hands them on without their VLAN tag.</summary>
internal static class Packets
{
    public static byte[] Arp(MacAddress destination, ArpMessage message, MacAddress? source = null)
    {
        var frame = new byte[ArpFrame.MaxSize];
        return frame[..ArpFrame.Write(frame, destination, source ?? message.SenderMac, 0, message)];
    }

    /// <summary>A UDP datagram of four octets.</summary>
    public static byte[] Udp(MacAddress destination, MacAddress source, Ipv4Address from, Ipv4Address to)
    {
        const int DataSize = 4;
        var frame = new byte[EthernetHeader.Size + Ipv4Header.Size + UdpHeader.Size + DataSize];
        EthernetHeader.Write(frame, destination, source, EtherTypes.Ipv4, 0);
        new Ipv4Header(from, to, IpProtocol.Udp).Write(frame.AsSpan(EthernetHeader.Size), UdpHeader.Size + DataSize);
        new UdpHeader(4096, 443).Write(frame.AsSpan(EthernetHeader.Size + Ipv4Header.Size), from, to, new byte[DataSize]);
        return frame;
    }

    /// <summary>A client's message.</summary>
    /// <param name="ciaddr">The address that it has and answers ARP for.</param>
    public static byte[] Dhcp(DhcpMessageType type, MacAddress mac, uint transaction, Ipv4Address ciaddr, Ipv4Address? requested, Ipv4Address? server)
    {
        var frame = new byte[DhcpFrame.MaxSize];
        var writer = new DhcpWriter(frame.AsSpan(DhcpFrame.MessageOffset(0)), new DhcpHeader(false, transaction, mac) { ClientAddress = ciaddr });
        writer.TryAdd(DhcpOption.MessageType, (byte)type);
        if (requested is { } wish)
        {
            writer.TryAdd(DhcpOption.RequestedAddress, wish);
        }

        if (server is { } chosen)
        {
            writer.TryAdd(DhcpOption.ServerIdentifier, chosen);
        }

        var length = DhcpFrame.Write(
            frame, writer.Finish(), new DhcpEnd(MacAddress.Broadcast, Ipv4Address.Broadcast, DhcpHeader.ServerPort), new DhcpEnd(mac, ciaddr, DhcpHeader.ClientPort), 0);
        return frame[..length];
    }

    public static bool TryReadArp(byte[] frame, out ArpMessage message)
    {
        message = default;
        return EthernetPacket.TryParse(frame, out var ethernet) && ethernet.EtherType == EtherTypes.Arp && ArpMessage.TryParse(ethernet.Payload, out message);
    }

    /// <summary>A message of the gateway's DHCP server.</summary>
    public static bool TryReadDhcp(byte[] frame, out DhcpAnswer answer)
    {
        answer = default;
        if (!EthernetPacket.TryParse(frame, out var ethernet) || ethernet.EtherType != EtherTypes.Ipv4 || !Ipv4Packet.TryParse(ethernet.Payload, out var ip)
            || ip.Protocol != IpProtocol.Udp || !UdpPacket.TryParse(ip.Payload, out var datagram) || !DhcpPacket.TryParse(datagram.Payload, out var packet) || !packet.IsReply)
        {
            return false;
        }

        var vlan = ethernet.HasVlan ? ethernet.VlanId : (ushort)0;
        answer = new DhcpAnswer(
            new Station(vlan, packet.ClientMac), packet.TransactionId, packet.MessageType, packet.YourAddress, packet.AddressOf(DhcpOption.ServerIdentifier),
            packet.NumberOf(DhcpOption.LeaseTime) is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        return true;
    }
}

/// <param name="Time">Null: the message leases nothing.</param>
internal readonly record struct DhcpAnswer(Station Station, uint Transaction, DhcpMessageType Type, Ipv4Address Address, Ipv4Address Server, TimeSpan? Time);
