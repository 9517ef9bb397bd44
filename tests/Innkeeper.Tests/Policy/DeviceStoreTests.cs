using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Policy;

/// <summary>Bounded, and fair: the oldest undecided one goes, no other.</summary>
public sealed class DeviceStoreTests
{
    private readonly DeviceStore _store = new(2);

    private static DeviceRecord Device(ulong number) => new(new MacAddress(0x020000000000UL + number), default);

    private IEnumerable<ulong> Put(DeviceRecord device, ulong? inUse = null) => _store.Put(device, mac => inUse is { } number && mac == Device(number).Mac).Select(d => d.Mac.Value - 0x020000000000UL);

    [Fact]
    public void Put_BeyondTheBound_PushesOutTheOldest()
    {
        Put(Device(1));
        Put(Device(2));

        Assert.Equal([1UL], Put(Device(3)));
        Assert.Null(_store.Find(Device(1).Mac));
    }

    [Fact]
    public void Put_OfOneThatIsThere_PushesOutNobody()
    {
        Put(Device(1));
        Put(Device(2));

        Assert.Empty(Put(Device(2) with { HostName = "x" }));
        Assert.Equal("x", _store.Find(Device(2).Mac)!.HostName);
    }

    [Fact]
    public void Put_WhereTheOldestIsDecidedOrInUse_PushesOutTheNext()
    {
        Put(Device(1) with { Name = "printer" });
        Put(Device(2));
        Put(Device(3));

        Assert.Equal([3UL], Put(Device(4), inUse: 2));
        Assert.NotNull(_store.Find(Device(1).Mac));
        Assert.NotNull(_store.Find(Device(2).Mac));
    }

    [Fact]
    public void Forget_OneThatComesBack_IsTheYoungest()
    {
        Put(Device(1));
        Put(Device(2));
        _store.Forget(Device(1).Mac);

        Assert.Empty(Put(Device(1)));
        Assert.Equal([2UL], Put(Device(3)));
    }

    /// <summary>The queue keeps the places of forgotten devices for a while, but neither counts them nor grows with them.</summary>
    [Fact]
    public void Forget_OfManyThatComeBack_KeepsTheBoundAndTheOrder()
    {
        Put(Device(1) with { Name = "printer" });
        for (var i = 0; i < 1000; i++)
        {
            Put(Device(2));
            Put(Device(3));
            _store.Forget(Device(3).Mac);
            _store.Forget(Device(2).Mac);
            _store.Forget(Device(9).Mac);
        }

        Put(Device(2));
        Put(Device(3));
        Assert.Equal([2UL], Put(Device(4)));
        Assert.Equal([3UL], Put(Device(5)));
        Assert.Equal(3, _store.Devices.Count);
    }

    /// <summary>A decided device leaves the queue when its turn comes: forgotten after that, it comes back as any other.</summary>
    [Fact]
    public void Forget_OfOneThatLeftTheQueue_LetsItComeBackInTurn()
    {
        Put(Device(1) with { Name = "printer" });
        Put(Device(2));
        Put(Device(3));
        Put(Device(4));
        _store.Forget(Device(1).Mac);

        Put(Device(1));

        Assert.Equal([4UL], Put(Device(5)));
        Assert.Equal([1UL], Put(Device(6)));
    }

    [Fact]
    public void Refusal_EndsWithService_WithTime_AndWithTheDevice()
    {
        var (mac, now) = (Device(1).Mac, new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero));
        _store.Refuse(mac, ServiceRefusal.PoolExhausted, now);
        Assert.Null(_store.RefusalOf(mac, now));

        Put(Device(1));
        _store.Refuse(mac, ServiceRefusal.PoolExhausted, now);
        Assert.Equal(ServiceRefusal.PoolExhausted, _store.RefusalOf(mac, now.AddMinutes(9)));
        Assert.Null(_store.RefusalOf(mac, now.AddMinutes(10)));

        _store.Serve(mac);
        Assert.Null(_store.RefusalOf(mac, now));

        _store.Refuse(mac, ServiceRefusal.DeviceLimit, now);
        _store.Forget(mac);
        Put(Device(1));
        Assert.Null(_store.RefusalOf(mac, now));
    }
}
