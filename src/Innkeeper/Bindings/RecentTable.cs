using System.Diagnostics.CodeAnalysis;

namespace Innkeeper.Bindings;

/// <summary>
/// Facts by keys that stations choose: when it is full, the entry that was unused for longest goes. Takes its memory when it is made and allocates
/// nothing afterwards. No I/O, clock or log; one thread.
/// </summary>
/// <param name="capacity">Maximum number of entries.</param>
internal sealed class RecentTable<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : struct
{
    private const int None = -1;

    private readonly Dictionary<TKey, int> _places = new(capacity);
    private readonly Entry[] _entries = new Entry[capacity];
    private int _newest = None;
    private int _oldest = None;

    public int Count => _places.Count;

    /// <summary>The latest first.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> Entries
    {
        get
        {
            for (var place = _newest; place != None; place = _entries[place].Older)
            {
                yield return KeyValuePair.Create(_entries[place].Key, _entries[place].Value);
            }
        }
    }

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var found = _places.TryGetValue(key, out var place);
        value = found ? _entries[place].Value : default;
        return found;
    }

    /// <summary>The entry to change, the latest from now on. A new one is empty.</summary>
    public ref TValue Touch(TKey key)
    {
        if (_places.TryGetValue(key, out var place))
        {
            Unlink(place);
        }
        else
        {
            place = TakePlace();
            _places.Add(key, place);
            _entries[place].Key = key;
            _entries[place].Value = default;
        }

        Link(place);
        return ref _entries[place].Value;
    }

    public void Clear()
    {
        _places.Clear();
        (_newest, _oldest) = (None, None);
    }

    /// <summary>Places are given in order until the table is full; after that, the oldest entry's place.</summary>
    private int TakePlace()
    {
        if (_places.Count < capacity)
        {
            return _places.Count;
        }

        var place = _oldest;
        Unlink(place);
        _places.Remove(_entries[place].Key);
        return place;
    }

    private void Link(int place)
    {
        (_entries[place].Newer, _entries[place].Older) = (None, _newest);
        if (_newest != None)
        {
            _entries[_newest].Newer = place;
        }

        _newest = place;
        _oldest = _oldest == None ? place : _oldest;
    }

    private void Unlink(int place)
    {
        var (newer, older) = (_entries[place].Newer, _entries[place].Older);
        if (newer == None)
        {
            _newest = older;
        }
        else
        {
            _entries[newer].Older = older;
        }

        if (older == None)
        {
            _oldest = newer;
        }
        else
        {
            _entries[older].Newer = newer;
        }
    }

    private struct Entry
    {
        public TKey Key;
        public TValue Value;
        public int Newer;
        public int Older;
    }
}
