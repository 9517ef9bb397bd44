using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Innkeeper.Configuration;
using Innkeeper.Portal;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Portal;

/// <summary>Real HTTP on the loopback network.</summary>
public sealed class PortalServiceTests : IDisposable
{
    private readonly PortalHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    [Fact]
    public async Task Get_ThePage_ComesWithItsPolicy()
    {
        using var client = _harness.Client(own: "127.0.0.7");
        using var answer = await client.GetAsync("http://127.0.0.1/", TestContext.Current.CancellationToken);
        var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Contains("02:00:00:00:00:07", page, StringComparison.Ordinal);
        Assert.Contains("Ask at the desk.", page, StringComparison.Ordinal);
        Assert.Equal([PortalLook.Default.PagePolicy], answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["10"], answer.Headers.GetValues("Refresh"));
        Assert.True(answer.Headers.CacheControl is { NoStore: true, Private: true });
        Assert.True(answer.Headers.ConnectionClose);
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Get_AnyOtherAddress_IsSentToThePage()
    {
        using var client = _harness.Client(asked: "127.8.8.8");
        using var answer = await client.GetAsync("http://captive.apple.com/hotspot-detect.html", TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Redirect, "http://127.0.0.1/"), (answer.StatusCode, answer.Headers.Location!.ToString()));
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal((1, 1), (_harness.Service.Counters.Counted(PortalCounter.Requests), _harness.Service.Counters.Counted(PortalCounter.Redirects)));
    }

