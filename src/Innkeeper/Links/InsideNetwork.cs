using Innkeeper.Interop;
using Innkeeper.Wire;

namespace Innkeeper.Links;

/// <summary>
/// The slow path's way into the host's IP stack: a veth pair. <see cref="StackEnd"/> carries the inside network with the
/// gateway's service address; at <see cref="EdgeEnd"/> hangs the data plane. Nothing on it speaks ARP.
/// </summary>
internal static class InsideNetwork
{
    public const string StackEnd = "ik-stack";
    public const string EdgeEnd = "ik-edge";

    /// <summary>Makes what is missing and leaves what is there: a restart does not disturb the slow path.</summary>
    /// <param name="mtu">The access interface's: a packet longer than that must not come to a device.</param>
    public static Ends Ensure(Ipv4Network inside, int mtu)
    {
        if (!Netlink.ReadInterface(StackEnd, out var stack))
        {
            Netlink.CreateVethPair(StackEnd, EdgeEnd, mtu);
            if (!Netlink.ReadInterface(StackEnd, out stack))
            {
                throw new NetlinkException($"interface {StackEnd} vanished as it was made", Libc.ENODEV);
            }
        }

        if (!Netlink.ReadInterface(EdgeEnd, out var edge))
        {
            throw new NetlinkException($"interface {StackEnd} exists without {EdgeEnd}; run `innkeeper teardown`", Libc.ENODEV);
        }

        foreach (var end in (string[])[StackEnd, EdgeEnd])
        {
            // No neighbour discovery of any kind; replies leave by another interface than requests came by.
            if (Sysctl.TryRead($"net/ipv6/conf/{end}/disable_ipv6", out _))
            {
                Sysctl.Write($"net/ipv6/conf/{end}/disable_ipv6", "1");
            }

            Sysctl.Write($"net/ipv4/conf/{end}/rp_filter", "2");
            Sysctl.Write($"net/ipv4/conf/{end}/send_redirects", "0");
        }

        // What enters at the edge is forwarded; nothing else on this host is because of us.
        Sysctl.Write($"net/ipv4/conf/{EdgeEnd}/forwarding", "1");

        Netlink.SetMtu(stack.Index, mtu);
        Netlink.SetMtu(edge.Index, mtu);
        Netlink.SetNoArp(stack.Index);
        Netlink.SetNoArp(edge.Index);
        var service = new Ipv4Network(new Ipv4Address(inside.NetworkId.Value + 1), inside.PrefixLength);
        Netlink.AddAddress(stack.Index, service);

        // rp_filter 2 accepts nothing on an interface without any address.
        Netlink.AddAddress(edge.Index, service with { PrefixLength = 32 });

        Netlink.SetUp(stack.Index);
        Netlink.SetUp(edge.Index);
        ServiceRoutes.Ensure();
        return new Ends(stack, edge);
    }

    /// <returns>Whether it was there.</returns>
    public static bool Remove()
    {
        SlowPathRoutes.Remove();
        ServiceRoutes.Remove();
        return Netlink.DeleteLink(StackEnd);
    }

    /// <summary>Both ends of the pair.</summary>
    internal readonly record struct Ends(LinkInfo Stack, LinkInfo Edge);
}
