using Innkeeper.Events;
using Innkeeper.Interop;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Hosting;

/// <summary>
/// Notices that the process has no file descriptor left. Every service then fails at its own place, with its own error or none; this says
/// once what does not work and why, and once that it works again.
/// </summary>
internal sealed class DescriptorWatch : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly Func<bool> _hasRoom;
    private readonly EventLog _events;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private bool _isExhausted;

    /// <param name="hasRoom">Whether a descriptor can be opened now; it takes none while it asks.</param>
    public DescriptorWatch(Func<bool> hasRoom, EventLog events, TimeProvider clock, ILogger log)
    {
        (_hasRoom, _events, _log) = (hasRoom, events, log);
        _timer = clock.CreateTimer(_ => Look(), null, s_interval, s_interval);
    }

    /// <summary>Asks the kernel for a copy of stderr, and gives it back.</summary>
    public static bool CanOpenOne()
    {
        const int StandardError = 2;
        var copy = Libc.fcntl(StandardError, Libc.F_DUPFD_CLOEXEC, 0);
        if (copy >= 0)
        {
            _ = Libc.close(copy);
        }

        // Without a stderr there is nothing to copy, which says nothing about room.
        return copy >= 0 || System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == Libc.EBADF;
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Timers do not overlap here: a look takes microseconds.</summary>
    private void Look()
    {
        var isExhausted = !_hasRoom();
        if (isExhausted == _isExhausted)
        {
            return;
        }

        _isExhausted = isExhausted;
        if (isExhausted)
        {
            _log.DescriptorsExhausted();
            _events.Add(new DescriptorsExhausted());
        }
        else
        {
            _log.DescriptorsRestored();
            _events.Add(new DescriptorsRestored());
        }
    }
}
