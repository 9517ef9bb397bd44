using System.Buffers.Binary;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane.Tests.Harness;

/// <summary>Whole frames with right checksums, as devices and hosts send them.</summary>
internal static class Packets
{
    public const ushort DontFragment = 0x4000;
    public const ushort MoreFragments = 0x2000;

    public static byte[] Ipv4(
        string destinationMac, string sourceMac, string source, string destination, byte protocol, ReadOnlySpan<byte> payload,
        byte ttl = 64, ushort fragment = 0)
    {
        var frame = new byte[EthernetHeader.Size + Ipv4Header.Size + payload.Length];
        var at = EthernetHeader.Write(frame, MacAddress.Parse(destinationMac), MacAddress.Parse(sourceMac), EtherTypes.Ipv4);
        at += new Ipv4Header(Ipv4Address.Parse(source), Ipv4Address.Parse(destination), protocol)
        {
            Ttl = ttl,
            Identification = 0x1234,
            DontFragment = (fragment & DontFragment) != 0,
            MoreFragments = (fragment & MoreFragments) != 0,
            FragmentOffset = (fragment & 0x1fff) * 8,
        }.Write(frame.AsSpan(at), payload.Length);
        payload.CopyTo(frame.AsSpan(at));
        return frame;
    }

    /// <summary>With these IPv4 options, padded; the frame had none.</summary>
    public static byte[] WithOptions(byte[] frame, params byte[] options)
    {
        const int Behind = EthernetHeader.Size + Ipv4Header.Size;
        var size = (options.Length + 3) & ~3;
        byte[] result = [.. frame[..Behind], .. options, .. new byte[size - options.Length], .. frame[Behind..]];
        var header = result.AsSpan(EthernetHeader.Size, Ipv4Header.Size + size);
        header[0] = (byte)(0x40 | (header.Length / 4));
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(result.Length - EthernetHeader.Size));
        PutHeaderChecksum(header);
        return result;
    }

    /// <summary>As the host's stack has it: under another protocol (bpf/slow_path.h).</summary>
    public static byte[] Sealed(byte[] frame)
    {
        var result = frame.ToArray();
        SealPacket(result.AsSpan(EthernetHeader.Size));
        return result;
    }

    /// <summary>An error of the host's stack, which quotes the packet as the stack had it.</summary>
    public static byte[] WithSealedQuote(byte[] frame)
    {
        var result = frame.ToArray();
        SealPacket(result.AsSpan(EthernetHeader.Size + Ipv4Header.Size + 8));
        return result;
    }

    /// <summary>With this tag in the frame itself.</summary>
    public static byte[] WithTag(byte[] frame, ushort tci, ushort type = EtherTypes.Vlan) =>
        [.. frame[..12], (byte)(type >> 8), (byte)type, (byte)(tci >> 8), (byte)tci, .. frame[12..]];

    private static void SealPacket(Span<byte> packet)
    {
        packet[9] = packet[9] switch { <= 52 => (byte)(packet[9] + 200), >= 99 and <= 145 => (byte)(packet[9] + 53), _ => throw new ArgumentException($"protocol {packet[9]} has no slow path") };
        PutHeaderChecksum(packet[..((packet[0] & 15) * 4)]);
    }

    private static void PutHeaderChecksum(Span<byte> header)
    {
        header.Slice(10, 2).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], Checksum.Finish(Checksum.Add(header, 0)));
    }

    public static byte[] Packet(string source, string destination, byte protocol, ReadOnlySpan<byte> payload, byte ttl = 64, ushort fragment = 0) =>
        Ipv4("00:00:00:00:00:00", "00:00:00:00:00:00", source, destination, protocol, payload, ttl, fragment)[EthernetHeader.Size..];

    public static byte[] Udp(string source, string destination, ushort sourcePort, ushort destinationPort, ReadOnlySpan<byte> data, bool checksum = true)
    {
        var datagram = new byte[8 + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        data.CopyTo(datagram.AsSpan(8));
        if (checksum)
        {
            PutChecksum(datagram, 6, source, destination, IpProtocol.Udp);
        }

        return datagram;
    }

    public static byte[] Tcp(string source, string destination, ushort sourcePort, ushort destinationPort, byte flags, ReadOnlySpan<byte> data = default)
    {
        var segment = new byte[20 + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(segment, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), 0x01020304);
        segment[12] = 0x50;
        segment[13] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(14), 0xffff);
        data.CopyTo(segment.AsSpan(20));
        PutChecksum(segment, 16, source, destination, IpProtocol.Tcp);
        return segment;
    }

    public static byte[] Icmp(byte type, byte code, uint rest, ReadOnlySpan<byte> data)
    {
        var message = new byte[8 + data.Length];
        message[0] = type;
        message[1] = code;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), rest);
        data.CopyTo(message.AsSpan(8));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum.Finish(Checksum.Add(message, 0)));
        return message;
    }

    public static byte[] Arp(string destinationMac, string sourceMac, ArpMessage message)
    {
        var frame = new byte[EthernetHeader.Size + ArpMessage.Size];
        ArpFrame.Write(frame, MacAddress.Parse(destinationMac), MacAddress.Parse(sourceMac), 0, message);
        return frame;
    }

    /// <summary>RFC 768: UDP writes a checksum that is 0 as its other zero, as 0 says that there is none; nobody else does.</summary>
    private static void PutChecksum(byte[] segment, int offset, string source, string destination, byte protocol)
    {
        var sum = Checksum.PseudoHeader(Ipv4Address.Parse(source), Ipv4Address.Parse(destination), protocol, segment.Length);
        var checksum = Checksum.Finish(Checksum.Add(segment, sum));
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(offset), checksum == 0 && protocol == IpProtocol.Udp ? (ushort)0xffff : checksum);
    }
}
