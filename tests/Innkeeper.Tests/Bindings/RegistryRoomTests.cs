using Innkeeper.Addresses;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Bindings;

/// <summary>Who makes room when numbers or addresses run out, and the data plane's meters.</summary>
public sealed class RegistryRoomTests
{
    private static readonly Ipv4Address s_first = Ipv4Address.Parse("192.0.2.10");
    private readonly HashSet<uint> _answered = [];
    private TimeSpan _now = TimeSpan.FromHours(1);

    private static MacAddress MacOf(int device) => new(0x020000000000UL + (ulong)device);

    private static ClaimedAddress ClaimOf(int device, int address = 1) => new(new Station(0, MacOf(device)), new Ipv4Address(0x0A000000 + (uint)address));

    private static Ipv4Address At(int gateway, int index) => new(s_first.Value + (uint)(0x100 * gateway) + (uint)index);

    /// <param name="addresses">For each gateway.</param>
    private RegistryHarness Make(uint capacity, params int[] addresses) => Make(capacity, TimeSpan.Zero, addresses);

    private RegistryHarness Make(uint capacity, TimeSpan idle, params int[] addresses)
    {
        var pools = addresses.Select((count, gateway) => new AddressPool(Enumerable.Range(0, count).Select(i => At(gateway, i)))).ToList();
        for (var i = 0; i <= AddressPool.ProbeCount; i++, _now += AddressPool.ProbeInterval)
        {
            pools.ForEach(p => p.Tick(_now, []));
        }

        return new RegistryHarness([.. pools.Select((p, gateway) => new GatewayAddresses(gateway, p, null))], capacity, _ => idle, _answered.Contains);
    }

    private Arrival Try(RegistryHarness registry, int device, out Binding? binding, BindingPolicy? policy = null, int address = 1, Reachability reachability = Reachability.Silent)
    {
        var claim = ClaimOf(device, address);
        return registry.Arrive(claim, new GatewayInference(claim.Address), policy ?? new BindingPolicy(), _now, default, out binding, reachability);
    }

    private Binding Arrive(RegistryHarness registry, int device, int gateway = 0, int address = 1, Reachability reachability = Reachability.Silent, int addresses = 4, bool isHeld = false)
    {
        Assert.Equal(Arrival.Bound, Try(registry, device, out var binding, new BindingPolicy(Gateway: gateway, Addresses: addresses, IsHeld: isHeld), address, reachability));
        return binding!;
    }

    [Fact]
    public void Arrive_NoNumberLeft_DisplacesTheOldestThatNeverGotAnAnswer()
    {
        var registry = Make(4, 8);
        var (oldest, younger) = (Arrive(registry, 1), Arrive(registry, 2));
        _now += UnconfirmedBindings.Time;

        var newDevice = Arrive(registry, 3);

        Assert.Equal([oldest], registry.Replaced);
        Assert.Equal(oldest.Number, newDevice.Number);
        Assert.Equal([younger, newDevice], registry.Bindings.Values.OrderBy(b => b.Claim.Station.Mac.Value));
    }

    [Fact]
    public void Arrive_WhileAllAreUnconfirmed_IsRefused_AndNoneIsReplaced()
    {
        var registry = Make(4, 8);
        Arrive(registry, 1);
        Arrive(registry, 2);
        _now += UnconfirmedBindings.Time - TimeSpan.FromTicks(1);

        Assert.Equal(Arrival.TableFull, Try(registry, 3, out _));
        Assert.Empty(registry.Replaced);
        Assert.Equal(2, registry.Bindings.Count);
    }

