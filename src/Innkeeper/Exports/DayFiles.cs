using System.Globalization;

namespace Innkeeper.Exports;

/// <summary>A file with one more for each earlier day: the file of a day that is over gets that day's name, and days that are too old, or too large together, go.</summary>
/// <param name="keep">How long the days are kept.</param>
/// <param name="most">Octets of all earlier days.</param>
internal sealed class DayFiles(string path, TimeSpan keep, long most)
{
    private const string DateFormat = "yyyy-MM-dd";

    /// <exception cref="IOException">A file could not be renamed or deleted.</exception>
    /// <param name="now">The host's local time.</param>
    public void Rotate(DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.DateTime);
        if (File.Exists(path) && DateOnly.FromDateTime(File.GetLastWriteTime(path)) is var day && day < today)
        {
            var dated = NameOf(day);
            for (var number = 2; File.Exists(dated); number++)
            {
                dated = $"{NameOf(day)}.{number.ToString(CultureInfo.InvariantCulture)}";
            }

            File.Move(path, dated);
        }

        var octets = 0L;
        foreach (var (file, of) in Days().OrderByDescending(d => d.Day).ThenByDescending(d => d.File, StringComparer.Ordinal))
        {
            octets += new FileInfo(file).Length;
            if (of < today.AddDays(-(int)keep.TotalDays) || octets > most)
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Files that another program made there stay.</summary>
    private IEnumerable<(string File, DateOnly Day)> Days() =>
        from file in Directory.GetFiles(Path.GetDirectoryName(path)!)
        where file.StartsWith(path + ".", StringComparison.Ordinal)
        let rest = file[(path.Length + 1)..]
        where rest.Length >= DateFormat.Length
        let day = DateOnly.TryParseExact(rest.AsSpan(0, DateFormat.Length), DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed) ? parsed : (DateOnly?)null
        where day is not null && (rest.Length == DateFormat.Length || rest[DateFormat.Length] == '.')
        select (file, day.Value);

    private string NameOf(DateOnly day) => $"{path}.{day.ToString(DateFormat, CultureInfo.InvariantCulture)}";
}
