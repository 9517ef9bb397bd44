using System.Net.Sockets;
using System.Text.Json;
using Innkeeper.Control;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Control;

/// <summary>Events as they come, over HTTP.</summary>
public sealed class ControlStreamTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly FakeGateway _gateway = new();
    private readonly ControlServer _server;

    public ControlStreamTests() => _server = new ControlServer(SocketPath, _gateway.Operations);

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static void Await(Func<bool> state) => Assert.True(SpinWait.SpinUntil(state, ControlHttp.Patience));

    private static string TextOf(string? line) => JsonSerializer.Deserialize(line!, ContractsContext.Default.EventReport)!.Text;

    private async Task<Watcher> Watch(string query = "last=0")
    {
        var http = ControlHttp.Open(SocketPath);
        var response = await http.GetAsync($"/v1/events/stream?{query}", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new Watcher(http, response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Stream_PastAndToCome_AreEachToldOnceInOrder()
    {
        for (var i = 0; i < 5; i++)
        {
            _gateway.Happen($"it happened {i}");
        }

        using var watcher = await Watch("last=2");
        Assert.Equal("application/x-ndjson", watcher.Response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("it happened 3", TextOf(await watcher.Next()));
        Assert.Equal("it happened 4", TextOf(await watcher.Next()));
        _gateway.Happen("it happened 5");
        Assert.Equal("it happened 5", TextOf(await watcher.Next()));
    }

    [Fact]
    public async Task Stream_SinceANumber_GoesOnAfterIt()
    {
        long number;
        using (var watcher = await Watch())
        {
            _gateway.Happen("1");
            _gateway.Happen("2");
            number = JsonSerializer.Deserialize((await watcher.Next())!, ContractsContext.Default.EventReport)!.Sequence;
        }

        _gateway.Happen("3");
        using var again = await Watch($"since={number}");
        Assert.Equal("2", TextOf(await again.Next()));
        Assert.Equal("3", TextOf(await again.Next()));
    }

    [Fact]
    public async Task Stream_TextOfGuests_IsOneLineOfJson()
    {
        using var watcher = await Watch();
        const string Hostile = "a\n\u001b[2J\"},{\u2028\ud83d\ude00";
        _gateway.Happen(Hostile);
        Assert.Equal(Hostile, TextOf(await watcher.Next()));
    }

    [Fact]
    public async Task Stream_ClientThatGoes_IsForgotten()
    {
        using (await Watch())
        {
            Await(() => _gateway.IsFollowed);
        }

        Await(() => !_gateway.IsFollowed);
    }

    [Fact]
    public async Task Stream_MoreThanMayBe_IsToldSoAndOthersAreServed()
    {
        var watchers = new List<Watcher>();
        for (var i = 0; i < EventStream.MostSubscribers; i++)
        {
            watchers.Add(await Watch());
        }

        using (var late = await Watch())
        {
            Assert.Equal(503, (int)late.Response.StatusCode);
            Assert.Contains("32 clients follow the events already; end one of them", await late.Next());
        }

        // They take no slots of those who ask.
        await Task.WhenAll(Enumerable.Range(0, 2 * ControlListener.MaxClients).Select(_ => ControlHttp.Get(SocketPath, "/v1/status")));
        watchers.ForEach(w => w.Dispose());
        Await(() => !_gateway.IsFollowed);
        using var next = await Watch();
        Assert.Equal(200, (int)next.Response.StatusCode);
    }

    [Fact]
    public void Stream_SlowReader_HoldsNobodyUpAndIsToldHowManyItMissed()
    {
        using var socket = ControlHttp.Connect(SocketPath);
        socket.Send("GET /v1/events/stream?last=0 HTTP/1.1\r\nHost: innkeeper\r\n\r\n"u8);
        Await(() => _gateway.IsFollowed);

        // More than the kernel and Kestrel take for a reader who does not read, with what waits here.
        const int Told = 20_000;
        for (var i = 0; i < Told; i++)
        {
            _gateway.Happen(new string('x', 100));
        }

        using var lines = new StreamReader(new NetworkStream(socket));
        var (heard, missed) = (0, 0L);
        while (heard + missed < Told)
        {
            // Between chunks' sizes and the header.
            if (lines.ReadLine()! is ['{', ..] text)
            {
                var line = JsonSerializer.Deserialize(text, ContractsContext.Default.EventLine)!;
                heard += line.Text is null ? 0 : 1;
                missed += line.Missed;
            }
        }

        Assert.Equal(Told, heard + missed);
        Assert.InRange(missed, 1, Told - EventBuffer.Capacity);
        _gateway.Happen("the next");
        string? last;
        do
        {
            last = lines.ReadLine();
        }
        while (last is not ['{', ..]);

        Assert.Equal("the next", TextOf(last));
    }

    [Fact]
    public async Task Stream_WhenTheServerEnds_IsOver()
    {
        using var watcher = await Watch();
        Await(() => _gateway.IsFollowed);
        _server.Dispose();
        Assert.Null(await watcher.Next());
        Assert.False(_gateway.IsFollowed);
    }

    [Fact]
    public void Dispose_WithAReaderThatStopped_TakesNoTime()
    {
        using var socket = ControlHttp.Connect(SocketPath);
        socket.Send("GET /v1/events/stream?last=0 HTTP/1.1\r\nHost: innkeeper\r\n\r\n"u8);
        Await(() => _gateway.IsFollowed);
        for (var i = 0; i < 20_000; i++)
        {
            _gateway.Happen(new string('x', 100));
        }

        var watch = System.Diagnostics.Stopwatch.StartNew();
        _server.Dispose();
        Assert.InRange(watch.ElapsedMilliseconds, 0, 900);
    }

    private sealed record Watcher(HttpClient Http, HttpResponseMessage Response, StreamReader Lines) : IDisposable
    {
        public Task<string?> Next() => Lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(ControlHttp.Patience);

        public void Dispose()
        {
            Lines.Dispose();
            Response.Dispose();
            Http.Dispose();
        }
    }
}
