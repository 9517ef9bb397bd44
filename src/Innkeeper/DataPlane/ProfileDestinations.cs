using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane;

/// <summary>The networks that a profile denies or allows to its devices, as the data plane has them: the longest one decides, and without one a destination is allowed.</summary>
internal sealed record ProfileDestinations(IReadOnlyDictionary<Ipv4Network, Destination> Ipv4, IReadOnlyDictionary<Ipv6Network, Destination> Ipv6)
{
    public static readonly ProfileDestinations None = new(new Dictionary<Ipv4Network, Destination>(), new Dictionary<Ipv6Network, Destination>());

    public bool IsEmpty => Ipv4.Count == 0 && Ipv6.Count == 0;

    /// <summary>The uplinks' subnets are written out only beside other networks, of either family; alone, a flag marks them, which costs less.</summary>
    /// <param name="uplinks">The uplinks' addresses in their subnets.</param>
    /// <param name="ipv6Uplinks">The networks of IPv6 on the uplinks' links.</param>
    public static ProfileDestinations Of(DestinationList denied, DestinationList allowed, IReadOnlyList<Ipv4Network> uplinks, IReadOnlyList<Ipv6Network> ipv6Uplinks)
    {
        if (!denied.HasNetworks && !allowed.HasNetworks && !allowed.Uplinks)
        {
            return None;
        }

        var (ipv4, ipv6) = (new Dictionary<Ipv4Network, Destination>(), new Dictionary<Ipv6Network, Destination>());
        foreach (var (list, verdict) in ((DestinationList, Destination)[])[(denied, Destination.Denied), (allowed, Destination.Allowed)])
        {
            foreach (var network in list.Networks.Concat(list.Uplinks ? uplinks : []))
            {
                ipv4[new Ipv4Network(network.NetworkId, network.PrefixLength)] = verdict;
            }

            foreach (var network in list.Ipv6Networks.Concat(list.Uplinks ? ipv6Uplinks : []))
            {
                ipv6[new Ipv6Network(network.NetworkId, network.PrefixLength)] = verdict;
            }
        }

        // An administrator who denied all destinations before there was IPv6 outside meant all: "0.0.0.0/0" holds for both families, unless "::/0" is named.
        if (ipv4.TryGetValue(default, out var ofAll))
        {
            ipv6.TryAdd(default, ofAll);
        }

        return new ProfileDestinations(ipv4, ipv6);
    }
}
