using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>An IPv4 header to be written (RFC 791 section 3.1); <see cref="Ipv4Packet"/> shows its layout.</summary>
/// <param name="Source">The sender.</param>
/// <param name="Destination">The receiver.</param>
/// <param name="Protocol">The payload's protocol; one of <see cref="IpProtocol"/>.</param>
public readonly record struct Ipv4Header(Ipv4Address Source, Ipv4Address Destination, byte Protocol)
{
    /// <summary>Octets without options.</summary>
    public const int Size = 20;

    /// <summary>The most octets of options: the header length has four bits.</summary>
    public const int MaxOptionsSize = 40;

    internal const int VersionOffset = 0;
    internal const int TypeOfServiceOffset = 1;
    internal const int TotalLengthOffset = 2;
    internal const int IdentificationOffset = 4;
    internal const int FragmentOffsetOffset = 6;
    internal const int TtlOffset = 8;
    internal const int ProtocolOffset = 9;
    internal const int ChecksumOffset = 10;
    internal const int SourceOffset = 12;
    internal const int DestinationOffset = 16;

    internal const int DontFragmentBit = 0x4000;
    internal const int MoreFragmentsBit = 0x2000;
    internal const int FragmentOffsetMask = 0x1FFF;

    /// <summary>DSCP in the high six bits, ECN in the low two; 0 unless set.</summary>
    public byte TypeOfService { get; init; }

    /// <summary>The number that the fragments of one packet share.</summary>
    public ushort Identification { get; init; }

    /// <summary>The DF flag.</summary>
    public bool DontFragment { get; init; }

    /// <summary>The MF flag.</summary>
    public bool MoreFragments { get; init; }

    /// <summary>Octets before this payload in the whole packet's payload: a multiple of 8 up to 65528.</summary>
    public int FragmentOffset { get; init; }

    /// <summary>Hops left; 64 unless set (RFC 1340).</summary>
    public byte Ttl { get; init; } = 64;

    /// <summary>Writes the header without options and its checksum; the caller writes the payload after it.</summary>
    /// <param name="buffer">At least <see cref="Size"/> octets.</param>
    /// <param name="payloadLength">Octets that follow the header, for the total length.</param>
    /// <returns>Octets written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException">The offset or total length does not fit its field.</exception>
    public int Write(Span<byte> buffer, int payloadLength) => Write(buffer, payloadLength, []);

    /// <summary>Writes the header, its options and its checksum; the caller writes the payload after them.</summary>
    /// <param name="buffer">At least <see cref="Size"/> octets and the options.</param>
    /// <param name="payloadLength">Octets that follow header and options, for the total length.</param>
    /// <param name="options">A multiple of 4 octets, at most <see cref="MaxOptionsSize"/>.</param>
    /// <returns>Octets written, options included.</returns>
    /// <exception cref="ArgumentException">The options, offset or total length do not fit their fields.</exception>
    public int Write(Span<byte> buffer, int payloadLength, ReadOnlySpan<byte> options)
    {
        if (options.Length % 4 != 0 || options.Length > MaxOptionsSize)
        {
            throw new ArgumentException("IPv4 options take a multiple of 4 octets, at most 40.", nameof(options));
        }

        if (FragmentOffset % 8 != 0 || FragmentOffset is < 0 or > FragmentOffsetMask * 8)
        {
            throw new ArgumentException("A fragment offset is a multiple of 8 octets, at most 65528.");
        }

        var headerLength = Size + options.Length;
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payloadLength, ushort.MaxValue - headerLength);

        buffer[VersionOffset] = (byte)(0x40 | (headerLength / 4));
        buffer[TypeOfServiceOffset] = TypeOfService;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[TotalLengthOffset..], (ushort)(headerLength + payloadLength));
        BinaryPrimitives.WriteUInt16BigEndian(buffer[IdentificationOffset..], Identification);
        var fragment = (FragmentOffset / 8) | (DontFragment ? DontFragmentBit : 0) | (MoreFragments ? MoreFragmentsBit : 0);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[FragmentOffsetOffset..], (ushort)fragment);
        buffer[TtlOffset] = Ttl;
        buffer[ProtocolOffset] = Protocol;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[ChecksumOffset..], 0);
        Source.Write(buffer[SourceOffset..]);
        Destination.Write(buffer[DestinationOffset..]);
        options.CopyTo(buffer[Size..]);

        // RFC 791 section 3.1: over header and options, with the field itself as zero.
        BinaryPrimitives.WriteUInt16BigEndian(buffer[ChecksumOffset..], Checksum.Finish(Checksum.Add(buffer[..headerLength], 0)));
        return headerLength;
    }
}
