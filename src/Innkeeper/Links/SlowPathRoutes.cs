using Innkeeper.Wire;

namespace Innkeeper.Links;

/// <summary>One gateway's route for the slow path.</summary>
/// <param name="Number">The gateway's; 0 is the main one.</param>
/// <param name="Uplink">Its interface's number; the interface must be up. 0: it is not there, and this gateway forwards nothing.</param>
/// <param name="Network">That interface's subnet.</param>
/// <param name="NextHop">The router there, or null.</param>
/// <param name="Mtu">Octets of the largest packet there.</param>
internal sealed record SlowPathRoute(int Number, int Uplink, Ipv4Network Network, Ipv4Address? NextHop, int Mtu);

/// <summary>
/// Routes for the packets that the slow path gave the host's stack: to the same next hop and within the same MTU as the fast path,
/// independent of the main table. Rules for the edge lead into tables of our own; for gateways beside the main one the data
/// plane's mark tells which.
/// </summary>
internal static class SlowPathRoutes
{
    /// <summary>"ik", of the main gateway.</summary>
    internal const uint Table = 0x696B;

    /// <summary>PATH_MARK in bpf/abi.h: with a gateway's number added, its mark and its table.</summary>
    internal const uint PathMark = 0x6970;

    /// <summary>
    /// Of the main gateway's rule, the last of ours. They come right after the local table's rule (0): a rule of other software (a VPN's, a
    /// multi-uplink router's) would lead devices' packets elsewhere.
    /// </summary>
    internal const uint Priority = 9;

    /// <summary>Maximum number of gateways.</summary>
    internal const int MaxGateways = 8;

    /// <summary>
    /// Mask of the marks of all gateways but the main one. A mark that has no table, as gateways come, go and change numbers, is rejected
    /// before the main gateway's rule takes it.
    /// </summary>
    private const uint AnyGateway = ~(uint)(MaxGateways - 1);

    /// <summary>Makes rules and routes equal to these.</summary>
    /// <param name="inside">The inside network, through <paramref name="stack"/>.</param>
    /// <param name="stack">Its interface's number.</param>
    internal static void Set(Ipv4Network inside, int stack, IReadOnlyList<SlowPathRoute> routes)
    {
        inside = new Ipv4Network(inside.NetworkId, inside.PrefixLength);
        Netlink.AddUnreachableRule(Priority - 1, InsideNetwork.EdgeEnd, PathMark, AnyGateway);
        foreach (var route in routes)
        {
            Set(inside, stack, route);
        }

        for (var number = 1; number < MaxGateways; number++)
        {
            if (routes.All(r => r.Number != number))
            {
                Remove(number);
            }
        }

        RemoveRules(Table);
    }

    /// <summary>Removes the rules and routes of <see cref="Set(Ipv4Network, int, IReadOnlyList{SlowPathRoute})"/>.</summary>
    internal static void Remove()
    {
        for (var number = 0; number < MaxGateways; number++)
        {
            Remove(number);
        }

        RemoveRules(Priority);
        RemoveRules(Table);
    }

    private static void Set(Ipv4Network inside, int stack, SlowPathRoute route)
    {
        var table = TableOf(route.Number);
        var everywhere = new Ipv4Network(Ipv4Address.Any, 0);
        var network = new Ipv4Network(route.Network.NetworkId, route.Network.PrefixLength);
        Netlink.SetRoute(table, inside, stack, null, 0);

        // A packet without a route here would be looked up in the main table, and leave by a gateway that is not its own.
        Netlink.SetUnreachable(table, everywhere, isLast: true);
        if (route.Uplink != 0)
        {
            Netlink.SetRoute(table, network, route.Uplink, null, route.Mtu);
        }

        if (route is { Uplink: not 0, NextHop: not null })
        {
            Netlink.SetRoute(table, everywhere, route.Uplink, route.NextHop, route.Mtu);
        }
        else
        {
            // In place of an earlier next hop.
            Netlink.SetUnreachable(table, everywhere, isLast: false);
        }

        Netlink.DeleteRoutes(table, route.Uplink == 0 ? [inside, everywhere] : [inside, network, everywhere]);
        Netlink.AddRule(PriorityOf(route.Number), InsideNetwork.EdgeEnd, table, MarkOf(route.Number));
    }

    private static void Remove(int number)
    {
        Netlink.DeleteRule(PriorityOf(number), InsideNetwork.EdgeEnd, TableOf(number), MarkOf(number));
        Netlink.DeleteRoutes(TableOf(number));
    }

    /// <param name="last">Of the main gateway's rule; version 0.1.0 had its table's number there.</param>
    private static void RemoveRules(uint last)
    {
        for (var number = 0; number < MaxGateways; number++)
        {
            Netlink.DeleteRule(PriorityOf(number, last), InsideNetwork.EdgeEnd, TableOf(number), MarkOf(number));
        }

        Netlink.DeleteUnreachableRule(last - 1, InsideNetwork.EdgeEnd, PathMark, AnyGateway);
    }

    /// <summary>The main gateway's rule takes every packet without the mark of another, and so comes last.</summary>
    private static uint PriorityOf(int number, uint last = Priority) => number == 0 ? last : last - 1 - (uint)number;

    private static uint TableOf(int number) => number == 0 ? Table : PathMark + (uint)number;

    private static uint MarkOf(int number) => number == 0 ? 0 : PathMark + (uint)number;
}
