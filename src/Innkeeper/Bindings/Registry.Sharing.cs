using Innkeeper.Addresses;
using Innkeeper.Wire;

namespace Innkeeper.Bindings;

/// <summary>Who shares which legal address, with which part of it in the data plane.</summary>
internal sealed partial class Registry
{
    private readonly Stack<uint> _freeShares = new();
    private readonly Dictionary<Station, PortAllocation> _shares = [];

    /// <summary>Without device or without usable address: kept until the data plane says that no port of theirs is in use or rests.</summary>
    private readonly List<PortAllocation> _ending = [];

    /// <summary>Those begun since last asked; the caller opens them in the data plane, and clears this.</summary>
    public List<(uint Share, Ipv4Address Address)> OpenedShares { get; } = [];

    /// <summary>Those whose device left without ever having been confirmed, since last asked; the caller says so in the data plane, and clears this.</summary>
    public List<uint> AbandonedShares { get; } = [];

    /// <summary>Whose ports a share's are, or were until they ended.</summary>
    public Station? OwnerOf(uint share)
    {
        foreach (var (station, held) in _shares)
        {
            if (held.Number == share)
            {
                return station;
            }
        }

        return _ending.Find(e => e.Number == share)?.Owner;
    }

    /// <summary>A device that shares an address gets one of its own, if one is free; what it has mapped goes on until it ends.</summary>
    /// <returns>Null when there is none, or not yet.</returns>
    public Binding? Promote(Binding binding) =>
        binding.Policy.PrefersOwn && TakeFor(binding.Claim, binding.Policy, out var legal) == AddressOutcome.Bound ? Remembering(Change(binding, binding with { Legal = legal })) : null;

    /// <summary>Its last mapping ended: it has its own address and nothing else.</summary>
    public Binding Unshare(Binding binding)
    {
        LeaveShare(binding);
        return Change(binding, binding with { Shared = Ipv4Address.Any, Share = 0 });
    }

    /// <summary>Its shared address is not usable any more: it joins another, or has none until there is one.</summary>
    public Binding Reassign(Binding binding)
    {
        var left = Unshare(binding);
        return left.HasOwn || !CanShare(left.Claim.Station, left.Policy) ? left : Change(left, JoinShare(left));
    }

    /// <summary>All shares of an address end: its ports were laid out anew.</summary>
    public void AbandonShares(Ipv4Address address)
    {
        foreach (var (station, share) in _shares.Where(s => s.Value.Address == address).ToList())
        {
            _shares.Remove(station);
            Left(address);
            _ending.Add(share);
        }
    }

    /// <summary>Whether something about its share is to be done: its address is gone, or it has none at all and could.</summary>
    public bool NeedsHome(Binding binding) =>
        SharedOf(binding.Policy) is { } shared && !binding.Policy.IsHeld
        && (binding.Share != 0 ? !shared.IsUsable(binding.Shared) : !binding.HasOwn && CanShare(binding.Claim.Station, binding.Policy));

    /// <summary>Frees the shares that are over.</summary>
    /// <param name="isEmpty">Whether a share has no port in use or at rest, and no block.</param>
    public void CollectShares(Func<uint, bool> isEmpty)
    {
        foreach (var (station, _) in _shares.Where(s => s.Value.Bindings == 0 && isEmpty(s.Value.Number)).ToList())
        {
            End(station);
        }

        foreach (var share in _ending.Where(s => isEmpty(s.Number)).ToList())
        {
            _ending.Remove(share);
            _freeShares.Push(share.Number);
        }
    }

    /// <summary>Whether any share, be it over, still has ports of an address.</summary>
    public bool HasShareOn(Ipv4Address address) => _shares.Values.Concat(_ending).Any(s => s.Address == address);

    private SharedAddresses? SharedOf(BindingPolicy terms) => _supplies[terms.Gateway].Shared;

    private void Left(Ipv4Address address)
    {
        foreach (var supply in _supplies)
        {
            supply.Shared?.Left(address);
        }
    }

    private Binding Remembering(Binding binding)
    {
        Remember(binding.Claim, binding.Legal, binding.FirstSeen);
        return binding;
    }

    private bool CanShare(Station station, BindingPolicy terms) =>
        terms.MayShare && SharedOf(terms) is { } shared
        && ((_shares.TryGetValue(station, out var share) && shared.IsUsable(share.Address)) || (_freeShares.Count > 0 && shared.Choose() is not null));

    /// <summary>All addresses of a device share the same one (RFC 6888 REQ-2).</summary>
    private Binding JoinShare(Binding binding)
    {
        var station = binding.Claim.Station;
        var shared = SharedOf(binding.Policy)!;
        if (_shares.TryGetValue(station, out var share) && !shared.IsUsable(share.Address))
        {
            _shares.Remove(station);
            Left(share.Address);
            _ending.Add(share);
            share = null;
        }

        if (share is null)
        {
            var address = shared.Choose()!.Value;
            _shares[station] = share = new PortAllocation(_freeShares.Pop(), address, station);
            shared.Joined(address);
            OpenedShares.Add((share.Number, address));
        }

        share.Bindings++;
        return binding with { Shared = share.Address, Share = share.Number };
    }

    private void LeaveShare(Binding binding)
    {
        // A share that moved on is in the list of the ending already.
        if (_shares.TryGetValue(binding.Claim.Station, out var share) && share.Number == binding.Share)
        {
            share.Bindings--;
            share.IsConfirmed |= _isConfirmed(binding.Number);
        }
    }

    /// <summary>A stranger's share is not kept for its return, and as it took part in no conversation, its ports need no rest.</summary>
    private void Desert(Binding displaced)
    {
        if (_shares.TryGetValue(displaced.Claim.Station, out var share) && share is { Bindings: 0, IsConfirmed: false })
        {
            _shares.Remove(displaced.Claim.Station);
            Left(share.Address);
            _ending.Add(share);
            AbandonedShares.Add(share.Number);
        }
    }

    private void AdoptShare(Binding binding)
    {
        var station = binding.Claim.Station;
        if (!_shares.TryGetValue(station, out var share))
        {
            _shares[station] = share = new PortAllocation(binding.Share, binding.Shared, station) { IsConfirmed = true };
            SharedOf(binding.Policy)?.Joined(binding.Shared);
        }

        share.Bindings++;
    }

    private void ReserveShares(IEnumerable<(uint Share, Ipv4Address Address)> ending)
    {
        _ending.AddRange(ending.Where(e => _shares.Values.All(s => s.Number != e.Share)).Select(e => new PortAllocation(e.Share, e.Address, null)));
        var taken = _shares.Values.Concat(_ending).Select(s => s.Number).ToHashSet();
        Keep(_freeShares, n => !taken.Contains(n));
    }

    private void End(Station station)
    {
        if (_shares.Remove(station, out var share))
        {
            Left(share.Address);
            _freeShares.Push(share.Number);
        }
    }

    /// <param name="owner">Null when it is of an earlier process.</param>
    private sealed class PortAllocation(uint number, Ipv4Address address, Station? owner)
    {
        public uint Number => number;

        public Ipv4Address Address => address;

        public Station? Owner => owner;

        public int Bindings { get; set; }

        /// <summary>Whether a binding of it that ended was confirmed, as far as is known.</summary>
        public bool IsConfirmed { get; set; }
    }
}
