using System.Runtime.InteropServices;

namespace Innkeeper.Interop;

/// <summary>A process that becomes another program. Names are the native ones.</summary>
internal static unsafe partial class Libc
{
    internal const int F_SETFD = 2;
    internal const int FD_CLOEXEC = 1;
    internal const int SIGHUP = 1;
    internal const nint SIG_IGN = 1;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int execve([MarshalAs(UnmanagedType.LPUTF8Str)] string path, byte** arguments, byte** environment);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(int fd, int command, int argument);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint signal(int number, nint handler);
}
