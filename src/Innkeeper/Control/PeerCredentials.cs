using System.Net.Sockets;
using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Innkeeper.Management;

namespace Innkeeper.Control;

/// <summary>The process at the other end of a Unix socket, as the kernel knows it; the process's own claims are not trusted.</summary>
internal static class PeerCredentials
{
    public static uint UserOf(Socket client)
    {
        // struct ucred: pid, uid, gid, each 32 bits in the host's order (unix(7)).
        Span<byte> credentials = stackalloc byte[12];
        client.GetRawSocketOption(Libc.SOL_SOCKET, Libc.SO_PEERCRED, credentials);
        return MemoryMarshal.Read<uint>(credentials[4..]);
    }

    /// <summary>A user who opened the socket may do everything: the socket file's owner and mode say who can open it.</summary>
    public static Actor ActorOf(uint user) => new(NameOf(user), ActorKind.LocalUser, Permission.Admin);

    /// <summary>The user's name; "user 1000" where the user database has no name for that number.</summary>
    public static unsafe string NameOf(uint user)
    {
        var room = stackalloc byte[4096];
        return Libc.getpwuid_r(user, out var entry, room, 4096, out var found) == 0 && found is not null && Marshal.PtrToStringUTF8((nint)entry.pw_name) is { Length: > 0 } name
            ? name
            : $"user {user}";
    }
}
