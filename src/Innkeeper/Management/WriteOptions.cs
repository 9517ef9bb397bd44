namespace Innkeeper.Management;

/// <summary>How a write is done.</summary>
/// <param name="IsDryRun">Nothing is written, and no event is made: the answer says what would happen.</param>
/// <param name="IfMatch">The version that the client read (an entity tag without its quotes, or several with commas between): it is another one now if none of them fits. Null: any.</param>
internal sealed record WriteOptions(bool IsDryRun = false, string? IfMatch = null)
{
    /// <summary>Written at once, whatever is there.</summary>
    public static WriteOptions Now { get; } = new();

    /// <summary>Whether the client knows the present version (RFC 9110 section 13.1.1).</summary>
    public bool Fits(string version) => IfMatch is null or "*" || IfMatch.Split(',').Any(tag => tag.Trim().Trim('"') == version);
}
