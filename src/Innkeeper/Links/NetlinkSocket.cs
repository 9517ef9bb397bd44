using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Innkeeper.Interop;
using Microsoft.Win32.SafeHandles;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>Reads one kind of record from a message's payload; false leaves the message out.</summary>
internal delegate bool RecordParser<T>(ReadOnlySpan<byte> payload, out T record);

/// <summary>A netlink socket for one question at a time: a change and its acknowledgement, or a dump.</summary>
internal sealed class NetlinkSocket : IDisposable
{
    /// <summary>The kernel makes dump datagrams no larger than this (NLMSG_GOODSIZE, at most 32 KiB).</summary>
    internal const int ReceiveSize = 32 * 1024;

    private const int DumpTries = 5;
    private readonly SafeFileHandle _socket;
    private uint _sequence;

    /// <param name="family">The part of the kernel to ask: NETLINK_ROUTE or another.</param>
    internal NetlinkSocket(int family = NETLINK_ROUTE)
    {
        _socket = Open(0, 0, family);

        // The kernel's own messages; kernels without them answer with the number alone.
        _ = Libc.setsockopt(_socket, SOL_NETLINK, NETLINK_EXT_ACK, [1, 0, 0, 0], sizeof(int));
        Span<byte> timeout = stackalloc byte[16]; // struct timeval: i64 seconds, i64 microseconds
        timeout.Clear();
        timeout[0] = 5;
        _ = Libc.setsockopt(_socket, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, timeout, (uint)timeout.Length);
    }

    /// <summary>Opens and binds a netlink socket.</summary>
    /// <param name="groups">RTMGRP_ bits to subscribe to.</param>
    /// <param name="socketFlags">SOCK_ bits beside the type.</param>
    /// <param name="family">The part of the kernel to ask.</param>
    internal static SafeFileHandle Open(uint groups, int socketFlags, int family = NETLINK_ROUTE)
    {
        var socket = Libc.OpenSocket(Libc.AF_NETLINK, Libc.SOCK_RAW | socketFlags, family);
        if (socket.IsInvalid)
        {
            throw new NetlinkException("open a netlink socket", Marshal.GetLastPInvokeError());
        }

        // struct sockaddr_nl: u16 family, u16 pad, u32 pid (0: the kernel chooses), u32 groups
        Span<byte> address = stackalloc byte[12];
        address.Clear();
        MemoryMarshal.Write(address, (ushort)Libc.AF_NETLINK);
        MemoryMarshal.Write(address[8..], groups);
        if (Libc.bind(socket, address, (uint)address.Length) < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            socket.Dispose();
            throw new NetlinkException("bind a netlink socket", errno);
        }

        return socket;
    }

