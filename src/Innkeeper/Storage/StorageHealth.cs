namespace Innkeeper.Storage;

/// <summary>Whether state is durable at this moment.</summary>
/// <param name="Path">The database file.</param>
/// <param name="FailingSince">When writing first failed; null while all is well.</param>
/// <param name="Reason">Why, as a sentence; null while all is well.</param>
/// <param name="Pending">Changes that wait in memory.</param>
/// <param name="Lost">Changes given up since the start: too many waited, or a value was out of range.</param>
internal sealed record StorageHealth(string Path, DateTimeOffset? FailingSince, string? Reason, int Pending, long Lost)
{
    internal bool IsOk => FailingSince is null;
}
