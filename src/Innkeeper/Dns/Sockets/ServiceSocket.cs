using System.Runtime.InteropServices;
using System.Text;
using Innkeeper.Interop;
using Innkeeper.Links;

namespace Innkeeper.Dns.Sockets;

/// <summary>Opens the sockets that queries come to.</summary>
internal static unsafe class ServiceSocket
{
    private const int BufferSize = 4 << 20;

    /// <summary>A socket on one interface, which takes packets for any address there (IP_TRANSPARENT) and says for which.</summary>
    /// <param name="type">SOCK_DGRAM or SOCK_STREAM.</param>
    /// <param name="device">The interface; nothing that comes by another reaches the socket.</param>
    /// <param name="port">The port; 0: the kernel chooses.</param>
    /// <param name="inside">It is one of the gateway's services on the inside network.</param>
    /// <exception cref="IOException">Refused.</exception>
    public static int Open(int type, string device, ushort port, bool inside)
    {
        var socket = Libc.socket(Libc.AF_INET, type | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        if (socket < 0)
        {
            throw Failure("open a socket", device, port);
        }

        var name = Encoding.UTF8.GetBytes(device + '\0');
        fixed (byte* p = name)
        {
            Set(socket, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1);
            Set(socket, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, BufferSize);
            Set(socket, Libc.SOL_SOCKET, Libc.SO_SNDBUFFORCE, BufferSize);
            var address = new Libc.sockaddr_in { sin_family = Libc.AF_INET, sin_port = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(port) };
            if (Libc.setsockopt(socket, Libc.SOL_SOCKET, Libc.SO_BINDTODEVICE, p, (uint)name.Length) < 0
                || (inside && !(Set(socket, Libc.SOL_IP, Libc.IP_TRANSPARENT, 1) && Set(socket, Libc.SOL_SOCKET, Libc.SO_MARK, ServiceRoutes.Mark)))
                || (type == Libc.SOCK_DGRAM && !Set(socket, Libc.SOL_IP, Libc.IP_PKTINFO, 1))
                || Libc.bind(socket, &address, (uint)sizeof(Libc.sockaddr_in)) < 0)
            {
                var failure = Failure("listen", device, port);
                _ = Libc.close(socket);
                throw failure;
            }
        }

        return socket;
    }

    /// <summary>The port that a socket is bound to.</summary>
    public static ushort PortOf(int socket)
    {
        Libc.sockaddr_in address = default;
        var length = (uint)sizeof(Libc.sockaddr_in);
        return Libc.getsockname(socket, &address, &length) == 0 ? System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(address.sin_port) : (ushort)0;
    }

    private static bool Set(int socket, int level, int option, int value) =>
        Libc.setsockopt(socket, level, option, &value, sizeof(int)) == 0;

    private static IOException Failure(string what, string device, ushort port) =>
        new($"cannot {what} for DNS on {device}{(port == 0 ? "" : $", port {port}")}: {Libc.Describe(Marshal.GetLastPInvokeError())}"
            + (port == 53 ? "; another server has the port: stop it, bind it to other interfaces, or set [dns] serve_uplink = false" : ""));
}
