using System.CommandLine;
using Innkeeper.Configuration;

namespace Innkeeper.Cli;

/// <summary>What commands share: where they write, and the options that say which gateway is meant.</summary>
internal sealed class CommandContext(TextWriter output, TextWriter errors)
{
    public const string DefaultConfig = "/etc/innkeeper/innkeeper.toml";

    public TextWriter Output => output;

    public TextWriter Errors => errors;

    public Option<string> Config { get; } = new("--config") { Description = $"The configuration file (default {DefaultConfig}).", HelpName = "FILE", Recursive = true };

    public Option<bool> Verbose { get; } = new("--verbose") { Description = "Say more: details of errors, and what the gateway does.", Recursive = true };

    public Option<bool> Json { get; } = new("--json") { Description = "JSON in one line instead of text for people.", Recursive = true };

    public Option<string> Socket { get; } = new("--socket") { Description = "The running gateway's control socket, instead of the configuration's.", HelpName = "PATH", Recursive = true };

    /// <summary>Lets <paramref name="act"/> ask the gateway that is meant.</summary>
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

    /// <summary>Says every error.</summary>
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
