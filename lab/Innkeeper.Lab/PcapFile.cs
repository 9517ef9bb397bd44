using System.Buffers.Binary;

namespace Innkeeper.Lab;

/// <summary>Reads classic pcap files as tcpdump writes them on this machine (little endian, Ethernet).</summary>
internal static class PcapFile
{
    private const uint Magic = 0xA1B2C3D4;
    private const int FileHeader = 24;
    private const int RecordHeader = 16;
    private const int CapturedLength = 8;

    /// <summary>The frames of a file that may still grow: a last, unfinished one is left out.</summary>
    public static IReadOnlyList<byte[]> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        if (bytes.Length < FileHeader || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            throw new LabException($"{path} is not a pcap file");
        }

        var frames = new List<byte[]>();
        for (var at = FileHeader; at + RecordHeader <= bytes.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + CapturedLength));
            at += RecordHeader;
            if (at + length > bytes.Length)
            {
                break;
            }

            frames.Add(bytes[at..(at + length)]);
            at += length;
        }

        return frames;
    }
}