    /// <summary>Sends a change and waits for the kernel's answer.</summary>
    /// <returns>0 or the errno; <paramref name="detail"/> is the kernel's message, or empty.</returns>
    internal int Change(NetlinkRequest request, out string detail)
    {
        var sequence = ++_sequence;
        detail = "";
        var errno = Send(request.Finish(sequence));
        if (errno != 0)
        {
            return errno;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(ReceiveSize);
        try
        {
            while (true)
            {
                errno = Receive(buffer, out var length);
                if (errno != 0)
                {
                    return errno;
                }

                var reader = new NetlinkReader(buffer.AsSpan(0, length));
                while (reader.TryRead(out var message))
                {
                    if (message.Type == NLMSG_ERROR && message.Sequence == sequence)
                    {
                        return ReadError(message, out detail);
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Asks for all records of one kind. A dump during which the kernel's table changed is taken again.</summary>
    /// <param name="what">The kind of record, for the error's text.</param>
    /// <param name="get">RTM_GET…</param>
    /// <param name="answer">RTM_NEW…</param>
    /// <param name="family">AF_INET, or 0 for links.</param>
    /// <param name="headerSize">Octets of the family's header.</param>
    /// <param name="parser">Reads one record.</param>
    internal List<T> Dump<T>(string what, ushort get, ushort answer, byte family, int headerSize, RecordParser<T> parser)
    {
        Span<byte> header = stackalloc byte[headerSize];
        header.Clear();
        header[0] = family;
        return Dump(what, get, answer, header, parser);
    }

    /// <inheritdoc cref="Dump{T}(string, ushort, ushort, byte, int, RecordParser{T})"/>
    /// <param name="header">The family's header, which selects the records.</param>
    internal List<T> Dump<T>(string what, ushort get, ushort answer, ReadOnlySpan<byte> header, RecordParser<T> parser)
    {
        var records = new List<T>();
        var buffer = ArrayPool<byte>.Shared.Rent(ReceiveSize);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                records.Clear();
                var errno = DumpOnce(buffer, get, answer, header, parser, records, out var interrupted);
                if (errno != 0)
                {
                    throw new NetlinkException($"read the {what}", errno);
                }

                if (!interrupted || attempt == DumpTries)
                {
                    return records;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => _socket.Dispose();

    private int DumpOnce<T>(
        byte[] buffer, ushort get, ushort answer, ReadOnlySpan<byte> header, RecordParser<T> parser, List<T> records, out bool interrupted)
    {
        interrupted = false;
        var sequence = ++_sequence;
        var request = new NetlinkRequest(stackalloc byte[64], get, NLM_F_DUMP);
        header.CopyTo(request.AddHeader(header.Length));
        var errno = Send(request.Finish(sequence));
        while (errno == 0)
        {
            errno = Receive(buffer, out var length);
            if (errno != 0)
            {
                break;
            }

            var reader = new NetlinkReader(buffer.AsSpan(0, length));
            while (reader.TryRead(out var message))
            {
                if (message.Sequence != sequence)
                {
                    continue;
                }

                interrupted |= (message.Flags & NLM_F_DUMP_INTR) != 0;
                if (message.Type is NLMSG_DONE or NLMSG_ERROR)
                {
                    return ReadError(message, out _);
                }

                if (message.Type == answer && parser(message.Payload, out var record))
                {
                    records.Add(record);
                }
            }
        }

        return errno;
    }

    /// <summary>Reads struct nlmsgerr, or the i32 at the start of NLMSG_DONE: minus the errno, then the request's header, then attributes.</summary>
    internal static int ReadError(NetlinkMessage message, out string detail)
    {
        detail = "";
        if (message.Payload.Length < sizeof(int))
        {
            return message.Type == NLMSG_DONE ? 0 : Libc.EIO;
        }

        var errno = -MemoryMarshal.Read<int>(message.Payload);
        var rest = message.Payload[sizeof(int)..];
        if (errno == 0 || message.Type != NLMSG_ERROR || (message.Flags & NLM_F_ACK_TLVS) == 0 || rest.Length < NLMSG_HDRLEN)
        {
            return errno;
        }

        // The request comes back whole unless the answer is capped to its header.
        var echoed = (message.Flags & NLM_F_CAPPED) != 0 ? NLMSG_HDRLEN : MemoryMarshal.Read<uint>(rest);
        if (echoed >= NLMSG_HDRLEN && echoed <= (uint)rest.Length)
        {
            var attributes = new AttributeReader(rest[Math.Min(NetlinkAlign.Up((int)echoed), rest.Length)..]);
            while (attributes.TryRead(out var type, out var value))
            {
                if (type == NLMSGERR_ATTR_MSG)
                {
                    detail = Encoding.UTF8.GetString(value.TrimEnd((byte)0)).TrimEnd('.');
                }
            }
        }

        return errno;
    }

    private int Send(ReadOnlySpan<byte> message)
    {
        while (Libc.send(_socket, message, (nuint)message.Length, 0) < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno != Libc.EINTR)
            {
                return errno;
            }
        }

        return 0;
    }

    private int Receive(byte[] buffer, out int length)
    {
        while (true)
        {
            var received = Libc.recv(_socket, buffer, (nuint)buffer.Length, Libc.MSG_TRUNC);
            length = (int)received;
            if (received >= 0)
            {
                return received <= buffer.Length ? 0 : Libc.EMSGSIZE;
            }

            var errno = Marshal.GetLastPInvokeError();
            if (errno != Libc.EINTR)
            {
                return errno;
            }
        }
    }
}
