using Innkeeper.Addresses;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Bindings;

/// <summary>Devices that share legal addresses: who has which, and until when.</summary>
public sealed class RegistrySharingTests
{
    private static readonly Ipv4Address s_own = Ipv4Address.Parse("192.0.2.2");
    private static readonly Ipv4Address s_other = Ipv4Address.Parse("192.0.2.3");

    private readonly SharedAddresses _shared = new(new AddressPool([]));
    private readonly HashSet<uint> _inUse = [];
    private TimeSpan _now;
    private BindingPolicy _policy = BindingPolicy.Default;

    public RegistrySharingTests() => _shared.SetOwn(s_own);

    private (RegistryHarness Registry, AddressPool Pool) Make(int addresses, bool prefersOwn = true, uint capacity = 16)
    {
        var pool = new AddressPool(Enumerable.Range(50, addresses).Select(n => Ipv4Address.Parse($"192.0.2.{n}")));
        Ready(pool);
        _policy = new BindingPolicy(PrefersOwn: prefersOwn);
        return (new RegistryHarness([new GatewayAddresses(0, pool, _shared)], capacity, _ => TimeSpan.Zero), pool);
    }

    private void Ready(AddressPool pool)
    {
        for (var i = 0; i < 10; i++)
        {
            pool.Tick(_now, []);
            _now += AddressPool.ProbeInterval;
        }
    }

    private static ClaimedAddress ClaimOf(int device, int address = 1) =>
        new(new Station(0, new MacAddress(0x020000000000UL + (ulong)device)), Ipv4Address.Parse($"10.0.0.{address}"));

    private Binding Arrive(RegistryHarness registry, int device, int address = 1)
    {
        var claim = ClaimOf(device, address);
        Assert.Equal(Arrival.Bound, registry.Arrive(claim, new GatewayInference(claim.Address), _policy, _now, default, out var binding));
        return binding!;
    }

    [Fact]
    public void Arrive_WithoutAPool_SharesTheUplinksAddress()
    {
        var (registry, _) = Make(0);

        var binding = Arrive(registry, 1);

        Assert.Equal((false, s_own, s_own), (binding.HasOwn, binding.Shared, binding.Outside));
        Assert.Equal([(binding.Share, s_own)], registry.OpenedShares);
        Assert.Equal(binding.Claim.Station, registry.OwnerOf(binding.Share));
    }

    [Fact]
    public void Arrive_WhenThePoolIsInUse_SharesUntilOneIsFree()
    {
        var (registry, _) = Make(1);
        var first = Arrive(registry, 1);
        var second = Arrive(registry, 2);
        Assert.Equal((true, 0u), (first.HasOwn, first.Share));
        Assert.False(second.HasOwn);
        Assert.Null(registry.Promote(second));

        registry.Release(first, _now);
        var promoted = registry.Promote(second)!;

        // It keeps its part of the shared address while what it mapped goes on.
        Assert.Equal((first.Legal, s_own, second.Share), (promoted.Legal, promoted.Shared, promoted.Share));
        Assert.Equal(promoted, registry.FindByLegal(first.Legal));
        var alone = registry.Unshare(promoted);
        Assert.Equal((first.Legal, Ipv4Address.Any, 0u), (alone.Legal, alone.Shared, alone.Share));
    }

    [Fact]
    public void Arrive_WhereAProfileAlwaysShares_LeavesThePoolAlone()
    {
        var (registry, pool) = Make(3, prefersOwn: false);

        var binding = Arrive(registry, 1);

        Assert.False(binding.HasOwn);
        Assert.Equal(0, pool.Count(AddressState.Bound));
        Assert.Null(registry.Promote(binding));
    }

    [Fact]
    public void Arrive_WithNothingToShare_IsRefused()
    {
        _shared.SetOwn(null);
        var (registry, _) = Make(0);
        var claim = ClaimOf(1);

        Assert.Equal(Arrival.PoolExhausted, registry.Arrive(claim, new GatewayInference(claim.Address), _policy, _now, default, out _));
    }

    [Fact]
    public void Arrive_WhileSharedAddressesAreProbed_Waits()
    {
        var shared = new SharedAddresses(new AddressPool([s_other]));
        var registry = new RegistryHarness([new GatewayAddresses(0, new AddressPool([]), shared)], 16, _ => TimeSpan.Zero);
        var claim = ClaimOf(1);

        Assert.Equal(Arrival.Waiting, registry.Arrive(claim, new GatewayInference(claim.Address), _policy, _now, default, out _));
    }

    [Fact]
    public void AllAddressesOfADevice_HaveTheSameShare()
    {
        var (registry, _) = Make(0);
        var first = Arrive(registry, 1, 1);
        var second = Arrive(registry, 1, 2);
        var unverified = Arrive(registry, 2, 1);

        Assert.Equal((first.Share, first.Shared), (second.Share, second.Shared));
        Assert.NotEqual(first.Share, unverified.Share);
        Assert.Equal(2, registry.OpenedShares.Count);
    }

