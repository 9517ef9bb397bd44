using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Ipv6;

/// <summary>The outcome for a claimed IPv6 address without a binding.</summary>
internal enum Ipv6Arrival
{
    Bound,
    Known,

    /// <summary>Too many devices have not shown that they exist: this one is asked first.</summary>
    Unproven,

    /// <summary>The device uses as many addresses as it may.</summary>
    DeviceLimit,

    /// <summary>No place is left.</summary>
    TableFull,
}

/// <summary>The outcome for a claimed address, its binding, and the bindings that ended for it.</summary>
internal readonly record struct Ipv6Change(Ipv6Arrival Outcome, Ipv6Binding? Binding, ImmutableArray<Ipv6Binding> Ended);

/// <summary>
/// Decides which claimed IPv6 address has which number and outside address, and is the one owner of that state. No I/O, clock or log; one thread calls it,
/// other threads read <see cref="All"/>, an immutable snapshot.
/// </summary>
/// <param name="capacity">Slots of the data plane.</param>
/// <param name="meters">The meters of both families.</param>
/// <param name="keptMeters">Meters that IPv4 bindings may still need.</param>
/// <param name="mostOfDevice">Addresses of one device at once.</param>
/// <param name="keepsOwn">Whether a device whose address is of a prefix that is routed to the gateway keeps it outside.</param>
internal sealed class Ipv6Bindings(uint capacity, IBindingActivity activity, NeutralAddresses addresses, MeterAllocations meters, Func<int> keptMeters, int mostOfDevice, bool keepsOwn)
{
    /// <summary>A device at its limit gives up the address that it has not used for longest, if for this long: privacy addresses come and go (RFC 8981).</summary>
    public static readonly TimeSpan ReplaceAfter = TimeSpan.FromSeconds(10);

    public static readonly ImmutableDictionary<Station, ImmutableArray<Ipv6Binding>> NoStations = ImmutableDictionary<Station, ImmutableArray<Ipv6Binding>>.Empty;

    /// <summary>Of 40 random bits, so many are never in use together.</summary>
    private const int MostSalts = 16;

    private readonly NumberAllocator _numbers = new(1, capacity);
    private readonly UnconfirmedBindings _unconfirmed = new((int)capacity / 4, activity.IsConfirmed);
    private readonly Dictionary<Ipv6Claim, Ipv6Binding> _byClaim = [];
    private readonly Dictionary<Ipv6Address, Ipv6Binding> _byOutside = [];
    private readonly Dictionary<MacAddress, List<Ipv6Claim>> _byMac = [];
    private volatile ImmutableDictionary<Station, ImmutableArray<Ipv6Binding>> _byStation = NoStations;
    private volatile ImmutableDictionary<uint, Ipv6Binding> _all = ImmutableDictionary<uint, Ipv6Binding>.Empty;

    /// <summary>Any thread.</summary>
    public ImmutableDictionary<uint, Ipv6Binding> All => _all;

    /// <summary>The IPv6 outside; null: there is none, and no outside address is given.</summary>
    public Ipv6Outside? Outside { get; private set; }

    public Ipv6Binding? Find(Ipv6Claim claim) => _byClaim.GetValueOrDefault(claim);

    public Ipv6Binding? FindByOutside(Ipv6Address outside) => _byOutside.GetValueOrDefault(outside);

    /// <summary>All bindings of a MAC, in any VLAN.</summary>
    public IReadOnlyList<Ipv6Binding> BindingsOf(MacAddress mac) => _byMac.TryGetValue(mac, out var claims) ? [.. claims.Select(c => _byClaim[c])] : [];

    /// <summary>The bindings of each station that has any, oldest first. Any thread.</summary>
    public ImmutableDictionary<Station, ImmutableArray<Ipv6Binding>> ByStation => _byStation;

    /// <summary>Whether a MAC has any binding. Any thread but the owner's may be a moment late.</summary>
    public bool IsHere(MacAddress mac) => _byMac.ContainsKey(mac);

