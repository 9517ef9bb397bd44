using System.Collections.Immutable;
using Innkeeper.Addresses;
using Innkeeper.Wire;

namespace Innkeeper.Bindings;

/// <summary>
/// Decides which device is bound to which number, outside address and ports, and is the one owner of that state. Has no I/O, clock or
/// log; one thread calls it, other threads read <see cref="Bindings"/>, an immutable snapshot. Each call returns its changes as a
/// <see cref="BindingChange"/>.
/// </summary>
internal sealed class Registry
{
    /// <summary>A device at its limit gives up an address that it has not used for this long.</summary>
    public static readonly TimeSpan ReplaceAfter = TimeSpan.FromMinutes(1);

    private readonly IReadOnlyList<GatewayAddresses> _gateways;
    private readonly IBindingActivity _activity;
    private readonly BindingIndex _index;
    private readonly AddressReservations _reservations;
    private readonly MeterAllocations _meters;

    /// <summary>Number 0 would be the inside network's own address; number 1 is the gateway's.</summary>
    private readonly NumberAllocator _numbers;

    /// <summary>One for each gateway's addresses, and the last for bindings that take nothing from any.</summary>
    private readonly UnconfirmedBindings[] _unconfirmed;

    /// <param name="gateways">Each gateway's outside addresses, by the gateway's number. No address is in two of them.</param>
    /// <param name="capacity">Slots of the data plane.</param>
    /// <param name="leased">Null: DHCP leases no outside addresses.</param>
    /// <param name="index">Empty; other threads read it. Null: one of its own.</param>
    /// <param name="meters">Meters of the data plane; null: as many as slots.</param>
    public Registry(IReadOnlyList<GatewayAddresses> gateways, uint capacity, IBindingActivity activity, ILeasedAddresses? leased = null, BindingIndex? index = null, uint? meters = null)
    {
        _index = index ?? new BindingIndex();
        _gateways = gateways;
        _activity = activity;
        _reservations = new AddressReservations(leased);
        _numbers = new NumberAllocator(2, capacity);
        _meters = new MeterAllocations(meters ?? capacity);
        Ports = new PortAllocations(gateways, capacity, activity);
        _unconfirmed = [.. gateways.Select(s => s.MaxUnconfirmed).Append((int)capacity).Select(n => new UnconfirmedBindings(n, activity.IsConfirmed))];
    }

    public ImmutableDictionary<uint, Binding> Bindings => _index.All;

    /// <summary>Ports of shared addresses.</summary>
    public PortAllocations Ports { get; }

    /// <summary>Numbers for more bindings, and meters for more devices and groups.</summary>
    public (int Numbers, int Meters) Free => (_numbers.Free, _meters.Free);

    /// <summary>The meters of both families: a device has one for all its addresses.</summary>
    public MeterAllocations Meters => _meters;

    public int DeviceCount => _index.StationCount;

    /// <summary>One arm: a device that claims an address of this network is one of its hosts, and keeps it. Null with two arms.</summary>
    public Ipv4Network? Lan { get; set; }

    public Binding? Find(ClaimedAddress claim) => _index.Find(claim);

    public Binding? FindByLegal(Ipv4Address legal) => _index.FindByLegal(legal);

    /// <summary>All bindings of a MAC, in any VLAN.</summary>
    public IReadOnlyList<Binding> BindingsOf(MacAddress mac) => _index.OfMac(mac);

    /// <summary>Whether a MAC has any binding.</summary>
    public bool IsHere(MacAddress mac) => _index.Contains(mac);

    /// <summary>The gateway that a device is proven to use by one of its addresses; 0.0.0.0 while none is.</summary>
    public Ipv4Address GatewayOf(Station station) => _index.OfStation(station).FirstOrDefault(b => b.GatewayProven) is { } proven ? proven.Gateway : Ipv4Address.Any;

    /// <summary>Bindings of other devices of a VLAN that claim an address.</summary>
    public IEnumerable<Binding> ClaimedByOthers(Station device, Ipv4Address address) =>
        _index.Claiming(device.Vlan, address).Where(b => b.Claim.Station.Mac != device.Mac);

    /// <inheritdoc cref="AddressReservations.Pins"/>
    public IReadOnlyDictionary<Ipv4Address, MacAddress> Pins => _reservations.Pins;

