using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Links;

/// <summary>The kernel's data about an interface at one moment.</summary>
/// <param name="Index">The kernel's number for it, new after it was deleted and made again.</param>
/// <param name="Name">The kernel's name for it.</param>
/// <param name="Mac">All zero where the interface has no Ethernet address.</param>
/// <param name="Mtu">Octets of the largest IP packet.</param>
/// <param name="IsUp">It is set up.</param>
/// <param name="HasCarrier">It is up and its medium is connected.</param>
/// <param name="Addresses">Its IPv4 addresses, the kernel's order: the primary one first.</param>
/// <param name="Gateway">The gateway of the default route with the lowest metric through this interface.</param>
internal sealed record LinkInfo(
    int Index, string Name, MacAddress Mac, int Mtu, bool IsUp, bool HasCarrier, ImmutableArray<Ipv4Network> Addresses, Ipv4Address? Gateway)
{
    /// <summary>The source address that the route of <see cref="Gateway"/> names; null: it names none.</summary>
    public Ipv4Address? GatewaySource { get; init; }

    /// <summary>The networks that the main table reaches through this interface without a gateway.</summary>
    public ImmutableArray<OnLinkRoute> OnLink { get; init; } = [];

    /// <summary>The address that the kernel prefers as a source; null: it has none.</summary>
    public Ipv4Network? PrimaryAddress => Addresses.IsEmpty ? null : Addresses[0];

    /// <summary>Whether the kernel sends to this router without another router between, even if it is in no subnet of the interface.</summary>
    public bool ReachesOnLink(Ipv4Address router) => router == Gateway || OnLink.Any(route => route.Network.Contains(router));

    /// <summary>
    /// By content: the compiler's own comparison would ask whether the addresses are the same array. Routes count only through what the
    /// gateway makes of them.
    /// </summary>
    public bool Equals(LinkInfo? other) =>
        other is not null && (Index, Name, Mac, Mtu, IsUp, HasCarrier, Gateway) == (other.Index, other.Name, other.Mac, other.Mtu, other.IsUp, other.HasCarrier, other.Gateway)
        && Addresses.SequenceEqual(other.Addresses);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Index, Name, Mac, Mtu);
}
