using System.Collections.Concurrent;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Dhcp;

/// <summary>
/// Offers, active leases and ended leases: the one owner of that state. No I/O, clock or log (time is a parameter), one thread; other threads
/// read <see cref="Leases"/>. It holds one entry an address at most: no client can make it grow.
/// </summary>
internal sealed partial class LeaseDatabase : ILeasedAddresses
{
    /// <summary>A boot ROM gathers offers for up to 28 s. Under a flood the oldest offers go first, long before.</summary>
    public static readonly TimeSpan OfferTime = TimeSpan.FromSeconds(30);

    /// <summary>Quarantine of an address that a client found in use.</summary>
    public static readonly TimeSpan QuarantineTime = TimeSpan.FromMinutes(10);

    /// <summary>Declined addresses that one station may have in quarantine at once.</summary>
    public const int MaxDeclined = 4;

    /// <summary>New devices have 7/8 of the addresses: however many come, known devices find one.</summary>
    private const int KnownShare = 8;

    private const int MaxTries = 256;

    /// <summary>This many offers at once are no flood.</summary>
    private const int FewOffers = 64;

    private readonly LeaseBitmap _space;
    private readonly int _newDevicesLimit;
    private readonly Dictionary<LeaseKey, Lease> _byKey = [];
    private readonly ConcurrentDictionary<Ipv4Address, Lease> _byAddress = [];
    private readonly Dictionary<Station, List<LeaseKey>> _byStation = [];
    private readonly Queue<Lease> _offers = new();
    private readonly Queue<Lease> _ended = new();
    private readonly Queue<(Ipv4Address Address, Station By, TimeSpan Until)> _quarantine = new();
    private List<Lease> _forgotten = [];
    private int _active;
    private int _offered;

    /// <param name="space">The addresses to lease; its own from now on.</param>
    public LeaseDatabase(LeaseBitmap space)
    {
        _space = space;
        _newDevicesLimit = space.Count - (space.Count / KnownShare);
    }

    /// <summary>Every lease, and every offer; read by any thread.</summary>
    public IEnumerable<Lease> Leases => _byAddress.Values;

    public int Active => _active;

    public int Offered => _offered;

    public int Quarantined => _quarantine.Count;

    public int Capacity => _space.Count;

    /// <summary>The leases that were removed since the last call; the caller removes them from the store.</summary>
    public IReadOnlyList<Lease> TakeForgotten()
    {
        if (_forgotten.Count == 0)
        {
            return [];
        }

        var forgotten = _forgotten;
        _forgotten = [];
        return forgotten;
    }

    /// <summary>Removes a device's leases, in all VLANs.</summary>
    public void Erase(MacAddress mac)
    {
        foreach (var lease in _byAddress.Values.Where(l => l.Key.Station.Mac == mac).ToList())
        {
            Remove(lease, isForgotten: true);
        }
    }

    public bool Contains(Ipv4Address address) => _space.Contains(address);

    public Lease? Find(LeaseKey key) => _byKey.GetValueOrDefault(key);

    public Lease? FindByAddress(Ipv4Address address) => _byAddress.GetValueOrDefault(address);

    /// <inheritdoc/>
    public MacAddress? HolderOf(Ipv4Address address) => FindByAddress(address) is { State: LeaseState.Active } lease ? lease.Key.Station.Mac : null;

    /// <summary>An address that a station has leased, one of several; null: none.</summary>
    public Ipv4Address? AddressOf(Station station) =>
        _byStation.TryGetValue(station, out var keys) ? keys.Select(k => _byKey[k]).FirstOrDefault(l => l.State == LeaseState.Active)?.Address : null;

    /// <summary>The leases of a station, in every state.</summary>
    public IEnumerable<Lease> Of(Station station) => _byStation.TryGetValue(station, out var keys) ? keys.Select(k => _byKey[k]) : [];

    /// <summary>Whether one more client of a station takes the place of another: the station has as many leases as it may.</summary>
    /// <param name="most">Maximum number of clients on one station.</param>
    public bool IsFull(LeaseKey key, int most) =>
        Find(key) is not { State: LeaseState.Active } && _byStation.TryGetValue(key.Station, out var keys) && keys.Count(k => _byKey[k].State == LeaseState.Active) >= most;

    /// <summary>Whether a station holds an address by a lease.</summary>
    public bool IsLeased(Station station, Ipv4Address address) =>
        _byStation.TryGetValue(station, out var keys) && keys.Any(k => _byKey[k] is { State: LeaseState.Active } lease && lease.Address == address);

    /// <summary>The host name and options of a station when it last used DHCP; null: it does not use DHCP, or that was forgotten.</summary>
    public DhcpClientInfo? ClientInfoOf(Station station) =>
        _byStation.TryGetValue(station, out var keys) ? keys.Select(k => _byKey[k]).MaxBy(l => l.Until)!.ClientInfo : null;

    /// <summary>Loads the leases that an earlier process left on disk.</summary>
    public void Load(IEnumerable<StoredLease> stored, TimeSpan now, DateTimeOffset wall)
    {
        // Of two rows with one address, which a crash may leave, the later one is valid.
        foreach (var row in stored.OrderByDescending(l => l.Granted))
        {
            if (!_space.IsFree(row.Address) || _byKey.ContainsKey(row.Key))
            {
                continue;
            }

            // A clock that is behind must not make a lease longer than it was.
            var left = row.Expires - wall;
            left = left > row.Expires - row.Granted ? row.Expires - row.Granted : left;
            var isOver = row.IsReleased || left <= TimeSpan.Zero;
            var lease = new Lease(row.Key, row.Address, isOver ? LeaseState.Ended : LeaseState.Active, now + left, row.Granted, row.Expires, row.ClientInfo, new LeaseRow());
            lease.Row.Stored(row.Expires, row.IsReleased);
            Put(lease);
        }

        foreach (var over in _byKey.Values.Where(l => l.State == LeaseState.Ended).OrderBy(l => l.Until))
        {
            _ended.Enqueue(over);
        }
    }

