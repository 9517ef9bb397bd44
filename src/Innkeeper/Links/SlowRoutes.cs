using Innkeeper.Wire;

namespace Innkeeper.Links;

/// <summary>
/// Where the host's stack sends what the slow path gave it: to the same next hop and within the same MTU as the fast path,
/// whatever the main table says. A rule for the edge leads into a table of our own.
/// </summary>
internal static class SlowRoutes
{
    /// <summary>"ik". Also the rule's priority: before the main table's rule (32766), after the local table's (0).</summary>
    internal const uint Table = 0x696B;

    /// <summary>Makes rule and routes say this and nothing else.</summary>
    /// <param name="inside">The inside network, through <paramref name="stack"/>.</param>
    /// <param name="stack">Its interface's number.</param>
    /// <param name="uplink">The uplink's number; it must be up.</param>
    /// <param name="network">The uplink's subnet.</param>
    /// <param name="gateway">The next hop beyond it, or null.</param>
    /// <param name="mtu">Octets of the largest packet on the uplink.</param>
    internal static void Set(Ipv4Network inside, int stack, int uplink, Ipv4Network network, Ipv4Address? gateway, int mtu)
    {
        var beyond = new Ipv4Network(Ipv4Address.Any, 0);
        inside = new Ipv4Network(inside.NetworkId, inside.PrefixLength);
        network = new Ipv4Network(network.NetworkId, network.PrefixLength);
        Netlink.SetRoute(Table, inside, stack, null, 0);
        Netlink.SetRoute(Table, network, uplink, null, mtu);
        if (gateway is not null)
        {
            Netlink.SetRoute(Table, beyond, uplink, gateway, mtu);
        }

        Netlink.DeleteRoutes(Table, gateway is null ? [inside, network] : [inside, network, beyond]);
        Netlink.AddRule(Table, InsideNetwork.EdgeEnd, Table);
    }

    /// <summary>Takes back what <see cref="Set"/> made.</summary>
    internal static void Remove()
    {
        Netlink.DeleteRule(Table, InsideNetwork.EdgeEnd, Table);
        Netlink.DeleteRoutes(Table);
    }
}
