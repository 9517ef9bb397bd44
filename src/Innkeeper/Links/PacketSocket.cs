using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Innkeeper.Wire;
using Microsoft.Win32.SafeHandles;

namespace Innkeeper.Links;

/// <summary>
/// Sends whole Ethernet frames out of one interface and receives none (protocol 0, packet(7)) unless it is opened to. The kernel binds a packet socket to an
/// interface's index: after the interface was deleted every send fails with ENXIO until <see cref="Bind"/> names the new index. Down
/// and up again does no harm. Any thread may send while another binds: the kernel takes the interface of each frame as one reference.
/// </summary>
internal sealed class PacketSocket : ILinkSocket
{
    private readonly SafeFileHandle _socket;
    private readonly MacAddress? _group;
    private readonly ushort _protocol;
    private int _groupIndex;
    private bool _takesAll;

    private PacketSocket(SafeFileHandle socket, MacAddress? group, ushort protocol) => (_socket, _group, _protocol) = (socket, group, protocol);

    /// <summary>Opens a socket that is bound to no interface yet.</summary>
    /// <param name="mark">The mark (SO_MARK) that its frames carry; 0: none.</param>
    /// <param name="group">A multicast group whose frames the interface shall accept; null: none.</param>
    /// <exception cref="NetlinkException">The right to open it is missing, or the kernel has no packet sockets.</exception>
    internal static PacketSocket Open(int mark = 0, MacAddress? group = null) => Make(mark, group, receives: false, bypassesClassifiers: false);

    /// <summary>Opens a socket for <see cref="PathProbe"/>, bound to no interface yet.</summary>
    /// <param name="mark">The mark that its frames carry; 0: none.</param>
    /// <param name="receives">It receives the interface's IPv4 frames.</param>
    /// <param name="bypassesClassifiers">Its frames meet no program at the interface's egress (PACKET_QDISC_BYPASS).</param>
    /// <exception cref="NetlinkException">Refused.</exception>
    internal static PacketSocket OpenProbe(int mark = 0, bool receives = false, bool bypassesClassifiers = false) => Make(mark, null, receives, bypassesClassifiers);

    private static PacketSocket Make(int mark, MacAddress? group, bool receives, bool bypassesClassifiers)
    {
        var socket = Libc.OpenSocket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK, 0);
        if (socket.IsInvalid)
        {
            const string Operation = "open a packet socket";
            var reason = Marshal.GetLastPInvokeError();
            throw reason == Libc.EAFNOSUPPORT ? NetlinkException.Lacking(Operation, "af_packet", reason) : new NetlinkException(Operation, reason);
        }

        Span<byte> marked = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(marked, mark);
        if (mark != 0 && Libc.setsockopt(socket, Libc.SOL_SOCKET, Libc.SO_MARK, marked, sizeof(int)) < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            socket.Dispose();
            throw new NetlinkException("mark a packet socket", errno);
        }

        Span<byte> on = [1, 0, 0, 0];
        if (bypassesClassifiers && Libc.setsockopt(socket, Libc.SOL_PACKET, Libc.PACKET_QDISC_BYPASS, on, sizeof(int)) < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            socket.Dispose();
            throw new NetlinkException("have a packet socket pass the classifiers by", errno);
        }

