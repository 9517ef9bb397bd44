using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Microsoft.Win32.SafeHandles;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>
/// Tells that an interface, an IPv4 address or an IPv4 route changed. Not what changed: the facts are read again, since
/// messages may be lost. Wait until <see cref="Fd"/> is readable, then <see cref="Drain"/>.
/// </summary>
internal sealed class LinkMonitor : IDisposable
{
    private readonly SafeFileHandle _socket = NetlinkSocket.Open(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE, Libc.SOCK_NONBLOCK);

    // A datagram longer than this is cut, which does no harm: only its being there counts.
    private readonly byte[] _buffer = new byte[64];

    /// <summary>The descriptor to poll for input; closed by <see cref="Dispose"/>.</summary>
    internal int Fd => (int)_socket.DangerousGetHandle();

    /// <summary>Takes all waiting messages.</summary>
    /// <returns>True when something changed since the last call.</returns>
    /// <exception cref="NetlinkException">The socket failed for good.</exception>
    internal bool Drain()
    {
        var changed = false;
        while (true)
        {
            if (Libc.recv(_socket, _buffer, (nuint)_buffer.Length, Libc.MSG_DONTWAIT) >= 0)
            {
                changed = true;
                continue;
            }

            var errno = Marshal.GetLastPInvokeError();
            switch (errno)
            {
                case Libc.EAGAIN:
                    return changed;
                case Libc.EINTR:
                    break;
                case Libc.ENOBUFS: // the kernel dropped messages: there were changes
                    changed = true;
                    break;
                default:
                    throw new NetlinkException("hear of changed interfaces", errno);
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}
