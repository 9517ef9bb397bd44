using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Innkeeper.Interop;

namespace Innkeeper.Links;

/// <summary>Opens the sockets of the gateway's own services, which receive devices' questions.</summary>
internal static unsafe class ServiceSocket
{
    /// <summary>A socket on one interface, which takes packets for any address there (IP_TRANSPARENT) and tells which one.</summary>
    /// <param name="type">SOCK_DGRAM or SOCK_STREAM.</param>
    /// <param name="device">The interface; packets of other interfaces do not reach the socket.</param>
    /// <param name="port">The port; 0: the kernel chooses.</param>
    /// <param name="inside">It is one of the gateway's services on the inside network.</param>
    /// <param name="buffers">Octets that may wait in each direction. A connection inherits them: the most that a peer can hold which neither
    /// sends nor reads.</param>
    /// <param name="inheritedName">The name of a socket that the previous process may have left open, with what waits in it; null: none is looked for.</param>
    /// <exception cref="IOException">Refused.</exception>
    public static int Open(int type, string device, ushort port, bool inside, int buffers, string? inheritedName = null)
    {
        if (inheritedName is not null && ProcessHandover.Take(inheritedName) is { } inherited)
        {
            return inherited;
        }

        var socket = Libc.socket(Libc.AF_INET, type | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        if (socket < 0)
        {
            throw Failure("open a socket", device, port);
        }

        var name = Encoding.UTF8.GetBytes(device + '\0');
        fixed (byte* p = name)
        {
            Set(socket, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1);
            Set(socket, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, buffers);
            Set(socket, Libc.SOL_SOCKET, Libc.SO_SNDBUFFORCE, buffers);
            var address = new Libc.sockaddr_in { sin_family = Libc.AF_INET, sin_port = BinaryPrimitives.ReverseEndianness(port) };
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
        return Libc.getsockname(socket, &address, &length) == 0 ? BinaryPrimitives.ReverseEndianness(address.sin_port) : (ushort)0;
    }

    private static bool Set(int socket, int level, int option, int value) =>
        Libc.setsockopt(socket, level, option, &value, sizeof(int)) == 0;

    private static IOException Failure(string what, string device, ushort port) =>
        new($"cannot {what} on {device}{(port == 0 ? "" : $", port {port}")}: {Libc.Describe(Marshal.GetLastPInvokeError())}");
}
