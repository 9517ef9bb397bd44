using System.Runtime.InteropServices;

namespace Innkeeper.Interop;

/// <summary>A user of this machine.</summary>
/// <param name="Number">The user's.</param>
/// <param name="Group">The number of the user's first group.</param>
internal readonly record struct User(uint Number, uint Group);

/// <summary>Users and groups by name, as this machine's user database has them.</summary>
internal static unsafe class Users
{
    private const int Room = 16 * 1024;

    /// <summary>Null: there is no such user.</summary>
    public static User? Find(string name)
    {
        var room = new byte[Room];
        fixed (byte* buffer = room)
        {
            return Libc.getpwnam_r(name, out var entry, buffer, Room, out var found) == 0 && found is not null ? new User(entry.pw_uid, entry.pw_gid) : null;
        }
    }

    /// <summary>The number of a group; null: there is no such group.</summary>
    public static uint? FindGroup(string name)
    {
        var room = new byte[Room];
        fixed (byte* buffer = room)
        {
            return Libc.getgrnam_r(name, out var entry, buffer, Room, out var found) == 0 && found is not null ? entry.gr_gid : null;
        }
    }

    /// <summary>The name of a group; null: this machine has none for that number.</summary>
    public static string? GroupName(uint number)
    {
        var room = new byte[Room];
        fixed (byte* buffer = room)
        {
            return Libc.getgrgid_r(number, out var entry, buffer, Room, out var found) == 0 && found is not null ? Marshal.PtrToStringUTF8((nint)entry.gr_name) : null;
        }
    }
}
