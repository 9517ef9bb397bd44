namespace Innkeeper.Bindings;

/// <summary>
/// Unverified bindings: those whose devices were not answered yet, or did not continue after that, in the order of their arrival. Their number is
/// limited: a flood of invented devices displaces itself and leaves the others alone. No I/O, clock or log; one thread.
/// </summary>
/// <param name="atOnce">Maximum number of unverified bindings.</param>
/// <param name="isConfirmed">Whether a binding's device continued after it was answered: then the binding is verified.</param>
internal sealed class UnconfirmedBindings(int atOnce, Func<uint, bool> isConfirmed)
{
    /// <summary>A device has this long to be answered and continue, before a new one may take its place.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(3);

    /// <summary>Time between two checks for bindings that were confirmed meanwhile: a flood must not cause one check for each packet.</summary>
    private static readonly TimeSpan s_lookInterval = TimeSpan.FromMilliseconds(20);

    private readonly LinkedList<(uint Number, TimeSpan Since)> _order = new();
    private readonly Dictionary<uint, LinkedListNode<(uint Number, TimeSpan Since)>> _places = [];
    private TimeSpan _nextLook;

    public void Enter(uint number, TimeSpan now) => _places.Add(number, _order.AddLast((number, now)));

    /// <summary>The binding ended, or needs no verification any more.</summary>
    public void Leave(uint number)
    {
        if (_places.Remove(number, out var place))
        {
            _order.Remove(place);
        }
    }

    /// <summary>Whether one more unverified device must first answer an ARP request, or wait.</summary>
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
    /// <param name="isUseful">Whether a binding's end helps; the others are skipped.</param>
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
