using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>Protocol numbers of the IPv4 header (RFC 791).</summary>
public static class IpProtocol
{
    /// <summary>RFC 792.</summary>
    public const byte Icmp = 1;

    /// <summary>RFC 9293.</summary>
    public const byte Tcp = 6;

    /// <summary>RFC 768.</summary>
    public const byte Udp = 17;

    /// <summary>RFC 2784.</summary>
    public const byte Gre = 47;

    /// <summary>RFC 4303.</summary>
    public const byte Esp = 50;

    /// <summary>RFC 9260.</summary>
    public const byte Sctp = 132;

    /// <summary>RFC 3828.</summary>
    public const byte UdpLite = 136;
}

/// <summary>A view of an IPv4 packet (RFC 791). After <see cref="TryParse"/> no member fails.</summary>
public readonly ref struct Ipv4Packet
{
    private readonly ReadOnlySpan<byte> _packet;

    private Ipv4Packet(ReadOnlySpan<byte> packet) => _packet = packet;

    /// <summary>Octets of the header, 20–60.</summary>
    public int HeaderLength => (_packet[0] & 0x0f) * 4;

    /// <summary>Octets of header and payload.</summary>
    public int TotalLength => _packet.Length;

    /// <summary>RFC 6864: of use for fragments only.</summary>
    public ushort Identification => BinaryPrimitives.ReadUInt16BigEndian(_packet[4..]);

    /// <summary>DF.</summary>
    public bool DontFragment => (_packet[6] & 0x40) != 0;

    /// <summary>MF.</summary>
    public bool MoreFragments => (_packet[6] & 0x20) != 0;

    /// <summary>Where the payload lies in the whole datagram, in octets.</summary>
    public int FragmentOffset => (BinaryPrimitives.ReadUInt16BigEndian(_packet[6..]) & 0x1fff) * 8;

    /// <summary>Whether this is a piece of a datagram.</summary>
    public bool IsFragment => MoreFragments || FragmentOffset != 0;

    /// <summary>Hops left.</summary>
    public byte Ttl => _packet[8];

    /// <summary>See <see cref="IpProtocol"/>.</summary>
    public byte Protocol => _packet[9];

    /// <summary>As it stands in the header.</summary>
    public ushort HeaderChecksum => BinaryPrimitives.ReadUInt16BigEndian(_packet[10..]);

    /// <summary>Source address.</summary>
    public Ipv4Address Source => Ipv4Address.Read(_packet[12..]);

    /// <summary>Destination address.</summary>
    public Ipv4Address Destination => Ipv4Address.Read(_packet[16..]);

    /// <summary>What follows the header, without the frame's padding.</summary>
    public ReadOnlySpan<byte> Payload => _packet[HeaderLength..];

    /// <summary>False unless version is 4 and 20 ≤ header ≤ total length ≤ octets given. Checksums are not judged.</summary>
    public static bool TryParse(ReadOnlySpan<byte> octets, out Ipv4Packet packet)
    {
        packet = default;
        if (octets.Length < Ipv4Header.Size || octets[0] >> 4 != 4)
        {
            return false;
        }

        var header = (octets[0] & 0x0f) * 4;
        var total = BinaryPrimitives.ReadUInt16BigEndian(octets[2..]);
        if (header < Ipv4Header.Size || total < header || total > octets.Length)
        {
            return false;
        }

        packet = new Ipv4Packet(octets[..total]);
        return true;
    }
}

/// <summary>Writes IPv4 headers.</summary>
public static class Ipv4Header
{
    /// <summary>Octets without options.</summary>
    public const int Size = 20;

    /// <summary>Writes a header with the right checksum.</summary>
    /// <param name="totalLength">Header, options and payload.</param>
    /// <param name="fragment">Flags and offset as in the header's word: 0x4000 is DF, 0x2000 MF, the rest the offset / 8.</param>
    /// <param name="options">A multiple of 4 octets, up to 40.</param>
    /// <returns>Octets written.</returns>
    public static int Write(
        Span<byte> packet, Ipv4Address source, Ipv4Address destination, byte protocol, int totalLength,
        byte ttl = 64, ushort identification = 0, ushort fragment = 0, ReadOnlySpan<byte> options = default)
    {
        var size = Size + options.Length;
        packet[0] = (byte)(0x40 | (size / 4));
        packet[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)totalLength);
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], identification);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], fragment);
        packet[8] = ttl;
        packet[9] = protocol;
        packet[10] = packet[11] = 0;
        source.Write(packet[12..]);
        destination.Write(packet[16..]);
        options.CopyTo(packet[Size..]);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], Checksum.Finish(Checksum.Add(packet[..size])));
        return size;
    }
}
