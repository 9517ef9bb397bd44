using System.Runtime.InteropServices;

namespace Innkeeper.Interop;

/// <summary>The file that this process was started from. An upgrade puts another in its place; this process goes on with its own.</summary>
/// <param name="path">Full, as it was named at the start: a link in it may lead elsewhere by now.</param>
internal sealed class ProgramFile(string path)
{
    /// <summary>This process's own program, even if its file is replaced or gone.</summary>
    public const string Running = "/proc/self/exe";

    public string Path => path;

    /// <summary>Whether another file is there now, or none.</summary>
    public bool IsReplaced => !AreSame(path, Running);

    /// <summary>To be asked for when the process begins: later the file may be another.</summary>
    /// <param name="given">The path that the previous process handed over; null: the kernel's.</param>
    public static ProgramFile OfThisProcess(string? given)
    {
        if (given is not null)
        {
            return new ProgramFile(given);
        }

        // The kernel keeps the name that the program was started by; with an interpreter or a loader before it that is another file's.
        var started = Marshal.PtrToStringUTF8((nint)Libc.getauxval(Libc.AT_EXECFN));
        return started is { Length: > 0 } && !started.StartsWith("/proc/", StringComparison.Ordinal) && AreSame(started, Running)
            ? new ProgramFile(System.IO.Path.GetFullPath(started))
            : new ProgramFile(Environment.ProcessPath ?? Running);
    }

    private static bool AreSame(string one, string other) => IdentityOf(one) is { } first && first == IdentityOf(other);

    private static (uint, uint, ulong)? IdentityOf(string file) =>
        Libc.statx(Libc.AT_FDCWD, file, 0, Libc.STATX_INO, out var found) == 0 ? (found.DeviceMajor, found.DeviceMinor, found.Inode) : null;
}
