using System.Collections.Concurrent;
using Innkeeper.FirstRun;

namespace Innkeeper.Tests.FirstRun;

/// <summary>A script stands for the program.</summary>
public sealed class ChildGatewayTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly string _program = Path.Combine(Directory.CreateTempSubdirectory("ikt").FullName, "program");
    private readonly ConcurrentQueue<string> _told = new();
    private readonly CancellationTokenSource _stop = new();
    private int _torn;

    public void Dispose()
    {
        _stop.Dispose();
        Directory.Delete(Path.GetDirectoryName(_program)!, recursive: true);
    }

    private ChildGateway Child(string script)
    {
        File.WriteAllText(_program, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(_program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return new ChildGateway(_program, "/run/the file.toml", _told.Enqueue, () => _torn++);
    }

    [Fact]
    public void Start_WaitsForReady_AndStopEndsIt()
    {
        using var child = Child("echo \"$@\" >&2; trap 'echo ended; exit 7' TERM; echo ready; while :; do sleep 0.05; done");

        Assert.Null(child.Start(s_patience, _stop.Token));
        Assert.Null(child.WhyEnded);
        child.Stop();

        Assert.Contains("run --config /run/the file.toml", _told);
        Assert.Contains("ended", _told);
        Assert.Equal("the gateway ended with 7", child.WhyEnded);
        Assert.Equal(1, _torn);
    }

    [Fact]
    public void Start_OfAProgramThatEnds_HasItsSentence()
    {
        using var child = Child("echo 'innkeeper: there is no interface eth1' >&2; exit 1");

        Assert.Equal("there is no interface eth1", child.Start(s_patience, _stop.Token));
    }

    [Fact]
    public void Start_ThatTakesTooLong_IsSaid()
    {
        using var child = Child("exec sleep 60");

        Assert.Equal("it did not come to work within 0 s", child.Start(TimeSpan.FromMilliseconds(200), _stop.Token));
    }

    [Fact]
    public void Start_OfNothing_IsSaid()
    {
        using var child = new ChildGateway("/no/such/program", "x.toml", _told.Enqueue, () => _torn++);

        Assert.StartsWith("/no/such/program cannot be started: ", child.Start(s_patience, _stop.Token));
    }

    [Fact]
    public void Wait_PassesTheEndOn_AndReturnsTheExitCode()
    {
        using var child = Child("trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done");
        Assert.Null(child.Start(s_patience, _stop.Token));
        _stop.Cancel();

        Assert.Equal(3, child.Wait(_stop.Token));
        Assert.Equal(0, _torn);
    }
}
