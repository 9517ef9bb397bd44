using System.Runtime.InteropServices;

namespace Innkeeper.Interop;

/// <summary>The C library. Names are native; errno is read by <see cref="Marshal.GetLastPInvokeError"/> right after a call.</summary>
internal static unsafe partial class Libc
{
    internal const int AF_INET = 2;
    internal const int AF_NETLINK = 16;
    internal const int AF_PACKET = 17;
    internal const int SOCK_RAW = 3;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int NETLINK_ROUTE = 0;
    internal const int ENOENT = 2;
    internal const int EEXIST = 17;
    internal const int ENODEV = 19;

    private const string Library = "libc";

    [StructLayout(LayoutKind.Sequential)]
    internal struct sockaddr_ll
    {
        internal ushort sll_family;
        internal ushort sll_protocol;
        internal int sll_ifindex;
        internal ushort sll_hatype;
        internal byte sll_pkttype;
        internal byte sll_halen;
        internal ulong sll_addr;
    }

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int socket(int family, int type, int protocol);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int bind(int fd, void* address, uint length);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint send(int fd, void* buffer, nuint length, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint recv(int fd, void* buffer, nuint length, int flags);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int umount2(string target, int flags);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statfs(string path, void* buffer);
}
