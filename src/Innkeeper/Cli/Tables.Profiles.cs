using System.Diagnostics.CodeAnalysis;
using Innkeeper.Configuration;
using Innkeeper.Management.Contracts;
using Spectre.Console;

namespace Innkeeper.Cli;

/// <content>Profiles, gateways and settings.</content>
internal static partial class Tables
{
    public static void Write(IAnsiConsole console, ProfilesReport report)
    {
        WriteFitting(
            console,
            [
                ("profile", 0), ("admission", 1), ("address", 4), ("inbound", 9), ("isolated", 10), ("addresses", 11), ("denied", 12), ("allowed", 13), ("rate out", 7), ("rate in", 8), ("lifetime", 3),
                ("gateway", 5), ("fallback", 6), ("devices", 2),
            ],
            [
                .. report.Profiles.Select(p => (string[])
                [
                    p.Name, p.Admission, p.Legal, p.Inbound ? "yes" : "no", p.Isolate ? "yes" : "no", $"{p.Addresses}",
                    string.Join(", ", p.Denied), string.Join(", ", p.Allowed), Rate(p.RateOut, p.LimitsPer), Rate(p.RateIn, p.LimitsPer), Span(p.Lifetime), p.Gateway, p.Fallback ?? "none",
                    string.Join(", ", p.Devices.Where(d => d.Value > 0).Select(d => $"{d.Value} {d.Key}")) is { Length: > 0 } counts ? counts : "none",
                ]),
            ]);
        var gateways = NewTable("gateway", "interface", "next hop", "state", "since");
        foreach (var g in report.Gateways)
        {
            AddRow(gateways, g.Name, g.Interface, g.NextHop ?? "none", g.State, g.Since is { } since ? Time(since) : "");
        }

        console.Write(gateways);
    }

    /// <summary>A TOML file. The origin of each value is its comment.</summary>
    public static void Write(TextWriter output, ConfigReport report)
    {
        output.WriteLine($"# {(report.InForce ? "in force" : "not in force, no gateway runs")}; file: {Plain(report.File)}");
        var lines = report.Values.Select(v => (v.Key, Text: Plain(v.Value is null ? $"# {v.Key} is not set" : $"{NameOf(v.Key)} = {v.Value}"), v.Origin)).ToList();
        var width = Math.Min(60, lines.Max(l => (int?)l.Text.Length) ?? 0);
        var table = "";
        foreach (var (key, text, origin) in lines)
        {
            // Each table of a list has its header. All other keys are written in full, before the first such table.
            if (IsOfAList(key, out var kind) && RepeatedTable.ParentOf(key) != table)
            {
                table = RepeatedTable.ParentOf(key);
                output.WriteLine(kind.Example);
            }

            output.WriteLine($"{text.PadRight(width)}  # {Plain(origin)}");
        }
    }

    private static string NameOf(string key) => IsOfAList(key, out _) ? key[(key.LastIndexOf('.') + 1)..] : EffectiveConfiguration.Quote(key);

    private static bool IsOfAList(string key, [NotNullWhen(true)] out RepeatedTable? kind)
    {
        kind = RepeatedTable.Of(RepeatedTable.ParentOf(key))?.Kind;
        return kind is { IsNumbered: true };
    }

    private static string Rate(long? bits, string per) => bits switch
    {
        null => "any",
        < 10_000 => $"{bits} bit/s",
        < 10_000_000 => $"{bits / 1000.0:0.#} kbit/s",
        _ => $"{bits / 1_000_000.0:0.#} Mbit/s",
    } + (bits is null || per == "device" ? "" : $" per {per}");

    private static string Span(long? seconds) => seconds switch
    {
        null => "unlimited",
        _ when seconds % 86_400 == 0 => $"{seconds / 86_400}d",
        _ when seconds % 3600 == 0 => $"{seconds / 3600}h",
        _ when seconds % 60 == 0 => $"{seconds / 60}m",
        _ => $"{seconds}s",
    };
}
