using System.CommandLine;
using Innkeeper.Configuration;

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

    public Option<string> Socket { get; } = new("--socket") { Description = "The control socket of the running gateway. Default: the one in the configuration.", HelpName = "PATH", Recursive = true };

    /// <summary>Calls <paramref name="act"/> with the gateway that the options select.</summary>
    public int WithGateway(ParseResult parsed, Func<GatewaySession, int> act) => parsed.GetValue(Socket) is { } path
        ? act(SessionAt(path, parsed))
        : WithSettings(parsed, settings => act(SessionAt(settings.Control.Socket, parsed)));

    public GatewaySession SessionAt(string socket, ParseResult parsed) => new(socket, parsed.GetValue(Json), output, errors);

    /// <summary>Without --config and without the default file the defaults hold: only socket and pins matter here.</summary>
    public int WithSettings(ParseResult parsed, Func<InnkeeperConfig, int> act)
    {
        if (LoadFile(parsed) is not { } result)
        {
            return act(new InnkeeperConfig());
        }

        return result.Config is null ? Refuse(result) : act(result.Config);
    }

    /// <returns>Null without --config and without the default file.</returns>
    public ConfigurationResult? LoadFile(ParseResult parsed) =>
        parsed.GetValue(Config) is { } file ? ConfigurationFile.Load(file) : File.Exists(DefaultConfig) ? ConfigurationFile.Load(DefaultConfig) : null;

    /// <summary>Prints every error.</summary>
    public int Refuse(ConfigurationResult result)
    {
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
}
