using System.Collections.Immutable;
using Innkeeper.Addresses;
using Innkeeper.Wire;

namespace Innkeeper.Devices;

/// <summary>What became of a claim.</summary>
internal enum Arrival
{
    /// <summary>It has its binding already.</summary>
    Known,

    /// <summary>It has one now.</summary>
    Bound,

    /// <summary>An address is being probed for it.</summary>
    Waiting,

    /// <summary>The device holds as many addresses as its profile allows, and uses them.</summary>
    DeviceLimit,

    /// <summary>No legal address is left.</summary>
    PoolExhausted,

    /// <summary>The data plane has no slot left.</summary>
    TableFull,
}

/// <summary>
/// Devices, bindings and their legal addresses: the one owner of that state. Pure (time is a parameter), one thread;
/// other threads read <see cref="Bindings"/>, an immutable snapshot.
/// </summary>
internal sealed partial class Registry
{
    /// <summary>A device at its limit gives up an address that it has not used for this long.</summary>
    public static readonly TimeSpan ReplaceAfter = TimeSpan.FromMinutes(1);

    private readonly AddressPool _pool;
    private readonly int _addressesPerDevice;
    private readonly Func<uint, TimeSpan> _idle;
    private readonly Dictionary<Claim, Binding> _byClaim = [];
    private readonly Dictionary<Ipv4Address, Binding> _byLegal = [];
    private readonly Dictionary<Station, List<Claim>> _byStation = [];
    private readonly Dictionary<(ushort Vlan, Ipv4Address Address), List<Claim>> _byAddress = [];
    private readonly Dictionary<Claim, Remembered> _remembered = [];
    private readonly Dictionary<Ipv4Address, Claim> _rememberedBy = [];
    private readonly Stack<uint> _freeNumbers = new();
    private volatile ImmutableDictionary<uint, Binding> _bindings = ImmutableDictionary<uint, Binding>.Empty;

    /// <param name="capacity">Slots of the data plane. Number 0 would be the inside network's own address, 1 is the gateway's.</param>
    /// <param name="idle">For how long a binding's device has sent nothing.</param>
    /// <param name="shared">What devices share; null: none does.</param>
    /// <param name="prefersOwn">Whether a device gets an address of its own where the pool has one.</param>
    public Registry(AddressPool pool, uint capacity, int addressesPerDevice, Func<uint, TimeSpan> idle, SharedAddresses? shared = null, bool prefersOwn = true)
    {
        _shared = shared;
        _prefersOwn = prefersOwn;
        for (var share = capacity - 1; share >= 1; share--)
        {
            _freeShares.Push(share);
        }

        _pool = pool;
        _addressesPerDevice = addressesPerDevice;
        _idle = idle;
        for (var number = capacity - 1; number >= 2; number--)
        {
            _freeNumbers.Push(number);
        }
    }

    public ImmutableDictionary<uint, Binding> Bindings => _bindings;

    public int DeviceCount => _byStation.Count;

    /// <summary>One arm: who claims an address of this network is one of its hosts, and keeps it. Null with two arms.</summary>
    public Ipv4Network? Lan { get; set; }

    /// <summary>The bindings that an arrival at the limit pushed out since last asked; the caller releases them elsewhere.</summary>
    public List<Binding> Replaced { get; } = [];

    public Binding? Find(Claim claim) => _byClaim.GetValueOrDefault(claim);

    public Binding? FindByLegal(Ipv4Address legal) => _byLegal.GetValueOrDefault(legal);

    /// <summary>The gateway that a device is proven to believe in by one of its addresses; 0.0.0.0 while none is.</summary>
    public Ipv4Address GatewayOf(Station station) =>
        _byStation.TryGetValue(station, out var claims) && claims.Select(c => _byClaim[c]).FirstOrDefault(b => b.GatewayProven) is { } proven
            ? proven.Gateway
            : Ipv4Address.Any;

