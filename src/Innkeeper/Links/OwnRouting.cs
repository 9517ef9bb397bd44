using System.Collections.Immutable;
using Innkeeper.Wire;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>
/// Every rule and route of ours, as they should be. Nothing of ours is in the main table: a rule leads packets for the inside network into
/// a table that has nothing else, and no other network of the host's is touched.
/// </summary>
/// <param name="inside">The inside network.</param>
/// <param name="stack">The interface by which it is reached.</param>
/// <param name="gateways">The routes of the slow path.</param>
internal sealed class OwnRouting(Ipv4Network inside, int stack, IEnumerable<SlowPathRoute> gateways)
{
    /// <summary>"in", of the inside network.</summary>
    internal const uint InsideTable = 0x696E;

    /// <summary>Of the inside network's rule. All rules of ours come right after the local table's (0), before those of other software.</summary>
    internal const uint InsidePriority = SlowPathRoutes.Priority + 2;

    private static readonly ImmutableHashSet<uint> s_tables = [InsideTable, ServiceRoutes.Table, .. SlowPathRoutes.Tables];

    public Ipv4Network Inside => inside;

    public int Stack => stack;

    public ImmutableArray<SlowPathRoute> Gateways { get; } = [.. gateways];

    private IEnumerable<PolicyRule> Rules => [new PolicyRule(InsidePriority, inside, null, 0, 0, InsideTable), ServiceRoutes.Rule, .. SlowPathRoutes.RulesOf(Gateways)];

    private IEnumerable<RouteRecord> Routes =>
        [new RouteRecord(InsideTable, inside, RTN_UNICAST, stack, null), ServiceRoutes.Route, .. Gateways.SelectMany(g => SlowPathRoutes.RoutesOf(inside, stack, g))];

    /// <summary>Adds what is missing and removes nothing: packets on their way still find the earlier rules and routes.</summary>
    /// <returns>The missing ones, in words.</returns>
    public IReadOnlyList<string> AddMissing()
    {
        var missing = new List<string>();
        var routes = Netlink.ReadRoutes(IsOwn);
        foreach (var route in Routes.Where(r => !routes.Contains(r)))
        {
            Netlink.SetRoute(route);
            missing.Add($"the route `{route}`");
        }

        var rules = Netlink.ReadRules();
        foreach (var rule in Rules.Where(r => !rules.Contains(r)))
        {
            Netlink.AddRule(rule);
            missing.Add($"the rule `{rule}`");
        }

        return missing;
    }

    /// <summary>Removes rules and routes of ours that are not among these.</summary>
    public void RemoveOthers() => RemoveAllBut([.. Rules], [.. Routes]);

    /// <summary>Removes every rule and route of ours.</summary>
    public static void RemoveAll() => RemoveAllBut([], []);

    /// <summary>Whether a route is ours, of this version or an earlier one: the tables are.</summary>
    internal static bool IsOwn(RouteRecord route) => s_tables.Contains(route.Table);

    private static void RemoveAllBut(HashSet<PolicyRule> rules, HashSet<RouteRecord> routes)
    {
        foreach (var rule in Netlink.ReadRules().Where(r => IsOwn(r) && !rules.Contains(r)))
        {
            Netlink.DeleteRule(rule);
        }

        foreach (var route in Netlink.ReadRoutes(IsOwn).Where(r => !routes.Contains(r)))
        {
            Netlink.DeleteRoute(route);
        }
    }

    /// <summary>Whether a rule is ours, of this version or an earlier one.</summary>
    internal static bool IsOwn(PolicyRule rule) => rule.Incoming is InsideNetwork.StackEnd or InsideNetwork.EdgeEnd || s_tables.Contains(rule.Table);
}
