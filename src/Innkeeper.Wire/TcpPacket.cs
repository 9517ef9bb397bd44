using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>A view of a TCP segment (RFC 9293 section 3.1).</summary>
/// <remarks>
/// <code>
///  0 | 2       source port | destination port
///  4           sequence number
///  8           acknowledgement number
/// 12 | 13      header length / 4 in the high four bits | flags
/// 14           window
/// 16 | 18      checksum | urgent pointer
/// 20           options, 0 to 40 octets
/// </code>
/// Made only by <see cref="TryParse"/>, after which no member fails.
/// </remarks>
public readonly ref struct TcpPacket
{
    private readonly ReadOnlySpan<byte> _segment;

    private TcpPacket(ReadOnlySpan<byte> segment) => _segment = segment;

    /// <summary>Views a whole IPv4 payload; the header length must be 20 octets or more and within the data.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out TcpPacket packet)
    {
        packet = default;
        if (data.Length < TcpHeader.Size)
        {
            return false;
        }

        var headerLength = (data[TcpHeader.DataOffsetOffset] >> 4) * 4;
        if (headerLength < TcpHeader.Size || headerLength > data.Length)
        {
            return false;
        }

        packet = new TcpPacket(data);
        return true;
    }

    /// <summary>The sender's port.</summary>
    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_segment[TcpHeader.SourcePortOffset..]);

    /// <summary>The receiver's port.</summary>
    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_segment[TcpHeader.DestinationPortOffset..]);

    /// <summary>The sequence number of the first octet, or of SYN.</summary>
    public uint SequenceNumber => BinaryPrimitives.ReadUInt32BigEndian(_segment[TcpHeader.SequenceOffset..]);

    /// <summary>The next sequence number the sender expects, with <see cref="TcpControl.Ack"/>.</summary>
    public uint AcknowledgmentNumber => BinaryPrimitives.ReadUInt32BigEndian(_segment[TcpHeader.AcknowledgmentOffset..]);

    /// <summary>Octets of header and options: 20 to 60. On the wire it is counted in words of 4 octets.</summary>
    public int DataOffset => (_segment[TcpHeader.DataOffsetOffset] >> 4) * 4;

    /// <summary>The control bits.</summary>
    public TcpControl Flags => (TcpControl)_segment[TcpHeader.FlagsOffset];

    /// <summary>The receive window, in octets before scaling (RFC 7323 section 2).</summary>
    public ushort Window => BinaryPrimitives.ReadUInt16BigEndian(_segment[TcpHeader.WindowOffset..]);

    /// <summary>The checksum as it came, host order.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_segment[TcpHeader.ChecksumOffset..]);

    /// <summary>The options with their padding: 0 to 40 octets.</summary>
    public ReadOnlySpan<byte> Options => _segment[TcpHeader.Size..DataOffset];

    /// <summary>The data.</summary>
    public ReadOnlySpan<byte> Payload => _segment[DataOffset..];
}
