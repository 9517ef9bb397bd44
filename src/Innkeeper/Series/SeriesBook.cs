namespace Innkeeper.Series;

/// <summary>
/// The intervals of the gateway's series that are not over yet or not on disk, at every resolution. One thread adds; any thread reads.
/// Bounded: as many intervals as a resolution has.
/// </summary>
/// <param name="find">The interval of a step (s) and start as it is on disk; null: none. Called after a start, and after the clock went back.</param>
internal sealed class SeriesBook(Func<int, long, SeriesRow?> find)
{
    private readonly Lock _gate = new();
    private readonly Tier[] _tiers = [.. Resolution.All.Select(r => new Tier(r))];

    /// <summary>Adds what was observed since a time to its interval of each resolution.</summary>
    /// <param name="time">Seconds of steady time since 1970. Intervals after it are forgotten: the clock went back.</param>
    /// <param name="values">As <see cref="SeriesRow.Values"/>.</param>
    public void Add(long time, double seconds, ReadOnlySpan<double> values)
    {
        foreach (var tier in _tiers)
        {
            var start = tier.Resolution.StartOf(time);
            lock (_gate)
            {
                tier.ForgetAfter(start);
            }

            var stored = tier.MayBeOnDisk ? find(tier.Resolution.Step, start) : null;
            lock (_gate)
            {
                tier.RowOf(start, stored).Add(seconds, values);
            }
        }
    }

    /// <summary>Everything that is not on disk as it is now. Only for the thread that adds.</summary>
    public IReadOnlyList<(int Step, SeriesRow Row)> Unwritten() => [.. _tiers.SelectMany(t => t.Rows.Values.Select(r => (t.Resolution.Step, r)))];

    /// <summary>All is on disk: only the intervals that go on are kept.</summary>
    public void Written()
    {
        lock (_gate)
        {
            foreach (var tier in _tiers)
            {
                while (tier.Rows.Count > 1)
                {
                    tier.Rows.RemoveAt(0);
                }
            }
        }
    }

    /// <summary>Copies of the intervals that are kept here, oldest first.</summary>
    public IReadOnlyList<SeriesRow> Read(Resolution resolution)
    {
        lock (_gate)
        {
            return [.. _tiers.First(t => t.Resolution == resolution).Rows.Values.Select(r => r.Copy())];
        }
    }

    private sealed class Tier(Resolution resolution)
    {
        public Resolution Resolution => resolution;

        public SortedList<long, SeriesRow> Rows { get; } = [];

        /// <summary>The interval that comes next was perhaps written before.</summary>
        public bool MayBeOnDisk { get; private set; } = true;

        public void ForgetAfter(long start)
        {
            while (Rows.Count > 0 && Rows.Keys[^1] > start)
            {
                Rows.RemoveAt(Rows.Count - 1);
                MayBeOnDisk = true;
            }

            MayBeOnDisk &= !Rows.ContainsKey(start);
        }

        public SeriesRow RowOf(long start, SeriesRow? stored)
        {
            MayBeOnDisk = false;
            if (!Rows.TryGetValue(start, out var row))
            {
                Rows[start] = row = stored ?? new SeriesRow(start);
                if (Rows.Count > resolution.Count)
                {
                    Rows.RemoveAt(0);
                }
            }

            return row;
        }
    }
}