    /// <inheritdoc cref="AddressReservations.HasPin"/>
    public bool HasPin(MacAddress mac) => _reservations.HasPin(mac);

    /// <summary>The claimed address that a device uses or used last: of its bindings, the one heard last; otherwise a remembered one.</summary>
    public ClaimedAddress? LatestOf(MacAddress mac, TimeSpan now) =>
        _index.OfMac(mac).MinBy(b => _activity.IdleFor(b.Number, now))?.Claim ?? _reservations.LatestOf(mac);

    /// <summary>Whether a binding has the outside address that is kept for its device: by the administrator's pin, or by a lease of that address.</summary>
    public static bool IsPinned(Binding binding) => binding.IsPooled && binding.Policy.Pinned == binding.Legal;

    /// <summary>Whether a quarter of the pool that a binding's outside address is from, or more, is free for new devices.</summary>
    public bool HasSpare(Binding binding) => binding.IsPooled && PoolOf(binding) is var pool
        && 4 * (pool.Count(AddressState.Unknown) + pool.Count(AddressState.Probing) + pool.Count(AddressState.Ready)) >= pool.Total;

    /// <summary>Whether an outside address can be had now; if it may be free, it is probed.</summary>
    public bool IsReady(Ipv4Address legal) => _gateways.FirstOrDefault(g => g.Pool.Contains(legal))?.Pool.Request(legal) == AddressState.Ready;

    /// <inheritdoc cref="AddressReservations.Pin"/>
    public void Pin(MacAddress mac, Ipv4Address? legal) => _reservations.Pin(mac, legal);

    /// <summary>Whether DHCP must not lease an outside address to a device: another has it or a right to it, or a foreign host uses it.</summary>
    public bool IsKeptFromLease(ClaimedAddress claim) =>
        _reservations.IsForAnother(claim.Address, claim.Station.Mac)
        || (_index.FindByLegal(claim.Address) is { } binding && binding.Claim.Station != claim.Station)
        || _gateways.Any(s => s.Pool.StateOf(claim.Address) == AddressState.Quarantined);

    /// <summary>The outside address that a claimed address had before, from the database: it gets the same again if that is free.</summary>
    public void Remember(ClaimedAddress claim, Ipv4Address legal, DateTimeOffset firstSeen)
    {
        if (_gateways.Any(s => s.Pool.Contains(legal)))
        {
            _reservations.Remember(claim, legal, firstSeen);
        }
        else
        {
            _reservations.RememberShared(claim, firstSeen);
        }
    }

    /// <summary>The outside address that a claimed address has or had; null: none of its own.</summary>
    public Ipv4Address? RememberedOf(ClaimedAddress claim) => _reservations.LegalOf(claim);

    /// <summary>All addresses that a MAC claimed and that are remembered.</summary>
    public IReadOnlyList<ClaimedAddress> RememberedOf(MacAddress mac) => _reservations.ClaimsOf(mac);

    /// <summary>Whether a binding could have a pinned address instead of what it has, as soon as that is probed.</summary>
    public bool MayMove(Binding binding, Ipv4Address pinned) => !binding.IsLocal && binding.Legal != pinned && MayHave(binding.Policy, pinned);

    /// <summary>A binding that was never confirmed has ended: nothing of it is worth keeping.</summary>
    public void Discard(ClaimedAddress claim)
    {
        if (!_index.Contains(claim))
        {
            _reservations.Forget(claim);
        }
    }

    /// <summary>A binding that the data plane has been serving while no control plane ran.</summary>
    /// <returns>False when its number or outside address is not available, or it shared one and may not any more: then it cannot continue.</returns>
    public bool Adopt(Binding binding)
    {
        if (_index.Contains(binding.Claim) || _index.Contains(binding.Number) || binding.IsLocal != IsLocal(binding.Claim) || !MayAdopt(binding))
        {
            return false;
        }

        binding = _meters.Adopt(binding);
        if (binding.Share != 0)
        {
            Ports.Adopt(binding);
        }

        Add(binding);
        if (!_activity.IsConfirmed(binding.Number))
        {
            // The time since which it waits is not known: its time counts as over.
            UnconfirmedOf(binding.IsLocal, binding.Policy).Enter(binding.Number, TimeSpan.Zero);
        }

        return true;
    }

