using Innkeeper.Cli;
using Innkeeper.Control;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Cli;

/// <summary>`events --follow` while gateways come and go at its socket.</summary>
public sealed class EventFollowerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly FakeGateway _gateway = new();
    private ControlServer? _server;

    public EventFollowerTests() => _server = new ControlServer(SocketPath, _gateway.Operations);

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose()
    {
        _server?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Follow_WithoutWaiting_EndsWithTheGateway()
    {
        using var follower = new Follower(SocketPath, _gateway, "--wait", "0s");
        _gateway.Happen("one", "test");
        follower.Await("one");
        _server!.Dispose();
        _server = null;
        Assert.Equal(
            new CommandLine(3, "2026-11-23 07:05:03Z test: one\n", $"innkeeper: no gateway answers at {SocketPath}; is it running? (start it with `innkeeper run`, or name its configuration with --config)\n"),
            await follower.EndAsync());
    }

    /// <summary>What happened while no gateway answered comes too, and nothing comes twice.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Follow_OverReloads_GoesOnWhereItWas(bool json)
    {
        using var follower = new Follower(SocketPath, _gateway, json ? ["--json"] : []);
        _gateway.Happen("one", "test");
        follower.Await("one");
        for (var reload = 0; reload < 3; reload++)
        {
            _server!.Dispose();
            _gateway.Happen($"between {reload}");
            _server = new ControlServer(SocketPath, _gateway.Operations);
            follower.Await($"between {reload}");
        }

        _gateway.Happen("last");
        follower.Await("last");
        var lines = follower.Lines;
        Assert.Equal(5, lines.Length);
        Assert.All(((string[])["one", "between 0", "between 1", "between 2", "last"]).Zip(lines), pair => Assert.Contains(pair.First, pair.Second));
    }

    [Fact]
    public void Follow_OverALossOfTheLastOne_SaysThatSomeMayBeMissing()
    {
        using var follower = new Follower(SocketPath, _gateway);
        _gateway.Happen("one", "test");
        follower.Await("one");
        _server!.Dispose();
        var other = new FakeGateway();
        other.Clock.Now += TimeSpan.FromMinutes(1);
        other.Happen("of another life");
        _server = new ControlServer(SocketPath, other.Operations);
        follower.Await("of another life");
        Assert.Equal("(events may be missing here: the gateway does not know the last one any more)", follower.Lines[1]);
    }

    [Fact]
    public void Follow_BeforeAnyCame_MissesNoneOfAReload()
    {
        using var follower = new Follower(SocketPath, _gateway);
        _server!.Dispose();
        _gateway.Clock.Now = DateTimeOffset.UtcNow.AddSeconds(1);
        _gateway.Happen("between");
        _server = new ControlServer(SocketPath, _gateway.Operations);
        follower.Await("between");
        Assert.Single(follower.Lines);
    }

    /// <summary>`events --follow` in a task of its own.</summary>
    private sealed class Follower : IDisposable
    {
        private readonly StringWriter _output = new();
        private readonly TextWriter _synchronized;
        private readonly StringWriter _errors = new();
        private readonly Task<int> _task;

        public Follower(string socket, FakeGateway gateway, params string[] more)
        {
            _synchronized = TextWriter.Synchronized(_output);
            _task = Task.Run(() => CommandTree.Invoke(["events", "--follow", "--last", "0", "--socket", socket, .. more], _synchronized, _errors));
            Assert.True(SpinWait.SpinUntil(() => gateway.IsFollowed, TimeSpan.FromSeconds(10)));
        }

        public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        private string Text
        {
            get
            {
                // Its methods are synchronized by the writer itself.
                lock (_synchronized)
                {
                    return _output.ToString();
                }
            }
        }

        public void Await(string text) => Assert.True(SpinWait.SpinUntil(() => Text.Contains(text, StringComparison.Ordinal), TimeSpan.FromSeconds(20)), Text + _errors);

        public async Task<CommandLine> EndAsync() => new(await _task, Text, _errors.ToString());

        public void Dispose()
        {
            _output.Dispose();
            _errors.Dispose();
        }
    }
}
