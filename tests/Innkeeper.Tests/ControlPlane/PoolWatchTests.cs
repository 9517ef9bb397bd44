using Innkeeper.Addresses;
using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.Tests.ControlPlane;

public sealed class PoolWatchTests
{
    private static readonly Ipv4Address[] s_addresses = [.. Enumerable.Range(1, 20).Select(i => Ipv4Address.Of(192, 0, 2, (byte)i))];

    [Fact]
    public void Look_AtNineTenths_SaysSoOnce_AndAgainAfterThereWereEnough()
    {
        var events = new EventLog(TimeProvider.System);
        var pool = new AddressPool(s_addresses);
        var watch = new PoolWatch(pool, events);
        void Take(int from, int count) => Array.ForEach(s_addresses[from..(from + count)], a => pool.Adopt(a));

        Take(0, 17);
        watch.Look();
        Assert.Empty(events.Latest());

        Take(17, 1);
        watch.Look();
        Take(18, 2);
        watch.Look();
        Assert.Equal("18 of the pool's 20 outside addresses are in use or in quarantine; add addresses to [pool] or lower [pool] idle", Assert.Single(events.Latest()).Text);

        // 16 of 20 are not enough to call it over, 15 are.
        Array.ForEach(s_addresses[..4], a => pool.Release(a, TimeSpan.Zero));
        watch.Look();
        Take(0, 4);
        watch.Look();
        Assert.Single(events.Latest());
        Array.ForEach(s_addresses[..5], a => pool.Release(a, TimeSpan.Zero));
        watch.Look();
        Take(0, 5);
        watch.Look();
        Assert.Equal(2, events.Latest().Length);
    }

    [Fact]
    public void Look_AtNoPool_SaysNothing()
    {
        var events = new EventLog(TimeProvider.System);
        new PoolWatch(new AddressPool([]), events).Look();

        Assert.Empty(events.Latest());
    }
}
