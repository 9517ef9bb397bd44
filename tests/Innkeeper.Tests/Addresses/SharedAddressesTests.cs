using Innkeeper.Addresses;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Addresses;

public sealed class SharedAddressesTests
{
    private static readonly Ipv4Address s_own = Ipv4Address.Parse("192.0.2.2");
    private static readonly Ipv4Address s_first = Ipv4Address.Parse("192.0.2.60");
    private static readonly Ipv4Address s_second = Ipv4Address.Parse("192.0.2.61");

    private readonly List<Ipv4Address> _probes = [];
    private TimeSpan _now;

    [Fact]
    public void Choose_WithNothingToShare_IsNone() => Assert.Null(new SharedAddresses(new AddressPool([])).Choose());

    [Fact]
    public void Own_ThatComesAndGoes_IsUsableMeanwhile()
    {
        var shared = new SharedAddresses(new AddressPool([]));
        shared.SetOwn(s_own);
        Assert.Equal(s_own, shared.Choose());
        Assert.True(shared.IsUsable(s_own));
        Assert.False(shared.IsExpecting);

        shared.SetOwn(null);
        Assert.Null(shared.Choose());
        Assert.False(shared.IsUsable(s_own));
    }

    [Fact]
    public void TakeReady_OnceProbed_HasThem()
    {
        var shared = Probed(s_first, s_second);

        Assert.Equal([s_first, s_second], shared.Usable.Order());
        Assert.False(shared.IsExpecting);
    }

    [Fact]
    public void Choose_OfSeveral_IsTheOneWithTheFewestDevices()
    {
        var shared = Probed(s_first, s_second);
        var first = shared.Choose()!.Value;
        shared.Joined(first);
        var second = shared.Choose()!.Value;
        Assert.NotEqual(first, second);
        shared.Joined(second);
        shared.Joined(second);
        Assert.Equal(first, shared.Choose());
        shared.OnLeft(second);
        shared.OnLeft(second);
        Assert.Equal((second, 0, 1), (shared.Choose()!.Value, shared.DevicesOn(second), shared.DevicesOn(first)));
    }

    [Fact]
    public void Address_ThatSomebodyElseUses_IsNotUsableUntilProbedAgain()
    {
        var shared = Probed(s_first);
        shared.Pool.Quarantine(s_first, _now);
        Assert.Null(shared.Choose());

        _now += AddressPool.QuarantineTime;
        Probe(shared);
        Assert.Equal(s_first, shared.Choose());
    }

    private SharedAddresses Probed(params Ipv4Address[] addresses)
    {
        var shared = new SharedAddresses(new AddressPool(addresses));
        Assert.True(shared.IsExpecting);
        Probe(shared);
        return shared;
    }

    private void Probe(SharedAddresses shared)
    {
        for (var i = 0; i < 30; i++)
        {
            shared.Pool.Tick(_now, _probes);
            shared.TakeReady();
            _now += AddressPool.ProbeInterval;
        }
    }
}
