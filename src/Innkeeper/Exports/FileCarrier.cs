namespace Innkeeper.Exports;

/// <summary>
/// A file that is appended to, and that others may rename or remove at any time (logrotate).
/// </summary>
/// <param name="days">Null: the gateway does not rotate it.</param>
/// <param name="now">The host's local time.</param>
internal sealed class FileCarrier(string path, DayFiles? days, Func<DateTimeOffset> now) : IExportCarrier
{
    private DateOnly _rotated;

    public void Open(CancellationToken stop) => Rotate();

    public void Write(ReadOnlySpan<byte> octets)
    {
        Rotate();
        using var file = new FileStream(path, new FileStreamOptions
        {
            // It tells who was here and when.
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
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

    /// <summary>Once a day.</summary>
    private void Rotate()
    {
        var local = now();
        if (days is not null && _rotated != DateOnly.FromDateTime(local.DateTime))
        {
            days.Rotate(local);
            _rotated = DateOnly.FromDateTime(local.DateTime);
        }
    }
}
