using Innkeeper.Interop;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>
/// Routes and rules of tables of our own; the main table belongs to the administrator and is never written. All have the protocol "kernel":
/// systemd-networkd removes the rules and routes of all other software, at its start and when an interface comes, but not these.
/// </summary>
internal static partial class Netlink
{
    /// <summary>All policy rules that do what ours can do, in the order in which they are asked.</summary>
    internal static List<PolicyRule> ReadRules()
    {
        using var socket = new NetlinkSocket();
        return socket.Dump<PolicyRule>("rules", RTM_GETRULE, RTM_NEWRULE, Libc.AF_INET, FibRuleHeaderSize, PolicyRule.TryParse);
    }

    /// <summary>The routes of all tables for which a filter is true: it is asked as they are read, as there may be a million.</summary>
    internal static List<RouteRecord> ReadRoutes(Predicate<RouteRecord> filter)
    {
        using var socket = new NetlinkSocket();
        return socket.Dump("routes", RTM_GETROUTE, RTM_NEWROUTE, Libc.AF_INET, RtMsgSize, (ReadOnlySpan<byte> payload, out RouteRecord route) => RouteRecord.TryParse(payload, out route) && filter(route));
    }

    /// <summary>Adds a rule; one that exists already is kept.</summary>
    internal static void AddRule(PolicyRule rule)
    {
        var request = new NetlinkRequest(stackalloc byte[RequestSize], RTM_NEWRULE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
        Fill(ref request, rule);
        request.AddOctet(FRA_PROTOCOL, RTPROT_KERNEL);
        Change(request, $"add the rule `{rule}`", Libc.EEXIST);
    }

    /// <returns>False when there was none.</returns>
    internal static bool DeleteRule(PolicyRule rule)
    {
        var request = new NetlinkRequest(stackalloc byte[RequestSize], RTM_DELRULE, NLM_F_ACK);
        Fill(ref request, rule);
        return WasThere(request, Libc.ENOENT, $"delete the rule `{rule}`");
    }

    /// <summary>Adds a route to a table of our own, or replaces the one to the same network with the same metric.</summary>
    internal static void SetRoute(in RouteRecord route)
    {
        var scope = route.Type switch { RTN_LOCAL => RT_SCOPE_HOST, RTN_UNICAST when route.Gateway is null => RT_SCOPE_LINK, _ => RT_SCOPE_UNIVERSE };
        var request = new NetlinkRequest(stackalloc byte[RequestSize], RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
        request.AddRouteHeader(Libc.AF_INET, (byte)route.Network.PrefixLength, RTPROT_KERNEL, scope, route.Type, route.Gateway is null ? 0 : RTNH_F_ONLINK);
        request.AddNumber(RTA_TABLE, route.Table);
        request.AddAddress(RTA_DST, route.Network.NetworkId);
        request.AddNumber(RTA_PRIORITY, route.Metric);
        if (route.Interface != 0)
        {
            request.AddNumber(RTA_OIF, (uint)route.Interface);
        }

        if (route.Gateway is { } hop)
        {
            request.AddAddress(RTA_GATEWAY, hop);
        }

        if (route.Mtu > 0)
        {
            var metrics = request.BeginNested(RTA_METRICS);
            request.AddNumber(RTAX_MTU, (uint)route.Mtu);
            request.EndNested(metrics);
        }

        Change(request, $"add the route `{route}`");
    }

    /// <returns>False when there was none.</returns>
    internal static bool DeleteRoute(in RouteRecord route)
    {
        var request = new NetlinkRequest(stackalloc byte[RequestSize], RTM_DELROUTE, NLM_F_ACK);
        request.AddRouteHeader(Libc.AF_INET, (byte)route.Network.PrefixLength, 0, RT_SCOPE_NOWHERE, route.Type);
        request.AddNumber(RTA_TABLE, route.Table);
        request.AddAddress(RTA_DST, route.Network.NetworkId);
        request.AddNumber(RTA_PRIORITY, route.Metric);
        return WasThere(request, Libc.ESRCH, $"delete the route `{route}`");
    }

    private static bool WasThere(in NetlinkRequest request, int absent, string operation)
    {
        using var socket = new NetlinkSocket();
        var errno = socket.Change(request, out var detail);
        return errno == 0 || (errno == absent ? false : throw new NetlinkException(operation, errno, detail));
    }

    private static void Fill(ref NetlinkRequest request, in PolicyRule rule)
    {
        request.AddRuleHeader(Libc.AF_INET, rule.Table == 0 ? FR_ACT_UNREACHABLE : FR_ACT_TO_TBL, (byte)(rule.To?.PrefixLength ?? 0));
        request.AddNumber(FRA_PRIORITY, rule.Priority);
        if (rule.To is { } to)
        {
            request.AddAddress(FRA_DST, to.NetworkId);
        }

        if (rule.Incoming is { } incoming)
        {
            request.AddText(FRA_IIFNAME, incoming);
        }

        if (rule.Table != 0)
        {
            request.AddNumber(FRA_TABLE, rule.Table);
        }

        if (rule.Mask != 0)
        {
            request.AddNumber(FRA_FWMARK, rule.Mark);
            request.AddNumber(FRA_FWMASK, rule.Mask);
        }
    }
}
