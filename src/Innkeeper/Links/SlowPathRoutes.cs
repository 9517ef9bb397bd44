using Innkeeper.Wire;
using static Innkeeper.Links.Rtnetlink;

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
    /// Of the main gateway's rule. The rules of the slow path come right after the local table's rule (0): a rule of other software (a VPN's, a
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

    /// <summary>The tables of all gateways that there can be.</summary>
    internal static IEnumerable<uint> Tables => Enumerable.Range(0, MaxGateways).Select(TableOf);

    internal static IEnumerable<PolicyRule> RulesOf(IReadOnlyList<SlowPathRoute> routes) =>
        routes.Select(route => new PolicyRule(PriorityOf(route.Number), null, InsideNetwork.EdgeEnd, MarkOf(route.Number), route.Number == 0 ? 0 : uint.MaxValue, TableOf(route.Number)))
            .Prepend(new PolicyRule(Priority - 1, null, InsideNetwork.EdgeEnd, PathMark, AnyGateway, 0));

    /// <param name="inside">The inside network, through <paramref name="stack"/>.</param>
    /// <param name="stack">Its interface's number.</param>
    internal static IEnumerable<RouteRecord> RoutesOf(Ipv4Network inside, int stack, SlowPathRoute route)
    {
        var table = TableOf(route.Number);
        var everywhere = new Ipv4Network(Ipv4Address.Any, 0);
        yield return new RouteRecord(table, inside, RTN_UNICAST, stack, null);

        // A packet without a route here would be looked up in the main table, and leave by a gateway that is not its own.
        yield return new RouteRecord(table, everywhere, RTN_UNREACHABLE, 0, null, uint.MaxValue);
        if (route.Uplink != 0)
        {
            yield return new RouteRecord(table, new Ipv4Network(route.Network.NetworkId, route.Network.PrefixLength), RTN_UNICAST, route.Uplink, null, 0, route.Mtu);
            if (route.NextHop is not null)
            {
                yield return new RouteRecord(table, everywhere, RTN_UNICAST, route.Uplink, route.NextHop, 0, route.Mtu);
            }
        }
    }

    /// <summary>The main gateway's rule takes every packet without the mark of another, and so comes last.</summary>
    private static uint PriorityOf(int number) => number == 0 ? Priority : Priority - 1 - (uint)number;

    private static uint TableOf(int number) => number == 0 ? Table : PathMark + (uint)number;

    private static uint MarkOf(int number) => number == 0 ? 0 : PathMark + (uint)number;
}
