using System.Collections.Immutable;
using Innkeeper.Clocks;

namespace Innkeeper.Events;

/// <summary>An event as it was logged.</summary>
/// <param name="Number">Counts up from 1 since the process started, without gaps.</param>
/// <param name="Text"><see cref="EventText.Describe"/> of <paramref name="What"/>.</param>
internal sealed record Event(long Number, DateTimeOffset Time, GatewayEvent What, string Text)
{
    public string Kind => What.Kind;
}

/// <summary>
/// Keeps the latest events and hands each to its listeners. Of the same kind and text, one within ten seconds is logged, and of
/// one kind at most ten: guests choose addresses that appear in the texts, and must not be able to flood the log.
/// </summary>
internal sealed class EventLog(TimeProvider clock)
{
    private const int Capacity = 100;
    private const int MaxOfAKind = 10;
    private static readonly TimeSpan s_damping = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly LinkedList<(Event What, DateTimeOffset Steady)> _events = new();
    private ImmutableArray<Action<Event>> _listeners = [];
    private long _added;

    /// <summary>Events that were left out because there were too many of their kind.</summary>
    public long Suppressed { get; private set; }

    /// <summary>Logs an event. May be called by any thread.</summary>
    public void Add(GatewayEvent happened) => Add(happened, EventText.Describe(happened));

    /// <summary>Logs an event with a text that is made already.</summary>
    internal void Add(GatewayEvent happened, string text)
    {
        var kind = happened.Kind;
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            var ofAKind = 0;
            for (var node = _events.Last; node is not null && now - node.Value.Steady < s_damping; node = node.Previous)
            {
                if (node.Value.What.Kind == kind && (node.Value.What.Text == text || ++ofAKind == MaxOfAKind))
                {
                    Suppressed += node.Value.What.Text == text ? 0 : 1;
                    return;
                }
            }

            var added = new Event(++_added, clock.ToWall(now), happened, text);
            _events.AddLast((added, now));
            foreach (var listener in _listeners)
            {
                listener(added);
            }

            if (_events.Count > Capacity)
            {
                _events.RemoveFirst();
            }
        }
    }

    /// <summary>Hands each event to a listener until the result is disposed. None is lost or doubled between the past and the future.</summary>
    /// <param name="listener">Called while an event is added: it returns at once and adds none itself.</param>
    /// <param name="after">First the kept events with a larger <see cref="Event.Number"/>, oldest first; without it, none of the past.</param>
    public IDisposable Subscribe(Action<Event> listener, long after = long.MaxValue)
    {
        // A delegate of its own: the same listener may follow twice, and each ends alone.
        var following = new Following(this, e => listener(e));
        lock (_lock)
        {
            foreach (var past in _events.Select(e => e.What).Where(e => e.Number > after))
            {
                listener(past);
            }

            _listeners = _listeners.Add(following.Listener);
        }

        return following;
    }

    /// <summary>Takes events out.</summary>
    public void Erase(Func<Event, bool> isErased)
    {
        lock (_lock)
        {
            for (var node = _events.First; node is not null;)
            {
                var next = node.Next;
                if (isErased(node.Value.What))
                {
                    _events.Remove(node);
                }

                node = next;
            }
        }
    }

    /// <summary>The kept events, oldest first.</summary>
    public Event[] Latest()
    {
        lock (_lock)
        {
            return [.. _events.Select(e => e.What)];
        }
    }

    private sealed class Following(EventLog log, Action<Event> listener) : IDisposable
    {
        public Action<Event> Listener => listener;

        public void Dispose()
        {
            lock (log._lock)
            {
                log._listeners = log._listeners.Remove(listener);
            }
        }
    }
}
