using Innkeeper.Events;

namespace Innkeeper.Interfaces;

/// <summary>
/// Tells what other software took away from the gateway and the gateway put back, and how often to look. Software that takes the same
/// away again and again costs an event in ten minutes and a look every few seconds, however fast it is.
/// </summary>
internal sealed class RestorationReport(EventLog events, TimeProvider clock)
{
    /// <summary>Between two looks without a message of the kernel: sysctls of other kinds and tcx programs change without one.</summary>
    public static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);

    private const int MaxRestorationsBetweenSweeps = 3;
    private static readonly TimeSpan s_quiet = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, (TimeSpan Told, int Since)> _told = [];
    private TimeSpan _swept = clock.GetElapsedTime(0);
    private int _restorations;

    /// <summary>Whether so much was put back since the last sweep that the rest waits for the next one.</summary>
    public bool IsExhausted => _restorations >= MaxRestorationsBetweenSweeps;

    /// <summary>Whether a sweep is due; then it counts as done.</summary>
    public bool TakeSweep()
    {
        var now = clock.GetElapsedTime(0);
        if (now - _swept < SweepInterval)
        {
            return false;
        }

        (_swept, _restorations) = (now, 0);
        return true;
    }

    /// <summary>These things were put back.</summary>
    public void Restored(IReadOnlyCollection<string> things)
    {
        if (things.Count == 0)
        {
            return;
        }

        _restorations++;
        var now = clock.GetElapsedTime(0);
        var news = new List<string>();
        var repeated = 0;
        foreach (var thing in things)
        {
            if (_told.TryGetValue(thing, out var told) && now - told.Told < s_quiet)
            {
                _told[thing] = told with { Since = told.Since + 1 };
                continue;
            }

            repeated = Math.Max(repeated, told.Since);
            _told[thing] = (now, 0);
            news.Add(thing);
        }

        if (news.Count > 0)
        {
            events.Add(new HostStateRestored([.. news], repeated));
        }
    }
}
