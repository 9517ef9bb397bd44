using System.Diagnostics;
using Innkeeper.Interop;

namespace Innkeeper.Tests.Interop;

/// <summary>What a guard sees of the process that it watches.</summary>
public sealed unsafe class HandoverWatchTests : IDisposable
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(20);

    private readonly Process _watched = Process.Start("sleep", "1000");
    private readonly int _end;
    private readonly HandoverWatch _watch;

    public HandoverWatchTests()
    {
        var ends = stackalloc int[2];
        Assert.Equal(0, Libc.socketpair(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0, ends));
        _end = ends[0];
        _watch = new HandoverWatch(ends[1], _watched.Id);
    }

    public void Dispose()
    {
        _watched.Kill();
        _watched.Dispose();
        _watch.Dispose();
    }

    [Fact]
    public void Process_ThatSaysItIsAtWork_IsReady()
    {
        _watch.SayHere();
        Assert.Equal(HandoverWatch.Here, HandoverWatch.Hear(_end, s_long));
        HandoverWatch.Say(_end, HandoverWatch.AtWork);
        Assert.Equal(HandoverEnd.Ready, _watch.Await(s_long));
        _ = Libc.close(_end);
    }

    [Fact]
    public void Process_ThatEnds_HasEnded()
    {
        _watched.Kill();
        Assert.Equal(HandoverEnd.Ended, _watch.Await(s_long));
        _ = Libc.close(_end);
    }

    /// <summary>A program may close descriptors that it does not know; that says nothing of it.</summary>
    [Fact]
    public void Process_ThatClosesItsEndAndGoesOn_IsLate_AndCanBeEnded()
    {
        _ = Libc.close(_end);
        Assert.Equal(HandoverEnd.Late, _watch.Await(TimeSpan.FromMilliseconds(300)));
        Assert.False(_watched.HasExited);

        _watch.Kill(s_long);
        Assert.True(_watched.WaitForExit(s_long));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5 x")]
    [InlineData("5 6 7")]
    public void Variable_ThatIsNone_IsNone(string? text) => Assert.Null(HandoverWatch.Parse(text));
}
