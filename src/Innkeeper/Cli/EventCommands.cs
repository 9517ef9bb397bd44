using System.CommandLine;
using Innkeeper.Control;
using Microsoft.Win32.SafeHandles;

namespace Innkeeper.Cli;

/// <summary>`events`: what happened, and what happens.</summary>
internal static class EventCommands
{
    public static Command Of(CommandContext context)
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what happens from now on, until this is stopped." };
        var last = new Option<int>("--last", "-n") { Description = $"How many of the past (default {ControlDesk.UsualEvents}, up to {ControlDesk.MostEvents}).", HelpName = "N", DefaultValueFactory = _ => ControlDesk.UsualEvents };
        last.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<int>() is < 0 or > ControlDesk.MostEvents)
            {
                result.AddError($"--last is a number from 0 to {ControlDesk.MostEvents}");
            }
        });
        var events = new ExplainedCommand("events", "What happened, oldest first.", "events --last 100", "events --follow", "events --follow --last 0 --json")
        {
            follow, last, context.Config, context.Socket, context.Json,
        };
        events.SetAction(parsed =>
        {
            if (!parsed.GetValue(follow))
            {
                return context.WithGateway(parsed, gateway => gateway.Run(
                    new ControlRequest("events") { Last = parsed.GetValue(last) }, ReportContext.Default.EventsReport, report => Tables.Write(Tables.Open(context.Output), report)));
            }

            var output = Followed(context.Output);
            var request = new ControlRequest("events") { Last = parsed.GetValue(last), Follow = true };
            return context.WithGateway(parsed, gateway => gateway.Follow(request, output, (entry, missed) =>
                output.WriteLine(entry is null ? $"({missed} events were missed here)" : Tables.Line(entry))));
        });
        return events;
    }

    /// <summary>
    /// .NET's own stdout takes no notice when its reader has gone (`| head`), and this would go on for ever. Not disposed of:
    /// that would write once more to who is not there.
    /// </summary>
    private static TextWriter Followed(TextWriter output) => ReferenceEquals(output, Console.Out)
        ? new StreamWriter(new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0))
        : output;
}
