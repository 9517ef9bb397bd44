using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Innkeeper.Wire;
using Microsoft.Win32.SafeHandles;

namespace Innkeeper.Links;

/// <summary>
/// Sends whole Ethernet frames out of one interface and receives none (protocol 0, packet(7)). It stays with the interface's
/// number: when the interface is deleted, ENXIO follows for ever and a new socket is due; down and up again does no harm.
/// </summary>
internal sealed class PacketSocket : IFrameSender, IDisposable
{
    private readonly SafeFileHandle _socket;
    private readonly int _interfaceIndex;

    /// <exception cref="NetlinkException">No right to open it, or no such interface.</exception>
    /// <param name="mark">What its frames are marked with; 0 = nothing.</param>
    internal PacketSocket(int interfaceIndex, int mark = 0)
    {
        _interfaceIndex = interfaceIndex;
        _socket = Libc.OpenSocket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK, 0);
        if (_socket.IsInvalid)
        {
            const string Operation = "open a packet socket";
            var reason = Marshal.GetLastPInvokeError();
            throw reason == Libc.EAFNOSUPPORT ? NetlinkException.Lacking(Operation, "af_packet", reason) : new NetlinkException(Operation, reason);
        }

        Span<byte> marked = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(marked, mark);
        if (mark != 0 && Libc.setsockopt(_socket, Libc.SOL_SOCKET, Libc.SO_MARK, marked, sizeof(int)) < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            _socket.Dispose();
            throw new NetlinkException("mark a packet socket", errno);
        }

        // struct sockaddr_ll: u16 family, u16 protocol, i32 index, u16 hatype, u8 pkttype, u8 halen, u8 addr[8]
        Span<byte> address = stackalloc byte[20];
        address.Clear();
        MemoryMarshal.Write(address, (ushort)Libc.AF_PACKET);
        MemoryMarshal.Write(address[4..], interfaceIndex);
        if (Libc.bind(_socket, address, (uint)address.Length) < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            _socket.Dispose();
            throw new NetlinkException($"send on interface number {interfaceIndex}", errno);
        }
    }

    /// <summary>Has the interface take in what is sent to a group, for as long as this socket is open.</summary>
    internal void Join(MacAddress group)
    {
        // struct packet_mreq: i32 index, u16 type, u16 alen, u8 address[8]
        Span<byte> membership = stackalloc byte[16];
        membership.Clear();
        MemoryMarshal.Write(membership, _interfaceIndex);
        MemoryMarshal.Write(membership[4..], (ushort)Libc.PACKET_MR_MULTICAST);
        MemoryMarshal.Write(membership[6..], (ushort)MacAddress.Size);
        group.Write(membership[8..]);
        if (Libc.setsockopt(_socket, Libc.SOL_PACKET, Libc.PACKET_ADD_MEMBERSHIP, membership, (uint)membership.Length) < 0)
        {
            throw new NetlinkException($"listen to {group}", Marshal.GetLastPInvokeError());
        }
    }

    /// <inheritdoc/>
    public bool TrySend(ReadOnlySpan<byte> frame) => TrySend(frame, out _);

    /// <inheritdoc cref="TrySend(ReadOnlySpan{byte})"/>
    /// <param name="frame">From the destination MAC on, without FCS.</param>
    /// <param name="errno">0, or why not: ENETDOWN, ENXIO (gone), ENOBUFS, EAGAIN, EMSGSIZE, EINVAL (too short).</param>
    internal bool TrySend(ReadOnlySpan<byte> frame, out int errno)
    {
        do
        {
            errno = Libc.send(_socket, frame, (nuint)frame.Length, Libc.MSG_DONTWAIT) >= 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        while (errno == Libc.EINTR);
        return errno == 0;
    }

    public void Dispose() => _socket.Dispose();
}
