using System.Net.Sockets;
using System.Runtime.InteropServices;
using Innkeeper.Interop;

namespace Innkeeper.Control;

/// <summary>One socket in the file system; another at the same path is another, even where inode numbers are used again.</summary>
internal readonly record struct SocketIdentity(uint DeviceMajor, uint DeviceMinor, ulong Inode, long BornSeconds, uint BornNanoseconds);

/// <summary>The control socket's file: what lies at its path, whether a process listens there, and how to remove only the socket that is meant.</summary>
internal static class SocketFile
{
    /// <summary>A socket at a path, for its owner and perhaps a group. It does not listen yet.</summary>
    /// <param name="group">The name of the group whose members may connect; "": the group of this process, or none if that is root's.</param>
    /// <param name="own">The socket's identity in the file system, for <see cref="Remove"/>.</param>
    /// <exception cref="IOException">Another gateway answers there, or the path cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The path may not be used.</exception>
    public static Socket Bind(string path, string group, out SocketIdentity own)
    {
        if (IsAnswering(path))
        {
            throw new IOException($"another gateway is running and answers at {path}; stop it, or give this one its own [control] socket");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!RemoveDead(path))
        {
            throw new IOException($"{path} ([control] socket) is a file, not a socket; name another path, or remove it");
        }

        // Bound beside its place and moved there: so it is never open to others, and .NET, which on closing deletes whatever lies at the
        // path that it bound, deletes nothing.
        var beside = path + ".new";
        RemoveDead(beside);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(beside));
            Admit(beside, group);
            own = Find(beside, out _) ?? throw new IOException($"{beside} was removed by another process; start again");
            File.Move(beside, path, overwrite: true);
            return socket;
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is SocketException)
            {
                throw new IOException($"no socket can be made at {path} ([control] socket): {e.Message}; name another path", e);
            }

            throw;
        }
    }

    /// <summary>The socket at a path; null when nothing lies there, or something else.</summary>
    /// <param name="exists">Whether anything lies there.</param>
    /// <exception cref="UnauthorizedAccessException">This user may not look at it.</exception>
    public static SocketIdentity? Find(string path, out bool exists)
    {
        exists = Libc.statx(Libc.AT_FDCWD, path, Libc.AT_SYMLINK_NOFOLLOW, Libc.STATX_TYPE | Libc.STATX_INO | Libc.STATX_BTIME, out var found) == 0;
        if (!exists)
        {
            var errno = Marshal.GetLastPInvokeError();
            return errno is Libc.ENOENT or Libc.ENOTDIR ? null : throw new UnauthorizedAccessException($"{path} cannot be read: {Libc.Describe(errno)}; run this as root");
        }

        return (found.Mode & Libc.S_IFMT) == Libc.S_IFSOCK
            ? new SocketIdentity(found.DeviceMajor, found.DeviceMinor, found.Inode, found.BornSeconds, found.BornNanoseconds)
            : null;
    }

    /// <exception cref="UnauthorizedAccessException">Not known: this user may not connect.</exception>
    public static bool IsAnswering(string path)
    {
        if (Find(path, out _) is null)
        {
            return false;
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied)
        {
            throw new UnauthorizedAccessException(MissingRight(path));
        }
        catch (SocketException e)
        {
            // Anything but a refusal (its queue is full, it is of another type) comes from a process that is there.
            return e.SocketErrorCode != SocketError.ConnectionRefused && Find(path, out _) is not null;
        }
    }

    /// <summary>Removes a socket that no process listens at. Anything else stays.</summary>
    /// <returns>Whether nothing lies there any more.</returns>
    public static bool RemoveDead(string path)
    {
        if (Find(path, out var exists) is not null && !IsAnswering(path))
        {
            File.Delete(path);
            return true;
        }

        return !exists;
    }

    /// <summary>Removes the socket only if it is still the one this process made.</summary>
    public static void Remove(string path, SocketIdentity own)
    {
        if (Find(path, out _) == own)
        {
            File.Delete(path);
        }
    }

    /// <summary>Removes the folder that the socket lay in, when it is empty. A folder at the root of the file system, and a mount point (a container's volume), stay.</summary>
    public static void RemoveFolder(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder) || folder.Count(c => c == '/') <= 1 || Directory.EnumerateFileSystemEntries(folder).Any())
        {
            return;
        }

        try
        {
            Directory.Delete(folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // In use, for example as a mount point: its owner removes it.
        }
    }

    /// <summary>A sentence for a user who may not connect, with the group that may.</summary>
    public static string MissingRight(string path)
    {
        var found = Libc.statx(Libc.AT_FDCWD, path, 0, Libc.STATX_TYPE, out var socket) == 0 ? socket : default;
        var group = ((UnixFileMode)found.Mode & UnixFileMode.GroupWrite) != 0 ? Users.GroupName(found.Group) : null;
        return group is null ? $"no permission to use {path}; run this as root" : $"no permission to use {path}; run this as root, or as a member of the group {group}";
    }

    /// <summary>Whether a group is the user's own, and not one that many users share, such as "users". Root needs none.</summary>
    internal static bool IsOwn(uint group, string? groupName, string userName) => group != 0 && groupName == userName;

    /// <summary>Sets who may connect.</summary>
    private static void Admit(string socket, string group)
    {
        var number = group == "" ? Libc.getegid()
            : Users.FindGroup(group) ?? throw new IOException($"there is no group {group} ([control] group); make it (`groupadd --system {group}`), or name another");
        var owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (group == "" && !IsOwn(number, Users.GroupName(number), Environment.UserName))
        {
            File.SetUnixFileMode(socket, owner);
            return;
        }

        if (number != Libc.getegid() && Libc.lchown(socket, Libc.Unchanged, number) != 0)
        {
            throw new IOException(
                $"the control socket cannot be given to the group {group} ([control] group): {Libc.Describe(Marshal.GetLastPInvokeError())}; make the gateway's own user a member of it");
        }

        File.SetUnixFileMode(socket, owner | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
    }
}
