using System.Globalization;

namespace Innkeeper.Interop;

/// <summary>The outcome of a takeover.</summary>
internal enum HandoverEnd
{
    /// <summary>Its settings are at work.</summary>
    Ready,

    /// <summary>It ended before.</summary>
    Ended,

    /// <summary>It was not ready in time.</summary>
    Late,
}

/// <summary>
/// The guard's side of a handover. The guard is a second process of the old program that lives while a new program starts in the gateway's
/// process, and becomes the gateway if the new one does not.
/// </summary>
/// <param name="connection">A Unix socket; the watched process has its other end.</param>
/// <param name="process">The watched process's number.</param>
internal sealed unsafe class HandoverWatch(int connection, int process) : IDisposable
{
    /// <summary>The guard: it watches, or it has heard that the new program is at work.</summary>
    internal const byte Here = (byte)'h';

    /// <summary>The new program: it is at work.</summary>
    internal const byte AtWork = (byte)'w';

    private readonly int _handle = (int)Libc.syscall(Libc.PidfdOpen, process, 0, 0, 0);

    public int Process => process;

    /// <param name="text">"CONNECTION PROCESS"; null: none.</param>
    public static (int Connection, int Process)? Parse(string? text) =>
        text?.Split(' ') is [var connection, var process] && int.TryParse(connection, NumberStyles.None, CultureInfo.InvariantCulture, out var fd)
        && int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (fd, number)
            : null;

    /// <summary>Tells the watched process that this one is there.</summary>
    public void SayHere() => Say(connection, Here);

    /// <summary>Waits until the process is at work or gone.</summary>
    public HandoverEnd Await(TimeSpan limit)
    {
        var epoll = Libc.epoll_create1(Libc.EPOLL_CLOEXEC);
        try
        {
            Watch(epoll, connection);
            Watch(epoll, _handle);
            var end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
            for (long left; (left = end - Environment.TickCount64) > 0;)
            {
                Libc.epoll_event happened;
                if (Libc.epoll_wait(epoll, &happened, 1, (int)left) <= 0)
                {
                    continue;
                }

                if (Hear(connection, TimeSpan.Zero) == AtWork)
                {
                    return HandoverEnd.Ready;
                }

                if (happened.data == _handle)
                {
                    return HandoverEnd.Ended;
                }

                // It closed its end, which says nothing yet.
                _ = Libc.epoll_ctl(epoll, Libc.EPOLL_CTL_DEL, connection, null);
            }

            return HandoverEnd.Late;
        }
        finally
        {
            _ = Libc.close(epoll);
        }
    }

    /// <summary>Ends the process and waits until it is gone.</summary>
    public void Kill(TimeSpan limit)
    {
        _ = Libc.syscall(Libc.PidfdSendSignal, _handle, Libc.SIGKILL, 0, 0);
        Await(limit);
    }

    public void Dispose()
    {
        _ = Libc.close(connection);
        _ = Libc.close(_handle);
    }

    internal static void Say(int connection, byte word) => _ = Libc.send(connection, &word, 1, Libc.MSG_NOSIGNAL);

    /// <returns>0: nothing was said in time, or the other end is closed.</returns>
    internal static byte Hear(int connection, TimeSpan limit)
    {
        var epoll = Libc.epoll_create1(Libc.EPOLL_CLOEXEC);
        Watch(epoll, connection);
        Libc.epoll_event happened;
        _ = Libc.epoll_wait(epoll, &happened, 1, (int)limit.TotalMilliseconds);
        _ = Libc.close(epoll);
        byte word = 0;
        return Libc.recv(connection, &word, 1, Libc.MSG_DONTWAIT) == 1 ? word : (byte)0;
    }

    private static void Watch(int epoll, int handle)
    {
        var wish = new Libc.epoll_event { events = Libc.EPOLLIN, data = handle };
        _ = Libc.epoll_ctl(epoll, Libc.EPOLL_CTL_ADD, handle, &wish);
    }
}
