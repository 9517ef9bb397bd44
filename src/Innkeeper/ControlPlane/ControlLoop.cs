using Innkeeper.DataPlane;
using Innkeeper.Interfaces;

namespace Innkeeper.ControlPlane;

/// <summary>
/// The control plane's one thread: follows the interfaces, hands punts to their handlers, runs the actions that other threads posted, and does
/// the timers that are due. Nothing here blocks: the store writes on a thread of its own, frames are sent without waiting.
/// </summary>
/// <param name="timers">In the order in which they run.</param>
/// <param name="follow">The network when it changed since the last call, otherwise null.</param>
internal sealed class ControlLoop(
    IPuntSource punts, IPuntReceiver dispatcher, ControlInbox inbox, IReadOnlyList<ITimed> timers, Func<NetworkContext?> follow, CurrentNetwork network, TimeProvider clock)
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(1);

    /// <summary>Timers are rounded up: a wait that ends a moment early would be followed by another.</summary>
    private static readonly TimeSpan s_slack = TimeSpan.FromMilliseconds(1);

    /// <summary>Serves until stopped. Waits in the kernel for the next punt or the next thing due, a second at most.</summary>
    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Step(Wait());
        }
    }

    /// <summary>The first addresses are probed before the gateway reports that it is ready: new devices do not wait for that.</summary>
    /// <param name="isReady">Whether they are probed.</param>
    public void Prepare(Func<TimeSpan, bool> isReady)
    {
        do
        {
            Tick();
            punts.Poll(TimeSpan.FromMilliseconds(10), dispatcher);
        }
        while (!isReady(clock.Now()));
    }

    /// <summary>One turn: the network, the punts, then everything that is due.</summary>
    public void Step(TimeSpan wait)
    {
        if (follow() is { } next)
        {
            network.Set(next, clock.Now());
        }

        punts.Poll(wait, dispatcher);
        Tick();
    }

    private void Tick()
    {
        inbox.Run();
        foreach (var timer in timers)
        {
            timer.Tick(clock.Now());
        }
    }

    private TimeSpan Wait()
    {
        var now = clock.Now();
        var due = TimeSpan.MaxValue;
        foreach (var timer in timers)
        {
            due = timer.NextDue(now) is var next && next < due ? next : due;
        }

        return due <= now ? TimeSpan.Zero : due - now >= s_longestWait ? s_longestWait : due - now + s_slack;
    }
}
