namespace Innkeeper.Clocks;

/// <summary>The state of the clock, for the next process.</summary>
/// <param name="BootId">The boot that <paramref name="Origin"/> belongs to.</param>
/// <param name="Origin">Steady time when the machine booted.</param>
/// <param name="Shift">Wall time less steady time, as far as it is believed.</param>
/// <param name="Seen">Steady time when this was kept.</param>
/// <param name="IsSettled">Whether the time for which the machine was off is part of <paramref name="Origin"/>.</param>
internal sealed record KeptClock(string BootId, DateTimeOffset Origin, TimeSpan Shift, DateTimeOffset Seen, bool IsSettled);

/// <summary>The wall clock was found elsewhere than it should be.</summary>
/// <param name="By">How far; negative: it was set back.</param>
internal readonly record struct ClockJump(TimeSpan By);

/// <summary>
/// Steady time: the time that passes, whatever the wall clock is set to. It looks like wall time, and equals it unless the wall clock
/// jumped. Every end of something is reckoned in it: admissions, leases, quarantines, messages. <see cref="GetUtcNow"/> returns it;
/// <see cref="WallClock"/> converts it to the time of the wall, for people, rules by hours and other machines. While the machine runs,
/// it goes by CLOCK_BOOTTIME. While the machine is off, by the wall clock, once that can be believed (docs/decisions/0017-time-and-state.md).
/// One thread calls <see cref="Observe"/>; any thread reads.
/// </summary>
internal sealed class SteadyClock : TimeProvider
{
    /// <summary>The wall clock is followed at once as far as this: a time service that corrects a good clock.</summary>
    internal static readonly TimeSpan Slight = TimeSpan.FromSeconds(2);

    /// <summary>A jump that is at least this large is reported.</summary>
    internal static readonly TimeSpan Reported = TimeSpan.FromMinutes(1);

    /// <summary>How long at least a clock that jumped must go on steadily before it is believed. The farther it jumped, the longer.</summary>
    internal static readonly TimeSpan LeastDoubt = TimeSpan.FromSeconds(10);

    /// <summary>How long at most, if a time service keeps it.</summary>
    internal static readonly TimeSpan ShortDoubt = TimeSpan.FromMinutes(1);

    /// <summary>How long at most if none does; and at least where it is to say how long the machine was off.</summary>
    internal static readonly TimeSpan LongDoubt = TimeSpan.FromMinutes(10);

    /// <summary>The longest that a clock is doubted which says that the machine was off for a long time.</summary>
    internal static readonly TimeSpan LongestDoubt = TimeSpan.FromDays(1);

    /// <summary>The time for which a machine says it was off, over how long that is doubted.</summary>
    private const int DoubtedPart = 10;

    /// <summary>How far a clock jumped, over how long that is doubted.</summary>
    private const int JumpedPart = 300;

    /// <summary>A wall clock before this has never been set: this program did not exist.</summary>
    private static readonly DateTimeOffset s_beginning = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly IMachineClock _machine;

    // Ticks; each is written by one thread and read by any.
    private long _origin;
    private long _shift;

    private bool _isSettled;
    private (TimeSpan Difference, TimeSpan Since)? _jump;

    /// <summary>A jump that was found at the start, to be reported.</summary>
    private ClockJump? _found;

    /// <param name="kept">From the process before; null: there was none, or it did not keep it.</param>
    /// <param name="latest">The latest time that was kept otherwise; null: none. Used where <paramref name="kept"/> is null.</param>
    public SteadyClock(IMachineClock machine, KeptClock? kept = null, DateTimeOffset? latest = null)
    {
        _machine = machine;
        if (kept is null)
        {
            // Whether the latest time was before this boot is not known, and so the uptime says nothing. A wall clock behind it is not right.
            var (now, isRight) = latest is { } time && machine.Wall < time ? (time, false) : (machine.Wall, true);
            (_origin, _isSettled) = ((now - machine.SinceBoot).UtcTicks, isRight);
        }
        else if (kept.BootId == machine.BootId)
        {
            (_origin, _shift, _isSettled) = (kept.Origin.UtcTicks, kept.Shift.Ticks, kept.IsSettled);
        }
        else
        {
            // The time since this boot has passed since the last process too.
            (_origin, _shift) = (kept.Seen.UtcTicks, kept.Shift.Ticks);
        }

        _found = Compare();
    }