    /// <summary>A device uses an address.</summary>
    /// <param name="isProven">The device is known to exist: it answered a question for the address, or another address of it is in use.</param>
    public Ipv6Change Arrive(Ipv6Claim claim, BindingPolicy policy, bool isProven, TimeSpan now, DateTimeOffset wall)
    {
        if (_byClaim.TryGetValue(claim, out var known))
        {
            return new Ipv6Change(Ipv6Arrival.Known, known, []);
        }

        var ended = new List<Ipv6Binding>();
        var own = BindingsOf(claim.Station.Mac);
        var isConfirmed = isProven || own.Any(b => activity.IsConfirmed(b.Number));
        if (own.Count >= mostOfDevice)
        {
            var oldest = own.MaxBy(b => activity.IdleFor(b.Number, now))!;
            if (activity.IdleFor(oldest.Number, now) < ReplaceAfter)
            {
                return new Ipv6Change(Ipv6Arrival.DeviceLimit, null, []);
            }

            End(oldest, ended);
        }
        else if (!isConfirmed && _unconfirmed.IsFull(now))
        {
            return new Ipv6Change(Ipv6Arrival.Unproven, null, []);
        }

        var holder = MeterHolder.Of(claim.Station, policy);
        if ((_numbers.IsExhausted && !Displace(now, ended)) || !meters.HasRoom(holder, keptMeters()))
        {
            return new Ipv6Change(Ipv6Arrival.TableFull, null, [.. ended]);
        }

        var binding = Choose(new Ipv6Binding(_numbers.Take(), claim, default, wall) { Policy = policy, Meter = meters.Join(holder) });
        Put(binding);
        if (!isConfirmed)
        {
            _unconfirmed.Enter(binding.Number, now);
        }

        return new Ipv6Change(Ipv6Arrival.Bound, binding, [.. ended]);
    }

    /// <summary>A binding that the data plane has been serving while no control plane ran.</summary>
    /// <returns>The binding as it continues; null: its number or outside address is another's.</returns>
    public Ipv6Binding? Adopt(Ipv6Binding binding)
    {
        var holder = MeterHolder.Of(binding.Claim.Station, binding.Policy);
        if (_byClaim.ContainsKey(binding.Claim) || _all.ContainsKey(binding.Number) || (binding.HasOutside && _byOutside.ContainsKey(binding.Outside)) || !meters.HasRoom(holder, keptMeters()))
        {
            return null;
        }

        binding = binding with { Meter = meters.Join(holder) };
        Put(binding);
        return binding;
    }

    /// <summary>After adoption: numbers in use are not given out again.</summary>
    public void ReserveAdopted() => _numbers.Reserve(_all.ContainsKey);

    /// <summary>The IPv6 outside changed: every binding gets an address there, or none.</summary>
    /// <returns>Those that have another address now, before and after.</returns>
    public IReadOnlyList<(Ipv6Binding Before, Ipv6Binding After)> Follow(Ipv6Outside? outside)
    {
        Outside = outside;
        var moved = new List<(Ipv6Binding, Ipv6Binding)>();
        foreach (var binding in _all.Values.Where(b => !Fits(b)).ToList())
        {
            moved.Add((binding, Move(binding, Choose(binding with { Outside = default }))));
        }

        return moved;
    }

    /// <summary>A foreign host outside uses a binding's address: it gets another.</summary>
    public Ipv6Binding GiveWay(Ipv6Binding binding) => Move(binding, Choose(binding with { Outside = default, Salt = binding.Salt + 1 }));

    /// <summary>The binding continues under another policy.</summary>
    /// <returns>Null: no meter is left for it, so it ended.</returns>
    public Ipv6Binding? UpdatePolicy(Ipv6Binding binding, BindingPolicy policy)
    {
        var after = MeterHolder.Of(binding.Claim.Station, policy);
        if (!meters.HasRoom(after, keptMeters()))
        {
            Release(binding);
            return null;
        }

        var meter = meters.Join(after);
        meters.Leave(MeterHolder.Of(binding.Claim.Station, binding.Policy));
        return Move(binding, binding with { Policy = policy, Meter = meter });
    }

