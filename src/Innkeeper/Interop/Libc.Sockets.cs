using System.Runtime.InteropServices;

namespace Innkeeper.Interop;

/// <content>Datagrams in batches. A negative result means Marshal.GetLastPInvokeError.</content>
internal static unsafe partial class Libc
{
    internal const int AF_INET6 = 10;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_DGRAM = 2;

    internal const int SO_REUSEADDR = 2;
    internal const int SO_RCVBUF = 8;
    internal const int SO_BINDTODEVICE = 25;
    internal const int SO_MARK = 36;
    internal const int SO_RCVBUFFORCE = 33;
    internal const int SO_SNDBUFFORCE = 32;

    internal const int SOL_PACKET = 263;
    internal const int PACKET_ADD_MEMBERSHIP = 1;
    internal const int PACKET_DROP_MEMBERSHIP = 2;
    internal const int PACKET_QDISC_BYPASS = 20;
    internal const int PACKET_MR_MULTICAST = 0;
    internal const int PACKET_MR_PROMISC = 1;
    internal const int PACKET_MR_ALLMULTI = 2;

    internal const int SOL_IP = 0;
    internal const int IP_PKTINFO = 8;
    internal const int IP_TRANSPARENT = 19;

    internal const int EFD_NONBLOCK = 0x800;
    internal const int EFD_CLOEXEC = 0x80000;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int recvmmsg(int socket, MultiMessageHeader* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sendmmsg(int socket, MultiMessageHeader* messages, uint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int connect(int socket, void* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int bind(int socket, void* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getsockname(int socket, void* address, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setsockopt(int socket, int level, int option, void* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint send(int socket, void* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint recv(int socket, void* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint getrandom(void* buffer, nuint length, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(int fd, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(int fd, void* buffer, nuint count);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct IoVector
    {
        internal void* iov_base;
        internal nuint iov_len;
    }

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MessageHeader
    {
        internal void* msg_name;
        internal uint msg_namelen;
        internal IoVector* msg_iov;
        internal nuint msg_iovlen;
        internal void* msg_control;
        internal nuint msg_controllen;
        internal int msg_flags;
    }

    /// <summary>struct mmsghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MultiMessageHeader
    {
        internal MessageHeader msg_hdr;
        internal uint msg_len;
    }

    /// <summary>An IPv4 socket address; port and address in network order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct sockaddr_in
    {
        internal ushort sin_family;
        internal ushort sin_port;
        internal uint sin_addr;
        internal ulong sin_zero;
    }

    /// <summary>A control message with struct in_pktinfo: the address that a datagram came to, or leaves from.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct cmsg_pktinfo
    {
        internal nuint cmsg_len;
        internal int cmsg_level;
        internal int cmsg_type;
        internal int ipi_ifindex;
        internal uint ipi_spec_dst;
        internal uint ipi_addr;
        private readonly int _padding;

        /// <summary>Octets without the padding at the end.</summary>
        internal const int Length = 28;
    }
}
