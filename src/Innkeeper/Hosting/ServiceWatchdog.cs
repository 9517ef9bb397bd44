using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Innkeeper.ControlPlane;

namespace Innkeeper.Hosting;

/// <summary>
/// The sign of life for systemd (WatchdogSec=): given by the control loop, and only if the DNS thread turned since the last one. If either hangs,
/// systemd ends the process and starts another; devices that are known do not notice.
/// </summary>
/// <param name="limit">Without a sign for this long the process is ended.</param>
/// <param name="turns">Counts the DNS thread's turns, of which there are several a second; null: there is no such thread.</param>
/// <param name="give">Gives the sign.</param>
internal sealed class ServiceWatchdog(TimeSpan limit, Func<long>? turns, Action give) : ITimed
{
    private const string Limit = "WATCHDOG_USEC";
    private const string Process = "WATCHDOG_PID";

    /// <summary>How many signs are due within the limit: one may be late.</summary>
    private const int Signs = 4;

    /// <summary>TimeoutStartSec= in packaging/innkeeper.service.</summary>
    internal static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private TimeSpan _due;
    private long _turns = -1;

    /// <summary>How long to wait for the next sign.</summary>
    public static TimeSpan IntervalOf(TimeSpan limit) => limit / Signs;

    /// <summary>The limit that systemd gave a process that it started; null: none.</summary>
    public static TimeSpan? LimitFor(int process) => Read(process, Environment.GetEnvironmentVariable);

    internal static TimeSpan? Read(int process, Func<string, string?> variable) =>
        long.TryParse(variable(Limit), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0
        && (variable(Process) is not { Length: > 0 } meant || meant == process.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    /// <summary>This process goes on in place of the one that systemd started; the programs that it starts in its own place must know.</summary>
    public static void TakeOver() => Environment.SetEnvironmentVariable(Process, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

    /// <summary>
    /// Gives signs while the gateway starts in a process that systemd takes for started already: its loops do not turn yet. A start that hangs gets none after
    /// the time that a start has.
    /// </summary>
    public static void GiveDuringStart(TimeSpan limit)
    {
        var begin = Stopwatch.GetTimestamp();
        Timer? timer = null;
        timer = new Timer(
            _ =>
            {
                if (Stopwatch.GetElapsedTime(begin) > StartLimit)
                {
                    timer?.Dispose();
                }
                else
                {
                    Give();
                }
            },
            null, TimeSpan.Zero, IntervalOf(limit));
    }

    /// <summary>Gives a sign of life. Never waits: if systemd is slow to read, the next sign will do.</summary>
    public static void Give()
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 0 } path)
        {
            return;
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path));
            socket.Send("WATCHDOG=1"u8);
        }
        catch (SocketException)
        {
            // systemd starts itself again, or no descriptor is left. If that lasts, it ends this process, and the next one has descriptors.
        }
    }

    /// <inheritdoc/>
    public TimeSpan NextDue(TimeSpan now) => _due;

    /// <inheritdoc/>
    public void Tick(TimeSpan now)
    {
        if (now < _due)
        {
            return;
        }

        _due = now + IntervalOf(limit);
        var count = turns?.Invoke() ?? _turns + 1;
        if (count != _turns)
        {
            _turns = count;
            give();
        }
    }
}
