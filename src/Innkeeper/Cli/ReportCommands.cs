using System.CommandLine;

namespace Innkeeper.Cli;

/// <summary>`status`, `profiles` and `leases`: reports about the gateway.</summary>
internal static class ReportCommands
{
    public static IEnumerable<Command> Of(CommandContext context)
    {
        var check = new Option<bool>("--check") { Description = "Exit with code 1 if something is wrong." };
        var status = new ExplainedCommand("status", "Show the status of the running gateway. The first line says whether all is well.", "status", "status --check", "status --json")
        {
            check, context.Config, context.Socket, context.Json,
        };
        status.SetAction(parsed => context.WithGateway(parsed, gateway =>
        {
            var reply = gateway.Client.GetStatus();
            var code = gateway.Show(reply, report => Tables.Write(Tables.Open(context.Output), report, parsed.GetValue(context.Verbose)));
            return code == ExitCode.Ok && parsed.GetValue(check) && reply.Result.Value!.Problems is { Count: > 0 } ? ExitCode.Failure : code;
        }));

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
        return [status, profiles, leases];
    }
}
