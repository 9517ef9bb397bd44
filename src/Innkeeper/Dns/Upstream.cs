using Innkeeper.Configuration;

namespace Innkeeper.Dns;

/// <summary>One server's health, inferred from its answers and timeouts. No I/O, clock or log; other threads read it for reports only.</summary>
internal sealed class Upstream(UpstreamAddress address)
{
    /// <summary>
    /// Zones whose names it left unanswered in a row before it is tested. A name whose own servers are silent says nothing of this one; so
    /// neither does any number of names: the test is a question that every resolver can answer (<see cref="Resolver"/>).
    /// </summary>
    private const int SuspectAfter = 3;

    /// <summary>A server that failed this often without an exception fails.</summary>
    private const int ManyQueries = 10;

    private static readonly TimeSpan s_firstPatience = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan s_leastPatience = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan s_mostPatience = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan s_margin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_firstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_lastRetry = TimeSpan.FromSeconds(30);

    /// <summary>Zones that it left unanswered since its last answer, by their hashes, up to <see cref="SuspectAfter"/>.</summary>
    private readonly List<int> _silentZones = new(SuspectAfter);
    private bool _isOnTrial;
    private TimeSpan _nextTrial;
    private TimeSpan _retryAt;
    private TimeSpan _retryIn = s_firstRetry;

    public UpstreamAddress Address => address;

    /// <summary>Smoothed time to an answer; zero before the first.</summary>
    public TimeSpan Latency { get; private set; }

    public int TimeoutsInARow { get; private set; }

    /// <summary>It left a test unanswered, and has not answered since.</summary>
    public bool IsDead { get; private set; }

    /// <summary>It answered a query with EDNS by a format error: it is asked without EDNS from then on (RFC 6891 section 7).</summary>
    public bool RefusesEdns { get; set; }

    public long Queries { get; private set; }

    public long Answers { get; private set; }

    public long Timeouts { get; private set; }

    /// <summary>Answers without use: SERVFAIL, REFUSED and similar.</summary>
    public long Failures { get; private set; }

    /// <summary>It is dead, or all that it was asked failed.</summary>
    public bool IsFailing => IsUseless(IsDead, Queries, Timeouts + Failures);

    /// <summary>How long to wait for it before another is asked as well; always so short that the other answers within a second.</summary>
    public TimeSpan Patience => Latency == TimeSpan.Zero ? s_firstPatience : Clamp((Latency * 3) + s_margin);

    /// <param name="useless">Questions that it left unanswered, or answered without use.</param>
    public static bool IsUseless(bool isDead, long queries, long useless) => isDead || (queries >= ManyQueries && useless >= queries);

    public void Asked() => Queries++;

    public void Answered(TimeSpan after)
    {
        Answers++;
        TimeoutsInARow = 0;
        _silentZones.Clear();
        (IsDead, _isOnTrial) = (false, false);
        _retryIn = s_firstRetry;

        // As TCP's SRTT (RFC 6298): an eighth of the new.
        Latency = Latency == TimeSpan.Zero ? after : (Latency * 0.875) + (after * 0.125);
    }

    public void Failed() => Failures++;

    /// <param name="zone">The question's zone, as a hash.</param>
    public void TimedOut(TimeSpan now, int zone)
    {
        Timeouts++;
        TimeoutsInARow++;
        if (_silentZones.Count < SuspectAfter && !_silentZones.Contains(zone))
        {
            _silentZones.Add(zone);
        }

        if (IsDead)
        {
            _retryAt = now + _retryIn;
        }
    }

    /// <summary>Whether to test it now: it left names of several zones unanswered, and was not tested in the last second.</summary>
    public bool TakeTrial(TimeSpan now)
    {
        if (IsDead || _isOnTrial || _silentZones.Count < SuspectAfter || now < _nextTrial)
        {
            return false;
        }

        _nextTrial = now + s_firstRetry;
        return _isOnTrial = true;
    }

    /// <summary>It left the test unanswered.</summary>
    public void FailedTrial(TimeSpan now)
    {
        Timeouts++;
        TimeoutsInARow++;
        (IsDead, _isOnTrial) = (true, false);
        _retryAt = now + _retryIn;
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
