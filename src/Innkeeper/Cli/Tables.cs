using Innkeeper.Control;
using Spectre.Console;

namespace Innkeeper.Cli;

/// <summary>Reports for people.</summary>
internal static class Tables
{
    private const int WidthOffTerminal = 160;

    public static void Write(StatusReport status)
    {
        var console = Open();
        console.MarkupLineInterpolated($"[bold]Innkeeper {status.Version}[/] {status.State} since {status.Started:yyyy-MM-dd HH:mm:ss}Z");
        console.WriteLine($"{status.Access} (access) -> {status.Uplink} (uplink, {status.UplinkAddress}, router {status.Gateway ?? "none"})");
        console.WriteLine($"{status.Devices} devices with {status.Bindings} addresses; {status.Adopted.Bindings} taken over at start ({status.Adopted.Source})");
        console.WriteLine($"pool: {status.Pool.Total} addresses, {status.Pool.Bound} in use, {status.Pool.Ready} ready, {status.Pool.Probing} being probed, {status.Pool.Quarantined} in quarantine");
        if (status.StorageFailure is { } failure)
        {
            console.MarkupLineInterpolated($"[red]state is not being written: {failure}[/]");
        }

        var drops = status.Drops.Where(d => d.Value > 0).ToList();
        if (drops.Count > 0)
        {
            var table = NewTable("dropped", "frames");
            foreach (var (name, count) in drops)
            {
                table.AddRow(Markup.Escape(name), $"{count}");
            }

            console.Write(table);
        }

        foreach (var entry in status.Events.TakeLast(10))
        {
            console.WriteLine($"{entry.Time:HH:mm:ss}Z {entry.Kind}: {entry.Text}");
        }
    }

    public static void Write(DevicesReport report)
    {
        var table = NewTable("device", "vendor", "claims", "is outside", "believes in gateway", "out", "in", "last seen");
        foreach (var device in report.Devices)
        {
            foreach (var binding in device.Bindings)
            {
                table.AddRow(
                    Markup.Escape(device.Vlan == 0 ? device.Mac : $"{device.Mac} (VLAN {device.Vlan})"),
                    Markup.Escape(device.Vendor ?? (device.Randomised ? "(randomised)" : "")),
                    binding.Claimed, binding.Legal, binding.Gateway ?? "", Size(binding.BytesOut), Size(binding.BytesIn), $"{binding.LastSeen:HH:mm:ss}Z");
            }
        }

        Open().Write(table);
    }

    private static IAnsiConsole Open()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = WidthOffTerminal;
        }

        return console;
    }

    private static Table NewTable(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column).NoWrap());
        }

        return table;
    }

    private static string Size(ulong bytes) => bytes switch
    {
        < 10_000 => $"{bytes} B",
        < 10_000_000 => $"{bytes / 1000} kB",
        _ => $"{bytes / 1_000_000} MB",
    };
}
