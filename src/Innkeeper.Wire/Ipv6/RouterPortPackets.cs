using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>
/// The two packets by which a switch that snoops multicast learns behind which port a router is; it then sends every group there, among them those of neighbour
/// solicitations (RFC 4541 section 3).
/// </summary>
/// <remarks>
/// Both carry a router alert (RFC 2711) and a hop limit of 1. Behind the IPv6 header:
/// <code>
///  0 | 1         next header, 58 | length, 0
///  2             router alert: 5, 2, 0, 0
///  6             padding: 1, 0
///  8             the ICMPv6 message
/// </code>
/// </remarks>
public static class RouterPortPackets
{
    /// <summary>Octets of a query.</summary>
    public const int QuerySize = Ipv6Header.Size + AlertSize + QueryMessageSize;

    /// <summary>Octets of an advertisement.</summary>
    public const int AdvertisementSize = Ipv6Header.Size + AlertSize + AdvertisementMessageSize;

    private const int AlertSize = 8;
    private const int QueryMessageSize = 28;

    /// <summary>Of MLDv1 (RFC 2710 section 3).</summary>
    private const int QueryMinimumSize = 24;
    private const int AdvertisementMessageSize = 8;

    private const int ResponseDelayOffset = 4;
    private const int QueryRobustnessOffset = 24;
    private const int QueryIntervalOffset = 25;

    private const int AdvertisementIntervalOffset = 1;
    private const int AdvertisedQueryIntervalOffset = 4;
    private const int AdvertisedRobustnessOffset = 6;

    // RFC 9777 sections 9.1 to 9.3 and RFC 4286 section 3.1.1: the defaults.
    private const byte Robustness = 2;
    private const byte QuerySeconds = 125;
    private const ushort ResponseMilliseconds = 10_000;
    private const byte AdvertisementSeconds = 20;

    /// <summary>Reads who asks for listeners, of either version (RFC 9777 section 5.1).</summary>
    /// <param name="packet">The packet from its header on.</param>
    /// <param name="source">The asker's address.</param>
    /// <returns>False for any other packet, and for one that is not well formed.</returns>
    public static bool TryReadQuery(ReadOnlySpan<byte> packet, out Ipv6Address source)
    {
        source = default;
        if (!Ipv6Header.TryParse(packet, out var header) || header is not { NextHeader: 0, HopLimit: 1, Source.IsLinkLocal: true })
        {
            return false;
        }

        var octets = packet.Slice(Ipv6Header.Size, header.PayloadLength);
        if (octets.Length < AlertSize + QueryMinimumSize || octets[0] != Icmp6Types.NextHeader || octets[1] != 0 || octets[AlertSize] != Icmp6Types.MulticastListenerQuery
            || !Icmp6Checksum.IsRight(header.Source, header.Destination, octets[AlertSize..]))
        {
            return false;
        }

        source = header.Source;
        return true;
    }

    /// <summary>Writes a general query of MLDv2, which asks for all groups (RFC 9777 section 5.1, before it RFC 3810), with the default times.</summary>
    /// <param name="buffer">At least <see cref="QuerySize"/> octets.</param>
    /// <param name="source">A link-local address: queries of others are ignored (RFC 9777 section 5.1.14).</param>
    /// <returns>Octets written: <see cref="QuerySize"/>.</returns>
    public static int MldQuery(Span<byte> buffer, Ipv6Address source)
    {
        var message = Begin(buffer, source, Ipv6Address.AllNodes, Icmp6Types.MulticastListenerQuery, QueryMessageSize);
        BinaryPrimitives.WriteUInt16BigEndian(message[ResponseDelayOffset..], ResponseMilliseconds);
        message[QueryRobustnessOffset] = Robustness;
        message[QueryIntervalOffset] = QuerySeconds;
        Icmp6Checksum.Write(source, Ipv6Address.AllNodes, message);
        return QuerySize;
    }

    /// <summary>Writes a multicast router advertisement (RFC 4286 section 3), for a link on which another asks the queries.</summary>
    /// <param name="buffer">At least <see cref="AdvertisementSize"/> octets.</param>
    /// <param name="source">A link-local address.</param>
    /// <returns>Octets written: <see cref="AdvertisementSize"/>.</returns>
    public static int MulticastRouterAdvertisement(Span<byte> buffer, Ipv6Address source)
    {
        var message = Begin(buffer, source, Ipv6Address.AllSnoopers, Icmp6Types.MulticastRouterAdvertisement, AdvertisementMessageSize);
        message[AdvertisementIntervalOffset] = AdvertisementSeconds;
        BinaryPrimitives.WriteUInt16BigEndian(message[AdvertisedQueryIntervalOffset..], QuerySeconds);
        BinaryPrimitives.WriteUInt16BigEndian(message[AdvertisedRobustnessOffset..], Robustness);
        Icmp6Checksum.Write(source, Ipv6Address.AllSnoopers, message);
        return AdvertisementSize;
    }

    private static Span<byte> Begin(Span<byte> buffer, Ipv6Address source, Ipv6Address destination, byte type, int length)
    {
        const byte hopByHop = 0;
        new Ipv6Header(source, destination, hopByHop, (ushort)(AlertSize + length)) { HopLimit = 1 }.Write(buffer);

        ReadOnlySpan<byte> alert = [Icmp6Types.NextHeader, 0, 5, 2, 0, 0, 1, 0];
        alert.CopyTo(buffer[Ipv6Header.Size..]);

        var message = buffer.Slice(Ipv6Header.Size + AlertSize, length);
        message.Clear();
        message[0] = type;
        return message;
    }
}
