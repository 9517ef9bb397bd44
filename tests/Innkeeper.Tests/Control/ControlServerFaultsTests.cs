using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Innkeeper.Control;
using Innkeeper.Tests.Management;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Tests.Control;

/// <summary>What may go wrong around the control socket: reports that fail, no descriptors, others' files.</summary>
public sealed class ControlServerFaultsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private ControlServer Serve() => new(SocketPath, new FakeGateway().Operations);

    private Task<(HttpStatusCode Status, string Body)> Ask(string target = "/v1/status") => ControlHttp.Get(SocketPath, target);

    private async Task AssertServes() => Assert.Equal(HttpStatusCode.OK, (await Ask()).Status);

    [Fact]
    public async Task Ask_ReportThatFails_IsAnsweredWithAnErrorAndLoggedOnceForEachKind()
    {
        var log = new Noted();
        var gateway = new FakeGateway { Failure = new InvalidOperationException("no counters") };
        using var server = new ControlServer(SocketPath, gateway.Operations, log);
        for (var i = 0; i < 3; i++)
        {
            var (status, body) = await Ask();
            Assert.Equal(HttpStatusCode.InternalServerError, status);
            Assert.Contains("the report could not be made (InvalidOperationException: no counters); the gateway\\u0027s log has more", body);
        }

        Assert.Single(log.Lines);
        gateway.Failure = new IOException("gone");
        await Ask();
        await Ask("/v1/devices");
        await Ask("/v1/devices");
        Assert.Equal(3, log.Lines.Count);
        Assert.Contains("`GET /v1/status`", log.Lines[0]);
    }

    [Fact]
    public async Task Accept_NoDescriptorLeft_PausesLongerEachTimeAndServesAgainLater()
    {
        var log = new Noted();
        var attempts = 0;
        var isFull = true;
        var clock = new PausingClock();
        using var server = new ControlServer(
            SocketPath, new FakeGateway().Operations, log,
            (listener, stop) =>
            {
                attempts++;
                return isFull ? throw new SocketException((int)SocketError.TooManyOpenSockets) : listener.AcceptAsync(stop);
            },
            clock: clock);

        for (var i = 1; i <= 6; i++)
        {
            Assert.True(SpinWait.SpinUntil(() => clock.Pauses.Count == i, ControlHttp.Patience));
            Assert.Equal(i, Volatile.Read(ref attempts));
            isFull = i < 6;
            clock.Continue();
        }

        Assert.Equal([50, 100, 200, 400, 800, 1000], clock.Pauses);
        Assert.Single(log.Lines);
        await AssertServes();
    }

    [Fact]
    public async Task Accept_ManyFailures_UseUpNoSlots()
    {
        var failures = 0;
        using var server = new ControlServer(SocketPath, new FakeGateway().Operations, null, (listener, stop) =>
            failures++ < 2 * ControlListener.MaxClients ? ValueTask.FromException<Socket>(new SocketException((int)SocketError.ConnectionAborted)) : listener.AcceptAsync(stop),
            clock: new ImpatientClock());
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => AssertServes()));
    }

    [Fact]
    public async Task Dispose_WhereAnotherGatewayPutItsSocketSince_LeavesThat()
    {
        var first = Serve();
        File.Delete(SocketPath);
        using var second = Serve();
        first.Dispose();
        await AssertServes();
    }

    [Fact]
    public void Dispose_WhereAFileLiesSince_LeavesThat()
    {
        var server = Serve();
        File.Delete(SocketPath);
        File.WriteAllText(SocketPath, "precious");
        server.Dispose();
        Assert.Equal("precious", File.ReadAllText(SocketPath));
    }

    [Fact]
    public void Dispose_SocketGoneAlready_IsNoMatter()
    {
        var server = Serve();
        File.Delete(SocketPath);
        server.Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    [InlineData("link")]
    public void RemoveDead_WhatIsNoSocket_Stays(string kind)
    {
        switch (kind)
        {
            case "file":
                File.WriteAllText(SocketPath, "precious");
                break;
            case "folder":
                Directory.CreateDirectory(SocketPath);
                break;
            default:
                File.CreateSymbolicLink(SocketPath, "/nonexistent");
                break;
        }

        Assert.False(SocketFile.RemoveDead(SocketPath));
        Assert.Single(Directory.EnumerateFileSystemEntries(_directory));
        Assert.Throws<IOException>(Serve);
        Assert.Single(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Fact]
    public async Task RemoveDead_SocketSomebodyListensAt_Stays()
    {
        using var server = Serve();
        Assert.False(SocketFile.RemoveDead(SocketPath));
        await AssertServes();
    }

    [Fact]
    public void RemoveDead_SocketOfAnotherType_Stays()
    {
        using var other = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(SocketPath));
        Assert.False(SocketFile.RemoveDead(SocketPath));
        Assert.True(File.Exists(SocketPath));
    }

    [Fact]
    public void RemoveDead_SocketNobodyListensAt_IsRemoved()
    {
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(SocketPath + "2"));
            File.Move(SocketPath + "2", SocketPath);
        }

        Assert.True(SocketFile.RemoveDead(SocketPath));
        Assert.False(File.Exists(SocketPath));
        Assert.True(SocketFile.RemoveDead(SocketPath));
    }

    /// <summary>A clock whose timers fire when the test says so.</summary>
    private sealed class PausingClock : TimeProvider
    {
        private Action? _fire;

        public ConcurrentQueue<double> Pauses { get; } = new();

        public void Continue() => Interlocked.Exchange(ref _fire, null)!();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _fire = () => callback(state);
            Pauses.Enqueue(dueTime.TotalMilliseconds);
            return new NoTimer();
        }
    }

    /// <summary>A clock whose timers fire at once.</summary>
    private sealed class ImpatientClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ThreadPool.QueueUserWorkItem(_ => callback(state));
            return new NoTimer();
        }
    }

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            // Nothing runs.
        }

        public ValueTask DisposeAsync() => default;
    }

    private sealed class Noted : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Lines)
            {
                Lines.Add(formatter(state, exception));
            }
        }
    }
}
