using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Innkeeper.Configuration;
using Innkeeper.Hosting;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>`config`: shows the active settings, reloads them, and prints what a file can contain.</summary>
internal static class ConfigCommands
{
    /// <summary>How long a gateway that replaces itself may take; if the new program does not come to work, until the previous one serves again.</summary>
    private static readonly TimeSpan s_patience = HandoverGuard.Limit + TimeSpan.FromSeconds(20);

    public static Command Of(CommandContext context)
    {
        var config = new Command("config", "Show or change the configuration. Print a sample file or a JSON schema.") { context.Config, context.Socket, context.Json };
        var show = new ExplainedCommand(
            "show", "Show every active setting and its origin. If no gateway runs, show the settings of the file.", "config show", "config show --config innkeeper.toml", "config show --json");
        show.SetAction(parsed => Show(context, parsed));
        config.Add(show);
        var reload = new ExplainedCommand(
            "reload", "Make the gateway read its file again. If the file has an error, the previous settings stay active.", "config reload", "config reload --preview", "config reload --json");
        var preview = new Option<bool>("--preview") { Description = "Only show what the reload would change, and which devices it would hold, cut off or admit." };
        reload.Add(preview);
        reload.SetAction(parsed => parsed.GetValue(preview) ? Preview(context, parsed) : Reload(context, parsed));
        config.Add(reload);
        foreach (var change in ConfigChangeCommands.Of(context))
        {
            config.Add(change);
        }

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
        if (context.RemoteOf(parsed, out var wrong) is not null || wrong is not null)
        {
            return context.WithGateway(parsed, elsewhere => elsewhere.Show(elsewhere.Client.GetConfiguration(), report => Tables.Write(context.Output, report)));
        }

        var given = parsed.GetValue(context.Socket);
        var file = given is null ? context.LoadFile(parsed) : null;
        var gateway = context.SessionAt(given ?? file?.ControlSocket ?? new InnkeeperConfig().Control.Socket, parsed);
        var reply = gateway.Client.GetConfiguration();
        if (file is null || reply.Trouble != NoReply.Unreachable)
        {
            return gateway.Show(reply, report => Tables.Write(context.Output, report));
        }

        // No gateway runs: show the settings that one would use.
        if (file.Config is null)
        {
            return context.Refuse(file, parsed);
        }

        var preview = ConfigurationOperations.Preview(file);
        if (parsed.GetValue(context.Json))
        {
            context.Output.WriteLine(JsonSerializer.Serialize(preview, ContractsContext.Default.ConfigReport));
        }
        else
        {
            Tables.Write(context.Output, preview);
        }

        return ExitCode.Ok;
    }

    private static int Preview(CommandContext context, ParseResult parsed) =>
        context.WithGateway(parsed, gateway => gateway.Show(gateway.Client.Preview(), report =>
        {
            context.Output.WriteLine(report switch
            {
                { Changed.Count: > 0 } => $"a reload would change: {string.Join(", ", report.Changed.Select(SafeText.OneLine))}",
                { Replaces: true } => "a reload would start the new program, with the same settings",
                _ => "a reload would change nothing",
            });
            foreach (var line in ReloadOutcome.EffectsOf(report, isDone: false))
            {
                context.Output.WriteLine(line);
            }
        }));

    private static int Reload(CommandContext context, ParseResult parsed) => Order(context, parsed, client => client.Reload());

    /// <summary>An order after which the gateway may replace itself: waits until its outcome is known.</summary>
    /// <param name="word">Puts an outcome into other words; null: those of a reload.</param>
    internal static int Order(CommandContext context, ParseResult parsed, Func<GatewayClient, Reply<ReloadReport>> order, Func<ReloadOutcome, ReloadOutcome>? word = null)
    {
        if (context.RemoteOf(parsed, out var wrong) is { } server)
        {
            return Order(context, parsed, context.SessionAt(server, parsed), missing: "", _ => [new GatewayClient(server)], order, word);
        }

        if (wrong is not null)
        {
            return context.RefuseUsage(parsed, wrong);
        }

        // A file with errors still names the socket. The gateway reports the errors, but not of a file that it cannot read.
        var file = parsed.GetValue(context.Socket) is null ? context.LoadFile(parsed) : null;
        var socket = parsed.GetValue(context.Socket) ?? file?.ControlSocket ?? new InnkeeperConfig().Control.Socket;
        var missing = file is { Exists: false } ? $"there is no file {SafeText.Shorten(file.File)}; " : "";
        return Order(context, parsed, context.SessionAt(socket, parsed), missing, accepted => PlacesOf(accepted, socket), order, word);
    }

