using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Napt;

/// <summary>No pool: all devices share the uplink's own address.</summary>
public sealed class NoPoolFixture() : GatewayFixture(new GatewaySettings { Pool = null });

public sealed class NaptTests(NoPoolFixture fixture) : GatewayTests(fixture), IClassFixture<NoPoolFixture>
{
    [Fact]
    public void Devices_WithTheSameAddressAndNoPool_AreOnline()
    {
        var (url, sha256) = Testbed.Publish("napt", 5_000_000);
        var first = AddDevice("first");
        var second = AddDevice("second");

        Ping(first.Namespace, Testbed.ServerAddress).AssertOk();
        Assert.Equal(sha256, Download(first, url));
        Assert.Equal(sha256, Download(second, url));
        Assert.Equal(Testbed.GatewayAddress, Testbed.AwaitLegalAddress(first));
        Assert.Equal(Testbed.GatewayAddress, Testbed.AwaitLegalAddress(second));
    }

    [Fact]
    public void Host_WithDevicesOnItsAddress_IsReachedAndReaches()
    {
        var device = AddDevice("beside");
        Fetch(device).AssertOk();

        Ping(Testbed.Gateway, Testbed.ServerAddress).AssertOk();
        Ping(Testbed.Server, Testbed.GatewayAddress).AssertOk();
        Testbed.Run(Testbed.Gateway, "curl", "-sf", $"http://{Testbed.ServerAddress}/").AssertOk();
        // Below the devices' ports: one of those may be a device's by now.
        Testbed.StartListener(Testbed.Gateway, 9300, "socat", "TCP-LISTEN:9300,fork,reuseaddr", "EXEC:echo host");
        Assert.Contains("host", Testbed.Run(Testbed.Server, "socat", "-u", $"TCP:{Testbed.GatewayAddress}:9300", "-").AssertOk().Stdout);
    }

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}
