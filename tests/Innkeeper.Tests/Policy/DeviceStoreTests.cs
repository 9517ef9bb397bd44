using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Policy;

/// <summary>Bounded, and fair: the oldest undecided one goes, nobody else.</summary>
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
}
