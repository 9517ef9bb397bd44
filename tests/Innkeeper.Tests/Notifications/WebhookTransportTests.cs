using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Innkeeper.Configuration;
using Innkeeper.Notifications;

namespace Innkeeper.Tests.Notifications;

/// <summary>What an HTTP server gets, and what becomes of its answers.</summary>
public sealed class WebhookTransportTests
{
    private const string Secret = "shared s3cret";
    private const string Variable = "INNKEEPER_TEST_WEBHOOK_SECRET";
    private static readonly Notification s_notification = NotificationSamples.Arrival(NotificationSamples.Device(hostName: "na\u00efve\r\nX-Evil: 1"));

    public WebhookTransportTests() => Environment.SetEnvironmentVariable(Variable, Secret);

    /// <summary>Answers each request with the same octets, and keeps the requests.</summary>
    private sealed class Server : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly string _answer;
        private readonly bool _isEndless;

        public Server(string answer, bool isEndless = false)
        {
            (_answer, _isEndless) = (answer, isEndless);
            _listener.Start();
            _ = ServeAsync();
        }

        public List<string> Requests { get; } = [];

        public WebhookConfig Config => new() { Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/hook?key=1"), Secret = new SecretSource(null, Variable) };

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    var stream = client.GetStream();
                    Requests.Add(await ReadAsync(stream));
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(_answer));
                    while (_isEndless)
                    {
                        await stream.WriteAsync(new byte[1000]);
                    }
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
            {
            }
        }

        private static async Task<string> ReadAsync(NetworkStream stream)
        {
            List<byte> request = [];
            var octets = new byte[4096];
            while (true)
            {
                var text = Encoding.UTF8.GetString([.. request]);
                var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                if (end > 0 && Encoding.UTF8.GetByteCount(text[(end + 4)..]) >= int.Parse(Header(text, "Content-Length"), System.Globalization.CultureInfo.InvariantCulture))
                {
                    return text;
                }

                var read = await stream.ReadAsync(octets);
                if (read == 0)
                {
                    return text;
                }

                request.AddRange(octets.AsSpan(0, read));
            }
        }
    }

    private static string Header(string request, string name) =>
        request.Split("\r\n").First(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))[(name.Length + 1)..].Trim();

    private static Delivery Send(WebhookConfig config, TimeSpan? time = null)
    {
        using var limit = new CancellationTokenSource(time ?? TimeSpan.FromSeconds(30));
        return new WebhookTransport(config, TimeProvider.System).SendAsync(s_notification, [], limit.Token).GetAwaiter().GetResult();
    }

    [Fact]
    public void Post_IsSignedJson_ThatTheReceiverCanVerify()
    {
        using var server = new Server("HTTP/1.1 204 No Content\r\n\r\n");

        var delivery = Send(server.Config);

        Assert.Equal((DeliveryResult.Taken, "204 No Content"), (delivery.Result, delivery.Answer));
        var request = Assert.Single(server.Requests);
        var body = request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        Assert.StartsWith("POST /hook?key=1 HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Equal("application/json; charset=utf-8", Header(request, "Content-Type"));

        // Computed here by hand, as docs/mail.md tells a receiver to.
        var timestamp = Header(request, "X-Innkeeper-Timestamp");
        using var hmac = new HMACSHA256(Encoding.UTF8.GetBytes(Secret));
        Assert.Equal("sha256=" + Convert.ToHexStringLower(hmac.ComputeHash(Encoding.UTF8.GetBytes(timestamp + "." + body))), Header(request, "X-Innkeeper-Signature"));
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(timestamp, System.Globalization.CultureInfo.InvariantCulture), 0, 60);

        using var json = JsonDocument.Parse(body);
        var device = json.RootElement.GetProperty("device");
        Assert.Equal((1, "arrival", "00:1b:63:00:00:01"), (json.RootElement.GetProperty("schema").GetInt32(), json.RootElement.GetProperty("kind").GetString(), device.GetProperty("mac").GetString()));
        Assert.Equal(("held", "47.31.128.195", "na\u00efve\r\nX-Evil: 1"), (device.GetProperty("state").GetString(), device.GetProperty("claimed").GetString(), device.GetProperty("host_name").GetString()));
        Assert.DoesNotContain("X-Evil", request[..request.IndexOf("\r\n\r\n", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops", "500 Internal Server Error oops")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "404 Not Found")]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:9/elsewhere\r\nContent-Length: 0\r\n\r\n", "301 Moved")]
    [InlineData("nonsense\r\n\r\n", null)]
    [InlineData("", null)]
    public void Answer_ThatIsNo2xx_IsTriedAgain_AndNotFollowed(string answer, string? expected)
    {
        using var server = new Server(answer);

        var delivery = Send(server.Config);

        Assert.Equal(DeliveryResult.Unreachable, delivery.Result);
        Assert.NotEqual("", delivery.Answer);
        Assert.Equal(expected ?? delivery.Answer, delivery.Answer);
        Assert.InRange(server.Requests.Count, 1, 2);
    }

    [Theory]
    [InlineData("HTTP/1.1 500 No\r\nTransfer-Encoding: identity\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    public void Answer_WithoutEnd_IsNotWaitedFor(string answer)
    {
        using var server = new Server(answer, isEndless: true);

        Assert.Equal(answer.Contains("200", StringComparison.Ordinal) ? DeliveryResult.Taken : DeliveryResult.Unreachable, Send(server.Config, TimeSpan.FromSeconds(10)).Result);
    }

    [Fact]
    public void Headers_WithoutEnd_AreNotRead()
    {
        using var server = new Server("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"X-{i}: filling\r\n")) + "\r\n");

        Assert.Equal(DeliveryResult.Unreachable, Send(server.Config).Result);
    }

    [Fact]
    public void Secret_ThatIsNotThere_SendsNothing()
    {
        using var server = new Server("HTTP/1.1 200 OK\r\n\r\n");

        var delivery = Send(server.Config with { Secret = new SecretSource("/nonexistent") });

        Assert.Equal(DeliveryResult.Unreachable, delivery.Result);
        Assert.Empty(server.Requests);
    }

    /// <summary>RFC 4231's second case, so that the signature is what the name says.</summary>
    [Fact]
    public void Sign_IsHmacSha256_OfTimestampDotBody() =>
        Assert.Equal(
            "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData("Jefe"u8, "1.what do ya want for nothing?"u8)), WebhookTransport.Sign("Jefe", "1", "what do ya want for nothing?"));
}
