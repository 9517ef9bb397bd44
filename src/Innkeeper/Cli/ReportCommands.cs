using System.CommandLine;

namespace Innkeeper.Cli;

/// <summary>`status`, `profiles` and `leases`: what the gateway says of itself.</summary>
internal static class ReportCommands
{
    public static IEnumerable<Command> Of(CommandContext context)
    {
        var status = new ExplainedCommand("status", "How the running gateway is.", "status", "status --json") { context.Config, context.Socket, context.Json };
        status.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(gateway.Client.GetStatus(), report => Tables.Write(Tables.Open(context.Output), report))));

        var profiles = new ExplainedCommand("profiles", "What devices may do, by profile, and the gateways they leave through.", "profiles", "profiles --json")
        {
            context.Config, context.Socket, context.Json,
        };
        profiles.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(gateway.Client.ListProfiles(), report => Tables.Write(Tables.Open(context.Output), report))));

        var leases = new ExplainedCommand("leases", "Addresses that DHCP gave, and whose they are.", "leases", "leases --json") { context.Config, context.Socket, context.Json };
        leases.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(gateway.Client.ListLeases(), report => Tables.Write(Tables.Open(context.Output), report))));
        return [status, profiles, leases];
    }
}
