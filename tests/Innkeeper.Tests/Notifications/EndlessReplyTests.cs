using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Innkeeper.Configuration;
using Innkeeper.Notifications;

namespace Innkeeper.Tests.Notifications;

/// <summary>Servers that answer without end, in the clear and within TLS: they fill nobody's memory.</summary>
public sealed class EndlessReplyTests
{
    /// <summary>What the kernel's buffers of both sides may hold beside what was read.</summary>
    private const long MostSent = 32 << 20;

    private static readonly byte[] s_lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("220-x\r\n", 10_000)));
    private static readonly byte[] s_line = Encoding.ASCII.GetBytes("220 " + new string('x', 100_000));

    /// <summary>Answers as a server does until a certain command comes, and from there on without end.</summary>
    private sealed class Server : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly byte[] _endless;
        private readonly string _from;
        private readonly X509Certificate2? _certificate;

        public Server(string from, byte[] endless, X509Certificate2? certificate = null)
        {
            (_from, _endless, _certificate) = (from, endless, certificate);
            _listener.Start();
            Serving = ServeAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public long Sent { get; private set; }

        public Task Serving { get; }

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync()
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                Stream stream = client.GetStream();
                if (_from is not "GREETING" and not "POST")
                {
                    await SendAsync(stream, "220 sink\r\n");
                }

                for (var line = "GREETING"; line != _from; line = (await ReadLineAsync(stream)).Split(' ')[0])
                {
                    if (line == "STARTTLS")
                    {
                        await SendAsync(stream, "220 go\r\n");
                        var secured = new SslStream(stream);
                        await secured.AuthenticateAsServerAsync(_certificate!);
                        stream = secured;
                    }
                    else if (line == "EHLO")
                    {
                        await SendAsync(stream, _certificate is null || stream is SslStream ? "250 sink\r\n" : "250-sink\r\n250 STARTTLS\r\n");
                    }
                    else if (line != "GREETING")
                    {
                        await SendAsync(stream, "250 well\r\n");
                    }
                }

                while (true)
                {
                    await stream.WriteAsync(_endless);
                    Sent += _endless.Length;
                }
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
                // The client has had enough.
            }
        }

        private static Task SendAsync(Stream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask();

        private static async Task<string> ReadLineAsync(Stream stream)
        {
            var line = new StringBuilder();
            var octet = new byte[1];
            while (await stream.ReadAsync(octet) == 1 && octet[0] != '\n')
            {
                line.Append((char)octet[0]);
            }

            return line.Length == 0 ? throw new IOException("closed") : line.ToString().TrimEnd('\r');
        }
    }

    private static async Task<(Delivery Delivery, long Sent)> SendAsync(Server server, MailTls tls, string? authority)
    {
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var config = new MailConfig { Host = "127.0.0.1", GivenPort = server.Port, Tls = tls, From = NotificationSamples.From, To = [NotificationSamples.Administrator], CaFile = authority };
        var delivery = await new SmtpTransport(config).SendAsync(NotificationSamples.Arrival(NotificationSamples.Device()), [], time.Token);
        await server.Serving.WaitAsync(time.Token);
        return (delivery, server.Sent);
    }

    [Theory]
    [InlineData("GREETING", true, "None")]
    [InlineData("GREETING", false, "None")]
    [InlineData("GREETING", true, "StartTls")]
    [InlineData("EHLO", true, "None")]
    [InlineData("EHLO", false, "StartTls")]
    [InlineData("MAIL", true, "None")]
    [InlineData("MAIL", false, "None")]
    [InlineData("DATA", true, "None")]
    public async Task MailServer_InTheClear_IsReadNoFurtherThanItsLimit(string from, bool isLines, string tls)
    {
        using var server = new Server(from, isLines ? s_lines : s_line);

        var (delivery, sent) = await SendAsync(server, Enum.Parse<MailTls>(tls), null);

        Assert.InRange(sent, 0, MostSent);
        Assert.NotEqual(DeliveryResult.Refused, delivery.Result);
        if (from is "GREETING" or "EHLO")
        {
            Assert.Contains("longer than", delivery.Answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("MAIL", true)]
    [InlineData("MAIL", false)]
    public async Task MailServer_WithinTls_IsReadNoFurtherThanItsLimit(string from, bool isLines)
    {
        using var certificate = ScriptedSmtpServer.NewCertificate(out var authority);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, authority, TestContext.Current.CancellationToken);
        try
        {
            using var server = new Server(from, isLines ? s_lines : s_line, certificate);
            var (delivery, sent) = await SendAsync(server, MailTls.StartTls, file);
            Assert.InRange(sent, 0, MostSent);
            Assert.Contains("longer than", delivery.Answer, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: y\r\n")]
    [InlineData("HTTP/1.1 200 OK")]
    public async Task WebhookServer_IsReadNoFurtherThanItsLimit(string repeated)
    {
        using var server = new Server("POST", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(repeated, 1000))));
        Environment.SetEnvironmentVariable("INNKEEPER_TEST_ENDLESS_SECRET", "s");
        var config = new WebhookConfig { Url = new Uri($"http://127.0.0.1:{server.Port}/"), Secret = new SecretSource(null, "INNKEEPER_TEST_ENDLESS_SECRET") };
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var begun = Stopwatch.GetTimestamp();

        var delivery = await new WebhookTransport(config, TimeProvider.System).SendAsync(NotificationSamples.Arrival(NotificationSamples.Device()), [], time.Token);
        await server.Serving.WaitAsync(time.Token);

        Assert.InRange(server.Sent, 0, MostSent);
        Assert.Equal(DeliveryResult.Unreachable, delivery.Result);
        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0, 10);
    }
}
