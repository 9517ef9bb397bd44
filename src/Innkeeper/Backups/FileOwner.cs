using System.Runtime.InteropServices;
using Innkeeper.Interop;

namespace Innkeeper.Backups;

/// <summary>The owner of a file. A restore runs as root, and the gateway as another user.</summary>
internal static class FileOwner
{
    /// <summary>Gives a file, or a folder, to the owner and group of another.</summary>
    /// <exception cref="IOException">One of them cannot be examined.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not.</exception>
    public static void Copy(string model, string file)
    {
        const uint Mask = Libc.STATX_UID | Libc.STATX_GID;
        if (Libc.statx(Libc.AT_FDCWD, model, 0, Mask, out var wanted) != 0 || Libc.statx(Libc.AT_FDCWD, file, Libc.AT_SYMLINK_NOFOLLOW, Mask, out var has) != 0)
        {
            throw new IOException($"{model} cannot be examined: {Libc.Describe(Marshal.GetLastPInvokeError())}");
        }

        if ((wanted.User, wanted.Group) != (has.User, has.Group) && Libc.lchown(file, wanted.User, wanted.Group) != 0)
        {
            throw new UnauthorizedAccessException($"{file} cannot be given to the owner of {model} ({Libc.Describe(Marshal.GetLastPInvokeError())}); run this as root");
        }
    }
}
