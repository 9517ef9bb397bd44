using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>A TCP header to be written (RFC 9293 section 3.1); <see cref="TcpPacket"/> shows its layout.</summary>
/// <param name="SourcePort">The sender's port.</param>
/// <param name="DestinationPort">The receiver's port.</param>
/// <param name="Flags">The control bits.</param>
public readonly record struct TcpHeader(ushort SourcePort, ushort DestinationPort, TcpControl Flags)
{
    /// <summary>Octets without options.</summary>
    public const int Size = 20;

    /// <summary>The most octets of options: the header length has four bits.</summary>
    public const int MaxOptionsSize = 40;

    internal const int SourcePortOffset = 0;
    internal const int DestinationPortOffset = 2;
    internal const int SequenceOffset = 4;
    internal const int AcknowledgmentOffset = 8;
    internal const int DataOffsetOffset = 12;
    internal const int FlagsOffset = 13;
    internal const int WindowOffset = 14;
    internal const int ChecksumOffset = 16;

    /// <summary>The sequence number of the first octet, or of SYN.</summary>
    public uint SequenceNumber { get; init; }

    /// <summary>The next sequence number expected, with <see cref="TcpControl.Ack"/>.</summary>
    public uint AcknowledgmentNumber { get; init; }

    /// <summary>The receive window, in octets before scaling; 65535 unless set.</summary>
    public ushort Window { get; init; } = ushort.MaxValue;

    /// <summary>Writes header without options, data and checksum.</summary>
    /// <param name="buffer">At least <see cref="Size"/> octets and the data.</param>
    /// <param name="source">Source address of the IPv4 header, for the checksum.</param>
    /// <param name="destination">Destination address of the IPv4 header, for the checksum.</param>
    /// <param name="payload">The data; it may already stand in <paramref name="buffer"/>.</param>
    /// <returns>Octets written, data included.</returns>
    public int Write(Span<byte> buffer, Ipv4Address source, Ipv4Address destination, ReadOnlySpan<byte> payload) =>
        Write(buffer, source, destination, payload, []);

    /// <summary>Writes header, options, data and checksum; the urgent pointer is 0.</summary>
    /// <param name="buffer">At least <see cref="Size"/> octets, the options and the data.</param>
    /// <param name="source">Source address of the IPv4 header, for the checksum.</param>
    /// <param name="destination">Destination address of the IPv4 header, for the checksum.</param>
    /// <param name="payload">The data.</param>
    /// <param name="options">A multiple of 4 octets, at most <see cref="MaxOptionsSize"/>.</param>
    /// <returns>Octets written, options and data included.</returns>
    /// <exception cref="ArgumentException">The options do not fit.</exception>
    public int Write(
        Span<byte> buffer, Ipv4Address source, Ipv4Address destination, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> options)
    {
        if (options.Length % 4 != 0 || options.Length > MaxOptionsSize)
        {
            throw new ArgumentException("TCP options take a multiple of 4 octets, at most 40.", nameof(options));
        }

        var headerLength = Size + options.Length;
        var length = headerLength + payload.Length;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, ushort.MaxValue - Ipv4Header.Size, nameof(payload));

        payload.CopyTo(buffer[headerLength..]);
        options.CopyTo(buffer[Size..]);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[SourcePortOffset..], SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[DestinationPortOffset..], DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[SequenceOffset..], SequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[AcknowledgmentOffset..], AcknowledgmentNumber);
        buffer[DataOffsetOffset] = (byte)(headerLength / 4 << 4);
        buffer[FlagsOffset] = (byte)Flags;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[WindowOffset..], Window);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[ChecksumOffset..], 0); // with the urgent pointer behind it

        var checksum = Checksum.Finish(Checksum.Add(buffer[..length], Checksum.PseudoHeader(source, destination, IpProtocol.Tcp, length)));
        BinaryPrimitives.WriteUInt16BigEndian(buffer[ChecksumOffset..], checksum);
        return length;
    }
}
