using System.Collections.Immutable;
using Innkeeper.Interop;
using Innkeeper.Wire;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>Routes and rules of tables of our own; the main table belongs to the administrator and is never written.</summary>
internal static partial class Netlink
{
    /// <summary>The mark of our routes, for people and for <see cref="DeleteRoutes"/>: the protocol of <c>ip route</c>, "i".</summary>
    internal const byte Protocol = 0x69;

    /// <summary>Looks packets that come in by an interface, with a mark if one is given, up in a table; a rule that exists already is kept.</summary>
    internal static void AddRule(uint priority, string incoming, uint table, uint mark = 0)
    {
        var request = Rule(stackalloc byte[RequestSize], RTM_NEWRULE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, priority, incoming, table, mark);
        Change(request, $"add the rule `iif {incoming} lookup {table}`", Libc.EEXIST);
    }

    /// <summary>Rejects packets that come in by an interface with such a mark; a rule that exists already is kept.</summary>
    internal static void AddUnreachableRule(uint priority, string incoming, uint mark, uint mask)
    {
        var request = Rule(stackalloc byte[RequestSize], RTM_NEWRULE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, priority, incoming, null, mark, mask);
        Change(request, $"add the rule `iif {incoming} fwmark {mark:x}/{mask:x} unreachable`", Libc.EEXIST);
    }

    /// <returns>False when there was none.</returns>
    internal static bool DeleteRule(uint priority, string incoming, uint table, uint mark = 0) =>
        Delete(Rule(stackalloc byte[RequestSize], RTM_DELRULE, NLM_F_ACK, priority, incoming, table, mark), $"`iif {incoming} lookup {table}`");

    /// <returns>False when there was none.</returns>
    internal static bool DeleteUnreachableRule(uint priority, string incoming, uint mark, uint mask) =>
        Delete(Rule(stackalloc byte[RequestSize], RTM_DELRULE, NLM_F_ACK, priority, incoming, null, mark, mask), $"`iif {incoming} fwmark {mark:x}/{mask:x} unreachable`");

    /// <summary>Adds a route, or replaces the one to the same network.</summary>
    /// <param name="table">A table of our own.</param>
    /// <param name="network">The destination; 0.0.0.0/0 is the default route.</param>
    /// <param name="index">The interface it leads through.</param>
    /// <param name="gateway">The next hop, taken to be on the link whatever its address; null for none.</param>
    /// <param name="mtu">Octets of the largest packet on this route, or 0: the interface's.</param>
    internal static void SetRoute(uint table, Ipv4Network network, int index, Ipv4Address? gateway, int mtu)
    {
        var request = new NetlinkRequest(stackalloc byte[RequestSize], RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
        request.AddRouteHeader(Libc.AF_INET, (byte)network.PrefixLength, Protocol, gateway is null ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE, RTN_UNICAST,
            gateway is null ? 0 : RTNH_F_ONLINK);
        request.AddNumber(RTA_TABLE, table);
        request.AddAddress(RTA_DST, network.NetworkId);
        request.AddNumber(RTA_OIF, (uint)index);
        if (gateway is { } hop)
        {
            request.AddAddress(RTA_GATEWAY, hop);
        }

        if (mtu > 0)
        {
            var metrics = request.BeginNested(RTA_METRICS);
            request.AddNumber(RTAX_MTU, (uint)mtu);
            request.EndNested(metrics);
        }

        Change(request, $"add the route to {network.NetworkId}/{network.PrefixLength} to table {table}");
    }

    /// <summary>Rejects packets to a network, by a route that outlives interfaces.</summary>
    /// <param name="table">A table of our own.</param>
    /// <param name="isLast">Any other route to the same network comes first; otherwise it replaces that route.</param>
    internal static void SetUnreachable(uint table, Ipv4Network network, bool isLast)
    {
        var request = new NetlinkRequest(stackalloc byte[RequestSize], RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
        request.AddRouteHeader(Libc.AF_INET, (byte)network.PrefixLength, Protocol, RT_SCOPE_UNIVERSE, RTN_UNREACHABLE);
        request.AddNumber(RTA_TABLE, table);
        request.AddAddress(RTA_DST, network.NetworkId);
        request.AddNumber(RTA_PRIORITY, isLast ? uint.MaxValue : 0);
        Change(request, $"make {network.NetworkId}/{network.PrefixLength} unreachable in table {table}");
    }

    /// <summary>Makes every address local for packets that are looked up in this table.</summary>
    /// <param name="table">A table of our own.</param>
    internal static void SetAllLocal(uint table)
    {
        var request = new NetlinkRequest(stackalloc byte[RequestSize], RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
        request.AddRouteHeader(Libc.AF_INET, 0, Protocol, RT_SCOPE_HOST, RTN_LOCAL);
        request.AddNumber(RTA_TABLE, table);
        request.AddNumber(RTA_OIF, LoopbackIndex);
        Change(request, $"make every address local in table {table}");
    }

    /// <summary>Deletes every route of a table except those to the networks given.</summary>
    /// <returns>How many were deleted.</returns>
    internal static int DeleteRoutes(uint table, params ReadOnlySpan<Ipv4Network> kept)
    {
        var deleted = 0;
        Span<byte> buffer = stackalloc byte[RequestSize];
        using var socket = new NetlinkSocket();
        foreach (var route in socket.Dump<RouteRecord>("routes", RTM_GETROUTE, RTM_NEWROUTE, Libc.AF_INET, RtMsgSize, RouteRecord.TryParse))
        {
            if (route.Table != table || kept.Contains(route.Network))
            {
                continue;
            }

            var request = new NetlinkRequest(buffer, RTM_DELROUTE, NLM_F_ACK);
            request.AddRouteHeader(Libc.AF_INET, (byte)route.Network.PrefixLength, 0, RT_SCOPE_NOWHERE, 0);
            request.AddNumber(RTA_TABLE, table);
            request.AddAddress(RTA_DST, route.Network.NetworkId);
            var errno = socket.Change(request, out var detail);
            if (errno is not (0 or Libc.ESRCH))
            {
                throw new NetlinkException($"delete the route to {route.Network.NetworkId}/{route.Network.PrefixLength} from table {table}", errno, detail);
            }

            deleted += errno == 0 ? 1 : 0;
        }

        return deleted;
    }

    private static bool Delete(in NetlinkRequest rule, string words)
    {
        using var socket = new NetlinkSocket();
        var errno = socket.Change(rule, out var detail);
        return errno switch
        {
            0 => true,
            Libc.ENOENT => false,
            _ => throw new NetlinkException($"delete the rule {words}", errno, detail),
        };
    }

    /// <param name="table">The table to look in; null: the packet is rejected.</param>
    private static NetlinkRequest Rule(Span<byte> buffer, ushort type, ushort flags, uint priority, string incoming, uint? table, uint mark, uint mask = uint.MaxValue)
    {
        var request = new NetlinkRequest(buffer, type, flags);
        request.AddRuleHeader(Libc.AF_INET, table is null ? FR_ACT_UNREACHABLE : FR_ACT_TO_TBL);
        request.AddNumber(FRA_PRIORITY, priority);
        request.AddText(FRA_IIFNAME, incoming);
        if (table is { } number)
        {
            request.AddNumber(FRA_TABLE, number);
        }

        if (mark != 0)
        {
            request.AddNumber(FRA_FWMARK, mark);
            request.AddNumber(FRA_FWMASK, mask);
        }

        return request;
    }
}
