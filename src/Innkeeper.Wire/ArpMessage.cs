using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>ARP operations (RFC 826). Others are kept as their number.</summary>
public enum ArpOperation : ushort
{
    /// <summary>"Who has the target address?"</summary>
    Request = 1,

    /// <summary>"The sender address is at the sender MAC."</summary>
    Reply = 2,
}

/// <summary>An ARP message for IPv4 over Ethernet (RFC 826).</summary>
public readonly record struct ArpMessage(
    ArpOperation Operation, MacAddress SenderMac, Ipv4Address SenderIp, MacAddress TargetMac, Ipv4Address TargetIp)
{
    /// <summary>Octets on the wire, without padding.</summary>
    public const int Size = 28;

    /// <summary>Asks whether the target is free: no sender address yet (RFC 5227, 1.1).</summary>
    public bool IsProbe => Operation == ArpOperation.Request && SenderIp == Ipv4Address.Any;

    /// <summary>Says "this address is mine" to all: sender and target address are one (RFC 5227, 1.1).</summary>
    public bool IsAnnouncement => SenderIp == TargetIp && SenderIp != Ipv4Address.Any;

    /// <summary>"Who has <paramref name="target"/>? Tell <paramref name="sender"/>."</summary>
    public static ArpMessage Request(MacAddress senderMac, Ipv4Address sender, Ipv4Address target) =>
        new(ArpOperation.Request, senderMac, sender, MacAddress.Zero, target);

    /// <summary>"<paramref name="sender"/> is at <paramref name="senderMac"/>", to who asked.</summary>
    public static ArpMessage Reply(MacAddress senderMac, Ipv4Address sender, MacAddress targetMac, Ipv4Address target) =>
        new(ArpOperation.Reply, senderMac, sender, targetMac, target);

    /// <summary>An ARP probe (RFC 5227, 2.1.1).</summary>
    public static ArpMessage Probe(MacAddress senderMac, Ipv4Address target) => Request(senderMac, Ipv4Address.Any, target);

    /// <summary>An ARP announcement (RFC 5227, 2.3).</summary>
    public static ArpMessage Announcement(MacAddress senderMac, Ipv4Address address) => Request(senderMac, address, address);

    /// <summary>False for anything but IPv4 over Ethernet, and for too few octets. More octets are padding.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out ArpMessage message)
    {
        message = default;
        if (payload.Length < Size
            || BinaryPrimitives.ReadUInt16BigEndian(payload) != 1
            || BinaryPrimitives.ReadUInt16BigEndian(payload[2..]) != EtherTypes.Ipv4
            || payload[4] != MacAddress.Size || payload[5] != Ipv4Address.Size)
        {
            return false;
        }

        message = new ArpMessage(
            (ArpOperation)BinaryPrimitives.ReadUInt16BigEndian(payload[6..]),
            MacAddress.Read(payload[8..]), Ipv4Address.Read(payload[14..]),
            MacAddress.Read(payload[18..]), Ipv4Address.Read(payload[24..]));
        return true;
    }

    /// <summary>Writes <see cref="Size"/> octets.</summary>
    public void Write(Span<byte> payload)
    {
        BinaryPrimitives.WriteUInt16BigEndian(payload, 1);
        BinaryPrimitives.WriteUInt16BigEndian(payload[2..], EtherTypes.Ipv4);
        payload[4] = MacAddress.Size;
        payload[5] = Ipv4Address.Size;
        BinaryPrimitives.WriteUInt16BigEndian(payload[6..], (ushort)Operation);
        SenderMac.Write(payload[8..]);
        SenderIp.Write(payload[14..]);
        TargetMac.Write(payload[18..]);
        TargetIp.Write(payload[24..]);
    }
}

/// <summary>Writes whole Ethernet frames of ARP.</summary>
public static class ArpFrame
{
    /// <summary>Writes header and message, without padding (the NIC pads).</summary>
    /// <param name="vlan">0 = untagged.</param>
    /// <returns>Octets written: 42, or 46 with a tag.</returns>
    public static int Write(Span<byte> frame, MacAddress destination, MacAddress source, ushort vlan, ArpMessage message)
    {
        var header = EthernetHeader.Write(frame, destination, source, EtherTypes.Arp, vlan);
        message.Write(frame[header..]);
        return header + ArpMessage.Size;
    }
}