    /// <param name="missing">The beginning of the message when no gateway answers.</param>
    /// <param name="places">Where the gateway may answer once it has accepted an order.</param>
    private static int Order(
        CommandContext context, ParseResult parsed, GatewaySession gateway, string missing, Func<ReloadReport, IReadOnlyList<GatewayClient>> places, Func<GatewayClient, Reply<ReloadReport>> order,
        Func<ReloadOutcome, ReloadOutcome>? word)
    {
        var reply = order(gateway.Client);
        if (gateway.FailureOf(reply) is { } fault && reply.Trouble != NoReply.None)
        {
            return Report(context, parsed, new ReloadOutcome(false, missing + fault.Text, [], []), fault.Code);
        }

        var (outcome, code) = reply.Result.Value is { } accepted ? AwaitOutcome(accepted, places(accepted)) : OutcomeOf(reply.Result.Failure!);
        return Report(context, parsed, word?.Invoke(outcome) ?? outcome, code);
    }

    private static int Report(CommandContext context, ParseResult parsed, ReloadOutcome outcome, int code)
    {
        if (parsed.GetValue(context.Json))
        {
            context.Output.WriteLine(outcome.ToLine());
        }
        else if (outcome.Done)
        {
            context.Output.WriteLine(SafeText.OneLine(outcome.Text));
            if (outcome.Changed.Count > 0 || outcome.Replaces)
            {
                context.Output.WriteLine($"changed: {(outcome.Changed.Count > 0 ? string.Join(", ", outcome.Changed.Select(SafeText.OneLine)) : "the program")}");
            }

            foreach (var line in ReloadOutcome.EffectsOf(new ReloadReport([], Held: outcome.Held, Cut: outcome.Cut, Admitted: outcome.Admitted), isDone: true))
            {
                context.Output.WriteLine(line);
            }

            if (outcome.Until is { } until)
            {
                context.Output.WriteLine($"the previous settings return at {LocalTime.Text(until, TimeZoneInfo.Local)} unless you run `innkeeper config confirm`");
            }
        }

        foreach (var error in outcome.Errors)
        {
            context.Errors.WriteLine(SafeText.OneLine(error));
        }

        return outcome.Done ? ExitCode.Ok : context.Fail(SafeText.OneLine(outcome.Text), code);
    }

    private static (ReloadOutcome Outcome, int Code) OutcomeOf(Failure failure) =>
        (new ReloadOutcome(false, failure.Message, [], failure is Rejected rejected ? rejected.Errors : []), failure is Invalid ? ExitCode.Usage : ExitCode.Failure);

    private static (ReloadOutcome Outcome, int Code) AwaitOutcome(ReloadReport accepted, IReadOnlyList<GatewayClient> places)
    {
        if (!accepted.Replaces)
        {
            return (new ReloadOutcome(true, "nothing has changed", accepted.Changed, []), ExitCode.Ok);
        }

        return Await(accepted, places, s_patience) is { } outcome
            ? (outcome, ExitCode.Failure)
            : (Of(accepted, false, $"the gateway accepted the new settings, but after {s_patience.TotalSeconds} s no gateway with them answers; see its log"), ExitCode.Unreachable);
    }

    private static ReloadOutcome Of(ReloadReport accepted, bool done, string text) => new(
        done, text, accepted.Changed, [], accepted.Replaces, accepted.Socket, accepted.Number, Held: accepted.Held, Cut: accepted.Cut, Admitted: accepted.Admitted, Until: accepted.Pending?.Until);

    /// <summary>The result of starting new settings.</summary>
    /// <param name="accepted">The gateway's answer to the request.</param>
    /// <param name="now">Its status now; null: no answer.</param>
    /// <returns>Null: not known yet.</returns>
    internal static ReloadOutcome? Judge(ReloadReport accepted, SettingsReport? now) =>
        now is null || now.Number < accepted.Number ? null
        : now.Number > accepted.Number ? Of(accepted, false, "the gateway has taken other settings since; see `innkeeper config show`")
        : now.Failure is { } why ? Of(accepted, false, $"the new settings cannot be started ({why}); the previous settings are in force again")
        : Of(accepted, true, "the new settings are in force");

    /// <summary>Asks until the result is known. Until then the old process may answer, or no process.</summary>
    internal static ReloadOutcome? Await(ReloadReport accepted, IReadOnlyList<GatewayClient> places, TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < patience)
        {
            foreach (var place in places)
            {
                if (Judge(accepted, place.GetStatus().Result.Value?.Settings) is { } outcome)
                {
                    return outcome;
                }
            }

            // No event reports a gateway that begins to answer: only another request shows it.
            Thread.Sleep(50);
        }

        return null;
    }

    /// <summary>The new settings' socket, and the present one, where it answers again if it returns to the previous settings.</summary>
    internal static IReadOnlyList<GatewayClient> PlacesOf(ReloadReport accepted, string socket) => [.. new[] { accepted.Socket ?? socket, socket }.Distinct().Select(place => new GatewayClient(place))];
}
