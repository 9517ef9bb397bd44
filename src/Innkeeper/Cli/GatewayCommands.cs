using System.CommandLine;
using Innkeeper.Configuration;
using Innkeeper.Hosting;

namespace Innkeeper.Cli;

/// <summary>`run`, `check` and `teardown`: the gateway itself.</summary>
internal static class GatewayCommands
{
    public static IEnumerable<Command> Of(CommandContext context) => [Run(context), Check(context), TakeoverCheck(context)];

    public static Command Teardown(CommandContext context)
    {
        var teardown = new Command("teardown", "Remove everything the gateway set up on this machine. Its database of devices stays.") { context.Config };
        teardown.SetAction(parsed => context.WithSettings(parsed, settings => Hosting.Teardown.Run(settings, context.Output, context.Errors)));
        return teardown;
    }

    private static ExplainedCommand Run(CommandContext context)
    {
        var access = new Option<string>("--access") { Description = "The interface on which devices appear. Used instead of a file.", HelpName = "IF" };
        var uplink = new Option<string>("--uplink") { Description = "The interface that leads to the Internet. Used instead of a file.", HelpName = "IF" };
        var on = new Option<string>("--on") { Description = "One arm: the interface on an existing LAN. The gateway serves the foreign devices there. Used instead of a file.", HelpName = "IF" };
        var pool = new Option<string[]>("--pool") { Description = "Outside addresses, from the first to the last. May be repeated. Without it, devices share the uplink's own address.", HelpName = "A-B", AllowMultipleArgumentsPerToken = true };
        var run = new ExplainedCommand(
            "run", "Run the gateway in the foreground. It prints `ready` when it serves devices.",
            "run --config innkeeper.toml", "run --access eth1 --uplink eth0 --pool 137.118.199.50-137.118.199.99", "run --on eth0")
        {
            context.Config, access, uplink, on, pool,
        };
        run.Validators.Add(result => Usage.DemandFileOrOptions(result, context.Config, [access, uplink], [on], [pool]));
        run.SetAction(parsed =>
        {
            var result = (parsed.GetValue(on) ?? parsed.GetValue(access)) is { } first
                ? FromOptions(first, parsed.GetValue(on) ?? parsed.GetValue(uplink), parsed.GetValue(pool) ?? [])
                : ConfigurationFile.Load(parsed.GetValue(context.Config) ?? CommandContext.DefaultConfig);
            return result.Config is null && !GatewayHost.TakesOver ? context.Refuse(result) : GatewayHost.Run(result, parsed.GetValue(context.Verbose));
        });
        return run;
    }

    private static ExplainedCommand Check(CommandContext context)
    {
        var check = new ExplainedCommand("check", "Check a configuration file. Show every error with its line and column.", "check --config innkeeper.toml") { context.Config };
        check.SetAction(parsed =>
        {
            var file = parsed.GetValue(context.Config) ?? CommandContext.DefaultConfig;
            var result = ConfigurationFile.Load(file);
            if (result.Config is null)
            {
                return context.Refuse(result);
            }

            if (StartupCheck.Files(result).ToList() is { Count: > 0 } unusable)
            {
                return context.Refuse(result with { Errors = [.. unusable] });
            }

            context.Output.WriteLine($"{file}: no errors");
            foreach (var exposed in SecretFiles.Exposed(result.Config))
            {
                context.Errors.WriteLine($"innkeeper: {exposed}");
            }

            // Faults of the machine, not of the file, which may be meant for another machine; and not of the user's rights.
            foreach (var lacking in SystemRequirements.OfSystem(SystemInfo.Read()))
            {
                context.Errors.WriteLine($"innkeeper: the file is right, but the gateway cannot run here: {lacking}");
            }

            if (StartupCheck.InsideConflict(result) is { } conflict)
            {
                context.Errors.WriteLine($"innkeeper: the file is right, but {conflict}");
            }

            return ExitCode.Ok;
        });
        return check;
    }

    /// <summary>For a gateway that finds its program's file replaced, not for people.</summary>
    private static Command TakeoverCheck(CommandContext context)
    {
        var command = new Command(ProgramCheck.Command, "Whether this program can take over from the running gateway, which asks so before it reloads.") { context.Config };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            var reasons = Hosting.TakeoverCheck.Of(ConfigurationFile.Load(parsed.GetValue(context.Config) ?? CommandContext.DefaultConfig));
            foreach (var reason in reasons)
            {
                context.Errors.WriteLine(reason);
            }

            if (reasons.Count > 0)
            {
                return ExitCode.Failure;
            }

            context.Output.WriteLine(Hosting.TakeoverCheck.Answer);
            return ExitCode.Ok;
        });
        return command;
    }

    private static ConfigurationResult FromOptions(string? access, string? uplink, string[] pools)
    {
        // The same keys and the same checks as in a file.
        const string Source = "command line";
        var text = string.Join('\n',
            $"access.interface = {Quote(access)}", $"uplink.interface = {Quote(uplink)}",
            pools.Length == 0 ? "" : $"pool.addresses = [{string.Join(", ", pools.Select(Quote))}]");
        var result = ConfigurationFile.Parse(text, Source);
        return result with
        {
            Errors = [.. result.Errors.Select(e => e with { Line = 0 })],
            SourceMap = result.SourceMap.WithoutLines(),
        };
    }

    private static string Quote(string? text) =>
        $"\"{string.Concat((text ?? "").Select(c => c is '"' or '\\' || char.IsControl(c) ? '?' : c))}\"";
}
