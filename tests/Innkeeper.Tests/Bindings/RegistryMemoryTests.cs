using Innkeeper.Addresses;
using Innkeeper.Bindings;
using Innkeeper.Tests.Addresses;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Bindings;

/// <summary>What the registry remembers, refuses and tells others.</summary>
public sealed class RegistryMemoryTests
{
    private static readonly Ipv4Address s_first = Ipv4Address.Parse("192.0.2.10");
    private readonly List<Ipv4Address> _probes = [];
    private readonly Dictionary<uint, TimeSpan> _idle = [];
    private TimeSpan _now = TimeSpan.FromHours(1);

    private static Ipv4Address At(int index) => new(s_first.Value + (uint)index);

    private static ClaimedAddress ClaimOf(int device, int address, ushort vlan = 0) =>
        new(new Station(vlan, new MacAddress(0x020000000000UL + (ulong)device)), new Ipv4Address(0x0A000000 + (uint)address));

    private (RegistryHarness Registry, AddressPool Pool) Make(int addresses, bool settled = true)
    {
        var pool = new AddressPool(Enumerable.Range(0, addresses).Select(At));
        if (settled)
        {
            _now = pool.Settle(_now, _probes);
        }

        return (new RegistryHarness([new GatewayAddresses(0, pool, null)], 64, n => _idle.GetValueOrDefault(n)), pool);
    }

    private Arrival Arrive(RegistryHarness registry, ClaimedAddress claim, out Binding? binding) =>
        registry.Arrive(claim, new GatewayInference(claim.Address), new BindingPolicy(Addresses: 2), _now, default, out binding);

    [Fact]
    public void Remember_FromTheDatabase_GivesThatAddressAgain()
    {
        var (registry, _) = Make(6);
        registry.Remember(ClaimOf(1, 1), At(4), default);
        Assert.Equal(Arrival.Bound, Arrive(registry, ClaimOf(1, 1), out var binding));
        Assert.Equal(At(4), binding!.Legal);
    }

    [Fact]
    public void Remember_AddressOutsideThePool_IsForgotten()
    {
        var (registry, _) = Make(1);
        registry.Remember(ClaimOf(1, 1), At(99), default);
        Assert.Equal(Arrival.Bound, Arrive(registry, ClaimOf(1, 1), out var binding));
        Assert.Equal(s_first, binding!.Legal);
    }

    [Fact]
    public void Remember_OneAddressForTwo_IsTheLatersOne()
    {
        var (registry, _) = Make(6);
        registry.Remember(ClaimOf(1, 1), At(4), default);
        registry.Remember(ClaimOf(2, 1), At(4), default);
        Arrive(registry, ClaimOf(1, 1), out var first);
        Arrive(registry, ClaimOf(2, 1), out var second);
        Assert.NotEqual(At(4), first!.Legal);
        Assert.Equal(At(4), second!.Legal);
    }

    [Fact]
    public void Arrive_RememberedAddressGone_GivesAnother()
    {
        var (registry, pool) = Make(6);
        registry.Remember(ClaimOf(1, 1), At(4), default);
        pool.Quarantine(At(4), _now);
        Assert.Equal(Arrival.Bound, Arrive(registry, ClaimOf(1, 1), out var binding));
        Assert.NotEqual(At(4), binding!.Legal);
    }

    [Fact]
    public void Arrive_NothingProbedYet_WaitsAndLeavesNoTrace()
    {
        var (registry, pool) = Make(2, settled: false);
        Assert.Equal(Arrival.Waiting, Arrive(registry, ClaimOf(1, 1), out var binding));
        Assert.Null(binding);
        Assert.Equal((0, 0), (registry.DeviceCount, registry.Bindings.Count));
        _now = pool.Settle(_now, _probes);
        Assert.Equal(Arrival.Bound, Arrive(registry, ClaimOf(1, 1), out _));
    }

    [Fact]
    public void Arrive_PoolUsedUp_IsExhausted()
    {
        var (registry, _) = Make(1);
        Arrive(registry, ClaimOf(1, 1), out _);
        Assert.Equal(Arrival.PoolExhausted, Arrive(registry, ClaimOf(2, 1), out var binding));
        Assert.Null(binding);
        Assert.Equal(1, registry.DeviceCount);
    }

    [Fact]
    public void Arrive_AtTheLimitWithTwoIdle_ReplacesTheOneIdleLongest()
    {
        var (registry, _) = Make(6);
        Arrive(registry, ClaimOf(1, 1), out var shorter);
        Arrive(registry, ClaimOf(1, 2), out var longer);
        _idle[shorter!.Number] = Registry.ReplaceAfter;
        _idle[longer!.Number] = Registry.ReplaceAfter + TimeSpan.FromSeconds(1);
        Assert.Equal(Arrival.Bound, Arrive(registry, ClaimOf(1, 3), out _));
        Assert.Equal([longer], registry.Replaced);
        Assert.Null(registry.Find(longer.Claim));
        Assert.Same(shorter, registry.Find(shorter.Claim));
    }

