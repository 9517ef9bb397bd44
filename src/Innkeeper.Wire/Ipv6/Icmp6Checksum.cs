using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>The checksum over a message and the IPv6 pseudo header (RFC 8200 section 8.1, RFC 4443 section 2.3).</summary>
public static class Icmp6Checksum
{
    private const int FieldOffset = 2;

    /// <summary>The sum of the IPv6 pseudo header, as <see cref="Checksum.PseudoHeader"/> is IPv4's.</summary>
    /// <param name="source">Source address of the IPv6 header.</param>
    /// <param name="destination">Destination address of the IPv6 header, the last one behind a routing header.</param>
    /// <param name="nextHeader">The upper layer's number, whatever stands in the IPv6 header.</param>
    /// <param name="length">Octets of the upper layer's header and data.</param>
    /// <returns>The sum, not folded, to which <see cref="Checksum.Add"/> adds the message.</returns>
    public static uint PseudoHeader(Ipv6Address source, Ipv6Address destination, byte nextHeader, int length)
    {
        Span<byte> addresses = stackalloc byte[2 * Ipv6Address.Size];
        source.Write(addresses);
        destination.Write(addresses[Ipv6Address.Size..]);
        Span<byte> rest = stackalloc byte[2 * sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(rest, length);
        BinaryPrimitives.WriteInt32BigEndian(rest[sizeof(uint)..], nextHeader);
        return Checksum.Add(rest, Checksum.Add(addresses, 0));
    }

    /// <summary>Whether the checksum within an ICMPv6 message is right.</summary>
    /// <param name="message">The message, whole.</param>
    public static bool IsRight(Ipv6Address source, Ipv6Address destination, ReadOnlySpan<byte> message) => Sum(source, destination, message) == 0;

    /// <summary>Writes the checksum into an ICMPv6 message.</summary>
    /// <param name="message">The message, whole: at least 4 octets. Its checksum's old value does not count.</param>
    public static void Write(Ipv6Address source, Ipv6Address destination, Span<byte> message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message[FieldOffset..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(message[FieldOffset..], Sum(source, destination, message));
    }

    private static ushort Sum(Ipv6Address source, Ipv6Address destination, ReadOnlySpan<byte> message) =>
        Checksum.Finish(Checksum.Add(message, PseudoHeader(source, destination, Icmp6Types.NextHeader, message.Length)));
}
