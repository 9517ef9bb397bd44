using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>A network of which the host, its LANs or a setting has an address.</summary>
/// <param name="Owner">The interface, route, server or setting that has it, in words.</param>
internal readonly record struct TakenNetwork(Ipv4Network Network, string Owner)
{
    /// <summary>Routes as wide as these are ways to everywhere, such as a VPN's 128.0.0.0/1: they lead to no host that we know of.</summary>
    private const int NarrowestOfWide = 7;

    private static readonly Ipv4Network s_classE = Ipv4Network.Parse("240.0.0.0/4");

    /// <summary>Whether an inside network must not have it.</summary>
    public bool Forbids(Ipv4Network inside) => Network.Overlaps(inside) && (Network.PrefixLength > NarrowestOfWide || s_classE.Contains(Network.NetworkId) && Network.PrefixLength >= s_classE.PrefixLength);
}

/// <summary>
/// The inside network that fits this host: one of which it has no address. A host's addresses change (a line that fails over, a VPN, a container
/// engine), and its own traffic is worth more than the place of our addresses, so the gateway gives way. No I/O, clock or log.
/// </summary>
internal static class InsideChoice
{
    /// <param name="current">The network in use, which stays while it can; null at the start.</param>
    /// <param name="taken">The networks of others.</param>
    /// <param name="conflict">The owner of an address of the network that would have been the choice; null: there is none.</param>
    /// <returns>The network to use: free, or if none is, the one that would have been the choice.</returns>
    public static Ipv4Network Choose(InsideConfig config, Ipv4Network? current, IReadOnlyCollection<TakenNetwork> taken, out string? conflict)
    {
        var wanted = current ?? config.Network;
        conflict = taken.Where(t => t.Forbids(wanted)).Select(t => t.Owner).FirstOrDefault();
        return conflict is null ? wanted : config.Candidates.Where(c => !taken.Any(t => t.Forbids(c))).Append(wanted).First();
    }

    /// <summary>The networks of settings and interfaces; <paramref name="others"/> are those of routes and name servers.</summary>
    public static ImmutableArray<TakenNetwork> Taken(InnkeeperConfig config, ImmutableArray<LinkInfo> links, IEnumerable<TakenNetwork> others) =>
    [
        .. links.Where(link => !IsOurs(link)).SelectMany(link => link.Addresses.SelectMany(a => OfAddress(a, $"{a} of interface {link.Name}"))),
        .. others,
        .. OfSettings(config),
    ];

    /// <summary>Whether an interface is one end of the slow path's pair.</summary>
    public static bool IsOurs(LinkInfo link) => link.Name is InsideNetwork.StackEnd or InsideNetwork.EdgeEnd;

    private static IEnumerable<TakenNetwork> OfSettings(InnkeeperConfig config) =>
    [
        .. DataPlaneConfigBuilder.OutsideRanges(config)
            .SelectMany(r => (TakenNetwork[])[Host(r.First, $"the outside addresses {r}"), Host(r.Last, $"the outside addresses {r}")]),
        .. config.Gateways.Select(g => Host(g.NextHop, $"{g.NextHop}, a gateway's next hop")),
        .. ((Ipv4Network?[])[config.Access.Address, config.Uplink.Address, .. config.Gateways.Select(g => g.Address)]).OfType<Ipv4Network>().SelectMany(a => OfAddress(a, $"{a} of the settings")),
        .. config.Dhcp.Network is { } leased ? [new TakenNetwork(leased, $"{leased}, [dhcp] network")] : (TakenNetwork[])[],
        Host(config.Portal.Address, $"{config.Portal.Address}, [portal] address"),
    ];

    /// <summary>An interface's address, and its subnet as far as that is no way to everywhere.</summary>
    private static TakenNetwork[] OfAddress(Ipv4Network address, string owner) =>
        [Host(address.Address, owner), new TakenNetwork(new Ipv4Network(address.NetworkId, address.PrefixLength), owner)];

    private static TakenNetwork Host(Ipv4Address address, string owner) => new(new Ipv4Network(address, 32), owner);
}
