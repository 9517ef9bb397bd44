using Innkeeper.Interop;
using Innkeeper.Wire;

namespace Innkeeper.Links;

/// <summary>
/// The veth pair by which the slow path enters the host's IP stack. <see cref="StackEnd"/> has the gateway's address in the inside
/// network; the data plane is attached to <see cref="EdgeEnd"/>. It has no ARP. Routes to it are <see cref="OwnRouting"/>'s.
/// </summary>
internal static class InsideNetwork
{
    /// <summary>The names of both ends begin with this.</summary>
    public const string Prefix = "ik-";
    public const string StackEnd = Prefix + "stack";
    public const string EdgeEnd = Prefix + "edge";

    /// <summary>The gateway's own address in an inside network: the first.</summary>
    public static Ipv4Address GatewayOf(Ipv4Network inside) => new(inside.NetworkId.Value + 1);

    /// <summary>Creates the missing parts and keeps the others: a restart does not disturb the slow path.</summary>
    /// <param name="mtu">The access interface's: no longer packet may reach a device.</param>
    /// <param name="missing">The parts that were missing or different until now, in words.</param>
    public static Ends Ensure(Ipv4Network inside, int mtu, out IReadOnlyList<string> missing)
    {
        var links = Netlink.ReadInterfaces();
        if (links.All(link => link.Name != StackEnd))
        {
            Netlink.CreateVethPair(StackEnd, EdgeEnd, mtu);
            links = Netlink.ReadInterfaces();
        }

        var stack = links.FirstOrDefault(link => link.Name == StackEnd) ?? throw new NetlinkException($"interface {StackEnd} vanished as it was made", Libc.ENODEV);
        var edge = links.FirstOrDefault(link => link.Name == EdgeEnd) ?? throw new NetlinkException($"interface {StackEnd} exists without {EdgeEnd}; run `innkeeper teardown`", Libc.ENODEV);

        var made = SetSysctls();

        // Of the whole inside network, the kernel has a route in a table of ours, and no other. rp_filter 2 accepts nothing on an interface without any address.
        var own = new Ipv4Network(GatewayOf(inside), 32);
        var withArp = Netlink.ListLinks().Where(link => (link.Flags & Rtnetlink.IFF_NOARP) == 0).Select(link => link.Index).ToList();
        foreach (var end in (LinkInfo[])[stack, edge])
        {
            if (end.Mtu != mtu)
            {
                Netlink.SetMtu(end.Index, mtu);
            }

            if (!end.Addresses.Contains(own))
            {
                Netlink.AddAddress(end.Index, own);
                made.Add($"the address {own.Address} of {end.Name}");
            }

            if (withArp.Contains(end.Index))
            {
                Netlink.SetNoArp(end.Index);
                made.Add($"that {end.Name} has no ARP");
            }

            if (!end.IsUp)
            {
                Netlink.SetUp(end.Index);
                made.Add($"that {end.Name} is up");
            }
        }

        missing = made;
        return new Ends(stack, edge);
    }

    /// <summary>Takes the addresses of another inside network away.</summary>
    public static void RemoveOtherAddresses(Ipv4Network inside)
    {
        var own = new Ipv4Network(GatewayOf(inside), 32);
        foreach (var end in Netlink.ReadInterfaces().Where(link => link.Name is StackEnd or EdgeEnd))
        {
            foreach (var address in end.Addresses.Where(a => a != own))
            {
                Netlink.DeleteAddress(end.Index, address);
            }
        }
    }

    /// <returns>Whether it existed.</returns>
    public static bool Remove()
    {
        OwnRouting.RemoveAll();
        return Netlink.DeleteLink(StackEnd);
    }

    private static List<string> SetSysctls()
    {
        var changed = new List<string>();
        void Set(string name, string value)
        {
            if (Sysctl.Write(name, value))
            {
                changed.Add($"{name.Replace('/', '.')} = {value}");
            }
        }

        foreach (var end in (string[])[StackEnd, EdgeEnd])
        {
            // No neighbor discovery of any kind; replies leave by another interface than requests came by.
            if (Sysctl.TryRead($"net/ipv6/conf/{end}/disable_ipv6", out _))
            {
                Set($"net/ipv6/conf/{end}/disable_ipv6", "1");
            }

            Set($"net/ipv4/conf/{end}/rp_filter", "2");
            Set($"net/ipv4/conf/{end}/send_redirects", "0");
            Set($"net/ipv4/conf/{end}/accept_redirects", "0");
            Set($"net/ipv4/conf/{end}/accept_source_route", "0");
        }

        // Packets that enter at the edge are forwarded; the host forwards nothing else because of the gateway.
        Set($"net/ipv4/conf/{EdgeEnd}/forwarding", "1");
        return changed;
    }

    /// <summary>Both ends of the pair.</summary>
    internal readonly record struct Ends(LinkInfo Stack, LinkInfo Edge);
}
