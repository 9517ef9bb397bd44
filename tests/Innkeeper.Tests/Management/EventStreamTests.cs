using Innkeeper.Events;
using Innkeeper.Management.Contracts;
using Innkeeper.Management;
using Innkeeper.Storage.Tables;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management;

/// <summary>Events of the past and as they come, by their numbers.</summary>
public sealed class EventStreamTests : IDisposable
{
    private readonly ManualClock _clock = new(Start);
    private readonly EventLog _log;
    private readonly List<StoredEvent> _trail = [];
    private readonly EventStream _stream;

    public EventStreamTests()
    {
        _log = new EventLog(_clock);
        _stream = new EventStream(_log, most => _trail.TakeLast(most).Reverse());
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _stream.Dispose();

    private static EventReport Event(int number) => new(Start, "test", $"it happened {number}", number);

    private static async Task<string?> NextText(EventSubscription subscription)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        return (await subscription.NextAsync(patience.Token)).Event?.Text;
    }

    private EventSubscription Subscribe(long? since, int last = 0) => _stream.Subscribe(Viewer, since, last).Value!;

    private EventReport[] List(int most) => [.. _stream.List(Viewer, new EventFilter(most)).Value!.Events];

    [Fact]
    public async Task Subscribe_PastAndToCome_AreEachTakenOnceInOrder()
    {
        _log.Add("a", "1");
        _log.Add("b", "2");
        _log.Add("c", "3");
        using var subscription = Subscribe(null, last: 2);
        _log.Add("d", "4");
        Assert.Equal("2", await NextText(subscription));
        Assert.Equal("3", await NextText(subscription));
        Assert.Equal("4", await NextText(subscription));
    }

    [Fact]
    public async Task Subscribe_SinceANumber_GoesOnAfterIt()
    {
        _log.Add("a", "1");
        _log.Add("b", "2");
        _log.Add("c", "3");
        using var subscription = Subscribe(List(10)[0].Sequence);
        Assert.Equal("2", await NextText(subscription));
        Assert.Equal("3", await NextText(subscription));
        _log.Add("d", "4");
        Assert.Equal("4", await NextText(subscription));
    }

    [Fact]
    public async Task Subscribe_SinceANumberOfAnEarlierProcess_GoesOnFromTheTrail()
    {
        // As the process before this saw and wrote them: in memory to the tick, on disk to the millisecond.
        var before = Start.AddMinutes(-1);
        var clock = new ManualClock(before.AddTicks(17));
        var log = new EventLog(clock);
        using var earlier = new EventStream(log, _ => []);
        log.Add("a", "1");
        log.Add("b", "2");
        log.Add("c", "3");
        var seen = earlier.Recent[1].Sequence;
        _trail.AddRange([new(1, before, "a", "1"), new(2, before, "b", "2"), new(3, before, "c", "3")]);
        _log.Add("d", "4");

        Assert.Equal(earlier.Recent.Select(e => e.Sequence), List(10).Take(3).Select(e => e.Sequence));
        using var subscription = Subscribe(seen);
        Assert.Equal("3", await NextText(subscription));
        Assert.Equal("4", await NextText(subscription));
    }

    [Fact]
    public void Sequence_OfEventsInOneMillisecondOrAfterAClockSetBack_Rises()
    {
        _log.Add("a", "1");
        _log.Add("b", "2");
        _clock.Now -= TimeSpan.FromHours(1);
        _log.Add("c", "3");
        var numbers = _stream.Recent.Select(e => e.Sequence).ToList();
        Assert.Equal(numbers.Order().Distinct(), numbers);
        Assert.Equal(3, numbers.Count);
    }

    [Fact]
    public void List_OfTrailAndMemory_IsEachOnceInOrder()
    {
        _clock.Now = Start.AddTicks(7);
        _log.Add("b", "2");
        _clock.Now = Start.AddSeconds(1);
        _log.Add("c", "3");
        _trail.AddRange([new(1, Start.AddSeconds(-1), "a", "1"), new(2, Start, "b", "2")]);
        Assert.Equal(["1", "2", "3"], List(10).Select(e => e.Text));
        Assert.Equal(["2", "3"], List(2).Select(e => e.Text));
        Assert.Empty(List(0));
    }

