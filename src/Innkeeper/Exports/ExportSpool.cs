using System.Globalization;
using System.Text;
using Innkeeper.Storage;

namespace Innkeeper.Exports;

/// <summary>
/// Records that wait for a collector, in files: one record a line, appended, and deleted when the collector has it. Two threads use it, one that appends
/// and one that sends. After a crash the lines that are whole are read back, and what the collector had since the last note is sent again. While the disk
/// cannot be written, records wait in memory.
/// </summary>
internal sealed class ExportSpool : IDisposable
{
    /// <summary>Records that wait in memory at most, while the disk cannot be written.</summary>
    internal const int MostInMemory = 10_000;

    private const int MostSegments = 8;
    private const long LongestSegment = 4 << 20;
    private const string Ending = ".jsonl";
    private const string PositionFile = "position";

    private static readonly TimeSpan s_syncInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _directory;
    private readonly long _most;
    private readonly List<SpoolSegment> _segments = [];
    private long _next = 1;
    private long _confirmed = 1;
    private long _noted;
    private long _lost;
    private bool _isUnsynced;
    private long _synced;

    /// <param name="directory">Its own; it is made when it is first needed.</param>
    /// <param name="most">Octets that wait at most.</param>
    public ExportSpool(string directory, long most) => (_directory, _most) = (directory, most);

    /// <summary>Why the disk cannot be written; null: it can.</summary>
    public string? Failure { get; private set; }

    /// <summary>Records that were lost because too many waited, since the start.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>How many records wait, and their octets.</summary>
    public (long Records, long Octets) Waiting
    {
        get
        {
            lock (_gate)
            {
                return (_next - _confirmed, _segments.Sum(s => s.Octets));
            }
        }
    }

    /// <summary>The number of the first record that the collector may not have.</summary>
    public long Confirmed
    {
        get
        {
            lock (_gate)
            {
                return _confirmed;
            }
        }
    }

    /// <summary>Counts records that never came here as lost.</summary>
    public void Lose(long records) => Interlocked.Add(ref _lost, records);

    /// <summary>Reads what an earlier process left. Call it first.</summary>
    public void Load()
    {
        lock (_gate)
        {
            Try(Find);
        }
    }

    /// <summary>Appends records and gives them their numbers.</summary>
    /// <param name="lines">JSON objects, which do not say their number.</param>
    public void Append(IReadOnlyList<byte[]> lines)
    {
        lock (_gate)
        {
            var first = _next;
            var numbered = lines.Select((line, i) => Number(line, first + i)).ToList();
            _next += lines.Count;
            Write(first, numbered);
            Bound();
        }
    }

    /// <summary>Reads records that are there, in their order.</summary>
    /// <param name="from">The number of the first; earlier ones that are gone are passed over.</param>
    public IReadOnlyList<SpooledRecord> Read(long from, int most)
    {
        lock (_gate)
        {
            from = Math.Max(from, _confirmed);
            var segment = _segments.Find(s => s.Contains(from)) ?? _segments.Find(s => s.First > from);
            try
            {
                return segment is null ? [] : [.. segment.Read(Math.Max(from, segment.First), most).Select(l => new SpooledRecord(l.Number, ExportRecord.Read(l.Line), l.Line))];
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another program took the file away: its records are lost.
                Failure = e.Message;
                Drop(segment!);
                return [];
            }
        }
    }

    /// <summary>The collector has all records before a number.</summary>
    public void Confirm(long next)
    {
        lock (_gate)
        {
            _confirmed = Math.Max(_confirmed, Math.Min(next, _next));
            foreach (var done in _segments.Where(s => s.End <= _confirmed).ToList())
            {
                _segments.Remove(done);
                done.Delete();
            }
        }
    }

    /// <summary><see cref="Sync"/>, once a second at most.</summary>
    public void SyncIfDue(TimeProvider clock)
    {
        if (_synced == 0 || clock.GetElapsedTime(_synced) >= s_syncInterval)
        {
            _synced = clock.GetTimestamp();
            Sync();
        }
    }

