using Innkeeper.Addresses;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Addresses;

/// <summary>When the pool probes, and what events at an awkward moment do.</summary>
public sealed class AddressPoolTimeTests
{
    private static readonly Ipv4Address s_first = Ipv4Address.Parse("192.0.2.10");
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);

    private readonly List<Ipv4Address> _probes = [];
    private TimeSpan _now = TimeSpan.FromHours(1);

    private static Ipv4Address At(int index) => new(s_first.Value + (uint)index);

    private static AddressPool Pool(int size) => new(Enumerable.Range(0, size).Select(At));

    private AddressPool ReadyPool(int size)
    {
        var pool = Pool(size);
        _now = pool.Settle(_now, _probes);
        _probes.Clear();
        return pool;
    }

    [Fact]
    public void Tick_OneAddress_ProbesAtEachIntervalAndIsReadyOneAfterTheLast()
    {
        var pool = Pool(1);
        for (var sent = 1; sent <= AddressPool.ProbeCount; sent++)
        {
            Assert.False(pool.Tick(_now, _probes));
            Assert.Equal(sent, _probes.Count);
            Assert.Equal(_now + AddressPool.ProbeInterval, pool.NextDue(_now));
            Assert.False(pool.Tick(_now + AddressPool.ProbeInterval - s_tick, _probes));
            Assert.Equal(sent, _probes.Count);
            _now += AddressPool.ProbeInterval;
        }

        Assert.Equal(AddressState.Probing, pool.StateOf(s_first));
        Assert.True(pool.Tick(_now, _probes));
        Assert.Equal(AddressState.Ready, pool.StateOf(s_first));
        Assert.Equal(AddressPool.ProbeCount, _probes.Count);
    }

    [Fact]
    public void NextDue_NothingToDo_IsLater()
    {
        var pool = ReadyPool(1);
        Assert.True(pool.NextDue(_now) > _now);
    }

    [Fact]
    public void Release_BoundAddress_IsReadyAtOnceWithoutProbes()
    {
        var pool = ReadyPool(1);
        pool.Take(null, _ => false, out var address);
        pool.Release(address, _now);
        Assert.Equal(AddressState.Ready, pool.StateOf(address));
        Assert.Equal(AddressOutcome.Bound, pool.Take(null, _ => false, out _));
        Assert.Empty(_probes);
    }

    [Fact]
    public void Release_AddressThatIsNotBound_ChangesNothing()
    {
        var pool = Pool(1);
        pool.Release(s_first, _now);
        Assert.Equal(AddressState.Unknown, pool.StateOf(s_first));
        pool.Quarantine(s_first, _now);
        pool.Release(s_first, _now);
        Assert.Equal(AddressState.Quarantined, pool.StateOf(s_first));
        pool.Release(At(99), _now);
    }

    [Fact]
    public void Ready_JustBeforeItsLifetime_IsNotProbed()
    {
        var pool = ReadyPool(1);
        pool.Take(null, _ => false, out _);
        pool.Release(s_first, _now);
        pool.Tick(_now + AddressPool.ReadyLifetime - s_tick, _probes);
        Assert.Equal(AddressState.Ready, pool.StateOf(s_first));
        pool.Tick(_now + AddressPool.ReadyLifetime + TimeSpan.FromSeconds(1), _probes);
        Assert.Equal(AddressState.Probing, pool.StateOf(s_first));
    }

    [Fact]
    public void Quarantine_JustBeforeItsEnd_Holds()
    {
        var pool = ReadyPool(1);
        pool.Quarantine(s_first, _now);
        pool.Tick(_now + AddressPool.QuarantineTime - s_tick, _probes);
        Assert.Equal(AddressState.Quarantined, pool.StateOf(s_first));
        pool.Tick(_now + AddressPool.QuarantineTime + TimeSpan.FromSeconds(1), _probes);
        Assert.Equal(AddressState.Probing, pool.StateOf(s_first));
    }

    [Fact]
    public void Quarantine_WithTimeLeftFromBefore_EndsWhenThatIsOver()
    {
        var pool = ReadyPool(1);
        pool.Quarantine(s_first, _now, TimeSpan.FromMinutes(1));
        pool.Tick(_now + TimeSpan.FromMinutes(1) - s_tick, _probes);
        Assert.Equal(AddressState.Quarantined, pool.StateOf(s_first));
        pool.Tick(_now + TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(1), _probes);
        Assert.Equal(AddressState.Probing, pool.StateOf(s_first));
    }

    [Fact]
    public void Adopt_AddressInQuarantine_IsRefused()
    {
        var pool = Pool(1);
        pool.Quarantine(s_first, _now);
        Assert.False(pool.Adopt(s_first));
        Assert.Equal(AddressState.Quarantined, pool.StateOf(s_first));
    }

    [Fact]
    public void NextDue_MoreWantedThanMayBeProbedAtOnce_IsTheNextProbe()
    {
        var pool = Pool(2000);
        for (var i = 0; i < 2000; i++)
        {
            pool.Take(At(i), _ => false, out _);
        }

        pool.Tick(_now, _probes);
        Assert.Equal(_now + AddressPool.ProbeInterval, pool.NextDue(_now));
    }

    [Fact]
    public void Quarantine_WhileProbing_SendsNoMoreProbes()
    {
        var pool = Pool(1);
        pool.Tick(_now, _probes);
        Assert.Equal(AddressState.Probing, pool.Quarantine(s_first, _now));
        Assert.False(pool.Tick(_now + AddressPool.ProbeInterval, _probes));
        Assert.Single(_probes);
        Assert.Equal(AddressState.Quarantined, pool.StateOf(s_first));
    }

    [Fact]
    public void Take_PreferredBeingProbed_IsWaitedForThoughOthersAreReady_AndGivenWhenTheProbesEnd()
    {
        var pool = BeginsToProbeAnew(10);
        Assert.Equal((AddressState.Probing, 9), (pool.StateOf(s_first), pool.Count(AddressState.Ready)));

        Assert.Equal(AddressOutcome.Wait, pool.Take(s_first, _ => false, out _));
        for (var ticks = 0; !pool.Tick(_now = pool.NextDue(_now), _probes); ticks++)
        {
            Assert.True(ticks < 100, "the probes do not end");
            Assert.Equal(AddressOutcome.Wait, pool.Take(s_first, _ => false, out _));
        }

        Assert.Equal(AddressPool.ProbeCount, _probes.Count);
        Assert.Equal(AddressOutcome.Bound, pool.Take(s_first, _ => false, out var address));
        Assert.Equal(s_first, address);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Quarantine_OfWhatIsWaitedFor_LetsThoseWhoWaitAskAgainAtOnce_AndGivesAnother(bool isProbing)
    {
        var pool = BeginsToProbeAnew(isProbing ? 10 : 100);
        var wish = isProbing ? s_first : At(99);
        Assert.Equal(AddressOutcome.Wait, pool.Take(wish, _ => false, out _));
        pool.Quarantine(wish, _now);

        Assert.Equal(_now, pool.NextDue(_now));
        Assert.True(pool.Tick(_now, _probes));
        Assert.Equal(AddressOutcome.Bound, pool.Take(wish, _ => false, out var address));
        Assert.NotEqual(wish, address);
        Assert.False(pool.Tick(_now, _probes));
    }

    [Fact]
    public void Quarantine_OfTheLastBeingProbed_LetsThoseWhoWaitForAnyAskAgain()
    {
        var pool = Pool(1);
        pool.Tick(_now, _probes);
        Assert.Equal(AddressOutcome.Wait, pool.Take(null, _ => false, out _));
        pool.Quarantine(s_first, _now);
        Assert.True(pool.Tick(_now, _probes));
        Assert.Equal(AddressOutcome.Exhausted, pool.Take(null, _ => false, out _));
    }

    /// <summary>The first address has been ready for too long, just now; those after it were in use meanwhile.</summary>
    private AddressPool BeginsToProbeAnew(int size)
    {
        var pool = ReadyPool(size);
        var others = Enumerable.Range(1, Math.Min(size, AddressPool.Stock) - 1).Select(At).ToList();
        Assert.All(others, a => pool.Take(a, _ => false, out _));
        _now += AddressPool.ReadyLifetime;
        others.ForEach(a => pool.Release(a, _now));
        pool.Tick(_now, _probes);
        return pool;
    }

    [Fact]
    public void Quarantine_BoundAddress_SaysThatABindingMustMove()
    {
        var pool = ReadyPool(1);
        pool.Take(null, _ => false, out _);
        Assert.Equal(AddressState.Bound, pool.Quarantine(s_first, _now));
        Assert.Equal(0, pool.Count(AddressState.Bound));
    }

    [Fact]
    public void Quarantine_AddressOfAnother_IsNotTakenIn()
    {
        var pool = Pool(1);
        Assert.Equal(AddressState.Unknown, pool.Quarantine(At(99), _now));
        Assert.Equal((1, 0), (pool.Total, pool.Count(AddressState.Quarantined)));
    }

    [Fact]
    public void Take_PreferredInQuarantine_GivesAnother()
    {
        var pool = ReadyPool(2);
        pool.Quarantine(s_first, _now);
        Assert.Equal(AddressOutcome.Bound, pool.Take(s_first, _ => false, out var address));
        Assert.Equal(At(1), address);
    }

    [Fact]
    public void Take_PreferredOutsideThePool_GivesAnother()
    {
        var pool = ReadyPool(1);
        Assert.Equal(AddressOutcome.Bound, pool.Take(At(99), _ => false, out var address));
        Assert.Equal(s_first, address);
    }

    [Fact]
    public void Adopt_Address_IsBoundOnceAndNeverProbed()
    {
        var pool = Pool(1);
        Assert.True(pool.Adopt(s_first));
        Assert.False(pool.Adopt(s_first));
        Assert.False(pool.Adopt(At(99)));
        _now = pool.Settle(_now, _probes);
        Assert.Empty(_probes);
        Assert.Equal(AddressOutcome.Exhausted, pool.Take(null, _ => false, out _));
    }

    [Fact]
    public void Adopt_WhileProbing_StaysBound()
    {
        var pool = Pool(1);
        pool.Tick(_now, _probes);
        Assert.True(pool.Adopt(s_first));
        _now = pool.Settle(_now, _probes);
        Assert.Single(_probes);
        Assert.Equal(AddressState.Bound, pool.StateOf(s_first));
    }

    [Fact]
    public void Take_MoreThanTheStock_ProbesOneForEachWhoWaits()
    {
        var pool = ReadyPool(100);
        for (var i = 0; i < AddressPool.Stock; i++)
        {
            Assert.Equal(AddressOutcome.Bound, pool.Take(null, _ => false, out _));
        }

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(AddressOutcome.Wait, pool.Take(null, _ => false, out _));
        }

        pool.Tick(_now, _probes);
        Assert.Equal(AddressPool.Stock + 20, pool.Count(AddressState.Probing));
    }

    [Fact]
    public void Count_AnyMoment_SumsToTheTotal()
    {
        var pool = Pool(40);
        pool.Tick(_now, _probes);
        pool.Quarantine(s_first, _now);
        pool.Adopt(At(39));
        _now = pool.Settle(_now, _probes);
        Assert.Equal(pool.Total, Enum.GetValues<AddressState>().Sum(pool.Count));
    }
}
