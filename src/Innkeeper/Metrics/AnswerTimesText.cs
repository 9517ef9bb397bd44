using System.Globalization;
using System.Text;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Metrics;

/// <summary>
/// The histogram of the DNS service's answer times in Prometheus's text format. OpenTelemetry's instruments take single values, each under a lock, which the
/// resolver does not have time for: it counts in buckets of its own, and these are written here.
/// </summary>
internal static class AnswerTimesText
{
    public const string Name = "innkeeper_dns_answer_duration_seconds";

    private const string Help = "How long devices waited for answers; \"gateway\": given without asking servers.";

    /// <returns>Empty: there is nothing to show.</returns>
    public static string Of(IReadOnlyList<AnswerTimesReport> times)
    {
        if (times.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"# TYPE {Name} histogram\n# HELP {Name} {Help}\n");
        foreach (var of in times)
        {
            var sum = 0L;
            foreach (var bucket in of.Buckets)
            {
                sum += bucket.Answers;
                text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{{source=\"{of.Source}\",le=\"{(bucket.Seconds is { } bound ? bound.ToString(CultureInfo.InvariantCulture) : "+Inf")}\"}} {sum}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"{Name}_sum{{source=\"{of.Source}\"}} {of.Seconds}\n{Name}_count{{source=\"{of.Source}\"}} {sum}\n");
        }

        return text.ToString();
    }
}
