namespace Innkeeper.Exports;

/// <summary>A file of a spool, or lines in memory while the disk cannot be written. One thread at a time.</summary>
internal sealed class SpoolSegment : IDisposable
{
    private const int BufferSize = 64 * 1024;

    /// <summary>A line is longer in no record; a file that another program wrote may have anything.</summary>
    private const int LongestLine = 64 * 1024;

    private readonly FileStream? _file;
    private readonly List<byte[]>? _lines;

    /// <summary>Where the record with this number begins in the file: records are read one after the other.</summary>
    private (long Number, long Offset) _reached;

    private SpoolSegment(long first, FileStream? file)
    {
        (First, _file, _lines) = (first, file, file is null ? [] : null);
        _reached = (first, 0);
    }

    public bool IsInMemory => _file is null;

    /// <summary>The number of its first record.</summary>
    public long First { get; private set; }

    public long Count { get; private set; }

    /// <summary>The number after that of its last record.</summary>
    public long End => First + Count;

    public long Octets { get; private set; }

    public static SpoolSegment Create(string path, long first) => new(first, OpenFile(path, FileMode.Create));

    public static SpoolSegment InMemory(long first) => new(first, null);

    /// <summary>A file of an earlier process. A line at its end that is not whole is cut off: the process died while it wrote it.</summary>
    public static SpoolSegment Open(string path, long first)
    {
        var segment = new SpoolSegment(first, OpenFile(path, FileMode.Open));
        var buffer = new byte[BufferSize];
        var (offset, whole) = (0L, 0L);
        while (segment._file!.Read(buffer) is > 0 and var read)
        {
            segment.Count += buffer.AsSpan(0, read).Count((byte)'\n');
            whole = buffer.AsSpan(0, read).LastIndexOf((byte)'\n') is >= 0 and var end ? offset + end + 1 : whole;
            offset += read;
        }

        segment._file.SetLength(whole);
        segment.Octets = whole;
        return segment;
    }

    public bool Contains(long number) => number >= First && number < End;

    /// <exception cref="IOException">Nothing of it was appended.</exception>
    public void Append(IReadOnlyList<byte[]> lines)
    {
        if (_lines is not null)
        {
            _lines.AddRange(lines);
            Octets += lines.Sum(l => l.Length + 1);
        }
        else
        {
            byte[] octets = [.. lines.SelectMany(l => (byte[])[.. l, (byte)'\n'])];
            try
            {
                _file!.Seek(Octets, SeekOrigin.Begin);
                _file.Write(octets);
                _file.Flush();
            }
            catch (IOException)
            {
                CutOff();
                throw;
            }

            Octets += octets.Length;
        }

        Count += lines.Count;
    }

    /// <param name="from">One that it contains.</param>
    public List<(long Number, byte[] Line)> Read(long from, int most)
    {
        if (_lines is not null)
        {
            return [.. _lines.Skip((int)(from - First)).Take(most).Select((line, i) => (from + i, line))];
        }

        if (from < _reached.Number)
        {
            _reached = (First, 0);
        }

        var read = new List<(long Number, byte[] Line)>();
        var buffer = new byte[BufferSize];
        var (line, length) = (new List<byte>(), 0L);
        _file!.Seek(_reached.Offset, SeekOrigin.Begin);
        while (read.Count < most && _file.Read(buffer) is > 0 and var octets)
        {
            var rest = buffer.AsSpan(0, octets);
            while (read.Count < most && rest.IndexOf((byte)'\n') is >= 0 and var end)
            {
                line.AddRange(rest[..end]);
                length += end + 1;
                if (_reached.Number >= from)
                {
                    read.Add((_reached.Number, length <= LongestLine ? [.. line] : []));
                }

                _reached = (_reached.Number + 1, _reached.Offset + length);
                (line, length) = ([], 0);
                rest = rest[(end + 1)..];
            }

            length += rest.Length;
            line.AddRange(length <= LongestLine ? rest : []);
        }

        return read;
    }

    /// <summary>Returns when its records are on disk.</summary>
    public void Sync() => RandomAccess.FlushToDisk(_file!.SafeFileHandle);

    /// <summary>Takes the first records out of memory.</summary>
    /// <returns>How many.</returns>
    public int DropFirst(int most)
    {
        var dropped = Math.Min(most, _lines!.Count);
        Octets -= _lines.Take(dropped).Sum(l => l.Length + 1);
        _lines.RemoveRange(0, dropped);
        (First, Count) = (First + dropped, Count - dropped);
        return dropped;
    }

    /// <summary>Empties lines; they stay as lines, so that the others keep their numbers.</summary>
    /// <returns>How many.</returns>
    public int Erase(Func<byte[], bool> isErased)
    {
        var all = Count == 0 ? [] : Read(First, int.MaxValue);
        var erased = all.Where(l => isErased(l.Line)).Select(l => (int)(l.Number - First)).ToHashSet();
        if (erased.Count == 0)
        {
            return 0;
        }

        byte[][] kept = [.. all.Select((l, i) => erased.Contains(i) ? [] : l.Line)];
        if (_lines is not null)
        {
            _lines.Clear();
            _lines.AddRange(kept);
            Octets = kept.Sum(l => l.Length + 1);
            return erased.Count;
        }

        // In place: what is erased leaves no copy, and a crash in between costs records that are sent again at most.
        byte[] octets = [.. kept.SelectMany(l => (byte[])[.. l, (byte)'\n'])];
        _file!.Seek(0, SeekOrigin.Begin);
        _file.Write(octets);
        _file.SetLength(octets.Length);
        _file.Flush(flushToDisk: true);
        (Octets, _reached) = (octets.Length, (First, 0));
        return erased.Count;
    }

    public void Delete()
    {
        Dispose();
        if (_file is not null)
        {
            try
            {
                File.Delete(_file.Name);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next start reads it, and sends its records again.
            }
        }
    }

    public void Dispose() => _file?.Dispose();

    private static FileStream OpenFile(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (mode == FileMode.Create)
        {
            // It tells who was here and when.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <summary>The disk is full in the middle of a line.</summary>
    private void CutOff()
    {
        try
        {
            _file!.SetLength(Octets);
        }
        catch (IOException)
        {
            // The next append writes over it.
        }
    }
}
