using System.Runtime.InteropServices;

namespace Innkeeper.Interop;

/// <content>Clocks. Names are the native ones.</content>
internal static unsafe partial class Libc
{
    internal const int CLOCK_BOOTTIME = 7;

    /// <summary>adjtimex: the clock is not synchronized (linux/timex.h).</summary>
    internal const int TIME_ERROR = 5;

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Timespec
    {
        internal long tv_sec;
        internal long tv_nsec;
    }

    /// <summary>struct timex, of which nothing is read: the result of the call says enough. All zero, it changes nothing.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 208)]
    internal struct Timex
    {
        [FieldOffset(0)]
        internal uint modes;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int clock_gettime(int clock, out Timespec time);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int adjtimex(ref Timex buffer);
}
