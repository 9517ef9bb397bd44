using System.Runtime.InteropServices;

namespace Innkeeper.Interop;

/// <content>User names and numbers. Names are the native ones.</content>
internal static unsafe partial class Libc
{
    internal const int SO_PEERCRED = 17;

    /// <summary>struct passwd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Passwd
    {
        internal byte* pw_name;
        internal byte* pw_passwd;
        internal uint pw_uid;
        internal uint pw_gid;
        internal byte* pw_gecos;
        internal byte* pw_dir;
        internal byte* pw_shell;
    }

    /// <summary>struct group.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Group
    {
        internal byte* gr_name;
        internal byte* gr_passwd;
        internal uint gr_gid;
        internal byte** gr_mem;
    }

    /// <returns>0, or an error number; <paramref name="result"/> is null when there is no such user.</returns>
    [LibraryImport("libc")]
    internal static partial int getpwuid_r(uint uid, out Passwd entry, byte* buffer, nuint size, out Passwd* result);

    /// <returns>0, or an error number; <paramref name="result"/> is null when there is no such user.</returns>
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int getpwnam_r(string name, out Passwd entry, byte* buffer, nuint size, out Passwd* result);

    /// <returns>0, or an error number; <paramref name="result"/> is null when there is no such group.</returns>
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int getgrnam_r(string name, out Group entry, byte* buffer, nuint size, out Group* result);

    /// <returns>0, or an error number; <paramref name="result"/> is null when there is no such group.</returns>
    [LibraryImport("libc")]
    internal static partial int getgrgid_r(uint gid, out Group entry, byte* buffer, nuint size, out Group* result);

    [LibraryImport("libc")]
    internal static partial uint getegid();

    [LibraryImport("libc")]
    internal static partial uint geteuid();

    /// <summary>For lchown: the user or group stays.</summary>
    internal const uint Unchanged = uint.MaxValue;

    /// <summary>Changes a link itself, not what it leads to.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int lchown(string path, uint user, uint group);
}
