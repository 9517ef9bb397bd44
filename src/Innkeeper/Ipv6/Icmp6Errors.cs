using System.Buffers.Binary;
using Innkeeper.Wire;

namespace Innkeeper.Ipv6;

/// <summary>
/// ICMPv6 errors about packets that go no further (RFC 4443 section 3). Where there is no IPv6 outside, they have a device's programs go on with IPv4 at once:
/// TCP ends by "no route" and UDP only by "port unreachable"; "prohibited" is taken for a fault of the program (docs/ipv6.md). No I/O, clock or log.
/// </summary>
internal static class Icmp6Errors
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

    /// <summary>Writes the frame that refuses one of a device's. A ping of the router that the device uses, by its link-local address, gets its reply.</summary>
    /// <param name="refused">The device's frame, without tag; its end may be missing.</param>
    /// <param name="vlan">The device's VLAN; 0 = untagged.</param>
    /// <param name="from">The gateway's MAC on the access side.</param>
    /// <param name="answer">At least <see cref="MaxFrameSize"/> octets.</param>
    /// <returns>The frame's length; 0 for packets that must not be answered (RFC 4443 section 2.4 (e)): errors, groups, later fragments, and what is malformed.</returns>
    public static int Refuse(ReadOnlySpan<byte> refused, ushort vlan, MacAddress from, Span<byte> answer)
    {
        if (!TryRead(refused, out var frame, out var header, out var packet, out var transport, out var at) || (transport == Icmp6Types.NextHeader && packet[at] != Icmp6Types.EchoRequest))
        {
            return 0;
        }

        if (transport == Icmp6Types.NextHeader && header.Destination.IsLinkLocal)
        {
            return WriteEchoReply(frame, header, packet[at..], vlan, from, answer);
        }

        var code = transport == (byte)IpProtocol.Udp ? PortUnreachable : NoRoute;
        return WriteError(frame, header, packet, vlan, from, Ipv6Address.LinkLocalOf(from), Icmp6Types.DestinationUnreachable, code, 0, answer);
    }

    /// <summary>Writes that a packet's hop limit was used up here (section 3.3), or that the packet is too long for the next link (section 3.2).</summary>
    /// <param name="dropped">The frame as it was received, without tag; its end may be missing.</param>
    /// <param name="vlan">0: untagged, or from an uplink.</param>
    /// <param name="from">The gateway's MAC on the side that the frame came by.</param>
    /// <param name="isFromOutside">The error is the addressee's, which has an address that hosts outside know; otherwise the gateway's, by its link-local address.</param>
    /// <param name="mtu">Octets that the next link takes; null: the hop limit was used up.</param>
    /// <inheritdoc cref="Refuse"/>
    public static int Write(ReadOnlySpan<byte> dropped, ushort vlan, MacAddress from, bool isFromOutside, int? mtu, Span<byte> answer) =>
        TryRead(dropped, out var frame, out var header, out var packet, out _, out _)
            ? WriteError(
                frame, header, packet, vlan, from, isFromOutside ? header.Destination : Ipv6Address.LinkLocalOf(from), mtu is null ? Icmp6Types.TimeExceeded : Icmp6Types.PacketTooBig, 0,
                (uint)(mtu ?? 0), answer)
            : 0;

    private static bool TryRead(
        ReadOnlySpan<byte> octets, out EthernetPacket frame, out Ipv6Header header, out ReadOnlySpan<byte> packet, out byte transport, out int at)
    {
        packet = default;
        (header, transport, at) = (default, 0, 0);
        if (!EthernetPacket.TryParse(octets, out frame) || frame.Destination.IsMulticast || !Ipv6Header.TryParseStart(frame.Payload, out header)
            || header.Source.IsBogus || header.Destination.IsMulticast || !TryFindTransport(frame.Payload, header, out transport, out at))
        {
            return false;
        }

        packet = frame.Payload[..Math.Min(frame.Payload.Length, Ipv6Header.Size + header.PayloadLength)];

        // Of ICMPv6, pings and their answers alone: section 2.4 (e.1), and nothing is gained for others.
        return transport != Icmp6Types.NextHeader || (at < packet.Length && packet[at] is Icmp6Types.EchoRequest or Icmp6Types.EchoReply);
    }

    private static int WriteError(
        in EthernetPacket frame, in Ipv6Header header, ReadOnlySpan<byte> packet, ushort vlan, MacAddress from, Ipv6Address source, byte type, byte code, uint number, Span<byte> answer)
    {
        var length = EthernetHeader.Write(answer, frame.Source, from, EtherTypes.Ipv6, vlan);
        var quote = packet[..Math.Min(packet.Length, MaxSize - Ipv6Header.Size - HeaderSize)];
        Span<byte> start = [type, code, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(start[4..], number);
        return length + Finish(answer[length..], source, header.Source, start, quote);
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
