using Innkeeper.Interop;
using Innkeeper.Wire;

namespace Innkeeper.Links;

/// <summary>
/// The veth pair by which the slow path enters the host's IP stack. <see cref="StackEnd"/> carries the inside network with the
/// gateway's service address; the data plane is attached to <see cref="EdgeEnd"/>. It has no ARP.
/// </summary>
internal static class InsideNetwork
{
    public const string StackEnd = "ik-stack";
    public const string EdgeEnd = "ik-edge";

    /// <summary>Creates the missing parts and keeps the others: a restart does not disturb the slow path.</summary>
    /// <param name="mtu">The access interface's: no longer packet may reach a device.</param>
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
            // No neighbor discovery of any kind; replies leave by another interface than requests came by.
            if (Sysctl.TryRead($"net/ipv6/conf/{end}/disable_ipv6", out _))
            {
                Sysctl.Write($"net/ipv6/conf/{end}/disable_ipv6", "1");
            }

            Sysctl.Write($"net/ipv4/conf/{end}/rp_filter", "2");
            Sysctl.Write($"net/ipv4/conf/{end}/send_redirects", "0");
            Sysctl.Write($"net/ipv4/conf/{end}/accept_redirects", "0");
            Sysctl.Write($"net/ipv4/conf/{end}/accept_source_route", "0");
        }

        // Packets that enter at the edge are forwarded; the host forwards nothing else because of the gateway.
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

    /// <returns>Whether it existed.</returns>
    public static bool Remove()
    {
        SlowPathRoutes.Remove();
        ServiceRoutes.Remove();
        return Netlink.DeleteLink(StackEnd);
    }

    /// <summary>Both ends of the pair.</summary>
    internal readonly record struct Ends(LinkInfo Stack, LinkInfo Edge);
}
