using System.Runtime.InteropServices;

namespace Innkeeper.Interop;

/// <content>The queue of a TCP socket.</content>
internal static unsafe partial class Libc
{
    /// <summary>TIOCOUTQ: the octets that the other side has not acknowledged.</summary>
    internal const int SIOCOUTQ = 0x5411;

    /// <returns>Null: the socket does not say.</returns>
    internal static int? Unacknowledged(SafeHandle socket)
    {
        int octets;
        return ioctl(socket, SIOCOUTQ, &octets) >= 0 ? octets : null;
    }
}
