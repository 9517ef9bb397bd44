using System.Buffers.Binary;

namespace Innkeeper.Wire;

/// <summary>
/// A message of neighbour discovery with its packet's addresses (RFC 4861 section 4); <see cref="NeighborDiscoveryWriter"/> writes them.
/// <see cref="RouterAdvertisement"/> reads the rest of a router advertisement.
/// </summary>
/// <remarks>
/// Behind the IPv6 header:
/// <code>
///  0 | 1 | 2     type | code, 0 | checksum
///  4             solicitations: 0; NA: bits R, S, O; RA: hop limit, bits M and O, router lifetime in seconds (at 6)
///  8             NS, NA, redirect: target address; RA: reachable time, retransmission timer
/// 24             redirect: destination address
///                options: type, length / 8, value
/// </code>
/// </remarks>
/// <param name="Kind">Which of the five.</param>
/// <param name="Source">The packet's source, <see cref="Ipv6Address.Any"/> where the sender has none yet.</param>
/// <param name="Destination">The packet's destination.</param>
/// <param name="Target">The address that a NS asks about or a NA tells of, or a redirect's better first hop; <see cref="Ipv6Address.Any"/> in RS and RA.</param>
public readonly record struct NeighborDiscoveryMessage(
    NeighborDiscoveryKind Kind, Ipv6Address Source, Ipv6Address Destination, Ipv6Address Target)
{
    internal const int BitsOffset = 4;
    internal const int TargetOffset = 8;
    internal const int TargetMessageSize = 24;
    internal const int LinkLayerOptionSize = 8;
    internal const int OptionUnit = 8;
    internal const byte SourceLinkLayerOption = 1;
    internal const byte TargetLinkLayerOption = 2;
    internal const byte PrefixOption = 3;
    internal const int PrefixOptionSize = 32;
    internal const int PrefixValidOffset = 4;
    internal const int LifetimeOffset = 6;
    internal const int SolicitationSize = 8;
    internal const int RouterAdvertisementSize = 16;

    private const int CodeOffset = 1;
    private const int RedirectDestinationOffset = 24;
    private const int RedirectSize = 40;

    /// <summary>The hop limit of every message: a router would have lowered it, so the sender is on this link (RFC 4861 section 7.1).</summary>
    public const byte HopLimit = 255;

    /// <summary>The MAC in the option for it: the source's in NS, RS and RA, the target's in NA and redirects; null without one.</summary>
    public MacAddress? LinkLayer { get; init; }

    /// <summary>The bits of a NA; none in other messages.</summary>
    public NeighborBits Bits { get; init; }

    /// <summary>For how many seconds the sender of a RA is a default router; 0: it is none, or no longer.</summary>
    public ushort RouterLifetime { get; init; }

    /// <summary>Whether a RA carries a prefix that is valid still: one of a valid lifetime above 0 (RFC 4861 section 4.6.2).</summary>
    public bool HasPrefix { get; init; }

    /// <summary>A NS by which the sender looks whether it may take the target for itself (RFC 4862 section 5.4).</summary>
    public bool IsDuplicateDetection => Kind == NeighborDiscoveryKind.NeighborSolicitation && Source == Ipv6Address.Any;

    /// <summary>
    /// Parses a whole IPv6 packet and validates it as receivers must (RFC 4861 sections 6.1.1, 6.1.2, 7.1.1, 7.1.2, 8.1). The message stands directly behind the
    /// fixed header: one behind extension headers or in fragments is no message (RFC 6980 section 5, RFC 7113 section 3).
    /// </summary>
    /// <param name="ipv6Packet">The packet from its header on; octets behind its payload are link padding and ignored.</param>
    /// <returns>False if the packet is anything else, or any part of it is not well formed.</returns>
    public static bool TryParse(ReadOnlySpan<byte> ipv6Packet, out NeighborDiscoveryMessage message)
    {
        message = default;
        if (!Ipv6Header.TryParse(ipv6Packet, out var header) || header.NextHeader != Icmp6Types.NextHeader || header.HopLimit != HopLimit)
        {
            return false;
        }

        var octets = ipv6Packet.Slice(Ipv6Header.Size, header.PayloadLength);
        if (octets.IsEmpty || FixedSize((NeighborDiscoveryKind)octets[0]) is not { } size || octets.Length < size || octets[CodeOffset] != 0
            || !Icmp6Checksum.IsRight(header.Source, header.Destination, octets))
        {
            return false;
        }

        var kind = (NeighborDiscoveryKind)octets[0];
        var hasTarget = kind is not (NeighborDiscoveryKind.RouterSolicitation or NeighborDiscoveryKind.RouterAdvertisement);
        var parsed = new NeighborDiscoveryMessage(
            kind, header.Source, header.Destination, hasTarget ? Ipv6Address.Read(octets[TargetOffset..]) : Ipv6Address.Any)
        {
            Bits = kind == NeighborDiscoveryKind.NeighborAdvertisement
                ? (NeighborBits)octets[BitsOffset] & (NeighborBits.Router | NeighborBits.Solicited | NeighborBits.Override)
                : NeighborBits.None,
            RouterLifetime = kind == NeighborDiscoveryKind.RouterAdvertisement ? BinaryPrimitives.ReadUInt16BigEndian(octets[LifetimeOffset..]) : (ushort)0,
        };
        if (!TryReadOptions(octets[size..], ref parsed) || !parsed.HasValidAddresses(octets))
        {
            return false;
        }

        message = parsed;
        return true;
    }

    private static int? FixedSize(NeighborDiscoveryKind kind) => kind switch
    {
        NeighborDiscoveryKind.RouterSolicitation => SolicitationSize,
        NeighborDiscoveryKind.RouterAdvertisement => RouterAdvertisementSize,
        NeighborDiscoveryKind.NeighborSolicitation or NeighborDiscoveryKind.NeighborAdvertisement => TargetMessageSize,
        NeighborDiscoveryKind.Redirect => RedirectSize,
        _ => null,
    };

    private static bool TryReadOptions(ReadOnlySpan<byte> options, ref NeighborDiscoveryMessage message)
    {
        var linkLayerOption = message.Kind is NeighborDiscoveryKind.NeighborAdvertisement or NeighborDiscoveryKind.Redirect
            ? TargetLinkLayerOption
            : SourceLinkLayerOption;
        var left = new NeighborDiscoveryOptions(options);
        while (left.TryRead(out var type, out var option))
        {
            if (type == linkLayerOption)
            {
                // RFC 2464 section 6: Ethernet's has one unit. As hosts do, the first of several counts.
                if (option.Length != LinkLayerOptionSize)
                {
                    return false;
                }

                message = message with { LinkLayer = message.LinkLayer ?? MacAddress.Read(option[2..]) };
            }
            else if (message.Kind == NeighborDiscoveryKind.RouterAdvertisement && type == PrefixOption && option.Length == PrefixOptionSize)
            {
                var isValid = BinaryPrimitives.ReadUInt32BigEndian(option[PrefixValidOffset..]) > 0;
                message = message with { HasPrefix = message.HasPrefix || isValid };
            }
        }

        return left.IsSound;
    }

    private bool HasValidAddresses(ReadOnlySpan<byte> octets) => Kind switch
    {
        NeighborDiscoveryKind.RouterSolicitation => Source != Ipv6Address.Any || LinkLayer is null,
        NeighborDiscoveryKind.RouterAdvertisement => Source.IsLinkLocal,
        NeighborDiscoveryKind.NeighborSolicitation =>
            !Target.IsMulticast && (Source != Ipv6Address.Any || (LinkLayer is null && Destination == Target.SolicitedNode())),
        NeighborDiscoveryKind.NeighborAdvertisement => !Target.IsMulticast && (!Destination.IsMulticast || !Bits.HasFlag(NeighborBits.Solicited)),
        NeighborDiscoveryKind.Redirect => IsValidRedirect(Ipv6Address.Read(octets[RedirectDestinationOffset..])),
        _ => false,
    };

    // The better first hop is a router, which has a link-local address, or the destination itself.
    private bool IsValidRedirect(Ipv6Address destination) =>
        Source.IsLinkLocal && !destination.IsMulticast && (Target.IsLinkLocal || Target == destination);
}
