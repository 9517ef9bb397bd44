using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Innkeeper.Wire;
using Microsoft.Win32.SafeHandles;

namespace Innkeeper.Links;

/// <summary>A frame as it was on the wire, with its VLAN tag and without FCS.</summary>
/// <param name="octets">As much of it as the buffer could hold.</param>
/// <param name="length">Octets on the wire.</param>
/// <param name="time">Since 1970, ns.</param>
/// <param name="isOutgoing">This host sends it.</param>
internal readonly ref struct TappedFrame(ReadOnlySpan<byte> octets, int length, long time, bool isOutgoing)
{
    public ReadOnlySpan<byte> Octets { get; } = octets;

    public int Length => length;

    public long Time => time;

    public bool IsOutgoing => isOutgoing;
}

/// <summary>
/// Copies of the frames of one interface (AF_PACKET): of those that come, before any program of ours sees them, and of those that leave, as they leave.
/// One thread at a time.
/// </summary>
internal sealed unsafe class LinkTap : IDisposable
{
    /// <summary>Octets of the longest frame: the kernel joins segments of a connection up to 64 KiB.</summary>
    public const int LongestFrame = 65_536 + EthernetHeader.TaggedSize;

    private const int TagSize = EthernetHeader.TaggedSize - EthernetHeader.Size;
    private const int ControlSize = 256;

    private readonly SafeFileHandle _socket;
    private readonly byte[] _buffer = new byte[TagSize + LongestFrame];

    private LinkTap(SafeFileHandle socket) => _socket = socket;

    /// <summary>For poll(2).</summary>
    public int Descriptor => (int)_socket.DangerousGetHandle();

    /// <summary>Begins to receive.</summary>
    /// <param name="takesGroups">Also frames to every group, for as long as this is open: a card passes on only those of groups that the host is in.</param>
    /// <param name="queue">Octets that may wait in the kernel.</param>
    /// <exception cref="NetlinkException">The interface is gone, or a right is missing.</exception>
    public static LinkTap Open(int interfaceIndex, TapFilter filter, bool takesGroups = false, int queue = 1 << 20)
    {
        var socket = Libc.OpenSocket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK, 0);
        if (socket.IsInvalid)
        {
            throw new NetlinkException("open a packet socket", Marshal.GetLastPInvokeError());
        }

