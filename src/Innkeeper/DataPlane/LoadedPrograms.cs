using System.Globalization;
using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Innkeeper.Links;

namespace Innkeeper.DataPlane;

/// <summary>
/// Programs that are in the kernel already, by the kernel's numbers for them. To open a program by its number takes CAP_SYS_ADMIN, so each of ours is
/// pinned under its number too: a gateway without that capability knows its programs by these pins.
/// </summary>
/// <param name="pins">The folder of the pins; null: none are made or read.</param>
internal sealed unsafe class LoadedPrograms(string? pins)
{
    private const int MaxMaps = 64;

    /// <summary>The map that marks a program as ours, beside its name: others may have the same name, and all of ours use it.</summary>
    private const string OurMap = "bindings";

    private const string PinPrefix = "program-";

    private const int EEXIST = 17;

    /// <summary>Whether a file among the pins is a program's, not a map's.</summary>
    public static bool IsPin(string path) => Path.GetFileName(path).StartsWith(PinPrefix, StringComparison.Ordinal);

    /// <summary>Whether it is the program of that name in bpf/innkeeper.bpf.c, from any start of the gateway.</summary>
    public bool IsOurs(uint id, string name)
    {
        if (id == 0)
        {
            return false;
        }

        if (IsHidden(id))
        {
            // Only ours are pinned there.
            return NameOfPinned(id) == name;
        }

        var maps = Maps(id, name);
        maps.ForEach(map => _ = Libc.close(map.Fd));
        return maps.Exists(map => map.Name == OurMap);
    }

    /// <summary>Whether this process may not see what program it is, and it is not pinned.</summary>
    /// <param name="id">0: there is none.</param>
    public bool IsUnknown(uint id) => id != 0 && IsHidden(id) && NameOfPinned(id) is null;

    /// <returns>A file descriptor; negative: it is gone, or may not be opened.</returns>
    public int Open(uint id)
    {
        var program = Libbpf.bpf_prog_get_fd_by_id(id);
        return program is -Libc.EPERM && pins is not null ? Libbpf.bpf_obj_get(PinOf(id)) : program;
    }

    /// <summary>The maps of a program, open; none when it has another name, is gone, or may not be looked into.</summary>
    public List<(string Name, int Fd)> Maps(uint id, string name)
    {
        var maps = new List<(string, int)>();
        var program = id == 0 ? -1 : Open(id);
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

    /// <summary>Pins a program under its number.</summary>
    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    public void Pin(int program)
    {
        if (pins is null)
        {
            return;
        }

        var result = Libbpf.bpf_obj_pin(program, PinOf(Describe(program)?.Id ?? 0));
        if (result != 0 && result != -EEXIST)
        {
            throw DataPlaneException.FromErrno($"cannot pin a program of the data plane in {pins}", -result);
        }
    }

    /// <summary>Forgets the pins of all programs but these. To be called when no other is attached any more.</summary>
    public void KeepOnly(IEnumerable<int> programs)
    {
        if (pins is null || !Directory.Exists(pins))
        {
            return;
        }

        var kept = programs.Select(program => PinOf(Describe(program)?.Id ?? 0)).ToHashSet();
        foreach (var pin in Directory.GetFiles(pins).Where(pin => IsPin(pin) && !kept.Contains(pin)))
        {
            File.Delete(pin);
        }
    }

    /// <summary>Whether there is a program of that number that this process may not open by it.</summary>
    private static bool IsHidden(uint id)
    {
        var program = Libbpf.bpf_prog_get_fd_by_id(id);
        if (program >= 0)
        {
            _ = Libc.close(program);
        }

        return program == -Libc.EPERM;
    }

    /// <summary>Null: it is not pinned.</summary>
    private string? NameOfPinned(uint id)
    {
        var program = pins is null ? -1 : Libbpf.bpf_obj_get(PinOf(id));
        if (program < 0)
        {
            return null;
        }

        var found = Describe(program);
        _ = Libc.close(program);
        return found is { } described && described.Id == id ? described.Name : null;
    }

    private static (uint Id, string Name)? Describe(int program)
    {
        Libbpf.bpf_prog_info_head info = default;
        var length = (uint)sizeof(Libbpf.bpf_prog_info_head);
        return Libbpf.bpf_obj_get_info_by_fd(program, &info, &length) == 0 ? (info.id, ReadName(info.name)) : null;
    }

    private string PinOf(uint id) => Path.Combine(pins!, PinPrefix + id.ToString(CultureInfo.InvariantCulture));

    /// <summary>The names of programs of other software at an interface's tc hooks, as far as this process may look into them.</summary>
    public IReadOnlyList<string> ForeignOn(int ifindex) =>
    [
        .. Tcx.All(ifindex, Libbpf.BPF_TCX_INGRESS).Concat(Tcx.All(ifindex, Libbpf.BPF_TCX_EGRESS))
            .Select(NameOf).OfType<(string Name, bool IsOurs)>().Where(p => !p.IsOurs).Select(p => p.Name),
        .. Netlink.Classifiers(ifindex).Where(c => NameOf(c.Program) is not { IsOurs: true }).Select(c => c.Name is { Length: > 0 } name ? name : c.Kind),
    ];

    /// <summary>A program's name, and whether it is one of ours; null: it is gone, or this process may not ask.</summary>
    private (string Name, bool IsOurs)? NameOf(uint id)
    {
        var program = id == 0 ? -1 : Open(id);
        if (program < 0)
        {
            return null;
        }

        var found = Describe(program);
        _ = Libc.close(program);
        return found is { } described ? (described.Name, IsOurs(id, described.Name)) : null;
    }

    private static string ReadName(byte* name) => Marshal.PtrToStringUTF8((nint)name)!;
}
