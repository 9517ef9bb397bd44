using System.Runtime.InteropServices;
using Innkeeper.Interop;

namespace Innkeeper.DataPlane;

/// <summary>
/// The bpffs with the pinned maps. `ip netns exec` shows processes another /sys, so the mount point is a setting of its own and
/// not /sys/fs/bpf.
/// </summary>
internal sealed class PinFolder(string bpffs)
{
    private const string MountedNote = "mounted-here";

    public string Path { get; } = System.IO.Path.Combine(bpffs, BpfPlane.PinVersion);

    /// <summary>Mounts the bpffs when there is none, and makes the folder.</summary>
    public void Ensure()
    {
        try
        {
            Directory.CreateDirectory(bpffs);
            var mounts = !IsBpfFileSystem();
            if (mounts)
            {
                var result = Libc.mount("bpf", bpffs, "bpf", 0, "mode=0700");
                if (result != 0)
                {
                    throw new DataPlaneException($"cannot mount a bpffs at {bpffs} ([dataplane] bpffs): {Explain(Marshal.GetLastPInvokeError())}");
                }
            }

            Directory.CreateDirectory(mounts ? System.IO.Path.Combine(Path, MountedNote) : Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataPlaneException($"cannot use {bpffs} for pins ([dataplane] bpffs): {e.Message}");
        }
    }

    /// <summary>Whether there are pins.</summary>
    public bool Exists => Directory.Exists(Path);

    /// <summary>Removes every pin, and the mount when it was made here. The place comes from a file that the gateway may write, so nothing else is touched.</summary>
    public void Remove()
    {
        if (!IsBpfFileSystem() || new DirectoryInfo(Path).LinkTarget is not null)
        {
            return;
        }

        var mounted = Directory.Exists(System.IO.Path.Combine(Path, MountedNote));
        if (Directory.Exists(Path))
        {
            foreach (var folder in Directory.EnumerateDirectories(Path).ToList())
            {
                Directory.Delete(folder);
            }

            foreach (var pin in Directory.EnumerateFiles(Path).ToList())
            {
                File.Delete(pin);
            }

            Directory.Delete(Path);
        }

        if (mounted && Libc.umount2(bpffs, 0) == 0 && !Directory.EnumerateFileSystemEntries(bpffs).Any())
        {
            Directory.Delete(bpffs);
        }
    }

    /// <param name="errno">Why it could not be mounted.</param>
    internal static string Explain(int errno) => errno switch
    {
        Libc.ENODEV => "the kernel has no such file system: it was built without BPF (CONFIG_BPF_SYSCALL)",
        Libc.EPERM or Libc.EACCES => "not permitted: CAP_SYS_ADMIN is missing, or a container's rules forbid it; as root, run `innkeeper prepare --owner USER` first, or mount one there from outside (`mount -t bpf bpf`)",
        _ => $"{Libc.Describe(errno)} (errno {errno})",
    };

    /// <summary>Whether a bpffs is mounted there.</summary>
    public unsafe bool IsBpfFileSystem()
    {
        const long BPF_FS_MAGIC = 0xcafe4a11;
        var buffer = stackalloc long[32];
        return Libc.statfs(bpffs, buffer) == 0 && buffer[0] == BPF_FS_MAGIC;
    }
}
