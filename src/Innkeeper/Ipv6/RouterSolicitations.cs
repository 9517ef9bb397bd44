namespace Innkeeper.Ipv6;

/// <summary>
/// When the uplink's routers are asked to show themselves: three times in steps of 4 s at the start, after the link came back, and before a router's lifetime is over
/// (RFC 4861 section 6.3.7); then, while none is known, less and less often (RFC 7559 section 2). Nothing is left to chance, as those RFCs have it for many hosts
/// that start at once: a link has one gateway. No I/O, clock or log. One thread.
/// </summary>
internal sealed class RouterSolicitations
{
    /// <summary>Between two of the first, and between any two at least, whatever routers send.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(4);

    /// <summary>The longest wait while no router is known.</summary>
    public static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);

    /// <summary>How often a router is asked before it is taken for silent.</summary>
    public const int Tries = 3;

    private TimeSpan _earliest;
    private int _sent;

    /// <summary>When the next one is due; <see cref="TimeSpan.MaxValue"/>: none is.</summary>
    public TimeSpan NextDue { get; private set; }

    /// <summary>Asks from now on.</summary>
    public void Start(TimeSpan now) => Begin(now);

    /// <summary>A router showed itself: it is asked again only before its time is over.</summary>
    public void OnRouter(TimeSpan until) => Begin(until - (Tries * Interval));

    /// <summary>Takes the next one, if it is due.</summary>
    /// <param name="isKnown">Whether a router is known.</param>
    public bool TryTake(TimeSpan now, bool isKnown)
    {
        if (now < NextDue)
        {
            return false;
        }

        _sent++;
        _earliest = now + Interval;
        NextDue = _sent < Tries ? _earliest : isKnown ? TimeSpan.MaxValue : now + Backoff(_sent - Tries + 1);
        return true;
    }

    private void Begin(TimeSpan at) => (_sent, NextDue) = (0, at > _earliest ? at : _earliest);

    private static TimeSpan Backoff(int doublings)
    {
        // Beyond ten doublings the hour is over.
        var wait = Interval * (1 << Math.Min(doublings, 10));
        return wait < LongestInterval ? wait : LongestInterval;
    }
}
