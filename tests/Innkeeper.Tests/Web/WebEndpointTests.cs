using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Innkeeper.Api;
using Innkeeper.Configuration;
using Innkeeper.Tests.Management;
using Innkeeper.Tests.Storage;
using Innkeeper.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Tests.Web;

/// <summary>Addresses, HTTPS, and pages beside the console.</summary>
public sealed class WebEndpointTests
{
    [Fact]
    public async Task Address_ThatDevicesReach_IsClosedBeforeAnythingIsRead()
    {
        using var web = new WebHarness(isForbidden: address => IPAddress.IsLoopback(address));

        Assert.Equal("", await Reset(web.SendRaw("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")));
    }

    [Fact]
    public async Task Https_WithoutAGivenCertificate_HasOneThatStays()
    {
        using var directory = new TemporaryDirectory();
        var first = GeneratedCertificate.Ensure(directory.Path, [IPAddress.Loopback], "gateway.example.com", TimeProvider.System, NullLogger.Instance);
        using var web = new WebHarness(WebTls.Always, first);
        X509Certificate2? shown = null;
        using var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => (shown = new X509Certificate2(certificate!)) is not null,
            },
        })
        { Timeout = WebHarness.Patience };
        using var content = new StringContent("""{"name":"anna","password":"right"}""");
        using var response = await http.PostAsync($"https://{web.Address}/api/v1/session", content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            "__Host-innkeeper=fresh; Path=/; Expires=Fri, 01 Jan 2027 00:00:00 GMT; HttpOnly; SameSite=Strict; Secure", Assert.Single(response.Headers.GetValues("Set-Cookie")));
        Assert.True(shown!.MatchesHostname("gateway.example.com") && shown.MatchesHostname("127.0.0.1"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(directory.Path, "web.key")));
        var again = GeneratedCertificate.Ensure(directory.Path, [IPAddress.Loopback], "gateway.example.com", TimeProvider.System, NullLogger.Instance);
        Assert.Equal(shown.Thumbprint, again!.Current().TargetCertificate.Thumbprint);
    }

    [Fact]
    public async Task Address_InUse_IsServedWhenItIsFree()
    {
        var address = WebHarness.FreeAddress();
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(address);
        other.Listen();
        var gateway = new FakeGateway();
        using var sessions = new FakeSessions();
        using var server = new WebServer(new WebConfig { Listen = [address] }, null, ApiRoutes.Of(gateway.Operations), sessions, [], _ => false, TimeProvider.System, NullLogger.Instance);
        server.Begin();
        Assert.Empty(server.Urls);
        Assert.Equal($"http://{address}", Assert.Single(server.Missing).Url);

        other.Dispose();
        Assert.True(SpinWait.SpinUntil(() => server.Urls.Count == 1, TimeSpan.FromSeconds(20)));
        Assert.Empty(server.Missing);
        using var http = new HttpClient();
        using var response = await http.GetAsync($"http://{address}/api/v1/session", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(false, null, HttpStatusCode.Unauthorized)]
    [InlineData(false, "Authorization: Bearer ik_program", HttpStatusCode.OK)]
    [InlineData(true, null, HttpStatusCode.OK)]
    public async Task Page_OfItsOwn_IsForClientsWithATokenUnlessItIsOpen(bool isOpen, string? header, HttpStatusCode expected)
    {
        using var web = new WebHarness(pages: [new WebPage("/metrics", isOpen, "text/plain; version=0.0.4", (output, stop) => output.WriteAsync("up 1\n"u8.ToArray(), stop))]);

        using var response = await web.Send("GET", "/metrics", null, header is null ? [] : [header]);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken) == "up 1\n");
    }

    private static async Task<string> Reset(Task<string> answer)
    {
        try
        {
            return await answer;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return "";
        }
    }
}
