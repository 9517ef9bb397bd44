using System.Globalization;
using Innkeeper.Management.Contracts;
using Spectre.Console;

namespace Innkeeper.Cli;

/// <content>Messages to the administrator.</content>
internal static partial class Tables
{
    public static void Write(IAnsiConsole console, OutboxMessagesReport report)
    {
        if (report.Messages.Count == 0)
        {
            Line(console, "no messages");
            return;
        }

        WriteFitting(
            console,
            [("message", 0), ("state", 1), ("subject", 2), ("created", 3), ("attempts", 6), ("next attempt", 5), ("answer", 4)],
            [
                .. report.Messages.Select(message => (string[])
                [
                    message.Id, message.State, message.Subject, Time(message.Created), message.Attempts.ToString(CultureInfo.InvariantCulture),
                    message.NextTry is { } next ? Time(next) : "", message.Answer ?? "",
                ]),
            ]);
    }
}