    [Fact]
    public void PortAllocation_OfADeviceThatLeft_IsFreeOnlyWhenItsPortsHaveRested()
    {
        var (registry, _) = Make(0, capacity: 4);
        var first = Arrive(registry, 1);
        registry.Release(first, _now);
        _inUse.Add(first.Share);
        registry.CollectShares(n => !_inUse.Contains(n));
        Assert.True(registry.HasShareOn(s_own));
        Assert.Equal(first.Claim.Station, registry.OwnerOf(first.Share));

        // The same device has it again; another does not.
        Assert.Equal(first.Share, Arrive(registry, 1).Share);
        Assert.NotEqual(first.Share, Arrive(registry, 2).Share);

        registry.Release(registry.Find(ClaimOf(1))!, _now);
        _inUse.Clear();
        registry.CollectShares(n => !_inUse.Contains(n));
        Assert.Null(registry.OwnerOf(first.Share));
    }

    [Fact]
    public void Reassign_WhenTheAddressChanged_GivesANewPortAllocationThere()
    {
        var (registry, _) = Make(0);
        var before = Arrive(registry, 1, 1);
        var beside = Arrive(registry, 1, 2);
        _shared.SetOwn(s_other);
        Assert.True(registry.NeedsReassignment(before));

        var after = registry.Reassign(before);
        var afterBeside = registry.Reassign(beside);

        Assert.Equal((s_other, s_other), (after.Shared, afterBeside.Shared));
        Assert.Equal(after.Share, afterBeside.Share);
        Assert.NotEqual(before.Share, after.Share);
        Assert.False(registry.NeedsReassignment(after));
        Assert.True(registry.HasShareOn(s_own));
        Assert.Equal((0, 1), (_shared.DevicesOn(s_own), _shared.DevicesOn(s_other)));
        registry.CollectShares(_ => true);
        Assert.False(registry.HasShareOn(s_own));
    }

    [Fact]
    public void Reassign_WhenThereIsNoAddress_LeavesNoneAndComesBack()
    {
        var (registry, _) = Make(0);
        var before = Arrive(registry, 1);
        _shared.SetOwn(null);

        var homeless = registry.Reassign(before);
        Assert.Equal((Ipv4Address.Any, 0u), (homeless.Outside, homeless.Share));
        Assert.False(registry.NeedsReassignment(homeless));

        _shared.SetOwn(s_other);
        Assert.True(registry.NeedsReassignment(homeless));
        Assert.Equal(s_other, registry.Reassign(homeless).Shared);
    }

    [Fact]
    public void Adopt_SharesInUse_AreNotGivenAgain()
    {
        var (registry, _) = Make(0, capacity: 5);
        var adopted = new Binding(2, ClaimOf(1), Ipv4Address.Any, Ipv4Address.Any, true, default) { Shared = s_own, Share = 1 };
        Assert.True(registry.Adopt(adopted));
        registry.ReserveAdopted([(1, s_own), (2, s_own)]);

        Assert.Equal(1u, Arrive(registry, 1, 2).Share);
        Assert.DoesNotContain(Arrive(registry, 2).Share, (uint[])[1, 2]);
        Assert.Null(registry.OwnerOf(2));
    }

    [Fact]
    public void AnySequence_NeverGivesAShareTwiceNorTwoAddressesToADevice()
    {
        var random = new Random(4787);
        for (var run = 0; run < 50; run++)
        {
            var (registry, pool) = Make(3, capacity: 32);
            for (var step = 0; step < 200; step++)
            {
                var bindings = registry.Bindings.Values.ToList();
                var any = bindings.Count == 0 ? null : bindings[random.Next(bindings.Count)];
                switch (random.Next(7))
                {
                    case 0 or 1:
                        var claim = ClaimOf(random.Next(1, 6), random.Next(1, 4));
                        registry.Arrive(claim, new GatewayInference(claim.Address), _policy, _now, default, out _);
                        break;
                    case 2 when any is not null:
                        registry.Release(any, _now);
                        break;
                    case 3 when any is { Share: not 0, HasOwn: false }:
                        registry.Promote(any);
                        break;
                    case 4 when any is { Share: not 0, HasOwn: true }:
                        registry.Unshare(any);
                        break;
                    case 5:
                        _shared.SetOwn(random.Next(3) switch { 0 => null, 1 => s_own, _ => s_other });
                        foreach (var binding in registry.Bindings.Values.Where(registry.NeedsReassignment).ToList())
                        {
                            registry.Reassign(binding);
                        }

                        break;
                    default:
                        registry.CollectShares(n => random.Next(2) == 0 && registry.Bindings.Values.All(b => b.Share != n));
                        Ready(pool);
                        break;
                }

                AssertSound(registry);
            }
        }
    }

    private void AssertSound(RegistryHarness registry)
    {
        foreach (var device in registry.Bindings.Values.Where(b => b.Share != 0).GroupBy(b => b.Claim.Station))
        {
            Assert.Single(device.Select(b => (b.Share, b.Shared)).Distinct());
            Assert.Equal(device.Key, registry.OwnerOf(device.First().Share));
        }

        var owners = registry.Bindings.Values.Where(b => b.Share != 0).GroupBy(b => b.Share);
        Assert.All(owners, share => Assert.Single(share.Select(b => b.Claim.Station).Distinct()));
        Assert.All(registry.Bindings.Values, b => Assert.True(b.Outside != Ipv4Address.Any || _shared.Own is null));
    }
}
