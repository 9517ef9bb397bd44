using System.CommandLine;
using System.Text.Json;
using Innkeeper.Configuration;
using Innkeeper.Control;

namespace Innkeeper.Cli;

/// <summary>The commands: a table of names, options and what each does.</summary>
internal static class CommandTree
{
    public const string DefaultConfig = "/etc/innkeeper/innkeeper.toml";

    public static int Invoke(string[] arguments)
    {
        var config = new Option<string>("--config") { Description = $"The configuration file (default {DefaultConfig}).", HelpName = "FILE" };
        var verbose = new Option<bool>("--verbose") { Description = "Say more: details of errors, and what the gateway does.", Recursive = true };
        var json = new Option<bool>("--json") { Description = "One line of JSON instead of tables." };
        var socket = new Option<string>("--socket") { Description = "The running gateway's control socket, instead of the configuration's.", HelpName = "PATH" };
        var access = new Option<string>("--access") { Description = "The interface on which devices appear; instead of a file.", HelpName = "IF" };
        var uplink = new Option<string>("--uplink") { Description = "The interface that leads out; instead of a file.", HelpName = "IF" };
        var pool = new Option<string[]>("--pool") { Description = "Legal addresses, first to last; may be repeated.", HelpName = "A-B", AllowMultipleArgumentsPerToken = true };

        var run = new Command("run", "Run the gateway in the foreground; prints `ready` once it serves.") { config, access, uplink, pool };
        run.SetAction(parsed =>
        {
            var result = parsed.GetValue(access) is null && parsed.GetValue(uplink) is null
                ? ConfigurationFile.Load(parsed.GetValue(config) ?? DefaultConfig)
                : FromOptions(parsed.GetValue(access), parsed.GetValue(uplink), parsed.GetValue(pool) ?? []);
            return result.Config is null ? Refuse(result) : Daemon.Run(result, parsed.GetValue(verbose));
        });

        var check = new Command("check", "Check a configuration file: every error with its line and column.") { config };
        check.SetAction(parsed =>
        {
            var file = parsed.GetValue(config) ?? DefaultConfig;
            var result = ConfigurationFile.Load(file);
            if (result.Config is null)
            {
                return Refuse(result);
            }

            Console.Out.WriteLine($"{file}: no errors");
            return ExitCode.Ok;
        });

        var status = new Command("status", "How the running gateway is.") { config, socket, json };
        status.SetAction(parsed => Ask("status", parsed.GetValue(config), parsed.GetValue(socket), parsed.GetValue(json), text =>
            Tables.Write(JsonSerializer.Deserialize(text, ReportContext.Default.StatusReport)!)));

        var devices = new Command("devices", "The devices it serves.") { config, socket, json };
        devices.SetAction(parsed => Ask("devices", parsed.GetValue(config), parsed.GetValue(socket), parsed.GetValue(json), text =>
            Tables.Write(JsonSerializer.Deserialize(text, ReportContext.Default.DevicesReport)!)));

        var teardown = new Command("teardown", "Remove everything the gateway put on this machine; its memory of devices stays.") { config };
        teardown.SetAction(parsed =>
        {
            var settings = Settings(parsed.GetValue(config), out var failure);
            return settings is null ? Refuse(failure!) : Teardown.Run(settings);
        });

        var root = new RootCommand("Innkeeper makes any device work on this LAN, whatever IP settings it carries.")
        {
            run, check, status, devices, teardown,
        };
        root.Options.Add(verbose);
        var parse = root.Parse(arguments);
        var code = parse.Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
        return parse.Errors.Count > 0 ? ExitCode.Usage : code;
    }

    /// <summary>Without --config and without the default file the defaults hold: only socket and pins matter here.</summary>
    private static InnkeeperConfig? Settings(string? file, out ConfigurationResult? failure)
    {
        failure = null;
        if (file is null && !File.Exists(DefaultConfig))
        {
            return new InnkeeperConfig();
        }

        var result = ConfigurationFile.Load(file ?? DefaultConfig);
        failure = result.Config is null ? result : null;
        return result.Config;
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

    private static int Refuse(ConfigurationResult result)
    {
        foreach (var error in result.Errors)
        {
            Console.Error.WriteLine(error);
        }

        return ExitCode.Failure;
    }

    private static int Ask(string request, string? file, string? socket, bool json, Action<string> write)
    {
        if (socket is null)
        {
            var settings = Settings(file, out var failure);
            if (settings is null)
            {
                return Refuse(failure!);
            }

            socket = settings.ControlSocket;
        }

        if (ControlClient.Ask(socket, request) is not { } answer)
        {
            Console.Error.WriteLine($"innkeeper: no gateway answers at {socket}; is it running? (`innkeeper run`, or name its file with --config)");
            return ExitCode.Unreachable;
        }

        if (json)
        {
            Console.Out.WriteLine(answer);
        }
        else
        {
            write(answer);
        }

        return ExitCode.Ok;
    }
}
