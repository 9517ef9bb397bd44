using System.Text;
using System.Text.RegularExpressions;
using Innkeeper.Events;
using Innkeeper.DataPlane;
using Innkeeper.Management;
using Innkeeper.Metrics;
using Innkeeper.Storage;
using Innkeeper.Tests.Management;
using Innkeeper.Tests.Repository;
using Innkeeper.Tests.Series;

namespace Innkeeper.Tests.Metrics;

public sealed partial class MetricsPageTests
{
    private const string Frozen = "tests/Innkeeper.Tests/Metrics/page.txt";

    private readonly SampleReading _source = new();

    [GeneratedRegex(@"^(?<series>process_(cpu_seconds_total|resident_memory_bytes)\{\}) .*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Changing();

    [GeneratedRegex("""^\| `(?<name>[a-z_]+)` \| (?<type>counter|gauge|histogram) \| (?<labels>[^|]*) \|""", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    /// <summary>Dashboards and alerts of others depend on this page. To take a new one over, run this test with INNKEEPER_WRITE=1: nothing may be gone or renamed.</summary>
    [Fact]
    public async Task Page_IsFrozen()
    {
        var page = Changing().Replace(await PageAsync(), m => $"{m.Groups["series"].Value} …").Replace($"\"{Version}\"", "\"VERSION\"", StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("INNKEEPER_WRITE") == "1")
        {
            File.WriteAllText(Path.Combine(Checkout.Root, Frozen), page);
        }

        Assert.Equal(Checkout.Read(Frozen), page);
    }

    [Fact]
    public void Document_HasEveryMetric_WithItsTypeAndLabels() =>
        Assert.Equal(
            MetricNames.All.Select(m => $"{m.Name} {m.Type} {string.Join(", ", m.Labels.Select(l => $"`{l}`"))}").Order(),
            Row().Matches(Checkout.Read("docs/monitoring.md")).Select(m => $"{m.Groups["name"].Value} {m.Groups["type"].Value} {m.Groups["labels"].Value}").Order());

    [Fact]
    public async Task Page_HasEveryDropReasonAndProblem_AlsoAtZero()
    {
        _source.Now = _source.Now with { Status = _source.Now.Status with { Drops = _source.Now.Status.Drops.ToDictionary(d => d.Key, _ => 0UL), Faults = [] } };

        var page = await PageAsync();

        Assert.All(
            Enum.GetValues<DropReason>().Where(r => r != DropReason.None),
            r => Assert.Contains($"innkeeper_packets_dropped_total{{reason=\"{Counters.ToSnakeCase(r.ToString())}\"}} 0\n", page, StringComparison.Ordinal));
        Assert.All(Enum.GetValues<ProblemKind>(), k => Assert.Matches($"innkeeper_problem{{kind=\"{Problem.NameOf(k)}\",severity=\"(broken|degraded)\"}} 0\n", page));
    }

    [Fact]
    public async Task PartsThatAreOff_HaveNoSeries_AndOldLabelsGo()
    {
        using var page = new MetricsPage(_source, new ManualClock(SeriesWorld.Beginning));
        Assert.Contains("innkeeper_dns_server_up{server=\"192.0.2.9\"} 0", await PageAsync(page), StringComparison.Ordinal);
        _source.Now = _source.Now with { Status = _source.Now.Status with { Dhcp = null, Portal = null, Dns = _source.Now.Status.Dns! with { Upstreams = [_source.Now.Status.Dns.Upstreams[0]] } } };
        using var later = new MetricsPage(_source, TimeProvider.System);

        var text = await PageAsync(later);

        Assert.DoesNotContain("innkeeper_dhcp_leases", text, StringComparison.Ordinal);
        Assert.DoesNotContain("innkeeper_portal", text, StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.9", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LabelsThatEndALine_DoNotEndIt()
    {
        var server = _source.Now.Status.Dns!.Upstreams[0] with { Server = "a\"b\\c\nd 1" };
        _source.Now = _source.Now with { Status = _source.Now.Status with { Dns = _source.Now.Status.Dns with { Upstreams = [server] } } };

        Assert.Contains("""innkeeper_dns_server_up{server="a\"b\\c\nd 1"} 1""" + "\n", await PageAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Devices_AreThoseWithTheMostTraffic_AtMostTwoThousand()
    {
        var operations = new FakeGateway().Operations;
        using var world = new SeriesWorld();
        var source = new MetricsSource(
            operations.Status, operations.Profiles, () => new StorageHealth("", null, null, 0, 0), world.Service, () => TimeSpan.Zero,
            () => Enumerable.Range(0, 12_000).Select(i => new DeviceTotal($"02:00:00:00:{i >> 8:x2}:{i & 255:x2}", i, i)));
        using var page = new MetricsPage(source, TimeProvider.System);

        var lines = (await PageAsync(page)).Split('\n').Where(l => l.StartsWith("innkeeper_device_traffic_bytes_total{", StringComparison.Ordinal)).ToList();

        Assert.Equal(2 * MetricsSource.MostDevices, lines.Count);
        Assert.Contains("innkeeper_device_traffic_bytes_total{direction=\"in\",mac=\"02:00:00:00:2e:df\"} 11999", lines);
        Assert.DoesNotContain(lines, l => l.EndsWith(" 9999", StringComparison.Ordinal) || l.Contains("overflow", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ManyClientsAtOnce_ReadTheGatewayOnce_AndASlowOneKeepsNoOtherWaiting()
    {
        using var page = new MetricsPage(_source, new ManualClock(SeriesWorld.Beginning));
        using var slow = new SlowStream();
        var first = page.WriteAsync(slow, TestContext.Current.CancellationToken).AsTask();
        await slow.Reached;

        var pages = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => PageAsync(page)));

        Assert.Equal(1, _source.Reads);
        Assert.Single(pages.Distinct());
        slow.Release();
        await first;
    }

    [Fact]
    public async Task AFaultOfAReading_IsTheClientsToSee_AndTheNextPageWorks()
    {
        _source.OnRead = () => throw new InvalidOperationException("broken");
        using var page = new MetricsPage(_source, TimeProvider.System);
        await Assert.ThrowsAsync<InvalidOperationException>(() => PageAsync(page));
        _source.OnRead = () => { };

        Assert.NotEmpty(await PageAsync(page));
    }

    private static string Version => typeof(MetricsPage).Assembly.GetName().Version!.ToString(3);

    private async Task<string> PageAsync()
    {
        using var page = new MetricsPage(_source, TimeProvider.System);
        return await PageAsync(page);
    }

    private static async Task<string> PageAsync(MetricsPage page)
    {
        using var stream = new MemoryStream();
        await page.WriteAsync(stream, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private sealed class SlowStream : MemoryStream
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void Release() => _released.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _reached.SetResult();
            await _released.Task;
        }
    }
}
