using System.Diagnostics;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>A flood of stations that do not exist, or of one with ever new addresses, while devices that do exist go on.</summary>
public abstract class StrangersCase(GatewayFixture fixture, string kind, int count) : GatewayTests(fixture)
{
    private static readonly TimeSpan Admission = TimeSpan.FromSeconds(5);

    /// <param name="newcomer">Comes in the middle of the flood, and must be served; null: nobody comes.</param>
    protected void Flood(string? newcomer)
    {
        var known = Bench.AddDevice("known", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Fetch(known).Ok();
        var crowd = Crowd.Plug(Bench);
        var ping = Bench.Start(known.Namespace, "ping", "-n", "-i", "0.01", "-c", "1000", "-W", "2", Bench.ServerAddress);
        Wait.For("the known device pings", () => ping.Stdout.Contains("icmp_seq=50 ", StringComparison.Ordinal), TimeSpan.FromSeconds(20), ping.ToString);

        var flood = crowd.StartFlood(kind, count, count / 5);
        Wait.For("the flood is heard", () => Bench.StatusJson() is var status && status.Counters["punts"] + status.Drops["punt_limit"] > 1000, TimeSpan.FromSeconds(20), flood.ToString);
        var watch = Stopwatch.StartNew();
        var first = newcomer is null ? null : Bench.Run(
            Bench.AddDevice("new", newcomer, "47.31.128.1", new DeviceSettings { Isolated = true }).Namespace, "curl", "-sS", "--fail", "-m", "10", Page);
        watch.Stop();

        Assert.Equal(0, flood.Finish(TimeSpan.FromSeconds(60)).ExitCode);
        Assert.Contains("1000 packets transmitted, 1000 received", ping.Finish(TimeSpan.FromSeconds(60)).Stdout);
        if (first is not null)
        {
            Assert.True(first.Succeeded, $"{first}\n{Bench.Cli("status", "--json")}");
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, Admission);
        }
    }
}

public sealed class StrangersTests(GatewayFixture fixture) : StrangersCase(fixture, "stations", 20_000), IClassFixture<GatewayFixture>
{
    [Fact]
    public void Flood_OfStationsThatDoNotExist_CostsAKnownDeviceNothing() => Flood(null);
}

public sealed class ManySourcesTests(GatewayFixture fixture) : StrangersCase(fixture, "sources", 10_000), IClassFixture<GatewayFixture>
{
    [Fact]
    public void Flood_OfOneStationsAddresses_CostsAKnownDeviceNothing_AndANewOneIsServedWithin5Seconds() => Flood("47.31.128.196/24");
}
