using System.Collections.Immutable;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>The address and the router that the gateway last worked by on its uplink.</summary>
internal sealed record UplinkMemory(Ipv4Network Address, Ipv4Address Router);

/// <summary>The gateway's own address on an uplink, and the router there.</summary>
/// <param name="Router">Null: there is none.</param>
/// <param name="IsRemembered">The kernel has no default route through this interface any more: it is the last router that it had.</param>
internal readonly record struct UplinkChoice(Ipv4Network Address, Ipv4Address? Router, bool IsRemembered)
{
    private static readonly Ipv4Network s_linkLocal = Ipv4Network.Parse("169.254.0.0/16");

    /// <summary>
    /// Picks one of the interface's addresses: the one that the router is reached from. Addresses for a modem's pages, and those that an
    /// interface gives itself while it waits for DHCP (RFC 3927), do not lead out.
    /// </summary>
    /// <param name="fixedAddress">The address of the settings; null: the interface's.</param>
    /// <param name="fixedRouter">The router of the settings; null: the kernel's.</param>
    /// <param name="before">The choice until now, which stays where nothing speaks against it; null: none.</param>
    /// <returns>Null: the interface has no address yet.</returns>
    public static UplinkChoice? Of(LinkInfo link, Ipv4Network? fixedAddress, Ipv4Address? fixedRouter, UplinkMemory? before)
    {
        ImmutableArray<Ipv4Network> addresses = fixedAddress is { } only ? [only] : [.. link.Addresses.Where(a => !s_linkLocal.Contains(a.Address))];
        if (addresses.IsEmpty)
        {
            return null;
        }

        var router = fixedRouter ?? link.Gateway;

        // The kernel deletes the routes of an interface that goes down, and does not bring them back. While it is down there is no router.
        var isRemembered = router is null && link.IsUp && before is not null && addresses.Any(a => a == before.Address || a.Contains(before.Router));
        router = isRemembered ? before!.Router : router;
        return new UplinkChoice(addresses.OrderByDescending(a => RankOf(a, router, link, before)).First(), router, isRemembered);
    }

    /// <summary>Whether a router of the settings is reached from none of the interface's several addresses.</summary>
    public static bool IsRouterElsewhere(LinkInfo link, Ipv4Address router) =>
        link.Addresses.Length > 1 && !link.ReachesOnLink(router) && !link.Addresses.Any(a => a.Contains(router));

    /// <summary>Among equals the kernel's order decides, in which the interface's first address comes first.</summary>
    private static (int Reach, int Prefix, bool IsBefore) RankOf(Ipv4Network address, Ipv4Address? router, LinkInfo link, UplinkMemory? before)
    {
        var isBefore = address == before?.Address;
        if (router is not { } hop)
        {
            return (0, 0, isBefore);
        }

        if (hop == link.Gateway && link.GatewaySource == address.Address)
        {
            return (3, 0, isBefore);
        }

        return address.Contains(hop) && address.Address != hop ? (2, address.PrefixLength, isBefore)
            : link.OnLink.Any(route => route.Source == address.Address && route.Network.Contains(hop)) ? (1, 0, isBefore)
            : (0, 0, isBefore);
    }
}
