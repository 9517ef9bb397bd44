using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json;
using Innkeeper.Backups;
using Innkeeper.Configuration;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>Shared by all commands: the output, and the options that select a gateway.</summary>
internal sealed class CommandContext(TextWriter output, TextWriter errors)
{
    public const string DefaultConfig = "/etc/innkeeper/innkeeper.toml";

    public TextWriter Output => output;

    public TextWriter Errors => errors;

    public Option<string> Config { get; } = new("--config") { Description = $"The configuration file (default {DefaultConfig}).", HelpName = "FILE", Recursive = true };

    public Option<bool> Verbose { get; } = new("--verbose") { Description = "Show more: details of errors, and each step of the gateway.", Recursive = true };

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON instead of text: one object on each line.", Recursive = true };

    public Option<bool> Wide { get; } = new("--wide") { Description = "Show every column, however wide the terminal is." };

    public Option<string> Socket { get; } = new("--socket") { Description = "The control socket of the running gateway. Default: the one in the configuration.", HelpName = "PATH", Recursive = true };

    /// <summary>A gateway on another machine.</summary>
    public RemoteOptions Remote { get; } = new();

    /// <summary>
    /// Calls <paramref name="act"/> with the gateway that the options select. An error in the file does not keep its running gateway from
    /// answering: it still tells the socket, or the default is used.
    /// </summary>
    public int WithGateway(ParseResult parsed, Func<GatewaySession, int> act)
    {
        if (RemoteOf(parsed, out var error) is { } server)
        {
            return act(SessionAt(server, parsed));
        }

        return error is null ? act(SessionAt(parsed.GetValue(Socket) ?? SocketOf(parsed), parsed)) : RefuseUsage(parsed, error);
    }

    /// <summary>A command line that is wrong for a reason that its parser does not see; with --json on stdout too.</summary>
    public int RefuseUsage(ParseResult parsed, string text)
    {
        if (parsed.GetResult(Json) is { Implicit: false })
        {
            output.WriteLine(parsed.CommandResult.Command is OrderCommand ? new CommandOutcome(false, text, ExitCode.Usage).ToLine() : new FailureLine("usage", text, ExitCode.Usage).ToLine());
        }

        return Fail(text, ExitCode.Usage);
    }

    public GatewaySession SessionAt(string socket, ParseResult parsed) => SessionAt(new SocketConnection(socket), parsed);

    /// <summary>The gateway of --server, or of the environment; a socket on the command line is nearer than the environment.</summary>
    public ServerConnection? RemoteOf(ParseResult parsed, out string? error)
    {
        error = null;
        return parsed.GetResult(Socket) is { Implicit: false } ? null : Remote.ConnectionOf(parsed, out error);
    }

    public GatewaySession SessionAt(GatewayConnection connection, ParseResult parsed) =>
        new(connection, parsed.GetValue(Json), parsed.CommandResult.Command is OrderCommand, output, errors);

    /// <summary>Without --config and without the default file the defaults hold: only socket and pins matter here.</summary>
    public int WithSettings(ParseResult parsed, Func<InnkeeperConfig, int> act)
    {
        if (LoadFile(parsed) is not { } result)
        {
            return act(new InnkeeperConfig());
        }

        return result.Config is null ? Refuse(result) : act(result.Config);
    }

    /// <summary>MACs and given names for a shell that completes a command line; none where no gateway answers. Names of devices' own are never offered.</summary>
    public IEnumerable<CompletionItem> CompleteDevices(CompletionContext completion)
    {
        var parsed = completion.ParseResult;
        var client = RemoteOf(parsed, out _) is { } server ? new GatewayClient(server) : new GatewayClient(parsed.GetValue(Socket) ?? SocketOf(parsed));
        var devices = client.ListDevices().Result.Value?.Devices ?? [];
        return devices.SelectMany(d => new[] { d.Mac, d.GivenName }).OfType<string>().Where(n => !n.Any(char.IsWhiteSpace) && SafeText.IsOneLine(n)).Select(n => new CompletionItem(n));
    }

    /// <summary>The socket that the file names, as far as it can be read. Warns of errors in the file.</summary>
    public string SocketOf(ParseResult parsed)
    {
        var result = LoadFile(parsed);
        if (result is { Errors: [var first, ..] })
        {
            var others = result.Errors.Length switch { 1 => "", 2 => ", and one more error", var all => $", and {all - 1} more errors" };
            errors.WriteLine($"innkeeper: warning: {first}{others}; asking the gateway at {result.ControlSocket}");
        }

        return result?.ControlSocket ?? new InnkeeperConfig().Control.Socket;
    }

    /// <returns>Null without --config and without the default file.</returns>
    public ConfigurationResult? LoadFile(ParseResult parsed) =>
        parsed.GetValue(Config) is { } file ? ConfigurationFile.Load(file) : File.Exists(DefaultConfig) ? ConfigurationFile.Load(DefaultConfig) : null;

    /// <summary>Prints every error; with --json as one line too, as the gateway refuses a file.</summary>
    public int Refuse(ConfigurationResult result, ParseResult? parsed = null)
    {
        if (parsed?.GetValue(Json) == true)
        {
            output.WriteLine(JsonSerializer.Serialize(new Rejected([.. result.Errors.Select(e => e.ToString())]), ContractsContext.Default.Failure));
        }

        foreach (var error in result.Errors)
        {
            errors.WriteLine(error);
        }

        return ExitCode.Failure;
    }

    public int Fail(string text, int code = ExitCode.Failure)
    {
        errors.WriteLine($"innkeeper: {text}");
        return code;
    }

    /// <summary>Runs a command that reports its end with <see cref="Conclude"/>; a backup that cannot be made or used, or a disk, is no fault of this program.</summary>
    public int Attempt(ParseResult parsed, Func<int> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is BackupException or IOException or UnauthorizedAccessException)
        {
            return Conclude(parsed, new CommandOutcome(false, SafeText.OneLine(e.Message), ExitCode.Failure));
        }
    }

    /// <summary>Prints the outcome of a command: success goes to stdout, a failure to stderr, and with --json both as a line to stdout.</summary>
    public int Conclude(ParseResult parsed, CommandOutcome outcome)
    {
        if (parsed.GetValue(Json))
        {
            output.WriteLine(outcome.ToLine());
        }
        else if (outcome.Done)
        {
            output.WriteLine(SafeText.OneLine(outcome.Text));
        }

        return outcome.Done ? ExitCode.Ok : Fail(outcome.Text, outcome.ExitCode);
    }
}
