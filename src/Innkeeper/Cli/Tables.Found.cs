using Innkeeper.Management.Contracts;
using Spectre.Console;

namespace Innkeeper.Cli;

/// <content>Stations of a search.</content>
internal static partial class Tables
{
    public static void Write(IAnsiConsole console, FindReport report)
    {
        if (report.Stations.Count > 0)
        {
            WriteFitting(
                console,
                [("MAC", 0), ("own address", 1), ("VLAN", 6), ("name", 2), ("product", 4), ("vendor", 5), ("served", 3), ("heard by", 7)],
                [
                    .. report.Stations.Select(s => (string[])
                    [
                        s.Mac, string.Join(", ", s.Addresses), s.Vlan == 0 ? "" : $"{s.Vlan}", s.Name ?? "", s.Product ?? "", s.Vendor ?? "", ServedOf(s), string.Join(", ", s.FoundBy),
                    ]),
                ]);
        }

        Line(console, $"{Count(report.Stations.Count, "station")}; {report.Asked} of {report.ToAsk} addresses asked for; {report.Ended}");
        if (report.NotKept > 0)
        {
            Line(console, $"there are more stations than the gateway lists here: {Count(report.NotKept, "frame")} of others came. One device may invent MACs");
        }

        if (report.Lost + report.Unsent > 0)
        {
            Line(console, $"{Count(report.Lost, "frame")} came too fast to be read, and the interface did not take {Count(report.Unsent, "question")}: look again to be sure");
        }
    }

    private static string ServedOf(FoundReport station) =>
        station.Served ? $"as {station.Outside}{(station.Machine is { } machine ? $" (machine {machine})" : "")}" : station.State == "admitted" ? "no outside address yet" : station.State;
}
