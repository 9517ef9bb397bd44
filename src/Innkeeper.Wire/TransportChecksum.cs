using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>What <see cref="TransportChecksum.TryComplete"/> found.</summary>
public enum ChecksumState
{
    /// <summary>No checksum that could be judged: other protocols, fragments, UDP without one.</summary>
    None,

    /// <summary>Right as it was.</summary>
    Right,

    /// <summary>Held the pseudo header's sum only, and is right now.</summary>
    Completed,

    /// <summary>Wrong, and left so: a damaged packet is not repaired.</summary>
    Wrong,
}

/// <summary>TCP and UDP checksums of packets that a kernel handed over before its NIC would have filled them in.</summary>
public static class TransportChecksum
{
    /// <summary>
    /// A packet with checksum offload (Linux CHECKSUM_PARTIAL) carries the pseudo header's folded sum in place of the
    /// checksum. Where that is so, fills in the checksum.
    /// </summary>
    /// <param name="ipv4Packet">From the IPv4 header on; padding may follow.</param>
    public static ChecksumState TryComplete(Span<byte> ipv4Packet)
    {
        if (!Ipv4Packet.TryParse(ipv4Packet, out var packet) || packet.IsFragment)
        {
            return ChecksumState.None;
        }

        var offset = packet.Protocol switch
        {
            IpProtocol.Tcp => 16,
            IpProtocol.Udp => 6,
            _ => -1,
        };
        var payload = ipv4Packet[packet.HeaderLength..packet.TotalLength];
        if (offset < 0 || payload.Length < offset + 2)
        {
            return ChecksumState.None;
        }

        var field = payload[offset..];
        var stands = BinaryPrimitives.ReadUInt16BigEndian(field);
        if (packet.Protocol == IpProtocol.Udp && stands == 0)
        {
            return ChecksumState.None;
        }

        var pseudo = Checksum.PseudoHeader(packet.Source, packet.Destination, packet.Protocol, payload.Length);
        if (Checksum.Finish(Checksum.Add(payload, pseudo)) == 0)
        {
            return ChecksumState.Right;
        }

        if (stands != (ushort)pseudo)
        {
            return ChecksumState.Wrong;
        }

        BinaryPrimitives.WriteUInt16BigEndian(field, 0);
        var checksum = Checksum.Finish(Checksum.Add(payload, pseudo));
        BinaryPrimitives.WriteUInt16BigEndian(field, checksum == 0 && packet.Protocol == IpProtocol.Udp ? (ushort)0xffff : checksum);
        return ChecksumState.Completed;
    }
}
