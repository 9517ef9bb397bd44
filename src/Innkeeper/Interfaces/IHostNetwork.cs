using System.Collections.Immutable;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>The host's network as this folder reads and sets it: the kernel's in the process, a script in tests.</summary>
internal interface IHostNetwork
{
    /// <summary>Whether links, addresses, routes, rules or sysctls changed since last asked. Never waits.</summary>
    bool TakeChange();

    /// <summary>All interfaces, read at one moment, in the order of their index.</summary>
    /// <exception cref="NetlinkException">The kernel did not answer.</exception>
    ImmutableArray<LinkInfo> ReadLinks();

    /// <summary>The networks that others' routes lead to, and the host's name servers.</summary>
    /// <param name="links">The interfaces, as just read.</param>
    /// <param name="candidates">Only networks that one of these overlaps are of interest.</param>
    /// <exception cref="NetlinkException">The kernel did not answer.</exception>
    ImmutableArray<TakenNetwork> ReadTaken(ImmutableArray<LinkInfo> links, ImmutableArray<Ipv4Network> candidates);

    /// <summary>Creates the missing parts of the inside network's pair of interfaces, with this MTU, and sets its sysctls.</summary>
    /// <param name="missing">The parts that were missing or different, in words.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    /// <exception cref="IOException">The kernel refused a sysctl.</exception>
    InsideNetwork.Ends EnsureInside(Ipv4Network inside, int mtu, out IReadOnlyList<string> missing);

    /// <summary>Adds the missing rules and routes, and removes none.</summary>
    /// <returns>The missing ones, in words.</returns>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    IReadOnlyList<string> AddRouting(OwnRouting routing);

    /// <summary>Removes rules, routes and addresses of ours that are not of this routing and its inside network.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    void RemoveOthers(OwnRouting routing);

    /// <summary>Gives the host's own packets a way to a router that its main table has lost; null: takes it away.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    void SetFallback(FallbackRoute? route);
}
