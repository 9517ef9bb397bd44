using System.Collections.Immutable;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>The network namespace of the process, by rtnetlink. It watches from its construction on.</summary>
/// <param name="nameServers">The servers that the gateway's DNS asks, and the host's own.</param>
internal sealed class HostNetwork(Func<IEnumerable<Ipv4Address>> nameServers) : IHostNetwork, IDisposable
{
    private readonly LinkWatch _watch = new();

    /// <inheritdoc/>
    public bool TakeChange() => _watch.TakeChange();

    /// <inheritdoc/>
    public ImmutableArray<LinkInfo> ReadLinks() => Netlink.ReadInterfaces();

    /// <inheritdoc/>
    public ImmutableArray<TakenNetwork> ReadTaken(ImmutableArray<LinkInfo> links, ImmutableArray<Ipv4Network> candidates) => Read(links, candidates, nameServers());

    /// <inheritdoc/>
    public InsideNetwork.Ends EnsureInside(Ipv4Network inside, int mtu, out IReadOnlyList<string> missing) => InsideNetwork.Ensure(inside, mtu, out missing);

    /// <inheritdoc/>
    public IReadOnlyList<string> AddRouting(OwnRouting routing) => routing.AddMissing();

    /// <inheritdoc/>
    public void RemoveOthers(OwnRouting routing)
    {
        routing.RemoveOthers();
        InsideNetwork.RemoveOtherAddresses(routing.Inside);
    }

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

    /// <inheritdoc cref="ReadTaken"/>
    /// <param name="servers">The name servers.</param>
    public static ImmutableArray<TakenNetwork> Read(ImmutableArray<LinkInfo> links, ImmutableArray<Ipv4Network> candidates, IEnumerable<Ipv4Address> servers)
    {
        var names = links.Where(link => !InsideChoice.IsOurs(link)).ToDictionary(link => link.Index, link => link.Name);

        // A route that leads nowhere (a firewall's, against addresses that no host should have) takes nothing from the host.
        bool IsTaken(RouteRecord route) => route.Type is Rtnetlink.RTN_UNICAST or Rtnetlink.RTN_LOCAL && route.Network.PrefixLength > 0
            && !OwnRouting.IsOwn(route) && (route.Interface == 0 || names.ContainsKey(route.Interface)) && candidates.Any(route.Network.Overlaps);

        return
        [
            .. Netlink.ReadRoutes(IsTaken).Select(r => new TakenNetwork(r.Network, $"the route to {r.Network}{(names.GetValueOrDefault(r.Interface) is { } name ? $" by {name}" : "")}")),
            .. servers.Select(s => new TakenNetwork(new Ipv4Network(s, 32), $"the name server {s}")),
        ];
    }
}
