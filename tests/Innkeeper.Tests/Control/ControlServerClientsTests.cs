using System.Net;
using System.Net.Sockets;
using System.Text;
using Innkeeper.Control;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Control;

/// <summary>Clients that misbehave, and many at once.</summary>
public sealed class ControlServerClientsTests : IDisposable
{
    private const string Answer = "{\"schema\":2,\"devices\":[],\"total\":0,\"next\":null}\n";
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly FakeGateway _gateway = new() { Known = new DevicesReport(2, []) };
    private readonly ControlServer _server;

    public ControlServerClientsTests() => _server = new ControlServer(SocketPath, _gateway.Operations);

    private string SocketPath => Path.Combine(_directory, "below", "control.sock");

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task AssertServes() => Assert.Equal((HttpStatusCode.OK, Answer), await ControlHttp.Get(SocketPath, "/v1/devices"));

    [Fact]
    public void Request_OctetByOctet_IsAnswered()
    {
        using var client = ControlHttp.Connect(SocketPath);
        foreach (var octet in "GET /v1/devices HTTP/1.1\r\nHost: innkeeper\r\n\r\n"u8)
        {
            client.Send([octet]);
        }

        var answer = ControlHttp.ReadAll(client);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer);
        Assert.EndsWith("\r\n\r\n" + Answer, answer);
    }

    /// <summary>As `innkeeper` 0.1.0 asks; it shows the text and ends with code 1.</summary>
    [Theory]
    [InlineData("status\n")]
    [InlineData("{\"command\":\"devices approve\",\"device\":\"x\"}\n")]
    [InlineData("s")]
    public void Request_OfAnEarlierVersion_IsToldInItsOwnWay(string line)
    {
        using var client = ControlHttp.Connect(SocketPath);
        client.Send(Encoding.UTF8.GetBytes(line));
        Assert.Equal(
            "{\"error\":\"this gateway speaks HTTP on its control socket; use the innkeeper command of the same version\",\"exit_code\":1}\n", ControlHttp.ReadAll(client));
    }

    [Fact]
    public async Task Request_OctetsThatAreNoText_EndsThatConnectionOnly()
    {
        foreach (var garbage in (byte[][])[[0xff, 0xfe, 0, 0xc3, (byte)'\n'], [0], [.. "GET \0 HTTP/9\r\n\r\n"u8], [.. "GARBAGE\r\n\r\n"u8], [.. "GET / HTTP/1.1\r\nHost"u8, 0xff, 0, 13, 10, 13, 10]])
        {
            using var client = ControlHttp.Connect(SocketPath);
            client.Send(garbage);
            Assert.DoesNotContain("200 OK", ControlHttp.ReadAll(client));
        }

        await AssertServes();
    }

    [Theory]
    [InlineData(414, "GET /{0} HTTP/1.1\r\nHost: innkeeper\r\n\r\n")]
    [InlineData(431, "GET /v1/devices HTTP/1.1\r\nHost: innkeeper\r\nX: {0}\r\n\r\n")]
    public async Task Request_Overlong_IsRefused(int status, string request)
    {
        using var client = ControlHttp.Connect(SocketPath);
        client.Send(Encoding.UTF8.GetBytes(string.Format(System.Globalization.CultureInfo.InvariantCulture, request, new string('x', 9000))));
        Assert.StartsWith($"HTTP/1.1 {status} ", ControlHttp.ReadAll(client));
        await AssertServes();
    }

    [Fact]
    public async Task Request_WhileOthersSayNothing_IsServed()
    {
        using var silent = ControlHttp.Connect(SocketPath);
        using var half = ControlHttp.Connect(SocketPath);
        half.Send("GET /v1/devices HTTP/1.1\r\nHost:"u8);
        await AssertServes();
    }

    /// <summary>All slots are taken by clients that say nothing, or half of a request: they lose them after 5 s.</summary>
    [Fact]
    public async Task Request_WhileAllSlotsAreTaken_IsServedOnceTheSilentAreGone()
    {
        var silent = Enumerable.Range(0, ControlListener.MaxClients).Select(_ => ControlHttp.Connect(SocketPath)).ToList();
        foreach (var client in silent.Take(silent.Count / 2))
        {
            client.Send("GET /v1/devices HTTP/1.1\r\nHost:"u8);
        }

        await AssertServes();
        Assert.All(silent, client => Assert.DoesNotContain("200 OK", ControlHttp.ReadAll(client)));
        silent.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task Request_AfterManyWentAwayUnanswered_IsServed()
    {
        for (var i = 0; i < 100; i++)
        {
            using var client = ControlHttp.Connect(SocketPath);
            client.Send("GET /v1/status HTTP/1.1\r\nHost: innkeeper\r\n\r\n"u8);
        }

        await AssertServes();
    }

    [Fact]
    public async Task Request_HalfClosedBeforeItIsWhole_EndsThatConnectionOnly()
    {
        using var client = ControlHttp.Connect(SocketPath);
        client.Send("GET /v1/devices HTTP/1.1\r\n"u8);
        client.Shutdown(SocketShutdown.Send);
        Assert.DoesNotContain("200 OK", ControlHttp.ReadAll(client));
        await AssertServes();
    }

    [Fact]
    public async Task Request_ManyAtOnce_AllAreServed() => await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => AssertServes()));

    [Fact]
    public void Connection_AfterItsAnswer_IsClosed()
    {
        using var client = ControlHttp.Connect(SocketPath);
        client.Send("GET /v1/devices HTTP/1.1\r\nHost: a\r\n\r\nGET /v1/devices HTTP/1.1\r\nHost: a\r\n\r\n"u8);
        Assert.Equal(2, ControlHttp.ReadAll(client).Split("200 OK").Length);
    }

    [Fact]
    public void Dispose_Server_TakesItsSocketAway()
    {
        _server.Dispose();
        Assert.False(File.Exists(SocketPath));
        Assert.False(ControlServer.IsAnswering(SocketPath));
    }
}
