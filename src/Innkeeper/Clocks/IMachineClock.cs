using System.Diagnostics;
using Innkeeper.Interop;

namespace Innkeeper.Clocks;

/// <summary>The machine's clocks. Read by any thread.</summary>
internal interface IMachineClock
{
    /// <summary>Another one after each boot.</summary>
    string BootId { get; }

    /// <summary>CLOCK_BOOTTIME: it cannot be set, and goes on while the machine is suspended.</summary>
    TimeSpan SinceBoot { get; }

    /// <summary>CLOCK_MONOTONIC: the time stamps of the data plane.</summary>
    TimeSpan Monotonic { get; }

    /// <summary>CLOCK_REALTIME, right or wrong.</summary>
    DateTimeOffset Wall { get; }

    /// <summary>Whether a time service (NTP, PTP) says that it keeps <see cref="Wall"/> right.</summary>
    bool IsSynchronized { get; }
}

/// <inheritdoc/>
internal sealed class MachineClock : IMachineClock
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    /// <inheritdoc/>
    public string BootId { get; } = ReadBootId();

    /// <inheritdoc/>
    public TimeSpan SinceBoot => Libc.clock_gettime(Libc.CLOCK_BOOTTIME, out var time) == 0
        ? new TimeSpan((time.tv_sec * TimeSpan.TicksPerSecond) + (time.tv_nsec / TimeSpan.NanosecondsPerTick))
        : throw new InvalidOperationException("CLOCK_BOOTTIME cannot be read.");

    /// <inheritdoc/>
    public TimeSpan Monotonic => Stopwatch.GetElapsedTime(0);

    /// <inheritdoc/>
    public DateTimeOffset Wall => DateTimeOffset.UtcNow;

    /// <inheritdoc/>
    public bool IsSynchronized
    {
        get
        {
            var nothing = default(Libc.Timex);
            return Libc.adjtimex(ref nothing) is >= 0 and not Libc.TIME_ERROR;
        }
    }

    /// <summary>A machine that does not say which boot this is counts as another machine each time: nothing is concluded from its uptime.</summary>
    private static string ReadBootId()
    {
        try
        {
            return File.ReadAllText(BootIdFile).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Guid.NewGuid().ToString();
        }
    }
}
