using System.Collections.Immutable;
using Innkeeper.Events;
using Innkeeper.Management.Contracts;
using Innkeeper.Storage.Tables;

namespace Innkeeper.Management;

/// <summary>
/// Events with sequence numbers, and their subscribers. A number is the event's time in whole milliseconds times 1000, or one more than the
/// number before it: the audit trail, which keeps times in milliseconds, gives an event the same number after a restart. Only a wall clock
/// that is set back breaks that; then numbers still rise within one process.
/// </summary>
internal sealed class EventStream : IEventOperations, IDisposable
{
    /// <summary>More of the past are not read.</summary>
    public const int MostEvents = 10_000;

    /// <summary>Events of the past where no number is given.</summary>
    public const int UsualEvents = 20;

    /// <summary>Subscriptions at the same time.</summary>
    public const int MostSubscribers = 8;

    private const int MaxRecent = 100;
    private const int Schema = 1;

    private readonly Func<int, IEnumerable<StoredEvent>> _trail;
    private readonly IDisposable _subscription;
    private readonly Lock _lock = new();
    private readonly Queue<EventReport> _recent = new();
    private ImmutableArray<EventBuffer> _subscribers = [];
    private long _last;

    /// <param name="log">Where events come from.</param>
    /// <param name="trail">Reads the latest events of the audit trail, newest first. It is written behind.</param>
    public EventStream(EventLog log, Func<int, IEnumerable<StoredEvent>> trail)
    {
        _trail = trail;
        _subscription = log.Subscribe(Add);
    }

    public int SubscriberCount
    {
        get
        {
            lock (_lock)
            {
                return _subscribers.Length;
            }
        }
    }

    /// <summary>The latest events of this process, oldest first.</summary>
    public EventReport[] Recent
    {
        get
        {
            lock (_lock)
            {
                return [.. _recent];
            }
        }
    }

    public void Dispose() => _subscription.Dispose();

    public Result<EventsReport> List(Actor actor, int most) =>
        actor.Lacks(Permission.Viewer) is { } refusal ? refusal
        : CheckCount(most) is { } wrong ? wrong
        : new EventsReport(Schema, Latest(most));

    public Result<EventSubscription> Subscribe(Actor actor, long? since, int last)
    {
        if ((actor.Lacks(Permission.Viewer) ?? (Failure?)CheckCount(last)) is { } refusal)
        {
            return refusal;
        }

        var buffer = new EventBuffer();
        lock (_lock)
        {
            if (_subscribers.Length >= MostSubscribers)
            {
                return new Unavailable($"{MostSubscribers} clients follow the events already; end one of them");
            }

            _subscribers = _subscribers.Add(buffer);
        }

        // Subscribe first, then read: no event is lost between the two. An event that is in both is taken once, by its number.
        var subscription = new EventSubscription(buffer, this);
        try
        {
            subscription.Begin(since is { } number ? [.. Latest(MostEvents).Where(e => e.Sequence > number)] : Latest(last));
            return subscription;
        }
        catch
        {
            subscription.Dispose();
            throw;
        }
    }

    internal void Unsubscribe(EventBuffer buffer)
    {
        lock (_lock)
        {
            _subscribers = _subscribers.Remove(buffer);
        }
    }

    private static Invalid? CheckCount(int most) => most is < 0 or > MostEvents ? new Invalid("last", most.ToString(), $"a number from 0 to {MostEvents}") : null;

    private static long NumberOf(DateTimeOffset time, long before) => Math.Max(time.ToUnixTimeMilliseconds() * 1000, before + 1);

    private void Add(Event added)
    {
        var about = added.What.About;
        lock (_lock)
        {
            var entry = new EventReport(
                added.Time, added.Kind, added.Text, _last = NumberOf(added.Time, _last), about.Mac?.ToString(), about.Address?.ToString(), about.Gateway, about.Actor);
            _recent.Enqueue(entry);
            if (_recent.Count > MaxRecent)
            {
                _recent.Dequeue();
            }

            foreach (var subscriber in _subscribers)
            {
                subscriber.Add(entry);
            }
        }
    }

    /// <summary>From memory, and before that from the trail.</summary>
    private EventReport[] Latest(int most)
    {
        if (most == 0)
        {
            return [];
        }

        // The trail first: what is written meanwhile is in memory too.
        var trail = _trail(most).Reverse().ToList();
        var recent = Recent;
        var known = recent.Length == 0 ? long.MaxValue : recent[0].Time.ToUnixTimeMilliseconds();
        var earlier = new List<EventReport>();
        var number = 0L;
        foreach (var entry in trail.Where(e => e.Time.ToUnixTimeMilliseconds() < known))
        {
            earlier.Add(new EventReport(entry.Time, entry.Kind, entry.Text, number = NumberOf(entry.Time, number)));
        }

        return [.. earlier.Concat(recent).TakeLast(most)];
    }
}

/// <summary>A subscriber's place in the stream: first the events of the past, then those that come.</summary>
internal sealed class EventSubscription(EventBuffer buffer, EventStream stream) : IDisposable
{
    private readonly Queue<EventReport> _past = new();
    private long _last;

    public void Dispose() => stream.Unsubscribe(buffer);

    /// <summary>The next event, or how many were dropped here because they were not taken in time. Waits for one.</summary>
    public async ValueTask<EventItem> NextAsync(CancellationToken stop)
    {
        if (_past.TryDequeue(out var earlier))
        {
            return new EventItem(earlier, 0);
        }

        while (true)
        {
            var item = await buffer.TakeAsync(stop).ConfigureAwait(false);
            if (!item.IsEvent || item.Event.Sequence > _last)
            {
                return item;
            }
        }
    }

    internal void Begin(IReadOnlyList<EventReport> past)
    {
        foreach (var entry in past)
        {
            _past.Enqueue(entry);
            _last = entry.Sequence;
        }
    }
}
