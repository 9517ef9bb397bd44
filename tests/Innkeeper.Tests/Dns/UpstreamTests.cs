using Innkeeper.Configuration;
using Innkeeper.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>What is concluded from a server's answers and silence.</summary>
public sealed class UpstreamTests
{
    private static readonly TimeSpan s_now = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);

    private readonly Upstream _upstream = new(UpstreamAddress.Parse("192.0.2.53")!);

    private static TimeSpan Milliseconds(double count) => TimeSpan.FromMilliseconds(count);

    private void Kill(TimeSpan now)
    {
        for (var zone = 0; zone < 3; zone++)
        {
            Assert.False(_upstream.TakeTrial(now));
            _upstream.TimedOut(now, zone);
        }

        Assert.True(_upstream.TakeTrial(now));
        Assert.False(_upstream.IsDead);
        _upstream.FailedTrial(now);
        Assert.True(_upstream.IsDead);
    }

    [Theory]
    [InlineData(0, 400)]
    [InlineData(10, 150)]
    [InlineData(100, 350)]
    [InlineData(200, 650)]
    [InlineData(3000, 700)]
    public void Patience_Latency_IsThreefoldAndMoreWithinBounds(int latency, int patience)
    {
        _upstream.Answered(Milliseconds(latency));
        Assert.Equal(Milliseconds(patience), _upstream.Patience);
    }

    [Fact]
    public void Answered_Again_IsSmoothed()
    {
        _upstream.Answered(Milliseconds(80));
        _upstream.Answered(Milliseconds(160));
        Assert.Equal(Milliseconds(90), _upstream.Latency);
        Assert.Equal(2, _upstream.Answers);
    }

    [Fact]
    public void TimedOut_ForOneZone_IsNoReasonToTestIt()
    {
        for (var i = 0; i < 1000; i++)
        {
            _upstream.TimedOut(s_now, zone: i % 2);
            Assert.False(_upstream.TakeTrial(s_now));
        }

        _upstream.TimedOut(s_now, zone: 2);
        Assert.True(_upstream.TakeTrial(s_now));
        Assert.False(_upstream.TakeTrial(s_now));
        _upstream.Answered(Milliseconds(10));
        Assert.Equal((1001L, 0, false), (_upstream.Timeouts, _upstream.TimeoutsInARow, _upstream.IsDead));
    }

    [Fact]
    public void TimedOut_ForThreeZonesAndTheTest_IsDeadUntilItAnswers()
    {
        _upstream.TimedOut(s_now, 0);
        _upstream.TimedOut(s_now, 1);
        _upstream.Answered(Milliseconds(10));
        Kill(s_now);
        _upstream.Answered(Milliseconds(10));
        Assert.False(_upstream.IsDead);
        Assert.Equal((6L, 0), (_upstream.Timeouts, _upstream.TimeoutsInARow));
    }

    [Fact]
    public void TakeRetry_Dead_IsDueAfterTimesThatGrowToHalfAMinute()
    {
        Assert.False(_upstream.TakeRetry(s_now));
        Kill(s_now);
        var at = s_now;
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 30, 30 })
        {
            at += TimeSpan.FromSeconds(seconds);
            Assert.False(_upstream.TakeRetry(at - s_tick));
            Assert.True(_upstream.TakeRetry(at));
            Assert.False(_upstream.TakeRetry(at));
        }

        _upstream.Answered(Milliseconds(10));
        Assert.False(_upstream.TakeRetry(at + TimeSpan.FromMinutes(1)));
        Kill(at);
        Assert.True(_upstream.TakeRetry(at + TimeSpan.FromSeconds(1)));
    }
}
