using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Innkeeper.Wire;

/// <summary>A router advertisement: a router describes itself and the link to hosts (RFC 4861 section 4.2); <see cref="RouterAdvertisementWriter"/> writes one.</summary>
/// <param name="Source">The router's link-local address.</param>
/// <param name="LifetimeSeconds">For how long it is a default router; 0: it is none, or no longer.</param>
public sealed record RouterAdvertisement(Ipv6Address Source, ushort LifetimeSeconds)
{
    /// <summary>Prefixes that are read of one message. A router of many has more than a host needs, and a hostile one would only fill tables.</summary>
    public const int MostPrefixes = 8;

    internal const int HopLimitOffset = 4;
    internal const int BitsOffset = 5;
    internal const byte ManagedBit = 0x80;
    internal const byte OtherBit = 0x40;

    internal const byte MtuOption = 5;
    internal const int MtuOptionSize = 8;
    internal const int MtuOffset = 4;

    /// <summary>The hop limit for packets that hosts send; 0: the router does not say.</summary>
    public byte HopLimit { get; init; }

    /// <summary>M: addresses are given by DHCPv6.</summary>
    public bool IsManaged { get; init; }

    /// <summary>O: other settings are given by DHCPv6.</summary>
    public bool HasOther { get; init; }

    /// <summary>The router's MAC; null if it does not say.</summary>
    public MacAddress? LinkLayer { get; init; }

    /// <summary>The link's MTU as it came, right or wrong; null if the router does not say.</summary>
    public uint? Mtu { get; init; }

    /// <summary>Its first prefixes, <see cref="MostPrefixes"/> at most.</summary>
    public ImmutableArray<PrefixInformation> Prefixes { get; init; } = [];

    /// <summary>
    /// Parses a whole IPv6 packet and validates it as hosts must (RFC 4861 section 6.1.2), by <see cref="NeighborDiscoveryMessage.TryParse"/>. A prefix or MTU option
    /// of another length than its own is ignored, as unknown options are.
    /// </summary>
    /// <param name="ipv6Packet">The packet from its header on; octets behind its payload are link padding and ignored.</param>
    /// <returns>Null if the packet is anything else, or any part of it is not well formed.</returns>
    public static RouterAdvertisement? Parse(ReadOnlySpan<byte> ipv6Packet)
    {
        if (!NeighborDiscoveryMessage.TryParse(ipv6Packet, out var message) || message.Kind != NeighborDiscoveryKind.RouterAdvertisement
            || !Ipv6Header.TryParse(ipv6Packet, out var header))
        {
            return null;
        }

        var octets = ipv6Packet.Slice(Ipv6Header.Size, header.PayloadLength);
        uint? mtu = null;
        var prefixes = ImmutableArray.CreateBuilder<PrefixInformation>();
        var options = new NeighborDiscoveryOptions(octets[NeighborDiscoveryMessage.RouterAdvertisementSize..]);
        while (options.TryRead(out var type, out var option))
        {
            if (type == MtuOption && option.Length == MtuOptionSize)
            {
                mtu ??= BinaryPrimitives.ReadUInt32BigEndian(option[MtuOffset..]);
            }
            else if (type == NeighborDiscoveryMessage.PrefixOption && prefixes.Count < MostPrefixes && PrefixInformation.TryRead(option, out var prefix))
            {
                prefixes.Add(prefix);
            }
        }

        return new RouterAdvertisement(message.Source, message.RouterLifetime)
        {
            HopLimit = octets[HopLimitOffset],
            IsManaged = (octets[BitsOffset] & ManagedBit) != 0,
            HasOther = (octets[BitsOffset] & OtherBit) != 0,
            LinkLayer = message.LinkLayer,
            Mtu = mtu,
            Prefixes = prefixes.ToImmutable(),
        };
    }
}
