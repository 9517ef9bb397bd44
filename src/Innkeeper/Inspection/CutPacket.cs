using System.Buffers.Binary;
using Innkeeper.Wire;

namespace Innkeeper.Inspection;

/// <summary>The header of an IPv4 packet that may be cut behind it, or longer than its header says (segments that the kernel joined).</summary>
internal readonly ref struct CutPacket
{
    private const int QuoteOffset = IcmpHeader.Size;
    private readonly ReadOnlySpan<byte> _packet;
    private readonly int _headerLength;

    private CutPacket(ReadOnlySpan<byte> packet, int headerLength)
    {
        _packet = packet;
        _headerLength = headerLength;
    }

    public Ipv4Address Source => Ipv4Address.Read(_packet[12..]);

    public Ipv4Address Destination => Ipv4Address.Read(_packet[16..]);

    public byte Protocol => _packet[9];

    public ushort Identification => BinaryPrimitives.ReadUInt16BigEndian(_packet[4..]);

    public ushort TotalLength => BinaryPrimitives.ReadUInt16BigEndian(_packet[2..]);

    public bool HasMoreFragments => (BinaryPrimitives.ReadUInt16BigEndian(_packet[6..]) & 0x2000) != 0;

    /// <summary>It has no ports: they are in the first fragment.</summary>
    public bool IsLaterFragment => (BinaryPrimitives.ReadUInt16BigEndian(_packet[6..]) & 0x1FFF) != 0;

    /// <summary>The octets behind the header, as far as they are there.</summary>
    public ReadOnlySpan<byte> Payload => _packet[_headerLength..];

    /// <summary>Where in the payload an ICMP error's quoted packet begins; null: it is none.</summary>
    public int? Quoted => Protocol == IpProtocol.Icmp && !IsLaterFragment && Payload is [IcmpTypes.DestinationUnreachable or IcmpTypes.TimeExceeded or IcmpTypes.ParameterProblem, ..] and { Length: > QuoteOffset }
        ? QuoteOffset
        : null;

    public static bool TryParse(ReadOnlySpan<byte> data, out CutPacket packet)
    {
        packet = default;
        if (data.Length < Ipv4Header.Size || data[0] >> 4 != 4 || (data[0] & 0x0F) * 4 is var length && (length < Ipv4Header.Size || length > data.Length))
        {
            return false;
        }

        packet = new CutPacket(data, length);
        return true;
    }

    /// <summary>A port, or ICMP's identifier, which stands for both; null: the protocol has none, or it is cut.</summary>
    public ushort? PortOf(bool isSource) => Protocol switch
    {
        IpProtocol.Tcp or IpProtocol.Udp when Payload.Length >= 4 => BinaryPrimitives.ReadUInt16BigEndian(Payload[(isSource ? 0 : 2)..]),
        IpProtocol.Icmp when Payload.Length >= 6 => BinaryPrimitives.ReadUInt16BigEndian(Payload[4..]),
        _ => null,
    };
}
