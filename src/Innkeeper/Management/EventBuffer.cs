using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>One item for a subscriber.</summary>
/// <param name="Event">Null: this many events were dropped here.</param>
internal readonly record struct EventItem(EventReport? Event, long Missed)
{
    [MemberNotNullWhen(true, nameof(Event))]
    public bool IsEvent => Event is not null;
}

/// <summary>
/// Events that one subscriber has yet to take, bounded: an event that finds no room is counted, and the count takes the event's place as
/// soon as there is room. Adding an event never waits for a subscriber.
/// </summary>
internal sealed class EventBuffer
{
    public const int Capacity = 256;

    private readonly Lock _lock = new();
    private readonly Channel<EventItem> _items = Channel.CreateBounded<EventItem>(Capacity);
    private long _missed;

    public void Add(EventReport entry)
    {
        lock (_lock)
        {
            if (!TryAddMissed() || !_items.Writer.TryWrite(new EventItem(entry, 0)))
            {
                _missed++;
            }
        }
    }

    /// <summary>The next item, once there is one.</summary>
    public async ValueTask<EventItem> TakeAsync(CancellationToken stop)
    {
        var item = await _items.Reader.ReadAsync(stop).ConfigureAwait(false);
        lock (_lock)
        {
            // There is room now; no event may come for hours.
            TryAddMissed();
        }

        return item;
    }

    private bool TryAddMissed()
    {
        if (_missed == 0)
        {
            return true;
        }

        if (!_items.Writer.TryWrite(new EventItem(null, _missed)))
        {
            return false;
        }

        _missed = 0;
        return true;
    }
}
