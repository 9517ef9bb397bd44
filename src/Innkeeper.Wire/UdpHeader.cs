using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>A UDP header to be written (RFC 768); <see cref="UdpPacket"/> shows its layout.</summary>
/// <param name="SourcePort">The sender's port.</param>
/// <param name="DestinationPort">The receiver's port.</param>
public readonly record struct UdpHeader(ushort SourcePort, ushort DestinationPort)
{
    /// <summary>Octets of the header.</summary>
    public const int Size = 8;

    internal const int SourcePortOffset = 0;
    internal const int DestinationPortOffset = 2;
    internal const int LengthOffset = 4;
    internal const int ChecksumOffset = 6;

    /// <summary>Writes header, data and checksum.</summary>
    /// <param name="buffer">At least <see cref="Size"/> octets and the data.</param>
    /// <param name="source">Source address of the IPv4 header, for the checksum.</param>
    /// <param name="destination">Destination address of the IPv4 header, for the checksum.</param>
    /// <param name="payload">The data, at most 65507 octets; it may already stand in <paramref name="buffer"/>.</param>
    /// <returns>Octets written, data included.</returns>
    public int Write(Span<byte> buffer, Ipv4Address source, Ipv4Address destination, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, ushort.MaxValue - Ipv4Header.Size - Size, nameof(payload));
        return Write(buffer, Checksum.PseudoHeader(source, destination, IpProtocol.Udp, Size + payload.Length), payload);
    }

    /// <summary>Writes header, data and checksum behind an IPv6 header (RFC 8200 section 8.1).</summary>
    /// <inheritdoc cref="Write(Span{byte}, Ipv4Address, Ipv4Address, ReadOnlySpan{byte})"/>
    public int Write(Span<byte> buffer, Ipv6Address source, Ipv6Address destination, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, ushort.MaxValue - Size, nameof(payload));
        return Write(buffer, Icmp6Checksum.PseudoHeader(source, destination, IpProtocol.Udp, Size + payload.Length), payload);
    }

    private int Write(Span<byte> buffer, uint pseudoHeader, ReadOnlySpan<byte> payload)
    {
        var length = Size + payload.Length;
        payload.CopyTo(buffer[Size..]);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[SourcePortOffset..], SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[DestinationPortOffset..], DestinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[LengthOffset..], (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[ChecksumOffset..], 0);

        var checksum = Checksum.Finish(Checksum.Add(buffer[..length], pseudoHeader));
        // RFC 768: a computed zero goes out as all ones, since zero says that there is no checksum.
        BinaryPrimitives.WriteUInt16BigEndian(buffer[ChecksumOffset..], checksum == 0 ? ushort.MaxValue : checksum);
        return length;
    }
}
