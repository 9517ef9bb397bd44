using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Innkeeper.Control;

/// <summary>
/// What one follower has yet to be told, bounded: an event that finds no room is counted, and the count stands in the event's
/// place as soon as there is room. Whoever tells of events never waits for a reader.
/// </summary>
internal sealed class FollowQueue
{
    public const int Capacity = 256;

    private readonly Lock _lock = new();
    private readonly Channel<Item> _items = Channel.CreateBounded<Item>(Capacity);
    private long _missed;

    /// <param name="Event">Null: that many were missed here.</param>
    public readonly record struct Item(EventReport? Event, long Missed)
    {
        [MemberNotNullWhen(true, nameof(Event))]
        public bool IsEvent => Event is not null;
    }

    public void Add(EventReport entry)
    {
        lock (_lock)
        {
            if (!TellOfMissed() || !_items.Writer.TryWrite(new Item(entry, 0)))
            {
                _missed++;
            }
        }
    }

    /// <summary>The next item, once there is one.</summary>
    public async ValueTask<Item> TakeAsync(CancellationToken stop)
    {
        var item = await _items.Reader.ReadAsync(stop).ConfigureAwait(false);
        lock (_lock)
        {
            // There is room now; no event may come for hours.
            TellOfMissed();
        }

        return item;
    }

    private bool TellOfMissed()
    {
        if (_missed == 0)
        {
            return true;
        }

        if (!_items.Writer.TryWrite(new Item(null, _missed)))
        {
            return false;
        }

        _missed = 0;
        return true;
    }
}
