using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>The lab itself, without a gateway: what the other tests rely on.</summary>
public sealed class BenchTests : IDisposable
{
    private readonly Bench bench;

    public BenchTests()
    {
        var missing = Requirements.Missing("ping", "traceroute");
        Assert.SkipWhen(missing is not null, missing ?? "");
        bench = new Bench();
    }

    [Fact]
    public void Office_ThroughTheRouter_FetchesFromTheServer()
    {
        var (url, sha256) = bench.Publish("file", 1_000_000);

        var fetched = Bench.Run(bench.Office, "sh", "-c", $"curl -sS --fail -m 10 {url} | sha256sum").Ok();

        Assert.StartsWith(sha256, fetched.Stdout);
        Assert.Contains($"{Bench.OfficeAddress} - - ", bench.ServerLog);
    }

    [Fact]
    public void Devices_OnOneHub_ReachEachOther_UnlessIsolated()
    {
        var first = bench.AddDevice("first", "10.1.1.1/24", "10.1.1.254");
        bench.AddDevice("second", "10.1.1.2/24", null);
        var lonely = bench.AddDevice("lonely", "10.1.1.3/24", null, new DeviceSettings { Isolated = true });
        bench.AddDevice("hermit", "10.1.1.4/24", null, new DeviceSettings { Isolated = true });

        Bench.Run(first.Namespace, "ping", "-n", "-c", "1", "-w", "5", "10.1.1.2").Ok();
        Assert.False(Bench.Run(lonely.Namespace, "ping", "-n", "-c", "1", "-W", "1", "10.1.1.4").Succeeded);
    }

    [Fact]
    public void VlanPort_TagsWhatTheDeviceSends_AndUntagsForItAlone()
    {
        var tagged = bench.AddDevice("tagged", "10.1.1.1/24", null, new DeviceSettings { Vlan = 10 });
        var same = bench.AddDevice("same", "10.1.1.2/24", null, new DeviceSettings { Vlan = 10 });
        bench.AddDevice("other", "10.1.1.3/24", null, new DeviceSettings { Vlan = 20 });
        var capture = bench.Capture(bench.Gateway, "access", "arp or vlan");

        Bench.Run(tagged.Namespace, "ping", "-n", "-c", "1", "-w", "5", same.Address).Ok();
        Assert.False(Bench.Run(tagged.Namespace, "ping", "-n", "-c", "1", "-W", "1", "10.1.1.3").Succeeded);

        Assert.NotEmpty(capture.Finish().Lines("vlan 10"));
    }

    [Fact]
    public void UplinkWatch_SeesAFrameThatIsNotLegal()
    {
        Bench.Run(bench.Gateway, "ip", "address", "add", "47.31.128.195/32", "dev", "lo").Ok();
        Bench.Run(bench.Gateway, "ping", "-n", "-c", "1", "-W", "1", Bench.RouterAddress).Ok();
        Assert.Empty(bench.UplinkViolations());

        Bench.Run(bench.Gateway, "ping", "-n", "-c", "1", "-W", "1", "-I", "47.31.128.195", Bench.RouterAddress);

        Wait.For("the watch sees it", () => bench.UplinkViolations().Count > 0, TimeSpan.FromSeconds(5));
        Assert.All(bench.UplinkViolations(), line => Assert.Contains("47.31.128.195", line));
    }

    [Fact]
    public void Dispose_TakesAwayAllItMade()
    {
        var mine = Path.GetFileName(bench.Directory).Split('-')[0];
        bench.AddDevice("guest", "10.1.1.1/24", null);
        Assert.Contains(Command.Run("ip", "netns", "list").Stdout.Split('\n'), line => line.StartsWith(mine, StringComparison.Ordinal));

        bench.Dispose();

        Assert.DoesNotContain(Command.Run("ip", "netns", "list").Stdout.Split('\n'), line => line.StartsWith(mine + "-", StringComparison.Ordinal));
        Assert.False(Directory.Exists(bench.Directory));
    }

    public void Dispose() => bench.Dispose();
}
