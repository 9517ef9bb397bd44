namespace Innkeeper.ControlPlane;

internal static class MonotonicTime
{
    /// <summary>The time that the data plane's stamps are in (CLOCK_MONOTONIC): since the machine started, never going back.</summary>
    public static TimeSpan Now(this TimeProvider clock) => clock.GetElapsedTime(0);
}
