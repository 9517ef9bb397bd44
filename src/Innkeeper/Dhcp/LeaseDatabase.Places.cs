using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Dhcp;

/// <summary>The address for a client, and where it came from.</summary>
internal sealed partial class LeaseDatabase
{
    private static bool IsUsable(in LeaseRequest asks, Ipv4Address address) => !asks.IsClaimed(new ClaimedAddress(asks.Key.Station, address));

    /// <summary>The device is known by a lease of its own, even an ended one, or by using the network without DHCP.</summary>
    private bool IsKnown(in LeaseRequest asks) =>
        (_byStation.TryGetValue(asks.Key.Station, out var keys) && keys.Exists(k => _byKey[k] is var l && (l.State != LeaseState.Offered || l.Row.IsStored))) || asks.IsKnownStation(asks.Key.Station);

    /// <summary>
    /// A free address; otherwise the one whose lease ended longest ago, or whose offer was not taken longest ago. An address that is offered to the
    /// client that had it before stays reserved.
    /// </summary>
    private Ipv4Address? AddressFor(in LeaseRequest asks, Ipv4Address requested)
    {
        var isNew = !IsKnown(asks);
        if (isNew && _active >= _newDevicesLimit)
        {
            return null;
        }

        var mayTakeAnother = !isNew || _active + _offered < _newDevicesLimit;
        if (mayTakeAnother)
        {
            if (_space.IsFree(requested) && IsUsable(asks, requested))
            {
                return requested;
            }

            var place = PlaceOf(asks.Key);
            for (var i = 0; i < MaxTries && _space.Find(place) is { } free; i++)
            {
                if (IsUsable(asks, free))
                {
                    return free;
                }

                place = PlaceAfter(free);
            }
        }

        // Many offers at once are a flood's: it reuses its own offers, and takes no address that is kept for a client's return.
        if (!mayTakeAnother || _offered > Math.Max(FewOffers, _space.Count / KnownShare))
        {
            return TakeOldest(_offers, LeaseState.Offered, asks) ?? (mayTakeAnother ? TakeOldest(_ended, LeaseState.Ended, asks) : null);
        }

        return TakeOldest(_ended, LeaseState.Ended, asks) ?? TakeOldest(_offers, LeaseState.Offered, asks);
    }

    private Ipv4Address? TakeOldest(Queue<Lease> queue, LeaseState state, in LeaseRequest asks)
    {
        // An entry that this client cannot use goes to the end, so that it does not block others.
        for (var i = 0; i < MaxTries && queue.TryDequeue(out var oldest);)
        {
            if (!ReferenceEquals(Find(oldest.Key), oldest) || oldest.State != state)
            {
                continue;
            }

            i++;
            if (oldest.Key != asks.Key && (state == LeaseState.Ended || !oldest.Row.IsStored) && IsUsable(asks, oldest.Address))
            {
                Remove(oldest, isForgotten: true);
                return oldest.Address;
            }

            queue.Enqueue(oldest);
        }

        return null;
    }

    /// <summary>A station at its limit of clients gives up the least important entry: an offer, an ended lease, the oldest lease.</summary>
    private void MakeRoom(in LeaseRequest asks, bool mayEndActive, TimeSpan now)
    {
        var key = asks.Key;
        while (_byStation.TryGetValue(key.Station, out var keys) && keys.Count(k => k != key) >= asks.MaxAddresses)
        {
            var least = keys.Where(k => k != key).Select(k => _byKey[k]).MinBy(l => (l.State switch { LeaseState.Offered => 0, LeaseState.Ended => 1, _ => 2 }, l.Until))!;
            if (least.State == LeaseState.Active && !mayEndActive)
            {
                return;
            }

            Remove(least, isForgotten: true);
        }
    }

    private Lease End(Lease lease, TimeSpan now)
    {
        var over = lease with { State = LeaseState.Ended, Until = now };
        Put(over);
        Enqueue(_ended, over);
        return over;
    }

    /// <summary>An entry that changed since stays in its queue: when there are more of those than can be valid, they are removed.</summary>
    private void Enqueue(Queue<Lease> queue, Lease lease)
    {
        queue.Enqueue(lease);
        if (queue.Count > (2 * _space.Count) + 64)
        {
            var valid = queue.Where(l => ReferenceEquals(Find(l.Key), l)).ToList();
            queue.Clear();
            foreach (var each in valid)
            {
                queue.Enqueue(each);
            }
        }
    }

    private void Put(Lease lease)
    {
        if (_byKey.TryGetValue(lease.Key, out var before))
        {
            Count(before, -1);
        }
        else
        {
            if (!_byStation.TryGetValue(lease.Key.Station, out var keys))
            {
                _byStation[lease.Key.Station] = keys = new List<LeaseKey>(1);
            }

            keys.Add(lease.Key);
            _space.Take(lease.Address);
        }

        _byKey[lease.Key] = lease;
        _byAddress[lease.Address] = lease;
        Count(lease, 1);
    }

    private void Remove(Lease lease, bool isForgotten)
    {
        _byKey.Remove(lease.Key);
        _byAddress.TryRemove(lease.Address, out _);
        _space.Free(lease.Address);
        Count(lease, -1);
        var keys = _byStation[lease.Key.Station];
        keys.Remove(lease.Key);
        if (keys.Count == 0)
        {
            _byStation.Remove(lease.Key.Station);
        }

        // An offer that was never a lease has no row.
        if (isForgotten && (lease.Row.IsStored || lease.State == LeaseState.Active))
        {
            _forgotten.Add(lease);
        }
    }

    private void Count(Lease lease, int change)
    {
        _active += lease.State == LeaseState.Active ? change : 0;
        _offered += lease.State == LeaseState.Offered ? change : 0;
    }

    /// <summary>
    /// Where to look first: always the same place for one client, so that it is offered the same address while that is free (FNV-1a).
    /// </summary>
    private static uint PlaceOf(LeaseKey key)
    {
        var hash = 2166136261u;
        for (var shift = 0; shift < 48; shift += 8)
        {
            hash = (hash ^ (byte)(key.Station.Mac.Value >> shift)) * 16777619u;
        }

        hash = (hash ^ key.Station.Vlan) * 16777619u;
        foreach (var c in key.Client.Hex)
        {
            hash = (hash ^ c) * 16777619u;
        }

        return hash;
    }

    private uint PlaceAfter(Ipv4Address address) => _space.PlaceOf(address) + 1;
}
