using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>The fixed header of an IPv6 packet (RFC 8200 section 3).</summary>
/// <remarks>
/// <code>
///  0         version 6 | traffic class, 8 bits | flow label, 20 bits
///  4         payload length
///  6 | 7     next header | hop limit
///  8         source address
/// 24         destination address
/// 40         payload: extension headers and the transport
/// </code>
/// </remarks>
/// <param name="Source">The sender.</param>
/// <param name="Destination">The receiver.</param>
/// <param name="NextHeader">The kind of what follows: an extension header, or one of <see cref="IpProtocol"/>; ICMPv6 is <see cref="Icmp6Types.NextHeader"/>.</param>
/// <param name="PayloadLength">Octets behind this header.</param>
public readonly record struct Ipv6Header(Ipv6Address Source, Ipv6Address Destination, byte NextHeader, ushort PayloadLength)
{
    /// <summary>Octets of the header.</summary>
    public const int Size = 40;

    private const int PayloadLengthOffset = 4;
    private const int NextHeaderOffset = 6;
    private const int HopLimitOffset = 7;
    private const int SourceOffset = 8;
    private const int DestinationOffset = 24;

    private const int TrafficClassShift = 20;
    private const int MaxFlowLabel = 0xf_ffff;

    /// <summary>DSCP in the high six bits, ECN in the low two; 0 unless set.</summary>
    public byte TrafficClass { get; init; }

    /// <summary>20 bits that name a flow of the sender (RFC 6437); 0 unless set.</summary>
    public int FlowLabel { get; init; }

    /// <summary>Hops left; 64 unless set.</summary>
    public byte HopLimit { get; init; } = 64;

    /// <summary>
    /// Parses the header at the start of <paramref name="packet"/>: version 6, and the payload within the octets given. Octets behind the payload are link
    /// padding and ignored. A jumbogram (RFC 2675) has a payload length of 0 here.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> packet, out Ipv6Header header)
    {
        if (TryParseStart(packet, out header) && header.PayloadLength <= packet.Length - Size)
        {
            return true;
        }

        header = default;
        return false;
    }

    /// <summary>Parses as <see cref="TryParse"/>, where the end of the payload may be missing: the copy of a long packet is cut.</summary>
    public static bool TryParseStart(ReadOnlySpan<byte> packet, out Ipv6Header header)
    {
        header = default;
        if (packet.Length < Size || packet[0] >> 4 != 6)
        {
            return false;
        }

        var payloadLength = BinaryPrimitives.ReadUInt16BigEndian(packet[PayloadLengthOffset..]);
        var first = BinaryPrimitives.ReadUInt32BigEndian(packet);
        header = new Ipv6Header(
            Ipv6Address.Read(packet[SourceOffset..]), Ipv6Address.Read(packet[DestinationOffset..]), packet[NextHeaderOffset], payloadLength)
        {
            TrafficClass = (byte)(first >> TrafficClassShift),
            FlowLabel = (int)(first & MaxFlowLabel),
            HopLimit = packet[HopLimitOffset],
        };
        return true;
    }

    /// <summary>Writes the header; the caller writes the payload after it.</summary>
    /// <param name="buffer">At least <see cref="Size"/> octets.</param>
    /// <returns>Octets written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException">The flow label does not fit its field.</exception>
    public int Write(Span<byte> buffer)
    {
        if (FlowLabel is < 0 or > MaxFlowLabel)
        {
            throw new ArgumentException("A flow label has 20 bits.");
        }

        BinaryPrimitives.WriteUInt32BigEndian(buffer, (6u << 28) | ((uint)TrafficClass << TrafficClassShift) | (uint)FlowLabel);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[PayloadLengthOffset..], PayloadLength);
        buffer[NextHeaderOffset] = NextHeader;
        buffer[HopLimitOffset] = HopLimit;
        Source.Write(buffer[SourceOffset..]);
        Destination.Write(buffer[DestinationOffset..]);
        return Size;
    }
}
