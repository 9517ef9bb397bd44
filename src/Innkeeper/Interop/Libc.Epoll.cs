using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Innkeeper.Interop;

/// <content>Waiting for many sockets at once. Names are the native ones.</content>
internal static unsafe partial class Libc
{
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const int EPOLL_CLOEXEC = 0x80000;
    internal const uint EPOLLIN = 1;

    /// <summary>The offset of data in x86-64's struct epoll_event, which is packed as no other processor's is (EPOLL_PACKED).</summary>
    internal const int PackedDataOffset = sizeof(uint);
    internal const int PackedEventSize = PackedDataOffset + sizeof(long);

    private static readonly bool s_isPacked = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>struct epoll_event, unpacked: on x86-64 the calls below translate.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct epoll_event
    {
        internal uint events;
        internal long data;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    internal static int epoll_ctl(int epoll, int operation, int fd, epoll_event* wish)
    {
        var packed = stackalloc byte[PackedEventSize];
        if (!s_isPacked || wish is null)
        {
            return NativeEpollCtl(epoll, operation, fd, wish);
        }

        Unsafe.WriteUnaligned(packed, wish->events);
        Unsafe.WriteUnaligned(packed + PackedDataOffset, wish->data);
        return NativeEpollCtl(epoll, operation, fd, packed);
    }

    internal static int epoll_wait(int epoll, epoll_event* events, int capacity, int milliseconds)
    {
        var count = NativeEpollWait(epoll, events, capacity, milliseconds);

        // From the last to the first, each moves to its place without covering one that has not moved.
        for (var i = s_isPacked ? count - 1 : -1; i >= 0; i--)
        {
            var packed = (byte*)events + (i * PackedEventSize);
            var (happened, data) = (Unsafe.ReadUnaligned<uint>(packed), Unsafe.ReadUnaligned<long>(packed + PackedDataOffset));
            events[i] = new epoll_event { events = happened, data = data };
        }

        return count;
    }

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int NativeEpollCtl(int epoll, int operation, int fd, void* wish);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int NativeEpollWait(int epoll, void* events, int capacity, int milliseconds);
}
