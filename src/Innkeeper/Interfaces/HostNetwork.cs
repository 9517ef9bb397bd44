using System.Collections.Immutable;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>The network namespace of the process, by rtnetlink. It watches from its construction on.</summary>
internal sealed class HostNetwork(Ipv4Network inside) : IHostNetwork, IDisposable
{
    private readonly LinkWatch _watch = new();

    /// <inheritdoc/>
    public bool TakeChange() => _watch.TakeChange();

    /// <inheritdoc/>
    public ImmutableArray<LinkInfo> ReadLinks() => Netlink.ReadInterfaces();

    /// <inheritdoc/>
    public InsideNetwork.Ends EnsureInside(int mtu) => InsideNetwork.Ensure(inside, mtu);

    /// <inheritdoc/>
    public void SetRoutes(int stackIndex, IReadOnlyList<SlowPathRoute> routes) => SlowPathRoutes.Set(inside, stackIndex, routes);

    /// <inheritdoc/>
    public void SetFallback(FallbackRoute? route)
    {
        if (route is null)
        {
            FallbackRoute.Remove();
        }
        else
        {
            route.Set();
        }
    }

    public void Dispose() => _watch.Dispose();
}
