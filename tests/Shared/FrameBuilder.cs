using System.Buffers.Binary;
using Innkeeper.Wire;

namespace Innkeeper.TestFrames;

/// <summary>Builds whole Ethernet frames with the product's own writers. All checksums are right unless a method says otherwise.</summary>
internal static class FrameBuilder
{
    public static byte[] Udp(FramePath path, ushort sourcePort, ushort destinationPort, params ReadOnlySpan<byte> payload)
    {
        var segment = new byte[UdpHeader.Size + payload.Length];
        new UdpHeader(sourcePort, destinationPort).Write(segment, path.Source, path.Destination, payload);
        return Ipv4(path, IpProtocol.Udp, segment);
    }

    public static byte[] Tcp(FramePath path, ushort sourcePort, ushort destinationPort, TcpControl flags, params ReadOnlySpan<byte> payload) =>
        Tcp(path, new TcpHeader(sourcePort, destinationPort, flags), [], payload);

    public static byte[] Tcp(FramePath path, TcpHeader header, ReadOnlySpan<byte> options, ReadOnlySpan<byte> payload)
    {
        var segment = new byte[TcpHeader.Size + options.Length + payload.Length];
        header.Write(segment, path.Source, path.Destination, payload, options);
        return Ipv4(path, IpProtocol.Tcp, segment);
    }

    public static byte[] IcmpEcho(FramePath path, ushort identifier, ushort sequence, bool reply = false, ReadOnlySpan<byte> payload = default) =>
        Icmp(path, reply ? IcmpHeader.EchoReply(identifier, sequence) : IcmpHeader.EchoRequest(identifier, sequence), payload);

    /// <param name="path">From whoever reports the error to the sender of the quoted packet.</param>
    /// <param name="type">One of <see cref="IcmpTypes"/>.</param>
    /// <param name="code">A finer division of the type.</param>
    /// <param name="quoted">The packet from its IPv4 header on, cut as wanted; see <see cref="Quote"/>.</param>
    /// <param name="rest">The second word of the header, as the MTU of a fragmentation-needed error.</param>
    public static byte[] IcmpError(FramePath path, byte type, byte code, ReadOnlySpan<byte> quoted, uint rest = 0) =>
        Icmp(path, new IcmpHeader(type, code, rest), quoted);

    public static byte[] Icmp(FramePath path, IcmpHeader header, ReadOnlySpan<byte> payload)
    {
        var message = new byte[IcmpHeader.Size + payload.Length];
        header.Write(message, payload);
        return Ipv4(path, IpProtocol.Icmp, message);
    }

    /// <summary>A frame with any IPv4 payload, written as it is.</summary>
    public static byte[] Ipv4(FramePath path, byte protocol, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[EthernetHeader.TaggedSize + Ipv4Header.Size + path.Options.Length + payload.Length];
        var length = EthernetHeader.Write(frame, path.DestinationMac, path.SourceMac, EtherTypes.Ipv4, path.Vlan);
        length += path.Header(protocol).Write(frame.AsSpan(length), payload.Length, path.Options);
        payload.CopyTo(frame.AsSpan(length));
        return frame[..(length + payload.Length)];
    }

    /// <summary>Cuts a frame's IPv4 payload into frames of at most <paramref name="mtu"/> octets of IPv4 each (RFC 791 section 2.3).</summary>
    public static byte[][] Fragments(FramePath path, ReadOnlySpan<byte> frame, int mtu)
    {
        var packet = Packet(frame);
        var step = (mtu - Ipv4Header.Size - path.Options.Length) / 8 * 8;
        var fragments = new List<byte[]>();
        for (var offset = 0; offset < packet.Payload.Length; offset += step)
        {
            var part = packet.Payload[offset..Math.Min(offset + step, packet.Payload.Length)];
            var more = offset + part.Length < packet.Payload.Length;
            fragments.Add(Ipv4(path with { FragmentOffset = offset, MoreFragments = more }, packet.Protocol, part));
        }

        return [.. fragments];
    }

    public static byte[] Arp(MacAddress source, MacAddress destination, ArpMessage message, ushort vlan = 0)
    {
        Span<byte> frame = stackalloc byte[ArpFrame.MaxSize];
        return frame[..ArpFrame.Write(frame, destination, source, vlan, message)].ToArray();
    }

    /// <summary>What an ICMP error quotes of a frame: its IPv4 header and some octets (RFC 792: 8; RFC 1812 section 4.3.2.3: more).</summary>
    public static byte[] Quote(ReadOnlySpan<byte> frame, int payloadLength = 8)
    {
        var packet = Packet(frame);
        var start = frame.Length - packet.TotalLength;
        return frame.Slice(start, Math.Min(packet.HeaderLength + payloadLength, packet.TotalLength)).ToArray();
    }

    /// <summary>The frame as a local sender hands it to a card that finishes checksums: the field holds the folded pseudo header's sum only.</summary>
    public static byte[] ChecksumPartial(ReadOnlySpan<byte> frame)
    {
        var packet = Packet(frame);
        var copy = frame.ToArray();
        var field = frame.Length - packet.Payload.Length + (packet.Protocol == IpProtocol.Tcp ? 16 : 6);
        var sum = Checksum.PseudoHeader(packet.Source, packet.Destination, packet.Protocol, packet.Payload.Length);
        BinaryPrimitives.WriteUInt16BigEndian(copy.AsSpan(field), Checksum.Fold(sum));
        return copy;
    }

    // The frames built here carry no padding, so the packet ends where the frame does.
    private static Ipv4Packet Packet(ReadOnlySpan<byte> frame) =>
        EthernetPacket.TryParse(frame, out var ethernet) && Ipv4Packet.TryParse(ethernet.Payload, out var packet)
            ? packet
            : throw new ArgumentException("The frame holds no IPv4 packet.", nameof(frame));
}
