using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Innkeeper.Interop;
using Innkeeper.Wire;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>
/// Reads and changes the interfaces of the network namespace that the calling thread is in. Netlink only:
/// a /sys mounted earlier may show another namespace.
/// </summary>
internal static partial class Netlink
{
    private const int RequestSize = 512;

    /// <summary>Reads one interface.</summary>
    /// <returns>False when there is no such interface.</returns>
    /// <exception cref="NetlinkException">The kernel did not answer.</exception>
    internal static bool ReadInterface(string name, [NotNullWhen(true)] out LinkInfo? found)
    {
        found = ReadInterfaces().FirstOrDefault(link => link.Name == name);
        return found is not null;
    }

    /// <summary>Reads all interfaces, their addresses and gateways, in the order of their index.</summary>
    /// <exception cref="NetlinkException">The kernel did not answer.</exception>
    internal static ImmutableArray<LinkInfo> ReadInterfaces()
    {
        using var socket = new NetlinkSocket();
        var links = Links(socket);
        var addresses = socket
            .Dump<AddressRecord>("addresses", RTM_GETADDR, RTM_NEWADDR, Libc.AF_INET, IfAddrMsgSize, AddressRecord.TryParse)
            .ToLookup(address => address.Index, address => address.Network);
        var routes = socket.Dump<DefaultRouteRecord>(
            "routes", RTM_GETROUTE, RTM_NEWROUTE, Libc.AF_INET, RtMsgSize, DefaultRouteRecord.TryParse);
        var onLink = socket
            .Dump<OnLinkRecord>("routes", RTM_GETROUTE, RTM_NEWROUTE, Libc.AF_INET, RtMsgSize, OnLinkRecord.TryParse)
            .ToLookup(record => record.Index, record => record.Route);
        return
        [
            .. links.OrderBy(link => link.Index).Select(link => new LinkInfo(
                link.Index, link.Name, link.Mac, link.Mtu,
                IsUp: (link.Flags & IFF_UP) != 0,
                HasCarrier: (link.Flags & IFF_LOWER_UP) != 0,
                [.. addresses[link.Index]],
                GatewayThrough(routes, link.Index))
            {
                GatewaySource = RouteThrough(routes, link.Index)?.Source,
                OnLink = [.. onLink[link.Index]],
            }),
        ];
    }

    /// <summary>All interfaces, in the order of their index.</summary>
    internal static ImmutableArray<LinkRecord> ListLinks()
    {
        using var socket = new NetlinkSocket();
        return [.. Links(socket).OrderBy(link => link.Index)];
    }

