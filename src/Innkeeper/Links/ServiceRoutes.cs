namespace Innkeeper.Links;

/// <summary>
/// Packets that the data plane sends to a service of the gateway come in by the stack's end of the pair with the address that the
/// device asked as its destination: here every address is local, and the service's sockets see it. The data plane marks
/// these packets, as the kernel checks by the same interface whether it would send to other packets' sources (rp_filter).
/// </summary>
internal static class ServiceRoutes
{
    /// <summary>"il". Also the rule's priority.</summary>
    internal const uint Table = 0x696C;

    /// <summary>SERVICE_MARK of bpf/abi.h, on the packets and as SO_MARK on the services' sockets.</summary>
    internal const int Mark = 0x696B;

    /// <summary>Adds the missing routes and rules.</summary>
    internal static void Ensure()
    {
        Netlink.SetAllLocal(Table);
        Netlink.AddRule(Table, InsideNetwork.StackEnd, Table, Mark);
    }

    /// <summary>Removes the routes and rules of <see cref="Ensure"/>.</summary>
    internal static void Remove()
    {
        Netlink.DeleteRule(Table, InsideNetwork.StackEnd, Table, Mark);
        Netlink.DeleteRoutes(Table);
    }
}
