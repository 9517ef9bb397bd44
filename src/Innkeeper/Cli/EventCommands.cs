using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Innkeeper.Configuration;
using Innkeeper.Management;
using Microsoft.Win32.SafeHandles;

namespace Innkeeper.Cli;

/// <summary>`events`: past events, and new ones as they happen.</summary>
internal static class EventCommands
{
    private const string UsualWait = "60s";

    public static Command Of(CommandContext context)
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "Keep running, and show new events until you stop the command (Ctrl-C)." };
        var wait = new Option<string>("--wait")
        {
            Description = $"With --follow: how long to wait for a gateway that ended or is taking new settings (default {UsualWait}; 0s: not at all).",
            HelpName = "TIME",
            DefaultValueFactory = _ => UsualWait,
        };
        wait.Validators.Add(result =>
        {
            if (SettingTypes.ParseDuration(result.GetValueOrDefault<string>(), least: 0) is null)
            {
                result.AddError("--wait is a time such as \"60s\" or \"5m\"");
            }
        });
        var last = new Option<int>("--last", "-n")
        {
            Description = $"Number of past events to show, from 0 to {EventStream.MostEvents}.",
            HelpName = "N",
            DefaultValueFactory = _ => EventStream.UsualEvents,
            CustomParser = CountOf,
        };
        var events = new ExplainedCommand("events", "Show the latest events, oldest first.", "events --last 100", "events --follow", "events --follow --last 0 --json")
        {
            follow, last, wait, context.Config, context.Socket, context.Json,
        };
        events.SetAction(parsed =>
        {
            var count = parsed.GetValue(last);
            if (!parsed.GetValue(follow))
            {
                return context.WithGateway(parsed, gateway => gateway.Show(gateway.Client.ListEvents(count), report => Tables.Write(Tables.Open(context.Output), report)));
            }

            var output = Followed(context.Output);
            var patience = SettingTypes.ParseDuration(parsed.GetValue(wait), least: 0) ?? TimeSpan.Zero;
            return context.WithGateway(parsed, gateway => gateway.Watch(count, patience, output, (entry, missed) =>
                output.WriteLine(entry is not null ? Tables.Line(entry) : missed > 0 ? $"({missed} events were missed here)" : "(events may be missing here: the gateway does not know the last one any more)")));
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
    internal static TextWriter Followed(TextWriter output) => ReferenceEquals(output, Console.Out)
        ? new StreamWriter(new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0))
        : output;
}
