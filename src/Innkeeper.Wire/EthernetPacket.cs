using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>A view of an Ethernet II frame without its FCS, with at most one IEEE 802.1Q tag taken apart.</summary>
/// <remarks>
/// <code>
///  0              6              12          14            14 + 4 if tagged
/// +--------------+--------------+-----------+------------------------+
/// | destination  | source       | EtherType | payload, padding       |
/// +--------------+--------------+-----------+------------------------+
///                               | 0x8100 | TCI | EtherType |  tagged
/// </code>
/// Made only by <see cref="TryParse"/>, after which no member fails. Of a second tag, <see cref="EtherType"/> shows the type
/// and <see cref="Payload"/> the rest. A value of <see cref="EtherType"/> below 0x0600 is an IEEE 802.3 length.
/// </remarks>
public readonly ref struct EthernetPacket
{
    private readonly ReadOnlySpan<byte> _frame;

    private EthernetPacket(ReadOnlySpan<byte> frame) => _frame = frame;

    /// <summary>Views <paramref name="frame"/>, if it holds a whole header: 14 octets, or 18 with a tag.</summary>
    public static bool TryParse(ReadOnlySpan<byte> frame, out EthernetPacket packet)
    {
        packet = default;
        if (frame.Length < EthernetHeader.Size
            || (IsTagged(frame) && frame.Length < EthernetHeader.TaggedSize))
        {
            return false;
        }

        packet = new EthernetPacket(frame);
        return true;
    }

    /// <summary>The receiving station or group.</summary>
    public MacAddress Destination => MacAddress.Read(_frame[EthernetHeader.DestinationOffset..]);

    /// <summary>The sending station.</summary>
    public MacAddress Source => MacAddress.Read(_frame[EthernetHeader.SourceOffset..]);

    /// <summary>Whether a tag with type 0x8100 follows the addresses.</summary>
    public bool HasVlan => IsTagged(_frame);

    /// <summary>The VLAN identifier of the tag, 0 to 4095; 0 without a tag and in a priority tag.</summary>
    public ushort VlanId =>
        HasVlan ? (ushort)(BinaryPrimitives.ReadUInt16BigEndian(_frame[EthernetHeader.TagOffset..]) & EthernetHeader.VlanIdMask) : (ushort)0;

    /// <summary>Octets before the payload: 14, or 18 with a tag.</summary>
    public int HeaderLength => HasVlan ? EthernetHeader.TaggedSize : EthernetHeader.Size;

    /// <summary>The type of the payload, after the tag if there is one; see <see cref="EtherTypes"/>.</summary>
    public ushort EtherType => BinaryPrimitives.ReadUInt16BigEndian(_frame[(HeaderLength - sizeof(ushort))..]);

    /// <summary>All octets after the header, with any padding.</summary>
    public ReadOnlySpan<byte> Payload => _frame[HeaderLength..];

    private static bool IsTagged(ReadOnlySpan<byte> frame) =>
        BinaryPrimitives.ReadUInt16BigEndian(frame[EthernetHeader.TypeOffset..]) == EtherTypes.Vlan;
}
