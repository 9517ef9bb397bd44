using Innkeeper.Interop;
using Innkeeper.Wire;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>
/// The host's own way to a router that its main table has lost: a table of our own, with a rule after all others. A packet takes it that
/// would be unreachable without it, such as a question to a name server, and any route of the administrator's comes first.
/// </summary>
/// <param name="Uplink">The interface's number; it must be up.</param>
/// <param name="Router">On the link of that interface.</param>
/// <param name="Source">The interface's address that such packets are sent from.</param>
internal sealed record FallbackRoute(int Uplink, Ipv4Address Router, Ipv4Address Source)
{
    /// <summary>"im". No other part of the gateway uses it.</summary>
    internal const uint Table = 0x696D;

    /// <summary>After the rules of the tables main (32766) and default (32767).</summary>
    internal const uint Priority = 32768;

    private const int RequestSize = 256;

    /// <summary>Adds rule and route; those that exist already are kept.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    internal void Set()
    {
        using var socket = new NetlinkSocket();
        Span<byte> buffer = stackalloc byte[RequestSize];
        var route = RouteRequest(buffer, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
        route.AddNumber(RTA_OIF, (uint)Uplink);
        route.AddAddress(RTA_GATEWAY, Router);
        route.AddAddress(RTA_PREFSRC, Source);
        Change(socket, route, $"add the route to {Router} to table {Table}", Libc.EEXIST);
        Change(socket, RuleRequest(buffer, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL), $"add the rule `lookup {Table}`", Libc.EEXIST);
    }

    /// <summary>Removes rule and route; those that are gone already are no fault.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    internal static void Remove()
    {
        using var socket = new NetlinkSocket();
        Span<byte> buffer = stackalloc byte[RequestSize];
        Change(socket, RuleRequest(buffer, RTM_DELRULE, 0), $"delete the rule `lookup {Table}`", Libc.ENOENT);
        Change(socket, RouteRequest(buffer, RTM_DELROUTE, 0), $"delete the route from table {Table}", Libc.ESRCH);
    }

    private static NetlinkRequest RouteRequest(Span<byte> buffer, ushort type, ushort flags)
    {
        var request = new NetlinkRequest(buffer, type, (ushort)(flags | NLM_F_ACK));
        var (scope, kind) = type == RTM_DELROUTE ? (RT_SCOPE_NOWHERE, (byte)0) : (RT_SCOPE_UNIVERSE, RTN_UNICAST);
        request.AddRouteHeader(Libc.AF_INET, 0, type == RTM_DELROUTE ? (byte)0 : RTPROT_KERNEL, scope, kind, type == RTM_DELROUTE ? 0 : RTNH_F_ONLINK);
        request.AddNumber(RTA_TABLE, Table);
        return request;
    }

    private static NetlinkRequest RuleRequest(Span<byte> buffer, ushort type, ushort flags)
    {
        var request = new NetlinkRequest(buffer, type, (ushort)(flags | NLM_F_ACK));
        request.AddRuleHeader(Libc.AF_INET, FR_ACT_TO_TBL);
        request.AddNumber(FRA_PRIORITY, Priority);
        request.AddNumber(FRA_TABLE, Table);
        if (type == RTM_NEWRULE)
        {
            // systemd-networkd removes all others (see Netlink).
            request.AddOctet(FRA_PROTOCOL, RTPROT_KERNEL);
        }

        return request;
    }

    private static void Change(NetlinkSocket socket, NetlinkRequest request, string operation, int accepted)
    {
        var errno = socket.Change(request, out var detail);
        if (errno != 0 && errno != accepted)
        {
            throw new NetlinkException(operation, errno, detail);
        }
    }
}
