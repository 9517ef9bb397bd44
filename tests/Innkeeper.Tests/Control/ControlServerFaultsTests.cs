using System.Net.Sockets;
using Innkeeper.Control;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Tests.Control;

/// <summary>What may go wrong around the control socket: reports that fail, no descriptors, others' files.</summary>
public sealed class ControlServerFaultsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Ask_ReportThatFails_IsAnsweredWithAnErrorAndLoggedOnceForEachKind()
    {
        var log = new Noted();
        var source = new FakeSource { Failure = new InvalidOperationException("no counters") };
        using var server = new ControlServer(SocketPath, source, log);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(
                """{"error":"the report could not be made (InvalidOperationException: no counters); the gateway\u0027s log has more"}""", ControlClient.Ask(SocketPath, "status"));
        }

        Assert.Single(log.Lines);
        source.Failure = new IOException("gone");
        ControlClient.Ask(SocketPath, "status");
        ControlClient.Ask(SocketPath, "devices");
        ControlClient.Ask(SocketPath, "devices");
        Assert.Equal(3, log.Lines.Count);
        Assert.Contains("`status`", log.Lines[0]);
    }

    [Fact]
    public async Task Accept_NoDescriptorLeft_PausesAndServesAgainLater()
    {
        var log = new Noted();
        var attempts = 0;
        var isFull = true;
        using var server = new ControlServer(SocketPath, new FakeSource(), log, (listener, stop) =>
        {
            attempts++;
            return isFull ? throw new SocketException((int)SocketError.TooManyOpenSockets) : listener.AcceptAsync(stop);
        });
        await Task.Delay(700, TestContext.Current.CancellationToken);
        Assert.InRange(attempts, 1, 8);
        Assert.Single(log.Lines);
        isFull = false;
        Assert.NotNull(ControlClient.Ask(SocketPath, "status"));
    }

    [Fact]
    public async Task Accept_ManyFailures_UseUpNoPlaces()
    {
        var failures = 0;
        using var server = new ControlServer(SocketPath, new FakeSource(), null, (listener, stop) =>
            failures++ < 4 ? ValueTask.FromException<Socket>(new SocketException((int)SocketError.ConnectionAborted)) : listener.AcceptAsync(stop));
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() =>
        {
            while (ControlClient.Ask(SocketPath, "status") is null)
            {
                Thread.Sleep(10);
            }
        })));
    }

    [Fact]
    public void Dispose_WhereAnotherGatewayPutItsSocketSince_LeavesThat()
    {
        var first = new ControlServer(SocketPath, new FakeSource());
        File.Delete(SocketPath);
        using var second = new ControlServer(SocketPath, new FakeSource());
        first.Dispose();
        Assert.NotNull(ControlClient.Ask(SocketPath, "status"));
    }

    [Fact]
    public void Dispose_WhereAFileLiesSince_LeavesThat()
    {
        var server = new ControlServer(SocketPath, new FakeSource());
        File.Delete(SocketPath);
        File.WriteAllText(SocketPath, "precious");
        server.Dispose();
        Assert.Equal("precious", File.ReadAllText(SocketPath));
    }

    [Fact]
    public void Dispose_SocketGoneAlready_IsNoMatter()
    {
        var server = new ControlServer(SocketPath, new FakeSource());
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
        Assert.Throws<IOException>(() => new ControlServer(SocketPath, new FakeSource()));
        Assert.Single(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Fact]
    public void RemoveDead_SocketSomebodyListensAt_Stays()
    {
        using var server = new ControlServer(SocketPath, new FakeSource());
        Assert.False(SocketFile.RemoveDead(SocketPath));
        Assert.NotNull(ControlClient.Ask(SocketPath, "status"));
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
