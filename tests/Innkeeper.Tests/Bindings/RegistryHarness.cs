using System.Collections.Immutable;
using Innkeeper.Addresses;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Bindings;

/// <summary>A registry whose changes are recorded, as the one writer would apply them.</summary>
internal sealed class RegistryHarness(
    IReadOnlyList<GatewayAddresses> gateways, uint capacity, Func<uint, TimeSpan> idle, Func<uint, bool>? isConfirmed = null, ILeasedAddresses? leased = null)
{
    private readonly Registry _registry = new(gateways, capacity, new Activity(idle, isConfirmed ?? (_ => true)), leased);

    /// <summary>Bindings that arrivals pushed out.</summary>
    public List<Binding> Replaced { get; } = [];

    public List<(uint Share, Ipv4Address Address)> OpenedShares { get; } = [];

    public List<uint> AbandonedShares { get; } = [];

    public ImmutableDictionary<uint, Binding> Bindings => _registry.Bindings;

    public int DeviceCount => _registry.DeviceCount;

    public Ipv4Network? Lan
    {
        get => _registry.Lan;
        set => _registry.Lan = value;
    }

    public Arrival Arrive(
        ClaimedAddress claim, GatewayInference gateway, BindingPolicy policy, TimeSpan now, DateTimeOffset wall, out Binding? binding, Reachability reachability = Reachability.None)
    {
        var change = _registry.Arrive(claim, gateway, policy, now, wall, reachability);
        Replaced.AddRange(change.Ended);
        Record(change);
        binding = change.Binding;
        return change.Outcome;
    }

    public void Release(Binding binding, TimeSpan now) => Assert.Equal([binding], _registry.Release(binding, now).Ended);

    public Binding? Conflict(Ipv4Address legal, TimeSpan now) => _registry.Conflict(legal, now).Ended is [var ended] ? ended : null;

    public Binding Reassign(Binding binding)
    {
        var change = _registry.Reassign(binding);
        Assert.Empty(change.Ended);
        Record(change);
        return change.Binding!;
    }

    public Binding? Find(ClaimedAddress claim) => _registry.Find(claim);

    public Binding? FindByLegal(Ipv4Address legal) => _registry.FindByLegal(legal);

    public IReadOnlyList<Binding> BindingsOf(MacAddress mac) => _registry.BindingsOf(mac);

    public bool IsHere(MacAddress mac) => _registry.IsHere(mac);

    public Ipv4Address GatewayOf(Station station) => _registry.GatewayOf(station);

    public IEnumerable<Binding> ClaimedByOthers(Station device, Ipv4Address address) => _registry.ClaimedByOthers(device, address);

    public void Pin(MacAddress mac, Ipv4Address? legal) => _registry.Pin(mac, legal);

    public bool IsKeptFromLease(ClaimedAddress claim) => _registry.IsKeptFromLease(claim);

    public void Remember(ClaimedAddress claim, Ipv4Address legal, DateTimeOffset firstSeen) => _registry.Remember(claim, legal, firstSeen);

    public bool Adopt(Binding binding) => _registry.Adopt(binding);

    public void ReserveAdopted(IEnumerable<(uint Share, Ipv4Address Address)>? endingShares = null) => _registry.ReserveAdopted(endingShares);

    public void Discard(ClaimedAddress claim) => _registry.Discard(claim);

    public Binding UpdateGateway(Binding binding, GatewayInference gateway) => _registry.UpdateGateway(binding, gateway);

    public Binding UpdatePolicy(Binding binding, BindingPolicy policy) => _registry.UpdatePolicy(binding, policy);

    public Binding? Promote(Binding binding) => _registry.Promote(binding);

    public Binding Unshare(Binding binding) => _registry.Unshare(binding);

    public bool NeedsReassignment(Binding binding) => _registry.Ports.NeedsReassignment(binding);

    public void EndSharesOn(Ipv4Address address) => _registry.Ports.EndAllOn(address);

    public void CollectShares(Func<uint, bool> isEmpty) => _registry.Ports.Collect(isEmpty);

    public bool HasShareOn(Ipv4Address address) => _registry.Ports.HasAnyOn(address);

    public Station? OwnerOf(uint share) => _registry.Ports.OwnerOf(share);

    private void Record(BindingChange change)
    {
        OpenedShares.AddRange(change.OpenedShares);
        AbandonedShares.AddRange(change.AbandonedShares);
    }

    private sealed class Activity(Func<uint, TimeSpan> idle, Func<uint, bool> isConfirmed) : IBindingActivity
    {
        public TimeSpan IdleFor(uint number, TimeSpan now) => idle(number);

        public bool IsConfirmed(uint number) => isConfirmed(number);
    }
}
