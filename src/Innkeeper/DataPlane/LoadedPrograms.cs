using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Innkeeper.Links;

namespace Innkeeper.DataPlane;

/// <summary>Programs that are in the kernel already, by the kernel's numbers for them.</summary>
internal static unsafe class LoadedPrograms
{
    private const int MaxMaps = 64;

    /// <summary>The map that marks a program as ours, beside its name: others may have the same name, and all of ours use it.</summary>
    private const string OurMap = "bindings";

    /// <summary>Whether it is the program of that name in bpf/innkeeper.bpf.c, from any start of the gateway.</summary>
    public static bool IsOurs(uint id, string name)
    {
        var maps = Maps(id, name);
        maps.ForEach(map => _ = Libc.close(map.Fd));
        return maps.Exists(map => map.Name == OurMap);
    }

    /// <summary>The maps of a program, open; none when it has another name or is gone.</summary>
    public static List<(string Name, int Fd)> Maps(uint id, string name)
    {
        var maps = new List<(string, int)>();
        var program = id == 0 ? -1 : Libbpf.bpf_prog_get_fd_by_id(id);
        if (program < 0)
        {
            return maps;
        }

        var ids = stackalloc uint[MaxMaps];
        var info = new Libbpf.bpf_prog_info_head { nr_map_ids = MaxMaps, map_ids = (ulong)ids };
        var length = (uint)sizeof(Libbpf.bpf_prog_info_head);
        if (Libbpf.bpf_obj_get_info_by_fd(program, &info, &length) == 0 && ReadName(info.name) == name)
        {
            for (var i = 0; i < Math.Min(info.nr_map_ids, MaxMaps); i++)
            {
                var fd = Libbpf.bpf_map_get_fd_by_id(ids[i]);
                Libbpf.bpf_map_info_head map = default;
                length = (uint)sizeof(Libbpf.bpf_map_info_head);
                if (fd >= 0 && Libbpf.bpf_obj_get_info_by_fd(fd, &map, &length) == 0)
                {
                    maps.Add((ReadName(map.name), fd));
                }
            }
        }

        _ = Libc.close(program);
        return maps;
    }

    /// <summary>A program's name, and whether it is one of ours; null: it is gone, or this process may not ask.</summary>
    public static (string Name, bool IsOurs)? Describe(uint id)
    {
        var program = id == 0 ? -1 : Libbpf.bpf_prog_get_fd_by_id(id);
        if (program < 0)
        {
            return null;
        }

        Libbpf.bpf_prog_info_head info = default;
        var length = (uint)sizeof(Libbpf.bpf_prog_info_head);
        var name = Libbpf.bpf_obj_get_info_by_fd(program, &info, &length) == 0 ? ReadName(info.name) : null;
        _ = Libc.close(program);
        return name is null ? null : (name, IsOurs(id, name));
    }

    /// <summary>The names of programs of other software at an interface's tc hooks.</summary>
    public static IReadOnlyList<string> ForeignOn(int ifindex) =>
    [
        .. Tcx.All(ifindex, Libbpf.BPF_TCX_INGRESS).Concat(Tcx.All(ifindex, Libbpf.BPF_TCX_EGRESS))
            .Select(Describe).Where(p => p is { IsOurs: false }).Select(p => p!.Value.Name),
        .. Netlink.Classifiers(ifindex).Where(c => Describe(c.Program) is not { IsOurs: true }).Select(c => c.Name is { Length: > 0 } name ? name : c.Kind),
    ];

    private static string ReadName(byte* name) => Marshal.PtrToStringUTF8((nint)name)!;
}