    /// <summary>Other devices of a VLAN that claim an address.</summary>
    public IEnumerable<Binding> ClaimedByOthers(Station asker, Ipv4Address address) =>
        _byAddress.TryGetValue((asker.Vlan, address), out var claims)
            ? claims.Where(c => c.Station.Mac != asker.Mac).Select(c => _byClaim[c])
            : [];

    /// <summary>What a claim had before, from the database: it gets the same again when that is free.</summary>
    public void Remember(Claim claim, Ipv4Address legal, DateTimeOffset firstSeen)
    {
        Seen(claim.Station, firstSeen);
        if (!_pool.Contains(legal))
        {
            // It shared one: only since when it is known is worth keeping.
            _remembered.TryAdd(claim, new Remembered(null, firstSeen));
            return;
        }

        if (_rememberedBy.TryGetValue(legal, out var other))
        {
            _remembered.Remove(other);
        }

        if (_remembered.TryGetValue(claim, out var before) && before.Legal is { } had)
        {
            _rememberedBy.Remove(had);
        }

        _remembered[claim] = new Remembered(legal, firstSeen);
        _rememberedBy[legal] = claim;
    }

    /// <summary>A binding that the data plane has been serving while no control plane ran.</summary>
    /// <returns>False when its number or legal address is not to be had, or it shared one and may not any more: then it cannot go on.</returns>
    public bool Adopt(Binding binding)
    {
        if (_byClaim.ContainsKey(binding.Claim) || _bindings.ContainsKey(binding.Number) || binding.IsLocal != IsLocal(binding.Claim)
            || !(binding.IsLocal || (binding.HasOwn ? _pool.Adopt(binding.Legal) : binding.Share != 0 && MaySomeShare)))
        {
            return false;
        }

        if (binding.Share != 0)
        {
            AdoptShare(binding);
        }

        Add(binding);
        return true;
    }

    /// <summary>After adoption: numbers in use are not given again.</summary>
    /// <param name="endingShares">Shares that nobody has any more, but whose ports still rest.</param>
    public void ReserveAdopted(IEnumerable<(uint Share, Ipv4Address Address)>? endingShares = null)
    {
        ReserveShares(endingShares ?? []);
        var free = _freeNumbers.Where(n => !_bindings.ContainsKey(n)).Reverse().ToArray();
        _freeNumbers.Clear();
        foreach (var number in free)
        {
            _freeNumbers.Push(number);
        }
    }

    /// <summary>A device uses an address. Ask again after <see cref="Arrival.Waiting"/> when an address became ready.</summary>
    public Arrival Arrive(Claim claim, GatewayBelief belief, TimeSpan now, DateTimeOffset wall, out Binding? binding)
    {
        if (_byClaim.TryGetValue(claim, out binding))
        {
            return Arrival.Known;
        }

        Binding? oldest = null;
        if (_byStation.TryGetValue(claim.Station, out var held) && held.Count >= _addressesPerDevice)
        {
            oldest = held.Select(c => _byClaim[c]).MaxBy(b => _idle(b.Number))!;
            if (_idle(oldest.Number) < ReplaceAfter)
            {
                return Arrival.DeviceLimit;
            }
        }

        if (_freeNumbers.Count == 0 && oldest is null)
        {
            return Arrival.TableFull;
        }

        var isLocal = IsLocal(claim);
        var legal = isLocal ? claim.Address : default;
        var outcome = isLocal ? AddressOutcome.Bound : _prefersOwn ? TakeFor(claim, out legal) : AddressOutcome.Exhausted;
        if (outcome == AddressOutcome.Wait)
        {
            return Arrival.Waiting;
        }

        if (outcome == AddressOutcome.Exhausted && !CanShare(claim.Station) && _shared is { IsExpecting: true })
        {
            return Arrival.Waiting;
        }

        if (oldest is not null)
        {
            Release(oldest, now);
            Replaced.Add(oldest);
            if (outcome == AddressOutcome.Exhausted && _prefersOwn)
            {
                // The address it gave up is free now.
                outcome = TakeFor(claim, out legal);
            }
        }

        if (outcome != AddressOutcome.Bound && !CanShare(claim.Station))
        {
            return Arrival.PoolExhausted;
        }

        var firstSeen = _remembered.TryGetValue(claim, out var before) && before.FirstSeen < wall ? before.FirstSeen : wall;
        binding = new Binding(_freeNumbers.Pop(), claim, legal, belief.Gateway, belief.IsProven, firstSeen) { IsLocal = isLocal };
        if (outcome != AddressOutcome.Bound)
        {
            binding = JoinShare(binding);
        }

        Add(binding);
        return Arrival.Bound;
    }

