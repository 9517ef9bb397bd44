using Innkeeper.Wire;

namespace Innkeeper.Addresses;

/// <summary>The state of one of the pool's addresses.</summary>
internal enum AddressState
{
    /// <summary>Not probed recently: it must be probed before use.</summary>
    Unknown,

    /// <summary>Probes are out (RFC 5227, 2.1).</summary>
    Probing,

    /// <summary>Probed without an answer, and no host was heard to use it since.</summary>
    Ready,

    /// <summary>Bound to a device.</summary>
    Bound,

    /// <summary>Another host uses it; it is left alone for a time.</summary>
    Quarantined,
}

/// <summary>The result of asking for an address.</summary>
internal enum AddressOutcome
{
    /// <summary>It is bound.</summary>
    Bound,

    /// <summary>Being probed: ask again when <see cref="AddressPool.Tick"/> is due.</summary>
    Wait,

    /// <summary>Every address is in use or in quarantine.</summary>
    Exhausted,
}

/// <summary>
/// The outside addresses: which are free, being probed, bound or in quarantine. Has no I/O, clock or log: time is a parameter (any
/// clock that never goes back), and frames to send are returned. One owner, one thread.
/// <para>
/// RFC 5227 section 2.1 wants three probes 1–2 s apart and 2 s of silence before an address is used. A guest does not
/// wait that long, so addresses are probed ahead of need and some are kept ready; and the waits are shorter
/// (docs/decisions/0004-probing.md). Afterwards the data plane hears every ARP message about a pool address.
/// </para>
/// </summary>
internal sealed class AddressPool
{
    /// <summary>RFC 5227 PROBE_NUM.</summary>
    public const int ProbeCount = 3;

    /// <summary>Between two probes, and from the last to ready.</summary>
    public static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>After this time a ready address is probed again: its user may have arrived without a working cable.</summary>
    public static readonly TimeSpan ReadyLifetime = TimeSpan.FromMinutes(2);

    /// <summary>How long an address that another host uses is left alone.</summary>
    public static readonly TimeSpan QuarantineTime = TimeSpan.FromMinutes(10);

    /// <summary>Addresses kept ready for new devices.</summary>
    public const int Stock = 16;

    /// <summary>The maximum number of addresses that are probed at once: three broadcasts each within 300 ms is what a LAN bears.</summary>
    private const int MaxProbing = 512;

    private static readonly TimeSpan s_expiryInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<Ipv4Address, Entry> _entries = [];
    private readonly Ipv4Address[] _addresses;
    private readonly Queue<Ipv4Address> _wanted = new();

    /// <summary>In the order of their due times, which all lie one interval ahead of their entry.</summary>
    private readonly Queue<(TimeSpan Due, Ipv4Address Address)> _probing = new();

    /// <summary>May hold addresses that are not ready any more: the entry's state counts.</summary>
    private readonly Queue<Ipv4Address> _ready = new();
    private readonly int[] _counts = new int[5];
    private TimeSpan _nextExpiry;
    private int _next;

    /// <summary>Takes that had to wait since addresses last became ready.</summary>
    private int _demand;

    /// <summary>Set when an address that a device waits for went to another host.</summary>
    private bool _disappointed;

    public AddressPool(IEnumerable<Ipv4Address> addresses)
    {
        _addresses = [.. addresses];
        foreach (var address in _addresses)
        {
            _entries[address] = new Entry();
        }

        _counts[(int)AddressState.Unknown] = _entries.Count;
    }

    public int Total => _entries.Count;

    public int Count(AddressState state) => _counts[(int)state];

    public IEnumerable<Ipv4Address> BoundAddresses => _addresses.Where(a => _entries[a].State == AddressState.Bound);

    public bool Contains(Ipv4Address address) => _entries.ContainsKey(address);

    public AddressState StateOf(Ipv4Address address) => _entries.TryGetValue(address, out var entry) ? entry.State : AddressState.Unknown;

    /// <summary>Takes over a binding that an earlier process left at work: its address is in use without probing.</summary>
    /// <returns>False when the address is not of this pool, already bound, or in quarantine: another host uses it.</returns>
    public bool Adopt(Ipv4Address address)
    {
        if (!_entries.TryGetValue(address, out var entry) || entry.State is AddressState.Bound or AddressState.Quarantined)
        {
            return false;
        }

        Move(entry, AddressState.Bound);
        return true;
    }

