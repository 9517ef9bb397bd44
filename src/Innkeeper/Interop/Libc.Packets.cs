using System.Runtime.InteropServices;

namespace Innkeeper.Interop;

/// <content>Receiving from packet sockets (packet(7)). Names are the native ones.</content>
internal static unsafe partial class Libc
{
    internal const int SO_ATTACH_FILTER = 26;
    internal const int SO_TIMESTAMPNS = 35;
    internal const int PACKET_STATISTICS = 6;
    internal const int PACKET_AUXDATA = 8;
    internal const byte PACKET_BROADCAST = 1;
    internal const byte PACKET_MULTICAST = 2;
    internal const byte PACKET_OUTGOING = 4;
    internal const uint TP_STATUS_VLAN_VALID = 0x10;
    internal const ushort ETH_P_ALL = 3;

    /// <summary>One step of a classic BPF program.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct sock_filter
    {
        internal ushort code;
        internal byte jt;
        internal byte jf;
        internal uint k;
    }

    /// <summary>A classic BPF program.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct sock_fprog
    {
        internal ushort len;
        internal sock_filter* filter;
    }

    /// <summary>struct sockaddr_ll.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct sockaddr_ll
    {
        internal ushort sll_family;
        internal ushort sll_protocol;
        internal int sll_ifindex;
        internal ushort sll_hatype;
        internal byte sll_pkttype;
        internal byte sll_halen;
        internal fixed byte sll_addr[8];
    }

    /// <summary>struct cmsghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ControlMessage
    {
        internal nuint cmsg_len;
        internal int cmsg_level;
        internal int cmsg_type;
    }

    /// <summary>struct tpacket_auxdata.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct tpacket_auxdata
    {
        internal uint tp_status;
        internal uint tp_len;
        internal uint tp_snaplen;
        internal ushort tp_mac;
        internal ushort tp_net;
        internal ushort tp_vlan_tci;
        internal ushort tp_vlan_tpid;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint recvmsg(SafeHandle socket, MessageHeader* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setsockopt(SafeHandle socket, int level, int option, void* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getsockopt(SafeHandle socket, int level, int option, void* value, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ioctl(SafeHandle socket, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    internal static partial int poll(PollFd* awaited, ulong count, int milliseconds);
}
