using Innkeeper.Management.Contracts;
using Spectre.Console;

namespace Innkeeper.Cli;

/// <content>The history of the configuration.</content>
internal static partial class Tables
{
    public static void Write(IAnsiConsole console, HistoryReport report)
    {
        if (report.Entries.Count == 0)
        {
            Line(console, "no configuration has been in force yet");
            return;
        }

        WriteFitting(
            console,
            [("number", 0), ("since", 1), ("by", 2), ("how", 4), ("outcome", 3), ("comment", 5)],
            [
                .. report.Entries.Select(entry => (string[])
                [
                    entry.Number == report.InForce ? $"{entry.Number} (in force)" : $"{entry.Number}", Time(entry.Time), entry.By is { } by ? entry.From is { } from ? $"{by} ({from})" : by : "",
                    entry.How, entry.Outcome, entry.Comment ?? "",
                ]),
            ]);
        Line(console, $"the texts are in {report.Directory}");
    }
}
