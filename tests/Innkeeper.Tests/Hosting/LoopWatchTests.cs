using Innkeeper.ControlPlane;
using Innkeeper.Hosting;
using Innkeeper.Tests.ControlPlane.World;

namespace Innkeeper.Tests.Hosting;

/// <summary>A loop that hangs is a problem of the status, which does not depend on the loop.</summary>
public sealed class LoopWatchTests
{
    private readonly ManualClock _clock = new();
    private readonly LoopWatch _watch;

    public LoopWatchTests() => _watch = new LoopWatch(_clock);

    [Fact]
    public void Loop_ThatTurns_IsNoProblem()
    {
        for (var second = 0; second < 30; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            _watch.Tick(_clock.Now);
            Assert.Null(_watch.Problem);
        }
    }

    [Fact]
    public void Loop_ThatHangs_IsOneAfterTenSeconds_UntilItTurnsAgain()
    {
        _watch.Tick(_clock.Now);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(_watch.Problem);

        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(("control-loop", "broken"), (_watch.Problem!.Report.Kind, _watch.Problem.Report.Severity));
        Assert.StartsWith("the control loop has hung for 12 s: ", _watch.Problem.Text);

        _watch.Tick(_clock.Now);
        Assert.Null(_watch.Problem);
    }

    /// <summary>It must not make the loop turn more often.</summary>
    [Fact]
    public void Watch_IsNeverDue() => Assert.Equal(TimeSpan.MaxValue, ((ITimed)_watch).NextDue(_clock.Now));
}
