using System.Text;
using Innkeeper.Tests.Cli;
using Innkeeper.Tests.Storage;

namespace Innkeeper.Tests.Notifications;

/// <summary>`innkeeper mail test`, as it is typed.</summary>
public sealed class MailTestTests
{
    private static CommandLine Run(TemporaryDirectory directory, string mail, params string[] arguments)
    {
        var file = Path.Combine(directory.Path, "innkeeper.toml");
        File.WriteAllText(file, $"access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n{mail}");
        return CommandLine.Run(["mail", "test", "--config", file, .. arguments]);
    }

    private static string Mail(ScriptedSmtpServer server, string more = "tls = \"none\"") =>
        $"[mail]\nserver = \"127.0.0.1:{server.Port}\"\nfrom = \"innkeeper@example.net\"\nto = [\"admin@example.org\"]\n{more}\n";

    [Fact]
    public void Server_ThatTakesIt_ShowsEveryStep()
    {
        using var directory = new TemporaryDirectory();
        using var server = new ScriptedSmtpServer();

        var (code, output, errors) = Run(directory, Mail(server));

        Assert.Equal((0, ""), (code, errors));
        var position = -1;
        foreach (var step in (string[])["connected to", "< 220 scripted", "> EHLO", "< 250 8BITMIME", "> MAIL FROM:<innkeeper@example.net>", "> RCPT TO:<admin@example.org>", "> DATA", "< 354", "octets)", "< 250 queued as 1", "> QUIT", "taken: queued as 1"])
        {
            var next = output.IndexOf(step, position + 1, StringComparison.Ordinal);
            Assert.True(next > position, $"{step} is not in its place:\n{output}");
            position = next;
        }

        Assert.DoesNotContain("Content-Type", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    public void Password_WithTls_IsNeverShown_InNoEncoding(string mechanism)
    {
        const string Password = "correct horse battery";
        using var directory = new TemporaryDirectory();
        using var server = new ScriptedSmtpServer(
            (word, line) => word == "AUTH" && line == "AUTH LOGIN" ? "334 VXNlcm5hbWU6"
                : line == Convert.ToBase64String("me"u8) ? "334 UGFzc3dvcmQ6"
                : line == Convert.ToBase64String(Encoding.UTF8.GetBytes(Password)) ? "235 in" : null,
            ScriptedSmtpServer.NewCertificate(out var authority))
        { Mechanisms = mechanism };
        var (ca, secret) = (Path.Combine(directory.Path, "ca.pem"), Path.Combine(directory.Path, "password"));
        File.WriteAllText(ca, authority);
        File.WriteAllText(secret, Password + "\n");

        var (code, output, errors) = Run(directory, Mail(server, $"ca_file = \"{ca}\"\nuser = \"me\"\npassword_file = \"{secret}\""));

        Assert.True(code == 0, output + errors);
        Assert.Contains("> STARTTLS", output, StringComparison.Ordinal);
        Assert.Contains("certificate: CN=localhost, issued by CN=Innkeeper Test Authority", output, StringComparison.Ordinal);
        Assert.Contains("tls: TLS 1.", output, StringComparison.Ordinal);
        Assert.Contains($"> AUTH {mechanism}", output, StringComparison.Ordinal);
        Assert.Contains("< 235", output, StringComparison.Ordinal);
        foreach (var form in new[] { Password, Convert.ToBase64String(Encoding.UTF8.GetBytes(Password)), Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0me\0{Password}")) })
        {
            Assert.DoesNotContain(form, output + errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Server_ThatRefuses_IsQuoted_WithExitCodeOne()
    {
        using var directory = new TemporaryDirectory();
        using var server = new ScriptedSmtpServer((word, _) => word == "RCPT" ? "550 5.1.1 \u001b[31mno such user" : null);

        var (code, output, errors) = Run(directory, Mail(server));

        Assert.Equal(1, code);
        Assert.Contains("the message was not accepted: admin@example.org is not accepted: 550", errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output + errors);
    }

    [Fact]
    public void To_AnotherAddress_IsUsedInstead()
    {
        using var directory = new TemporaryDirectory();
        using var server = new ScriptedSmtpServer();

        Assert.Equal(0, Run(directory, Mail(server), "--to", "other@example.com").Code);
        Assert.Equal("RCPT TO:<other@example.com>", Assert.Single(server.Commands, c => c.StartsWith("RCPT", StringComparison.Ordinal)));
    }

    [Fact]
    public void To_NoAddress_IsWrongUsage()
    {
        using var directory = new TemporaryDirectory();
        using var server = new ScriptedSmtpServer();

        Assert.Equal(2, Run(directory, Mail(server), "--to", "a@b\r\nBcc: c@d").Code);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public void Configuration_WithoutMail_SaysSo()
    {
        using var directory = new TemporaryDirectory();

        var (code, _, errors) = Run(directory, "");

        Assert.Equal((1, "innkeeper: there is no mail server in the configuration; set [mail] server, from and to\n"), (code, errors));
    }
}
