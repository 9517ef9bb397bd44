using Innkeeper.Wire;

namespace Innkeeper.Ipv6;

/// <summary>The network as devices should know it.</summary>
/// <param name="Prefix">A /64 of which they may make addresses; null: none, and no way out by IPv6.</param>
/// <param name="DnsServers">In order of preference; there may be none.</param>
/// <param name="CaptivePortal">The URI of the portal's API; null: it is left out.</param>
/// <param name="Mtu">Octets of their longest packets; null: as many as the link carries.</param>
internal sealed record AdvertisedNetwork(Ipv6Network? Prefix, IReadOnlyList<Ipv6Address> DnsServers, string? CaptivePortal, int? Mtu)
{
    public bool Equals(AdvertisedNetwork? other) =>
        other is not null && Prefix == other.Prefix && CaptivePortal == other.CaptivePortal && Mtu == other.Mtu && DnsServers.SequenceEqual(other.DnsServers);

    public override int GetHashCode() => HashCode.Combine(Prefix, CaptivePortal, Mtu, DnsServers.Count);
}
