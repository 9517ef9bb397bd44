using System.CommandLine;

namespace Innkeeper.Cli;

/// <summary>`status`, `profiles` and `leases`: reports about the gateway.</summary>
internal static class ReportCommands
{
    public static IEnumerable<Command> Of(CommandContext context)
    {
        var status = new ExplainedCommand("status", "Show the status of the running gateway.", "status", "status --json") { context.Config, context.Socket, context.Json };
        status.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(gateway.Client.GetStatus(), report => Tables.Write(Tables.Open(context.Output), report))));

        var profiles = new ExplainedCommand("profiles", "Show what each profile allows, and the state of each gateway.", "profiles", "profiles --json")
        {
            context.Config, context.Socket, context.Json,
        };
        profiles.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(gateway.Client.ListProfiles(), report => Tables.Write(Tables.Open(context.Output), report))));

        var leases = new ExplainedCommand("leases", "Show the addresses that the DHCP server leased, and to which devices.", "leases", "leases --json") { context.Config, context.Socket, context.Json };
        leases.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(gateway.Client.ListLeases(), report => Tables.Write(Tables.Open(context.Output), report))));
        return [status, profiles, leases];
    }
}