    /// <summary>Takes the preferred address if possible, otherwise one that is ready; otherwise has some probed.</summary>
    /// <param name="preferred">The address that the device had before.</param>
    /// <param name="reserved">Whether an address belonged to another device before; such addresses are taken last.</param>
    /// <param name="pinned">Whether the administrator pinned an address to another device; such addresses are never taken.</param>
    public AddressOutcome Take(Ipv4Address? preferred, Func<Ipv4Address, bool> reserved, out Ipv4Address address, Func<Ipv4Address, bool>? pinned = null)
    {
        address = default;
        if (preferred is { } wish && _entries.TryGetValue(wish, out var entry))
        {
            switch (entry.State)
            {
                case AddressState.Ready:
                    Move(entry, AddressState.Bound);
                    address = wish;
                    return AddressOutcome.Bound;
                case AddressState.Unknown:
                    Want(wish, entry);
                    entry.IsAwaited = true;
                    return AddressOutcome.Wait;
                case AddressState.Probing:
                    entry.IsAwaited = true;
                    return AddressOutcome.Wait;
            }
        }

        if (TryTakeReady(reserved, pinned ?? (_ => false), out address))
        {
            Move(_entries[address], AddressState.Bound);
            return AddressOutcome.Bound;
        }

        if (Count(AddressState.Probing) + Count(AddressState.Unknown) == 0)
        {
            return AddressOutcome.Exhausted;
        }

        _demand++;
        return AddressOutcome.Wait;
    }

    /// <summary>An address is wanted soon: it is probed if nothing is known of it.</summary>
    /// <returns>Its state now.</returns>
    public AddressState Request(Ipv4Address address)
    {
        if (!_entries.TryGetValue(address, out var entry))
        {
            return AddressState.Unknown;
        }

        if (entry.State == AddressState.Unknown)
        {
            Want(address, entry);
        }

        return entry.State;
    }

    /// <summary>A binding ended. The gateway held the address until now, so it is ready for the next device.</summary>
    public void Release(Ipv4Address address, TimeSpan now)
    {
        if (_entries.TryGetValue(address, out var entry) && entry.State == AddressState.Bound)
        {
            MakeReady(address, entry, now);
        }
    }

    /// <summary>A foreign host was heard to use the address (RFC 5227, 2.1.1 and 2.4).</summary>
    /// <param name="address">The address.</param>
    /// <param name="now">The start of the quarantine.</param>
    /// <param name="time">The rest of a quarantine that began before a restart; null: <see cref="QuarantineTime"/>.</param>
    /// <returns>The address's state until now; after <see cref="AddressState.Bound"/> a binding must move.</returns>
    public AddressState Quarantine(Ipv4Address address, TimeSpan now, TimeSpan? time = null)
    {
        if (!_entries.TryGetValue(address, out var entry))
        {
            return AddressState.Unknown;
        }

        var before = entry.State;
        _disappointed |= entry.IsAwaited || (_demand > 0 && before == AddressState.Probing);
        entry.IsAwaited = false;
        entry.Until = now + (time ?? QuarantineTime);
        Move(entry, AddressState.Quarantined);
        return before;
    }

    /// <summary>Does what is due.</summary>
    /// <param name="probes">Addresses to send one ARP probe for, now.</param>
    /// <returns>Whether waiting devices may ask again: an address became ready, or went to another host.</returns>
    public bool Tick(TimeSpan now, List<Ipv4Address> probes)
    {
        var isNews = _disappointed;
        _disappointed = false;
        while (_probing.TryPeek(out var next) && next.Due <= now)
        {
            _probing.Dequeue();
            var entry = _entries[next.Address];
            if (entry.State != AddressState.Probing)
            {
                continue;
            }

            if (entry.Probes < ProbeCount)
            {
                Probe(next.Address, entry, now, probes);
            }
            else
            {
                MakeReady(next.Address, entry, now);
                isNews = true;
            }
        }

        if (now >= _nextExpiry)
        {
            _nextExpiry = now + s_expiryInterval;
            Expire(now);
        }

        if (isNews)
        {
            _demand = 0;
        }

        while (Count(AddressState.Probing) < MaxProbing && _wanted.TryDequeue(out var wanted))
        {
            var entry = _entries[wanted];
            entry.Wanted = false;
            if (entry.State == AddressState.Unknown)
            {
                Start(wanted, entry, now, probes);
            }
        }

        Restock(now, probes);
        return isNews;
    }

