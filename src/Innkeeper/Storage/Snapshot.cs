using System.Globalization;
using System.Text.RegularExpressions;

namespace Innkeeper.Storage;

/// <summary>A whole copy of the database in a file of its own. Its name says what it is, so that nothing need be opened to choose one.</summary>
/// <param name="Number">Counts up: by it, and not by the time, one is newer than another.</param>
/// <param name="Schema">The version of its tables.</param>
/// <param name="Time">When it was taken, by the wall clock.</param>
/// <param name="Sum">SHA-256 of the file, in hexadecimal.</param>
internal sealed partial record Snapshot(string Path, long Number, int Schema, DateTimeOffset Time, string Sum)
{
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    internal static string NameOf(long number, int schema, DateTimeOffset time, string sum) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:D8}-schema{schema}-{time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}-{sum}.db");

    /// <summary>Null: the file is no snapshot.</summary>
    internal static Snapshot? Of(string path)
    {
        var match = Name().Match(System.IO.Path.GetFileName(path));
        return match.Success && long.TryParse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture, out var number)
            && int.TryParse(match.Groups["schema"].ValueSpan, CultureInfo.InvariantCulture, out var schema)
            && DateTimeOffset.TryParseExact(
                match.Groups["time"].ValueSpan, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? new Snapshot(path, number, schema, time, match.Groups["sum"].Value)
            : null;
    }

    [GeneratedRegex(@"^(?<number>\d{8,18})-schema(?<schema>\d{1,9})-(?<time>\d{8}T\d{6}Z)-(?<sum>[0-9a-f]{64})\.db$", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