    /// <summary>Brings to disk what a crash must not lose. Only for the appending thread: it may take long.</summary>
    public void Sync()
    {
        SpoolSegment? current;
        lock (_gate)
        {
            Note();
            current = _isUnsynced && _segments is [.., { IsInMemory: false } last] ? last : null;
            _isUnsynced = false;
        }

        try
        {
            current?.Sync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // The collector took its records meanwhile, or the next write says so.
        }
    }

    /// <summary>Takes records out. Their numbers stay, so that nothing looks lost.</summary>
    /// <returns>How many.</returns>
    public int Erase(Func<ExportRecord, bool> isErased)
    {
        lock (_gate)
        {
            return _segments.Sum(s => s.Erase(line => ExportRecord.Read(line) is { } record && isErased(record)));
        }
    }

    public void Dispose()
    {
        Sync();
        lock (_gate)
        {
            _segments.ForEach(s => s.Dispose());
        }
    }

    /// <summary>The JSON object with its number as the first field.</summary>
    private static byte[] Number(byte[] line, long number) => [.. Encoding.ASCII.GetBytes($"{{\"number\":{number.ToString(CultureInfo.InvariantCulture)},"), .. line.AsSpan(1)];

    private void Write(long first, List<byte[]> lines)
    {
        try
        {
            if (_segments is not [.., { IsInMemory: false } current] || current.Octets >= Math.Min(LongestSegment, _most / MostSegments))
            {
                StateFiles.CreateDirectory(Path.GetDirectoryName(_directory)!);
                StateFiles.CreateDirectory(_directory);
                current = SpoolSegment.Create(Path.Combine(_directory, first.ToString("D16", CultureInfo.InvariantCulture) + Ending), first);
                _segments.Add(current);
            }

            current.Append(lines);
            _isUnsynced = true;
            Failure = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure = e.Message;
            if (_segments is not [.., { IsInMemory: true } memory])
            {
                memory = SpoolSegment.InMemory(first);
                _segments.Add(memory);
            }

            memory.Append(lines);
        }
    }

    /// <summary>The oldest records go when there are too many: the newest matter more to the people who watch.</summary>
    private void Bound()
    {
        while (_segments.Count > 1 && _segments.Sum(s => s.Octets) > _most)
        {
            Drop(_segments[0]);
        }

        while (_segments.Where(s => s.IsInMemory).Sum(s => s.Count) > MostInMemory && _segments.Find(s => s.IsInMemory) is { } oldest)
        {
            var lost = oldest.DropFirst(MostInMemory / 10);
            CountLost(oldest.First - lost, lost);
            _confirmed = Math.Max(_confirmed, _segments[0] == oldest ? oldest.First : _confirmed);
        }
    }

    private void Drop(SpoolSegment segment)
    {
        CountLost(segment.First, segment.Count);
        _confirmed = Math.Max(_confirmed, segment.End);
        _segments.Remove(segment);
        segment.Delete();
    }

    private void CountLost(long first, long count) => Lose(Math.Max(0, first + count - Math.Max(first, _confirmed)));

    /// <summary>Without waiting for the disk: a note that is too old costs only that records are sent again.</summary>
    private void Note()
    {
        if (_confirmed == _noted || !Directory.Exists(_directory))
        {
            return;
        }

        Try(() =>
        {
            File.WriteAllText(Path.Combine(_directory, PositionFile), _confirmed.ToString(CultureInfo.InvariantCulture));
            _noted = _confirmed;
        });
    }

    private void Find()
    {
        if (!Directory.Exists(_directory))
        {
            return;
        }

        foreach (var path in Directory.GetFiles(_directory, "*" + Ending).Order(StringComparer.Ordinal))
        {
            if (long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var first) && first >= _next)
            {
                var segment = SpoolSegment.Open(path, first);
                _segments.Add(segment);
                _next = segment.End;
            }
        }

        var position = Path.Combine(_directory, PositionFile);
        _confirmed = File.Exists(position) && long.TryParse(File.ReadAllText(position), NumberStyles.None, CultureInfo.InvariantCulture, out var noted) && noted >= 1 ? noted : 1;
        _next = Math.Max(_next, _confirmed);
        _confirmed = _segments is [var oldest, ..] ? Math.Max(_confirmed, oldest.First) : _next;
        Confirm(_confirmed);
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure = e.Message;
        }
    }
}
