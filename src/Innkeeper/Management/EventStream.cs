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

    /// <summary>
    /// Subscriptions at the same time: five viewers with two pages each, programs, and commands. A subscriber that does not read keeps up to
    /// <see cref="EventBuffer.Capacity"/> events, some 0.1 MB.
    /// </summary>
    public const int MostSubscribers = 32;

    /// <summary>Events of the past that all subscriptions together have yet to take; some 10 MB.</summary>
    public const int MostPast = 32_000;

    /// <summary>A client that comes again after a longer time gets the latest of what it missed, and the number of the others.</summary>
    public const int MostSince = MostPast / MostSubscribers;

    private const int MaxRecent = 100;

    /// <summary>Numbers of events in one millisecond depend on those before them: so many more are read.</summary>
    private const int ReadBefore = 64;
    private const int Schema = 1;

    private readonly Func<int, IEnumerable<StoredEvent>> _trail;
    private readonly IDisposable _subscription;
    private readonly Lock _lock = new();
    private readonly Queue<EventReport> _recent = new();
    private ImmutableArray<EventBuffer> _subscribers = [];
    private long _last;
    private int _past;

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

    /// <summary>Takes events out of memory; what a subscriber has yet to take, it gets.</summary>
    public void Erase(Func<EventReport, bool> isErased)
    {
        lock (_lock)
        {
            EventReport[] kept = [.. _recent.Where(e => !isErased(e))];
            _recent.Clear();
            Array.ForEach(kept, _recent.Enqueue);
        }
    }

    public Result<EventsReport> List(Actor actor, EventFilter filter)
    {
        if ((actor.Lacks(Permission.Viewer) ?? (Failure?)filter.Check()) is { } refusal)
        {
            return refusal;
        }

        var found = filter.IsOfAll ? Latest(filter.Last + 1) : Latest(MostEvents).Where(filter.Fits).TakeLast(filter.Last + 1).ToArray();
        var hasMore = found.Length > filter.Last;
        EventReport[] events = [.. found.TakeLast(filter.Last)];
        return new EventsReport(Schema, events, hasMore && events.Length > 0 ? events[0].Sequence : null);
    }

    public Result<EventSubscription> Subscribe(Actor actor, long? since, int last)
    {
        if ((actor.Lacks(Permission.Viewer) ?? (Failure?)new EventFilter(last).Check()) is { } refusal)
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
            var past = since is { } number ? [.. Latest(MostEvents).Where(e => e.Sequence > number)] : Latest(last);
            var missed = since is null ? 0 : Math.Max(0, past.Length - MostSince);
            if (!TryTakePast(past.Length - missed))
            {
                subscription.Dispose();
                return new Unavailable($"other clients that follow the events have yet to read {MostPast} of the past; ask for fewer, or follow without them");
            }

            subscription.Begin(past.AsSpan(missed), missed);
            return subscription;
        }
        catch
        {
            subscription.Dispose();
            throw;
        }
    }

    /// <summary>Events of the past were taken, or are not wanted any more.</summary>
    internal void GivePast(int count) => Interlocked.Add(ref _past, -count);

    internal void Unsubscribe(EventBuffer buffer)
    {
        lock (_lock)
        {
            _subscribers = _subscribers.Remove(buffer);
        }
    }

    private static long NumberOf(DateTimeOffset time, long before) => Math.Max(time.ToUnixTimeMilliseconds() * 1000, before + 1);

    private void Add(Event added)
    {
        var about = added.What.About;
        lock (_lock)
        {
            var entry = new EventReport(
                added.Time, added.Kind, added.Text, _last = NumberOf(added.Time, _last), about.Mac?.ToString(), about.Address?.ToString(), about.Gateway, about.Actor, EventSeverity.Of(added.Kind));
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

    private bool TryTakePast(int count)
    {
        if (Interlocked.Add(ref _past, count) <= MostPast)
        {
            return true;
        }

        GivePast(count);
        return false;
    }

    /// <summary>From memory, and before that from the trail.</summary>
    private EventReport[] Latest(int most)
    {
        if (most == 0)
        {
            return [];
        }

        // The trail first: what is written meanwhile is in memory too.
        var trail = _trail(Math.Min(most + ReadBefore, MostEvents)).Reverse().ToList();
        var recent = Recent;
        var known = recent.Length == 0 ? long.MaxValue : recent[0].Time.ToUnixTimeMilliseconds();
        var earlier = new List<EventReport>();
        var number = 0L;
        foreach (var entry in trail.Where(e => e.Time.ToUnixTimeMilliseconds() < known))
        {
            earlier.Add(new EventReport(entry.Time, entry.Kind, entry.Text, number = NumberOf(entry.Time, number), Severity: EventSeverity.Of(entry.Kind)));
        }

        return [.. earlier.Concat(recent).TakeLast(most)];
    }
}

/// <summary>A subscriber's place in the stream: first the events of the past, then those that come. One reader at a time.</summary>
internal sealed class EventSubscription(EventBuffer buffer, EventStream stream) : IDisposable
{
    private readonly Queue<EventItem> _past = new();
    private readonly Lock _lock = new();
    private long _last;
    private int _taken;

    public void Dispose()
    {
        stream.Unsubscribe(buffer);
        lock (_lock)
        {
            stream.GivePast(_taken);
            _taken = 0;
        }
    }

    /// <summary>The next event, or how many were dropped here because they were not taken in time. Waits for one.</summary>
    public async ValueTask<EventItem> NextAsync(CancellationToken stop)
    {
        if (_past.TryDequeue(out var earlier))
        {
            Give(earlier);
            return earlier;
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

    /// <param name="missed">Earlier events that are not kept for it.</param>
    internal void Begin(ReadOnlySpan<EventReport> past, int missed)
    {
        if (missed > 0)
        {
            _past.Enqueue(new EventItem(null, missed));
        }

        foreach (var entry in past)
        {
            _past.Enqueue(new EventItem(entry, 0));
            _last = entry.Sequence;
        }

        _taken = past.Length;
    }

    private void Give(EventItem taken)
    {
        lock (_lock)
        {
            if (taken.IsEvent && _taken > 0)
            {
                _taken--;
                stream.GivePast(1);
            }
        }
    }
}
