using System.CommandLine;
using Innkeeper.Configuration;
using Innkeeper.Hosting;

namespace Innkeeper.Cli;

/// <summary>Commands for the systemd unit; people need none of them.</summary>
internal static class ServiceCommands
{
    public static Command Prepare(CommandContext context)
    {
        var owner = new Option<string>("--owner") { Description = "The user that the gateway will run as.", HelpName = "USER", Required = true };
        var prepare = new Command("prepare", "As root, before the gateway starts as another user: mount the BPF file system for that user.") { context.Config, owner };
        prepare.Hidden = true;
        prepare.SetAction(parsed =>
        {
            // A file with errors is the gateway's to report, or to repair: a write that broke off (decision 21).
            var settings = context.LoadFile(parsed)?.Config ?? new InnkeeperConfig();
            return ServicePreparation.Run(settings, parsed.GetValue(owner)!) is { } reason ? context.Fail(reason) : ExitCode.Ok;
        });
        return prepare;
    }
}
