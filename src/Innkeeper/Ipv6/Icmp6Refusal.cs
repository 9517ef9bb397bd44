using Innkeeper.Wire;

namespace Innkeeper.Ipv6;

/// <summary>
/// Tells a device that there is no IPv6 outside, so that its programs go on with IPv4 at once: ICMPv6 Destination Unreachable (RFC 4443 section 3.1). TCP ends by
/// "no route" and UDP only by "port unreachable"; "prohibited" is taken for a fault of the program (docs/ipv6.md). No I/O, clock or log.
/// </summary>
internal static class Icmp6Refusal
{
    private const byte NoRoute = 0;
    private const byte PortUnreachable = 4;

    private const int HeaderSize = 8;

    /// <summary>RFC 4443 section 2.4 (c): as much of the packet as fits into 1280 octets, the least MTU of IPv6.</summary>
    private const int MaxSize = 1280;

    /// <summary>Extension headers that are looked through; a packet with more of them is no program's.</summary>
    private const int MostExtensions = 4;

    private const byte HopByHop = 0;
    private const byte Routing = 43;
    private const byte Fragment = 44;
    private const byte DestinationOptions = 60;

    public const int MaxFrameSize = EthernetHeader.TaggedSize + MaxSize;

    /// <summary>Writes the frame that answers one of a device's. A ping of the router that the device uses, by its link-local address, gets its reply.</summary>
    /// <param name="refused">The device's frame, without tag; its end may be missing.</param>
    /// <param name="vlan">The device's VLAN; 0 = untagged.</param>
    /// <param name="from">The gateway's MAC on the access side.</param>
    /// <param name="answer">At least <see cref="MaxFrameSize"/> octets.</param>
    /// <returns>The frame's length; 0 for packets that must not be answered (RFC 4443 section 2.4 (e)): errors, groups, later fragments, and what is malformed.</returns>
    public static int Write(ReadOnlySpan<byte> refused, ushort vlan, MacAddress from, Span<byte> answer)
    {
        if (!EthernetPacket.TryParse(refused, out var frame) || frame.Destination.IsMulticast || !Ipv6Header.TryParseStart(frame.Payload, out var header)
            || header.Source.IsBogus || header.Destination.IsMulticast || !TryFindTransport(frame.Payload, header, out var transport, out var at))
        {
            return 0;
        }

        var packet = frame.Payload[..Math.Min(frame.Payload.Length, Ipv6Header.Size + header.PayloadLength)];
        if (transport == Icmp6Types.NextHeader)
        {
            if (at >= packet.Length || packet[at] != Icmp6Types.EchoRequest)
            {
                return 0;
            }

            if (header.Destination.IsLinkLocal)
            {
                return WriteEchoReply(frame, header, packet[at..], vlan, from, answer);
            }
        }

        var length = EthernetHeader.Write(answer, frame.Source, from, EtherTypes.Ipv6, vlan);
        var quote = packet[..Math.Min(packet.Length, MaxSize - Ipv6Header.Size - HeaderSize)];
        var code = transport == (byte)IpProtocol.Udp ? PortUnreachable : NoRoute;
        return length + Finish(answer[length..], Ipv6Address.LinkLocalOf(from), header.Source, [Icmp6Types.DestinationUnreachable, code, 0, 0, 0, 0, 0, 0], quote);
    }

    /// <summary>RFC 4443 section 4.2: the identifier, the number and the data come back.</summary>
    private static int WriteEchoReply(in EthernetPacket frame, in Ipv6Header header, ReadOnlySpan<byte> request, ushort vlan, MacAddress from, Span<byte> answer)
    {
        if (request.Length < HeaderSize || request.Length > MaxSize - Ipv6Header.Size)
        {
            return 0;
        }

        var length = EthernetHeader.Write(answer, frame.Source, from, EtherTypes.Ipv6, vlan);
        ReadOnlySpan<byte> start = [Icmp6Types.EchoReply, 0, 0, 0];
        return length + Finish(answer[length..], header.Destination, header.Source, start, request[start.Length..]);
    }

    private static int Finish(Span<byte> packet, Ipv6Address source, Ipv6Address destination, ReadOnlySpan<byte> start, ReadOnlySpan<byte> rest)
    {
        var size = start.Length + rest.Length;
        new Ipv6Header(source, destination, Icmp6Types.NextHeader, (ushort)size).Write(packet);
        var message = packet.Slice(Ipv6Header.Size, size);
        start.CopyTo(message);
        rest.CopyTo(message[start.Length..]);
        Icmp6Checksum.Write(source, destination, message);
        return Ipv6Header.Size + size;
    }

    /// <summary>Walks through the extension headers (RFC 8200 section 4).</summary>
    /// <returns>False for later fragments, and where the headers do not end.</returns>
    private static bool TryFindTransport(ReadOnlySpan<byte> packet, in Ipv6Header header, out byte transport, out int at)
    {
        (transport, at) = (header.NextHeader, Ipv6Header.Size);
        for (var i = 0; transport is HopByHop or Routing or Fragment or DestinationOptions; i++)
        {
            if (i == MostExtensions || packet.Length < at + 8 || (transport == Fragment && ((packet[at + 2] << 8) | (packet[at + 3] & 0xf8)) != 0))
            {
                return false;
            }

            (transport, at) = (packet[at], at + (transport == Fragment ? 8 : (packet[at + 1] + 1) * 8));
        }

        return true;
    }
}
