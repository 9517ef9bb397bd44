using System.Net;
using System.Security.Cryptography;
using Innkeeper.Configuration;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Storage;
using Innkeeper.Tests.Web;
using Innkeeper.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Tests.Cli;

/// <summary>Commands with --server: the same as at the control socket, by a token.</summary>
public sealed class RemoteCommandsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly WebHarness _web = new();

    public RemoteCommandsTests() => _web.Sessions.Tokens["ik_admin"] = new Actor("laptop", ActorKind.Token, Permission.Admin, "127.0.0.1");

    private string Url => $"http://{_web.Address}";

    public void Dispose()
    {
        _web.Dispose();
        _directory.Dispose();
    }

    private string Token(string text = "ik_admin\n")
    {
        var file = Path.Combine(_directory.Path, $"token-{text.GetHashCode()}");
        File.WriteAllText(file, text);
        return file;
    }

    private CommandLine Run(params string[] arguments) => CommandLine.Run([.. arguments, "--server", Url, "--token-file", Token()]);

    [Fact]
    public void Commands_ReachTheGateway()
    {
        Assert.Equal(0, Run("devices", "--state", "admitted").Code);
        Assert.Equal("admitted", _web.Gateway.Filter!.State);

        var approved = Run("devices", "approve", "..", "--for", "8h", "--dry-run");
        Assert.Equal((0, ".. is approve\n"), (approved.Code, approved.Output));
        var command = Assert.Single(_web.Gateway.Commands);
        Assert.Equal(("laptop", "approve", "..", "8h", true), (command.Actor.Name, command.Verb, command.Device, command.For, command.Options.IsDryRun));
        Assert.StartsWith("{\"schema\":1", Run("status", "--json").Output);
    }

    /// <summary>An order for a gateway elsewhere must never reach the one on this machine.</summary>
    [Theory]
    [InlineData("apply", "apply")]
    [InlineData("rollback", "rollback")]
    [InlineData("confirm", "confirm")]
    [InlineData("reload", null)]
    public void Configuration_IsChangedOnThatGateway(string command, string? expected)
    {
        var file = Path.Combine(_directory.Path, "new.toml");
        File.WriteAllText(file, "# new");
        _web.Gateway.Settings = new SettingsReport(2, null);
        _web.Gateway.OnReload = () => new ReloadReport(["pool.idle"], Replaces: true, Number: 2);

        var line = Run(["config", command, .. command == "apply" ? [file] : Array.Empty<string>(), "--config", "/nonexistent/innkeeper.toml"]);

        Assert.Equal((0, ""), (line.Code, line.Errors));
        Assert.Equal(expected, _web.Gateway.Configuration.Orders.LastOrDefault()?.Verb);
    }

    [Fact]
    public void Configuration_IsShownAsThatGatewayHasIt() =>
        Assert.Equal((0, true), Run("config", "show", "--json", "--config", "/nonexistent/innkeeper.toml") is var line ? (line.Code, line.Output.Contains("\"in_force\":true", StringComparison.Ordinal)) : default);

    [Fact]
    public void Events_AreFollowed()
    {
        _web.Gateway.Happen("it began");

        var line = CommandLine.Run("events", "--last", "1", "--server", Url + "/", "--token-file", Token());

        Assert.Equal(0, line.Code);
        Assert.Contains("it began", line.Output);
    }

    [Fact]
    public void Token_ThatIsNotAccepted_IsCode1()
    {
        var line = CommandLine.Run("status", "--json", "--server", Url, "--token-file", Token("ik_old"));

        Assert.Equal((1, "innkeeper: the gateway does not accept the token: it has expired, was deleted, or is another gateway's\n"), (line.Code, line.Errors));
        Assert.StartsWith("{\"error\":\"unauthenticated\"", line.Output);
    }

    [Fact]
    public void Server_ThatIsNotThere_IsCode3()
    {
        var url = $"http://{WebHarness.FreeAddress()}";

        Assert.Equal(
            new CommandLine(3, "", $"innkeeper: no gateway answers at {url}; is it running, and does [web] listen have that address?\n"),
            CommandLine.Run("status", "--server", url, "--token-file", Token()));
    }

    [Theory]
    [InlineData("status --server gateway", "gateway is not a server; give a URL without a path")]
    [InlineData("status --server https://gateway/x", "https://gateway/x is not a server; give a URL without a path")]
    [InlineData("status --server http://192.0.2.7:7080 --token-file TOKEN", "the token would go to 192.0.2.7:7080 unencrypted; use https")]
    [InlineData("status --server https://192.0.2.7", "a token is missing; `innkeeper token create`")]
    [InlineData("status --server https://192.0.2.7 --token-file /nonexistent", "/nonexistent")]
    [InlineData("status --server https://192.0.2.7 --token-file EMPTY", "has no token in it")]
    [InlineData("status --server https://192.0.2.7 --token-file TOKEN --server-certificate TOKEN", "is neither a certificate (PEM) nor a SHA-256 fingerprint")]
    [InlineData("status --server https://192.0.2.7 --socket /run/x", "give --server or --socket, not both")]
    [InlineData("status --token-file TOKEN", "--token-file is of use with --server only")]
    [InlineData("run --server https://192.0.2.7", "`innkeeper run` works on the gateway's own machine only; run it there without --server")]
    [InlineData("restore x --server https://192.0.2.7", "`innkeeper restore` works on the gateway's own machine only")]
    [InlineData("config sample --server https://192.0.2.7", "`innkeeper config sample` works on the gateway's own machine only")]
    public void Options_ThatCannotBe_AreCode2(string command, string expected)
    {
        var line = CommandLine.Run(command.Replace("TOKEN", Token()).Replace("EMPTY", Token("\n")).Split(' '));

        Assert.Equal((2, ""), (line.Code, line.Output));
        Assert.Contains(expected, line.Errors);
    }

    [Fact]
    public void Certificate_ThatIsNotTrusted_IsNamed_AndTrustedWhenItIsGiven()
    {
        var certificate = GeneratedCertificate.Ensure(_directory.Path, [IPAddress.Loopback], null, TimeProvider.System, NullLogger.Instance)!;
        using var web = new WebHarness(WebTls.Always, certificate);
        string[] command = ["status", "--server", $"https://{web.Address}", "--token-file", Token("ik_program")];
        var fingerprint = certificate.Current().TargetCertificate.GetCertHashString(HashAlgorithmName.SHA256);

        var refused = CommandLine.Run([.. command, "--json"]);
        Assert.Equal(1, refused.Code);
        Assert.Equal($"innkeeper: this system does not trust the certificate of https://{web.Address}; if its SHA-256 fingerprint is the gateway's, give it with --server-certificate {fingerprint}\n", refused.Errors);
        Assert.StartsWith("{\"error\":\"untrusted\"", refused.Output);
        Assert.Contains("has another certificate", CommandLine.Run([.. command, "--server-certificate", new string('0', 64)]).Errors);

        Assert.Equal((0, ""), CommandLine.Run([.. command, "--server-certificate", fingerprint]) is var line ? (line.Code, line.Errors) : default);
        Assert.Equal(0, CommandLine.Run([.. command, "--server-certificate", Path.Combine(_directory.Path, "web.pem")]).Code);
    }

    /// <summary>Nothing goes where no encryption is.</summary>
    [Fact]
    public void Https_AtAnAddressWithoutIt_IsSaid()
    {
        var line = CommandLine.Run("status", "--server", $"https://{_web.Address}", "--token-file", Token());

        Assert.Equal((1, $"innkeeper: https://{_web.Address} does not speak HTTPS; is it http://?\n"), (line.Code, line.Errors));
    }
}
