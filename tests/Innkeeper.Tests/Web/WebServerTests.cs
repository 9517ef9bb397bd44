using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Innkeeper.Management;
using Innkeeper.Web;

namespace Innkeeper.Tests.Web;

/// <summary>Requests by HTTP over real sockets: who a client is, and what browsers are kept from.</summary>
public sealed class WebServerTests : IDisposable
{
    private const string Session = "Cookie: innkeeper=desk";
    private const string Genuine = "X-Innkeeper-Request: genuine";
    private const string Token = "Authorization: Bearer ik_program";

    private readonly WebHarness _web = new();

    public void Dispose() => _web.Dispose();

    private static async Task<string> ErrorOf(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal((int)response.StatusCode, json.RootElement.GetProperty("status").GetInt32());
        return json.RootElement.GetProperty("error").GetString()!;
    }

    [Fact]
    public async Task Api_ClientWithoutSession_IsNotSignedIn()
    {
        using var response = await _web.Send("GET", "/api/v1/status");

        Assert.Equal((HttpStatusCode.Unauthorized, "unauthenticated"), (response.StatusCode, await ErrorOf(response)));
    }

    [Theory]
    [InlineData(Session)]
    [InlineData(Token)]
    [InlineData("Authorization: bearer   ik_program")]
    public async Task Api_SessionOrToken_IsAnswered(string header)
    {
        using var response = await _web.Send("GET", "/api/v1/status", null, header);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
    }

    [Theory]
    [InlineData("Authorization: Bearer ik_other")]
    [InlineData("Authorization: Basic YTpi")]
    [InlineData("Cookie: innkeeper=other")]
    public async Task Api_UnknownSessionOrToken_IsNotSignedIn(string header)
    {
        using var response = await _web.Send("GET", "/api/v1/status", null, header);

        Assert.Equal((HttpStatusCode.Unauthorized, "unauthenticated"), (response.StatusCode, await ErrorOf(response)));
    }

    /// <summary>A token in a URL would stand in logs and histories.</summary>
    [Fact]
    public async Task Api_TokenInTheQuery_IsNoToken()
    {
        using var response = await _web.Send("GET", "/api/v1/status?token=ik_program&access_token=ik_program");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Command_WithSessionAndItsHeader_IsByThatPerson()
    {
        using var response = await _web.Send("POST", "/api/v1/devices/02-00-00-00-00-02/approve", """{"for":"8h"}""", Session, Genuine, "Sec-Fetch-Site: same-origin");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(new Actor("anna", ActorKind.Person, Permission.Admin, "127.0.0.1"), Assert.Single(_web.Gateway.Commands).Actor);
    }

    [Theory]
    [InlineData(Session)]
    [InlineData(Session, "X-Innkeeper-Request: other")]
    [InlineData(Session, Genuine, "Sec-Fetch-Site: cross-site")]
    [InlineData(Session, Genuine, "Sec-Fetch-Site: same-site")]
    [InlineData(Session, Genuine, "Origin: https://evil.example")]
    [InlineData(Session, Genuine, "Origin: null")]
    public async Task Command_OfAForeignPage_IsRefused(params string[] headers)
    {
        using var response = await _web.Send("POST", "/api/v1/devices/02-00-00-00-00-02/approve", "{}", headers);

        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (response.StatusCode, await ErrorOf(response)));
        Assert.Empty(_web.Gateway.Commands);
    }

