using System.Collections.Immutable;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Innkeeper.Configuration;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Innkeeper.Notifications;

/// <summary>Sends notifications as mail: one connection for each, as few are ever sent.</summary>
/// <param name="conversation">Gets the conversation's lines; null: not needed.</param>
internal sealed class SmtpTransport(MailConfig config, SmtpConversation? conversation = null) : INotificationTransport
{
    /// <summary>RFC 5321 section 4.2.1: 5yz is permanent, 4yz temporary; section 3.8: with 421 the server closes.</summary>
    private const int Permanent = 500;

    private const int Going = 421;

    /// <inheritdoc/>
    public async Task<Delivery> SendAsync(Notification notification, ImmutableArray<string> settled, CancellationToken stop)
    {
        var recipients = config.To.Where(a => !settled.Contains(a, StringComparer.OrdinalIgnoreCase)).ToList();
        if (recipients.Count == 0)
        {
            return new Delivery(DeliveryResult.Taken, "no recipient of the present configuration needs it any more");
        }

        using var client = new AdministratorClient(conversation is null ? new NullProtocolLogger() : conversation);
        try
        {
            await GreetAsync(client, signsIn: true, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (IsExpected(e))
        {
            return new Delivery(DeliveryResult.Unreachable, Explain(e));
        }

        try
        {
            using var message = MailComposer.Compose(notification, config.From, config.To);
            var answer = await client.SendAsync(message, new MailboxAddress(null, config.From), recipients.Select(a => new MailboxAddress(null, a)), stop).ConfigureAwait(false);
            await LeaveAsync(client, stop).ConfigureAwait(false);
            return Judge(answer, recipients, client.NotAccepted);
        }
        catch (SmtpCommandException e)
        {
            // Recipients that were refused permanently stay refused, whatever the result for the others.
            var nobody = Judge("", recipients, client.NotAccepted);
            return client.NotAccepted.Count == recipients.Count ? nobody
                : new Delivery(ResultOf((int)e.StatusCode), Explain(e), [.. nobody.Settled.Intersect(client.NotAccepted.Keys)]) { Refusals = nobody.Refusals };
        }
        catch (Exception e) when (IsExpected(e))
        {
            return new Delivery(DeliveryResult.Unreachable, Explain(e));
        }
    }

    /// <summary>Greets the server, protects the connection and leaves: no message is sent, and no password.</summary>
    /// <returns>The fault; null: none.</returns>
    public async Task<string?> ReachAsync(CancellationToken stop)
    {
        using var client = new AdministratorClient(new NullProtocolLogger());
        try
        {
            await GreetAsync(client, signsIn: false, stop).ConfigureAwait(false);
            await LeaveAsync(client, stop).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (IsExpected(e))
        {
            return Explain(e);
        }
    }

    /// <summary>Some recipients may have been accepted and others not: each is answered by itself (RFC 5321 section 3.3).</summary>
    private static Delivery Judge(string answer, List<string> recipients, Dictionary<string, SmtpResponse> notAccepted)
    {
        var later = notAccepted.Where(r => (int)r.Value.StatusCode < Permanent).Select(r => r.Key).ToList();
        var settled = recipients.Except(later, StringComparer.OrdinalIgnoreCase).ToImmutableArray();
        var text = string.Join("; ", notAccepted.Select(Say).Prepend(answer).Where(t => t != ""));
        var result = later.Count > 0 ? DeliveryResult.Later : notAccepted.Count == recipients.Count ? DeliveryResult.Refused : DeliveryResult.Taken;
        return new Delivery(result, text, settled) { Refusals = string.Join("; ", notAccepted.Where(r => !later.Contains(r.Key)).Select(Say)) };

        static string Say(KeyValuePair<string, SmtpResponse> refusal) => $"{refusal.Key} is not accepted: {(int)refusal.Value.StatusCode} {refusal.Value.Response}";
    }

    private static DeliveryResult ResultOf(int code) => code switch
    {
        >= Permanent => DeliveryResult.Refused,
        Going => DeliveryResult.Unreachable,
        _ => DeliveryResult.Later,
    };

    private async Task GreetAsync(AdministratorClient client, bool signsIn, CancellationToken stop)
    {
        var password = config.User is null || !signsIn ? "" : Secrets.Read(config.Password);
        if (NotificationConfig.IsMailAddress($"a@{Environment.MachineName}"))
        {
            client.LocalDomain = Environment.MachineName;
        }

        // Fetching revocation lists would add little safety, and would lose mails when a list is unreachable.
        client.CheckCertificateRevocation = false;
        var authority = config.CaFile is { } file ? new CertificateAuthority(file) : null;
        client.ServerCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            var isTrusted = errors == SslPolicyErrors.None || authority?.Vouches(certificate, chain, errors) == true;
            conversation?.Certificate(certificate, errors, isTrusted);
            return isTrusted;
        };
        var protection = config.Tls switch
        {
            MailTls.None => SecureSocketOptions.None,
            MailTls.Implicit => SecureSocketOptions.SslOnConnect,
            _ => SecureSocketOptions.StartTls,
        };
        var connection = await BoundedStream.ConnectAsync(config.Host, config.Port, isText: config.Tls != MailTls.Implicit, stop).ConfigureAwait(false);
        try
        {
            await client.ConnectAsync(connection, config.Host, config.Port, protection, stop).ConfigureAwait(false);
        }
        catch
        {
            // Connected, the client closes it with itself.
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        conversation?.Secured(client);

        // A message is small: DATA, which every server can, will do.
        client.Capabilities &= ~SmtpCapabilities.Chunking;
        if (config.User is { } user && signsIn)
        {
            await client.AuthenticateAsync(Encoding.UTF8, user, password, stop).ConfigureAwait(false);
        }
    }

    /// <summary>The message is accepted: whether the server receives QUIT changes nothing.</summary>
    private static async Task LeaveAsync(AdministratorClient client, CancellationToken stop)
    {
        try
        {
            await client.DisconnectAsync(quit: true, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (IsExpected(e) || e is OperationCanceledException)
        {
        }
    }

    /// <summary>The failures of servers and networks. A missing TLS library shows as a failed type initialization.</summary>
    private static bool IsExpected(Exception e) => e is CommandException or ProtocolException or IOException or SocketException or AuthenticationException or SaslException
        or SslHandshakeException or SecretException or NotSupportedException or TimeoutException or ServiceNotConnectedException or ServiceNotAuthenticatedException
        or System.Security.Authentication.AuthenticationException or System.Security.Cryptography.CryptographicException or TypeInitializationException or DllNotFoundException;

    private string Explain(Exception e) => e switch
    {
        SmtpCommandException command => $"{(int)command.StatusCode} {command.Message}",
        SslHandshakeException => $"TLS with {config.Host} failed: {Handshake(e)}",
        AuthenticationException => $"the server does not accept user and password: {e.Message}",
        NotSupportedException when config.Tls == MailTls.StartTls => "the server does not offer STARTTLS",
        SocketException or IOException => $"{config.Host}:{config.Port}: {e.Message}",
        TypeInitializationException or DllNotFoundException => "TLS needs OpenSSL 3 on this host (Debian: apt install libssl3)",
        _ => e.Message,
    };

    /// <summary>MailKit's own message is a page of advice to programmers; the cause is the inner exception.</summary>
    private static string Handshake(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e is SslHandshakeException { ServerCertificate: { } certificate }
            ? $"the certificate ({certificate.Subject}, issued by {certificate.Issuer}, valid until {SmtpConversation.ExpiryOf(certificate)}) is not trusted; give ca_file, or in server the name that the certificate has"
            : e.Message;
    }

    /// <summary>A client that continues when a recipient is not accepted, so that the others get their mail.</summary>
    private sealed class AdministratorClient(IProtocolLogger conversation) : SmtpClient(conversation)
    {
        public Dictionary<string, SmtpResponse> NotAccepted { get; } = new(StringComparer.OrdinalIgnoreCase);

        protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => NotAccepted[mailbox.Address] = response;

        protected override void OnNoRecipientsAccepted(MimeMessage message)
        {
            var (address, response) = NotAccepted.First();
            throw new SmtpCommandException(SmtpErrorCode.RecipientNotAccepted, response.StatusCode, new MailboxAddress(null, address), response.Response);
        }
    }
}