        var tap = new LinkTap(socket);
        try
        {
            filter.AttachTo(socket);
            tap.Set(Libc.SOL_PACKET, Libc.PACKET_AUXDATA, 1);
            tap.Set(Libc.SOL_SOCKET, Libc.SO_TIMESTAMPNS, 1);
            tap.Set(Libc.SOL_SOCKET, Libc.SO_RCVBUF, queue);
            tap.Bind(interfaceIndex);
            if (takesGroups)
            {
                tap.TakeGroups(interfaceIndex);
            }

            return tap;
        }
        catch
        {
            tap.Dispose();
            throw;
        }
    }

    /// <summary>From now on another filter chooses the frames.</summary>
    public void SetFilter(TapFilter filter) => filter.AttachTo(_socket);

    /// <summary>Takes a frame that waits; the previous one's octets are overwritten. Never waits itself.</summary>
    /// <returns>False when none waits.</returns>
    public bool TryReceive(out TappedFrame frame)
    {
        frame = default;
        var control = stackalloc byte[ControlSize];
        Libc.sockaddr_ll from;
        fixed (byte* room = &_buffer[TagSize])
        {
            var vector = new Libc.IoVector { iov_base = room, iov_len = LongestFrame };
            var message = new Libc.MessageHeader
            {
                msg_name = &from,
                msg_namelen = (uint)sizeof(Libc.sockaddr_ll),
                msg_iov = &vector,
                msg_iovlen = 1,
                msg_control = control,
                msg_controllen = ControlSize,
            };
            var received = (int)Libc.recvmsg(_socket, &message, Libc.MSG_DONTWAIT);
            if (received < 0)
            {
                return false;
            }

            var (time, onWire, tag) = ReadControl(control, (int)Math.Min(message.msg_controllen, ControlSize));
            var (length, isOutgoing) = (Math.Max(received, onWire), from.sll_pkttype == Libc.PACKET_OUTGOING);
            frame = tag is { } vlan && received >= EthernetHeader.Size
                ? new TappedFrame(InsertTag(received, vlan.Tpid, vlan.Tci), length + TagSize, time, isOutgoing)
                : new TappedFrame(_buffer.AsSpan(TagSize, received), length, time, isOutgoing);
            return true;
        }
    }

    /// <summary>Waits until a frame is there.</summary>
    /// <returns>Whether one is.</returns>
    public bool Wait(TimeSpan patience)
    {
        var awaited = new Libc.PollFd { fd = Descriptor, events = Libc.POLLIN };
        return Libc.poll(ref awaited, 1, (int)Math.Clamp(Math.Ceiling(patience.TotalMilliseconds), 0, 60_000)) > 0;
    }

    /// <summary>Frames since the last call: those that the filter chose, and of these the ones for which the queue had no room.</summary>
    public (uint Frames, uint Lost) TakeStatistics()
    {
        var statistics = stackalloc uint[2];
        var length = 2u * sizeof(uint);
        return Libc.getsockopt(_socket, Libc.SOL_PACKET, Libc.PACKET_STATISTICS, statistics, &length) == 0 ? (statistics[0], statistics[1]) : default;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>The time of arrival, the frame's length, and the VLAN tag that the kernel took out of it; null: it had none.</summary>
    private static (long Time, int Length, (ushort Tpid, ushort Tci)? Tag) ReadControl(byte* control, int length)
    {
        var (time, onWire) = (0L, 0);
        (ushort, ushort)? tag = null;
        var header = sizeof(Libc.ControlMessage);
        for (var at = 0; at + header <= length;)
        {
            var message = (Libc.ControlMessage*)(control + at);
            var size = (int)Math.Min(message->cmsg_len, ControlSize);
            if (size < header || at + size > length)
            {
                break;
            }

            if (message->cmsg_level == Libc.SOL_SOCKET && message->cmsg_type == Libc.SO_TIMESTAMPNS && size >= header + sizeof(Libc.Timespec))
            {
                var stamp = (Libc.Timespec*)(control + at + header);
                time = (stamp->tv_sec * 1_000_000_000) + stamp->tv_nsec;
            }
            else if (message->cmsg_level == Libc.SOL_PACKET && message->cmsg_type == Libc.PACKET_AUXDATA && size >= header + sizeof(Libc.tpacket_auxdata))
            {
                var data = (Libc.tpacket_auxdata*)(control + at + header);
                (onWire, tag) = ((int)data->tp_len, (data->tp_status & Libc.TP_STATUS_VLAN_VALID) != 0 ? (data->tp_vlan_tpid, data->tp_vlan_tci) : null);
            }

            at += (size + 7) & ~7;
        }

        return (time, onWire, tag);
    }

    private ReadOnlySpan<byte> InsertTag(int received, ushort tpid, ushort tci)
    {
        const int Macs = 2 * MacAddress.Size;
        _buffer.AsSpan(TagSize, Macs).CopyTo(_buffer);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(Macs), tpid == 0 ? EtherTypes.Vlan : tpid);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(Macs + sizeof(ushort)), tci);
        return _buffer.AsSpan(0, received + TagSize);
    }

    private void Set(int level, int option, int value)
    {
        if (Libc.setsockopt(_socket, level, option, &value, sizeof(int)) < 0)
        {
            throw new NetlinkException("prepare a packet socket", Marshal.GetLastPInvokeError());
        }
    }

    private void Bind(int interfaceIndex)
    {
        var address = new Libc.sockaddr_ll { sll_family = Libc.AF_PACKET, sll_protocol = BinaryPrimitives.ReverseEndianness(Libc.ETH_P_ALL), sll_ifindex = interfaceIndex };
        if (Libc.bind(_socket, new ReadOnlySpan<byte>(&address, sizeof(Libc.sockaddr_ll)), (uint)sizeof(Libc.sockaddr_ll)) < 0)
        {
            throw new NetlinkException($"listen on interface number {interfaceIndex}", Marshal.GetLastPInvokeError());
        }
    }

    private void TakeGroups(int interfaceIndex)
    {
        // struct packet_mreq: i32 index, u16 type, u16 alen, u8 address[8]
        Span<byte> membership = stackalloc byte[16];
        membership.Clear();
        MemoryMarshal.Write(membership, interfaceIndex);
        MemoryMarshal.Write(membership[4..], (ushort)Libc.PACKET_MR_ALLMULTI);
        if (Libc.setsockopt(_socket, Libc.SOL_PACKET, Libc.PACKET_ADD_MEMBERSHIP, membership, (uint)membership.Length) < 0)
        {
            throw new NetlinkException("listen to frames to every group", Marshal.GetLastPInvokeError());
        }
    }
}
