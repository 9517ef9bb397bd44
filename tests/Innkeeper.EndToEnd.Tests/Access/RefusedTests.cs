using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Access;

/// <summary>A pool of three addresses, of which a device may have two, and nothing to share.</summary>
public sealed class TightFixture() : GatewayFixture(GatewaySettings.Default with { Pool = "137.118.199.50-137.118.199.52", AddressesPerDevice = 2, Profile = "legal = \"own-only\"" });

/// <summary>What cannot be served is told so, not left to wait.</summary>
public sealed class RefusedTests(TightFixture fixture) : GatewayTests(fixture), IClassFixture<TightFixture>
{
    [Fact]
    public void Device_BeyondItsLimitAndBeyondThePool_IsTold()
    {
        var greedy = Testbed.AddDevice("greedy", "47.31.128.195/24", "47.31.128.1",
            new DeviceSettings { Isolated = true, ExtraAddresses = ["47.31.128.196/24", "47.31.128.197/24"] });
        Ping(greedy.Namespace, Testbed.ServerAddress, "-I", "47.31.128.195").AssertOk();
        Ping(greedy.Namespace, Testbed.ServerAddress, "-I", "47.31.128.196").AssertOk();

        var limited = Testbed.Run(greedy.Namespace, "ping", "-n", "-c", "2", "-W", "2", "-I", "47.31.128.197", Testbed.ServerAddress);

        Assert.Contains("From 47.31.128.1 icmp_seq=1 Packet filtered", limited.Stdout);

        var last = Testbed.AddDevice("last", "10.1.2.3/24", "10.1.2.254", new DeviceSettings { Isolated = true });
        Ping(last.Namespace, Testbed.ServerAddress).AssertOk();
        var late = Testbed.AddDevice("late", "10.1.2.4/24", "10.1.2.254", new DeviceSettings { Isolated = true });

        var refused = Testbed.Run(late.Namespace, "ping", "-n", "-c", "2", "-W", "2", Testbed.ServerAddress);

        Assert.Contains("From 10.1.2.254 icmp_seq=1 Destination Host Unreachable", refused.Stdout);
        Assert.Contains("Cause: No outside address is left for 10.1.2.4.", Testbed.Cli("why", late.Mac).Stdout);
        var counters = Testbed.StatusJson().Counters;
        Assert.True(counters["refusals_sent"] >= 2 && counters["refused_pool_exhausted"] >= 1 && counters["refused_device_limit"] >= 1);
    }
}
