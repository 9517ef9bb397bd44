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

    /// <returns>0, or an error number; <paramref name="result"/> is null when there is no such user.</returns>
    [LibraryImport("libc")]
    internal static partial int getpwuid_r(uint uid, out Passwd entry, byte* buffer, nuint size, out Passwd* result);
}
