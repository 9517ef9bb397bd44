using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Innkeeper.Wire;

/// <summary>Where a captured packet went, as seen from the host.</summary>
public enum PcapngDirection
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>The host received it.</summary>
    Inbound = 1,

    /// <summary>The host sent it.</summary>
    Outbound = 2,
}

/// <summary>A packet's place in a capture.</summary>
/// <param name="Interface">The number of its interface's description, from 0.</param>
/// <param name="Time">Since 1970, ns.</param>
/// <param name="Length">Octets on the wire.</param>
/// <param name="Direction">Received or sent.</param>
/// <param name="Comment">A sentence about it; null: none.</param>
public readonly record struct PcapngPacket(int Interface, long Time, int Length, PcapngDirection Direction, string? Comment);

/// <summary>The losses of a capture on one interface.</summary>
/// <param name="Interface">The number of its description.</param>
/// <param name="Start">When its capture began, ns since 1970.</param>
/// <param name="End">Until when these figures count, ns since 1970.</param>
/// <param name="Received">Packets that the filter chose.</param>
/// <param name="LostByKernel">Of these, packets for which the kernel had no room.</param>
/// <param name="LostByReader">Of these, packets that the reader of the file was too slow for.</param>
/// <param name="Comment">A sentence; null: none.</param>
public readonly record struct PcapngStatistics(int Interface, long Start, long End, ulong Received, ulong LostByKernel, ulong LostByReader, string? Comment);

/// <summary>Writes blocks of a capture file in the format pcapng (draft-ietf-opsawg-pcapng), in little-endian order. Any sequence of whole blocks is a whole file.</summary>
/// <remarks>
/// <code>
///  0        block type
///  4        total length, with this and the last word
///  8        body, padded to 4 octets; options: code, length, value, padded
///  -4       total length again
/// </code>
/// </remarks>
public static class PcapngWriter
{
    internal const uint SectionType = 0x0A0D0D0A;
    internal const uint InterfaceType = 1;
    internal const uint StatisticsType = 5;
    internal const uint PacketType = 6;
    internal const ushort CommentOption = 1;

    private const uint ByteOrderMagic = 0x1A2B3C4D;
    private const ushort LinkTypeEthernet = 1;

    private const int Frame = 12; // type and both lengths

    /// <summary>The first block: the file's own description.</summary>
    /// <param name="output">Gets the block.</param>
    /// <param name="application">The program that writes it.</param>
    /// <param name="system">The system that it runs on.</param>
    /// <param name="comment">A sentence about the file.</param>
    public static void WriteSection(IBufferWriter<byte> output, string application, string system, string comment)
    {
        var options = new Options();
        options.Text(CommentOption, comment);
        options.Text(3, system);
        options.Text(4, application);
        Span<byte> body = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(body, ByteOrderMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(body[4..], 1); // version 1.0
        BinaryPrimitives.WriteUInt16LittleEndian(body[6..], 0);
        BinaryPrimitives.WriteInt64LittleEndian(body[8..], -1); // the section's length is not given
        Write(output, SectionType, body, default, options);
    }

    /// <summary>Describes an interface; the first has the number 0.</summary>
    /// <param name="output">Gets the block.</param>
    /// <param name="name">The kernel's name.</param>
    /// <param name="description">The hosts on this side.</param>
    /// <param name="snap">Octets that are kept of a packet.</param>
    public static void WriteInterface(IBufferWriter<byte> output, string name, string description, int snap)
    {
        var options = new Options();
        options.Text(2, name);
        options.Text(3, description);
        options.Octets(9, [9]); // times in 10^-9 s
        Span<byte> body = stackalloc byte[8];
        body.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(body, LinkTypeEthernet);
        BinaryPrimitives.WriteInt32LittleEndian(body[4..], snap);
        Write(output, InterfaceType, body, default, options);
    }

    /// <summary>A packet.</summary>
    /// <param name="output">Gets the block.</param>
    /// <param name="packet">About it.</param>
    /// <param name="data">As much of it as is kept, from its Ethernet header on.</param>
    public static void WritePacket(IBufferWriter<byte> output, in PcapngPacket packet, ReadOnlySpan<byte> data)
    {
        var options = new Options();
        if (packet.Comment is not null)
        {
            options.Text(CommentOption, packet.Comment);
        }

        Span<byte> flags = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(flags, (uint)packet.Direction);
        options.Octets(2, flags);
        Span<byte> body = stackalloc byte[20];
        BinaryPrimitives.WriteInt32LittleEndian(body, packet.Interface);
        WriteTime(body[4..], packet.Time);
        BinaryPrimitives.WriteInt32LittleEndian(body[12..], data.Length);
        BinaryPrimitives.WriteInt32LittleEndian(body[16..], Math.Max(packet.Length, data.Length));
        Write(output, PacketType, body, data, options);
    }

    /// <summary>Figures of an interface; later ones take the place of earlier ones.</summary>
    /// <param name="output">Gets the block.</param>
    /// <param name="statistics">The figures.</param>
    public static void WriteStatistics(IBufferWriter<byte> output, in PcapngStatistics statistics)
    {
        var options = new Options();
        if (statistics.Comment is not null)
        {
            options.Text(CommentOption, statistics.Comment);
        }

        Span<byte> value = stackalloc byte[8];
        foreach (var (code, time) in (ReadOnlySpan<(ushort, long)>)[(2, statistics.Start), (3, statistics.End)])
        {
            WriteTime(value, time);
            options.Octets(code, value);
        }

        foreach (var (code, count) in (ReadOnlySpan<(ushort, ulong)>)[(4, statistics.Received), (5, statistics.LostByKernel), (7, statistics.LostByReader)])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(value, count);
            options.Octets(code, value);
        }

        Span<byte> body = stackalloc byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(body, statistics.Interface);
        WriteTime(body[4..], statistics.End);
        Write(output, StatisticsType, body, default, options);
    }

