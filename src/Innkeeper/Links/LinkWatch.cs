using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>Hears that links, addresses, routes, rules, sysctls of interfaces or attached programs changed.</summary>
internal sealed class LinkWatch() : NetlinkWatch(RTMGRP_LINK | RTMGRP_TC | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV4_RULE | Ipv4NetconfGroup, NETLINK_ROUTE);
