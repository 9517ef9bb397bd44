using System.Buffers.Binary;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane.Tests.Harness;

/// <summary>Whole IPv6 frames with right checksums.</summary>
internal static class Ipv6Packets
{
    public const byte HopByHop = 0;
    public const byte Routing = 43;
    public const byte Fragment = 44;
    public const byte Esp = 50;
    public const byte DestinationOptions = 60;
    public const byte Sctp = 132;

    /// <summary>The offset of the message in a frame without extension headers.</summary>
    public const int Behind = EthernetHeader.Size + Ipv6Header.Size;

    public static byte[] Frame(string to, string from, Ipv6Address source, Ipv6Address destination, byte next, ReadOnlySpan<byte> payload, byte hopLimit = 64)
    {
        var frame = new byte[Behind + payload.Length];
        EthernetHeader.Write(frame, MacAddress.Parse(to), MacAddress.Parse(from), EtherTypes.Ipv6);
        new Ipv6Header(source, destination, next, (ushort)payload.Length) { HopLimit = hopLimit }.Write(frame.AsSpan(EthernetHeader.Size));
        payload.CopyTo(frame.AsSpan(Behind));
        return frame;
    }

    /// <summary>Octets of an upper layer with its checksum; a protocol without one keeps its octets.</summary>
    public static byte[] Upper(byte protocol, Ipv6Address source, Ipv6Address destination, ReadOnlySpan<byte> octets)
    {
        var upper = octets.ToArray();
        if (FieldOf(protocol) is { } at)
        {
            if (protocol == IpProtocol.Udp)
            {
                BinaryPrimitives.WriteUInt16BigEndian(upper.AsSpan(4), (ushort)upper.Length);
            }

            BinaryPrimitives.WriteUInt16BigEndian(upper.AsSpan(at), 0);
            var sum = Checksum.Finish(Checksum.Add(upper, Icmp6Checksum.PseudoHeader(source, destination, protocol, upper.Length)));
            BinaryPrimitives.WriteUInt16BigEndian(upper.AsSpan(at), sum == 0 && protocol == IpProtocol.Udp ? ushort.MaxValue : sum);
        }

        return upper;
    }

    /// <summary>Whether the checksum of an upper layer is right.</summary>
    public static bool IsRight(byte protocol, Ipv6Address source, Ipv6Address destination, ReadOnlySpan<byte> upper) =>
        FieldOf(protocol) is null || Checksum.Finish(Checksum.Add(upper, Icmp6Checksum.PseudoHeader(source, destination, protocol, upper.Length))) == 0;

    public static byte[] Tcp(Ipv6Address source, Ipv6Address destination, byte flags, ReadOnlySpan<byte> options = default, ReadOnlySpan<byte> data = default)
    {
        byte[] header = [0x9c, 0x40, 0, 80, 1, 2, 3, 4, 0, 0, 0, 0, (byte)((20 + options.Length) << 2), flags, 0xff, 0xff, 0, 0, 0, 0];
        return Upper(IpProtocol.Tcp, source, destination, [.. header, .. options, .. data]);
    }

    public static byte[] Udp(Ipv6Address source, Ipv6Address destination, ReadOnlySpan<byte> data) =>
        Upper(IpProtocol.Udp, source, destination, [0x9c, 0x40, 0, 80, 0, 0, 0, 0, .. data]);

    /// <param name="rest">Octets 4 to 8: an identifier and number, a pointer or an MTU.</param>
    public static byte[] Icmp(byte type, byte code, uint rest, Ipv6Address source, Ipv6Address destination, ReadOnlySpan<byte> data)
    {
        byte[] message = [type, code, 0, 0, 0, 0, 0, 0, .. data];
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), rest);
        return Upper(Icmp6Types.NextHeader, source, destination, message);
    }

    /// <summary>A fragment header before a part of an upper layer.</summary>
    /// <param name="offset">In octets: a multiple of 8.</param>
    public static byte[] FragmentOf(byte protocol, int offset, bool isLast, ReadOnlySpan<byte> part)
    {
        byte[] header = [protocol, 0, 0, 0, 0, 0, 0, 9, .. part];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(offset | (isLast ? 0 : 1)));
        return header;
    }

    private static int? FieldOf(byte protocol) => protocol switch
    {
        IpProtocol.Tcp => 16,
        IpProtocol.Udp or IpProtocol.UdpLite or IpProtocol.Dccp => 6,
        Icmp6Types.NextHeader => 2,
        _ => null,
    };
}
