using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;
using Spectre.Console;

namespace Innkeeper.Cli;

/// <summary>Reports as text. Texts that guests can choose go through <see cref="Plain"/>, so they are neither markup nor control characters.</summary>
internal static partial class Tables
{
    /// <summary>Off a terminal lines are as long as what they hold; on one, cells that do not fit go on below.</summary>
    private const int Unlimited = 1_000_000;

    /// <param name="isWide">Lines as long as what they hold on a terminal too.</param>
    /// <param name="width">Columns of the terminal; null: as it says.</param>
    public static IAnsiConsole Open(TextWriter output, bool isWide = false, int? width = null)
    {
        var terminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (isWide || !terminal)
        {
            console.Profile.Width = Unlimited;
        }

        if (width is { } columns)
        {
            console.Profile.Width = columns;
        }

        return console;
    }

    /// <param name="verbose">Also details that matter only when something is wrong.</param>
    public static void Write(IAnsiConsole console, StatusReport status, bool verbose = false)
    {
        WriteProblems(console, status);
        console.MarkupLineInterpolated($"[bold]Innkeeper {Plain(status.Version)}[/] {Plain(status.State)} since {Time(status.Started)}");
        Line(console, status.Mode == "one-armed"
            ? $"one arm: {status.Uplink} ({status.UplinkAddress}, router {status.Gateway ?? "none"})"
            : $"{status.Access} (access) -> {status.Uplink} (uplink, {status.UplinkAddress}, router {status.Gateway ?? "none"})");
        if (status.Peer is { } peer)
        {
            Line(console, $"{peer.State}: another gateway, {peer.Mac} with priority {peer.Priority}, is on this LAN");
        }

        if (status.Settings?.Failure is { } notStarted)
        {
            console.MarkupLineInterpolated($"[red]the new settings cannot be started ({Plain(notStarted)}); the previous settings are in force[/]");
        }

        Line(console, DevicesOf(status));
        if (verbose)
        {
            Line(console, $"taken over at start: {Count(status.Adopted.Bindings, "address", "addresses")} ({status.Adopted.Source})");
        }

        Line(console, $"pool: {Count(status.Pool.Total, "address", "addresses")}, {status.Pool.Bound} in use, {status.Pool.Ready} ready, {status.Pool.Probing} being probed, {status.Pool.Quarantined} in quarantine");
        foreach (var shared in status.Napt?.Addresses ?? [])
        {
            Line(console, $"shared: {shared.Address}, {shared.State}, {Count(shared.Devices, "device")}");
        }

        if (status.Napt is { Addresses.Count: > 0 } napt)
        {
            Line(console, $"mappings: {napt.Mappings} live and {napt.Resting} at rest of {napt.Capacity}, in {Count(napt.Blocks, "block")} of ports");
            WritePorts(console, napt, napt.Addresses.Sum(a => a.Devices));
        }

        foreach (var closed in status.Firewall ?? [])
        {
            console.MarkupLineInterpolated($"[red]a firewall on this host drops packets that come in by {Plain(closed.Interface)} ({Plain(closed.Path)}); this opens it: {Plain(string.Join("; ", closed.Commands))}[/]");
        }

        if (status.StorageFailure is { } failure)
        {
            console.MarkupLineInterpolated($"[red]state is not being written: {Plain(failure)}[/]");
        }

        WriteMemory(console, status.Memory);
        foreach (var (name, outbox) in new[] { ("mail", status.Mail), ("webhook", status.Webhook) })
        {
            if (outbox is not null)
            {
                Line(console, $"{name}: {Count(outbox.Waiting, "message waits", "messages wait")}, {outbox.Sent} sent, {outbox.Dead} given up{(outbox.LastAnswer is { } answer ? $"; last answer: {answer}" : "")}");
            }
        }

        if (status.Dhcp is { } dhcp)
        {
            Line(console, $"dhcp: {dhcp.Leased} of {dhcp.Total} addresses of {dhcp.Network} ({dhcp.Addresses}) leased, {dhcp.Offered} offered, {dhcp.Quarantined} in quarantine");
        }

        WriteDns(console, status.Dns);
        if (!status.HasVendors)
        {
            Line(console, "vendors: not known, as this host has no list of them; install ieee-data (Debian: apt install ieee-data)");
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

    private static void WriteMemory(IAnsiConsole console, MemoryReport? memory)
    {
        if (memory is null)
        {
            return;
        }

        var line = $"memory: {memory.Used >> 20} of {memory.Limit >> 20} MiB that the control group may have";
        if (memory.IsLow)
        {
            console.MarkupLineInterpolated($"[red]{Plain(line)}; the gateway keeps less[/]");
        }
        else
        {
            Line(console, line);
        }
    }

    private static void WriteDns(IAnsiConsole console, DnsReport? dns)
    {
        if (dns is null)
        {
            return;
        }

        long Counted(string name) => dns.Counters.GetValueOrDefault(name);
        Line(console, $"dns: {Counted("queries")} queries, {Counted("hits")} from the cache of {dns.Cached} answers, {Counted("server_failures")} without an answer");
        if (dns.Pending > 0 || Counted("queries_over_limit") > 0)
        {
            Line(console, $"dns limits: {dns.Pending} of {dns.PendingMax} questions wait for servers, {Counted("queries_over_limit")} were refused because their device asked too much");
        }

        var servers = NewTable("dns server", "state", "latency", "queries", "timeouts", "failures");
        foreach (var server in dns.Upstreams)
        {
            AddRow(servers, server.Server, StatusProblems.IsFailing(server) && server.State != "dead" ? "failing" : server.State, $"{server.LatencyMs} ms", $"{server.Queries}", $"{server.Timeouts}", $"{server.Failures}");
        }

        console.Write(servers);
    }

    /// <summary>A line of its own, as the ports of shared addresses are what many devices use up; in red when they are low or were refused.</summary>
    private static void WritePorts(IAnsiConsole console, NaptReport napt, int devices)
    {
        if (napt.Ports == 0)
        {
            return;
        }

        var needed = napt.AddressesNeeded > napt.Addresses.Count ? $"; {devices} devices need {napt.AddressesNeeded} shared addresses like this, you have {napt.Addresses.Count} ([napt] addresses)" : "";
        var refused = napt.Refused > 0 ? $"; {napt.Refused} packets found none" : "";
        var line = $"ports: {napt.Ports - napt.PortsFree} of {napt.Ports} taken{refused}{needed}";
        if (needed != "" || 5L * napt.PortsFree < napt.Ports)
        {
            console.MarkupLineInterpolated($"[red]{Plain(line)}[/]");
        }
        else
        {
            Line(console, line);
        }
    }

    /// <summary>The first line says whether all is well.</summary>
    private static void WriteProblems(IAnsiConsole console, StatusReport status)
    {
        switch (status.Problems)
        {
            case null:
                break;
            case []:
                console.MarkupLine("[green]healthy[/]");
                break;
            case [var only]:
                console.MarkupLineInterpolated($"[red]1 thing is wrong:[/] {Plain(only)}");
                break;
            case var problems:
                console.MarkupLineInterpolated($"[red]{problems.Count} things are wrong:[/]");
                foreach (var problem in problems)
                {
                    Line(console, $"  {problem}");
                }

                break;
        }
    }

    private static string DevicesOf(StatusReport status)
    {
        var online = $"{Count(status.Devices, "device")} with {Count(status.Bindings, "address", "addresses")}";
        return status.Known is { } known
            ? $"{online}; known: {known.Values.Sum()} ({string.Join(", ", known.Where(k => k.Value > 0).Select(k => $"{k.Value} {k.Key}").DefaultIfEmpty("none"))})"
            : online;
    }

    private static string Count(long number, string one, string? many = null) => $"{number} {(number == 1 ? one : many ?? one + "s")}";

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

    /// <summary>
    /// A table whose least important columns are left out until the others fit the terminal. A line below it names those.
    /// </summary>
    /// <param name="columns">Each with its rank: 0 stays longest.</param>
    private static void WriteFitting(IAnsiConsole console, IReadOnlyList<(string Name, int Rank)> columns, IReadOnlyList<string[]> rows)
    {
        // A longer cell goes on below. Beside its text a column takes three places.
        const int Widest = 28;
        const int Gap = 3;
        int WidthOf(int column) => Math.Min(Widest, rows.Max(r => Plain(r[column]).Length) is var longest && longest > columns[column].Name.Length ? longest : columns[column].Name.Length) + Gap;

        var kept = Enumerable.Range(0, columns.Count).ToList();
        while (kept.Count > 2 && 1 + kept.Sum(WidthOf) > console.Profile.Width)
        {
            kept.Remove(kept.MaxBy(c => columns[c].Rank));
        }

        var table = NewTable([.. kept.Select(c => columns[c].Name)]);
        foreach (var row in rows)
        {
            AddRow(table, [.. kept.Select(c => row[c])]);
        }

        console.Write(table);
        if (kept.Count < columns.Count)
        {
            Line(console, $"not shown: {string.Join(", ", Enumerable.Range(0, columns.Count).Except(kept).Select(c => columns[c].Name))} (--wide shows all)");
        }
    }

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