    /// <summary>When <see cref="Tick"/> has something to do next.</summary>
    public TimeSpan NextDue(TimeSpan now)
    {
        if (_disappointed || (_wanted.Count > 0 && Count(AddressState.Probing) < MaxProbing))
        {
            return now;
        }

        if (_probing.TryPeek(out var next))
        {
            return next.Due;
        }

        return Lacking() > 0 ? now : now + TimeSpan.FromSeconds(10);
    }

    private void Expire(TimeSpan now)
    {
        foreach (var entry in _entries.Values)
        {
            if (entry.State is AddressState.Ready or AddressState.Quarantined && now >= entry.Until)
            {
                Move(entry, AddressState.Unknown);
            }
        }

        // Entries that are queued and no longer ready would pile up here.
        var ready = _ready.Where(a => _entries[a].State == AddressState.Ready).Distinct().ToList();
        _ready.Clear();
        ready.ForEach(_ready.Enqueue);
    }

    private void MakeReady(Ipv4Address address, Entry entry, TimeSpan now)
    {
        entry.IsAwaited = false;
        entry.Until = now + ReadyLifetime;
        Move(entry, AddressState.Ready);
        _ready.Enqueue(address);
    }

    /// <summary>How many more addresses to probe: those kept ready, and one for each device that waits.</summary>
    private int Lacking() => Math.Min(
        Math.Min(Stock + _demand - Count(AddressState.Ready) - Count(AddressState.Probing), Count(AddressState.Unknown)),
        MaxProbing - Count(AddressState.Probing));

    private void Restock(TimeSpan now, List<Ipv4Address> probes)
    {
        var lacking = Lacking();
        for (var i = 0; i < _addresses.Length && lacking > 0; i++)
        {
            // Round robin, so that an address rests as long as possible.
            var address = _addresses[_next];
            _next = (_next + 1) % _addresses.Length;
            var entry = _entries[address];
            if (entry.State == AddressState.Unknown)
            {
                Start(address, entry, now, probes);
                lacking--;
            }
        }
    }

    private void Start(Ipv4Address address, Entry entry, TimeSpan now, List<Ipv4Address> probes)
    {
        entry.Probes = 0;
        Move(entry, AddressState.Probing);
        Probe(address, entry, now, probes);
    }

    private void Probe(Ipv4Address address, Entry entry, TimeSpan now, List<Ipv4Address> probes)
    {
        entry.Probes++;
        _probing.Enqueue((now + ProbeInterval, address));
        probes.Add(address);
    }

    private void Want(Ipv4Address address, Entry entry)
    {
        if (!entry.Wanted)
        {
            entry.Wanted = true;
            _wanted.Enqueue(address);
        }
    }

    /// <summary>The address that has been ready longest; addresses that belonged to another device come last.</summary>
    private bool TryTakeReady(Func<Ipv4Address, bool> reserved, Func<Ipv4Address, bool> pinned, out Ipv4Address address)
    {
        Ipv4Address? second = null;
        for (var left = _ready.Count; left > 0; left--)
        {
            address = _ready.Dequeue();
            if (_entries[address].State != AddressState.Ready)
            {
                continue;
            }

            var isPinned = pinned(address);
            if (!isPinned && !reserved(address))
            {
                return true;
            }

            _ready.Enqueue(address);
            second ??= isPinned ? null : address;
        }

        address = second ?? default;
        return second is not null;
    }

    private void Move(Entry entry, AddressState state)
    {
        _counts[(int)entry.State]--;
        _counts[(int)state]++;
        entry.State = state;
    }

    private sealed class Entry
    {
        public AddressState State { get; set; }

        public int Probes { get; set; }

        /// <summary>When a ready or quarantined address is unknown again.</summary>
        public TimeSpan Until { get; set; }

        public bool Wanted { get; set; }

        /// <summary>A device waits for this address and no other.</summary>
        public bool IsAwaited { get; set; }
    }
}
