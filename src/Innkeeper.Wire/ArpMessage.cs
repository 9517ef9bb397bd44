using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>An ARP message for IPv4 over Ethernet (RFC 826).</summary>
/// <remarks>
/// Words of 16 bits in network order:
/// <code>
///  0               hardware type, 1 = Ethernet
///  2               protocol type, 0x0800 = IPv4
///  4 | 5           hardware length, 6 | protocol length, 4
///  6               operation
///  8               sender hardware address, 6 octets
/// 14               sender protocol address, 4 octets
/// 18               target hardware address, 6 octets
/// 24               target protocol address, 4 octets
/// </code>
/// </remarks>
/// <param name="Operation">Request, reply, or another number as it came.</param>
/// <param name="SenderMac">The sender hardware address.</param>
/// <param name="SenderIp">The sender protocol address.</param>
/// <param name="TargetMac">The target hardware address; without meaning in a request.</param>
/// <param name="TargetIp">The target protocol address.</param>
public readonly record struct ArpMessage(
    ArpOperation Operation, MacAddress SenderMac, Ipv4Address SenderIp, MacAddress TargetMac, Ipv4Address TargetIp)
{
    /// <summary>Octets on the wire, without padding.</summary>
    public const int Size = 28;

    private const int HardwareTypeOffset = 0;
    private const int ProtocolTypeOffset = 2;
    private const int HardwareLengthOffset = 4;
    private const int ProtocolLengthOffset = 5;
    private const int OperationOffset = 6;
    private const int SenderMacOffset = 8;
    private const int SenderIpOffset = 14;
    private const int TargetMacOffset = 18;
    private const int TargetIpOffset = 24;

    private const ushort HardwareEthernet = 1;

    /// <summary>An ARP probe: a request with the sender address 0.0.0.0 (RFC 5227 section 1.1).</summary>
    public bool IsProbe => Operation == ArpOperation.Request && SenderIp == Ipv4Address.Any;

    /// <summary>
    /// An ARP announcement: sender and target address are the same (RFC 5227 section 1.1). A reply counts too, as hosts
    /// announce in both ways (RFC 5227 section 3).
    /// </summary>
    public bool IsAnnouncement => SenderIp == TargetIp && SenderIp != Ipv4Address.Any;

    /// <summary>Asks who has <paramref name="targetIp"/>; to be broadcast.</summary>
    public static ArpMessage Request(MacAddress senderMac, Ipv4Address senderIp, Ipv4Address targetIp) =>
        new(ArpOperation.Request, senderMac, senderIp, MacAddress.Zero, targetIp);

    /// <summary>Tells the target that <paramref name="senderMac"/> has <paramref name="senderIp"/>.</summary>
    public static ArpMessage Reply(MacAddress senderMac, Ipv4Address senderIp, MacAddress targetMac, Ipv4Address targetIp) =>
        new(ArpOperation.Reply, senderMac, senderIp, targetMac, targetIp);

    /// <summary>Asks whether anyone has <paramref name="targetIp"/> without claiming an address (RFC 5227 section 2.1.1).</summary>
    public static ArpMessage Probe(MacAddress senderMac, Ipv4Address targetIp) =>
        Request(senderMac, Ipv4Address.Any, targetIp);

    /// <summary>Claims <paramref name="address"/>, and so corrects caches; a request, to be broadcast (RFC 5227 section 2.3).</summary>
    public static ArpMessage Announcement(MacAddress senderMac, Ipv4Address address) =>
        Request(senderMac, address, address);

    /// <summary>Parses the payload of an Ethernet frame; octets after the message are padding and ignored.</summary>
    /// <returns>False if it is too short or not about IPv4 over Ethernet.</returns>
    public static bool TryParse(ReadOnlySpan<byte> payload, out ArpMessage message)
    {
        message = default;
        if (payload.Length < Size
            || BinaryPrimitives.ReadUInt16BigEndian(payload[HardwareTypeOffset..]) != HardwareEthernet
            || BinaryPrimitives.ReadUInt16BigEndian(payload[ProtocolTypeOffset..]) != EtherTypes.Ipv4
            || payload[HardwareLengthOffset] != MacAddress.Size
            || payload[ProtocolLengthOffset] != Ipv4Address.Size)
        {
            return false;
        }

        message = new ArpMessage(
            (ArpOperation)BinaryPrimitives.ReadUInt16BigEndian(payload[OperationOffset..]),
            MacAddress.Read(payload[SenderMacOffset..]),
            Ipv4Address.Read(payload[SenderIpOffset..]),
            MacAddress.Read(payload[TargetMacOffset..]),
            Ipv4Address.Read(payload[TargetIpOffset..]));
        return true;
    }

    /// <summary>Writes the message.</summary>
    /// <param name="buffer">At least <see cref="Size"/> octets.</param>
    /// <returns>Octets written: <see cref="Size"/>.</returns>
    public int Write(Span<byte> buffer)
    {
        BinaryPrimitives.WriteUInt16BigEndian(buffer[HardwareTypeOffset..], HardwareEthernet);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[ProtocolTypeOffset..], EtherTypes.Ipv4);
        buffer[HardwareLengthOffset] = MacAddress.Size;
        buffer[ProtocolLengthOffset] = Ipv4Address.Size;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[OperationOffset..], (ushort)Operation);
        SenderMac.Write(buffer[SenderMacOffset..]);
        SenderIp.Write(buffer[SenderIpOffset..]);
        TargetMac.Write(buffer[TargetMacOffset..]);
        TargetIp.Write(buffer[TargetIpOffset..]);
        return Size;
    }
}
