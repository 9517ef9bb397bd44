using System.CommandLine;
using System.Diagnostics;
using Innkeeper.Configuration;
using Innkeeper.Control;

namespace Innkeeper.Cli;

/// <summary>`config`: what is in force, and how it is changed.</summary>
internal static class ConfigCommands
{
    /// <summary>How long a gateway that replaces itself may take.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public static Command Of(CommandContext context)
    {
        var config = new Command("config", "The configuration that is in force.") { context.Config, context.Socket, context.Json };
        var show = new ExplainedCommand(
            "show", "Every setting in force, and where it comes from; of a file, when no gateway runs.", "config show", "config show --config innkeeper.toml", "config show --json");
        show.SetAction(parsed => Show(context, parsed));
        config.Add(show);
        var reload = new ExplainedCommand(
            "reload", "Have the gateway check its file anew and take it; when it is wrong, the old configuration stays in force.", "config reload", "config reload --json");
        reload.SetAction(parsed => Reload(context, parsed));
        config.Add(reload);
        return config;
    }

    private static int Show(CommandContext context, ParseResult parsed)
    {
        var given = parsed.GetValue(context.Socket);
        var file = given is null ? context.LoadFile(parsed) : null;
        var socket = given ?? file?.ControlSocket ?? new InnkeeperConfig().ControlSocket;
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
            context.Output.WriteLine(System.Text.Json.JsonSerializer.Serialize(would, ReportContext.Default.ConfigReport));
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
        var socket = parsed.GetValue(context.Socket) ?? context.LoadFile(parsed)?.ControlSocket ?? new InnkeeperConfig().ControlSocket;
        DateTimeOffset? before = null;
        var gateway = context.InquiryAt(socket, parsed);
        var code = gateway.Run(new ControlRequest("status"), ReportContext.Default.StatusReport, (status, _) =>
        {
            before = status.Started;
            return ExitCode.Ok;
        });
        return code != ExitCode.Ok ? code : gateway.Run(new ControlRequest("config reload"), ReportContext.Default.ReloadOutcome, (outcome, line) =>
        {
            var json = parsed.GetValue(context.Json);
            if (json)
            {
                context.Output.WriteLine(line);
            }

            if (!outcome.Done)
            {
                foreach (var error in outcome.Errors)
                {
                    context.Errors.WriteLine(Wording.OneLine(error));
                }

                return context.Fail(Wording.OneLine(outcome.Text));
            }

            if (outcome.Replaces && !Replaced(outcome.Socket ?? socket, before!.Value, s_patience))
            {
                return context.Fail($"the new configuration is taken, but after {s_patience.TotalSeconds} s no new gateway answers at {outcome.Socket ?? socket}; its log says why", ExitCode.Unreachable);
            }

            if (!json)
            {
                context.Output.WriteLine(Wording.OneLine(outcome.Text));
                context.Output.WriteLine(outcome.Changed.Count == 0 ? "nothing changed" : $"changed: {string.Join(", ", outcome.Changed.Select(Wording.OneLine))}");
            }

            return ExitCode.Ok;
        });
    }

    /// <summary>Waits until a gateway that started at another time answers: until then the old one may, or nobody.</summary>
    internal static bool Replaced(string socket, DateTimeOffset before, TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < patience)
        {
            var replaced = false;
            new Inquiry(socket, false, TextWriter.Null, TextWriter.Null).Run(new ControlRequest("status"), ReportContext.Default.StatusReport, status => replaced = status.Started != before);
            if (replaced)
            {
                return true;
            }

            // Nothing tells of a socket that appears and answers but asking it.
            Thread.Sleep(50);
        }

        return false;
    }
}