    [Fact]
    public void Arrive_WhereAllWereAnswered_IsRefused_HoweverLate()
    {
        var registry = Make(4, 8);
        _answered.UnionWith([Arrive(registry, 1).Number, Arrive(registry, 2).Number]);
        _now += TimeSpan.FromDays(1);

        Assert.Equal(Arrival.TableFull, Try(registry, 3, out _));
        Assert.Empty(registry.Replaced);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Arrive_OneThatWasAdopted_IsDisplacedFirst_UnlessItIsConfirmed(bool isConfirmed)
    {
        var registry = Make(4, 8);
        var adopted = new Binding(2, ClaimOf(1), At(0, 0), default, false, default) { Meter = 1 };
        if (isConfirmed)
        {
            _answered.Add(adopted.Number);
        }

        Assert.True(registry.Adopt(adopted));
        registry.ReserveAdopted();
        var second = Arrive(registry, 2);
        _now += UnconfirmedBindings.Time;

        Arrive(registry, 3);

        Assert.Equal([isConfirmed ? second : adopted], registry.Replaced);
    }

    /// <summary>A device that is known by its records only takes no room from one that was heard; a pin is an order.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Arrive_FromRecords_DisplacesNone_UnlessItsAddressIsPinned(bool isPinned)
    {
        var registry = Make(4, 8);
        var oldest = Arrive(registry, 1);
        Arrive(registry, 2);
        _now += UnconfirmedBindings.Time;
        if (isPinned)
        {
            registry.Pin(MacOf(3), At(0, 7));
        }

        var outcome = Try(registry, 3, out var binding, new BindingPolicy(Pinned: isPinned ? At(0, 7) : null), reachability: Reachability.Recorded);

        Assert.Equal(isPinned ? Arrival.Bound : Arrival.TableFull, outcome);
        Assert.Equal(isPinned ? [oldest] : [], registry.Replaced);
        Assert.Equal(isPinned ? At(0, 7) : null, binding?.Legal);
    }

    [Fact]
    public void Arrive_FromRecords_AtItsDevicesLimit_IsRefused_HoweverSilentTheOthersAre()
    {
        var registry = Make(8, 8);
        Arrive(registry, 1, addresses: 1);
        _now += TimeSpan.FromDays(1);

        Assert.Equal(Arrival.DeviceLimit, Try(registry, 1, out _, new BindingPolicy(Addresses: 1), address: 2, Reachability.Recorded));
        Assert.Empty(registry.Replaced);
    }

    [Fact]
    public void Arrive_OneThatEndedAndCameBack_IsUnconfirmedAgain()
    {
        var registry = Make(4, 8);
        var first = Arrive(registry, 1);
        _now += UnconfirmedBindings.Time;
        registry.Release(first, _now);
        Assert.Equal(first.Number, Arrive(registry, 1).Number);
        Arrive(registry, 2);

        Assert.Equal(Arrival.TableFull, Try(registry, 3, out _));
        Assert.Empty(registry.Replaced);
    }

    [Fact]
    public void Arrive_MoreUnconfirmedBindingsThanAllowed_IsUnproven_UntilOneIsConfirmedOrHadItsTime()
    {
        var registry = Make(64, 8);
        var unverifiedDevices = Enumerable.Range(1, 4).Select(device => Arrive(registry, device)).ToList();
        Assert.Equal(Arrival.Unproven, Try(registry, 5, out _));
        Arrive(registry, 5, reachability: Reachability.Given);

        _answered.Add(unverifiedDevices[2].Number);
        _now += TimeSpan.FromSeconds(1);
        Arrive(registry, 6);
        Assert.Equal(Arrival.Unproven, Try(registry, 7, out _));
        Assert.Empty(registry.Replaced);

        _now += UnconfirmedBindings.Time - TimeSpan.FromSeconds(1);
        Assert.Equal(Arrival.Unproven, Try(registry, 7, out _, reachability: Reachability.None));
        Arrive(registry, 7);
        Assert.Equal([unverifiedDevices[0]], registry.Replaced);
    }

    [Fact]
    public void Arrive_SecondAddressOfAConfirmedDevice_IsConfirmed()
    {
        var registry = Make(64, 3);
        _answered.Add(Arrive(registry, 1).Number);
        Arrive(registry, 2, address: 7);
        Arrive(registry, 1, address: 2);
        Assert.Empty(registry.Replaced);
    }

    [Fact]
    public void Arrive_NoAddressLeft_DisplacesOneWithAnAddressOfItsGateway_AndNobodyElse()
    {
        var registry = Make(16, 4, 1);
        var elsewhere = Arrive(registry, 1, gateway: 0);
        var oldest = Arrive(registry, 2, gateway: 1);
        _now += UnconfirmedBindings.Time;

        var newDevice = Arrive(registry, 3, gateway: 1);

        Assert.Equal([oldest], registry.Replaced);
        Assert.Equal(oldest.Legal, newDevice.Legal);
        Assert.Equal(elsewhere, registry.Find(elsewhere.Claim));
    }

    [Fact]
    public void Arrive_NoAddressLeftButOneThatIsADevicesOwn_IsRefused_AndTheDeviceStays()
    {
        var registry = Make(16, 1);
        registry.Pin(MacOf(1), At(0, 0));
        var pinned = Arrive(registry, 1);
        _now += UnconfirmedBindings.Time;

        Assert.Equal(Arrival.Unproven, Try(registry, 2, out _));
        Assert.Equal(Arrival.PoolExhausted, Try(registry, 2, out _, reachability: Reachability.Given));

        Assert.Empty(registry.Replaced);
        Assert.Equal(pinned, registry.Find(pinned.Claim));
    }

    [Fact]
    public void Arrive_AfterOneThatCannotMakeRoom_StillFindsTheNext_AndTheOtherTurnsLater()
    {
        var registry = Make(5, 4, 1);
        var (elsewhere, oldest) = (Arrive(registry, 1), Arrive(registry, 2, gateway: 1));
        _now += UnconfirmedBindings.Time;
        Arrive(registry, 3, gateway: 1);
        Assert.Equal([oldest], registry.Replaced);
        Arrive(registry, 4);
        registry.Replaced.Clear();
        _now += UnconfirmedBindings.Time;
        _answered.UnionWith(registry.Bindings.Keys.Where(n => n != elsewhere.Number));

        Arrive(registry, 5);

        Assert.Equal([elsewhere], registry.Replaced);
    }

    [Fact]
    public void Arrive_OverAndOver_StillDisplacesTheOldest()
    {
        var registry = Make(4, 8);
        var oldest = Arrive(registry, 1);
        for (var i = 0; i < 1000; i++, _now += TimeSpan.FromMilliseconds(10))
        {
            registry.Release(Arrive(registry, 2), _now);
        }

        Arrive(registry, 2);
        Arrive(registry, 3);
        Assert.Equal([oldest], registry.Replaced);
    }

    [Fact]
    public void Arrive_AtItsLimit_WhereItsOwnOldestIsTheOldestUnconfirmed_EndsThatOnce()
    {
        var registry = Make(64, TimeSpan.FromMinutes(2), 2);
        var before = Arrive(registry, 1, addresses: 1);
        _now += TimeSpan.FromMinutes(2);

        var after = Arrive(registry, 1, address: 2, addresses: 1);

        Assert.Equal([before], registry.Replaced);
        Assert.Equal([after], registry.Bindings.Values);
        Assert.NotEqual(after.Number, Arrive(registry, 2, reachability: Reachability.Given).Number);
    }

    [Fact]
    public void Arrive_NoNumberLeft_OfWhoIsToShowThatItExists_DisplacesNobody()
    {
        var registry = Make(6, 8);
        var unverifiedDevices = Enumerable.Range(1, 4).Select(device => Arrive(registry, device)).ToList();
        _now += UnconfirmedBindings.Time;

        Assert.Equal(Arrival.Unproven, Try(registry, 5, out _, reachability: Reachability.None));
        Assert.Empty(registry.Replaced);
        Arrive(registry, 5, reachability: Reachability.Given);
        Assert.Equal([unverifiedDevices[0]], registry.Replaced);
    }

    [Fact]
    public void Arrive_NoNumberLeft_DisplacesThoseFirstThatTakeNothingElse()
    {
        var registry = Make(4, 8);
        Arrive(registry, 1);
        var held = Arrive(registry, 2, isHeld: true);
        _now += UnconfirmedBindings.Time;

        Arrive(registry, 3);

        Assert.Equal([held], registry.Replaced);
    }

    [Fact]
    public void Meter_OfADevice_IsTheSameForAllItsAddresses_AndNobodyElses()
    {
        var registry = Make(16, 8);
        var (first, second, unverified) = (Arrive(registry, 1, address: 1), Arrive(registry, 1, address: 2), Arrive(registry, 2));

        Assert.NotEqual(0u, first.Meter);
        Assert.Equal(first.Meter, second.Meter);
        Assert.NotEqual(first.Meter, unverified.Meter);
    }

    [Fact]
    public void Meter_OfADeviceThatLeft_IsGivenAgain_ButNotWhileAnAddressOfItsIsLeft()
    {
        var registry = Make(16, 8);
        var (first, second) = (Arrive(registry, 1, address: 1), Arrive(registry, 1, address: 2));
        registry.Release(first, _now);
        Assert.NotEqual(second.Meter, Arrive(registry, 2).Meter);

        registry.Release(second, _now);
        Assert.Equal(second.Meter, Arrive(registry, 3).Meter);
    }

    [Fact]
    public void Meter_InEverySlot_IsThereForEachDevice()
    {
        const int Capacity = AddressPool.Stock;
        var registry = Make(Capacity, Capacity);
        for (var round = 0; round < 3; round++)
        {
            var bindings = Enumerable.Range(1, Capacity - 2).Select(device => Arrive(registry, (100 * round) + device, reachability: Reachability.Given)).ToList();
            _answered.UnionWith(registry.Bindings.Keys);
            Assert.Equal(Capacity - 2, bindings.Select(b => b.Meter).Distinct().Count());
            Assert.All(bindings, b => Assert.InRange(b.Meter, 1u, Capacity - 1u));
            Assert.Equal(Arrival.TableFull, Try(registry, 99_000, out _));
            bindings.ForEach(b => registry.Release(b, _now));
        }
    }

    [Fact]
    public void Meter_ThatWasAdopted_IsItsDevicesAlone()
    {
        var registry = Make(16, 8);
        Assert.True(registry.Adopt(new Binding(5, ClaimOf(1, 1), At(0, 0), default, false, default) { Meter = 1 }));
        Assert.True(registry.Adopt(new Binding(6, ClaimOf(1, 2), At(0, 1), default, false, default) { Meter = 3 }));
        registry.ReserveAdopted();

        // Two of an earlier time that do not agree: the first counts for both.
        Assert.Equal([1u, 1u], registry.BindingsOf(MacOf(1)).Select(b => b.Meter));
        Assert.Equal(1u, Arrive(registry, 1, address: 3).Meter);
        Assert.NotEqual(1u, Arrive(registry, 2).Meter);
    }
}