    /// <summary>After adoption: numbers in use are not given out again.</summary>
    /// <param name="endingShares">Shares without a device whose ports are still held back.</param>
    public void ReserveAdopted(IEnumerable<(uint Share, Ipv4Address Address)>? endingShares = null)
    {
        Ports.Reserve(endingShares ?? []);
        _numbers.Reserve(_index.Contains);
        _meters.ReserveAdopted();
        foreach (var binding in _index.All.Values.Where(b => b.Meter == MeterAllocations.None))
        {
            Replace(binding with { Meter = _meters.Of(binding) });
        }
    }

    /// <summary>A device uses an address. Ask again after <see cref="Arrival.Waiting"/> when an address became ready.</summary>
    /// <param name="reachability">Whether the device is known to exist; after <see cref="Arrival.Unproven"/> it must be asked.</param>
    public BindingChange Arrive(
        ClaimedAddress claim, GatewayInference gateway, BindingPolicy policy, TimeSpan now, DateTimeOffset wall, Reachability reachability = Reachability.None)
    {
        var change = new BindingChange();
        if (_index.Find(claim) is { } known)
        {
            return change.With(Arrival.Known, known);
        }

        // A device that only records speak of must cost no other device its place for nothing, and is only served with the address that it is to have.
        var isRecorded = reachability == Reachability.Recorded;
        if (isRecorded && policy.Pinned is { } pinned && !MayHave(policy, pinned))
        {
            return change.With(Arrival.PoolExhausted);
        }

        var mayDisplace = !isRecorded || (policy.Pinned is { } kept && _gateways[policy.Gateway].Pool.StateOf(kept) == AddressState.Ready);
        if (!HasRoomAtDevice(claim.Station, policy, now, out var oldest) || (oldest is not null && !mayDisplace))
        {
            return change.With(Arrival.DeviceLimit);
        }

        var isLocal = IsLocal(claim);
        var unconfirmed = UnconfirmedOf(isLocal, policy);
        var isUnconfirmed = reachability is not (Reachability.Given or Reachability.Recorded) && !_index.OfStation(claim.Station).Any(b => _activity.IsConfirmed(b.Number));
        if (isUnconfirmed && !HasPin(claim.Station.Mac) && unconfirmed.IsFull(now)
            && (reachability == Reachability.None || !Displace(unconfirmed, now, b => !_reservations.IsForAnother(b.Legal, claim.Station.Mac), change)))
        {
            return change.With(Arrival.Unproven);
        }

        if (oldest is not null && !_index.Contains(oldest.Claim))
        {
            // It was the oldest of the unconfirmed bindings too, and has ended.
            oldest = null;
        }

        // Bindings that take no outside address go first: only they can be there in any number. A pinned device that never spoke stays.
        if (_numbers.IsExhausted && oldest is null && !(mayDisplace && Enumerable.Reverse(_unconfirmed).Any(p => Displace(p, now, b => !HasPin(b.Claim.Station.Mac), change))))
        {
            return change.With(Arrival.TableFull);
        }

        var arriving = new Binding(0, claim, isLocal ? claim.Address : default, gateway.Gateway, gateway.IsProven, default) { IsLocal = isLocal, Policy = policy };
        var refusal = ChooseOutside(ref arriving, oldest, mayDisplace ? unconfirmed : null, now, change);
        if (refusal is { } reason)
        {
            return change.With(reason);
        }

        var binding = arriving with { Number = _numbers.Take(), FirstSeen = _reservations.FirstSeenOf(claim, wall) };
        binding = _meters.Join(binding);
        Add(binding);
        if (isUnconfirmed)
        {
            unconfirmed.Enter(binding.Number, now);
        }

        return change.With(Arrival.Bound, binding);
    }

    /// <summary>The device has been silent too long, or its address must go. The claimed address is remembered with its outside address.</summary>
    public BindingChange Release(Binding binding, TimeSpan now)
    {
        var change = new BindingChange();
        Release(binding, now, change);
        return change;
    }

    /// <summary>A foreign host outside uses a pool address. A binding that had it ends: its device needs another.</summary>
    public BindingChange Conflict(Ipv4Address legal, TimeSpan now)
    {
        var change = new BindingChange();
        if (_gateways.FirstOrDefault(s => s.Pool.Contains(legal))?.Pool.Quarantine(legal, now) == AddressState.Bound && _index.FindByLegal(legal) is { } binding)
        {
            Drop(binding, change);
        }

        return change;
    }