    /// <summary>How far the wall clock is believed to be ahead of steady time.</summary>
    internal TimeSpan Shift => new(Volatile.Read(ref _shift));

    /// <summary>For the next process.</summary>
    public KeptClock Kept => new(_machine.BootId, new DateTimeOffset(Volatile.Read(ref _origin), TimeSpan.Zero), Shift, GetUtcNow(), _isSettled);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _machine.Monotonic.Ticks;

    /// <summary>Steady time.</summary>
    public override DateTimeOffset GetUtcNow() => new(Math.Clamp(Volatile.Read(ref _origin) + _machine.SinceBoot.Ticks, 0, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

    /// <summary>The time that the believed wall clock shows at a steady time.</summary>
    internal DateTimeOffset WallAt(DateTimeOffset steady) => new(Math.Clamp(steady.UtcTicks + Volatile.Read(ref _shift), 0, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

    /// <summary>Compares the wall clock with steady time. Call it every second or so.</summary>
    /// <returns>A jump that was not seen before and is worth a report; otherwise null.</returns>
    public ClockJump? Observe()
    {
        var jump = Compare() ?? _found;
        _found = null;
        return jump;
    }

    private ClockJump? Compare()
    {
        var isSynchronized = _machine.IsSynchronized;
        var believed = WallAt(GetUtcNow());
        var difference = _machine.Wall - believed;
        if (difference.Duration() <= Slight)
        {
            Volatile.Write(ref _shift, _shift + difference.Ticks);
            _isSettled |= isSynchronized;
            _jump = null;
            return null;
        }

        var sinceBoot = _machine.SinceBoot;
        var earlier = _jump is { } seen && (difference - seen.Difference).Duration() <= Slight ? seen.Since : (TimeSpan?)null;
        var since = earlier ?? sinceBoot;
        _jump = (difference, since);
        var isReported = earlier is null && difference.Duration() >= Reported && (_isSettled || difference < TimeSpan.Zero || difference > LongestDoubt);
        if (sinceBoot - since >= DoubtOf(difference, believed, isSynchronized))
        {
            Believe(difference, believed);
        }

        return isReported ? new ClockJump(difference) : null;
    }

    /// <summary>How long a wall clock must stay where it is before it is believed.</summary>
    private TimeSpan DoubtOf(TimeSpan difference, DateTimeOffset believed, bool isSynchronized)
    {
        if (believed < s_beginning && difference > TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        if (_isSettled)
        {
            return Between(LeastDoubt, difference.Duration() / JumpedPart, isSynchronized ? ShortDoubt : LongDoubt);
        }

        // The first time after a boot. No machine was off for less than no time: its clock was not set yet.
        return isSynchronized ? TimeSpan.Zero : difference < TimeSpan.Zero ? TimeSpan.MaxValue : Between(LongDoubt, difference / DoubtedPart, LongestDoubt);
    }

    private static TimeSpan Between(TimeSpan least, TimeSpan time, TimeSpan most) => time < least ? least : time > most ? most : time;

    /// <summary>After a boot, the wall clock says how long the machine was off. Otherwise it was set, and no time has passed by that.</summary>
    private void Believe(TimeSpan difference, DateTimeOffset believed)
    {
        if (!_isSettled && difference > TimeSpan.Zero && believed >= s_beginning)
        {
            Volatile.Write(ref _origin, _origin + difference.Ticks);
        }
        else
        {
            Volatile.Write(ref _shift, _shift + difference.Ticks);
        }

        _isSettled = true;
        _jump = null;
    }
}
