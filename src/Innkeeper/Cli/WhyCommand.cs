using System.CommandLine;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Cli;

/// <summary>`why`: why a device is not online.</summary>
internal static class WhyCommand
{
    public static ExplainedCommand Of(CommandContext context)
    {
        var device = new Argument<string>("DEVICE") { Description = "The device: its MAC, the name you gave it, one of its addresses (own or outside), its own host name, or a VLAN (vlan:214) for all devices there." };
        var to = new Option<string>("--to") { Description = "The host that the device wants to reach: an address or a name. Default: the Internet.", HelpName = "HOST" };
        var why = new ExplainedCommand(
            "why", "Find out why a device is not online: follow its packets step by step, and name the cause and what to do.", "why 02:00:00:00:00:01", "why \"phone of room 12\" --to www.example.com", "why vlan:214")
        {
            device, to, context.Config, context.Socket, context.Json,
        };
        why.SetAction(parsed => context.WithGateway(parsed, gateway =>
        {
            var reply = gateway.Client.Diagnose(parsed.GetValue(device)!, parsed.GetValue(to));
            var code = gateway.Show(reply, report => Tables.Write(Tables.Open(context.Output), report));
            return code == ExitCode.Ok ? CodeOf(reply.Result.Value!) : code;
        }));
        return why;
    }

    /// <summary>0: each device should be online; 1: a cause was found; 5: nothing was ever heard.</summary>
    private static int CodeOf(DiagnosisReport report) => report.Devices.Any(d => d.Verdict == DiagnosisReport.Fault) ? ExitCode.Failure
        : report.Devices.Any(d => d.Verdict == DiagnosisReport.Unheard) ? ExitCode.NotFound
        : ExitCode.Ok;
}
