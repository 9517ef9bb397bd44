using System.Collections.Immutable;
using Innkeeper.Addresses;
using Innkeeper.Wire;

namespace Innkeeper.Bindings;

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

    /// <summary>Too many strangers have bindings already: this one has to show that it exists.</summary>
    Unproven,

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

    private readonly IReadOnlyList<GatewayAddresses> _supplies;
    private readonly Func<uint, TimeSpan> _idle;
    private readonly Func<uint, bool> _isConfirmed;
    private readonly Dictionary<ClaimedAddress, Binding> _byClaim = [];
    private readonly Dictionary<Ipv4Address, Binding> _byLegal = [];
    private readonly Dictionary<Station, List<ClaimedAddress>> _byStation = [];
    private readonly Dictionary<(ushort Vlan, Ipv4Address Address), List<ClaimedAddress>> _byAddress = [];
    private readonly Dictionary<ClaimedAddress, Remembered> _remembered = [];
    private readonly Dictionary<Ipv4Address, ClaimedAddress> _rememberedBy = [];
    private readonly Dictionary<Ipv4Address, MacAddress> _pins = [];
    private readonly Dictionary<Station, uint> _meters = [];
    private readonly Dictionary<MacAddress, List<Station>> _byMac = [];
    private readonly Stack<uint> _freeMeters = new();

    /// <summary>One for each supply, and the last for bindings that take nothing from any.</summary>
    private readonly UnconfirmedBindings[] _probations;
    private readonly Stack<uint> _freeNumbers = new();
    private volatile ImmutableDictionary<uint, Binding> _bindings = ImmutableDictionary<uint, Binding>.Empty;

    /// <param name="supplies">Each gateway's legal addresses, by the gateway's number. No address is in two of them.</param>
    /// <param name="capacity">Slots of the data plane. Number 0 would be the inside network's own address, 1 is the gateway's.</param>
    /// <param name="idle">For how long a binding's device has sent nothing.</param>
    /// <param name="isConfirmed">Whether a binding's device went on after it was answered, so that there is one; null: all do.</param>
    public Registry(IReadOnlyList<GatewayAddresses> supplies, uint capacity, Func<uint, TimeSpan> idle, Func<uint, bool>? isConfirmed = null)
    {
        for (var number = capacity - 1; number >= 1; number--)
        {
            _freeShares.Push(number);
            _freeMeters.Push(number);
        }

        _supplies = supplies;
        _idle = idle;
        _isConfirmed = isConfirmed ?? (_ => true);
        _probations = [.. supplies.Select(s => s.Strangers).Append((int)capacity).Select(n => new UnconfirmedBindings(n, _isConfirmed))];
        for (var number = capacity - 1; number >= 2; number--)
        {
            _freeNumbers.Push(number);
        }
    }

    public ImmutableDictionary<uint, Binding> Bindings => _bindings;

    public int DeviceCount => _byStation.Count;

    /// <summary>One arm: who claims an address of this network is one of its hosts, and keeps it. Null with two arms.</summary>
    public Ipv4Network? Lan { get; set; }

    /// <summary>The bindings that an arrival pushed out since last asked; the caller releases them elsewhere.</summary>
    public List<Binding> Replaced { get; } = [];

    public Binding? Find(ClaimedAddress claim) => _byClaim.GetValueOrDefault(claim);

    /// <summary>All bindings of a MAC, in whatever VLAN.</summary>
    public IReadOnlyList<Binding> BindingsOf(MacAddress mac) =>
        _byMac.TryGetValue(mac, out var stations) ? [.. stations.SelectMany(s => _byStation[s]).Select(c => _byClaim[c])] : [];

    /// <summary>Whether a MAC has any binding.</summary>
    public bool IsHere(MacAddress mac) => _byMac.ContainsKey(mac);

    /// <summary>The administrator gave a device a legal address, whether it is here or not; null takes it back.</summary>
    public void Pin(MacAddress mac, Ipv4Address? legal)
    {
        foreach (var (address, _) in _pins.Where(p => p.Value == mac).ToList())
        {
            _pins.Remove(address);
        }

        if (legal is { } pinned)
        {
            _pins[pinned] = mac;
        }
    }

    /// <summary>Whose a legal address is by a lease, which is as good as the administrator's word; null: nobody's.</summary>
    public Func<Ipv4Address, MacAddress?>? LeasedTo { get; set; }

    /// <summary>Whether a legal address is kept for another device, or is another's already.</summary>
    public bool IsKeptFromLease(ClaimedAddress claim) =>
        IsOthers(claim.Address, claim.Station.Mac) || (_byLegal.TryGetValue(claim.Address, out var binding) && binding.Claim.Station != claim.Station)
        || _supplies.Any(s => s.Pool.StateOf(claim.Address) == AddressState.Quarantined);

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
    public void Remember(ClaimedAddress claim, Ipv4Address legal, DateTimeOffset firstSeen)
    {
        if (!_supplies.Any(s => s.Pool.Contains(legal)))
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
            || !MayAdopt(binding))
        {
            return false;
        }

        if (!_meters.TryAdd(binding.Claim.Station, binding.Meter))
        {
            binding = binding with { Meter = _meters[binding.Claim.Station] };
        }

        if (binding.Share != 0)
        {
            AdoptShare(binding);
        }

        Add(binding);
        if (!_isConfirmed(binding.Number))
        {
            // Since when is not known: it had its time.
            ProbationOf(binding.IsLocal, binding.Policy).Enter(binding.Number, TimeSpan.Zero);
        }

        return true;
    }

    /// <summary>After adoption: numbers in use are not given again.</summary>
    /// <param name="endingShares">Shares that nobody has any more, but whose ports still rest.</param>
    public void ReserveAdopted(IEnumerable<(uint Share, Ipv4Address Address)>? endingShares = null)
    {
        ReserveShares(endingShares ?? []);
        Keep(_freeNumbers, n => !_bindings.ContainsKey(n));
        var metered = _meters.Values.ToHashSet();
        Keep(_freeMeters, n => !metered.Contains(n));
    }

    /// <summary>A device uses an address. Ask again after <see cref="Arrival.Waiting"/> when an address became ready.</summary>
    /// <param name="proof">Whether the device is known to exist; after <see cref="Arrival.Unproven"/> it is to be asked.</param>
    public Arrival Arrive(ClaimedAddress claim, GatewayInference belief, BindingPolicy terms, TimeSpan now, DateTimeOffset wall, out Binding? binding, Reachability proof = Reachability.None)
    {
        if (_byClaim.TryGetValue(claim, out binding))
        {
            return Arrival.Known;
        }

        Binding? oldest = null;
        if (_byStation.TryGetValue(claim.Station, out var held) && held.Count >= terms.Addresses)
        {
            oldest = held.Select(c => _byClaim[c]).MaxBy(b => _idle(b.Number))!;
            if (_idle(oldest.Number) < ReplaceAfter)
            {
                return Arrival.DeviceLimit;
            }
        }

        var isLocal = IsLocal(claim);
        var legal = isLocal ? claim.Address : default;
        var needsLegal = !isLocal && !terms.IsHeld;
        var probation = ProbationOf(isLocal, terms);
        var isStranger = proof != Reachability.Given && held?.Any(c => _isConfirmed(_byClaim[c].Number)) != true;
        if (isStranger && probation.IsFull(now) && (proof == Reachability.None || !Displace(probation, now, b => !IsOthers(b.Legal, claim.Station.Mac))))
        {
            return Arrival.Unproven;
        }

        if (oldest is not null && !_byClaim.ContainsKey(oldest.Claim))
        {
            // It was the oldest of the strangers too, and has ended.
            oldest = null;
        }

        // Those first that are there in any number.
        if (_freeNumbers.Count == 0 && oldest is null && !Enumerable.Reverse(_probations).Any(p => Displace(p, now, _ => true)))
        {
            return Arrival.TableFull;
        }

        var outcome = needsLegal ? (terms.PrefersOwn ? TakeFor(claim, terms, out legal) : AddressOutcome.Exhausted) : AddressOutcome.Bound;
        if (outcome == AddressOutcome.Wait)
        {
            return Arrival.Waiting;
        }

        if (outcome == AddressOutcome.Exhausted && !CanShare(claim.Station, terms) && terms.MayShare && SharedOf(terms) is { IsExpecting: true })
        {
            return Arrival.Waiting;
        }

        if (oldest is not null)
        {
            Release(oldest, now);
            Replaced.Add(oldest);
            if (outcome == AddressOutcome.Exhausted && terms.PrefersOwn)
            {
                // The address it gave up is free now.
                outcome = TakeFor(claim, terms, out legal);
            }
        }

        if (outcome == AddressOutcome.Exhausted && terms.PrefersOwn && !CanShare(claim.Station, terms)
            && Displace(probation, now, b => b.IsPooled && !IsOthers(b.Legal, claim.Station.Mac)))
        {
            outcome = TakeFor(claim, terms, out legal);
        }

        if (outcome != AddressOutcome.Bound && !CanShare(claim.Station, terms))
        {
            return Arrival.PoolExhausted;
        }

        var firstSeen = _remembered.TryGetValue(claim, out var before) && before.FirstSeen < wall ? before.FirstSeen : wall;
        binding = new Binding(_freeNumbers.Pop(), claim, legal, belief.Gateway, belief.IsProven, firstSeen) { IsLocal = isLocal, Policy = terms, Meter = MeterOf(claim.Station) };
        if (outcome != AddressOutcome.Bound)
        {
            binding = JoinShare(binding);
        }

        Add(binding);
        if (isStranger)
        {
            probation.Enter(binding.Number, now);
        }

        return Arrival.Bound;
    }

    /// <summary>Its terms are others now, under which it may go on.</summary>
    public Binding UpdatePolicy(Binding binding, BindingPolicy terms) => Change(binding, binding with { Policy = terms });

    /// <summary>It was never confirmed and has ended: nothing of it is worth keeping.</summary>
    public void Disregard(ClaimedAddress claim)
    {
        if (!_byClaim.ContainsKey(claim) && _remembered.Remove(claim, out var before) && before.Legal is { } had)
        {
            _rememberedBy.Remove(had);
        }
    }

    /// <summary>The device has been silent too long, or its address must go. The claim is remembered with its legal address.</summary>
    public void Release(Binding binding, TimeSpan now)
    {
        Drop(binding);
        if (binding.IsPooled)
        {
            PoolOf(binding).Release(binding.Legal, now);
        }
    }

    /// <summary>Somebody outside uses a pool address. A binding that had it loses it and is returned: it needs another.</summary>
    public Binding? Conflict(Ipv4Address legal, TimeSpan now)
    {
        if (_supplies.FirstOrDefault(s => s.Pool.Contains(legal))?.Pool.Quarantine(legal, now) != AddressState.Bound || !_byLegal.TryGetValue(legal, out var binding))
        {
            return null;
        }

        Drop(binding);
        return binding;
    }

    /// <summary>What is known of the device's gateway changed.</summary>
    public Binding UpdateGateway(Binding binding, GatewayInference belief)
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

    /// <summary>What the administrator gave it or it had before, if that can be; else one that is nobody's from before, if that can be.</summary>
    private AddressOutcome TakeFor(ClaimedAddress claim, BindingPolicy terms, out Ipv4Address legal)
    {
        var wish = terms.Pinned is { } pinned && !_byLegal.ContainsKey(pinned) ? pinned : _remembered.TryGetValue(claim, out var before) ? before.Legal : null;
        var isOthers = wish is { } wished && IsOthers(wished, claim.Station.Mac);
        return _supplies[terms.Gateway].Pool.Take(
            isOthers ? null : wish,
            address => _rememberedBy.TryGetValue(address, out var owner) && owner != claim, out legal,
            address => IsOthers(address, claim.Station.Mac));
    }

    private bool IsOthers(Ipv4Address legal, MacAddress mac) =>
        (_pins.TryGetValue(legal, out var holder) && holder != mac) || (LeasedTo?.Invoke(legal) is { } tenant && tenant != mac);

    private AddressPool PoolOf(Binding binding) => _supplies.First(s => s.Pool.Contains(binding.Legal)).Pool;

    private bool MayAdopt(Binding binding) => binding.IsLocal || binding.Policy.IsHeld
        || (binding.HasOwn ? _supplies[binding.Policy.Gateway].Pool.Adopt(binding.Legal) : binding.Share != 0 && binding.Policy.MayShare && _supplies[binding.Policy.Gateway].MaySomeShare);

    private uint MeterOf(Station station)
    {
        if (!_meters.TryGetValue(station, out var meter))
        {
            _meters[station] = meter = _freeMeters.Pop();
        }

        return meter;
    }

    /// <summary>
    /// Makes room: of the strangers the oldest goes, if it had its time. Who is confirmed or proved to exist never has to
    /// make room for a newcomer: a flood of invented devices displaces itself.
    /// </summary>
    /// <param name="isUseful">Whether a binding's end helps; the others stay.</param>
    private bool Displace(UnconfirmedBindings probation, TimeSpan now, Func<Binding, bool> isUseful)
    {
        if (probation.Oldest(now, number => isUseful(_bindings[number])) is not { } oldest)
        {
            return false;
        }

        var binding = _bindings[oldest];
        Release(binding, now);
        Desert(binding);
        Replaced.Add(binding);
        return true;
    }

    /// <summary>Takes out of a stack what is not to be kept; the order stays.</summary>
    private static void Keep(Stack<uint> numbers, Func<uint, bool> isKept)
    {
        var kept = numbers.Where(isKept).Reverse().ToArray();
        numbers.Clear();
        foreach (var number in kept)
        {
            numbers.Push(number);
        }
    }

    private UnconfirmedBindings ProbationOf(bool isLocal, BindingPolicy terms) => isLocal || terms.IsHeld ? _probations[^1] : _probations[terms.Gateway];

    private bool IsLocal(ClaimedAddress claim) => Lan is { } lan && lan.Contains(claim.Address);

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
        if (!_byStation.ContainsKey(binding.Claim.Station))
        {
            Put(_byMac, binding.Claim.Station.Mac, binding.Claim.Station);
        }

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

        Array.ForEach(_probations, p => p.Leave(binding.Number));
        _bindings = _bindings.Remove(binding.Number);
        _freeNumbers.Push(binding.Number);
        if (Take(_byStation, binding.Claim.Station, binding.Claim))
        {
            Take(_byMac, binding.Claim.Station.Mac, binding.Claim.Station);
            if (_meters.Remove(binding.Claim.Station, out var meter))
            {
                _freeMeters.Push(meter);
            }
        }

        Take(_byAddress, (binding.Claim.Station.Vlan, binding.Claim.Address), binding.Claim);
    }

    private static void Put<TKey, TItem>(Dictionary<TKey, List<TItem>> index, TKey key, TItem item)
        where TKey : notnull
    {
        if (!index.TryGetValue(key, out var items))
        {
            index[key] = items = new List<TItem>(1);
        }

        items.Add(item);
    }

    /// <returns>Whether it was the last one.</returns>
    private static bool Take<TKey, TItem>(Dictionary<TKey, List<TItem>> index, TKey key, TItem item)
        where TKey : notnull
    {
        var items = index[key];
        items.Remove(item);
        return items.Count == 0 && index.Remove(key);
    }

    /// <param name="Legal">Null where it shared one.</param>
    private readonly record struct Remembered(Ipv4Address? Legal, DateTimeOffset FirstSeen);
}
