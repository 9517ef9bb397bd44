using System.Buffers.Binary;

namespace Innkeeper.TestFrames;

/// <summary>One captured packet; <paramref name="OriginalLength"/> is its length on the wire, of which <paramref name="Data"/> may be a part.</summary>
internal sealed record PcapRecord(DateTime TimeUtc, int OriginalLength, byte[] Data);

/// <summary>Reads classic capture files (draft-ietf-opsawg-pcap): both byte orders, microseconds and nanoseconds.</summary>
/// <param name="LinkType">1 is Ethernet (draft-ietf-opsawg-pcaplinktype).</param>
/// <param name="IsWhole">False if the file ends within a record or a record's length makes no sense.</param>
/// <param name="Records">The whole records before that.</param>
internal sealed record PcapFile(int LinkType, bool IsWhole, IReadOnlyList<PcapRecord> Records)
{
    public const int LinkTypeEthernet = 1;

    private const int FileHeaderSize = 24;
    private const int RecordHeaderSize = 16;
    private const uint MagicMicroseconds = 0xA1B2C3D4;
    private const uint MagicNanoseconds = 0xA1B23C4D;

    /// <exception cref="InvalidDataException">The file is not a classic capture, for example pcapng.</exception>
    public static PcapFile Read(string path) => Parse(File.ReadAllBytes(path));

    /// <exception cref="InvalidDataException">The octets are not a classic capture.</exception>
    public static PcapFile Parse(ReadOnlySpan<byte> file)
    {
        if (file.Length < FileHeaderSize)
        {
            throw new InvalidDataException("Too short for a capture file.");
        }

        var little = BinaryPrimitives.ReadUInt32LittleEndian(file) is MagicMicroseconds or MagicNanoseconds;
        var magic = ReadUInt32(file, little);
        if (magic is not (MagicMicroseconds or MagicNanoseconds))
        {
            throw new InvalidDataException($"0x{magic:x8} is not the magic number of a classic capture file.");
        }

        // The high bits of the last word tell of the FCS, not of the link.
        var linkType = (int)(ReadUInt32(file[20..], little) & 0xFFFF);
        var records = new List<PcapRecord>();
        var rest = file[FileHeaderSize..];
        while (rest.Length >= RecordHeaderSize)
        {
            var captured = ReadUInt32(rest[8..], little);
            if (captured > rest.Length - RecordHeaderSize)
            {
                break;
            }

            var fraction = (long)ReadUInt32(rest[4..], little);
            var time = DateTime.UnixEpoch
                .AddSeconds(ReadUInt32(rest, little))
                .AddTicks(magic == MagicNanoseconds ? fraction / TimeSpan.NanosecondsPerTick : fraction * TimeSpan.TicksPerMicrosecond);
            var data = rest.Slice(RecordHeaderSize, (int)captured).ToArray();
            records.Add(new PcapRecord(time, (int)ReadUInt32(rest[12..], little), data));
            rest = rest[(RecordHeaderSize + data.Length)..];
        }

        return new PcapFile(linkType, rest.IsEmpty, records);
    }

    private static uint ReadUInt32(ReadOnlySpan<byte> data, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(data) : BinaryPrimitives.ReadUInt32BigEndian(data);
}
