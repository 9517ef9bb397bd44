using System.Runtime.InteropServices;
using Innkeeper.Interop;

namespace Innkeeper.Links;

/// <summary>Sends whole Ethernet frames out of one interface (packet(7)); receives nothing, allocates nothing.</summary>
internal sealed unsafe class PacketSocket : IDisposable
{
    private readonly int _fd;

    public PacketSocket(int ifindex, string name)
    {
        // Protocol 0: the kernel hands this socket no copy of what comes in.
        _fd = Libc.socket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, 0);
        var errno = _fd < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (errno == 0)
        {
            var address = new Libc.sockaddr_ll { sll_family = Libc.AF_PACKET, sll_ifindex = ifindex };
            if (Libc.bind(_fd, &address, (uint)sizeof(Libc.sockaddr_ll)) != 0)
            {
                errno = Marshal.GetLastPInvokeError();
                _ = Libc.close(_fd);
            }
        }

        if (errno != 0)
        {
            throw new NetlinkException($"cannot open a packet socket on interface {name}", errno);
        }
    }

    /// <summary>False when the kernel did not take it: the interface is down, its queue full.</summary>
    public bool TrySend(ReadOnlySpan<byte> frame)
    {
        fixed (byte* p = frame)
        {
            return Libc.send(_fd, p, (nuint)frame.Length, 0) == frame.Length;
        }
    }

    public void Dispose() => _ = Libc.close(_fd);
}
