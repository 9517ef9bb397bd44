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

/// <summary>Sends notices as mail: one connection for each, as few are ever sent.</summary>
/// <param name="conversation">Hears what is said; null: nobody does.</param>
internal sealed class SmtpTransport(MailConfig config, SmtpConversation? conversation = null) : INotificationTransport
{
    /// <summary>RFC 5321 section 4.2.1: 5yz is for good, 4yz for now; section 3.8: with 421 the server is going.</summary>
    private const int Permanent = 500;

    private const int Going = 421;

    /// <inheritdoc/>
    public async Task<Delivery> SendAsync(Notification notice, ImmutableArray<string> settled, CancellationToken stop)
    {
        var recipients = config.To.Where(a => !settled.Contains(a, StringComparer.OrdinalIgnoreCase)).ToList();
        if (recipients.Count == 0)
        {
            return new Delivery(DeliveryResult.Taken, "none of those whom the configuration names now needs it any more");
        }

        using var client = new AdministratorClient(conversation is null ? new NullProtocolLogger() : conversation);
        try
        {
            await GreetAsync(client, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (IsExpected(e))
        {
            return new Delivery(DeliveryResult.Unreachable, Explain(e));
        }

        try
        {
            using var message = MailComposer.Compose(notice, config.From, config.To);
            var answer = await client.SendAsync(message, new MailboxAddress(null, config.From), recipients.Select(a => new MailboxAddress(null, a)), stop).ConfigureAwait(false);
            await LeaveAsync(client, stop).ConfigureAwait(false);
            return Judge(answer, recipients, client.NotAccepted);
        }
        catch (SmtpCommandException e)
        {
            // Those who are refused for good stay so, whatever became of the message for the others.
            var nobody = Judge("", recipients, client.NotAccepted);
            return client.NotAccepted.Count == recipients.Count ? nobody
                : new Delivery(ResultOf((int)e.StatusCode), Explain(e), [.. nobody.Settled.Intersect(client.NotAccepted.Keys)]) { Refusals = nobody.Refusals };
        }
        catch (Exception e) when (IsExpected(e))
        {
            return new Delivery(DeliveryResult.Unreachable, Explain(e));
        }
    }

    /// <summary>Some recipients may have been accepted and others not: each for itself (RFC 5321 section 3.3).</summary>
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

    private async Task GreetAsync(AdministratorClient client, CancellationToken stop)
    {
        var password = config.User is null ? "" : Secrets.Read(config.Password);
        client.LocalDomain = NotificationConfig.IsMailAddress($"a@{Environment.MachineName}") ? Environment.MachineName : null!;

        // What fetching a list of revoked certificates would add in safety it takes in mails that do not come.
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
        await client.ConnectAsync(config.Host, config.Port, protection, stop).ConfigureAwait(false);
        conversation?.Secured(client);

        // A message is small: DATA, which every server can, will do.
        client.Capabilities &= ~SmtpCapabilities.Chunking;
        if (config.User is { } user)
        {
            await client.AuthenticateAsync(Encoding.UTF8, user, password, stop).ConfigureAwait(false);
        }
    }

    /// <summary>The message is taken: whether the server hears our farewell changes nothing.</summary>
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

    /// <summary>What servers and networks do. A TLS library that is missing shows as the type initialization that failed.</summary>
    private static bool IsExpected(Exception e) => e is CommandException or ProtocolException or IOException or SocketException or AuthenticationException or SaslException
        or SslHandshakeException or SecretException or NotSupportedException or TimeoutException or ServiceNotConnectedException or ServiceNotAuthenticatedException
        or System.Security.Authentication.AuthenticationException or System.Security.Cryptography.CryptographicException or TypeInitializationException or DllNotFoundException;

    private string Explain(Exception e) => e switch
    {
        SmtpCommandException command => $"{(int)command.StatusCode} {command.Message}",
        SslHandshakeException => $"TLS with {config.Host} failed: {Handshake(e)}",
        AuthenticationException => $"the server does not take user and password: {e.Message}",
        NotSupportedException when config.Tls == MailTls.StartTls => "the server does not offer STARTTLS",
        SocketException or IOException => $"{config.Host}:{config.Port}: {e.Message}",
        TypeInitializationException or DllNotFoundException => "TLS needs OpenSSL 3 on this host (Debian: apt install libssl3)",
        _ => e.Message,
    };

    /// <summary>MailKit's own message is a page of advice to programmers; what went wrong is within.</summary>
    private static string Handshake(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e is SslHandshakeException { ServerCertificate: { } certificate }
            ? $"the certificate ({certificate.Subject}, issued by {certificate.Issuer}, valid until {SmtpConversation.ExpiryOf(certificate)}) is not trusted; give ca_file, or the name that it shows in server"
            : e.Message;
    }

    /// <summary>A client that goes on when a recipient is not accepted, so that the others get their mail.</summary>
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
