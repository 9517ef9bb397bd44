using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Harness;

/// <summary>The lab itself, without a gateway: what the other tests rely on.</summary>
public sealed class TestbedTests : IDisposable
{
    private readonly Testbed testbed;

    public TestbedTests()
    {
        var missing = Requirements.Missing("ping", "traceroute");
        Assert.SkipWhen(missing is not null, missing ?? "");
        testbed = new Testbed();
    }

    [Fact]
    public void Office_ThroughTheRouter_FetchesFromTheServer()
    {
        var (url, sha256) = testbed.Publish("file", 1_000_000);

        var fetched = Testbed.Run(testbed.Office, "sh", "-c", $"curl -sS --fail -m 10 {url} | sha256sum").AssertOk();

        Assert.StartsWith(sha256, fetched.Stdout);
        Assert.Contains($"{Testbed.OfficeAddress} - - ", testbed.ServerLog);
    }

    [Fact]
    public void Devices_OnOneHub_ReachEachOther_UnlessIsolated()
    {
        var first = testbed.AddDevice("first", "10.1.1.1/24", "10.1.1.254");
        testbed.AddDevice("second", "10.1.1.2/24", null);
        var lonely = testbed.AddDevice("lonely", "10.1.1.3/24", null, new DeviceSettings { Isolated = true });
        testbed.AddDevice("hermit", "10.1.1.4/24", null, new DeviceSettings { Isolated = true });

        Testbed.Run(first.Namespace, "ping", "-n", "-c", "1", "-w", "5", "10.1.1.2").AssertOk();
        Assert.False(Testbed.Run(lonely.Namespace, "ping", "-n", "-c", "1", "-W", "1", "10.1.1.4").Succeeded);
    }

    [Fact]
    public void VlanPort_TagsWhatTheDeviceSends_AndUntagsForItAlone()
    {
        var tagged = testbed.AddDevice("tagged", "10.1.1.1/24", null, new DeviceSettings { Vlan = 10 });
        var same = testbed.AddDevice("same", "10.1.1.2/24", null, new DeviceSettings { Vlan = 10 });
        testbed.AddDevice("other", "10.1.1.3/24", null, new DeviceSettings { Vlan = 20 });
        var capture = testbed.Capture(testbed.Gateway, "access", "arp or vlan");

        Testbed.Run(tagged.Namespace, "ping", "-n", "-c", "1", "-w", "5", same.Address).AssertOk();
        Assert.False(Testbed.Run(tagged.Namespace, "ping", "-n", "-c", "1", "-W", "1", "10.1.1.3").Succeeded);

        Assert.NotEmpty(capture.Finish().Lines("vlan 10"));
    }

    [Fact]
    public void UplinkWatch_SeesAFrameThatIsNotLegal()
    {
        Testbed.Run(testbed.Gateway, "ip", "address", "add", "47.31.128.195/32", "dev", "lo").AssertOk();
        Testbed.Run(testbed.Gateway, "ping", "-n", "-c", "1", "-W", "1", Testbed.RouterAddress).AssertOk();
        Assert.Empty(testbed.UplinkViolations());

        Testbed.Run(testbed.Gateway, "ping", "-n", "-c", "1", "-W", "1", "-I", "47.31.128.195", Testbed.RouterAddress);

        Wait.For("the watch sees it", () => testbed.UplinkViolations().Count > 0, TimeSpan.FromSeconds(5));
        Assert.All(testbed.UplinkViolations(), line => Assert.Contains("47.31.128.195", line));
    }

    [Fact]
    public void Dispose_TakesAwayAllItMade()
    {
        var mine = Path.GetFileName(testbed.Directory).Split('-')[0];
        testbed.AddDevice("guest", "10.1.1.1/24", null);
        Assert.Contains(Command.Run("ip", "netns", "list").Stdout.Split('\n'), line => line.StartsWith(mine, StringComparison.Ordinal));

        testbed.Dispose();

        Assert.DoesNotContain(Command.Run("ip", "netns", "list").Stdout.Split('\n'), line => line.StartsWith(mine + "-", StringComparison.Ordinal));
        Assert.False(Directory.Exists(testbed.Directory));
    }

    public void Dispose() => testbed.Dispose();
}