    /// <summary>The gateway that the device uses was learnt, or changed.</summary>
    public Binding UpdateGateway(Binding binding, GatewayInference gateway) =>
        Replace(binding with { Gateway = gateway.Gateway, GatewayProven = gateway.IsProven });

    /// <summary>The binding continues under another policy, which allows that (<see cref="BindingPolicy.IsCompatibleWith"/>).</summary>
    public Binding UpdatePolicy(Binding binding, BindingPolicy policy)
    {
        var updated = _meters.Join(binding with { Policy = policy });
        _meters.Leave(binding);
        return Replace(updated);
    }

    /// <summary>A device that shares an address gets one of its own, if one is free; its mappings stay until they end.</summary>
    /// <returns>Null when there is none, or not yet.</returns>
    public Binding? Promote(Binding binding)
    {
        if (binding.Policy is not { IsHeld: false, PrefersOwn: true } || TakeFor(binding.Claim, binding.Policy, out var legal) != AddressOutcome.Bound)
        {
            return null;
        }

        Remember(binding.Claim, legal, binding.FirstSeen);
        return Replace(binding with { Legal = legal });
    }

    /// <summary>The last mapping of a binding with an address of its own ended: it no longer has ports of the shared one.</summary>
    public Binding Unshare(Binding binding)
    {
        Ports.Leave(binding);
        return Replace(binding with { Shared = Ipv4Address.Any, Share = 0 });
    }

    /// <summary>The binding's shared address is not usable any more: it joins another, or has none until there is one.</summary>
    public BindingChange Reassign(Binding binding)
    {
        var change = new BindingChange();
        var left = Unshare(binding);
        return change.With(Arrival.Known, left.HasOwn || !Ports.CanJoin(left.Claim.Station, left.Policy) ? left : Replace(Ports.Join(left, change)));
    }

    /// <summary>
    /// A binding gets ports of a certain shared address, beside its own address if it has one: a forward leads to it. All bindings of a station share one
    /// address, so those that have another follow with <see cref="Reassign"/>. Ask <see cref="PortAllocations.CanPlace"/> first.
    /// </summary>
    public BindingChange Place(Binding binding)
    {
        var change = new BindingChange();
        return change.With(Arrival.Known, Replace(Ports.Join(binding.Share != 0 ? Unshare(binding) : binding, change)));
    }

    /// <summary>Whether a device can have an outside address to itself, if that is free.</summary>
    private bool MayHave(BindingPolicy policy, Ipv4Address legal) => policy is { IsHeld: false, PrefersOwn: true } && _gateways[policy.Gateway].Pool.Contains(legal);

    private bool HasRoomAtDevice(Station station, BindingPolicy policy, TimeSpan now, out Binding? oldest)
    {
        oldest = _index.CountOf(station) < policy.Addresses ? null : _index.OfStation(station).MaxBy(b => _activity.IdleFor(b.Number, now));
        return oldest is null || _activity.IdleFor(oldest.Number, now) >= ReplaceAfter;
    }

    /// <summary>Gives an arriving binding an address of its own or ports of a shared one; makes room for it where that is fair.</summary>
    /// <returns>Null, or why it gets neither.</returns>
    private Arrival? ChooseOutside(ref Binding arriving, Binding? oldest, UnconfirmedBindings? unconfirmed, TimeSpan now, BindingChange change)
    {
        var (claim, policy) = (arriving.Claim, arriving.Policy);
        var legal = arriving.Legal;
        var needsNone = arriving.IsLocal || policy.IsHeld;
        var outcome = needsNone ? AddressOutcome.Bound : policy.PrefersOwn ? TakeFor(claim, policy, out legal) : AddressOutcome.Exhausted;
        if (outcome == AddressOutcome.Wait || (outcome == AddressOutcome.Exhausted && IsSharedAddressExpected(claim, policy)))
        {
            return Arrival.Waiting;
        }

        if (oldest is not null)
        {
            Release(oldest, now, change);
            if (outcome == AddressOutcome.Exhausted && policy.PrefersOwn)
            {
                // The address it gave up is free now.
                outcome = TakeFor(claim, policy, out legal);
            }
        }

        if (outcome == AddressOutcome.Exhausted && policy.PrefersOwn && !Ports.CanJoin(claim.Station, policy)
            && unconfirmed is not null && Displace(unconfirmed, now, b => b.IsPooled && !_reservations.IsForAnother(b.Legal, claim.Station.Mac), change))
        {
            outcome = TakeFor(claim, policy, out legal);
        }

        if (outcome == AddressOutcome.Bound)
        {
            arriving = arriving with { Legal = legal };
            if (policy.IsHeld && !arriving.HasOwn && Ports.CanJoin(claim.Station, policy))
            {
                // For its walled garden. It takes no port before it sends there, and is served without if there are none.
                arriving = Ports.Join(arriving, change);
            }

            return null;
        }

        if (!Ports.CanJoin(claim.Station, policy))
        {
            return Arrival.PoolExhausted;
        }

        arriving = Ports.Join(arriving, change);
        return null;
    }

