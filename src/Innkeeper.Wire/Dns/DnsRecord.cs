using System.Buffers.Binary;

namespace Innkeeper.Wire.Dns;

/// <summary>A view of one resource record of a message (RFC 1035 section 4.1.3).</summary>
/// <remarks>
/// Behind the owner name, which may be compressed, in network order:
/// <code>
///  0 | 2   type | class
///  4       time to live, 32 bits, seconds
///  8       octets of data
/// 10       data
/// </code>
/// Offsets count from the header of the message.
/// </remarks>
public readonly ref struct DnsRecord
{
    /// <summary>Octets between owner name and data.</summary>
    internal const int FixedSize = 10;

    internal const int ClassOffset = 2;
    internal const int TtlOffsetInFixed = 4;
    internal const int DataLengthOffset = 8;

    private readonly ReadOnlySpan<byte> _message;
    private readonly int _fixed;

    internal DnsRecord(ReadOnlySpan<byte> message, DnsSection section, int offset)
    {
        _message = message;
        _fixed = DnsName.SkipKnown(message, offset);
        Section = section;
        Offset = offset;
    }

    /// <summary>Its section: answer, authority or additional.</summary>
    public DnsSection Section { get; }

    /// <summary>Where the record, and so its owner name, begins.</summary>
    public int Offset { get; }

    /// <summary>The type.</summary>
    public DnsType Type => (DnsType)BinaryPrimitives.ReadUInt16BigEndian(_message[_fixed..]);

    /// <summary>The class; in an OPT record another number (see <see cref="DnsEdns"/>).</summary>
    public DnsClass Class => (DnsClass)BinaryPrimitives.ReadUInt16BigEndian(_message[(_fixed + ClassOffset)..]);

    /// <summary>The time to live in seconds as it came; see <see cref="Lifetime"/>.</summary>
    public uint Ttl => BinaryPrimitives.ReadUInt32BigEndian(_message[TtlOffset..]);

    /// <summary>The time to live in seconds to go by: one with its highest bit set counts as 0 (RFC 2181 section 8).</summary>
    public uint Lifetime => Ttl > int.MaxValue ? 0 : Ttl;

    /// <summary>Where the four octets of the time to live begin.</summary>
    public int TtlOffset => _fixed + TtlOffsetInFixed;

    /// <summary>Where the data begins.</summary>
    public int DataOffset => _fixed + FixedSize;

    /// <summary>Octets of data.</summary>
    public int DataLength => BinaryPrimitives.ReadUInt16BigEndian(_message[(_fixed + DataLengthOffset)..]);

    /// <summary>Where the next record begins, or the message ends.</summary>
    public int EndOffset => DataOffset + DataLength;

    /// <summary>The data; names in it may be compressed, and nothing in it was looked at.</summary>
    public ReadOnlySpan<byte> Data => _message.Slice(DataOffset, DataLength);

    /// <summary>Whether the owner is this name.</summary>
    /// <param name="name">In wire form.</param>
    public bool IsOwnedBy(ReadOnlySpan<byte> name) => DnsName.Equals(_message, Offset, name);

    /// <summary>Copies the owner name in wire form; false only if it does not fit.</summary>
    /// <param name="destination"><see cref="DnsName.MaxSize"/> octets hold any name.</param>
    /// <param name="length">Octets written, 0 after a failure.</param>
    public bool TryCopyOwner(Span<byte> destination, out int length) =>
        DnsName.TryDecompress(_message, Offset, destination, out length);

    /// <summary>Copies the name that the data is, in wire form; for CNAME, NS, PTR and DNAME.</summary>
    /// <param name="destination"><see cref="DnsName.MaxSize"/> octets hold any name.</param>
    /// <param name="length">Octets written, 0 after a failure.</param>
    /// <returns>False if the data is not exactly one name, or the name does not fit.</returns>
    public bool TryCopyDataName(Span<byte> destination, out int length)
    {
        length = 0;
        return TrySkipDataName(DataOffset, out var end) && end == EndOffset
            && DnsName.TryDecompress(_message, DataOffset, destination, out length);
    }

    /// <summary>Steps over a name within the data.</summary>
    /// <returns>False if there is no name, or it goes beyond the data.</returns>
    internal bool TrySkipDataName(int offset, out int end) =>
        DnsName.TrySkip(_message[..EndOffset], offset, out end);
}
