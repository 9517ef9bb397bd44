using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Innkeeper.Management;
using Microsoft.Win32.SafeHandles;

namespace Innkeeper.Cli;

/// <summary>`events`: past events, and new ones as they happen.</summary>
internal static class EventCommands
{
    public static Command Of(CommandContext context)
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "Keep running, and show new events until you stop the command (Ctrl-C)." };
        var last = new Option<int>("--last", "-n")
        {
            Description = $"Number of past events to show, from 0 to {EventStream.MostEvents}.",
            HelpName = "N",
            DefaultValueFactory = _ => EventStream.UsualEvents,
            CustomParser = CountOf,
        };
        var events = new ExplainedCommand("events", "Show the latest events, oldest first.", "events --last 100", "events --follow", "events --follow --last 0 --json")
        {
            follow, last, context.Config, context.Socket, context.Json,
        };
        events.SetAction(parsed =>
        {
            var count = parsed.GetValue(last);
            if (!parsed.GetValue(follow))
            {
                return context.WithGateway(parsed, gateway => gateway.Show(gateway.Client.ListEvents(count), report => Tables.Write(Tables.Open(context.Output), report)));
            }

            var output = Followed(context.Output);
            return context.WithGateway(parsed, gateway => gateway.Watch(count, output, (entry, missed) =>
                output.WriteLine(entry is null ? $"({missed} events were missed here)" : Tables.Line(entry))));
        });
        return events;
    }

    private static int CountOf(ArgumentResult result)
    {
        if (result.Tokens is [{ Value: var text }] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= EventStream.MostEvents)
        {
            return count;
        }

        result.AddError($"--last is a number from 0 to {EventStream.MostEvents}");
        return 0;
    }

    /// <summary>
    /// .NET's own stdout ignores that its reader has gone (`| head`), so the command would never end. Not disposed of:
    /// disposing would write once more to a closed pipe.
    /// </summary>
    private static TextWriter Followed(TextWriter output) => ReferenceEquals(output, Console.Out)
        ? new StreamWriter(new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0))
        : output;
}
