using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Innkeeper.Control;
using Innkeeper.Events;
using Innkeeper.Storage.Tables;

namespace Innkeeper.Tests.Control;

/// <summary>Events as they come.</summary>
public sealed class FollowTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly FakeSource _source = new();
    private readonly ControlServer _server;

    public FollowTests() => _server = new ControlServer(SocketPath, _source);

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static EventReport Event(int number, string text = "it happened") => new(s_start.AddSeconds(number), "test", $"{text} {number}");

    private Socket Follow(int last = 0)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
        socket.Send(Encoding.UTF8.GetBytes(new ControlRequest("events") { Follow = true, Last = last }.ToLine() + "\n"));
        return socket;
    }

    private static StreamReader Lines(Socket socket) => new(new NetworkStream(socket), Encoding.UTF8);

    private static string? TextOf(string? line) => JsonSerializer.Deserialize(line!, ReportContext.Default.EventReport)!.Text;

    [Fact]
    public void Follow_PastAndToCome_AreEachToldOnceInOrder()
    {
        for (var i = 0; i < 5; i++)
        {
            _source.Tell(Event(i));
        }

        using var socket = Follow(last: 2);
        using var lines = Lines(socket);
        Assert.Equal("it happened 3", TextOf(lines.ReadLine()));
        Assert.Equal("it happened 4", TextOf(lines.ReadLine()));
        _source.Tell(Event(5));
        _source.Tell(Event(6));
        Assert.Equal("it happened 5", TextOf(lines.ReadLine()));
        Assert.Equal("it happened 6", TextOf(lines.ReadLine()));
    }

    [Fact]
    public void Follow_TextOfGuests_IsOneLineOfJson()
    {
        using var socket = Follow();
        using var lines = Lines(socket);
        Wait.For(() => _source.IsFollowed);
        var hostile = new EventReport(s_start, "test", "a\n\u001b[2J\"},{\u2028\ud83d\ude00");
        _source.Tell(hostile);
        Assert.Equal(hostile, JsonSerializer.Deserialize(lines.ReadLine()!, ReportContext.Default.EventReport));
    }

    [Fact]
    public void Follow_ClientThatGoes_IsForgotten()
    {
        using (Follow())
        {
            Wait.For(() => _source.IsFollowed);
        }

        Wait.For(() => !_source.IsFollowed && _server.FollowerCount == 0);
    }

    [Fact]
    public void Follow_MoreThanMayBe_IsToldSoAndOthersAreServed()
    {
        var followers = Enumerable.Range(0, Followers.Most).Select(_ => Follow()).ToList();
        Wait.For(() => _server.FollowerCount == Followers.Most);
        using (var late = Follow())
        using (var lines = Lines(late))
        {
            Assert.Equal("{\"error\":\"8 follow the events already; end one of them\"}", lines.ReadLine());
        }

        // They take no places of those who ask.
        for (var i = 0; i < 32; i++)
        {
            Assert.NotNull(ControlClient.Ask(SocketPath, "status"));
        }

        followers.ForEach(f => f.Dispose());
        Wait.For(() => _server.FollowerCount == 0);
        using var next = Follow();
        Wait.For(() => _source.IsFollowed);
    }

    [Fact]
    public void Follow_SlowReader_HoldsNobodyUpAndIsToldHowManyItMissed()
    {
        using var socket = Follow();
        Wait.For(() => _source.IsFollowed);

        // More than the kernel takes for a reader who does not read, with what waits here.
        const int Told = 20_000;
        for (var i = 0; i < Told; i++)
        {
            _source.Tell(Event(i, new string('x', 100)));
        }

        using var lines = Lines(socket);
        var (heard, missed) = (0, 0L);
        while (heard + missed < Told)
        {
            var line = JsonSerializer.Deserialize(lines.ReadLine()!, ReportContext.Default.FollowedLine)!;
            heard += line.Text is null ? 0 : 1;
            missed += line.Missed;
        }

        Assert.Equal(Told, heard + missed);
        Assert.InRange(missed, 1, Told - FollowQueue.Capacity);
        _source.Tell(Event(1));
        Assert.Equal("it happened 1", TextOf(lines.ReadLine()));
    }

    [Fact]
    public async Task Queue_Full_TellsTheNumberInTheirPlace()
    {
        var queue = new FollowQueue();
        for (var i = 0; i < FollowQueue.Capacity + 3; i++)
        {
            queue.Add(Event(i));
        }

        var stop = TestContext.Current.CancellationToken;
        for (var i = 0; i < FollowQueue.Capacity; i++)
        {
            Assert.Equal(Event(i), (await queue.TakeAsync(stop)).Event);
        }

        queue.Add(Event(1000));
        Assert.Equal(new FollowQueue.Item(null, 3), await queue.TakeAsync(stop));
        Assert.Equal(Event(1000), (await queue.TakeAsync(stop)).Event);
    }

    [Fact]
    public void Latest_OfTrailAndMemory_IsEachOnceInOrder()
    {
        Event[] memory = [new(1, s_start.AddTicks(7), new PeerLost(), "2"), new(2, s_start.AddSeconds(1), new PeerLost(), "3")];
        StoredEvent[] trail = [new(2, s_start, "peer", "2"), new(1, s_start.AddSeconds(-1), "peer", "1")];
        Assert.Equal(["1", "2", "3"], Reporter.Latest(trail, memory, 10).Select(e => e.Text));
        Assert.Equal(["2", "3"], Reporter.Latest(trail, memory, 2).Select(e => e.Text));
        Assert.Equal(["1", "2"], Reporter.Latest(trail, [], 10).Select(e => e.Text));
    }
}
