using System.Collections.Immutable;

namespace Innkeeper.ControlPlane;

/// <summary>Something an administrator should see.</summary>
internal readonly record struct Event(DateTimeOffset Time, string Kind, string Text);

/// <summary>
/// The latest events. The same kind and text within ten seconds is one event, and a kind has at most ten in that time, as
/// guests choose addresses that stand in the text: they cannot flood it.
/// </summary>
internal sealed class EventLog(TimeProvider clock, Action<Event>? onAdded = null)
{
    private const int Capacity = 100;
    private const int MaxOfAKind = 10;
    private static readonly TimeSpan s_damping = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly LinkedList<Event> _events = new();
    private ImmutableArray<Follower> _followers = [];

    /// <summary>How many were left out because their kind had enough.</summary>
    public long Suppressed { get; private set; }

    public void Add(string kind, string text)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            var ofAKind = 0;
            for (var node = _events.Last; node is not null && now - node.Value.Time < s_damping; node = node.Previous)
            {
                if (node.Value.Kind == kind && (node.Value.Text == text || ++ofAKind == MaxOfAKind))
                {
                    Suppressed += node.Value.Text == text ? 0 : 1;
                    return;
                }
            }

            _events.AddLast(new Event(now, kind, text));
            onAdded?.Invoke(_events.Last!.Value);
            foreach (var follower in _followers)
            {
                follower.See(_events.Last!.Value);
            }

            if (_events.Count > Capacity)
            {
                _events.RemoveFirst();
            }
        }
    }

    /// <summary>Tells of each event from now on, until it is disposed of.</summary>
    /// <param name="see">Called in the middle of adding: it returns at once and adds none itself.</param>
    public IDisposable Follow(Action<Event> see)
    {
        var follower = new Follower(this, see);
        lock (_lock)
        {
            _followers = _followers.Add(follower);
        }

        return follower;
    }

    public Event[] Latest()
    {
        lock (_lock)
        {
            return [.. _events];
        }
    }

    private sealed class Follower(EventLog log, Action<Event> see) : IDisposable
    {
        public Action<Event> See => see;

        public void Dispose()
        {
            lock (log._lock)
            {
                log._followers = log._followers.Remove(this);
            }
        }
    }
}
