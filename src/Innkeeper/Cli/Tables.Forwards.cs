using Innkeeper.Management.Contracts;
using Spectre.Console;

namespace Innkeeper.Cli;

/// <content>Forwards.</content>
internal static partial class Tables
{
    public static void Write(IAnsiConsole console, ForwardsReport report)
    {
        if (report.Forwards.Count == 0)
        {
            Line(console, "no forwards; `innkeeper forwards add --help` shows how to add one");
            return;
        }

        WriteFitting(
            console,
            [("forward", 0), ("state", 1), ("address", 4), ("to", 2), ("device", 5), ("leads to", 3), ("description", 6)],
            [
                .. report.Forwards.Select(f => (string[])
                [
                    f.Id, f.State, f.Address ?? "", f.To, f.Device ?? "", $"{f.Own ?? ""}:{f.ToPort}{(f.Port.IndexOf('-', StringComparison.Ordinal) < 0 ? "" : " …")}", f.Description ?? "",
                ]),
            ]);
        foreach (var forward in report.Forwards.Where(f => f.Reason is not null))
        {
            Line(console, $"{forward.Id} {(forward.State == "refused" ? "is refused" : "waits")}: {forward.Reason}");
        }
    }
}
