using Innkeeper.Events;

namespace Innkeeper.Tests.Events;

public sealed class EventLogTests
{
    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private readonly Clock _clock = new();

    private static InterfaceFailure Failure(string text) => new(text);

    [Fact]
    public void Add_SameTwiceWithinTheTime_IsOneEvent()
    {
        var log = new EventLog(_clock);
        log.Add(Failure("text"));
        log.Add(Failure("text"));
        Assert.Single(log.Latest());
        Assert.Equal(0, log.Suppressed);
        _clock.Now += TimeSpan.FromSeconds(11);
        log.Add(Failure("text"));
        Assert.Equal(2, log.Latest().Length);
    }

    [Fact]
    public void Add_ThousandTextsOfAKind_KeepsTenAndCountsTheRest()
    {
        var written = 0;
        var log = EventLogs.HeardBy(_ => written++, _clock);
        for (var i = 0; i < 1000; i++)
        {
            log.Add(Failure($"failure {i}"));
        }

        log.Add(new PeerLost());
        Assert.Equal(11, written);
        Assert.Equal(990, log.Suppressed);
        Assert.Equal(("peer", 11L), (log.Latest()[^1].Kind, log.Latest()[^1].Number));
    }

    [Fact]
    public void Add_MoreThanItHolds_ForgetsTheOldest()
    {
        var log = new EventLog(_clock);
        for (var i = 0; i < 150; i++)
        {
            _clock.Now += TimeSpan.FromSeconds(11);
            log.Add(Failure($"{i}"));
        }

        Assert.Equal(100, log.Latest().Length);
        Assert.Equal(("50", 51L), (log.Latest()[0].Text, log.Latest()[0].Number));
    }

    [Fact]
    public void Follow_TellsWhatIsAddedUntilItEnds()
    {
        var log = new EventLog(_clock);
        var heard = new List<string>();
        log.Add(Failure("0"));
        using (log.Subscribe(e => heard.Add(e.Text)))
        {
            log.Add(Failure("1"));
            log.Add(Failure("1"));
        }

        log.Add(Failure("2"));
        Assert.Equal(["1"], heard);
    }

    [Fact]
    public void Follow_AfterANumber_BeginsWithWhatCameSince()
    {
        var log = new EventLog(_clock);
        var heard = new List<long>();
        for (var i = 1; i <= 4; i++)
        {
            log.Add(Failure($"{i}"));
        }

        using var subscription = log.Subscribe(e => heard.Add(e.Number), after: 2);
        log.Add(Failure("5"));
        Assert.Equal([3, 4, 5], heard);
    }

    [Fact]
    public void Follow_TheSameListenerTwice_EachEndsAlone()
    {
        var log = new EventLog(_clock);
        var heard = new List<string>();
        Action<Event> listener = e => heard.Add(e.Text);
        using var first = log.Subscribe(listener);
        log.Subscribe(listener).Dispose();
        log.Add(Failure("1"));
        Assert.Equal(["1"], heard);
    }

    /// <summary>The audit trail comes first: it is written before others hear of an event.</summary>
    [Fact]
    public void Add_TellsListenersInTheOrderTheyCame()
    {
        var heard = new List<string>();
        var log = EventLogs.HeardBy(_ => heard.Add("trail"), _clock);
        using var subscription = log.Subscribe(_ => heard.Add("follower"));
        log.Add(new PeerLost());
        Assert.Equal(["trail", "follower"], heard);
    }
}
