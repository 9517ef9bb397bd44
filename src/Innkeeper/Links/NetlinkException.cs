using System.Runtime.InteropServices;

namespace Innkeeper.Links;

/// <summary>The kernel refused a change of interfaces or addresses; the message is for the administrator.</summary>
internal sealed class NetlinkException(string what, int errno)
    : Exception(errno == 0 ? what : $"{what}: {(errno == 1 ? "not permitted; run as root, or with CAP_NET_ADMIN" : Marshal.GetPInvokeErrorMessage(errno))}")
{
    public int Errno => errno;
}
