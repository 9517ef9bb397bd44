using Innkeeper.Interop;

namespace Innkeeper.Links;

/// <summary>The kernel refused a change or a query of its interfaces.</summary>
internal sealed class NetlinkException : Exception
{
    /// <param name="operation">The operation, as the continuation of "cannot …".</param>
    /// <param name="errno">The kernel's error number.</param>
    /// <param name="detail">The kernel's own message, if it gave one.</param>
    internal NetlinkException(string operation, int errno, string detail = "")
        : base(detail.Length == 0
            ? $"Cannot {operation}: {Libc.Describe(errno)} (errno {errno})."
            : $"Cannot {operation}: {Libc.Describe(errno)}: {detail} (errno {errno}).")
    {
        Errno = errno;
    }

    private NetlinkException(int errno, string message)
        : base(message) => Errno = errno;

    /// <summary>The kernel lacks a feature that the operation needs, and would have loaded it as a module if it could.</summary>
    internal static NetlinkException Lacking(string operation, string module, int errno) => new(errno,
        $"Cannot {operation}: this kernel has no {module} and cannot load it; `modprobe {module}` says why. Install the modules of the kernel that is running " +
        "(`uname -r`; Ubuntu has some in linux-modules-extra), or reboot if it was upgraded since it started.");

    /// <summary>The kernel's error number.</summary>
    internal int Errno { get; }
}