    /// <summary>The upper word of a time comes first, whatever the byte order.</summary>
    private static void WriteTime(Span<byte> place, long time)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(place, (uint)(time >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(place[4..], (uint)time);
    }

    private static void Write(IBufferWriter<byte> output, uint type, ReadOnlySpan<byte> body, ReadOnlySpan<byte> data, Options options)
    {
        var ended = options.End();
        var padding = -data.Length & 3;
        var length = Frame + body.Length + data.Length + padding + ended.Length;
        var block = output.GetSpan(length)[..length];
        BinaryPrimitives.WriteUInt32LittleEndian(block, type);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], length);
        body.CopyTo(block[8..]);
        data.CopyTo(block[(8 + body.Length)..]);
        block.Slice(8 + body.Length + data.Length, padding).Clear();
        ended.CopyTo(block[(8 + body.Length + data.Length + padding)..]);
        BinaryPrimitives.WriteInt32LittleEndian(block[^4..], length);
        output.Advance(length);
    }

    /// <summary>The options of a block.</summary>
    private readonly struct Options()
    {
        private readonly List<byte> _octets = [];

        public void Text(ushort code, string text)
        {
            var octets = Encoding.UTF8.GetBytes(text);
            Octets(code, octets.AsSpan(0, Math.Min(octets.Length, ushort.MaxValue)));
        }

        public void Octets(ushort code, ReadOnlySpan<byte> value)
        {
            Span<byte> head = stackalloc byte[4];
            BinaryPrimitives.WriteUInt16LittleEndian(head, code);
            BinaryPrimitives.WriteUInt16LittleEndian(head[2..], (ushort)value.Length);
            _octets.AddRange(head);
            _octets.AddRange(value);
            for (var i = value.Length; (i & 3) != 0; i++)
            {
                _octets.Add(0);
            }
        }

        public ReadOnlySpan<byte> End()
        {
            _octets.AddRange([0, 0, 0, 0]);
            return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_octets);
        }
    }
}

/// <summary>The kind of a block.</summary>
public enum PcapngBlockKind
{
    /// <summary>Another kind.</summary>
    Other,

    /// <summary>The description of the file or of an interface.</summary>
    Description,

    /// <summary>A packet.</summary>
    Packet,

    /// <summary>Figures of an interface.</summary>
    Statistics,
}

/// <summary>Takes a stream of pcapng blocks in little-endian order apart.</summary>
/// <param name="Length">Octets of the whole block.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Comment">Its first comment; null: none.</param>
public readonly record struct PcapngBlock(int Length, PcapngBlockKind Kind, string? Comment)
{
    /// <summary>Blocks of this file's writer are shorter.</summary>
    public const int Longest = 1 << 20;

    /// <summary>Reads the first block.</summary>
    /// <param name="data">The octets that have come.</param>
    /// <param name="block">The block.</param>
    /// <returns>False: more octets are needed.</returns>
    /// <exception cref="FormatException">It is no such block.</exception>
    public static bool TryRead(ReadOnlySpan<byte> data, out PcapngBlock block)
    {
        block = default;
        if (data.Length < 12)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(data[4..]);
        if (length is < 12 or > Longest || (length & 3) != 0)
        {
            throw new FormatException("this is no block of a capture file");
        }

        if (data.Length < length)
        {
            return false;
        }

        var type = BinaryPrimitives.ReadUInt32LittleEndian(data);
        var kind = type switch
        {
            PcapngWriter.SectionType or PcapngWriter.InterfaceType => PcapngBlockKind.Description,
            PcapngWriter.PacketType => PcapngBlockKind.Packet,
            PcapngWriter.StatisticsType => PcapngBlockKind.Statistics,
            _ => PcapngBlockKind.Other,
        };
        block = new PcapngBlock(length, kind, CommentIn(data[8..(length - 4)], type));
        return true;
    }

    private static string? CommentIn(ReadOnlySpan<byte> body, uint type)
    {
        var fixedPart = type switch { PcapngWriter.SectionType => 16, PcapngWriter.InterfaceType => 8, PcapngWriter.StatisticsType => 12, PcapngWriter.PacketType => 20, _ => body.Length };
        if (type == PcapngWriter.PacketType && body.Length >= fixedPart)
        {
            var captured = BinaryPrimitives.ReadInt32LittleEndian(body[12..]);
            fixedPart += captured is >= 0 and <= Longest ? (captured + 3) & ~3 : body.Length;
        }

        while (body.Length >= fixedPart + 4)
        {
            var options = body[fixedPart..];
            var (code, length) = (BinaryPrimitives.ReadUInt16LittleEndian(options), BinaryPrimitives.ReadUInt16LittleEndian(options[2..]));
            if (code == 0 || options.Length < 4 + length)
            {
                return null;
            }

            if (code == PcapngWriter.CommentOption)
            {
                return Encoding.UTF8.GetString(options.Slice(4, length));
            }

            fixedPart += 4 + ((length + 3) & ~3);
        }

        return null;
    }
}
