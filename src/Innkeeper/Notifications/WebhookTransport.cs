using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using Innkeeper.Clocks;
using Innkeeper.Configuration;

namespace Innkeeper.Notifications;

/// <summary>Sends notifications to an HTTP server: a POST of their JSON, signed. Any 2xx means accepted; any other answer is tried again.</summary>
internal sealed class WebhookTransport(WebhookConfig config, TimeProvider clock) : INotificationTransport
{
    public const string TimestampHeader = "X-Innkeeper-Timestamp";
    public const string SignatureHeader = "X-Innkeeper-Signature";

    private const int MostHeaders = 16; // kB of an answer's headers
    private const int MostOfAnswer = 200; // octets of its body that are looked at
    private static readonly string s_version = typeof(WebhookTransport).Assembly.GetName().Version!.ToString(3);

    /// <inheritdoc/>
    public async Task<Delivery> SendAsync(Notification notification, ImmutableArray<string> settled, CancellationToken stop)
    {
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                MaxResponseHeadersLength = MostHeaders,
                MaxResponseDrainSize = 0,
                ConnectCallback = async (target, ended) => await BoundedStream.ConnectAsync(target.DnsEndPoint.Host, target.DnsEndPoint.Port, isText: false, ended).ConfigureAwait(false),
                MaxConnectionsPerServer = 1,
                AutomaticDecompression = DecompressionMethods.None,
            });
            using var request = Request(notification);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
            var text = $"{(int)answer.StatusCode} {answer.ReasonPhrase} {await BeginningAsync(answer, stop).ConfigureAwait(false)}".TrimEnd();
            return new Delivery(answer.IsSuccessStatusCode ? DeliveryResult.Taken : DeliveryResult.Unreachable, text);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SecretException or AuthenticationException or TypeInitializationException or DllNotFoundException)
        {
            return new Delivery(
                DeliveryResult.Unreachable,
                e is HttpRequestException { InnerException: { } inner } && !e.Message.Contains(inner.Message, StringComparison.Ordinal) ? $"{e.Message} {inner.Message}" : e.Message);
        }
    }

    /// <summary>"sha256=" and the HMAC-SHA256 (RFC 2104) of timestamp, ".", body in hexadecimal: a signature does not fit another time or body.</summary>
    public static string Sign(string secret, string timestamp, string body) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{timestamp}.{body}")));

    private HttpRequestMessage Request(Notification notification)
    {
        var body = notification.ToJson();
        var timestamp = $"{clock.WallNow().ToUnixTimeSeconds()}";
        var request = new HttpRequestMessage(HttpMethod.Post, config.Url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Innkeeper", s_version));
        request.Headers.Add(TimestampHeader, timestamp);
        request.Headers.Add(SignatureHeader, Sign(Secrets.Read(config.Secret), timestamp, body));
        return request;
    }

    /// <summary>The first words of an error may give the reason; do not wait for a body without end.</summary>
    private static async Task<string> BeginningAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        if (answer.IsSuccessStatusCode)
        {
            return "";
        }

        var octets = new byte[MostOfAnswer];
        var stream = await answer.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var length = await stream.ReadAtLeastAsync(octets, octets.Length, throwOnEndOfStream: false, stop).ConfigureAwait(false);
            return Encoding.UTF8.GetString(octets, 0, length);
        }
    }
}
