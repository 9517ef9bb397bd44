using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Microsoft.Win32.SafeHandles;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>Hears from the kernel that links, addresses, routes, rules, sysctls of interfaces or attached programs changed. The state is read again, not taken from the messages.</summary>
internal sealed class LinkWatch : IDisposable
{
    private readonly SafeFileHandle _socket = NetlinkSocket.Open(
        RTMGRP_LINK | RTMGRP_TC | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV4_RULE | Ipv4NetconfGroup, Libc.SOCK_NONBLOCK);
    private readonly byte[] _buffer = new byte[NetlinkSocket.ReceiveSize];

    /// <summary>Whether anything changed since the last call. Never waits.</summary>
    public bool TakeChange()
    {
        var changed = false;
        while (true)
        {
            if (Libc.recv(_socket, _buffer, (nuint)_buffer.Length, Libc.MSG_DONTWAIT) >= 0)
            {
                changed = true;
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Libc.EINTR:
                    continue;
                case Libc.ENOBUFS:
                    // So many changes that messages were lost: that counts as a change.
                    changed = true;
                    continue;
                default:
                    return changed;
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}
