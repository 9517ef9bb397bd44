using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>The Internet checksum (RFC 1071): the one's complement of the one's complement sum of 16-bit words.</summary>
/// <remarks>
/// A sum is carried as an unfolded number, so parts may be added in any order: <c>Finish(Add(body, Add(header, 0)))</c>.
/// Every part but the last must have an even number of octets, as an odd one is padded with a zero octet.
/// A span that holds a right checksum finishes to 0.
/// </remarks>
public static class Checksum
{
    /// <summary>Adds octets, as big-endian words, to a sum.</summary>
    /// <param name="data">Any number of octets; an odd last one counts as the high half of a word.</param>
    /// <param name="sum">The sum so far, 0 to begin.</param>
    /// <returns>The new sum, not folded, in host order.</returns>
    public static uint Add(ReadOnlySpan<byte> data, uint sum)
    {
        ulong total = sum;
        while (data.Length >= sizeof(uint))
        {
            total += BinaryPrimitives.ReadUInt32BigEndian(data);
            data = data[sizeof(uint)..];
        }

        if (data.Length >= sizeof(ushort))
        {
            total += BinaryPrimitives.ReadUInt16BigEndian(data);
            data = data[sizeof(ushort)..];
        }

        if (data.Length > 0)
        {
            total += (uint)data[0] << 8;
        }

        // RFC 1071 section 2: wider sums fold back, as 2^32 and 2^16 both leave 1 modulo 2^16 - 1.
        total = (total & uint.MaxValue) + (total >> 32);
        return (uint)((total & uint.MaxValue) + (total >> 32));
    }

    /// <summary>Folds a sum to 16 bits without complementing it, as the kernel leaves it in CHECKSUM_PARTIAL packets.</summary>
    /// <param name="sum">A sum from <see cref="Add"/> or <see cref="PseudoHeader"/>.</param>
    /// <returns>The folded sum in host order; 0 only if <paramref name="sum"/> is 0.</returns>
    public static ushort Fold(uint sum)
    {
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)((sum & 0xFFFF) + (sum >> 16));
    }

    /// <summary>Folds and complements a sum.</summary>
    /// <param name="sum">A sum from <see cref="Add"/> or <see cref="PseudoHeader"/>.</param>
    /// <returns>The checksum in host order, to be written big endian.</returns>
    public static ushort Finish(uint sum) => (ushort)~Fold(sum);

    /// <summary>The sum of the IPv4 pseudo header of TCP, UDP and UDP-Lite (RFC 9293 section 3.1, RFC 768, RFC 3828 section 3.2).</summary>
    /// <param name="source">Source address of the IPv4 header.</param>
    /// <param name="destination">Destination address of the IPv4 header.</param>
    /// <param name="protocol">One of <see cref="IpProtocol"/>.</param>
    /// <param name="length">Octets of transport header and data, 0 to 65535.</param>
    /// <returns>The sum, not folded, to which <see cref="Add"/> adds the segment.</returns>
    public static uint PseudoHeader(Ipv4Address source, Ipv4Address destination, byte protocol, int length) =>
        (source.Value >> 16) + (source.Value & 0xFFFF)
        + (destination.Value >> 16) + (destination.Value & 0xFFFF)
        + protocol + (uint)length;
}
