using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>No pool: all devices share the uplink's own address.</summary>
public sealed class NoPoolFixture() : GatewayFixture(new GatewaySettings { Pool = null });

public sealed class NaptTests(NoPoolFixture fixture) : GatewayTests(fixture), IClassFixture<NoPoolFixture>
{
    [Fact]
    public void Devices_WithTheSameAddressAndNoPool_AreOnline()
    {
        var (url, sha256) = Bench.Publish("napt", 5_000_000);
        var first = AddDevice("first");
        var second = AddDevice("second");

        Ping(first.Namespace, Bench.ServerAddress).Ok();
        Assert.Equal(sha256, Download(first, url));
        Assert.Equal(sha256, Download(second, url));
        Assert.Equal(Bench.GatewayAddress, Bench.LegalAddress(first));
        Assert.Equal(Bench.GatewayAddress, Bench.LegalAddress(second));
    }

    [Fact]
    public void Host_WithDevicesOnItsAddress_IsReachedAndReaches()
    {
        var device = AddDevice("beside");
        Fetch(device).Ok();

        Ping(Bench.Gateway, Bench.ServerAddress).Ok();
        Ping(Bench.Server, Bench.GatewayAddress).Ok();
        Bench.Run(Bench.Gateway, "curl", "-sf", $"http://{Bench.ServerAddress}/").Ok();
        // Below the devices' ports: one of those may be a device's by now.
        Bench.StartListener(Bench.Gateway, 9300, "socat", "TCP-LISTEN:9300,fork,reuseaddr", "EXEC:echo host");
        Assert.Contains("host", Bench.Run(Bench.Server, "socat", "-u", $"TCP:{Bench.GatewayAddress}:9300", "-").Ok().Stdout);
    }

    private Device AddDevice(string name) => Bench.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}
