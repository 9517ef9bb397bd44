using Innkeeper.Management.Contracts;
using Innkeeper.Wire;
using Spectre.Console;

namespace Innkeeper.Cli;

/// <summary>Reports as text. Texts that guests can choose go through <see cref="Plain"/>, so they are neither markup nor control characters.</summary>
internal static partial class Tables
{
    /// <summary>Off a terminal lines are as long as what they hold; on one, cells that do not fit go on below.</summary>
    private const int Unlimited = 1_000_000;

    public static IAnsiConsole Open(TextWriter output)
    {
        var terminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!terminal)
        {
            console.Profile.Width = Unlimited;
        }

        return console;
    }

    public static void Write(IAnsiConsole console, StatusReport status)
    {
        console.MarkupLineInterpolated($"[bold]Innkeeper {Plain(status.Version)}[/] {Plain(status.State)} since {Time(status.Started)}");
        Line(console, status.Mode == "one-armed"
            ? $"one arm: {status.Uplink} ({status.UplinkAddress}, router {status.Gateway ?? "none"})"
            : $"{status.Access} (access) -> {status.Uplink} (uplink, {status.UplinkAddress}, router {status.Gateway ?? "none"})");
        if (status.Peer is { } peer)
        {
            Line(console, $"{peer.State}: another gateway, {peer.Mac} with priority {peer.Priority}, is on this LAN");
        }

        foreach (var sentence in status.Attention ?? [])
        {
            console.MarkupLineInterpolated($"[yellow]{Plain(sentence)}[/]");
        }

        if (status.Settings?.Failure is { } notStarted)
        {
            console.MarkupLineInterpolated($"[red]the new settings cannot be started ({Plain(notStarted)}); the previous settings are in force[/]");
        }

        Line(console, $"{status.Devices} devices with {status.Bindings} addresses; {status.Adopted.Bindings} taken over at start ({status.Adopted.Source})");
        Line(console, $"pool: {status.Pool.Total} addresses, {status.Pool.Bound} in use, {status.Pool.Ready} ready, {status.Pool.Probing} being probed, {status.Pool.Quarantined} in quarantine");
        foreach (var shared in status.Napt?.Addresses ?? [])
        {
            Line(console, $"shared: {shared.Address}, {shared.State}, {shared.Devices} devices");
        }

        if (status.Napt is { Addresses.Count: > 0 } napt)
        {
            Line(console, $"mappings: {napt.Mappings} live and {napt.Resting} at rest of {napt.Capacity}, in {napt.Blocks} blocks of ports");
        }

        if (status.StorageFailure is { } failure)
        {
            console.MarkupLineInterpolated($"[red]state is not being written: {Plain(failure)}[/]");
        }

        foreach (var (name, outbox) in new[] { ("mail", status.Mail), ("webhook", status.Webhook) })
        {
            if (outbox is not null)
            {
                Line(console, $"{name}: {outbox.Waiting} messages wait, {outbox.Sent} sent, {outbox.Dead} given up{(outbox.LastAnswer is { } answer ? $"; last answer: {answer}" : "")}");
            }
        }

        if (status.Dhcp is { } dhcp)
        {
            Line(console, $"dhcp: {dhcp.Leased} of {dhcp.Total} addresses of {dhcp.Network} ({dhcp.Addresses}) leased, {dhcp.Offered} offered, {dhcp.Quarantined} in quarantine");
        }

        if (status.Dns is { } dns)
        {
            long Counted(string name) => dns.Counters.GetValueOrDefault(name);
            Line(console, $"dns: {Counted("queries")} queries, {Counted("hits")} from the cache of {dns.Cached} answers, {Counted("server_failures")} without an answer");
            var servers = NewTable("dns server", "state", "latency", "queries", "timeouts", "failures");
            foreach (var server in dns.Upstreams)
            {
                AddRow(servers, server.Server, server.State, $"{server.LatencyMs} ms", $"{server.Queries}", $"{server.Timeouts}", $"{server.Failures}");
            }

            console.Write(servers);
        }

        var drops = status.Drops.Where(d => d.Value > 0).ToList();
        if (drops.Count > 0)
        {
            var table = NewTable("dropped", "frames");
            foreach (var (name, count) in drops)
            {
                AddRow(table, name, $"{count}");
            }

            console.Write(table);
        }

        foreach (var entry in status.Events.TakeLast(10))
        {
            Line(console, $"{entry.Time.UtcDateTime:HH:mm:ss}Z {entry.Kind}: {entry.Text}");
        }
    }

    public static void Write(IAnsiConsole console, EventsReport report)
    {
        foreach (var entry in report.Events)
        {
            console.WriteLine(Line(entry));
        }

        if (report.Events.Count == 0)
        {
            Line(console, "no events");
        }
    }

    public static string Line(EventReport entry) => Plain($"{Time(entry.Time)} {entry.Kind}: {entry.Text}");

    private static Table NewTable(params string[] columns) => new Table().Border(TableBorder.Simple).AddColumns(columns);

    private static void AddRow(Table table, params string[] cells) => table.AddRow(cells.Select(c => new Text(Plain(c))));

    private static void Line(IAnsiConsole console, string text) => console.WriteLine(Plain(text));

    private static string Plain(string text) => SafeText.OneLine(text);

    private static string Time(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";

    private static string Size(ulong bytes) => bytes switch
    {
        < 10_000 => $"{bytes} B",
        < 10_000_000 => $"{bytes / 1000} kB",
        _ => $"{bytes / 1_000_000} MB",
    };
}
