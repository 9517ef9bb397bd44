using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>An ICMP header to be written (RFC 792); <see cref="IcmpPacket"/> shows its layout.</summary>
/// <param name="Type">One of <see cref="IcmpTypes"/>.</param>
/// <param name="Code">A finer division of the type.</param>
/// <param name="Rest">The second word, host order.</param>
public readonly record struct IcmpHeader(byte Type, byte Code, uint Rest)
{
    /// <summary>Octets of the header.</summary>
    public const int Size = 8;

    internal const int TypeOffset = 0;
    internal const int CodeOffset = 1;
    internal const int ChecksumOffset = 2;
    internal const int RestOffset = 4;

    /// <summary>An echo request.</summary>
    public static IcmpHeader EchoRequest(ushort identifier, ushort sequenceNumber) =>
        new(IcmpTypes.EchoRequest, 0, ((uint)identifier << 16) | sequenceNumber);

    /// <summary>An echo reply.</summary>
    public static IcmpHeader EchoReply(ushort identifier, ushort sequenceNumber) =>
        new(IcmpTypes.EchoReply, 0, ((uint)identifier << 16) | sequenceNumber);

    /// <summary>Writes header, data and checksum.</summary>
    /// <param name="buffer">At least <see cref="Size"/> octets and the data.</param>
    /// <param name="payload">The data; it may already stand in <paramref name="buffer"/>.</param>
    /// <returns>Octets written, data included.</returns>
    public int Write(Span<byte> buffer, ReadOnlySpan<byte> payload)
    {
        var length = Size + payload.Length;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, ushort.MaxValue - Ipv4Header.Size, nameof(payload));

        payload.CopyTo(buffer[Size..]);
        buffer[TypeOffset] = Type;
        buffer[CodeOffset] = Code;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[ChecksumOffset..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[RestOffset..], Rest);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[ChecksumOffset..], Checksum.Finish(Checksum.Add(buffer[..length], 0)));
        return length;
    }
}
