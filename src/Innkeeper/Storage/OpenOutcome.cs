namespace Innkeeper.Storage;

/// <summary>How <see cref="StateStore"/> came to its database.</summary>
internal enum OpenResult
{
    /// <summary>The database was there and sound.</summary>
    Opened,

    /// <summary>There was none: a first start.</summary>
    Created,

    /// <summary>The previous database was unusable and was moved aside. A new one was made: state was lost.</summary>
    SetAside,
}

/// <summary>The result of opening the database, for the administrator.</summary>
/// <param name="Result">The kind of result.</param>
/// <param name="Path">Where the old file lies now; null unless it was set aside.</param>
/// <param name="Reason">Why it was set aside, as a sentence without its full stop; null otherwise.</param>
internal sealed record OpenOutcome(OpenResult Result, string? Path = null, string? Reason = null);
