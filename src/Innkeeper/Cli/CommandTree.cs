using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text.Json.Serialization.Metadata;
using Innkeeper.Configuration;
using Innkeeper.Control;

namespace Innkeeper.Cli;

/// <summary>The commands: a table of names, options and what each does.</summary>
internal static class CommandTree
{
    public const string DefaultConfig = "/etc/innkeeper/innkeeper.toml";

    /// <param name="output">For data; stdout when null.</param>
    /// <param name="errors">For messages; stderr when null.</param>
    public static int Invoke(string[] arguments, TextWriter? output = null, TextWriter? errors = null)
    {
        output ??= Console.Out;
        errors ??= Console.Error;
        var parsed = Build(output, errors).Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            errors.WriteLine(Usage.Explain(parsed));
            return ExitCode.Usage;
        }

        return parsed.Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null, Output = output, Error = errors });
    }

    private static RootCommand Build(TextWriter output, TextWriter errors)
    {
        var config = new Option<string>("--config") { Description = $"The configuration file (default {DefaultConfig}).", HelpName = "FILE" };
        var verbose = new Option<bool>("--verbose") { Description = "Say more: details of errors, and what the gateway does.", Recursive = true };
        var json = new Option<bool>("--json") { Description = "One line of JSON instead of tables." };
        var socket = new Option<string>("--socket") { Description = "The running gateway's control socket, instead of the configuration's.", HelpName = "PATH" };
        var access = new Option<string>("--access") { Description = "The interface on which devices appear; instead of a file.", HelpName = "IF" };
        var uplink = new Option<string>("--uplink") { Description = "The interface that leads out; instead of a file.", HelpName = "IF" };
        var on = new Option<string>("--on") { Description = "One arm: the interface on an existing LAN, to serve the devices on it that do not belong; instead of a file.", HelpName = "IF" };
        var pool = new Option<string[]>("--pool") { Description = "Legal addresses, first to last; may be repeated. Without any, devices share the uplink's own.", HelpName = "A-B", AllowMultipleArgumentsPerToken = true };

        var run = new Command("run", "Run the gateway in the foreground; prints `ready` once it serves.") { config, access, uplink, on, pool };
        run.Validators.Add(result => Usage.DemandFileOrOptions(result, config, [access, uplink], [on], [pool]));
        run.SetAction(parsed =>
        {
            var result = (parsed.GetValue(on) ?? parsed.GetValue(access)) is { } first
                ? FromOptions(first, parsed.GetValue(on) ?? parsed.GetValue(uplink), parsed.GetValue(pool) ?? [])
                : ConfigurationFile.Load(parsed.GetValue(config) ?? DefaultConfig);
            return result.Config is null ? Refuse(result, errors) : Daemon.Run(result, parsed.GetValue(verbose));
        });

        var check = new Command("check", "Check a configuration file: every error with its line and column.") { config };
        check.SetAction(parsed =>
        {
            var file = parsed.GetValue(config) ?? DefaultConfig;
            var result = ConfigurationFile.Load(file);
            if (result.Config is null)
            {
                return Refuse(result, errors);
            }

            output.WriteLine($"{file}: no errors");
            return ExitCode.Ok;
        });

        var status = new Command("status", "How the running gateway is.") { config, socket, json };
        status.SetAction(parsed => Ask(parsed, ReportContext.Default.StatusReport, report => Tables.Write(Tables.Open(output), report)));

        var devices = new Command("devices", "The devices it serves.") { config, socket, json };
        devices.SetAction(parsed => Ask(parsed, ReportContext.Default.DevicesReport, report => Tables.Write(Tables.Open(output), report)));

        var teardown = new Command("teardown", "Remove everything the gateway put on this machine; its memory of devices stays.") { config };
        teardown.SetAction(parsed => WithSettings(parsed.GetValue(config), errors, settings => Teardown.Run(settings, output, errors)));

        var to = new Option<string>("--to") { Description = "Send to this address instead of the configuration's.", HelpName = "ADDRESS" };
        var mailTest = new Command("test", "Send one message now and show what the mail server says.") { config, to };
        mailTest.SetAction(parsed => WithSettings(parsed.GetValue(config), errors, settings => Mailing.Test(settings.Mail, parsed.GetValue(to), output, errors)));
        var mail = new Command("mail", "Mail to the administrator.") { mailTest };

        return new RootCommand("Innkeeper makes any device work on this LAN, whatever IP settings it carries.")
        {
            run, check, status, devices, teardown, mail, verbose,
        };

        int Ask<T>(ParseResult parsed, JsonTypeInfo<T> type, Action<T> write)
        {
            int At(string path) => Inquiry.Run(path, parsed.CommandResult.Command.Name, type, parsed.GetValue(json), write, output, errors);

            return parsed.GetValue(socket) is { } path ? At(path) : WithSettings(parsed.GetValue(config), errors, settings => At(settings.ControlSocket));
        }
    }

    /// <summary>Without --config and without the default file the defaults hold: only socket and pins matter here.</summary>
    private static int WithSettings(string? file, TextWriter errors, Func<InnkeeperConfig, int> act)
    {
        if (file is null && !File.Exists(DefaultConfig))
        {
            return act(new InnkeeperConfig());
        }

        var result = ConfigurationFile.Load(file ?? DefaultConfig);
        return result.Config is null ? Refuse(result, errors) : act(result.Config);
    }

    private static ConfigurationResult FromOptions(string? access, string? uplink, string[] pools)
    {
        // The same keys and the same checks as in a file.
        const string Source = "command line";
        var text = string.Join('\n',
            $"access.interface = {Quote(access)}", $"uplink.interface = {Quote(uplink)}",
            $"pool.addresses = [{string.Join(", ", pools.Select(Quote))}]");
        var result = ConfigurationFile.Parse(text, Source);
        return result with
        {
            Errors = [.. result.Errors.Select(e => e with { Line = 0 })],
            Places = new ConfigurationPlaces(0),
        };
    }

    private static string Quote(string? text) =>
        $"\"{string.Concat((text ?? "").Select(c => c is '"' or '\\' || char.IsControl(c) ? '?' : c))}\"";

    private static int Refuse(ConfigurationResult result, TextWriter errors)
    {
        foreach (var error in result.Errors)
        {
            errors.WriteLine(error);
        }

        return ExitCode.Failure;
    }
}