    [Fact]
    public void List_WithNothingInMemory_IsTheTrail()
    {
        _trail.AddRange([new(1, Start.AddSeconds(-1), "a", "1"), new(2, Start, "b", "2")]);
        Assert.Equal(["1", "2"], List(10).Select(e => e.Text));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10_001)]
    public void List_MoreThanMayBe_IsInvalid(int most)
    {
        Assert.Equal($"{most} is not a valid last; give a number from 0 to 10000", _stream.List(Viewer, new EventFilter(most)).Failure!.Message);
        Assert.IsType<Invalid>(_stream.Subscribe(Viewer, null, most).Failure);
        Assert.Equal(0, _stream.SubscriberCount);
    }

    [Fact]
    public void Subscribe_MoreThanMayBe_IsUnavailableUntilOneEnds()
    {
        var subscriptions = Enumerable.Range(0, EventStream.MostSubscribers).Select(_ => Subscribe(null)).ToList();
        Assert.Equal("32 clients follow the events already; end one of them", Assert.IsType<Unavailable>(_stream.Subscribe(Viewer, null, 0).Failure).Message);
        subscriptions[0].Dispose();
        subscriptions[0].Dispose();
        Assert.Equal(31, _stream.SubscriberCount);
        Assert.True(_stream.Subscribe(Viewer, null, 0).IsOk);
    }

    /// <summary>A browser that slept for a night gets the latest of the past, and learns that there were more.</summary>
    [Fact]
    public async Task Subscribe_SinceVeryLongAgo_TellsHowManyWereMissedFirst()
    {
        FillTrail(EventStream.MostSince + 7);
        using var subscription = Subscribe(since: 0);

        Assert.Equal(new EventItem(null, 7), await subscription.NextAsync(Stop));
        Assert.Equal("8", await NextText(subscription));
    }

    [Fact]
    public async Task Subscribe_WithMoreOfThePastThanMayWait_IsUnavailableUntilSomeIsTaken()
    {
        FillTrail(EventStream.MostEvents);
        using var first = Subscribe(null, last: EventStream.MostEvents);
        using var second = Subscribe(null, last: EventStream.MostEvents);
        var third = Subscribe(null, last: EventStream.MostEvents);
        Assert.StartsWith("other clients that follow the events have yet to read 32000 of the past; ", Assert.IsType<Unavailable>(_stream.Subscribe(Viewer, null, 2001).Failure).Message);
        Assert.Equal(3, _stream.SubscriberCount);

        await NextText(third);
        using (var fourth = Subscribe(null, last: 2001))
        {
            Assert.IsType<Unavailable>(_stream.Subscribe(Viewer, null, 1).Failure);
        }

        third.Dispose();
        third.Dispose();
        using var fifth = Subscribe(null, last: EventStream.MostEvents);
        Assert.IsType<Unavailable>(_stream.Subscribe(Viewer, null, 2001).Failure);
    }

    [Fact]
    public void List_Before_GoesBackPageByPage()
    {
        FillTrail(25);
        _log.Add("z", "now");
        var pages = new List<string>();
        EventsReport page;
        long? before = null;
        do
        {
            page = _stream.List(Viewer, new EventFilter(10, before)).Value!;
            pages.Add(string.Join(' ', page.Events.Select(e => e.Text)));
            before = page.Next;
        }
        while (before is not null);

        Assert.Equal(["17 18 19 20 21 22 23 24 25 now", "7 8 9 10 11 12 13 14 15 16", "1 2 3 4 5 6"], pages);
    }

    [Theory]
    [InlineData("kind=device-approve,device-block", "approved blocked")]
    [InlineData("severity=error", "gone")]
    [InlineData("severity=error,info", "approved gone blocked")]
    [InlineData("device=02-00-00-00-00-01", "approved blocked")]
    [InlineData("device=Phone", "approved blocked")]
    [InlineData("actor=ROOT", "approved")]
    [InlineData("actor=olga", "blocked")]
    [InlineData("text=ANSWER", "gone blocked")]
    [InlineData("kind=none", "")]
    public void List_Filtered_IsOfMemoryAndTrail(string query, string expected)
    {
        var phone = new DeviceSnapshot(Phone, "phone", "admitted");
        _trail.AddRange(
        [
            new(1, Start.AddMinutes(-3), EventKind.DeviceApprove, EventText.Describe(new DeviceApproved(phone, null, "default", "root", "for olga"))),
            new(2, Start.AddMinutes(-2), EventKind.GatewayDown, EventText.Describe(new GatewayDown("main", null, true))), new(3, Start.AddMinutes(-1), EventKind.Clock, "the clock jumped"),
        ]);
        _log.Add(new DeviceBlocked(phone with { State = "blocked" }, "olga", ""));
        string? Of(string name) => query.Split('=') is [var given, var value] && given == name ? value : null;

        var found = _stream.List(Viewer, new EventFilter(10, null, Of("kind"), Of("severity"), Of("device"), Of("actor"), Of("text"))).Value!.Events;

        Assert.Equal(expected, string.Join(' ', found.Select(e => e.Kind switch { EventKind.DeviceApprove => "approved", EventKind.DeviceBlock => "blocked", _ => "gone" })));
    }

    [Fact]
    public void List_WrongFilters_AreNamed()
    {
        (EventFilter Filter, string Expected)[] all =
        [
            (new(Severity: "bad"), "bad is not a valid severity; give one of error, warning, info"), (new(Kind: ""), "\"\" is not a valid kind; give kinds of events, with commas between"),
            (new(Device: ""), "\"\" is not a valid device; give 1 to 64 characters"), (new(Actor: ""), "\"\" is not a valid actor; give 1 to 64 characters"),
            (new(Text: new string('x', 65)), "text"),
        ];
        Assert.All(all, a => Assert.Contains(a.Expected, _stream.List(Viewer, a.Filter).Failure!.Message));
    }

    [Fact]
    public void Severity_OfEveryKind_IsOneOfThose() => Assert.All(
        typeof(EventKind).GetFields().Select(f => (string)f.GetRawConstantValue()!), kind => Assert.Contains(EventSeverity.Of(kind), EventSeverity.All));

    private void FillTrail(int count) => _trail.AddRange(Enumerable.Range(1, count).Select(i => new StoredEvent(i, Start.AddSeconds(i - count - 1), "old", $"{i}")));

    [Fact]
    public void Subscribe_WhereTheTrailCannotBeRead_TakesNoPlace()
    {
        using var stream = new EventStream(_log, _ => throw new IOException("gone"));
        Assert.Throws<IOException>(() => stream.Subscribe(Viewer, null, 5));
        Assert.Equal(0, stream.SubscriberCount);
    }

    [Fact]
    public async Task Buffer_Full_TellsTheNumberInTheirPlace()
    {
        var buffer = new EventBuffer();
        for (var i = 0; i < EventBuffer.Capacity + 3; i++)
        {
            buffer.Add(Event(i));
        }

        for (var i = 0; i < EventBuffer.Capacity; i++)
        {
            Assert.Equal(Event(i), (await buffer.TakeAsync(Stop)).Event);
        }

        buffer.Add(Event(1000));
        Assert.Equal(new EventItem(null, 3), await buffer.TakeAsync(Stop));
        Assert.Equal(Event(1000), (await buffer.TakeAsync(Stop)).Event);
    }

    [Fact]
    public void EventLog_Followed_TellsWhatIsAddedUntilItIsNoMore()
    {
        var heard = new List<string>();
        using (_log.Subscribe(e => heard.Add(e.Text)))
        {
            _log.Add("a", "1");
            _log.Add("a", "1");
        }

        _log.Add("a", "2");
        Assert.Equal(["1"], heard);
    }
}
