using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>The host's entries for the routers in its table of neighbors, by which the data plane and the host itself send to them.</summary>
internal interface IRouterNeighbors
{
    /// <summary>Keeps a router at its station, whatever ARP says.</summary>
    /// <param name="uplink">The index of its uplink.</param>
    void Keep(int uplink, Ipv4Address router, MacAddress station);

    /// <summary>Puts a router at a station, and leaves the entry to ARP from now on.</summary>
    /// <param name="uplink">The index of its uplink.</param>
    void Release(int uplink, Ipv4Address router, MacAddress station);

    /// <summary>Leaves all entries that an earlier process kept to ARP.</summary>
    void ReleaseAll();
}
