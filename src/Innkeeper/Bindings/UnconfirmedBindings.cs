namespace Innkeeper.Bindings;

/// <summary>
/// Strangers: bindings whose devices were not answered yet, or did not go on after that, in the order of their arrival. There are only so
/// many at once: a flood of invented devices finds its own places taken and leaves the others alone. Pure, one thread.
/// </summary>
/// <param name="atOnce">How many there may be.</param>
/// <param name="isConfirmed">Whether a binding's device went on after it was answered: then its probation is over.</param>
internal sealed class UnconfirmedBindings(int atOnce, Func<uint, bool> isConfirmed)
{
    /// <summary>So long a device has to be answered and go on, before a newcomer may take its place.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(3);

    /// <summary>Between two looks at who was confirmed meanwhile: a flood must not cost one for each of its packets.</summary>
    private static readonly TimeSpan s_lookInterval = TimeSpan.FromMilliseconds(20);

    private readonly LinkedList<(uint Number, TimeSpan Since)> _order = new();
    private readonly Dictionary<uint, LinkedListNode<(uint Number, TimeSpan Since)>> _places = [];
    private TimeSpan _nextLook;

    public void Enter(uint number, TimeSpan now) => _places.Add(number, _order.AddLast((number, now)));

    /// <summary>The binding ended, or needs no probation any more.</summary>
    public void Leave(uint number)
    {
        if (_places.Remove(number, out var place))
        {
            _order.Remove(place);
        }
    }

    /// <summary>Whether one more stranger has to show that it exists, or to wait.</summary>
    public bool IsFull(TimeSpan now)
    {
        if (_places.Count >= atOnce && now >= _nextLook)
        {
            _nextLook = now + s_lookInterval;
            foreach (var number in _places.Keys.Where(isConfirmed).ToList())
            {
                Leave(number);
            }
        }

        return _places.Count >= atOnce;
    }

    /// <summary>The oldest of those that had their time; null: none had.</summary>
    /// <param name="isUseful">Whether a binding's end helps; others are passed over.</param>
    public uint? Oldest(TimeSpan now, Func<uint, bool> isUseful)
    {
        var next = _order.First;
        while (next is { Value: var (number, since) } && now - since >= Time)
        {
            next = next.Next;
            if (isConfirmed(number))
            {
                Leave(number);
            }
            else if (isUseful(number))
            {
                return number;
            }
        }

        return null;
    }
}
