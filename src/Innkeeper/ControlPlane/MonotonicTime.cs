namespace Innkeeper.ControlPlane;

internal static class MonotonicTime
{
    /// <summary>The clock of the data plane's time stamps (CLOCK_MONOTONIC): time since the machine started; it never goes back.</summary>
    public static TimeSpan Now(this TimeProvider clock) => clock.GetElapsedTime(0);
}
