using System.Text.Json;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Notifications;

/// <summary>A pool of two addresses, which two devices use up.</summary>
public sealed class SmallPoolFixture() : GatewayFixture(MailTests.Settings);

/// <summary>Mail through real servers: postfix with STARTTLS on the legal LAN, and aiosmtpd.</summary>
public sealed class MailTests(SmallPoolFixture fixture) : GatewayTests(fixture), IClassFixture<SmallPoolFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string? s_missing = Requirements.Missing("postfix", "openssl");

    internal static GatewaySettings Settings { get; } = GatewaySettings.Default with { Pool = $"{Testbed.PoolFirst}-137.118.199.51" };

    private static GatewaySettings SettingsWith(MailServer server) => Settings with
    {
        Extra = $"""
            [mail]
            server = "{Testbed.OfficeAddress}:{MailServer.Port}"
            ca_file = "{server.Certificate}"
            from = "innkeeper@example.net"
            to = ["admin@example.org"]
            """,
    };

    private JsonElement MailStatus() => JsonDocument.Parse(Testbed.Cli("status", "--json").AssertOk().Stdout).RootElement.GetProperty("mail");

    [Fact]
    public void Event_WhileTheServerIsAway_AndAfterKill9_IsDeliveredEncrypted()
    {
        Assert.SkipWhen(s_missing is not null, s_missing ?? "");
        using var server = new MailServer(Testbed, Testbed.Office, Testbed.OfficeAddress);
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.StartGateway(SettingsWith(server));
        foreach (var number in Enumerable.Range(1, 2))
        {
            Fetch(Testbed.AddDevice($"pooled{number}", $"47.31.128.{number}/24", "47.31.128.254")).AssertOk();
        }

        Wait.For("a message waits", () => MailStatus() is var mail && mail.GetProperty("waiting").GetInt32() == 1 && mail.GetProperty("last_answer").ValueKind == JsonValueKind.String,
            Patience, () => Testbed.Cli("status", "--json").ToString());
        Assert.Contains("refused", MailStatus().GetProperty("last_answer").GetString(), StringComparison.OrdinalIgnoreCase);
        Testbed.KillGateway(Native.SIGKILL);
        server.Start();
        Testbed.StartGateway(SettingsWith(server));

        Wait.For("the mail is delivered", () => server.Messages.Any(m => m.Contains("outside addresses run low", StringComparison.Ordinal)), Patience, () => Testbed.Cli("status", "--json").ToString());
        Assert.All(server.Messages, message =>
        {
            Assert.Contains("using TLSv1.3", message);
            Assert.Contains("Auto-Submitted: auto-generated", message);
            Assert.Contains("2 of the pool's 2 outside addresses", message);
            Assert.Contains("multipart/alternative", message);
        });
        Wait.For("nothing waits", () => MailStatus().GetProperty("waiting").GetInt32() == 0, Patience, () => Testbed.Cli("status", "--json").ToString());
        Assert.True(MailStatus().GetProperty("last_taken").GetBoolean());
        Assert.Contains("mail: 0 messages wait", Testbed.Cli("status").AssertOk().Stdout);
    }

    [Fact]
    public void MailTest_ThroughPostfix_ShowsTheConversation_AndOtherDomainsAreRefused()
    {
        Assert.SkipWhen(s_missing is not null, s_missing ?? "");
        using var server = new MailServer(Testbed, Testbed.Office, Testbed.OfficeAddress);
        server.Start();
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.StartGateway(SettingsWith(server));

        var taken = Testbed.Cli("mail", "test").AssertOk();
        var refused = Testbed.Cli("mail", "test", "--to", "somebody@elsewhere.example");

        Assert.All(["ESMTP Postfix", "> STARTTLS", "certificate: CN=mail.example", "tls: TLS 1.3", "> RCPT TO:<admin@example.org>", "queued as"], step => Assert.Contains(step, taken.Stdout));
        Wait.For("the mail is delivered", () => server.Messages.Any(m => m.Contains(": a test", StringComparison.Ordinal)), Patience, () => taken.ToString());
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("somebody@elsewhere.example is not accepted: 554", refused.Stderr);
    }

    [Fact]
    public void MailTest_ThroughAiosmtpd_IsTaken()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/python3/dist-packages/aiosmtpd"), "missing on this machine: python3-aiosmtpd (scripts/prepare.sh installs it)");
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.StartGateway(Settings with { Extra = $"[mail]\nserver = \"{Testbed.OfficeAddress}:2525\"\ntls = \"none\"\nfrom = \"innkeeper@example.net\"\nto = [\"admin@example.org\"]" });
        var server = Testbed.StartListener(Testbed.Office, 2525, "/usr/bin/python3", "-u", "-m", "aiosmtpd", "-n", "-l", $"{Testbed.OfficeAddress}:2525", "-c", "aiosmtpd.handlers.Debugging", "stdout");

        Testbed.Cli("mail", "test").AssertOk();

        Wait.For("aiosmtpd has it", () => server.Stdout.Contains(": a test", StringComparison.Ordinal), Patience, server.ToString);
        server.Signal(Native.SIGTERM);
    }
}
