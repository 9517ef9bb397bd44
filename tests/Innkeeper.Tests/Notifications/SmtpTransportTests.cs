using Innkeeper.Configuration;
using Innkeeper.Notifications;
using Innkeeper.Tests.Storage;

namespace Innkeeper.Tests.Notifications;

/// <summary>One attempt at each sort of mail server.</summary>
public sealed class SmtpTransportTests
{
    private static readonly Notification s_notification = NotificationSamples.Arrival(NotificationSamples.Device());

    private static MailConfig Config(ScriptedSmtpServer server) =>
        new() { Host = "127.0.0.1", GivenPort = server.Port, Tls = MailTls.None, From = NotificationSamples.From, To = [NotificationSamples.Administrator] };

    private static Delivery Send(MailConfig config, params string[] settled)
    {
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return new SmtpTransport(config).SendAsync(s_notification, [.. settled], time.Token).GetAwaiter().GetResult();
    }

    [Fact]
    public void Server_ThatTakesIt_HasTheMessage()
    {
        using var server = new ScriptedSmtpServer();

        var delivery = Send(Config(server));

        Assert.Equal((DeliveryResult.Taken, "queued as 1"), (delivery.Result, delivery.Answer));
        Assert.Contains("MAIL FROM:<innkeeper@example.net>", string.Join('\n', server.Commands), StringComparison.Ordinal);
        Assert.Single(server.Commands, c => c.StartsWith("RCPT", StringComparison.Ordinal));
        Assert.Contains("Subject: Innkeeper on gate", Assert.Single(server.Messages), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GREETING", "421 busy", "Unreachable")]
    [InlineData("GREETING", "554 go away", "Unreachable")]
    [InlineData("GREETING", "", "Unreachable")]
    [InlineData("GREETING", "SSH-2.0-OpenSSH", "Unreachable")]
    [InlineData("EHLO", "", "Unreachable")]
    [InlineData("MAIL", "450 later", "Later")]
    [InlineData("MAIL", "421 I go", "Unreachable")]
    [InlineData("MAIL", "550 no", "Refused")]
    [InlineData("MAIL", "", "Unreachable")]
    [InlineData("RCPT", "451 greylisted", "Later")]
    [InlineData("RCPT", "550 no such user", "Refused")]
    [InlineData("DATA", "451 no space", "Later")]
    [InlineData("DATA", "554 no", "Refused")]
    [InlineData("LINE", "", "Unreachable")]
    [InlineData("MESSAGE", "452 full", "Later")]
    [InlineData("MESSAGE", "554 spam", "Refused")]
    [InlineData("MESSAGE", "", "Unreachable")]
    [InlineData("MESSAGE", "nonsense", "Unreachable")]
    [InlineData("QUIT", "", "Taken")]
    [InlineData("QUIT", "500 what", "Taken")]
    public void Server_ThatRefusesOrEndsAtAnyStep_IsJudged(string step, string reply, string expected)
    {
        using var server = new ScriptedSmtpServer((word, _) => word == step ? reply : null);

        var delivery = Send(Config(server));

        Assert.Equal(expected, $"{delivery.Result}");
        Assert.NotEqual("", delivery.Answer);
        if (reply.Length > 4 && step is not "GREETING" and not "QUIT" && char.IsAsciiDigit(reply[0]))
        {
            Assert.Contains(reply, delivery.Answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Recipients_OfWhomSomeAreRefused_AreEachSettledForThemselves()
    {
        using var server = new ScriptedSmtpServer((word, line) => word != "RCPT" ? null
            : line.Contains("gone", StringComparison.Ordinal) ? "550 gone" : line.Contains("grey", StringComparison.Ordinal) ? "450 grey" : null);
        var config = Config(server) with { To = ["good@example.org", "gone@example.org", "grey@example.org"] };

        var delivery = Send(config);

        Assert.Equal(DeliveryResult.Later, delivery.Result);
        Assert.Equal(["good@example.org", "gone@example.org"], delivery.Settled);
        Assert.Equal("gone@example.org is not accepted: 550 gone", delivery.Refusals);
        Assert.Single(server.Messages);

        // The next attempt goes to the one that is left.
        server.Commands.Clear();
        Send(config, [.. delivery.Settled]);
        Assert.Equal("RCPT TO:<grey@example.org>", Assert.Single(server.Commands, c => c.StartsWith("RCPT", StringComparison.Ordinal)));
    }

    [Fact]
    public void Message_ThatFailsAfterSomeRecipientsWereRefused_IsNotTaken()
    {
        using var server = new ScriptedSmtpServer((word, line) => word == "DATA" ? "451 no space" : word == "RCPT" && line.Contains("gone", StringComparison.Ordinal) ? "550 gone" : null);

        var delivery = Send(Config(server) with { To = ["good@example.org", "gone@example.org"] });

        Assert.Equal((DeliveryResult.Later, "451 no space"), (delivery.Result, delivery.Answer));
        Assert.Equal("gone@example.org", Assert.Single(delivery.Settled));
    }

    [Fact]
    public void Recipients_WhoAllHaveIt_AreNotSentToAgain()
    {
        using var server = new ScriptedSmtpServer();

        Assert.Equal(DeliveryResult.Taken, Send(Config(server), NotificationSamples.Administrator).Result);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public void StartTls_WithItsAuthority_IsTakenEncrypted_AndSignedIn()
    {
        using var directory = new TemporaryDirectory();
        using var server = new ScriptedSmtpServer(certificate: ScriptedSmtpServer.NewCertificate(out var authority));
        var ca = Path.Combine(directory.Path, "ca.pem");
        File.WriteAllText(ca, authority);
        var password = Path.Combine(directory.Path, "password");
        File.WriteAllText(password, "s3cret\n");

        var delivery = Send(Config(server) with { Tls = MailTls.StartTls, CaFile = ca, User = "me", Password = new SecretSource(password) });

        Assert.Equal((DeliveryResult.Taken, "queued as 1"), (delivery.Result, delivery.Answer));
        Assert.Contains("STARTTLS", server.Commands);
        Assert.Contains($"AUTH PLAIN {Convert.ToBase64String("\0me\0s3cret"u8)}", server.Commands);
    }

    [Fact]
    public void ImplicitTls_WithItsAuthority_IsTaken()
    {
        using var directory = new TemporaryDirectory();
        using var server = new ScriptedSmtpServer(certificate: ScriptedSmtpServer.NewCertificate(out var authority), isImplicit: true);
        var ca = Path.Combine(directory.Path, "ca.pem");
        File.WriteAllText(ca, authority);

        Assert.Equal(DeliveryResult.Taken, Send(Config(server) with { Tls = MailTls.Implicit, CaFile = ca }).Result);
    }

    [Fact]
    public void StartTls_WithAForeignCertificate_SendsNothing()
    {
        using var directory = new TemporaryDirectory();
        using var server = new ScriptedSmtpServer(certificate: ScriptedSmtpServer.NewCertificate(out _));
        using var other = ScriptedSmtpServer.NewCertificate(out var authority);
        var ca = Path.Combine(directory.Path, "ca.pem");
        File.WriteAllText(ca, authority);

        foreach (var file in new[] { null, ca })
        {
            var delivery = Send(Config(server) with { Tls = MailTls.StartTls, CaFile = file });

            Assert.Equal(DeliveryResult.Unreachable, delivery.Result);
            Assert.Contains("TLS", delivery.Answer, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(server.Commands, c => c.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public void StartTls_WithAnotherName_SendsNothing()
    {
        using var directory = new TemporaryDirectory();
        using var server = new ScriptedSmtpServer(certificate: ScriptedSmtpServer.NewCertificate(out var authority, "192.0.2.1"));
        var ca = Path.Combine(directory.Path, "ca.pem");
        File.WriteAllText(ca, authority);

        var delivery = Send(Config(server) with { Tls = MailTls.StartTls, CaFile = ca });

        Assert.Equal(DeliveryResult.Unreachable, delivery.Result);
        Assert.Contains("TLS", delivery.Answer, StringComparison.Ordinal);
        Assert.Equal(1, server.Connections);
        Assert.DoesNotContain(server.Commands, c => c.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public void StartTls_NotOffered_SendsNothing()
    {
        using var server = new ScriptedSmtpServer();

        var delivery = Send(Config(server) with { Tls = MailTls.StartTls });

        Assert.Equal((DeliveryResult.Unreachable, "the server does not offer STARTTLS"), (delivery.Result, delivery.Answer));
        Assert.DoesNotContain(server.Commands, c => c.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public void StartTls_FollowedByNonsense_IsNoConnection()
    {
        using var certificate = ScriptedSmtpServer.NewCertificate(out _);
        using var server = new ScriptedSmtpServer((word, _) => word == "STARTTLS" ? "220 go on\r\n220 and now something else than TLS" : null, certificate);

        Assert.Equal(DeliveryResult.Unreachable, Send(Config(server) with { Tls = MailTls.StartTls }).Result);
    }

    [Fact]
    public void Password_ThatIsWrong_IsSaid_AndTheMessageIsNotLost()
    {
        Environment.SetEnvironmentVariable("INNKEEPER_TEST_PASSWORD", "wrong");
        using var server = new ScriptedSmtpServer((word, _) => word == "AUTH" ? "535 who are you" : null);

        var delivery = Send(Config(server) with { User = "me", Password = new SecretSource(null, "INNKEEPER_TEST_PASSWORD") });

        Assert.Equal(DeliveryResult.Unreachable, delivery.Result);
        Assert.Contains("does not accept user and password", delivery.Answer, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", delivery.Answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nonexistent/password", null, "cannot be read")]
    [InlineData(null, "INNKEEPER_TEST_NO_SUCH", "is not set")]
    [InlineData("/dev/null", null, "holds no secret")]
    [InlineData("/dev/zero", null, "holds no secret")]
    public void Password_ThatIsNotThere_IsSaid(string? file, string? variable, string expected)
    {
        using var server = new ScriptedSmtpServer();

        var delivery = Send(Config(server) with { User = "me", Password = new SecretSource(file, variable) });

        Assert.Equal(DeliveryResult.Unreachable, delivery.Result);
        Assert.Contains(expected, delivery.Answer, StringComparison.Ordinal);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public void Server_ThatIsNotThere_IsUnreachable()
    {
        MailConfig config;
        using (var server = new ScriptedSmtpServer())
        {
            config = Config(server);
        }

        var delivery = Send(config);

        Assert.Equal(DeliveryResult.Unreachable, delivery.Result);
        Assert.Contains("refused", delivery.Answer, StringComparison.OrdinalIgnoreCase);
    }
}
