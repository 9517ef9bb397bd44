using System.Text;
using System.Text.RegularExpressions;
using Innkeeper.Metrics;

namespace Innkeeper.Tests.Metrics;

/// <summary>A metric as Prometheus sees it.</summary>
internal sealed record MetricName(string Name, string Type, IReadOnlyList<string> Labels)
{
    /// <summary>The series that has the labels: a histogram has those of its buckets.</summary>
    public string Series => Type == "histogram" ? $"{Name}_bucket" : Name;
}

/// <summary>The metrics that exist: those of a page on which every part of the gateway is there.</summary>
internal static partial class MetricNames
{
    public static IReadOnlyList<MetricName> All { get; } = Read();

    [GeneratedRegex(@"^# TYPE (?<name>\w+) (?<type>\w+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Type();

    [GeneratedRegex("""(?<label>\w+)="[^"]*"[,}]""", RegexOptions.ExplicitCapture)]
    private static partial Regex Label();

    private static bool IsOf(string line, string name) => line.StartsWith($"{name}{{", StringComparison.Ordinal) || line.StartsWith($"{name} ", StringComparison.Ordinal);

    private static List<MetricName> Read()
    {
        using var page = new MetricsPage(new SampleReading(), TimeProvider.System);
        using var stream = new MemoryStream();
        page.WriteAsync(stream, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        var text = Encoding.UTF8.GetString(stream.ToArray());
        return
        [
            .. Type().Matches(text).Select(m => new MetricName(m.Groups["name"].Value, m.Groups["type"].Value,
                [.. Label().Matches(text.Split('\n').First(l => IsOf(l, new MetricName(m.Groups["name"].Value, m.Groups["type"].Value, []).Series)))
                    .Select(l => l.Groups["label"].Value)])),
        ];
    }
}
