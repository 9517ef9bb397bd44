namespace Innkeeper.Dispatch;

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
            if (_events.Count > Capacity)
            {
                _events.RemoveFirst();
            }
        }
    }

    public Event[] Latest()
    {
        lock (_lock)
        {
            return [.. _events];
        }
    }
}