    [Fact]
    public async Task Command_WithToken_NeedsNoHeader()
    {
        using var response = await _web.Send("POST", "/api/v1/devices/02-00-00-00-00-02/block", "{}", Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(ActorKind.Token, Assert.Single(_web.Gateway.Commands).Actor.Kind);
    }

    /// <summary>A foreign page must not sign a browser in under a name of its choice either.</summary>
    [Fact]
    public async Task SignIn_OfAForeignPage_IsRefused()
    {
        using var response = await _web.Send("POST", "/api/v1/session", """{"name":"anna","password":"right"}""", "Sec-Fetch-Site: cross-site");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(_web.Sessions.SignIns);
    }

    [Fact]
    public async Task SignIn_RightPassword_SetsACookieThatOnlyThisServerSees()
    {
        using var response = await _web.Send("POST", "/api/v1/session", """{"name":"anna","password":"right"}""", "Sec-Fetch-Site: same-origin");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("innkeeper=fresh; Path=/; Expires=Fri, 01 Jan 2027 00:00:00 GMT; HttpOnly; SameSite=Strict", Assert.Single(response.Headers.GetValues("Set-Cookie")));
        using var status = await _web.Send("GET", "/api/v1/status", null, "Cookie: innkeeper=fresh");
        Assert.Equal(HttpStatusCode.OK, status.StatusCode);
    }

    /// <summary>The id that a client brings is never the one that it gets: an attacker who planted it would share the session.</summary>
    [Fact]
    public async Task SignIn_WithAPlantedCookie_GetsAnother()
    {
        using var response = await _web.Send("POST", "/api/v1/session", """{"name":"anna","password":"right"}""", "Cookie: innkeeper=planted");

        Assert.StartsWith("innkeeper=fresh;", Assert.Single(response.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
        using var status = await _web.Send("GET", "/api/v1/status", null, "Cookie: innkeeper=planted");
        Assert.Equal(HttpStatusCode.Unauthorized, status.StatusCode);
    }

    [Fact]
    public async Task SignIn_WrongPassword_SetsNoCookie()
    {
        using var response = await _web.Send("POST", "/api/v1/session", """{"name":"anna","password":"wrong"}""");

        Assert.Equal((HttpStatusCode.Unauthorized, "unauthenticated"), (response.StatusCode, await ErrorOf(response)));
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task SignOut_EndsTheSession()
    {
        using var response = await _web.Send("DELETE", "/api/v1/session", null, Session, Genuine);

        Assert.StartsWith("innkeeper=; Path=/; Max-Age=0;", Assert.Single(response.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
        using var status = await _web.Send("GET", "/api/v1/status", null, Session);
        Assert.Equal(HttpStatusCode.Unauthorized, status.StatusCode);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:7080")]
    [InlineData("gateway.example.com.evil.example")]
    [InlineData("0x7f000001")]
    [InlineData("")]
    public async Task Host_OfAnotherName_GetsNothing(string host)
    {
        var answer = await _web.SendRaw($"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 421 ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:7080")]
    [InlineData("192.0.2.1")]
    [InlineData("[::1]:7080")]
    [InlineData("localhost")]
    [InlineData("GATEWAY.example.com:443")]
    [InlineData("gateway.example.com.")]
    public async Task Host_ThatIsOurs_IsAnswered(string host)
    {
        var answer = await _web.SendRaw($"GET /api/v1/session HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/session")]
    [InlineData("/nothing")]
    public async Task Answer_OfAnyKind_HasTheHeadersThatBrowsersObey(string target)
    {
        using var response = await _web.Send("GET", target);

        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("/../../etc/passwd")]
    [InlineData("/..%2f..%2fetc%2fpasswd")]
    [InlineData("//etc/passwd")]
    [InlineData("/console/index.html.gz")]
    public async Task File_OutsideOfTheConsole_IsNotFound(string target)
    {
        using var response = await _web.Send("GET", target);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("There is no such page.\n", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Page_PostedTo_IsRefused()
    {
        using var response = await _web.Send("POST", "/", "x");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Fact]
    public async Task Body_ThatIsTooLong_IsRefused()
    {
        using var response = await _web.Send("PUT", "/api/v1/devices/02-00-00-00-00-02/name", $$"""{"value":"{{new string('a', WebEndpoint.MaxBody)}}"}""", Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    /// <summary>Clients that send nothing, or slowly, take places, but only those of their own address.</summary>
    [Fact]
    public async Task Clients_ThatSayNothing_KeepNoOtherClientOut()
    {
        var silent = new List<TcpClient>();
        try
        {
            for (var i = 0; i < ClientLimiter.MostOfOne + 8; i++)
            {
                var client = new TcpClient(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
                silent.Add(client);
                try
                {
                    await client.ConnectAsync(_web.Address, TestContext.Current.CancellationToken);
                }
                catch (SocketException) when (i >= ClientLimiter.MostOfOne)
                {
                    // One too many: it was closed as soon as it was accepted.
                }
            }

            using var response = await _web.Send("GET", "/api/v1/session");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        finally
        {
            silent.ForEach(c => c.Dispose());
        }
    }

    [Fact]
    public async Task Events_AsAStream_GoOnAfterTheLastThatTheBrowserHad()
    {
        _web.Gateway.Happen("first");
        _web.Gateway.Happen("second");
        var first = _web.Gateway.Events.Recent[0].Sequence;
        using var http = new HttpClient { Timeout = WebHarness.Patience };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{_web.Address}/api/v1/events/stream");
        request.Headers.Add("Authorization", "Bearer ik_program");
        request.Headers.Add("Accept", "text/event-stream");
        request.Headers.Add("Last-Event-ID", first.ToString());

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        string?[] head = [await lines.ReadLineAsync(TestContext.Current.CancellationToken), await lines.ReadLineAsync(TestContext.Current.CancellationToken)];
        Assert.Equal(["retry: 1000", ""], head);
        Assert.Equal($"id: {_web.Gateway.Events.Recent[1].Sequence}", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal("event: event", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
        var data = await lines.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("data: {", data, StringComparison.Ordinal);
        Assert.Contains("\"text\":\"second\"", data, StringComparison.Ordinal);
    }

    /// <summary>Whoever is shut out sees no more from that moment on.</summary>
    [Fact]
    public async Task Events_WhenTheSessionEnds_EndToo()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { Timeout = WebHarness.Patience };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{_web.Address}/api/v1/events/stream");
        request.Headers.Add("Cookie", "innkeeper=desk");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var content = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);

        _web.Sessions.EndAll();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await content.ReadAsync(new byte[100], TestContext.Current.CancellationToken) > 0)
            {
            }

            throw new HttpIOException(HttpRequestError.ResponseEnded);
        });
        Assert.True(SpinWait.SpinUntil(() => !_web.Gateway.IsFollowed, WebHarness.Patience));
    }
}
