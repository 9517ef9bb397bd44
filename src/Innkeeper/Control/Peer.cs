using System.Net.Sockets;
using System.Runtime.InteropServices;
using Innkeeper.Interop;

namespace Innkeeper.Control;

/// <summary>The process at the other end of a Unix socket, as the kernel knows it; nothing that it says is believed.</summary>
internal static class Peer
{
    /// <summary>The user's name; "user 1000" where nobody has that number.</summary>
    public static string NameOf(Socket client)
    {
        // struct ucred: pid, uid, gid, each 32 bits in the host's order (unix(7)).
        Span<byte> credentials = stackalloc byte[12];
        client.GetRawSocketOption(Libc.SOL_SOCKET, Libc.SO_PEERCRED, credentials);
        return NameOf(MemoryMarshal.Read<uint>(credentials[4..]));
    }

    public static unsafe string NameOf(uint user)
    {
        var room = stackalloc byte[4096];
        return Libc.getpwuid_r(user, out var entry, room, 4096, out var found) == 0 && found is not null && Marshal.PtrToStringUTF8((nint)entry.pw_name) is { Length: > 0 } name
            ? name
            : $"user {user}";
    }
}
