using System.Buffers.Binary;

namespace Innkeeper.Wire.Dns;

/// <summary>The numbers at the end of an SOA record's data (RFC 1035 section 3.3.13): five words of 32 bits in network order.</summary>
/// <param name="Serial">The zone's version (RFC 1982).</param>
/// <param name="Refresh">Seconds until a secondary looks again.</param>
/// <param name="Retry">Seconds until it looks again after a failure.</param>
/// <param name="Expire">Seconds until it gives up.</param>
/// <param name="Minimum">The longest time to live of a negative answer, in seconds (RFC 2308 section 4).</param>
public readonly record struct DnsSoaTimes(uint Serial, uint Refresh, uint Retry, uint Expire, uint Minimum)
{
    /// <summary>Octets on the wire.</summary>
    public const int Size = 20;

    /// <summary>Reads the numbers behind the two names of an SOA record's data.</summary>
    /// <returns>False if the data is not exactly two names and five words.</returns>
    public static bool TryRead(DnsRecord record, out DnsSoaTimes times)
    {
        times = default;
        if (record.Type != DnsType.Soa
            || !record.TrySkipDataName(record.DataOffset, out var at)
            || !record.TrySkipDataName(at, out at)
            || record.EndOffset - at != Size)
        {
            return false;
        }

        var words = record.Data[^Size..];
        times = new DnsSoaTimes(
            BinaryPrimitives.ReadUInt32BigEndian(words),
            BinaryPrimitives.ReadUInt32BigEndian(words[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(words[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(words[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(words[16..]));
        return true;
    }

    /// <summary>Writes the numbers.</summary>
    /// <param name="buffer">At least <see cref="Size"/> octets.</param>
    /// <returns>Octets written: <see cref="Size"/>.</returns>
    public int Write(Span<byte> buffer)
    {
        BinaryPrimitives.WriteUInt32BigEndian(buffer, Serial);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], Refresh);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[8..], Retry);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[12..], Expire);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[16..], Minimum);
        return Size;
    }
}
