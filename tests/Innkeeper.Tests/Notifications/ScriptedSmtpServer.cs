using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Innkeeper.Tests.Notifications;

/// <summary>
/// A mail server on loopback that does what its script says to each command. A script answers a command (its first word in
/// capitals, "GREETING" before any, "MESSAGE" after the message) with a reply, with "" to hang up, or with null for what a good server says.
/// </summary>
internal sealed class ScriptedSmtpServer : IDisposable
{
    public const string Silence = "silence";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, string, string?> _script;
    private readonly X509Certificate2? _certificate;
    private readonly bool _isImplicit;

    /// <param name="script">Takes the command's word and its whole line.</param>
    /// <param name="certificate">For STARTTLS; null: not offered.</param>
    /// <param name="isImplicit">TLS from the first octet.</param>
    public ScriptedSmtpServer(Func<string, string, string?>? script = null, X509Certificate2? certificate = null, bool isImplicit = false)
    {
        (_script, _certificate, _isImplicit) = (script ?? ((_, _) => null), certificate, isImplicit);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>For AUTH.</summary>
    public string Mechanisms { get; init; } = "PLAIN LOGIN";

    public int Connections { get; private set; }

    /// <summary>Messages that were taken, as they came.</summary>
    public ConcurrentQueue<string> Messages { get; } = new();

    /// <summary>Commands as they came.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>A certificate for "localhost" and an address, and the authority that it is from, as PEM.</summary>
    public static X509Certificate2 NewCertificate(out string authority, string address = "127.0.0.1")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = new CertificateRequest("CN=Innkeeper Test Authority", key, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var issuer = root.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        authority = issuer.ExportCertificatePem();
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(issuer, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3]);
        using var together = issued.CopyWithPrivateKey(own);
        return X509CertificateLoader.LoadPkcs12(together.Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _certificate?.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Connections++;
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            Stream stream = client.GetStream();
            if (_isImplicit)
            {
                stream = await SecureAsync(stream);
            }

            if (!await ReplyAsync(stream, "GREETING", "", "220 scripted"))
            {
                return;
            }

            while (await ReadLineAsync(stream) is { } line)
            {
                Commands.Enqueue(line);
                var word = line.Split(' ', ':')[0].ToUpperInvariant();
                var offers = _certificate is not null && stream is not SslStream;
                var good = word switch
                {
                    "EHLO" => $"250-scripted\r\n{(offers ? "250-STARTTLS\r\n" : "")}250-AUTH {Mechanisms}\r\n250 8BITMIME",
                    "STARTTLS" => "220 go on",
                    "AUTH" => "235 you are in",
                    "DATA" => "354 go on",
                    "QUIT" => "221 bye",
                    _ => "250 ok",
                };
                if (!await ReplyAsync(stream, word, line, good))
                {
                    return;
                }

                if (word == "STARTTLS")
                {
                    stream = await SecureAsync(stream);
                }
                else if (word == "DATA" && _script("DATA", line) is null && !await TakeMessageAsync(stream))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or AuthenticationException or ObjectDisposedException)
        {
            // The client went, or the test is over.
        }
    }

    private async Task<bool> TakeMessageAsync(Stream stream)
    {
        var message = new StringBuilder();
        while (await ReadLineAsync(stream) is { } line)
        {
            if (line == ".")
            {
                if (_script("MESSAGE", message.ToString()) is null)
                {
                    Messages.Enqueue(message.ToString());
                }

                return await ReplyAsync(stream, "MESSAGE", message.ToString(), "250 queued as 1");
            }

            if (_script("LINE", line) is "")
            {
                return false;
            }

            message.Append(line).Append("\r\n");
        }

        return false;
    }

    private async Task<bool> ReplyAsync(Stream stream, string word, string line, string good)
    {
        var reply = _script(word, line) ?? good;
        if (reply == Silence)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }

        if (reply == "")
        {
            return false;
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"), _stop.Token);
        return word != "QUIT";
    }

    private async Task<Stream> SecureAsync(Stream stream)
    {
        var secured = new SslStream(stream);
        await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
        return secured;
    }

    private async Task<string?> ReadLineAsync(Stream stream)
    {
        List<byte> line = [];
        var octet = new byte[1];
        while (await stream.ReadAsync(octet, _stop.Token) == 1)
        {
            if (octet[0] == '\n')
            {
                return Encoding.ASCII.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(octet[0]);
        }

        return null;
    }
}
