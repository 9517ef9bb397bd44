namespace Innkeeper.Clocks;

/// <summary>Steady time as the wall clock shows it. For a clock that is not steady, both are the same.</summary>
internal static class WallClock
{
    /// <summary>For people, for rules by hours, and for other machines. Nothing ends by it.</summary>
    public static DateTimeOffset ToWall(this TimeProvider clock, DateTimeOffset time) => clock is SteadyClock steady ? steady.WallAt(time) : time;

    /// <inheritdoc cref="ToWall(TimeProvider, DateTimeOffset)"/>
    public static DateTimeOffset? ToWall(this TimeProvider clock, DateTimeOffset? time) => time is { } known ? clock.ToWall(known) : null;

    /// <summary>The wall clock now.</summary>
    public static DateTimeOffset WallNow(this TimeProvider clock) => clock.ToWall(clock.GetUtcNow());
}
