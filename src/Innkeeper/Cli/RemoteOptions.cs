using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>The options that select a gateway on another machine, by its web listener. Environment variables stand for those that are not given.</summary>
internal sealed class RemoteOptions
{
    public const string ServerVariable = "INNKEEPER_SERVER";
    public const string TokenVariable = "INNKEEPER_TOKEN_FILE";

    private const int MaxToken = 1024;
    private const int MaxCertificate = 64 * 1024;
    private const int FingerprintDigits = 64;

    /// <summary>Commands that work on this machine's own files, interfaces or programs.</summary>
    private static readonly HashSet<string> s_local =
    [
        "setup", "run", "check", "doctor", "teardown", "prepare", "backup", "restore", "mail", "takeover-check", "manual", "completion", "config sample", "config schema",
    ];

    public Option<string> Server { get; } = new("--server") { Description = $"Ask the gateway at this URL, such as https://gateway.example.net:7080 (or {ServerVariable}).", HelpName = "URL", Recursive = true };

    public Option<string> TokenFile { get; } = new("--token-file") { Description = $"With --server: the file with the token (or {TokenVariable}).", HelpName = "FILE", Recursive = true };

    public Option<string> Certificate { get; } = new("--server-certificate")
    {
        Description = "With --server: trust this certificate only, a PEM file or a SHA-256 fingerprint. Default: those that this system trusts.",
        HelpName = "FILE|FINGERPRINT",
        Recursive = true,
    };

    /// <summary>The fault of the options for this command; null: none.</summary>
    /// <param name="socket">The option that names a control socket.</param>
    public string? ErrorOf(ParseResult parsed, Option<string> socket)
    {
        if (!IsGiven(parsed, Server))
        {
            return IsGiven(parsed, TokenFile) && ServerOf(parsed) is null ? "--token-file is of use with --server only" : null;
        }

        var path = PathOf(parsed.CommandResult);
        return s_local.Any(local => path == local || path.StartsWith(local + " ", StringComparison.Ordinal))
            ? $"`innkeeper {path}` works on the gateway's own machine only; run it there without --server"
            : IsGiven(parsed, socket) ? "give --server or --socket, not both"
            : null;
    }

    /// <summary>The gateway that the options name; null: none, so that it is this machine's.</summary>
    /// <param name="error">Why there is no way to it.</param>
    public ServerConnection? ConnectionOf(ParseResult parsed, out string? error)
    {
        error = null;
        if (ServerOf(parsed) is not { Length: > 0 } text)
        {
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var server) || server.Scheme is not ("https" or "http") || server.PathAndQuery != "/" || server.UserInfo != "" || server.Fragment != "")
        {
            error = $"{SafeText.Shorten(text)} is not a server; give a URL without a path, such as https://gateway.example.net:7080";
            return null;
        }

        if ((parsed.GetValue(TokenFile) ?? Environment.GetEnvironmentVariable(TokenVariable)) is not { Length: > 0 } file)
        {
            error = "a token is missing; `innkeeper token create` on the gateway makes one: give the file that has it with --token-file";
            return null;
        }

        // No gateway is asked without encryption across a network that others may listen to.
        if (server.Scheme == "http" && !server.IsLoopback)
        {
            error = $"the token would go to {SafeText.OneLine(server.Authority)} unencrypted; use https (docs/cli.md says how with the gateway's own certificate)";
            return null;
        }

        try
        {
            var token = Read(file, MaxToken).Trim();
            if (token.Length == 0 || !token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or '+' or '/' or '='))
            {
                error = $"{SafeText.Shorten(file)} has no token in it";
                return null;
            }

            return new ServerConnection(server, token, parsed.GetValue(Certificate) is { } pin ? FingerprintOf(pin) : null);
        }
        catch (IOException e)
        {
            error = SafeText.OneLine(e.Message);
            return null;
        }
    }

    private static string Read(string file, int most)
    {
        try
        {
            return BoundedFile.ReadText(file, most);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot read {SafeText.Shorten(file)}: {e.Message}", e);
        }
    }

    private static string FingerprintOf(string given)
    {
        var digits = given.Replace(":", "", StringComparison.Ordinal);
        if (digits.Length == FingerprintDigits && digits.All(char.IsAsciiHexDigit))
        {
            return digits;
        }

        try
        {
            using var certificate = X509Certificate2.CreateFromPem(Read(given, MaxCertificate));
            return certificate.GetCertHashString(HashAlgorithmName.SHA256);
        }
        catch (CryptographicException)
        {
            throw new IOException($"{SafeText.Shorten(given)} is neither a certificate (PEM) nor a SHA-256 fingerprint");
        }
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>The command with its parent commands, without the program's name.</summary>
    private static string PathOf(System.CommandLine.Parsing.CommandResult command) =>
        command.Parent is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } parent ? $"{PathOf(parent)} {command.Command.Name}" : command.Command.Name;

    /// <summary>A socket that is given on the command line is nearer than a server in the environment.</summary>
    private string? ServerOf(ParseResult parsed) => parsed.GetValue(Server) ?? Environment.GetEnvironmentVariable(ServerVariable);
}
