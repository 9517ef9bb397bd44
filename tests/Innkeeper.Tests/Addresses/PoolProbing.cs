using Innkeeper.Addresses;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Addresses;

/// <summary>Time for pools, which have no clock of their own.</summary>
internal static class PoolProbing
{
    /// <summary>More than any pool of these tests needs, which has each address probed three times, a stock at a time.</summary>
    private const int MostTicks = 10_000;

    /// <summary>Lets time pass until nothing is being probed.</summary>
    /// <param name="probes">What is probed meanwhile is added here.</param>
    /// <returns>The time then.</returns>
    public static TimeSpan Settle(this AddressPool pool, TimeSpan now, List<Ipv4Address> probes)
    {
        for (var ticks = 0; ; ticks++)
        {
            Assert.True(ticks < MostTicks, $"{pool.Count(AddressState.Probing)} addresses are still being probed after {ticks} ticks");
            pool.Tick(now, probes);
            now += AddressPool.ProbeInterval;
            if (pool.Count(AddressState.Probing) == 0)
            {
                return now;
            }
        }
    }
}
