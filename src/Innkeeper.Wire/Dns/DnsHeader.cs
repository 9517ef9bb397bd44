using System.Buffers.Binary;

namespace Innkeeper.Wire.Dns;

/// <summary>The first two words of a DNS header (RFC 1035 section 4.1.1); the counts are for the writer of the message.</summary>
/// <remarks>
/// Words of 16 bits in network order:
/// <code>
///  0        ID
///  2        QR | opcode, 4 bits | AA | TC | RD | RA | Z | AD | CD | response code, 4 bits
///  4 | 6    questions | answers
///  8 | 10   authority records | additional records
/// </code>
/// </remarks>
/// <param name="Id">Copied from the query into the response.</param>
/// <param name="Flags">The bits.</param>
/// <param name="Opcode">The kind of request.</param>
/// <param name="ResponseCode">The result; only its low four bits are in the header.</param>
public readonly record struct DnsHeader(ushort Id, DnsBits Flags, DnsOpcode Opcode, DnsResponseCode ResponseCode)
{
    /// <summary>Octets on the wire, with the counts.</summary>
    public const int Size = 12;

    internal const int IdOffset = 0;
    internal const int FlagsOffset = 2;
    internal const int CountsOffset = 4;

    internal const int FlagsMask = 0x87F0;
    internal const int OpcodeShift = 11;
    internal const int OpcodeMask = 0xF;
    internal const int ResponseCodeMask = 0xF;

    /// <summary>Reads the header alone, so that a query which is no message can still be answered with a format error.</summary>
    /// <returns>False if there are fewer than 12 octets.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, out DnsHeader header)
    {
        header = data.Length < Size ? default : Read(data);
        return data.Length >= Size;
    }

    /// <summary>Writes the header with all counts zero.</summary>
    /// <param name="buffer">At least <see cref="Size"/> octets.</param>
    /// <returns>Octets written: <see cref="Size"/>.</returns>
    public int Write(Span<byte> buffer)
    {
        buffer[..Size].Clear();
        var word = ((int)Flags & FlagsMask) | (((int)Opcode & OpcodeMask) << OpcodeShift) | ((int)ResponseCode & ResponseCodeMask);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[IdOffset..], Id);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[FlagsOffset..], (ushort)word);
        return Size;
    }

    internal static DnsHeader Read(ReadOnlySpan<byte> message)
    {
        var word = BinaryPrimitives.ReadUInt16BigEndian(message[FlagsOffset..]);
        return new DnsHeader(
            BinaryPrimitives.ReadUInt16BigEndian(message[IdOffset..]),
            (DnsBits)(word & FlagsMask),
            (DnsOpcode)((word >> OpcodeShift) & OpcodeMask),
            (DnsResponseCode)(word & ResponseCodeMask));
    }

    internal static int ReadCount(ReadOnlySpan<byte> message, DnsSection section) =>
        BinaryPrimitives.ReadUInt16BigEndian(message[CountOffset(section)..]);

    internal static void WriteCount(Span<byte> message, DnsSection section, int count) =>
        BinaryPrimitives.WriteUInt16BigEndian(message[CountOffset(section)..], (ushort)count);

    private static int CountOffset(DnsSection section) => CountsOffset + (sizeof(ushort) * (int)section);
}
