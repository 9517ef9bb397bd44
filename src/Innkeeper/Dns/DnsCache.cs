namespace Innkeeper.Dns;

/// <summary>A cached answer.</summary>
/// <param name="key">See <see cref="DnsQuery.WriteKey"/>.</param>
/// <param name="message">The whole response, without OPT.</param>
/// <param name="stored">When it arrived.</param>
/// <param name="lifetime">How long it is fresh.</param>
internal sealed class CachedAnswer(byte[] key, byte[] message, TimeSpan stored, TimeSpan lifetime)
{
    /// <summary>Estimated octets of the entry's objects and of the dictionary, beside the message.</summary>
    private const int Overhead = 200;

    public byte[] Key => key;

    public byte[] Message => message;

    public TimeSpan Stored => stored;

    public int Size => key.Length + message.Length + Overhead;

    public LinkedListNode<CachedAnswer>? Node { get; set; }

    public bool IsFresh(TimeSpan now) => now - stored < lifetime;

    /// <summary>Stale, but better than nothing when no server answers (RFC 8767).</summary>
    public bool IsUsable(TimeSpan now) => now - stored < lifetime + DnsCache.MaxStale;
}

/// <summary>
/// Answers by question, bounded in octets; those not asked for the longest time go first. No I/O, clock or log: time is a parameter. One
/// thread. A look-up allocates nothing.
/// </summary>
internal sealed class DnsCache
{
    /// <summary>RFC 8767 section 5 suggests one to three days.</summary>
    public static readonly TimeSpan MaxStale = TimeSpan.FromDays(1);

    /// <summary>No record is kept for longer (RFC 8767 section 4 suggests a week at most).</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(1);

    /// <summary>RFC 2308 section 5 suggests one to three hours; a name that is set up while people wait should not take that long.</summary>
    public static readonly TimeSpan MaxNegative = TimeSpan.FromMinutes(5);

    private long _capacity;
    private readonly Dictionary<byte[], CachedAnswer> _answers = new(ByteArrayComparer.Instance);
    private readonly Dictionary<byte[], CachedAnswer>.AlternateLookup<ReadOnlySpan<byte>> _byKey;
    private readonly LinkedList<CachedAnswer> _byUse = [];

    /// <param name="capacity">Octets, about.</param>
    public DnsCache(long capacity)
    {
        _capacity = capacity;
        _byKey = _answers.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public int Count => _answers.Count;

    public long Size { get; private set; }

    /// <summary>Octets, about; answers that do not fit go at once.</summary>
    public long Capacity
    {
        get => _capacity;
        set
        {
            _capacity = value;
            Trim();
        }
    }

    /// <summary>The cached answer to a question, fresh or stale; null if nothing usable.</summary>
    public CachedAnswer? Find(ReadOnlySpan<byte> key, TimeSpan now)
    {
        if (!_byKey.TryGetValue(key, out var answer))
        {
            return null;
        }

        if (!answer.IsUsable(now))
        {
            Remove(answer);
            return null;
        }

        var node = answer.Node!;
        if (_byUse.First != node)
        {
            _byUse.Remove(node);
            _byUse.AddFirst(node);
        }

        return answer;
    }

    public void Add(CachedAnswer answer)
    {
        if (_answers.TryGetValue(answer.Key, out var before))
        {
            Remove(before);
        }

        if (answer.Size > _capacity)
        {
            return;
        }

        answer.Node = _byUse.AddFirst(answer);
        _answers[answer.Key] = answer;
        Size += answer.Size;
        Trim();
    }

    public void Clear()
    {
        _answers.Clear();
        _byUse.Clear();
        Size = 0;
    }

    private void Trim()
    {
        while (Size > _capacity)
        {
            Remove(_byUse.Last!.Value);
        }
    }

    private void Remove(CachedAnswer answer)
    {
        _answers.Remove(answer.Key);
        _byUse.Remove(answer.Node!);
        Size -= answer.Size;
    }
}
