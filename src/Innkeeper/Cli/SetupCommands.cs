using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Innkeeper.Cli.Setup;
using Innkeeper.Configuration;
using Innkeeper.FirstRun;
using Innkeeper.Hosting;

namespace Innkeeper.Cli;

/// <summary>`setup`: from two interface names to a configuration file.</summary>
internal static class SetupCommands
{
    private static readonly string s_usualAddress = new WebConfig().Listen[0].ToString();
    private static readonly TimeSpan s_usualTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_mostTime = TimeSpan.FromHours(1);

    public static Command Of(CommandContext context)
    {
        var access = new Option<string>("--access") { Description = "The interface on which devices appear.", HelpName = "IF" };
        var uplink = new Option<string>("--uplink") { Description = "The interface that leads to the Internet.", HelpName = "IF" };
        var on = new Option<string>("--on") { Description = "One arm: the interface on an existing LAN.", HelpName = "IF" };
        var file = new Option<string>("--file") { Description = $"The file to write (default {CommandContext.DefaultConfig}).", HelpName = "FILE", DefaultValueFactory = _ => CommandContext.DefaultConfig };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask: take the interfaces that you give, and the suggestions for the others." };
        var force = new Option<bool>("--force") { Description = "Replace a file that exists. It is kept as FILE.bak." };
        var web = new Option<bool>("--web") { Description = "Serve a page that shows who is on each interface, asks for more settings, and tries them. It prints a link." };
        var listen = new Option<string>("--listen") { Description = $"With --web: where the page, and later the console, answers (default {s_usualAddress}).", HelpName = "ADDRESS:PORT" };
        var confirm = new Option<string>("--confirm-within") { Description = "With --web: how long the gateway runs on trial without your confirmation (default 60s).", HelpName = "TIME" };
        foreach (var option in (Option[])[access, uplink, on])
        {
            option.CompletionSources.Add(_ => InterfaceSurvey.Read().Select(i => new System.CommandLine.Completions.CompletionItem(i.Name)));
        }

        var setup = new ExplainedCommand(
            "setup", "Write the first configuration file. On a terminal, ask which interface has the devices and which leads out.",
            "setup", "setup --access eth1 --uplink eth0", "setup --on eth0 --file innkeeper.toml", "setup --web", "setup --web --listen 192.0.2.7:7080")
        {
            access, uplink, on, file, yes, force, web, listen, confirm,
        };
        setup.Validators.Add(result => Usage.DemandOneKind(result, [access, uplink], [on]));
        setup.Validators.Add(result => DemandPage(result, web, [listen, confirm], [access, uplink, on, yes]));
        listen.Validators.Add(result => Demand(result, WebConfig.ParseListen(result.GetValueOrDefault<string>() ?? "") is { Length: 1 }, $"give an address with its port, such as {s_usualAddress}"));
        confirm.Validators.Add(result => Demand(result, ReadTime(result.GetValueOrDefault<string>()) is not null, "give a time from 5s to 1h, such as 60s"));
        setup.SetAction(parsed => parsed.GetValue(web) ? Serve(context, parsed.GetValue(file)!, parsed.GetValue(listen), parsed.GetValue(confirm), parsed.GetValue(force)) : new SetupRun(context, Host(), result => GatewayCommands.Check(context, result, isOffline: false), IsServing).Run(new SetupRequest(
            parsed.GetValue(file)!, parsed.GetValue(on) ?? parsed.GetValue(access), parsed.GetValue(on) ?? parsed.GetValue(uplink), parsed.GetValue(yes), parsed.GetValue(force))));
        return setup;
    }

    private static int Serve(CommandContext context, string file, string? listen, string? confirm, bool force)
    {
        var host = Host();
        var settings = new FirstRunSettings(Path.GetFullPath(file), listen is null || listen == s_usualAddress ? null : listen, ReadTime(confirm) ?? s_usualTime);
        var address = listen is null ? new WebConfig().Listen[0] : IPEndPoint.Parse(listen);
        return new FirstRunHost(settings, address, host.HasUnit && file == CommandContext.DefaultConfig, force, host.Etc, context.Output).Run(reason => context.Fail(reason));
    }

    private static TimeSpan? ReadTime(string? text) => SettingTypes.ParseDuration(text, 5) is { } time && time <= s_mostTime ? time : null;

    private static void Demand(OptionResult result, bool isRight, string expected)
    {
        if (!isRight)
        {
            result.AddError($"{result.Option.Name}: {expected}");
        }
    }

    /// <summary>An option that has no effect is refused: the user would expect an effect.</summary>
    private static void DemandPage(CommandResult setup, Option page, IReadOnlyList<Option> withIt, IReadOnlyList<Option> without)
    {
        var isPage = IsGiven(page);
        if ((isPage ? without : withIt).FirstOrDefault(IsGiven) is { } odd)
        {
            setup.AddError(isPage ? $"{odd.Name} cannot be used with {page.Name}: the page asks for it" : $"{odd.Name} needs {page.Name}");
        }

        bool IsGiven(Option option) => setup.GetResult(option) is { Implicit: false };
    }

    private static SetupHost Host() => new(
        () => InterfaceSurvey.Read(), Console.IsInputRedirected || Console.IsOutputRedirected ? null : Console.In, "/etc",
        Directory.Exists("/run/systemd/system") && ((string[])["/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"]).Any(d => File.Exists($"{d}/systemd/system/innkeeper.service")),
        ServiceUser.Give);

    private static bool IsServing(string socket) => new GatewayClient(socket).GetStatus().Trouble == NoReply.None;
}
