using System.Runtime.InteropServices;
using Innkeeper.Interop;

namespace Innkeeper.DataPlane;

/// <summary>
/// The bpffs with the pinned maps, and the note of what was put on which interface. `ip netns exec` shows processes
/// another /sys, so the mount point is a setting of its own and not /sys/fs/bpf.
/// </summary>
internal sealed class PinFolder(string bpffs)
{
    private const string MadePrefix = "clsact-made-";
    private const string FoundPrefix = "clsact-found-";
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
                    throw DataPlaneException.FromErrno($"cannot mount a bpffs at {bpffs} ([dataplane] bpffs)", Marshal.GetLastPInvokeError());
                }
            }

            Directory.CreateDirectory(mounts ? System.IO.Path.Combine(Path, MountedNote) : Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataPlaneException($"cannot use {bpffs} for pins ([dataplane] bpffs): {e.Message}");
        }
    }

    /// <summary>Whether an interface's clsact is ours to remove; asked at the first attachment.</summary>
    /// <param name="name">The interface.</param>
    /// <param name="made">Its clsact is ours.</param>
    /// <param name="anew">It is another interface of that name: what was noted of the first is over.</param>
    public void NoteInterface(string name, bool made, bool anew)
    {
        if (anew)
        {
            foreach (var prefix in (ReadOnlySpan<string>)[MadePrefix, FoundPrefix])
            {
                if (System.IO.Path.Combine(Path, prefix + name) is var note && Directory.Exists(note))
                {
                    Directory.Delete(note);
                }
            }
        }

        if (!Directory.Exists(System.IO.Path.Combine(Path, MadePrefix + name)) && !Directory.Exists(System.IO.Path.Combine(Path, FoundPrefix + name)))
        {
            Directory.CreateDirectory(System.IO.Path.Combine(Path, (made ? MadePrefix : FoundPrefix) + name));
        }
    }

    /// <summary>The interfaces noted, and whether their clsact is ours.</summary>
    public List<(string Name, bool Made)> Interfaces()
    {
        var notes = new List<(string, bool)>();
        if (!Directory.Exists(Path))
        {
            return notes;
        }

        foreach (var entry in Directory.EnumerateDirectories(Path))
        {
            var name = System.IO.Path.GetFileName(entry);
            if (name.StartsWith(MadePrefix, StringComparison.Ordinal))
            {
                notes.Add((name[MadePrefix.Length..], true));
            }
            else if (name.StartsWith(FoundPrefix, StringComparison.Ordinal))
            {
                notes.Add((name[FoundPrefix.Length..], false));
            }
        }

        return notes;
    }

    /// <summary>Removes every pin, and the mount when it was made here.</summary>
    public void Remove()
    {
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

    private unsafe bool IsBpfFileSystem()
    {
        const long BPF_FS_MAGIC = 0xcafe4a11;
        var buffer = stackalloc long[32];
        return Libc.statfs(bpffs, buffer) == 0 && buffer[0] == BPF_FS_MAGIC;
    }
}
