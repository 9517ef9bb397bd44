using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Innkeeper.Web;

namespace Innkeeper.Tests.Web;

/// <summary>Clients that send slowly, and clients that send too much, while a viewer works.</summary>
public sealed class GreedyClientsTests : IDisposable
{
    private const int Slow = 100;
    private const string Token = "Authorization: Bearer ik_program";

    /// <summary>A header, and the begin of a request with a body: neither ends.</summary>
    private const string Header = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ";
    private const string Body = "POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n";

    /// <summary>Far beyond the server's patience of 5 s.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(60);

    private readonly WebHarness _web = new();

    public void Dispose() => _web.Dispose();

    /// <summary>Each of 100 clients sends an octet a second. The server ends them all by itself; until then it answers each request of a viewer.</summary>
    [Fact]
    public async Task Viewer_IsAnswered_WhileAHundredClientsSendAnOctetASecond()
    {
        var slow = new List<TcpClient>();
        try
        {
            for (var i = 0; i < Slow; i++)
            {
                slow.Add(await Connect(i % 2 == 0 ? Header : Body));
            }

            slow.ForEach(SendOctet);
            var begun = Stopwatch.GetTimestamp();
            var slowest = await Ask();
            Assert.Equal(Slow, slow.Count(IsOpen));

            while (slow.Exists(IsOpen))
            {
                Assert.True(Stopwatch.GetElapsedTime(begun) < s_longest, $"{slow.Count(IsOpen)} slow clients are still connected");
                await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
                slow.ForEach(SendOctet);
                slowest = Math.Max(slowest, await Ask());
            }

            TestContext.Current.TestOutputHelper!.WriteLine($"beside {Slow} slow clients the slowest answer took {slowest:0} ms; the server ended them within {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s");
        }
        finally
        {
            slow.ForEach(c => c.Dispose());
        }
    }

    /// <summary>With a length that is too large, and without a length: no more is read of them than anyone may send.</summary>
    [Fact]
    public async Task Viewer_IsAnswered_WhileOthersSendTooMuch()
    {
        var chunk = $"400\r\n{new string('a', 0x400)}\r\n";
        var chunks = string.Concat(Enumerable.Repeat(chunk, (WebEndpoint.MaxBody / 0x400) + 1));
        var length = Body.Replace("1000", "100000000000", StringComparison.Ordinal);
        var endless = Body.Replace("Content-Length: 1000", "Transfer-Encoding: chunked", StringComparison.Ordinal) + chunks;
        var greedy = Enumerable.Range(0, 20).Select(i => _web.SendRaw(i % 2 == 0 ? length : endless)).ToList();
        await Ask();

        Assert.All(await Task.WhenAll(greedy), answer => Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal));
    }

    /// <returns>How long the answer took, in milliseconds.</returns>
    private async Task<double> Ask()
    {
        var begun = Stopwatch.GetTimestamp();
        using var response = await _web.Send("GET", "/api/v1/status", null, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    private async Task<TcpClient> Connect(string begin)
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await client.ConnectAsync(_web.Address, TestContext.Current.CancellationToken);
        await client.Client.SendAsync(Encoding.ASCII.GetBytes(begin), TestContext.Current.CancellationToken);
        return client;
    }

    private static void SendOctet(TcpClient client)
    {
        try
        {
            client.Client.Send("a"u8);
        }
        catch (SocketException)
        {
            // The server has ended it.
        }
    }

    /// <summary>Whether the server has not ended the connection; an answer that came is read.</summary>
    private static bool IsOpen(TcpClient client)
    {
        try
        {
            var answer = new byte[4096];
            while (client.Client.Poll(0, SelectMode.SelectRead))
            {
                if (client.Client.Receive(answer) == 0)
                {
                    return false;
                }
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
