using Innkeeper.Configuration;

namespace Innkeeper.Exports;

/// <summary>Records between the threads where things happen and the one that writes: adding waits for nothing. Any thread may add.</summary>
internal sealed class ExportQueue
{
    /// <summary>Some seconds of a very busy gateway.</summary>
    internal const int Most = 20_000;

    private readonly object _gate = new();
    private readonly long[] _lost = new long[Enum.GetValues<ExportContent>().Length];
    private List<ExportRecord> _records = [];

    public void Add(ExportRecord record)
    {
        lock (_gate)
        {
            if (_records.Count >= Most)
            {
                _lost[(int)record.Content]++;
                return;
            }

            _records.Add(record);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits for records.</summary>
    /// <param name="lost">How many found no room since the last call, by their content.</param>
    /// <returns>None when the time is over, or when <see cref="Wake"/> ends the waiting.</returns>
    public List<ExportRecord> Take(TimeSpan wait, out long[] lost)
    {
        lock (_gate)
        {
            if (_records.Count == 0 && wait > TimeSpan.Zero)
            {
                Monitor.Wait(_gate, wait);
            }

            lost = [.. _lost];
            Array.Clear(_lost);
            (var taken, _records) = (_records, []);
            return taken;
        }
    }

    public void Wake()
    {
        lock (_gate)
        {
            Monitor.Pulse(_gate);
        }
    }
}