    /// <summary>
    /// Offers an address to a client: the previous one, the requested one, or another. Kept for <see cref="OfferTime"/>; an active lease
    /// stays active.
    /// </summary>
    /// <param name="asks">The client, and what is known about its station.</param>
    /// <param name="requested">0.0.0.0: none.</param>
    /// <returns>Null if no address is left to offer.</returns>
    public Lease? Offer(in LeaseRequest asks, Ipv4Address requested, TimeSpan now, DateTimeOffset wall)
    {
        Tick(now);
        var known = Find(asks.Key);
        if (known is not null && IsUsable(asks, known.Address))
        {
            if (known.State == LeaseState.Active || (known.State == LeaseState.Offered && known.Until - now > OfferTime / 2))
            {
                return known;
            }
        }
        else
        {
            MakeRoom(asks, mayEndActive: false, now);
            if (AddressFor(asks, requested) is not { } address)
            {
                return null;
            }

            if (known is not null)
            {
                Remove(known, isForgotten: true);
            }

            known = new Lease(asks.Key, address, LeaseState.Offered, default, wall, wall, asks.ClientInfo, new LeaseRow());
        }

        var offer = known with { State = LeaseState.Offered, Until = now + OfferTime, ClientInfo = asks.ClientInfo };
        Put(offer);
        Enqueue(_offers, offer);
        return offer;
    }

    /// <summary>Leases an address to the client: its own, an offered one, or a free one.</summary>
    /// <returns>Null if it cannot have that address.</returns>
    public Lease? Grant(in LeaseRequest asks, Ipv4Address address, TimeSpan duration, TimeSpan now, DateTimeOffset wall)
    {
        Tick(now);
        var known = Find(asks.Key);
        var isHeld = known?.Address == address;

        // Another device may have started to use an address that was only offered, or whose lease has ended.
        var isLeased = isHeld && known!.State == LeaseState.Active;
        if (!isLeased && !((isHeld || _space.IsFree(address)) && IsUsable(asks, address)))
        {
            return null;
        }

        if (known?.State != LeaseState.Active && _active >= _newDevicesLimit && !IsKnown(asks))
        {
            return null;
        }

        if (known is not null && !isHeld)
        {
            Remove(known, isForgotten: true);
        }

        if (known?.State != LeaseState.Active)
        {
            MakeRoom(asks, mayEndActive: true, now);
        }

        var lease = new Lease(asks.Key, address, LeaseState.Active, now + duration, wall, wall + duration, asks.ClientInfo, isHeld ? known!.Row : new LeaseRow());
        Put(lease);
        return lease;
    }

    /// <summary>The client gives its lease back (RFC 2131 section 4.4.6).</summary>
    /// <returns>The lease that ended; null if it is not the client's.</returns>
    public Lease? Release(LeaseKey key, Ipv4Address address, TimeSpan now, DateTimeOffset wall) =>
        Find(key) is { State: LeaseState.Active } lease && lease.Address == address ? End(lease with { Expires = wall < lease.Expires ? wall : lease.Expires }, now) : null;

    /// <summary>The client found the address in use (RFC 2131 section 4.3.3): it is not leased for a time.</summary>
    /// <returns>False if it is not the client's, or its station has declined too many.</returns>
    public bool Decline(LeaseKey key, Ipv4Address address, TimeSpan now)
    {
        Tick(now);
        if (Find(key) is not { } lease || lease.Address != address || _quarantine.Count(q => q.By == key.Station) >= MaxDeclined)
        {
            return false;
        }

        Remove(lease, isForgotten: true);
        _space.Take(address);
        _quarantine.Enqueue((address, key.Station, now + QuarantineTime));
        return true;
    }

    /// <summary>The client took another server's offer.</summary>
    public void Withdraw(LeaseKey key)
    {
        if (Find(key) is { State: LeaseState.Offered } offer)
        {
            // If the client had the address before, the offer becomes its ended lease again.
            if (offer.Row.IsStored)
            {
                End(offer, offer.Until);
            }
            else
            {
                Remove(offer, isForgotten: false);
            }
        }
    }

    /// <summary>Ends offers and quarantines whose time has passed.</summary>
    public void Tick(TimeSpan now)
    {
        while (_offers.TryPeek(out var offer) && offer.Until <= now)
        {
            _offers.Dequeue();
            if (ReferenceEquals(Find(offer.Key), offer))
            {
                Withdraw(offer.Key);
            }
        }

        while (_quarantine.TryPeek(out var bad) && bad.Until <= now)
        {
            _quarantine.Dequeue();
            _space.Free(bad.Address);
        }
    }

    /// <summary>Ends leases whose time has passed. A client considers its lease ended before the server does.</summary>
    public void Sweep(TimeSpan now)
    {
        foreach (var over in _byKey.Values.Where(l => l.State == LeaseState.Active && l.Until <= now).ToList())
        {
            End(over, now);
        }
    }
}

/// <summary>A client that asks for an address.</summary>
/// <param name="MaxAddresses">Maximum number of clients on one station.</param>
/// <param name="IsKnownStation">Whether the station was known before it spoke DHCP.</param>
/// <param name="IsClaimed">Whether another live device of the VLAN uses an address.</param>
internal readonly record struct LeaseRequest(LeaseKey Key, DhcpClientInfo ClientInfo, int MaxAddresses, Func<Station, bool> IsKnownStation, Func<ClaimedAddress, bool> IsClaimed);
