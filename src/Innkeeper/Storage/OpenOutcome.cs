namespace Innkeeper.Storage;

/// <summary>How <see cref="StateStore"/> came to its database.</summary>
internal enum OpenResult
{
    /// <summary>The database was there and sound.</summary>
    Opened,

    /// <summary>There was none, and no snapshot: a first start, unless the data plane knows devices.</summary>
    Created,

    /// <summary>The one that was there is of no use and lies aside. Another was made, from a snapshot if there is a good one.</summary>
    SetAside,

    /// <summary>There was none, and it was made from a snapshot.</summary>
    Restored,

    /// <summary>None can be written now: it is locked, the disk is full, or it may not be written. The readable part is in memory.</summary>
    Unavailable,
}

/// <summary>The result of opening the database, for the administrator.</summary>
/// <param name="Result">The kind of result.</param>
/// <param name="Path">Where the old file is now; null unless it was set aside.</param>
/// <param name="Reason">Why it was set aside or is unavailable, as a sentence without its full stop; null otherwise.</param>
/// <param name="SnapshotTime">When the snapshot was taken that the state comes from, by the wall clock; null: it does not come from one.</param>
internal sealed record OpenOutcome(OpenResult Result, string? Path = null, string? Reason = null, DateTimeOffset? SnapshotTime = null)
{
    /// <summary>Whether all that was on disk is loaded: a device without a record never had one on disk.</summary>
    internal bool IsWhole { get; init; } = Result == OpenResult.Opened;
}
