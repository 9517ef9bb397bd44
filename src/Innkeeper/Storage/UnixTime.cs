namespace Innkeeper.Storage;

/// <summary>Times as the tables keep them: Unix milliseconds.</summary>
internal static class UnixTime
{
    private static readonly long Least = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Greatest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Never throws: a stored number out of range becomes the nearest time.</summary>
    internal static DateTimeOffset From(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, Least, Greatest));
}
