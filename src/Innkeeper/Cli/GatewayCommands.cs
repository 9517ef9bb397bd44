using System.CommandLine;
using Innkeeper.Configuration;
using Innkeeper.Hosting;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>`run`, `check` and `teardown`: the gateway itself.</summary>
internal static class GatewayCommands
{
    public static IEnumerable<Command> Of(CommandContext context) => [Run(context), Check(context), TakeoverCheck(context), ServiceCommands.Prepare(context)];

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
                : GatewayHost.Resume(ConfigurationFile.Load(parsed.GetValue(context.Config) ?? CommandContext.DefaultConfig), context.Errors);
            if (!result.Exists && !GatewayHost.TakesOver)
            {
                return context.Fail($"there is no file {SafeText.Shorten(result.File)}; give its path with --config, or use --access, --uplink and --pool");
            }

            return result.Config is null && !GatewayHost.TakesOver ? context.Refuse(result) : GatewayHost.Run(result, parsed.GetValue(context.Verbose));
        });
        return run;
    }

    private static ExplainedCommand Check(CommandContext context)
    {
        var path = new Argument<string?>("FILE") { Description = "The configuration file, as with --config.", Arity = ArgumentArity.ZeroOrOne };
        path.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', ..] option }, ..])
            {
                result.AddError($"Unrecognized command or argument '{SafeText.OneLine(option)}'");
            }
        });
        var offline = new Option<bool>("--offline") { Description = "Check the file alone, not whether this machine fits it." };
        var check = new ExplainedCommand(
            "check", "Check a configuration file, and whether this machine fits it. Show every error with its line and column.",
            "check --config innkeeper.toml", "check innkeeper.toml", "check --offline innkeeper.toml")
        {
            path, offline, context.Config,
        };
        check.Validators.Add(result =>
        {
            if (result.GetResult(path) is { Tokens.Count: > 0 } && result.GetResult(context.Config) is { Implicit: false })
            {
                result.AddError("give the file with --config or without, not both");
            }
        });
        check.SetAction(parsed =>
        {
            var file = parsed.GetValue(path) ?? parsed.GetValue(context.Config) ?? CommandContext.DefaultConfig;
            return Check(context, ConfigurationFile.Load(file), parsed.GetValue(offline));
        });
        return check;
    }

    /// <summary>Prints every error of a file, or that it has none and what else the administrator should know.</summary>
    /// <param name="isOffline">Only the file is checked, not this machine.</param>
    internal static int Check(CommandContext context, ConfigurationResult result, bool isOffline)
    {
        if (result.Config is not { } config)
        {
            return context.Refuse(result);
        }

        var faults = isOffline ? [] : MachineCheck.Errors(result);
        foreach (var fault in faults)
        {
            context.Errors.WriteLine(fault);
        }

        if (faults.Count > 0)
        {
            return context.Fail($"the file has no errors of its own, but does not fit this machine; `innkeeper check --offline` checks the file alone");
        }

        context.Output.WriteLine($"{result.File}: no errors");
        if (config.IsOneArmed)
        {
            context.Errors.WriteLine($"innkeeper: one arm: access and uplink are the same interface, {config.Uplink.Interface}");
        }

        if (!isOffline)
        {
            Advise(context, result, config);
        }

        return ExitCode.Ok;
    }

    /// <summary>Hints for the administrator although the file is right.</summary>
    private static void Advise(CommandContext context, ConfigurationResult result, InnkeeperConfig config)
    {
        foreach (var exposed in SecretFiles.Exposed(config))
        {
            context.Errors.WriteLine($"innkeeper: {exposed}");
        }

        foreach (var lacking in SystemRequirements.ToRun(SystemInfo.Read(), config.Dns.ServeUplink))
        {
            context.Errors.WriteLine($"innkeeper: the file is right, but the gateway cannot run here: {lacking}");
        }

        // A gateway that runs with this file says what a reload would do.
        var client = new GatewayClient(result.ControlSocket);
        if (client.GetConfiguration().Result.Value is { InForce: true } running && Path.GetFullPath(running.File) == Path.GetFullPath(result.File)
            && client.Preview().Result.Value is { } preview)
        {
            foreach (var line in ReloadOutcome.EffectsOf(preview, isDone: false))
            {
                context.Errors.WriteLine($"innkeeper: with these settings {line}");
            }
        }

        if (StartupCheck.InsideConflict(result) is { } conflict)
        {
            context.Errors.WriteLine($"innkeeper: the file is right, but {conflict}");
        }
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
