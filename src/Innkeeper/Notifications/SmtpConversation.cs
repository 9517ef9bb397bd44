using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Innkeeper.Wire;
using MailKit;
using MailKit.Net.Smtp;

namespace Innkeeper.Notifications;

/// <summary>
/// Prints the conversation with a mail server line by line: "&gt; " marks the gateway's lines, "&lt; " the server's. A password is never
/// shown, in no encoding; the message itself is shown as its size.
/// </summary>
/// <param name="tell">Takes each line, without its end.</param>
internal sealed class SmtpConversation(Action<string> tell) : IProtocolLogger
{
    private const string Hidden = "********";
    private readonly StringBuilder _client = new();
    private readonly StringBuilder _server = new();
    private bool _inMessage;
    private int _messageSize;

    /// <summary>MailKit's knowledge of which octets are a password.</summary>
    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    public void LogConnect(Uri uri) => tell($"connected to {uri.Host} port {uri.Port}");

    public void LogClient(byte[] buffer, int offset, int count)
    {
        var end = offset + count;
        foreach (var secret in (AuthenticationSecretDetector?.DetectSecrets(buffer, offset, count) ?? []).OrderBy(s => s.StartIndex))
        {
            _client.Append(Encoding.Latin1.GetString(buffer, offset, secret.StartIndex - offset)).Append(Hidden);
            offset = secret.StartIndex + secret.Length;
        }

        _client.Append(Encoding.Latin1.GetString(buffer, offset, end - offset));
        foreach (var line in TakeLines(_client))
        {
            TellOurs(line);
        }
    }

    public void LogServer(byte[] buffer, int offset, int count)
    {
        _server.Append(Encoding.UTF8.GetString(buffer, offset, count));
        foreach (var line in TakeLines(_server))
        {
            tell($"< {SafeText.Cut(line, SafeText.MaxSentence)}");
            _inMessage = line.StartsWith("354", StringComparison.Ordinal);
        }
    }

    /// <summary>The server's certificate, and whether it is trusted.</summary>
    public void Certificate(X509Certificate? certificate, SslPolicyErrors errors, bool isTrusted) => tell(
        certificate is null ? "the server has no certificate"
        : $"certificate: {SafeText.Cut(certificate.Subject, SafeText.MaxSentence)}, issued by {SafeText.Cut(certificate.Issuer, SafeText.MaxSentence)}, valid until {ExpiryOf(certificate)}: "
            + (isTrusted ? "trusted" : $"not trusted ({errors})"));

    /// <summary>The connection is established; reports its protection.</summary>
    public void Secured(SmtpClient client)
    {
        if (client.IsSecure)
        {
            var version = client.SslProtocol switch { SslProtocols.Tls12 => "TLS 1.2", SslProtocols.Tls13 => "TLS 1.3", var other => $"{other}" };
            tell($"tls: {version}, {client.SslCipherSuite}");
        }
    }

    /// <summary>The last day of a certificate.</summary>
    public static string ExpiryOf(X509Certificate certificate) =>
        certificate is X509Certificate2 { NotAfter: var end } ? $"{end.ToUniversalTime():yyyy-MM-dd}" : certificate.GetExpirationDateString();

    public void Dispose()
    {
    }

    private void TellOurs(string line)
    {
        if (!_inMessage)
        {
            tell($"> {SafeText.Cut(line, SafeText.MaxSentence)}");
        }
        else if (line == ".")
        {
            tell($"> (the message, {_messageSize} octets)");
            (_inMessage, _messageSize) = (false, 0);
        }
        else
        {
            _messageSize += line.Length + 2;
        }
    }

    private static List<string> TakeLines(StringBuilder text)
    {
        List<string> lines = [.. text.ToString().Split('\n')];
        text.Clear().Append(lines[^1]);
        lines.RemoveAt(lines.Count - 1);
        return [.. lines.Select(l => l.TrimEnd('\r'))];
    }
}
