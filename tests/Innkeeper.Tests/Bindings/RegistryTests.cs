using FsCheck;
using FsCheck.Xunit;
using Innkeeper.Addresses;
using Innkeeper.Bindings;
using Innkeeper.Tests.Addresses;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Bindings;

public sealed class RegistryTests
{
    private const int PerDevice = 2;
    private static readonly Ipv4Address s_first = Ipv4Address.Parse("192.0.2.10");

    private readonly Dictionary<uint, TimeSpan> _idle = [];
    private readonly List<Ipv4Address> _probes = [];
    private TimeSpan _now = TimeSpan.FromHours(1);

    private (RegistryHarness Registry, AddressPool Pool) Make(int addresses, uint capacity = 64)
    {
        var pool = new AddressPool(Enumerable.Range(0, addresses).Select(i => new Ipv4Address(s_first.Value + (uint)i)));
        _now = pool.Settle(_now, _probes);
        return (new RegistryHarness([new GatewayAddresses(0, pool, null)], capacity, n => _idle.GetValueOrDefault(n)), pool);
    }

    private static ClaimedAddress ClaimOf(int device, int address) => new(new Station(0, new MacAddress(0x020000000000UL + (ulong)device)), new Ipv4Address(0x0A000000 + (uint)address));

    private (Arrival Arrival, Binding? Binding) Arrive(RegistryHarness registry, ClaimedAddress claim)
    {
        var arrival = registry.Arrive(claim, new GatewayInference(claim.Address), new BindingPolicy(Addresses: PerDevice), _now, default, out var binding);
        return (arrival, binding);
    }

    [Fact]
    public void Arrive_SameAddressOnTwoDevices_GivesEachItsOwnLegalAddress()
    {
        var (registry, _) = Make(4);
        var a = Arrive(registry, ClaimOf(1, 5));
        var b = Arrive(registry, ClaimOf(2, 5));
        Assert.Equal((Arrival.Bound, Arrival.Bound), (a.Arrival, b.Arrival));
        Assert.NotEqual(a.Binding!.Legal, b.Binding!.Legal);
        Assert.Equal(Arrival.Known, Arrive(registry, ClaimOf(1, 5)).Arrival);
    }

    [Fact]
    public void Arrive_AtTheDevicesLimit_IsRefusedUnlessAnAddressIsIdle()
    {
        var (registry, _) = Make(8);
        var first = Arrive(registry, ClaimOf(1, 1)).Binding!;
        Arrive(registry, ClaimOf(1, 2));
        Assert.Equal(Arrival.DeviceLimit, Arrive(registry, ClaimOf(1, 3)).Arrival);
        _idle[first.Number] = Registry.ReplaceAfter;
        Assert.Equal(Arrival.Bound, Arrive(registry, ClaimOf(1, 3)).Arrival);
        Assert.Equal([first], registry.Replaced);
    }

    [Fact]
    public void Arrive_AfterRelease_GivesTheSameLegalAddressAgain()
    {
        var (registry, _) = Make(8);
        var binding = Arrive(registry, ClaimOf(1, 1)).Binding!;
        registry.Release(binding, _now);
        for (var device = 2; device < 6; device++)
        {
            Assert.NotEqual(binding.Legal, Arrive(registry, ClaimOf(device, 1)).Binding!.Legal);
        }

        Assert.Equal(binding.Legal, Arrive(registry, ClaimOf(1, 1)).Binding!.Legal);
    }

    [Fact]
    public void Arrive_NoSlotLeft_IsTableFull()
    {
        var (registry, _) = Make(8, capacity: 3);
        Assert.Equal(Arrival.Bound, Arrive(registry, ClaimOf(1, 1)).Arrival);
        Assert.Equal(Arrival.TableFull, Arrive(registry, ClaimOf(2, 1)).Arrival);
    }

    [Fact]
    public void Adopt_Binding_KeepsItsNumberAndAddressFromOthers()
    {
        var (registry, _) = Make(2, capacity: 4);
        var adopted = new Binding(2, ClaimOf(9, 9), s_first, default, false, default);
        Assert.True(registry.Adopt(adopted));
        Assert.False(registry.Adopt(adopted with { Claim = ClaimOf(8, 8) }));
        registry.ReserveAdopted();
        var next = Arrive(registry, ClaimOf(1, 1)).Binding!;
        Assert.NotEqual((adopted.Number, adopted.Legal), (next.Number, next.Legal));
        Assert.Equal(3u, next.Number);
    }

    /// <summary>Each step is a number: what happens, to whom.</summary>
    [Property(MaxTest = 200)]
    public void Registry_AnyOrderOfArrivalsDeparturesAndConflicts_NeverSharesAnAddress(PositiveInt[] steps)
    {
        var (registry, pool) = Make(6, capacity: 16);
        foreach (var step in steps.Select(s => s.Get))
        {
            var subject = step / 5;
            switch (step % 5)
            {
                case 0 or 1:
                    Arrive(registry, ClaimOf(subject % 5, subject % 3));
                    break;
                case 2 when registry.Find(ClaimOf(subject % 5, subject % 3)) is { } binding:
                    registry.Release(binding, _now);
                    break;
                case 3:
                    registry.Conflict(new Ipv4Address(s_first.Value + (uint)(subject % 6)), _now);
                    break;
                case 4:
                    _now += TimeSpan.FromSeconds(subject % 700);
                    _now = pool.Settle(_now, _probes);
                    break;
            }

            var bindings = registry.Bindings.Values.ToList();
            Assert.Equal(bindings.Count, bindings.Select(b => b.Legal).Distinct().Count());
            Assert.Equal(bindings.Count, bindings.Select(b => b.Claim).Distinct().Count());
            Assert.Equal(bindings.Count, pool.Count(AddressState.Bound));
            Assert.All(bindings, b => Assert.Equal(AddressState.Bound, pool.StateOf(b.Legal)));
            Assert.All(bindings.GroupBy(b => b.Claim.Station), g => Assert.InRange(g.Count(), 1, PerDevice));
            Assert.All(registry.Bindings, pair => Assert.Equal(pair.Key, pair.Value.Number));
        }
    }
}
