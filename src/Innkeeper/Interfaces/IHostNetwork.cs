using System.Collections.Immutable;
using Innkeeper.Links;

namespace Innkeeper.Interfaces;

/// <summary>The host's network as this folder reads and sets it: the kernel's in the process, a script in tests.</summary>
internal interface IHostNetwork
{
    /// <summary>Whether links, addresses or routes changed since last asked. Never waits.</summary>
    bool TakeChange();

    /// <summary>All interfaces, read at one moment, in the order of their index.</summary>
    /// <exception cref="NetlinkException">The kernel did not answer.</exception>
    ImmutableArray<LinkInfo> ReadLinks();

    /// <summary>Creates the missing parts of the inside network's pair of interfaces, with this MTU.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    InsideNetwork.Ends EnsureInside(int mtu);

    /// <summary>Makes the slow path use these routes and no others.</summary>
    /// <param name="stackIndex">The interface of the inside network.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    void SetRoutes(int stackIndex, IReadOnlyList<SlowPathRoute> routes);

    /// <summary>Gives the host's own packets a way to a router that its main table has lost; null: takes it away.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    void SetFallback(FallbackRoute? route);
}
