using Innkeeper.Wire;

namespace Innkeeper.Links;

/// <summary>
/// Packets that the data plane sends to a service of the gateway come in by the stack's end of the pair with the address that the
/// device asked as its destination: here every address is local, and the service's sockets see it. The data plane marks
/// these packets, as the kernel checks by the same interface whether it would send to other packets' sources (rp_filter).
/// </summary>
internal static class ServiceRoutes
{
    /// <summary>"il".</summary>
    internal const uint Table = 0x696C;

    /// <summary>SERVICE_MARK of bpf/abi.h, on the packets and as SO_MARK on the services' sockets.</summary>
    internal const int Mark = 0x696B;

    internal static PolicyRule Rule { get; } = new(SlowPathRoutes.Priority + 1, null, InsideNetwork.StackEnd, Mark, uint.MaxValue, Table);

    internal static RouteRecord Route { get; } = new(Table, new Ipv4Network(Ipv4Address.Any, 0), Rtnetlink.RTN_LOCAL, (int)Rtnetlink.LoopbackIndex, null);
}
