using System.Runtime.InteropServices;

namespace Innkeeper.Interop;

/// <summary>Identifies the file behind a path, and has it written to disk. Names are the native ones.</summary>
internal static unsafe partial class Libc
{
    internal const int AT_FDCWD = -100;
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;

    internal const uint STATX_TYPE = 0x1;
    internal const uint STATX_UID = 0x8;
    internal const uint STATX_GID = 0x10;
    internal const uint STATX_INO = 0x100;
    internal const uint STATX_BTIME = 0x800;

    internal const int AT_EMPTY_PATH = 0x1000;

    internal const int S_IFMT = 0xF000;
    internal const int S_IFDIR = 0x4000;
    internal const int S_IFREG = 0x8000;
    internal const int S_IFSOCK = 0xC000;

    internal const int O_RDONLY = 0;
    internal const int O_RDWR = 2;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;

    internal const short POLLIN = 0x1;

    internal const int ENOENT = 2;
    internal const int ENOTDIR = 20;
    internal const int EROFS = 30;

    /// <summary>struct statx, as far as the fields used here.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct Statx
    {
        [FieldOffset(20)]
        internal uint User;
        [FieldOffset(24)]
        internal uint Group;
        [FieldOffset(28)]
        internal ushort Mode;
        [FieldOffset(32)]
        internal ulong Inode;
        [FieldOffset(80)]
        internal long BornSeconds;
        [FieldOffset(88)]
        internal uint BornNanoseconds;
        [FieldOffset(136)]
        internal uint DeviceMajor;
        [FieldOffset(140)]
        internal uint DeviceMinor;
    }

    internal struct PollFd
    {
        internal int fd;
        internal short events;
        internal short revents;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(SafeHandle file, Span<byte> buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int poll(ref PollFd awaited, ulong count, int milliseconds);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statx(int directory, string path, int flags, uint mask, out Statx buffer);

    /// <summary>0x10000 on x86-64; 64-bit ARM has bits of its own (asm/fcntl.h).</summary>
    internal static int O_DIRECTORY => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    /// <summary>0x20000 on x86-64; 64-bit ARM has bits of its own (asm/fcntl.h).</summary>
    internal static int O_NOFOLLOW => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fsync(int descriptor);
}
