using Innkeeper.Addresses;
using Innkeeper.Wire;

namespace Innkeeper.Bindings;

/// <summary>
/// Which station has ports of which shared outside address, by the number of its share in the data plane. All bindings of a station
/// share one address (RFC 6888 REQ-2). A share without a device or a usable address is kept until the data plane reports that none
/// of its ports is in use or held back: only then its number is given out again.
/// </summary>
internal sealed class PortAllocations(IReadOnlyList<GatewayAddresses> gateways, uint capacity, IBindingActivity activity)
{
    private readonly NumberAllocator _numbers = new(1, capacity);
    private readonly Dictionary<Station, PortAllocation> _byStation = [];
    private readonly List<PortAllocation> _ending = [];

    /// <summary>Stations that must share a certain address: forwards of that address lead to them.</summary>
    private readonly Dictionary<Station, Ipv4Address> _placed = [];

    /// <summary>How many shares are in use or have ports held back, and how many numbers are free: together all that exist.</summary>
    public (int Held, int Free) Shares => (_byStation.Count + _ending.Count, _numbers.Free);

    /// <summary>The station that a share's ports belong to, or belonged to until they ended; null: an earlier process's.</summary>
    public Station? OwnerOf(uint share)
    {
        foreach (var (station, held) in _byStation)
        {
            if (held.Number == share)
            {
                return station;
            }
        }

        return _ending.Find(e => e.Number == share)?.Owner;
    }

    /// <summary>Whether a binding's share needs work: its address is gone, or it has no address at all and could have ports.</summary>
    public bool NeedsReassignment(Binding binding) =>
        SharedOf(binding.Policy) is { } shared
        && (binding.Share != 0 ? !shared.IsUsable(binding.Shared) : !binding.HasOwn && CanJoin(binding.Claim.Station, binding.Policy));

    /// <summary>Whether any share, even an ended one, still has ports of an address.</summary>
    public bool HasAnyOn(Ipv4Address address) => _byStation.Values.Concat(_ending).Any(s => s.Address == address);

    /// <summary>All shares of an address end: its ports were laid out differently.</summary>
    public void EndAllOn(Ipv4Address address)
    {
        foreach (var (station, share) in _byStation.Where(s => s.Value.Address == address).ToList())
        {
            MoveToEnding(station, share);
        }
    }

    /// <summary>Frees the numbers of the shares that are over.</summary>
    /// <param name="isEmpty">Whether a share has no port in use or held back, and no block.</param>
    public void Collect(Func<uint, bool> isEmpty)
    {
        foreach (var (station, share) in _byStation.Where(s => s.Value.Bindings == 0 && isEmpty(s.Value.Number)).ToList())
        {
            _byStation.Remove(station);
            OnLeft(share.Address);
            _numbers.Return(share.Number);
        }

        foreach (var share in _ending.Where(s => isEmpty(s.Number)).ToList())
        {
            _ending.Remove(share);
            _numbers.Return(share.Number);
        }
    }

    public SharedAddresses? SharedOf(BindingPolicy policy) => gateways[policy.Gateway].Shared;

    /// <summary>Held devices leave half of the shares to those that are let in: invented devices are held, in any number.</summary>
    public bool CanJoin(Station station, BindingPolicy policy) =>
        policy.MayShare && SharedOf(policy) is { } shared
        && ((_byStation.TryGetValue(station, out var share) && shared.IsUsable(share.Address))
            || (_numbers.Free > (policy.IsHeld ? FairShare.CrowdKeeps * capacity / 16 : 0) && shared.Choose() is not null));

    /// <summary>Whether a binding's station can have ports of a certain address of its gateway.</summary>
    public bool CanPlace(Binding binding, Ipv4Address address) =>
        SharedOf(binding.Policy) is { } shared && shared.IsUsable(address)
        && (!_numbers.IsExhausted || (_byStation.TryGetValue(binding.Claim.Station, out var share) && share.Address == address));

