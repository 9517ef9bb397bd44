using Innkeeper.Interop;
using Innkeeper.Links;

namespace Innkeeper.DataPlane;

/// <summary>The places where each program is attached.</summary>
internal static class Hooks
{
    /// <summary>The names of all programs that are attached somewhere.</summary>
    public static readonly string[] Programs = ["from_access", "from_uplink", "to_uplink", "from_stack"];

    public static Hook FromAccess(LinkInfo access) => new(access.Index, access.Name, Libbpf.BPF_TC_INGRESS, "from_access");

    public static Hook FromUplink(LinkInfo uplink) => new(uplink.Index, uplink.Name, Libbpf.BPF_TC_INGRESS, "from_uplink");

    public static Hook ToUplink(LinkInfo uplink) => new(uplink.Index, uplink.Name, Libbpf.BPF_TC_EGRESS, "to_uplink");

    public static Hook FromStack(LinkInfo stack) => new(stack.Index, stack.Name, Libbpf.BPF_TC_EGRESS, "from_stack");

    /// <summary>
    /// Wherever a program of ours may be attached, on any interface of this network namespace (in which there is one gateway): the interfaces of an
    /// earlier start are known for certain only from the programs there. From_stack goes with its interface.
    /// </summary>
    public static IEnumerable<Hook> Everywhere() => Netlink.ListLinks().SelectMany(link => (Hook[])
    [
        new(link.Index, link.Name, Libbpf.BPF_TC_INGRESS, "from_access"), new(link.Index, link.Name, Libbpf.BPF_TC_INGRESS, "from_uplink"),
        new(link.Index, link.Name, Libbpf.BPF_TC_EGRESS, "to_uplink"),
    ]);
}
