using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Dns.Sockets;

/// <summary>A UDP socket that reads and writes datagrams in batches: a system call costs more than an answer from the cache.</summary>
internal sealed unsafe class UdpEndpoint : IAnswerPath, IDisposable
{
    /// <summary>A whole datagram.</summary>
    public delegate void Handler(in DnsClient client, ReadOnlySpan<byte> query);

    private const int Batch = 64;

    /// <summary>More than any query; a longer datagram is cut, and no query.</summary>
    private const int QuerySize = 2048;

    private readonly int _socket;
    private readonly Libc.MultiMessageHeader* _received;
    private readonly Libc.MultiMessageHeader* _toSend;
    private int _queued;

    public UdpEndpoint(int socket, bool isOutside)
    {
        _socket = socket;
        IsOutside = isOutside;
        Port = ServiceSocket.PortOf(socket);
        _received = Prepare(QuerySize, (nuint)sizeof(Libc.cmsg_pktinfo));
        _toSend = Prepare(DnsQuery.MaxUdpSize, (nuint)sizeof(Libc.cmsg_pktinfo));
    }

    public int Handle => _socket;

    public ushort Port { get; }

    public bool IsStream => false;

    public bool IsOutside { get; }

    /// <summary>Hands over the datagrams that arrived, a batch at most.</summary>
    /// <returns>Whether there may be more.</returns>
    public bool Receive(Handler handler)
    {
        for (var i = 0; i < Batch; i++)
        {
            // The kernel wrote the results into the structures: reset them.
            ref var header = ref _received[i].msg_hdr;
            header.msg_namelen = (uint)sizeof(Libc.sockaddr_in);
            header.msg_controllen = (nuint)sizeof(Libc.cmsg_pktinfo);
        }

        var count = Libc.recvmmsg(_socket, _received, Batch, Libc.MSG_DONTWAIT, null);
        for (var i = 0; i < count; i++)
        {
            ref var header = ref _received[i].msg_hdr;
            var from = (Libc.sockaddr_in*)header.msg_name;
            var to = (Libc.cmsg_pktinfo*)header.msg_control;
            if (header.msg_controllen < Libc.cmsg_pktinfo.Length || to->cmsg_level != Libc.SOL_IP || to->cmsg_type != Libc.IP_PKTINFO)
            {
                continue;
            }

            var client = new DnsClient(
                this, new Ipv4Address(BinaryPrimitives.ReverseEndianness(from->sin_addr)), BinaryPrimitives.ReverseEndianness(from->sin_port),
                new Ipv4Address(BinaryPrimitives.ReverseEndianness(to->ipi_addr)));
            var query = new ReadOnlySpan<byte>(header.msg_iov->iov_base, (int)_received[i].msg_len);
            if (!IsOutside && query.SequenceEqual(PathProbe.Payload))
            {
                // The gateway asks itself whether a firewall lets devices' questions in.
                Send(client, query);
                continue;
            }

            handler(client, query);
        }

        return count == Batch;
    }

    /// <inheritdoc/>
    /// <remarks>It leaves with the next <see cref="Flush"/>.</remarks>
    public void Send(in DnsClient client, ReadOnlySpan<byte> message)
    {
        if (message.Length > DnsQuery.MaxUdpSize)
        {
            return;
        }

        ref var header = ref _toSend[_queued].msg_hdr;
        var to = (Libc.sockaddr_in*)header.msg_name;
        to->sin_family = Libc.AF_INET;
        to->sin_port = BinaryPrimitives.ReverseEndianness(client.Port);
        to->sin_addr = BinaryPrimitives.ReverseEndianness(client.Address.Value);
        var from = (Libc.cmsg_pktinfo*)header.msg_control;
        from->ipi_spec_dst = BinaryPrimitives.ReverseEndianness(client.Asked.Value);
        message.CopyTo(new Span<byte>(header.msg_iov->iov_base, DnsQuery.MaxUdpSize));
        header.msg_iov->iov_len = (nuint)message.Length;
        if (++_queued == Batch)
        {
            Flush();
        }
    }

    /// <summary>Sends what is queued; datagrams that the kernel refuses are lost, as on any network.</summary>
    public void Flush()
    {
        for (var sent = 0; sent < _queued;)
        {
            var count = Libc.sendmmsg(_socket, _toSend + sent, (uint)(_queued - sent), Libc.MSG_DONTWAIT);

            // An error concerns the first of those that are left; the others have their own chance.
            sent += count > 0 ? count : 1;
        }

        _queued = 0;
    }

    public void Dispose()
    {
        _ = Libc.close(_socket);
        Release(_received);
        Release(_toSend);
    }

    private static Libc.MultiMessageHeader* Prepare(int size, nuint controlSize)
    {
        var headers = (Libc.MultiMessageHeader*)NativeMemory.AllocZeroed(Batch, (nuint)sizeof(Libc.MultiMessageHeader));
        for (var i = 0; i < Batch; i++)
        {
            ref var header = ref headers[i].msg_hdr;
            header.msg_name = NativeMemory.AllocZeroed((nuint)sizeof(Libc.sockaddr_in));
            header.msg_namelen = (uint)sizeof(Libc.sockaddr_in);
            header.msg_iov = (Libc.IoVector*)NativeMemory.AllocZeroed((nuint)sizeof(Libc.IoVector));
            header.msg_iovlen = 1;
            header.msg_iov->iov_base = NativeMemory.AllocZeroed((nuint)size);
            header.msg_iov->iov_len = (nuint)size;
            header.msg_control = NativeMemory.AllocZeroed(controlSize);
            header.msg_controllen = controlSize;
            var control = (Libc.cmsg_pktinfo*)header.msg_control;
            control->cmsg_len = Libc.cmsg_pktinfo.Length;
            control->cmsg_level = Libc.SOL_IP;
            control->cmsg_type = Libc.IP_PKTINFO;
        }

        return headers;
    }

    private static void Release(Libc.MultiMessageHeader* headers)
    {
        for (var i = 0; i < Batch; i++)
        {
            ref var header = ref headers[i].msg_hdr;
            NativeMemory.Free(header.msg_name);
            NativeMemory.Free(header.msg_iov->iov_base);
            NativeMemory.Free(header.msg_iov);
            NativeMemory.Free(header.msg_control);
        }

        NativeMemory.Free(headers);
    }
}
