using System.CommandLine;
using Innkeeper.Cli.Live;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Cli;

/// <summary>`status`, `top`, `profiles` and `leases`: reports about the gateway.</summary>
internal static class ReportCommands
{
    public static IEnumerable<Command> Of(CommandContext context)
    {
        var profiles = new ExplainedCommand("profiles", "Show what each profile allows, and the state of each gateway.", "profiles", "profiles --wide", "profiles --json")
        {
            context.Wide, context.Config, context.Socket, context.Json,
        };
        profiles.SetAction(parsed => context.WithGateway(parsed, gateway =>
            gateway.Show(gateway.Client.ListProfiles(), report => Tables.Write(Tables.Open(context.Output, parsed.GetValue(context.Wide)), report))));

        var leases = new ExplainedCommand("leases", "Show the addresses that the DHCP server leased, and to which devices.", "leases", "leases --wide", "leases --json")
        {
            context.Wide, context.Config, context.Socket, context.Json,
        };
        leases.SetAction(parsed => context.WithGateway(parsed, gateway =>
            gateway.Show(gateway.Client.ListLeases(), report => Tables.Write(Tables.Open(context.Output, parsed.GetValue(context.Wide)), report))));
        return [Status(context), TopCommand.Of(context), profiles, leases];
    }

    private static ExplainedCommand Status(CommandContext context)
    {
        // Accepted since version 0.1.0, where only this made the exit code depend on the health.
        var check = new Option<bool>("--check") { Description = "The exit code says whether all is well. It always does.", Hidden = true };
        var watch = LiveReport.PauseOption("--watch", "Show the status again every SECONDS (default {0}), until you press q or Ctrl-C.");
        var status = new ExplainedCommand(
            "status", "Show the status of the running gateway. The first line and the exit code say whether all is well (0), something is broken (1) or degraded (2).",
            "status", "status --watch", "status --json")
        {
            watch, check, context.Config, context.Socket, context.Json,
        };
        status.SetAction(parsed => context.WithGateway(parsed, gateway => parsed.GetResult(watch) is { Implicit: false } ? Watch(context, gateway, parsed, parsed.GetValue(watch)) : Show(context, gateway, parsed)));
        return status;
    }

    private static int Show(CommandContext context, GatewaySession gateway, ParseResult parsed)
    {
        var reply = gateway.Client.GetStatus();
        var code = gateway.Show(reply, report => Tables.Write(Tables.Open(context.Output), report, parsed.GetValue(context.Verbose)));
        return code == ExitCode.Ok ? CodeOf(reply.Result.Value!) : code;
    }

    /// <summary>A gateway of an earlier version reports problems without their severity, or none.</summary>
    internal static int CodeOf(StatusReport report) => report.Health switch
    {
        Problem.Healthy => ExitCode.Ok,
        Problem.Degraded => ExitCode.Degraded,
        Problem.Broken => ExitCode.Failure,
        _ => report.Problems is { Count: > 0 } ? ExitCode.Failure : ExitCode.Ok,
    };

    private static int Watch(CommandContext context, GatewaySession gateway, ParseResult parsed, double seconds)
    {
        var reply = default(Reply<StatusReport>);
        var isJson = parsed.GetValue(context.Json);
        return LiveReport.On(context.Output, isStream: isJson, screen => LiveReport.Run(screen, TimeSpan.FromSeconds(seconds), () => reply = gateway.Client.GetStatus(), Render, _ => { }));

        string Render((int Width, int Height)? window)
        {
            if (isJson)
            {
                return gateway.LineOf(reply) + "\n";
            }

            if (gateway.FailureOf(reply) is { } failure)
            {
                return $"innkeeper: {failure.Text}\n";
            }

            using var text = new StringWriter();
            Tables.Write(window is { Width: var width } ? Tables.OpenLive(text, width) : Tables.Open(text), reply.Result.Value!, parsed.GetValue(context.Verbose));
            return text.ToString();
        }
    }
}