    [Fact]
    public async Task Get_Api_IsCaptiveJson()
    {
        using var client = _harness.Client();
        using var answer = await client.GetAsync("http://127.0.0.1/captive-portal/api", TestContext.Current.CancellationToken);

        Assert.Equal("application/captive+json", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("""{"captive":true,"user-portal-url":"http://127.0.0.1/"}""", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Head_HasTheHeadersOfGet_AndNoBody()
    {
        var answer = await _harness.SendAsync("HEAD / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Matches("Content-Length: [1-9][0-9]{3}\r\n", answer);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_ByHttp10WithoutAHost_IsAnswered() =>
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await _harness.SendAsync("GET / HTTP/1.0\r\n\r\n"), StringComparison.Ordinal);

    [Fact]
    public async Task Post_IsRefused_AndSaysWhatIsAllowed()
    {
        var answer = await _harness.SendAsync("POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\na=b");

        Assert.StartsWith("HTTP/1.1 405 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nAllow: GET, HEAD\r\n", answer, StringComparison.Ordinal);
        Assert.Equal(1, _harness.Service.Counters.Counted(PortalCounter.Refused));
    }

    /// <summary>One request each: the second of a pipeline gets no answer.</summary>
    [Fact]
    public async Task Get_TwoInOneConnection_OneIsAnswered()
    {
        var answer = await _harness.SendAsync("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");

        Assert.Single(answer.Split("HTTP/1.1 ").Skip(1));
        Assert.Equal(1, _harness.Service.Counters.Counted(PortalCounter.Requests));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.1\r\nHost: <script>\r\n\r\n", "400")]
    [InlineData("GET / HTTP/9.9\r\n\r\n", "505")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n", "")]
    public async Task Garbage_IsRefused_AndNothingOfItComesBack(string octets, string status)
    {
        var answer = await _harness.SendAsync(octets);

        Assert.Matches(status == "" ? "^HTTP/1.1 [24]00 " : $"^HTTP/1.1 {status} ", answer);
        Assert.DoesNotContain("script", answer, StringComparison.Ordinal);
        Assert.Equal(0, _harness.Service.Counters.Counted(PortalCounter.InternalErrors));
    }

    /// <summary>HTTP/2 that was not agreed upon is told, in its own words, that HTTP/1.1 is required (RFC 9113 section 7: error 0xd).</summary>
    [Fact]
    public async Task Http2_IsRefused()
    {
        var answer = await _harness.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

        Assert.Equal("\0\0\b\u0007\0\0\0\0\0\0\0\0\0\0\0\0\r", answer);
        Assert.Equal(0, _harness.Service.Counters.Counted(PortalCounter.Requests));
    }

    [Fact]
    public async Task Request_LongerThanTheRoom_IsRefused()
    {
        var line = await _harness.SendAsync($"GET /{new string('a', 9000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        var header = await _harness.SendAsync($"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {new string('a', 17_000)}\r\n\r\n");
        var many = await _harness.SendAsync("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + string.Concat(Enumerable.Range(0, 65).Select(i => $"X-{i}: 1\r\n")) + "\r\n");

        // The kernel resets a connection that is closed with octets unread, which may overtake the answer.
        Assert.Matches("^(HTTP/1.1 414 |$)", line);
        Assert.Matches("^(HTTP/1.1 431 |$)", header);
        Assert.Matches("^(HTTP/1.1 431 |$)", many);
        Assert.Equal(3, await _harness.AwaitCountedAsync(PortalCounter.Unfinished, 3));
        Assert.Equal(0, _harness.Service.Counters.Counted(PortalCounter.Requests));
    }

    [Fact]
    public async Task Client_ThatFallsSilent_IsLeftAfterSomeSeconds()
    {
        var begun = Stopwatch.StartNew();
        var ends = await Task.WhenAll(
            _harness.SendAsync("", own: "127.0.0.3"),
            _harness.SendAsync("GET / HT", own: "127.0.0.4"),
            _harness.SendAsync("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: y", own: "127.0.0.5"));

        Assert.InRange(begun.Elapsed.TotalSeconds, 3, 12);
        Assert.All(ends, end => Assert.DoesNotContain("200 OK", end, StringComparison.Ordinal));
        Assert.Equal(3, await _harness.AwaitCountedAsync(PortalCounter.Unfinished, 3));
        Assert.Equal(0, _harness.Service.Connections);
    }

    /// <summary>A request that drips in, a line a second, never falls silent; the time for all of it is over all the same.</summary>
    [Fact]
    public async Task Client_ThatDrips_IsLeftAfterSomeSeconds()
    {
        using var socket = await PortalHarness.ConnectAsync("127.0.0.3", "127.0.0.1", _harness.Service.HttpPort, TestContext.Current.CancellationToken);
        await socket.SendAsync("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"u8.ToArray());
        var begun = Stopwatch.StartNew();
        var end = PortalHarness.ReadToEndAsync(socket);
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (!end.IsCompleted && await second.WaitForNextTickAsync(TestContext.Current.CancellationToken))
        {
            try
            {
                await socket.SendAsync(Encoding.Latin1.GetBytes("X: y\r\n"));
            }
            catch (SocketException)
            {
                break;
            }
        }

        Assert.DoesNotContain("200 OK", await end, StringComparison.Ordinal);
        Assert.InRange(begun.Elapsed.TotalSeconds, 3, 12);
    }

    /// <summary>500 connections of one device, each with half a request: it holds its few places, and another is served at once.</summary>
    [Fact]
    public async Task Device_With500Connections_KeepsThePageFromNobody()
    {
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < 500; i++)
            {
                var socket = await PortalHarness.ConnectAsync("127.0.0.66", "127.0.0.1", _harness.Service.HttpPort, TestContext.Current.CancellationToken);
                sockets.Add(socket);
                await SendIfOpenAsync(socket, "GET / HTTP/1.1\r\n");
            }

            Assert.Equal(500, await _harness.AwaitCountedAsync(PortalCounter.Connections, 500));
            Assert.InRange(_harness.Service.Connections, 0, 12);
            Assert.InRange(_harness.Service.Counters.Counted(PortalCounter.Displaced), 400, 488);
            await AssertPageComesAtOnceAsync();
        }
        finally
        {
            sockets.ForEach(s => s.Dispose());
        }
    }

    /// <summary>Hostile devices of many addresses hold every place; who comes is served all the same.</summary>
    [Fact]
    public async Task Devices_ThatHoldEveryPlace_KeepThePageFromNobody()
    {
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < 400; i++)
            {
                var socket = await PortalHarness.ConnectAsync($"127.0.1.{i % 200}", "127.0.0.1", _harness.Service.HttpPort, TestContext.Current.CancellationToken);
                sockets.Add(socket);
                await SendIfOpenAsync(socket, "GET / HTTP/1.1\r\n");
            }

            await _harness.AwaitCountedAsync(PortalCounter.Connections, 400);
            Assert.InRange(_harness.Service.Connections, 1, 200);
            await AssertPageComesAtOnceAsync();
        }
        finally
        {
            sockets.ForEach(s => s.Dispose());
        }
    }

    /// <summary>An answer is small enough to be out of our hands before its reader has read a word.</summary>
    [Fact]
    public async Task Client_ThatNeverReads_HoldsNoPlace()
    {
        using var socket = await PortalHarness.ConnectAsync("127.0.0.3", "127.0.0.1", _harness.Service.HttpPort, TestContext.Current.CancellationToken);
        await socket.SendAsync("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray());
        Assert.Equal(1, await _harness.AwaitCountedAsync(PortalCounter.Pages, 1));
        await Wait.ForAsync(() => _harness.Service.Connections == 0);
    }

    [Fact]
    public async Task Lookup_ThatFails_CostsTheOneRequest()
    {
        var fails = true;
        using var harness = new PortalHarness(lookup: a => fails ? throw new InvalidOperationException("the desk is on fire") : PortalHarness.Held(a));
        using var client = harness.Client();
        using var first = await client.GetAsync("http://127.0.0.1/", TestContext.Current.CancellationToken);
        fails = false;
        using var second = await client.GetAsync("http://127.0.0.1/", TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.InternalServerError, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.Equal("", await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, harness.Service.Counters.Counted(PortalCounter.InternalErrors));
    }

    [Fact]
    public async Task Reopen_KeepsThePort_AndServesAgain()
    {
        var port = _harness.Service.HttpPort;
        using var held = await PortalHarness.ConnectAsync("127.0.0.3", "127.0.0.1", port, TestContext.Current.CancellationToken);
        _harness.Service.Reopen();
        Assert.Equal("", await PortalHarness.ReadToEndAsync(held));

        Assert.Contains("Waiting", await AskAgainAsync(), StringComparison.Ordinal);
        Assert.Equal(port, _harness.Service.HttpPort);

        async Task<string> AskAgainAsync()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (true)
            {
                try
                {
                    using var client = _harness.Client();
                    return await client.GetStringAsync("http://127.0.0.1/", patience.Token);
                }
                catch (HttpRequestException)
                {
                    // Closed, and not open again yet.
                }
            }
        }
    }

    [Fact]
    public async Task Dispose_BreaksOffWhoIsServed()
    {
        var harness = new PortalHarness();
        using var held = await PortalHarness.ConnectAsync("127.0.0.3", "127.0.0.1", harness.Service.HttpPort, TestContext.Current.CancellationToken);
        await harness.AwaitCountedAsync(PortalCounter.Connections, 1);
        var begun = Stopwatch.StartNew();
        harness.Dispose();

        Assert.Equal("", await PortalHarness.ReadToEndAsync(held));
        Assert.InRange(begun.Elapsed.TotalSeconds, 0, 3);
    }

    [Fact]
    public async Task Drain_ServesWhoIsThere_AndLeavesWhoComesToTheSuccessor()
    {
        var port = _harness.Service.HttpPort;
        using var early = await PortalHarness.ConnectAsync("127.0.0.3", "127.0.0.1", port, TestContext.Current.CancellationToken);
        await _harness.AwaitCountedAsync(PortalCounter.Connections, 1);
        var draining = Task.Run(() => _harness.Service.Drain(TimeSpan.FromSeconds(20)), TestContext.Current.CancellationToken);

        // Kestrel's own way to end would close what has not asked yet.
        Assert.NotSame(draining, await Task.WhenAny(draining, Task.Delay(TimeSpan.FromSeconds(0.3), TestContext.Current.CancellationToken)));
        await early.SendAsync("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray());
        Assert.Contains("Waiting", await PortalHarness.ReadToEndAsync(early), StringComparison.Ordinal);
        var inherited = Assert.Single(await draining);
        Assert.Equal("portal-http", inherited.Name);
        using var late = await PortalHarness.ConnectAsync("127.0.0.4", "127.0.0.1", port, TestContext.Current.CancellationToken);
        await late.SendAsync("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray());

        using var successor = new PortalHarness(open: (_, _) => new Socket(new SafeSocketHandle(inherited.Handle, ownsHandle: true)));
        Assert.Equal(port, successor.Service.HttpPort);
        Assert.Contains("Waiting", await PortalHarness.ReadToEndAsync(late), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drain_OfOneWhoNeverAsks_IsOverInTime()
    {
        using var held = await PortalHarness.ConnectAsync("127.0.0.3", "127.0.0.1", _harness.Service.HttpPort, TestContext.Current.CancellationToken);
        await _harness.AwaitCountedAsync(PortalCounter.Connections, 1);
        var begun = Stopwatch.StartNew();

        Assert.Single(_harness.Service.Drain(TimeSpan.FromSeconds(0.5)));

        Assert.InRange(begun.Elapsed.TotalSeconds, 0.4, 4);
        Assert.Equal("", await PortalHarness.ReadToEndAsync(held));
    }

    /// <summary>A device that came later has its page within a second.</summary>
    private async Task AssertPageComesAtOnceAsync()
    {
        using var client = _harness.Client(own: "127.0.0.7");
        var begun = Stopwatch.StartNew();
        Assert.Contains("02:00:00:00:00:07", await client.GetStringAsync("http://127.0.0.1/", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.InRange(begun.Elapsed.TotalSeconds, 0, 1);
    }

    private static async Task SendIfOpenAsync(Socket socket, string octets)
    {
        try
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(octets));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            // It lost its place to a later one already.
        }
    }

    /// <summary>A whole way in: the page, its form, the answer, and the page after it.</summary>
    [Fact]
    public async Task Form_OfThePage_ReachesTheDoor_AndIsARedirect()
    {
        var door = new FakeDoor();
        using var harness = new PortalHarness(lookup: address => PortalHarness.Held(address) with { Ways = [WayIn.Code] }, door: door);
        using var client = harness.Client();
        var stop = TestContext.Current.CancellationToken;
        var page = await client.GetStringAsync(new Uri("http://127.0.0.1/?code=7kmq"), stop);
        Assert.Contains("value=\"7KMQ\"", page, StringComparison.Ordinal);
        var token = TokenOf(page);

        using var answer = await client.PostAsync(new Uri("http://127.0.0.1/"), new FormUrlEncodedContent([new("token", token), new("way", "code"), new("code", "7km q2x")]), stop);

        Assert.Equal(("/?r=welcome", 303), (answer.Headers.Location!.ToString(), (int)answer.StatusCode));
        Assert.Equal([(MacAddress.Parse("02:00:00:00:00:02"), "code", "7km q2x")], door.Asked);
        Assert.Contains("You are being connected", await client.GetStringAsync(new Uri("http://127.0.0.1/?r=welcome"), stop), StringComparison.Ordinal);

        // Another device, with the same form.
        using var other = harness.Client("127.0.0.3");
        using var replayed = await other.PostAsync(new Uri("http://127.0.0.1/"), new FormUrlEncodedContent([new("token", token), new("way", "code"), new("code", "7km q2x")]), stop);
        Assert.Equal("/?r=old&code=7KMQ2X", replayed.Headers.Location!.ToString());
        Assert.Single(door.Asked);
        Assert.Equal(1, harness.Service.Counters.Counted(PortalCounter.FormsVoid));
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999\r\n\r\na=b", "^(HTTP/1.1 (400|413) |$)")]
    [InlineData("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n", "^HTTP/1.1 303 ")]
    [InlineData("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "^(HTTP/1.1 400 |$)")]
    [InlineData("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"a\": 1}", "^HTTP/1.1 303 ")]
    [InlineData("POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 3\r\n\r\na=b", "^HTTP/1.1 405 ")]
    public async Task Forms_ThatAreHostile_AreVoid(string octets, string expected)
    {
        var door = new FakeDoor();
        using var harness = new PortalHarness(lookup: address => PortalHarness.Held(address) with { Ways = [WayIn.Code] }, door: door);

        Assert.Matches(expected, await harness.SendAsync(octets));

        Assert.Empty(door.Asked);
        Assert.Equal(0, harness.Service.Counters.Counted(PortalCounter.InternalErrors));
    }

    private static string TokenOf(string page) => page[(page.IndexOf("name=\"token\" value=\"", StringComparison.Ordinal) + 20)..].Split('"')[0];
}
