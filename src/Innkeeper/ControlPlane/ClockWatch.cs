using Innkeeper.Clocks;
using Innkeeper.Events;

namespace Innkeeper.ControlPlane;

/// <summary>Compares the wall clock with the time that passes, reports a jump, and has the clock kept for the next process.</summary>
/// <param name="keep">Writes it to disk soon. The first write is before all others of this process: what they say in steady time is worth nothing without it.</param>
internal sealed class ClockWatch(SteadyClock clock, EventLog events, Action<KeptClock> keep) : ITimed
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    /// <summary>After a power cut, steady time is behind by up to this, until the wall clock is believed.</summary>
    private static readonly TimeSpan s_keepInterval = TimeSpan.FromMinutes(5);

    private TimeSpan _next;
    private TimeSpan _nextKeep;
    private KeptClock _kept = Keep(clock, keep);

    public TimeSpan NextDue(TimeSpan now) => _next;

    public void Tick(TimeSpan now)
    {
        if (now < _next)
        {
            return;
        }

        _next = now + s_interval;
        if (clock.Observe() is { } jump)
        {
            events.Add(new ClockJumped(jump.By));
        }

        var current = clock.Kept;
        if (now >= _nextKeep || current.IsSettled != _kept.IsSettled || (current.Shift - _kept.Shift).Duration() > s_interval
            || (current.Origin - _kept.Origin).Duration() > s_interval)
        {
            _nextKeep = now + s_keepInterval;
            _kept = current;
            keep(current);
        }
    }

    private static KeptClock Keep(SteadyClock clock, Action<KeptClock> keep)
    {
        var kept = clock.Kept;
        keep(kept);
        return kept;
    }
}