    public void Release(Ipv6Binding binding) => End(binding, []);

    private bool Fits(Ipv6Binding binding) => Outside is null ? !binding.HasOutside : binding.HasOutside && Outside.Prefix.Contains(binding.Outside);

    private Ipv6Binding Choose(Ipv6Binding binding)
    {
        if (Outside is not { } outside)
        {
            return binding;
        }

        if (keepsOwn && !outside.IsOnLink && outside.Prefix.Contains(binding.Claim.Address) && binding.Claim.Address != outside.Prefix.NetworkId && !_byOutside.ContainsKey(binding.Claim.Address))
        {
            return binding with { Outside = binding.Claim.Address };
        }

        for (var i = 0; i < MostSalts; i++)
        {
            var address = addresses.Of(outside.Prefix, binding.Claim, binding.Salt + i);
            if (!_byOutside.ContainsKey(address))
            {
                return binding with { Outside = address, Salt = binding.Salt + i };
            }
        }

        return binding;
    }

    /// <summary>Ends the oldest of those that have not shown that they exist.</summary>
    private bool Displace(TimeSpan now, List<Ipv6Binding> ended)
    {
        if (_unconfirmed.Oldest(now, _ => true) is not { } number)
        {
            return false;
        }

        End(_all[number], ended);
        return true;
    }

    private void Put(Ipv6Binding binding)
    {
        _all = _all.SetItem(binding.Number, binding);
        _byClaim[binding.Claim] = binding;
        if (binding.HasOutside)
        {
            _byOutside[binding.Outside] = binding;
        }

        var (station, mac) = (binding.Claim.Station, binding.Claim.Station.Mac);
        var others = _byStation.GetValueOrDefault(station, []);
        var place = IndexOf(others, binding.Number);
        _byStation = _byStation.SetItem(station, place < 0 ? others.Add(binding) : others.SetItem(place, binding));
        if (!_byMac.TryGetValue(mac, out var claims))
        {
            _byMac.Add(mac, claims = []);
        }

        if (!claims.Contains(binding.Claim))
        {
            claims.Add(binding.Claim);
        }
    }

    private static int IndexOf(ImmutableArray<Ipv6Binding> bindings, uint number)
    {
        for (var i = 0; i < bindings.Length; i++)
        {
            if (bindings[i].Number == number)
            {
                return i;
            }
        }

        return -1;
    }

    private Ipv6Binding Move(Ipv6Binding before, Ipv6Binding after)
    {
        if (before.HasOutside && before.Outside != after.Outside)
        {
            _byOutside.Remove(before.Outside);
        }

        Put(after);
        return after;
    }

    private void End(Ipv6Binding binding, List<Ipv6Binding> ended)
    {
        _all = _all.Remove(binding.Number);
        var left = _byStation[binding.Claim.Station];
        left = left.RemoveAt(IndexOf(left, binding.Number));
        _byStation = left.IsEmpty ? _byStation.Remove(binding.Claim.Station) : _byStation.SetItem(binding.Claim.Station, left);
        _byClaim.Remove(binding.Claim);
        if (binding.HasOutside)
        {
            _byOutside.Remove(binding.Outside);
        }

        var claims = _byMac[binding.Claim.Station.Mac];
        claims.Remove(binding.Claim);
        if (claims.Count == 0)
        {
            _byMac.Remove(binding.Claim.Station.Mac);
        }

        _unconfirmed.Leave(binding.Number);
        _numbers.Return(binding.Number);
        meters.Leave(MeterHolder.Of(binding.Claim.Station, binding.Policy));
        ended.Add(binding);
    }
}
