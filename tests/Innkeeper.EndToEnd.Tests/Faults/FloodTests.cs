using System.Diagnostics;
using System.Globalization;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.EndToEnd.Tests.Napt;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Faults;

/// <summary>A flood of stations that do not exist, or of one with ever new addresses, while devices that do exist go on and come.</summary>
public abstract class FloodCase(GatewayFixture fixture, string kind, int count, int seconds) : GatewayTests(fixture)
{
    private static readonly TimeSpan s_admission = TimeSpan.FromSeconds(5);

    /// <param name="heard">How many frames of the flood have been heard when a newcomer comes, one for each number; each must be served.</param>
    protected void AssertServedDuringFlood(params int[] heard)
    {
        var known = Testbed.AddDevice("known", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Fetch(known).AssertOk();
        var crowd = Crowd.Plug(Testbed);
        var pings = seconds * 200;
        var ping = Testbed.Start(known.Namespace, "ping", "-n", "-i", "0.01", "-c", pings.ToString(CultureInfo.InvariantCulture), "-W", "2", Testbed.ServerAddress);
        Wait.For("the known device pings", () => ping.Stdout.Contains("icmp_seq=50 ", StringComparison.Ordinal), TimeSpan.FromSeconds(20), ping.ToString);

        var flood = crowd.StartFlood(kind, count, count / seconds);
        foreach (var (index, frames) in heard.Index())
        {
            var late = Testbed.AddDevice($"new{index}", $"47.31.128.{196 + index}/24", "47.31.128.1", new DeviceSettings { Isolated = true });
            Wait.For("the flood is heard", () => Testbed.StatusJson() is var status && status.Counters["punts"] + status.Drops["punt_limit"] > frames, TimeSpan.FromSeconds(60), flood.ToString);
            var watch = Stopwatch.StartNew();
            var first = Testbed.Run(late.Namespace, "curl", "-sS", "--fail", "-m", "10", Page);
            watch.Stop();
            Assert.True(first.Succeeded, $"after {frames} frames: {first}\n{Testbed.Cli("status", "--json")}");
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_admission);
        }

        Assert.Equal(0, flood.Finish(TimeSpan.FromSeconds(60)).ExitCode);
        Assert.InRange(Testbed.DevicesJson().Devices.Count, heard.Length + 1, 1000);
        Assert.Contains($"{pings} packets transmitted, {pings} received", ping.Finish(TimeSpan.FromSeconds(60)).Stdout);
    }
}

public sealed class StationFloodTests(GatewayFixture fixture) : FloodCase(fixture, "stations", 20_000, 5), IClassFixture<GatewayFixture>
{
    [Fact]
    public void Flood_OfStationsThatDoNotExist_CostsAKnownDeviceNothing_AndANewOneIsServedWithin5Seconds() => AssertServedDuringFlood(1000);
}

/// <summary>Without a pool, and for so long that each place for an unconfirmed device is taken many times over.</summary>
public sealed class NaptFloodTests(NoPoolFixture fixture) : FloodCase(fixture, "stations", 60_000, 15), IClassFixture<NoPoolFixture>
{
    [Fact]
    public void Flood_ThatGoesOn_LeavesPortsToWhoComesLate() => AssertServedDuringFlood(1000, 60_000, 100_000);
}

public sealed class SourceFloodTests(GatewayFixture fixture) : FloodCase(fixture, "sources", 10_000, 5), IClassFixture<GatewayFixture>
{
    [Fact]
    public void Flood_OfOneStationsAddresses_CostsAKnownDeviceNothing_AndANewOneIsServedWithin5Seconds() => AssertServedDuringFlood(1000);
}
