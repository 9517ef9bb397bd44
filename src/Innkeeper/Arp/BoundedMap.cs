using System.Diagnostics.CodeAnalysis;

namespace Innkeeper.Arp;

/// <summary>A map whose keys are chosen by stations: when it is full, the oldest entry goes. One thread.</summary>
internal sealed class BoundedMap<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, (TValue Value, LinkedListNode<TKey> Place)> _entries = [];
    private readonly LinkedList<TKey> _order = new();

    public int Count => _entries.Count;

    public IEnumerable<KeyValuePair<TKey, TValue>> Entries => _entries.Select(e => KeyValuePair.Create(e.Key, e.Value.Value));

    public bool Contains(TKey key) => _entries.ContainsKey(key);

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var found = _entries.TryGetValue(key, out var entry);
        value = entry.Value;
        return found;
    }

    /// <summary>A key that exists keeps its age.</summary>
    /// <returns>The value that had to go, if any.</returns>
    public TValue? Put(TKey key, TValue value)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            _entries[key] = (value, entry.Place);
            return default;
        }

        (TValue? Value, LinkedListNode<TKey>? Place) oldest = default;
        if (_entries.Count == capacity)
        {
            _entries.Remove(_order.First!.Value, out oldest!);
            _order.RemoveFirst();
        }

        _entries[key] = (value, _order.AddLast(key));
        return oldest.Value;
    }

    public bool Remove(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var found = _entries.Remove(key, out var entry);
        value = entry.Value;
        if (found)
        {
            _order.Remove(entry.Place);
        }

        return found;
    }
}
