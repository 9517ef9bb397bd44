using System.Diagnostics;
using System.Text.Json;
using Innkeeper.Metrics;
using Innkeeper.Tests.Repository;
using Innkeeper.Tests.Storage;
using Innkeeper.Tests.Web;
using Innkeeper.Web;

namespace Innkeeper.Tests.Metrics;

/// <summary>A real Prometheus reads the web listener with a token, keeps the values, and evaluates the shipped rules.</summary>
public sealed class PrometheusScrapeTests
{
    private const string Program = "/usr/bin/prometheus";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task APrometheus_ReadsEveryMetric_AndAlerts()
    {
        Assert.SkipUnless(File.Exists(Program), "Debian's prometheus is not installed");
        using var page = new MetricsPage(new SampleReading(), TimeProvider.System);
        using var web = new WebHarness(pages: [new WebPage("/metrics", IsOpen: false, MetricsPage.ContentType, page.WriteAsync)]);
        using var directory = new TemporaryDirectory();
        var address = WebHarness.FreeAddress();
        File.WriteAllText(Path.Combine(directory.Path, "token"), "ik_program");
        File.WriteAllText(
            Path.Combine(directory.Path, "prometheus.yml"),
            $$"""
            global: { scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms }
            rule_files: ["{{Checkout.Root}}/packaging/prometheus/innkeeper.rules.yml"]
            scrape_configs:
              - job_name: innkeeper
                authorization: { credentials_file: token }
                static_configs: [{ targets: ["{{web.Address}}"] }]
            """);
        using var prometheus = Process.Start(new ProcessStartInfo(
            Program, ["--config.file=prometheus.yml", $"--storage.tsdb.path={directory.Path}/data", $"--web.listen-address={address}", "--log.level=error"])
        { WorkingDirectory = directory.Path, RedirectStandardError = true })!;
        using var http = new HttpClient { BaseAddress = new Uri($"http://{address}/api/v1/") };
        try
        {
            var names = await Await(http, "label/__name__/values", root => root.GetProperty("data").EnumerateArray().Select(n => n.GetString()!).ToHashSet(), n => MetricNames.All.All(m => n.Contains(m.Series)));
            var dropped = await Await(http, "query?query=innkeeper_packets_dropped_total{reason=\"port_limit\"}", ValuesOf, v => v.Count == 1);
            var waits = await Await(
                http, "alerts", root => root.GetProperty("data").GetProperty("alerts").EnumerateArray().Select(a => a.GetProperty("labels").GetProperty("alertname").GetString()!).ToHashSet(),
                a => a.Contains("InnkeeperDevicesWait"));

            Assert.Empty(MetricNames.All.Select(m => m.Series).Except(names));
            Assert.Equal(["23"], dropped);
            Assert.DoesNotContain("InnkeeperGone", waits);
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static List<string> ValuesOf(JsonElement root) =>
        [.. root.GetProperty("data").GetProperty("result").EnumerateArray().Select(r => r.GetProperty("value")[1].GetString()!)];

    private static async Task<T> Await<T>(HttpClient http, string path, Func<JsonElement, T> read, Func<T, bool> isThere)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var answer = JsonDocument.Parse(await http.GetStringAsync(path, TestContext.Current.CancellationToken));
                var value = read(answer.RootElement);
                if (isThere(value) || Stopwatch.GetElapsedTime(start) > s_patience)
                {
                    return value;
                }
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(start) < s_patience)
            {
                // It has not begun to serve.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }
    }
}
