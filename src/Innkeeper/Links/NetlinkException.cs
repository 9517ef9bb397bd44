using Innkeeper.Interop;

namespace Innkeeper.Links;

/// <summary>The kernel refused a change or a question about its interfaces.</summary>
internal sealed class NetlinkException : Exception
{
    /// <param name="operation">What was tried, as "cannot …" continues it.</param>
    /// <param name="errno">The kernel's error number.</param>
    /// <param name="detail">The kernel's own sentence, where it gave one.</param>
    internal NetlinkException(string operation, int errno, string detail = "")
        : base(detail.Length == 0
            ? $"Cannot {operation}: {Libc.Describe(errno)} (errno {errno})."
            : $"Cannot {operation}: {Libc.Describe(errno)}: {detail} (errno {errno}).")
    {
        Errno = errno;
    }

    /// <summary>The kernel's error number.</summary>
    internal int Errno { get; }
}