        return new PacketSocket(socket, group, receives ? BinaryPrimitives.ReverseEndianness(EtherTypes.Ipv4) : (ushort)0);
    }

    /// <inheritdoc/>
    public void TakeAll() => _takesAll = true;

    /// <inheritdoc/>
    /// <remarks>
    /// The kernel is asked even when the index is the same: an interface that went to another namespace and came back has the same
    /// index, and the kernel unbound the socket meanwhile. Binding to the interface that a socket is bound to changes nothing.
    /// </remarks>
    public void Bind(int interfaceIndex)
    {
        // struct sockaddr_ll: u16 family, u16 protocol, i32 index, u16 hatype, u8 pkttype, u8 halen, u8 addr[8]
        Span<byte> address = stackalloc byte[20];
        address.Clear();
        MemoryMarshal.Write(address, (ushort)Libc.AF_PACKET);
        MemoryMarshal.Write(address[2..], _protocol);
        MemoryMarshal.Write(address[4..], interfaceIndex);
        if (Libc.bind(_socket, address, (uint)address.Length) < 0)
        {
            throw new NetlinkException($"send on interface number {interfaceIndex}", Marshal.GetLastPInvokeError());
        }

        if (_group is not null || _takesAll)
        {
            Join(interfaceIndex);
        }
    }

    /// <inheritdoc/>
    public bool TrySend(ReadOnlySpan<byte> frame) => TrySend(frame, out _);

    /// <inheritdoc cref="TrySend(ReadOnlySpan{byte})"/>
    /// <param name="frame">From the destination MAC on, without FCS.</param>
    /// <param name="errno">0, or why not: ENETDOWN, ENXIO (gone, or not bound yet), ENOBUFS, EAGAIN, EMSGSIZE, EINVAL (too short), EBADF (closed).</param>
    internal bool TrySend(ReadOnlySpan<byte> frame, out int errno)
    {
        try
        {
            do
            {
                errno = Libc.send(_socket, frame, (nuint)frame.Length, Libc.MSG_DONTWAIT) >= 0 ? 0 : Marshal.GetLastPInvokeError();
            }
            while (errno == Libc.EINTR);
        }
        catch (ObjectDisposedException)
        {
            // The process ends: the storage thread may still have acknowledgements when the sockets are closed.
            errno = Libc.EBADF;
        }

        return errno == 0;
    }

    /// <summary>Takes a frame that waits. Never waits itself.</summary>
    /// <param name="length">The frame's; a frame longer than the buffer is cut.</param>
    /// <returns>False when none waits.</returns>
    internal bool TryReceive(Span<byte> buffer, out int length)
    {
        length = (int)Libc.recv(_socket, buffer, (nuint)buffer.Length, Libc.MSG_DONTWAIT);
        return length >= 0;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>
    /// The kernel counts memberships by interface and forgets those of a deleted interface. Leaving first, whatever the result, keeps
    /// the count at one.
    /// </summary>
    private void Join(int interfaceIndex)
    {
        if (_groupIndex != 0)
        {
            _ = !_takesAll || SetMembership(Libc.PACKET_DROP_MEMBERSHIP, Libc.PACKET_MR_PROMISC, default, _groupIndex);
            _ = _group is not { } left || SetMembership(Libc.PACKET_DROP_MEMBERSHIP, Libc.PACKET_MR_MULTICAST, left, _groupIndex);
            _groupIndex = 0;
        }

        if (_takesAll && !SetMembership(Libc.PACKET_ADD_MEMBERSHIP, Libc.PACKET_MR_PROMISC, default, interfaceIndex))
        {
            throw new NetlinkException("listen to frames to every station", Marshal.GetLastPInvokeError());
        }

        if (_group is { } group && !SetMembership(Libc.PACKET_ADD_MEMBERSHIP, Libc.PACKET_MR_MULTICAST, group, interfaceIndex))
        {
            throw new NetlinkException($"listen to {group}", Marshal.GetLastPInvokeError());
        }

        _groupIndex = interfaceIndex;
    }

    private bool SetMembership(int option, int type, MacAddress group, int interfaceIndex)
    {
        // struct packet_mreq: i32 index, u16 type, u16 alen, u8 address[8]
        Span<byte> membership = stackalloc byte[16];
        membership.Clear();
        MemoryMarshal.Write(membership, interfaceIndex);
        MemoryMarshal.Write(membership[4..], (ushort)type);
        MemoryMarshal.Write(membership[6..], (ushort)MacAddress.Size);
        group.Write(membership[8..]);
        return Libc.setsockopt(_socket, Libc.SOL_PACKET, option, membership, (uint)membership.Length) >= 0;
    }
}
