using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Innkeeper.Configuration;
using Innkeeper.Interop;

namespace Innkeeper.Dns.Sockets;

/// <summary>
/// Queries to servers by UDP, each by a connected socket of its own: the kernel gives it an unpredictable port and accepts
/// only datagrams from that server's address and port (RFC 5452 sections 9.1 and 9.2).
/// </summary>
internal sealed unsafe class UdpQueries(int epoll) : IDisposable
{
    private const int Ipv6AddressSize = 28;

    private UpstreamQuery?[] _byHandle = new UpstreamQuery?[1024];

    public UpstreamQuery? Find(int handle) => handle < _byHandle.Length ? _byHandle[handle] : null;

    public bool TrySend(UpstreamQuery exchange, ReadOnlySpan<byte> query)
    {
        var to = stackalloc byte[Ipv6AddressSize];
        var length = WriteAddress(exchange.Upstream.Address, to);
        var socket = Libc.socket(length == Ipv6AddressSize ? Libc.AF_INET6 : Libc.AF_INET, Libc.SOCK_DGRAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        if (socket < 0)
        {
            return false;
        }

        var wish = new Libc.epoll_event { events = Libc.EPOLLIN, data = socket };
        fixed (byte* octets = query)
        {
            if (Libc.connect(socket, to, length) < 0 || Libc.send(socket, octets, (nuint)query.Length, Libc.MSG_DONTWAIT) < 0
                || Libc.epoll_ctl(epoll, Libc.EPOLL_CTL_ADD, socket, &wish) < 0)
            {
                _ = Libc.close(socket);
                return false;
            }
        }

        if (socket >= _byHandle.Length)
        {
            Array.Resize(ref _byHandle, Math.Max(socket + 1, _byHandle.Length * 2));
        }

        _byHandle[socket] = exchange;
        exchange.Handle = socket;
        return true;
    }

    /// <summary>Reads one datagram.</summary>
    /// <returns>Its octets; 0 when there is none; -1 when the server's host reports a closed port.</returns>
    public static int Receive(UpstreamQuery exchange, Span<byte> buffer)
    {
        fixed (byte* p = buffer)
        {
            var length = Libc.recv(exchange.Handle, p, (nuint)buffer.Length, Libc.MSG_DONTWAIT);
            return length >= 0 ? (int)length : Marshal.GetLastPInvokeError() is Libc.EAGAIN or Libc.EINTR ? 0 : -1;
        }
    }

    public void Close(UpstreamQuery exchange)
    {
        if (exchange.Handle >= 0)
        {
            _byHandle[exchange.Handle] = null;
            _ = Libc.close(exchange.Handle);
            exchange.Handle = -1;
        }
    }

    public void Dispose()
    {
        foreach (var exchange in _byHandle.OfType<UpstreamQuery>().ToList())
        {
            Close(exchange);
        }
    }

    /// <summary>struct sockaddr_in, or sockaddr_in6: family, port, flow, address, scope.</summary>
    private static uint WriteAddress(UpstreamAddress address, byte* to)
    {
        var room = new Span<byte>(to, Ipv6AddressSize);
        room.Clear();
        var isIpv6 = address.EndPoint.AddressFamily == AddressFamily.InterNetworkV6;
        BinaryPrimitives.WriteUInt16LittleEndian(room, (ushort)(isIpv6 ? Libc.AF_INET6 : Libc.AF_INET));
        BinaryPrimitives.WriteUInt16BigEndian(room[2..], (ushort)address.EndPoint.Port);
        _ = address.EndPoint.Address.TryWriteBytes(room[(isIpv6 ? 8 : 4)..], out _);
        if (isIpv6)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(room[24..], (uint)address.EndPoint.Address.ScopeId);
        }

        return isIpv6 ? (uint)Ipv6AddressSize : 16;
    }
}
