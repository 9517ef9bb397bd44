using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Innkeeper.Configuration;
using Innkeeper.Control;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>`config`: what is in force, how it is changed, and what a file can contain.</summary>
internal static class ConfigCommands
{
    /// <summary>How long a gateway that replaces itself may take.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    public static Command Of(CommandContext context)
    {
        var config = new Command("config", "Show or reload the configuration; print a sample file or a schema.") { context.Config, context.Socket, context.Json };
        var show = new ExplainedCommand(
            "show", "Every setting in force, and where it comes from; of a file, when no gateway runs.", "config show", "config show --config innkeeper.toml", "config show --json");
        show.SetAction(parsed => Show(context, parsed));
        config.Add(show);
        var reload = new ExplainedCommand(
            "reload", "Have the gateway check its file anew and take it; when it is wrong, the old configuration stays in force.", "config reload", "config reload --json");
        reload.SetAction(parsed => Reload(context, parsed));
        config.Add(reload);
        config.Add(Print(context, "sample", "Print a sample file with every setting and its documentation.", SampleFile.Text));
        config.Add(Print(context, "schema", "Print the JSON schema of the file, for editors that check TOML.", ConfigurationSchema.Text));
        return config;
    }

    private static ExplainedCommand Print(CommandContext context, string name, string description, Func<string> text)
    {
        var command = new ExplainedCommand(name, description, $"config {name}");
        command.SetAction(_ =>
        {
            context.Output.Write(text());
            return ExitCode.Ok;
        });
        return command;
    }

    private static int Show(CommandContext context, ParseResult parsed)
    {
        var given = parsed.GetValue(context.Socket);
        var file = given is null ? context.LoadFile(parsed) : null;
        var socket = given ?? file?.ControlSocket ?? new InnkeeperConfig().Control.Socket;
        try
        {
            if (file is null || ControlServer.IsAnswering(socket))
            {
                return context.InquiryAt(socket, parsed).Run(new ControlRequest("config show"), ReportContext.Default.ConfigReport, report => Tables.Write(context.Output, report));
            }
        }
        catch (UnauthorizedAccessException e)
        {
            return context.Fail(e.Message);
        }

        if (file.Config is null)
        {
            return context.Refuse(file);
        }

        var would = ConfigReporter.Of(file);
        if (parsed.GetValue(context.Json))
        {
            context.Output.WriteLine(JsonSerializer.Serialize(would, ReportContext.Default.ConfigReport));
        }
        else
        {
            Tables.Write(context.Output, would);
        }

        return ExitCode.Ok;
    }

    private static int Reload(CommandContext context, ParseResult parsed)
    {
        // A file with errors still tells where to ask; the errors are the gateway's to tell.
        var socket = parsed.GetValue(context.Socket) ?? context.LoadFile(parsed)?.ControlSocket ?? new InnkeeperConfig().Control.Socket;
        return context.InquiryAt(socket, parsed).Run(new ControlRequest("config reload"), ReportContext.Default.ReloadOutcome, (ordered, _) =>
        {
            var outcome = ordered.Done && ordered.Replaces ? Await(ordered, socket, s_patience) : ordered;
            var said = outcome ?? ordered with { Done = false, Text = $"the new settings were taken, but after {s_patience.TotalSeconds} s no gateway answers that has them; its log says why" };
            if (parsed.GetValue(context.Json))
            {
                context.Output.WriteLine(JsonSerializer.Serialize(said, ReportContext.Default.ReloadOutcome));
            }
            else if (said.Done)
            {
                context.Output.WriteLine(SafeText.OneLine(said.Text));
                context.Output.WriteLine(said.Changed.Count == 0 ? "nothing changed" : $"changed: {string.Join(", ", said.Changed.Select(SafeText.OneLine))}");
            }

            foreach (var error in said.Errors)
            {
                context.Errors.WriteLine(SafeText.OneLine(error));
            }

            return said.Done ? ExitCode.Ok : context.Fail(SafeText.OneLine(said.Text), outcome is null ? ExitCode.Unreachable : ExitCode.Failure);
        });
    }

    /// <summary>What became of settings that were being started.</summary>
    /// <param name="ordered">The gateway's word then.</param>
    /// <param name="now">Its word now.</param>
    /// <returns>Null: it cannot be told yet.</returns>
    internal static ReloadOutcome? Judge(ReloadOutcome ordered, SettingsReport? now) =>
        now is null || now.Number < ordered.Number ? null
        : now.Number > ordered.Number ? ordered with { Done = false, Text = "others have been taken since; `innkeeper config show` tells what is in force" }
        : now.Failure is { } why ? ordered with { Done = false, Text = $"the new settings cannot be started ({why}); those of before are in force again" }
        : ordered with { Text = "the new settings are in force" };

    /// <summary>Asks until it can be told what became of the settings: until then the old process may answer, or nobody.</summary>
    /// <param name="socket">Where the gateway answered, and does again if it goes back to the settings of before.</param>
    internal static ReloadOutcome? Await(ReloadOutcome ordered, string socket, TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < patience)
        {
            foreach (var place in new[] { ordered.Socket ?? socket, socket }.Distinct())
            {
                SettingsReport? now = null;
                new Inquiry(place, false, TextWriter.Null, TextWriter.Null).Run(new ControlRequest("status"), ReportContext.Default.StatusReport, status => now = status.Settings);
                if (Judge(ordered, now) is { } outcome)
                {
                    return outcome;
                }
            }

            // Nothing tells of a socket that appears and answers but asking it.
            Thread.Sleep(50);
        }

        return null;
    }
}
