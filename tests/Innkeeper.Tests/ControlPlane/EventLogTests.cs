using Innkeeper.ControlPlane;

namespace Innkeeper.Tests.ControlPlane;

public sealed class EventLogTests
{
    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private readonly Clock _clock = new();

    [Fact]
    public void Add_SameTwiceWithinTheTime_IsOneEvent()
    {
        var log = new EventLog(_clock);
        log.Add("kind", "text");
        log.Add("kind", "text");
        Assert.Single(log.Latest());
        Assert.Equal(0, log.Suppressed);
        _clock.Now += TimeSpan.FromSeconds(11);
        log.Add("kind", "text");
        Assert.Equal(2, log.Latest().Length);
    }

    [Fact]
    public void Add_ThousandTextsOfAKind_KeepsTenAndCountsTheRest()
    {
        var written = 0;
        var log = new EventLog(_clock, _ => written++);
        for (var i = 0; i < 1000; i++)
        {
            log.Add("pool-exhausted", $"device {i}");
        }

        log.Add("conflict", "another kind is not held back by that");
        Assert.Equal(11, written);
        Assert.Equal(990, log.Suppressed);
        Assert.Equal("conflict", log.Latest()[^1].Kind);
    }

    [Fact]
    public void Add_MoreThanItHolds_ForgetsTheOldest()
    {
        var log = new EventLog(_clock);
        for (var i = 0; i < 150; i++)
        {
            _clock.Now += TimeSpan.FromSeconds(11);
            log.Add("kind", $"{i}");
        }

        Assert.Equal(100, log.Latest().Length);
        Assert.Equal("50", log.Latest()[0].Text);
    }
}
