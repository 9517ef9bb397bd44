using Innkeeper.Configuration;

namespace Innkeeper.Dns;

/// <summary>One server's health, inferred from its answers and timeouts. No I/O, clock or log; other threads read it for reports only.</summary>
internal sealed class Upstream(UpstreamAddress address)
{
    /// <summary>Timeouts in a row after which it counts as dead.</summary>
    private const int DeadAfter = 3;

    private static readonly TimeSpan s_firstPatience = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan s_leastPatience = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan s_mostPatience = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan s_margin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_firstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_lastRetry = TimeSpan.FromSeconds(30);

    private TimeSpan _retryAt;
    private TimeSpan _retryIn = s_firstRetry;

    public UpstreamAddress Address => address;

    /// <summary>Smoothed time to an answer; zero before the first.</summary>
    public TimeSpan Latency { get; private set; }

    public int TimeoutsInARow { get; private set; }

    public bool IsDead => TimeoutsInARow >= DeadAfter;

    /// <summary>It answered a query with EDNS by a format error: it is asked without EDNS from then on (RFC 6891 section 7).</summary>
    public bool RefusesEdns { get; set; }

    public long Queries { get; private set; }

    public long Answers { get; private set; }

    public long Timeouts { get; private set; }

    /// <summary>Answers without use: SERVFAIL, REFUSED and similar.</summary>
    public long Failures { get; private set; }

    /// <summary>How long to wait for it before another is asked as well; always so short that the other answers within a second.</summary>
    public TimeSpan Patience => Latency == TimeSpan.Zero ? s_firstPatience : Clamp((Latency * 3) + s_margin);

    public void Asked() => Queries++;

    public void Answered(TimeSpan after)
    {
        Answers++;
        TimeoutsInARow = 0;
        _retryIn = s_firstRetry;

        // As TCP's SRTT (RFC 6298): an eighth of the new.
        Latency = Latency == TimeSpan.Zero ? after : (Latency * 0.875) + (after * 0.125);
    }

    public void Failed() => Failures++;

    public void TimedOut(TimeSpan now)
    {
        Timeouts++;
        TimeoutsInARow++;
        if (IsDead)
        {
            _retryAt = now + _retryIn;
        }
    }

    /// <summary>Whether it is time to test a dead server beside a live one; each test makes the next one later.</summary>
    public bool TakeRetry(TimeSpan now)
    {
        if (!IsDead || now < _retryAt)
        {
            return false;
        }

        _retryIn = _retryIn * 2 > s_lastRetry ? s_lastRetry : _retryIn * 2;
        _retryAt = now + _retryIn;
        return true;
    }

    private static TimeSpan Clamp(TimeSpan time) => time < s_leastPatience ? s_leastPatience : time > s_mostPatience ? s_mostPatience : time;
}
