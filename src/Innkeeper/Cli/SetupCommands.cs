using System.CommandLine;
using Innkeeper.Cli.Setup;
using Innkeeper.Hosting;

namespace Innkeeper.Cli;

/// <summary>`setup`: from two interface names to a configuration file.</summary>
internal static class SetupCommands
{
    public static Command Of(CommandContext context)
    {
        var access = new Option<string>("--access") { Description = "The interface on which devices appear.", HelpName = "IF" };
        var uplink = new Option<string>("--uplink") { Description = "The interface that leads to the Internet.", HelpName = "IF" };
        var on = new Option<string>("--on") { Description = "One arm: the interface on an existing LAN.", HelpName = "IF" };
        var file = new Option<string>("--file") { Description = $"The file to write (default {CommandContext.DefaultConfig}).", HelpName = "FILE", DefaultValueFactory = _ => CommandContext.DefaultConfig };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask: take the interfaces that you give, and the suggestions for the others." };
        var force = new Option<bool>("--force") { Description = "Replace a file that exists. It is kept as FILE.bak." };
        foreach (var option in (Option[])[access, uplink, on])
        {
            option.CompletionSources.Add(_ => InterfaceSurvey.Read().Select(i => new System.CommandLine.Completions.CompletionItem(i.Name)));
        }

        var setup = new ExplainedCommand(
            "setup", "Write the first configuration file. On a terminal, ask which interface has the devices and which leads out.",
            "setup", "setup --access eth1 --uplink eth0", "setup --on eth0 --file innkeeper.toml")
        {
            access, uplink, on, file, yes, force,
        };
        setup.Validators.Add(result => Usage.DemandOneKind(result, [access, uplink], [on]));
        setup.SetAction(parsed => new SetupRun(context, Host(), result => GatewayCommands.Check(context, result, isOffline: false), IsServing).Run(new SetupRequest(
            parsed.GetValue(file)!, parsed.GetValue(on) ?? parsed.GetValue(access), parsed.GetValue(on) ?? parsed.GetValue(uplink), parsed.GetValue(yes), parsed.GetValue(force))));
        return setup;
    }

    private static SetupHost Host() => new(
        () => InterfaceSurvey.Read(), Console.IsInputRedirected || Console.IsOutputRedirected ? null : Console.In, "/etc",
        Directory.Exists("/run/systemd/system") && ((string[])["/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"]).Any(d => File.Exists($"{d}/systemd/system/innkeeper.service")),
        ServiceUser.Give);

    private static bool IsServing(string socket) => new GatewayClient(socket).GetStatus().Trouble == NoReply.None;
}
