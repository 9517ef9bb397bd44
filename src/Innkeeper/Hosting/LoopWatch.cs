using Innkeeper.ControlPlane;
using Innkeeper.Management;

namespace Innkeeper.Hosting;

/// <summary>
/// Notices that the control loop hangs. Each of its turns leaves its time here, and the status, which other threads answer from snapshots, looks at it:
/// otherwise it would call a gateway healthy that serves no new device.
/// </summary>
/// <param name="clock">Steady.</param>
internal sealed class LoopWatch(TimeProvider clock) : ITimed
{
    /// <summary>A turn waits for a second at most, and none takes longer.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private long _lastTurn = clock.Now().Ticks;

    /// <summary>Null: the loop turns. Any thread may ask.</summary>
    public Problem? Problem => clock.Now() - new TimeSpan(Volatile.Read(ref _lastTurn)) is var silent && silent > s_limit
        ? new Problem(
            ProblemKind.ControlLoop, $"the control loop has hung for {silent.TotalSeconds:0} s: known devices are served, but new devices, DHCP and orders wait; restart the gateway, and keep its log for the developers")
        : null;

    /// <inheritdoc/>
    public TimeSpan NextDue(TimeSpan now) => TimeSpan.MaxValue;

    /// <inheritdoc/>
    public void Tick(TimeSpan now) => Volatile.Write(ref _lastTurn, now.Ticks);
}
