using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>A view of an IPv4 packet (RFC 791 section 3.1).</summary>
/// <remarks>
/// <code>
///  0         version 4 | header length / 4
///  1         type of service: DSCP and ECN (RFC 2474, RFC 3168)
///  2         total length
///  4         identification
///  6         0 | DF | MF | fragment offset / 8, 13 bits
///  8 | 9     time to live | protocol
/// 10         header checksum
/// 12         source address
/// 16         destination address
/// 20         options, 0 to 40 octets
/// </code>
/// Made only by <see cref="TryParse"/>, after which no member fails. A wrong header checksum is not refused; see
/// <see cref="HasValidHeaderChecksum"/>.
/// </remarks>
public readonly ref struct Ipv4Packet
{
    private readonly ReadOnlySpan<byte> _packet;

    private Ipv4Packet(ReadOnlySpan<byte> packet) => _packet = packet;

    /// <summary>
    /// Views the packet at the start of <paramref name="data"/>: version 4, header length of 20 octets or more, within the
    /// total length, within the data. Octets after the total length are link padding and ignored.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out Ipv4Packet packet)
    {
        packet = default;
        if (data.Length < Ipv4Header.Size || data[Ipv4Header.VersionOffset] >> 4 != 4)
        {
            return false;
        }

        var headerLength = (data[Ipv4Header.VersionOffset] & 0x0F) * 4;
        var totalLength = BinaryPrimitives.ReadUInt16BigEndian(data[Ipv4Header.TotalLengthOffset..]);
        if (headerLength < Ipv4Header.Size || headerLength > totalLength || totalLength > data.Length)
        {
            return false;
        }

        packet = new Ipv4Packet(data[..totalLength]);
        return true;
    }

    /// <summary>Octets of header and options: 20 to 60.</summary>
    public int HeaderLength => (_packet[Ipv4Header.VersionOffset] & 0x0F) * 4;

    /// <summary>DSCP in the high six bits, ECN in the low two.</summary>
    public byte TypeOfService => _packet[Ipv4Header.TypeOfServiceOffset];

    /// <summary>Octets of header, options and payload.</summary>
    public int TotalLength => _packet.Length;

    /// <summary>The number that the fragments of one packet share (RFC 6864).</summary>
    public ushort Identification => BinaryPrimitives.ReadUInt16BigEndian(_packet[Ipv4Header.IdentificationOffset..]);

    /// <summary>The DF flag.</summary>
    public bool DontFragment => (FragmentWord & Ipv4Header.DontFragmentBit) != 0;

    /// <summary>The MF flag.</summary>
    public bool MoreFragments => (FragmentWord & Ipv4Header.MoreFragmentsBit) != 0;

    /// <summary>The payload's place in the whole packet's payload, in octets: 0 to 65528.</summary>
    public int FragmentOffset => (FragmentWord & Ipv4Header.FragmentOffsetMask) * 8;

    /// <summary>Whether the payload is only a part.</summary>
    public bool IsFragment => (FragmentWord & (Ipv4Header.MoreFragmentsBit | Ipv4Header.FragmentOffsetMask)) != 0;

    /// <summary>Hops left.</summary>
    public byte Ttl => _packet[Ipv4Header.TtlOffset];

    /// <summary>The payload's protocol; see <see cref="IpProtocol"/>.</summary>
    public byte Protocol => _packet[Ipv4Header.ProtocolOffset];

    /// <summary>The checksum of header and options, as it came, host order.</summary>
    public ushort HeaderChecksum => BinaryPrimitives.ReadUInt16BigEndian(_packet[Ipv4Header.ChecksumOffset..]);

    /// <summary>Whether <see cref="HeaderChecksum"/> is right.</summary>
    public bool HasValidHeaderChecksum => Checksum.Finish(Checksum.Add(_packet[..HeaderLength], 0)) == 0;

    /// <summary>The sender.</summary>
    public Ipv4Address Source => Ipv4Address.Read(_packet[Ipv4Header.SourceOffset..]);

    /// <summary>The receiver.</summary>
    public Ipv4Address Destination => Ipv4Address.Read(_packet[Ipv4Header.DestinationOffset..]);

    /// <summary>The options with their padding: 0 to 40 octets.</summary>
    public ReadOnlySpan<byte> Options => _packet[Ipv4Header.Size..HeaderLength];

    /// <summary>The octets after header and options, up to the total length.</summary>
    public ReadOnlySpan<byte> Payload => _packet[HeaderLength..];

    private ushort FragmentWord => BinaryPrimitives.ReadUInt16BigEndian(_packet[Ipv4Header.FragmentOffsetOffset..]);
}
