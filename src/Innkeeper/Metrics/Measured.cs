using Innkeeper.Management.Contracts;

namespace Innkeeper.Metrics;

/// <summary>A value with its labels.</summary>
internal readonly record struct Measured(double Value, params KeyValuePair<string, object?>[] Labels)
{
    public static Measured Of(double value) => new(value);

    public static Measured Of(double value, (string Name, string Value) label) => new(value, new KeyValuePair<string, object?>(label.Name, label.Value));

    public static Measured Of(bool isSo) => Of(isSo ? 1 : 0);

    public static Measured Of(bool isSo, (string Name, string Value) label) => Of(isSo ? 1 : 0, label);

    /// <summary>1 for the present one of several states.</summary>
    public static IEnumerable<Measured> OfState(string? present, params IReadOnlyList<string> states) => states.Select(s => Of(s == present, ("state", s)));

    /// <summary>With one more label.</summary>
    public Measured Plus(string name, string value) => new(Value, [.. Labels, new KeyValuePair<string, object?>(name, value)]);
}

/// <summary>The parts of a reading that may be missing, as sequences.</summary>
internal static class ReadingParts
{
    /// <summary>Counters of the control plane that have metrics of their own, by how their names begin.</summary>
    private static readonly string[] s_groups = ["arp_", "dhcp_", "refused_"];

    public static IEnumerable<NaptReport> Napt(this MetricsReading now) => now.Status.Napt is { } napt ? [napt] : [];

    public static IEnumerable<DnsReport> Dns(this MetricsReading now) => now.Status.Dns is { } dns ? [dns] : [];

    public static IEnumerable<UpstreamReport> Servers(this MetricsReading now) => now.Dns().SelectMany(d => d.Upstreams);

    public static IEnumerable<DhcpReport> Dhcp(this MetricsReading now) => now.Status.Dhcp is { } dhcp ? [dhcp] : [];

    public static IEnumerable<PortalReport> Portal(this MetricsReading now) => now.Status.Portal is { } portal ? [portal] : [];

    public static IEnumerable<MemoryReport> Memory(this MetricsReading now) => now.Status.Memory is { } memory ? [memory] : [];

    public static IEnumerable<(string Channel, OutboxReport Box)> Outboxes(this MetricsReading now) =>
        new[] { ("mail", now.Status.Mail), ("webhook", now.Status.Webhook) }.Where(o => o.Item2 is not null).Select(o => (o.Item1, o.Item2!));

    public static IEnumerable<ExportReport> Exports(this MetricsReading now) => now.Status.Exports ?? [];

    /// <summary>Counters of the control plane whose names begin so, without that beginning.</summary>
    public static IEnumerable<(string Name, ulong Value)> Counted(this MetricsReading now, string group) =>
        now.Status.Counters.Where(c => c.Key.StartsWith(group, StringComparison.Ordinal)).Select(c => (c.Key[group.Length..], c.Value));

    /// <summary>The other counters of the control plane.</summary>
    public static IEnumerable<(string Name, ulong Value)> Counted(this MetricsReading now) =>
        now.Status.Counters.Where(c => !Array.Exists(s_groups, g => c.Key.StartsWith(g, StringComparison.Ordinal))).Select(c => (c.Key, c.Value));
}
