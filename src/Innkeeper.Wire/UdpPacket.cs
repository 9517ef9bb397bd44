using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>A view of a UDP datagram (RFC 768).</summary>
/// <remarks>
/// <code>
/// 0 | 2     source port | destination port
/// 4 | 6     length of header and data | checksum, 0 = none
/// 8         data
/// </code>
/// Made only by <see cref="TryParse"/>, after which no member fails. The first fragment of a datagram is refused, as its length
/// exceeds the fragment. UDP-Lite has another field in the place of the length and is not for this view.
/// </remarks>
public readonly ref struct UdpPacket
{
    private readonly ReadOnlySpan<byte> _datagram;

    private UdpPacket(ReadOnlySpan<byte> datagram) => _datagram = datagram;

    /// <summary>Views the datagram at the start of an IPv4 payload; its length must be 8 or more and within the data.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out UdpPacket packet)
    {
        packet = default;
        if (data.Length < UdpHeader.Size)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(data[UdpHeader.LengthOffset..]);
        if (length < UdpHeader.Size || length > data.Length)
        {
            return false;
        }

        packet = new UdpPacket(data[..length]);
        return true;
    }

    /// <summary>The sender's port; 0 where no answer is wanted.</summary>
    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_datagram[UdpHeader.SourcePortOffset..]);

    /// <summary>The receiver's port.</summary>
    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_datagram[UdpHeader.DestinationPortOffset..]);

    /// <summary>Octets of header and data.</summary>
    public int Length => _datagram.Length;

    /// <summary>The checksum as it came, host order; 0 means there is none.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_datagram[UdpHeader.ChecksumOffset..]);

    /// <summary>The data.</summary>
    public ReadOnlySpan<byte> Payload => _datagram[UdpHeader.Size..];
}