    [Fact]
    public void Arrive_SameDeviceInTwoVlans_IsTwoDevices()
    {
        var (registry, _) = Make(6);
        for (ushort vlan = 0; vlan < 2; vlan++)
        {
            Assert.Equal(Arrival.Bound, Arrive(registry, ClaimOf(1, 1, vlan), out _));
            Assert.Equal(Arrival.Bound, Arrive(registry, ClaimOf(1, 2, vlan), out _));
            Assert.Equal(Arrival.DeviceLimit, Arrive(registry, ClaimOf(1, 3, vlan), out _));
        }

        Assert.Equal(2, registry.DeviceCount);
    }

    [Fact]
    public void ClaimedByOthers_OfTheSameVlan_AreTheOthers()
    {
        var (registry, _) = Make(6);
        Arrive(registry, ClaimOf(1, 5), out _);
        Arrive(registry, ClaimOf(2, 5), out var other);
        Arrive(registry, ClaimOf(3, 5, 7), out _);
        var requester = ClaimOf(1, 5);
        Assert.Equal([other!], registry.ClaimedByOthers(requester.Station, requester.Address));
        registry.Release(other!, _now);
        Assert.Empty(registry.ClaimedByOthers(requester.Station, requester.Address));
    }

    [Fact]
    public void Conflict_WithABinding_DropsItAndItsDeviceGetsAnother()
    {
        var (registry, pool) = Make(6);
        Arrive(registry, ClaimOf(1, 1), out var before);
        Assert.Same(before, registry.Conflict(before!.Legal, _now));
        Assert.Equal((null, null), (registry.Find(before.Claim), registry.FindByLegal(before.Legal)));
        Assert.Equal(AddressState.Quarantined, pool.StateOf(before.Legal));
        Assert.Equal(Arrival.Bound, Arrive(registry, before.Claim, out var after));
        Assert.NotEqual(before.Legal, after!.Legal);
    }

    [Fact]
    public void Conflict_WithoutABinding_IsTheQuarantineAlone()
    {
        var (registry, pool) = Make(2);
        Assert.Null(registry.Conflict(s_first, _now));
        Assert.Equal(AddressState.Quarantined, pool.StateOf(s_first));
        Assert.Null(registry.Conflict(At(99), _now));
    }

    [Fact]
    public void UpdateGateway_NewGateway_ShowsWhereverTheBindingIsFound()
    {
        var (registry, _) = Make(2);
        Arrive(registry, ClaimOf(1, 1), out var binding);
        var gateway = Ipv4Address.Parse("10.0.0.254");
        var updated = registry.UpdateGateway(binding!, GatewayInference.Known(binding!.Claim.Address, gateway, proven: true));
        Assert.Equal((gateway, true), (updated.Gateway, updated.GatewayProven));
        Assert.Same(updated, registry.Find(binding.Claim));
        Assert.Same(updated, registry.FindByLegal(binding.Legal));
        Assert.Same(updated, registry.Bindings[binding.Number]);
    }

    [Fact]
    public void Adopt_AddressThatIsNotToBeHad_IsRefused()
    {
        var (registry, pool) = Make(2);
        Assert.False(registry.Adopt(new Binding(5, ClaimOf(1, 1), At(99), default, false, default)));
        Assert.True(registry.Adopt(new Binding(5, ClaimOf(1, 1), At(0), default, false, default)));
        Assert.False(registry.Adopt(new Binding(6, ClaimOf(1, 1), At(1), default, false, default)));
        Assert.False(registry.Adopt(new Binding(5, ClaimOf(2, 1), At(1), default, false, default)));
        Assert.Equal(1, pool.Count(AddressState.Bound));
    }

    [Fact]
    public void Bindings_SnapshotTaken_StaysAsItWas()
    {
        var (registry, _) = Make(2);
        var before = registry.Bindings;
        Arrive(registry, ClaimOf(1, 1), out _);
        Assert.Empty(before);
        Assert.Single(registry.Bindings);
    }

    [Fact]
    public void Arrive_AtTheLimitWithOneIdle_AndThePoolUsedUp_TakesThatAddress()
    {
        var (registry, _) = Make(2);
        Arrive(registry, ClaimOf(1, 1), out var idle);
        Arrive(registry, ClaimOf(1, 2), out _);
        _idle[idle!.Number] = Registry.ReplaceAfter;
        Assert.Equal(Arrival.Bound, Arrive(registry, ClaimOf(1, 3), out var binding));
        Assert.Equal(idle.Legal, binding!.Legal);
        Assert.Equal([idle], registry.Replaced);
    }

    [Fact]
    public void Arrive_Returning_WasFirstSeenWhenItFirstCame()
    {
        var (registry, _) = Make(2);
        var first = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        registry.Arrive(ClaimOf(1, 1), new GatewayInference(ClaimOf(1, 1).Address), new BindingPolicy(Addresses: 2), _now, first, out var before);
        registry.Release(before!, _now);
        registry.Arrive(ClaimOf(1, 1), new GatewayInference(ClaimOf(1, 1).Address), new BindingPolicy(Addresses: 2), _now, first.AddDays(1), out var after);
        Assert.Equal(first, after!.FirstSeen);
    }
}