    private bool IsSharedAddressExpected(ClaimedAddress claim, BindingPolicy policy) =>
        policy.MayShare && !Ports.CanJoin(claim.Station, policy) && Ports.SharedOf(policy) is { IsExpecting: true };

    /// <summary>The pinned address or the previous one, if possible; otherwise one that no other device had before, if possible.</summary>
    private AddressOutcome TakeFor(ClaimedAddress claim, BindingPolicy policy, out Ipv4Address legal)
    {
        var wish = policy.Pinned is { } pinned && _index.FindByLegal(pinned) is null ? pinned : _reservations.LegalOf(claim);
        var isForAnother = wish is { } wished && _reservations.IsForAnother(wished, claim.Station.Mac);
        return _gateways[policy.Gateway].Pool.Take(
            isForAnother ? null : wish, address => _reservations.IsRememberedByAnother(address, claim), out legal,
            address => _reservations.IsForAnother(address, claim.Station.Mac));
    }

    private AddressPool PoolOf(Binding binding) => _gateways.First(s => s.Pool.Contains(binding.Legal)).Pool;

    private bool MayAdopt(Binding binding) => binding.IsLocal || binding.Policy.IsHeld
        || (binding.HasOwn
            ? _gateways[binding.Policy.Gateway].Pool.Adopt(binding.Legal)
            : binding.Share != 0 && binding.Policy.MayShare && _gateways[binding.Policy.Gateway].MaySomeShare);

    /// <summary>
    /// Makes room: the oldest of the unconfirmed bindings ends, if it had its time. A device that is confirmed or has answered never has
    /// to make room for a new one: a flood of invented devices displaces itself.
    /// </summary>
    /// <param name="isUseful">Whether a binding's end helps; the others stay.</param>
    private bool Displace(UnconfirmedBindings unconfirmed, TimeSpan now, Func<Binding, bool> isUseful, BindingChange change)
    {
        if (unconfirmed.Oldest(now, number => isUseful(_index.All[number])) is not { } oldest)
        {
            return false;
        }

        var binding = _index.All[oldest];
        Release(binding, now, change);
        Ports.Abandon(binding, change);
        return true;
    }

    private UnconfirmedBindings UnconfirmedOf(bool isLocal, BindingPolicy policy) => isLocal || policy.IsHeld ? _unconfirmed[^1] : _unconfirmed[policy.Gateway];

    private bool IsLocal(ClaimedAddress claim) => Lan is { } lan && lan.Contains(claim.Address);

    private void Release(Binding binding, TimeSpan now, BindingChange change)
    {
        Drop(binding, change);
        if (binding.IsPooled)
        {
            PoolOf(binding).Release(binding.Legal, now);
        }
    }

    private void Add(Binding binding)
    {
        _index.Add(binding);
        if (!binding.IsLocal)
        {
            Remember(binding.Claim, binding.Legal, binding.FirstSeen);
        }
    }

    private Binding Replace(Binding updated)
    {
        _index.Replace(updated);
        return updated;
    }

    private void Drop(Binding binding, BindingChange change)
    {
        Ports.Leave(binding);
        Array.ForEach(_unconfirmed, p => p.Leave(binding.Number));
        _numbers.Return(binding.Number);
        _meters.Leave(_index.All[binding.Number]);
        _index.Remove(binding);
        change.End(binding);
    }
}
