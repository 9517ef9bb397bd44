using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Microsoft.Win32.SafeHandles;

namespace Innkeeper.Links;

/// <summary>Hears from the kernel that something changed. The state is read again, not taken from the messages.</summary>
/// <param name="groups">Of the family's messages, one bit each.</param>
/// <param name="family">The part of the kernel.</param>
/// <exception cref="NetlinkException">The kernel has no such part.</exception>
internal abstract class NetlinkWatch(uint groups, int family) : IDisposable
{
    private readonly SafeFileHandle _socket = NetlinkSocket.Open(groups, Libc.SOCK_NONBLOCK, family);
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
