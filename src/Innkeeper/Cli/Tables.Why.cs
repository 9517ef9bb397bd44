using Innkeeper.Management.Contracts;
using Spectre.Console;

namespace Innkeeper.Cli;

/// <content>The diagnosis of a device.</content>
internal static partial class Tables
{
    private const int ShownMarkWidth = 2;

    public static void Write(IAnsiConsole console, DiagnosisReport report)
    {
        var isFirst = true;
        foreach (var device in report.Devices)
        {
            if (!isFirst && device.Steps.Count > 0)
            {
                console.WriteLine();
            }

            isFirst = false;
            if (device.Steps.Count > 0 || report.Devices.Count == 1)
            {
                WriteSteps(console, device, report);
            }
            else
            {
                Line(console, $"{MarkOf(device.Verdict)} {TitleOf(device)}: {device.Cause.Text}");
            }
        }

        if (report.More > 0)
        {
            Line(console, $"and {report.More} more devices");
        }
    }

    private static void WriteSteps(IAnsiConsole console, DeviceDiagnosis device, DiagnosisReport report)
    {
        Line(console, $"{(device.Mac is null ? report.Device : TitleOf(device))} to {report.To}");
        if (device.Steps.Count > 0)
        {
            var grid = new Table().NoBorder().HideHeaders().AddColumns(
                new TableColumn("").Width(ShownMarkWidth).NoWrap(), new TableColumn("").NoWrap(), new TableColumn("").NoWrap(), new TableColumn(""));
            foreach (var step in device.Steps)
            {
                AddRow(grid, MarkOf(step.Verdict), WordOf(step.Verdict), step.Id, step.Time is { } time ? $"{step.Text} ({Ago(report.Time - time)}, {Local(time, report.Time)})" : step.Text);
            }

            console.Write(grid);
        }

        var isFault = device.Verdict is DiagnosisReport.Fault or DiagnosisReport.Unheard;
        console.MarkupLineInterpolated($"[bold]Cause:[/] {(isFault ? "" : "none found. ")}{Plain(device.Cause.Text)}");
        console.MarkupLineInterpolated($"[bold]Do:[/] {Plain(device.Cause.Remedy)}");
    }

    private static string TitleOf(DeviceDiagnosis device) => $"{device.Mac}{(device.Vlan == 0 ? "" : $" (VLAN {device.Vlan})")}{(device.Name is { } name ? $" {name}" : "")}";

    private static string MarkOf(string verdict) => verdict switch
    {
        DiagnosisReport.Ok => "✓",
        DiagnosisReport.Warning => "!",
        DiagnosisReport.Fault or DiagnosisReport.Unheard => "✗",
        _ => "-",
    };

    private static string WordOf(string verdict) => verdict switch
    {
        DiagnosisReport.Fault => "STOPS",
        "open" => "",
        _ => verdict,
    };

    private static string Ago(TimeSpan age) => age switch
    {
        { TotalSeconds: < 120 } => $"{Math.Max(0, age.TotalSeconds):0} s ago",
        { TotalMinutes: < 120 } => $"{age.TotalMinutes:0} min ago",
        { TotalHours: < 48 } => $"{age.TotalHours:0} h ago",
        _ => $"{age.TotalDays:0} days ago",
    };

    private static string Local(DateTimeOffset time, DateTimeOffset now) => time.ToLocalTime() is var local && local.Date == now.ToLocalTime().Date ? $"{local:HH:mm:ss}" : $"{local:yyyy-MM-dd HH:mm}";
}
