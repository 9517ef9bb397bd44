using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>The Internet checksum (RFC 1071): ones' complement sum of 16-bit words in network order.</summary>
public static class Checksum
{
    /// <summary>Adds octets to a running sum; an odd last octet counts as the high half of a word.</summary>
    public static uint Add(ReadOnlySpan<byte> data, uint sum = 0)
    {
        ulong total = sum;
        while (data.Length >= 2)
        {
            total += BinaryPrimitives.ReadUInt16BigEndian(data);
            data = data[2..];
        }

        if (data.Length == 1)
        {
            total += (uint)data[0] << 8;
        }

        return Fold(total);
    }

    /// <summary>The sum of the pseudo header of TCP and UDP (RFC 9293 3.1, RFC 768).</summary>
    /// <param name="length">Octets of transport header and payload.</param>
    public static uint PseudoHeader(Ipv4Address source, Ipv4Address destination, byte protocol, int length) =>
        Fold((ulong)(source.Value >> 16) + (ushort)source.Value + (destination.Value >> 16) + (ushort)destination.Value
            + protocol + (uint)length);

    /// <summary>The checksum as it stands in a header: the folded sum's complement.</summary>
    public static ushort Finish(uint sum) => (ushort)~Fold(sum);

    private static uint Fold(ulong sum)
    {
        while (sum > ushort.MaxValue)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }

        return (uint)sum;
    }
}