    /// <summary>Creates a veth pair; an existing pair of these two names is kept, with this MTU.</summary>
    /// <exception cref="NetlinkException">Refused; EEXIST when a name belongs to another interface.</exception>
    internal static void CreateVethPair(string a, string b, int mtu)
    {
        CheckName(a);
        CheckName(b);
        var operation = $"create the veth pair {a} and {b}";
        using var socket = new NetlinkSocket();
        var request = new NetlinkRequest(stackalloc byte[RequestSize], RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
        request.AddLinkHeader();
        request.AddText(IFLA_IFNAME, a);
        request.AddNumber(IFLA_MTU, (uint)mtu);
        var info = request.BeginNested(IFLA_LINKINFO);
        request.AddText(IFLA_INFO_KIND, "veth");
        var data = request.BeginNested(IFLA_INFO_DATA);
        var peer = request.BeginNested(VETH_INFO_PEER);
        request.AddLinkHeader();
        request.AddText(IFLA_IFNAME, b);
        request.AddNumber(IFLA_MTU, (uint)mtu);
        request.EndNested(peer);
        request.EndNested(data);
        request.EndNested(info);
        var errno = socket.Change(request, out var detail);
        if (errno == 0)
        {
            return;
        }

        if (errno == Libc.EOPNOTSUPP)
        {
            throw NetlinkException.Lacking(operation, "veth", errno);
        }

        var links = Links(socket);
        if (errno != Libc.EEXIST || !TryFind(links, a, out var one) || !TryFind(links, b, out var other)
            || one.Kind != "veth" || one.PeerIndex != other.Index)
        {
            throw new NetlinkException(operation, errno, detail);
        }

        SetMtu(one.Index, mtu);
        SetMtu(other.Index, mtu);
    }

    /// <summary>Deletes an interface, and with one end of a veth pair the other.</summary>
    /// <returns>False when there was none.</returns>
    internal static bool DeleteLink(string name)
    {
        CheckName(name);
        using var socket = new NetlinkSocket();
        var request = new NetlinkRequest(stackalloc byte[RequestSize], RTM_DELLINK, NLM_F_ACK);
        request.AddLinkHeader();
        request.AddText(IFLA_IFNAME, name);
        var errno = socket.Change(request, out var detail);
        return errno switch
        {
            0 => true,
            Libc.ENODEV => false,
            _ => throw new NetlinkException($"delete interface {name}", errno, detail),
        };
    }

    /// <summary>Sets an interface up.</summary>
    internal static void SetUp(int index) => SetFlags(index, IFF_UP, "set up");

    /// <summary>Switches ARP off on an interface.</summary>
    internal static void SetNoArp(int index) => SetFlags(index, IFF_NOARP, "switch ARP off on");

    /// <summary>Sets the largest IP packet of an interface.</summary>
    internal static void SetMtu(int index, int mtu)
    {
        var request = new NetlinkRequest(stackalloc byte[RequestSize], RTM_NEWLINK, NLM_F_ACK);
        request.AddLinkHeader(index);
        request.AddNumber(IFLA_MTU, (uint)mtu);
        Change(request, $"set the MTU of interface number {index} to {mtu}");
    }

    /// <summary>Adds an address without a route to its network; an existing one is kept.</summary>
    internal static void AddAddress(int index, Ipv4Network address)
    {
        var request = new NetlinkRequest(stackalloc byte[RequestSize], RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
        request.AddAddressHeader(Libc.AF_INET, (byte)address.PrefixLength, index);
        request.AddAddress(IFA_LOCAL, address.Address);
        request.AddAddress(IFA_ADDRESS, address.Address);
        request.AddNumber(IFA_FLAGS, IFA_F_NOPREFIXROUTE);
        Change(request, $"add address {address} to interface number {index}", Libc.EEXIST);
    }

    /// <summary>Takes an address away; one that is gone already is no error.</summary>
    internal static void DeleteAddress(int index, Ipv4Network address)
    {
        var request = new NetlinkRequest(stackalloc byte[RequestSize], RTM_DELADDR, NLM_F_ACK);
        request.AddAddressHeader(Libc.AF_INET, (byte)address.PrefixLength, index);
        request.AddAddress(IFA_LOCAL, address.Address);
        Change(request, $"delete address {address} of interface number {index}", Libc.EADDRNOTAVAIL);
    }

    /// <summary>The gateway of the route with the lowest metric through the interface that has one.</summary>
    internal static Ipv4Address? GatewayThrough(IEnumerable<DefaultRouteRecord> routes, int index) =>
        RouteThrough(routes, index)?.NextHops.First(hop => IsThrough(hop, index)).Gateway;

    private static DefaultRouteRecord? RouteThrough(IEnumerable<DefaultRouteRecord> routes, int index) =>
        routes.OrderBy(route => route.Metric).Select(route => (DefaultRouteRecord?)route).FirstOrDefault(route => route!.Value.NextHops.Any(hop => IsThrough(hop, index)));

    private static bool IsThrough(NextHop hop, int index) => hop.Index == index && hop.Gateway is not null;

    private static void SetFlags(int index, uint flags, string verb)
    {
        var request = new NetlinkRequest(stackalloc byte[RequestSize], RTM_NEWLINK, NLM_F_ACK);
        request.AddLinkHeader(index, flags, change: flags);
        Change(request, $"{verb} interface number {index}");
    }

    private static void Change(NetlinkRequest request, string operation, int accepted = 0)
    {
        using var socket = new NetlinkSocket();
        var errno = socket.Change(request, out var detail);
        if (errno != 0 && errno != accepted)
        {
            throw new NetlinkException(operation, errno, detail);
        }
    }

    private static List<LinkRecord> Links(NetlinkSocket socket) =>
        socket.Dump<LinkRecord>("interfaces", RTM_GETLINK, RTM_NEWLINK, 0, IfInfoMsgSize, LinkRecord.TryParse);

    private static bool TryFind(List<LinkRecord> links, string name, out LinkRecord link)
    {
        link = links.Find(candidate => candidate.Name == name);
        return link.Index != 0;
    }

    private static void CheckName(string name)
    {
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > LongestName)
        {
            throw new NetlinkException($"use '{name}' as the name of an interface", Libc.EINVAL, $"it must have 1 to {LongestName} octets");
        }
    }
}
