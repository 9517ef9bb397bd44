using Innkeeper.Interop;
using Innkeeper.Links;

namespace Innkeeper.DataPlane;

/// <summary>Which program hangs where.</summary>
internal static class Hooks
{
    public static Hook FromAccess(InterfaceFacts access) => new(access.Index, access.Name, Libbpf.BPF_TC_INGRESS, "from_access");

    public static Hook FromUplink(InterfaceFacts uplink) => new(uplink.Index, uplink.Name, Libbpf.BPF_TC_INGRESS, "from_uplink");

    public static Hook ToUplink(InterfaceFacts uplink) => new(uplink.Index, uplink.Name, Libbpf.BPF_TC_EGRESS, "to_uplink");

    public static Hook FromStack(InterfaceFacts stack) => new(stack.Index, stack.Name, Libbpf.BPF_TC_EGRESS, "from_stack");

    /// <summary>Every program of ours that may hang on an interface.</summary>
    public static IReadOnlyList<Hook> On(InterfaceFacts facts) => [FromAccess(facts), FromUplink(facts), ToUplink(facts)];
}
