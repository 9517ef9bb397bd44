using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Innkeeper.Management;
using Innkeeper.Tests.Repository;

namespace Innkeeper.Tests.Metrics;

/// <summary>The rules and the dashboard that are shipped use metrics and labels that exist.</summary>
public sealed partial class PrometheusTests
{
    private const string Rules = "packaging/prometheus/innkeeper.rules.yml";
    private const string RuleTests = "tests/prometheus/innkeeper.rules.test.yml";

    /// <summary>Labels that Prometheus adds.</summary>
    private static readonly string[] s_added = ["instance", "job", "alertname", "severity"];

    [GeneratedRegex(@"\b(?<name>(innkeeper|process)_\w+)(\{(?<labels>[^}]*)\})?", RegexOptions.ExplicitCapture)]
    private static partial Regex Selector();

    [GeneratedRegex("""(?<label>\w+)\s*(=~|!~|!=|=)\s*"(?<value>[^"]*)["]""", RegexOptions.ExplicitCapture)]
    private static partial Regex Matcher();

    [GeneratedRegex(@"(by|on|ignoring)\s*\((?<labels>[^)]*)\)|\{\{\s*\$?(labels\.)?(?<labels>\w+)\s*\}\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Grouping();

    public static TheoryData<string> Expressions => [.. ExpressionsOf(Rules, Regex.Matches(Checkout.Read(Rules), @"(?<=expr: \|?\s*)\S.*?(?=\n {8}\w+:)", RegexOptions.Singleline).Select(m => m.Value)), .. Queries];

    private static IEnumerable<string> Queries
    {
        get
        {
            using var dashboard = JsonDocument.Parse(Checkout.Read("packaging/grafana/innkeeper.json"));
            return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray().Where(p => p.TryGetProperty("targets", out _))
                .SelectMany(p => p.GetProperty("targets").EnumerateArray()).Select(t => $"{t.GetProperty("expr").GetString()} legend {t.GetProperty("legendFormat").GetString()}")];
        }
    }

    [Theory]
    [MemberData(nameof(Expressions))]
    public void Expression_HasMetricsAndLabelsThatExist(string expression)
    {
        var used = Selector().Matches(expression);
        Assert.True(used.Count > 0 || expression.StartsWith("up{", StringComparison.Ordinal), expression);
        var metrics = used.Select(m => MetricNames.All.FirstOrDefault(n => n.Series == m.Groups["name"].Value) ?? throw new InvalidDataException($"there is no metric {m.Groups["name"].Value}")).ToList();
        foreach (var (selector, metric) in used.Zip(metrics))
        {
            Assert.All(Matcher().Matches(selector.Groups["labels"].Value), m => Assert.Contains(m.Groups["label"].Value, metric.Labels.Concat(s_added)));
        }

        var labels = metrics.SelectMany(m => m.Labels).Concat(s_added).ToList();
        Assert.All(
            Grouping().Matches(expression).SelectMany(m => m.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries)), l => Assert.Contains(l, labels));
    }

    /// <summary>A kind or an event that is misspelt never fires.</summary>
    [Fact]
    public void Values_OfKindsAndEvents_Exist()
    {
        var page = Checkout.Read("tests/Innkeeper.Tests/Metrics/page.txt");
        var kinds = Enum.GetValues<ProblemKind>().Select(Problem.NameOf).ToHashSet();
        foreach (var expression in Expressions.Select(e => e.Data))
        {
            foreach (Match matcher in Matcher().Matches(expression))
            {
                var (label, values) = (matcher.Groups["label"].Value, matcher.Groups["value"].Value.Split('|'));
                Assert.All(label == "kind" ? values : [], v => Assert.Contains(v, kinds));
                Assert.All(label is "event" or "state" ? values : [], v => Assert.Contains($"{label}=\"{v}\"", page, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task Rules_AreRight_AndFireWhenTheyMust()
    {
        await RunAsync(null, "check", "rules", Rules);
        await RunAsync(null, "test", "rules", RuleTests);
    }

    /// <summary>Prometheus's own reader and its checks of names.</summary>
    [Fact]
    public async Task Page_IsReadByPrometheus_WithoutAComplaint() =>
        await RunAsync(Checkout.Read("tests/Innkeeper.Tests/Metrics/page.txt").Replace(" …\n", " 1\n", StringComparison.Ordinal), "check", "metrics");

    [Fact]
    public void Dashboard_CanBeImported()
    {
        using var document = JsonDocument.Parse(Checkout.Read("packaging/grafana/innkeeper.json"));
        var root = document.RootElement;

        Assert.Equal(["datasource", "instance"], root.GetProperty("templating").GetProperty("list").EnumerateArray().Select(v => v.GetProperty("name").GetString()));
        var panels = root.GetProperty("panels").EnumerateArray().ToList();
        Assert.Equal(panels.Count, panels.Select(p => p.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.Equal(["Overview", "Devices", "Addresses", "DNS", "Drops", "Process"], panels.Where(p => p.GetProperty("type").GetString() == "row").Select(p => p.GetProperty("title").GetString()));
        Assert.All(panels.Where(p => p.TryGetProperty("targets", out _)), p => Assert.Equal("${datasource}", p.GetProperty("datasource").GetProperty("uid").GetString()));
    }

    private static List<string> ExpressionsOf(string file, IEnumerable<string> expressions)
    {
        var found = expressions.ToList();
        Assert.Equal(Regex.Count(Checkout.Read(file), @"^ +- alert: ", RegexOptions.Multiline), found.Count);
        return found;
    }

    /// <param name="input">Null: none.</param>
    private static async Task RunAsync(string? input, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool (Debian's prometheus) is not installed");
        using var tool = Process.Start(new ProcessStartInfo("/usr/bin/promtool", arguments) { WorkingDirectory = Checkout.Root, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await tool.StandardInput.WriteAsync(input);
        tool.StandardInput.Close();
        var output = tool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await tool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(tool.ExitCode == 0 && errors.Length == 0, await output + errors);
    }
}
