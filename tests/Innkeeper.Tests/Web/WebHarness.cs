using System.Net;
using System.Net.Sockets;
using System.Text;
using Innkeeper.Api;
using Innkeeper.Certificates;
using Innkeeper.Configuration;
using Innkeeper.Management;
using Innkeeper.Tests.Management;
using Innkeeper.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Tests.Web;

/// <summary>A web server on a free port of loopback, over operations of a test's making.</summary>
internal sealed class WebHarness : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public WebHarness(WebTls tls = WebTls.Never, CertificateFiles? certificate = null, Func<IPAddress, bool>? isForbidden = null, IReadOnlyList<WebPage>? pages = null, TimeProvider? clock = null)
    {
        Address = FreeAddress();
        Sessions.Sessions["desk"] = new Actor("anna", ActorKind.Person, Permission.Admin, "127.0.0.1");
        Sessions.Tokens["ik_program"] = new Actor("monitoring", ActorKind.Token, Permission.Viewer, "127.0.0.1");
        Server = new WebServer(
            new WebConfig { Listen = [Address], Tls = tls, Url = "https://gateway.example.com" }, certificate, ApiRoutes.Of(Gateway.Operations), Sessions, pages ?? [], isForbidden ?? (_ => false),
            clock ?? TimeProvider.System, NullLogger.Instance);
        Server.Begin();
    }

    public FakeGateway Gateway { get; } = new();

    public FakeSessions Sessions { get; } = new();

    public IPEndPoint Address { get; }

    public WebServer Server { get; }

    public void Dispose()
    {
        Server.Dispose();
        Sessions.Dispose();
    }

    public static IPEndPoint FreeAddress()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)probe.LocalEndPoint!;
    }

    /// <summary>One request with a connection of its own.</summary>
    /// <param name="headers">"Name: value" each.</param>
    public async Task<HttpResponseMessage> Send(string method, string target, string? body = null, params string[] headers)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { Timeout = Patience };
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"http://{Address}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.ExpectContinue = body?.Length > WebEndpoint.MaxBody;
        foreach (var header in headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            Assert.True(request.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 1)..].Trim()));
        }

        var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        await response.Content.LoadIntoBufferAsync(TestContext.Current.CancellationToken);
        return response;
    }

    /// <summary>Sends octets, and reads until the server closes.</summary>
    public async Task<string> SendRaw(string octets)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Address, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(octets), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
