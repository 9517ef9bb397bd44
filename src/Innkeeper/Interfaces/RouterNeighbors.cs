using Innkeeper.Events;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>The kernel's table of neighbors. The control loop's thread only.</summary>
/// <param name="network">The interfaces as they are now.</param>
internal sealed class RouterNeighbors(Func<NetworkState> network, EventLog events) : IRouterNeighbors
{
    /// <inheritdoc/>
    public void Keep(int uplink, Ipv4Address router, MacAddress station) => Set(uplink, router, station, isPermanent: true);

    /// <inheritdoc/>
    public void Release(int uplink, Ipv4Address router, MacAddress station) => Set(uplink, router, station, isPermanent: false);

    /// <inheritdoc/>
    public void ReleaseAll() => Try(Neighbors.ReleaseAll);

    private void Set(int uplink, Ipv4Address router, MacAddress station, bool isPermanent)
    {
        if (network().UplinkAt(uplink) is { } link)
        {
            Try(() => Neighbors.Set(link.Interface.Index, router, station, isPermanent));
        }
    }

    private void Try(Action change)
    {
        try
        {
            change();
        }
        catch (NetlinkException e)
        {
            // An interface that went meanwhile has no neighbors.
            events.Add(new InterfaceFailure(e.Message));
        }
    }
}