    /// <summary>The device has been silent too long, or its address must go. The claim is remembered with its legal address.</summary>
    public void Release(Binding binding, TimeSpan now)
    {
        Drop(binding);
        if (binding.IsPooled)
        {
            _pool.Release(binding.Legal, now);
        }
    }

    /// <summary>Somebody outside uses a pool address. A binding that had it loses it and is returned: it needs another.</summary>
    public Binding? Conflict(Ipv4Address legal, TimeSpan now)
    {
        if (_pool.Quarantine(legal, now) != AddressState.Bound || !_byLegal.TryGetValue(legal, out var binding))
        {
            return null;
        }

        Drop(binding);
        return binding;
    }

    /// <summary>What is known of the device's gateway changed.</summary>
    public Binding Believe(Binding binding, GatewayBelief belief)
    {
        return Change(binding, binding with { Gateway = belief.Gateway, GatewayProven = belief.IsProven });
    }

    private Binding Change(Binding binding, Binding updated)
    {
        _byClaim[binding.Claim] = updated;
        if (updated.IsPooled)
        {
            _byLegal[updated.Legal] = updated;
        }

        _bindings = _bindings.SetItem(binding.Number, updated);
        return updated;
    }

    /// <summary>What it had before, if that can be; else one that is nobody's from before, if that can be.</summary>
    private AddressOutcome TakeFor(Claim claim, out Ipv4Address legal) => _pool.Take(
        _remembered.TryGetValue(claim, out var before) ? before.Legal : null,
        address => _rememberedBy.TryGetValue(address, out var owner) && owner != claim, out legal);

    private bool IsLocal(Claim claim) => Lan is { } lan && lan.Contains(claim.Address);

    private void Add(Binding binding)
    {
        _byClaim[binding.Claim] = binding;
        if (binding.IsPooled)
        {
            _byLegal[binding.Legal] = binding;
        }

        if (!binding.IsLocal)
        {
            Remember(binding.Claim, binding.Legal, binding.FirstSeen);
        }

        _bindings = _bindings.SetItem(binding.Number, binding);
        Put(_byStation, binding.Claim.Station, binding.Claim);
        Put(_byAddress, (binding.Claim.Station.Vlan, binding.Claim.Address), binding.Claim);
    }

    private void Drop(Binding binding)
    {
        _byClaim.Remove(binding.Claim);
        LeaveShare(binding);
        if (binding.IsPooled)
        {
            _byLegal.Remove(binding.Legal);
        }

        _bindings = _bindings.Remove(binding.Number);
        _freeNumbers.Push(binding.Number);
        Take(_byStation, binding.Claim.Station, binding.Claim);
        Take(_byAddress, (binding.Claim.Station.Vlan, binding.Claim.Address), binding.Claim);
    }

    private static void Put<TKey>(Dictionary<TKey, List<Claim>> index, TKey key, Claim claim)
        where TKey : notnull
    {
        if (!index.TryGetValue(key, out var claims))
        {
            index[key] = claims = new List<Claim>(1);
        }

        claims.Add(claim);
    }

    private static void Take<TKey>(Dictionary<TKey, List<Claim>> index, TKey key, Claim claim)
        where TKey : notnull
    {
        var claims = index[key];
        claims.Remove(claim);
        if (claims.Count == 0)
        {
            index.Remove(key);
        }
    }

    /// <param name="Legal">Null where it shared one.</param>
    private readonly record struct Remembered(Ipv4Address? Legal, DateTimeOffset FirstSeen);
}
