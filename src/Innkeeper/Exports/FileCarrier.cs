using System.Globalization;

namespace Innkeeper.Exports;

/// <summary>
/// A file that is appended to, and that others may rename or remove at any time (logrotate). With a time to keep it, the gateway itself begins a new one
/// each day, by the host's calendar, and deletes those that are older.
/// </summary>
/// <param name="keep">Zero: the gateway does not rotate it.</param>
/// <param name="now">The host's local time.</param>
internal sealed class FileCarrier(string path, TimeSpan keep, Func<DateTimeOffset> now) : IExportCarrier
{
    private const string DateFormat = "yyyy-MM-dd";

    private DateOnly _rotated;

    public void Open(CancellationToken stop) => Rotate();

    public void Write(ReadOnlySpan<byte> octets)
    {
        Rotate();
        using var file = new FileStream(path, new FileStreamOptions
        {
            // It tells who was here and when.
            Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        var start = file.Length;
        try
        {
            file.Write(octets);
        }
        catch (IOException)
        {
            // A full disk took half of a line.
            file.SetLength(start);
            throw;
        }
    }

    public bool Settle() => true;

    public void Close()
    {
    }

    /// <summary>The file of an earlier day gets that day's name, and files that are too old go.</summary>
    private void Rotate()
    {
        var today = DateOnly.FromDateTime(now().DateTime);
        if (keep == TimeSpan.Zero || _rotated == today)
        {
            return;
        }

        if (File.Exists(path) && DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(new DateTimeOffset(File.GetLastWriteTimeUtc(path)), TimeZoneInfo.Local).DateTime) is var day && day < today)
        {
            var dated = NameOf(day);
            for (var number = 2; File.Exists(dated); number++)
            {
                dated = $"{NameOf(day)}.{number.ToString(CultureInfo.InvariantCulture)}";
            }

            File.Move(path, dated);
        }

        foreach (var old in Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".*").Where(f => DayOf(f) < today.AddDays(-(int)keep.TotalDays)))
        {
            File.Delete(old);
        }

        _rotated = today;
    }

    private string NameOf(DateOnly day) => $"{path}.{day.ToString(DateFormat, CultureInfo.InvariantCulture)}";

    /// <returns>Null: another file, which stays.</returns>
    private DateOnly? DayOf(string file) =>
        file.Length >= path.Length + 1 + DateFormat.Length && DateOnly.TryParseExact(file.AsSpan(path.Length + 1, DateFormat.Length), DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
