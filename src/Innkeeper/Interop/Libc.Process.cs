using System.Runtime.InteropServices;

namespace Innkeeper.Interop;

/// <summary>Replaces the program of a process. Names are the native ones.</summary>
internal static unsafe partial class Libc
{
    internal const int F_SETFD = 2;
    internal const int F_DUPFD_CLOEXEC = 1030;
    internal const int FD_CLOEXEC = 1;
    internal const int PRIO_PROCESS = 0;
    internal const int SIGHUP = 1;
    internal const int SIGINT = 2;
    internal const int SIGKILL = 9;
    internal const int SIGTERM = 15;
    internal const int SIG_BLOCK = 0;
    internal const int SIG_UNBLOCK = 1;
    internal const int MSG_NOSIGNAL = 0x4000;
    internal const int AF_UNIX = 1;

    /// <summary>The name by which the program was started.</summary>
    internal const uint AT_EXECFN = 31;

    /// <summary>System calls that the C library of Debian 11 has no functions for; the numbers are the same for every processor.</summary>
    internal const nint PidfdSendSignal = 424;
    internal const nint PidfdOpen = 434;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int execve([MarshalAs(UnmanagedType.LPUTF8Str)] string path, byte** arguments, byte** environment);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(int fd, int command, int argument);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint syscall(nint number, nint first, nint second, nint third, nint fourth);

    /// <returns>0: unknown.</returns>
    [LibraryImport("libc")]
    internal static partial nuint getauxval(nuint type);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int socketpair(int domain, int type, int protocol, int* ends);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int waitpid(int process, int* status, int options);

    /// <param name="id">0: the calling thread.</param>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setpriority(int which, uint id, int niceness);

    /// <summary>struct sigset_t: a bit for each signal, the first for number 1.</summary>
    internal struct sigset_t
    {
        internal fixed ulong bits[16];
    }

    /// <returns>0, or an error number.</returns>
    [LibraryImport("libc")]
    internal static partial int pthread_sigmask(int how, sigset_t* set, sigset_t* before);
}