    /// <summary>A station shares this address from its next <see cref="Join"/> on, as long as the address can be used; null: any.</summary>
    public void Place(Station station, Ipv4Address? address)
    {
        if (address is { } wanted)
        {
            _placed[station] = wanted;
        }
        else
        {
            _placed.Remove(station);
        }
    }

    /// <summary>Whether a station must share a certain address.</summary>
    public bool IsPlaced(Station station) => _placed.ContainsKey(station);

    /// <summary>Whether a binding has the shared address that its station must have.</summary>
    public bool IsPlaced(Binding binding) => binding.Share != 0 && _placed.TryGetValue(binding.Claim.Station, out var address) && address == binding.Shared;

    /// <summary>The binding with ports of its station's shared address. Ask <see cref="CanJoin"/> or <see cref="CanPlace"/> first.</summary>
    public Binding Join(Binding binding, BindingChange change)
    {
        var station = binding.Claim.Station;
        var shared = SharedOf(binding.Policy)!;
        var placed = _placed.TryGetValue(station, out var wanted) && shared.IsUsable(wanted) ? wanted : (Ipv4Address?)null;
        if (_byStation.TryGetValue(station, out var share) && (!shared.IsUsable(share.Address) || (placed is { } other && other != share.Address && !_numbers.IsExhausted)))
        {
            MoveToEnding(station, share);
            share = null;
        }

        if (share is null)
        {
            var address = placed ?? shared.Choose()!.Value;
            _byStation[station] = share = new PortAllocation(_numbers.Take(), address, station);
            shared.Joined(address);
            change.Open(share.Number, address);
        }

        share.Bindings++;
        return binding with { Shared = share.Address, Share = share.Number };
    }

    /// <summary>The binding no longer uses its share.</summary>
    public void Leave(Binding binding)
    {
        // A share that moved is already in the list of the ending ones.
        if (_byStation.TryGetValue(binding.Claim.Station, out var share) && share.Number == binding.Share)
        {
            share.Bindings--;
            share.IsConfirmed |= activity.IsConfirmed(binding.Number);
        }
    }

    /// <summary>
    /// An unconfirmed device had to make room: its share is not kept for its return, and as it took part in no conversation, its ports
    /// need no hold time.
    /// </summary>
    public void Abandon(Binding displaced, BindingChange change)
    {
        if (_byStation.TryGetValue(displaced.Claim.Station, out var share) && share is { Bindings: 0, IsConfirmed: false })
        {
            MoveToEnding(displaced.Claim.Station, share);
            change.Abandon(share.Number);
        }
    }

    /// <summary>A binding of an earlier process continues with its share.</summary>
    public void Adopt(Binding binding)
    {
        var station = binding.Claim.Station;
        if (!_byStation.TryGetValue(station, out var share))
        {
            _byStation[station] = share = new PortAllocation(binding.Share, binding.Shared, station) { IsConfirmed = true };
            SharedOf(binding.Policy)?.Joined(binding.Shared);
        }

        share.Bindings++;
    }

    /// <summary>After adoption.</summary>
    /// <param name="ending">Shares without a device whose ports are still held back.</param>
    public void Reserve(IEnumerable<(uint Share, Ipv4Address Address)> ending)
    {
        _ending.AddRange(ending.Where(e => _byStation.Values.All(s => s.Number != e.Share)).Select(e => new PortAllocation(e.Share, e.Address, null)));
        var taken = _byStation.Values.Concat(_ending).Select(s => s.Number).ToHashSet();
        _numbers.Reserve(taken.Contains);
    }

    private void MoveToEnding(Station station, PortAllocation share)
    {
        _byStation.Remove(station);
        OnLeft(share.Address);
        _ending.Add(share);
    }

    private void OnLeft(Ipv4Address address)
    {
        foreach (var gateway in gateways)
        {
            gateway.Shared?.OnLeft(address);
        }
    }

    /// <param name="owner">Null when an earlier process made it.</param>
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
