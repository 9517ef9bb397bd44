using Innkeeper.Addresses;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Addresses;

public sealed class AddressPoolTests
{
    private static readonly Ipv4Address s_first = Ipv4Address.Parse("192.0.2.10");

    private readonly List<Ipv4Address> _probes = [];
    private TimeSpan _now = TimeSpan.FromHours(1);

    private static AddressPool Pool(int size) => new(Enumerable.Range(0, size).Select(i => new Ipv4Address(s_first.Value + (uint)i)));

    [Fact]
    public void Tick_NewPool_ProbesEachAddressThreeTimesBeforeItIsReady()
    {
        var pool = Pool(3);
        _now = pool.Settle(_now, _probes);
        Assert.Equal(3, pool.Count(AddressState.Ready));
        Assert.Equal(9, _probes.Count);
        Assert.All(_probes.GroupBy(p => p), g => Assert.Equal(AddressPool.ProbeCount, g.Count()));
    }

    [Fact]
    public void Tick_LargePool_KeepsAStockOnly()
    {
        var pool = Pool(1000);
        _now = pool.Settle(_now, _probes);
        Assert.Equal(AddressPool.Stock, pool.Count(AddressState.Ready));
    }

    [Fact]
    public void Take_BeforeAnythingWasProbed_Waits()
    {
        var pool = Pool(3);
        Assert.Equal(AddressOutcome.Wait, pool.Take(null, _ => false, out _));
        _now = pool.Settle(_now, _probes);
        Assert.Equal(AddressOutcome.Bound, pool.Take(null, _ => false, out var address));
        Assert.Equal(AddressState.Bound, pool.StateOf(address));
    }

    [Fact]
    public void Take_PreferredAddress_IsGivenOrWaitedFor()
    {
        var pool = Pool(100);
        _now = pool.Settle(_now, _probes);
        var far = new Ipv4Address(s_first.Value + 99);
        Assert.Equal(AddressOutcome.Wait, pool.Take(far, _ => false, out _));
        _now = pool.Settle(_now, _probes);
        Assert.Equal(AddressOutcome.Bound, pool.Take(far, _ => false, out var address));
        Assert.Equal(far, address);
    }

    [Fact]
    public void Take_ReservedAddress_IsGivenLast()
    {
        var pool = Pool(2);
        _now = pool.Settle(_now, _probes);
        pool.Take(null, a => a == s_first, out var address);
        Assert.NotEqual(s_first, address);
        Assert.Equal(AddressOutcome.Bound, pool.Take(null, a => a == s_first, out address));
        Assert.Equal(s_first, address);
    }

    [Fact]
    public void Take_AllInUse_IsExhausted()
    {
        var pool = Pool(1);
        _now = pool.Settle(_now, _probes);
        pool.Take(null, _ => false, out _);
        Assert.Equal(AddressOutcome.Exhausted, pool.Take(null, _ => false, out _));
    }

    [Fact]
    public void Quarantine_Address_IsLeftAloneThenProbedAgain()
    {
        var pool = Pool(1);
        _now = pool.Settle(_now, _probes);
        Assert.Equal(AddressState.Ready, pool.Quarantine(s_first, _now));
        Assert.Equal(AddressOutcome.Exhausted, pool.Take(s_first, _ => false, out _));
        _now += AddressPool.QuarantineTime;
        _now = pool.Settle(_now, _probes);
        Assert.Equal(AddressOutcome.Bound, pool.Take(s_first, _ => false, out _));
        Assert.Equal(2 * AddressPool.ProbeCount, _probes.Count);
    }

    [Fact]
    public void Ready_ForTooLong_IsProbedAgain()
    {
        var pool = Pool(1);
        _now = pool.Settle(_now, _probes);
        _now += AddressPool.ReadyLifetime;
        pool.Tick(_now, _probes);
        Assert.Equal(AddressState.Probing, pool.StateOf(s_first));
    }
}
