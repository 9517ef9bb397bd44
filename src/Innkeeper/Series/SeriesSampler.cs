using Innkeeper.Wire;

namespace Innkeeper.Series;

/// <summary>
/// Makes observations of counters: the difference from the last look. A counter that is smaller than before began again (a restart, a teardown, a
/// number that another binding has now), so that no difference is negative. One thread.
/// </summary>
internal sealed class SeriesSampler(ISeriesSource source, SeriesBook book, DeviceBook devices, TimeProvider clock)
{
    private readonly Dictionary<MacAddress, DeviceTraffic> _moved = [];
    private readonly double[] _differences = SeriesRow.NewValues();
    private double[] _totals = SeriesRow.NewValues();
    private double[] _before = SeriesRow.NewValues();

    /// <summary>By the binding's number.</summary>
    private BindingReading[] _bindings = [];
    private (long Time, TimeSpan Monotonic)? _last;

    /// <summary>Of all devices, since this began. Replaced whole: other threads read it.</summary>
    public TrafficTotal Total { get; private set; } = new(0, 0, 0, 0);

    /// <summary>Looks, and adds the difference from the last look; the first look adds nothing.</summary>
    public void Sample()
    {
        var (time, monotonic) = (clock.GetUtcNow().ToUnixTimeSeconds(), clock.GetElapsedTime(0));
        (_before, _totals) = (_totals, _before);
        _totals.AsSpan().Fill(double.NaN);
        source.Read(_totals);
        var last = _last;
        var (octetsOut, octetsIn, packetsOut, packetsIn) = MoveBindings(isFirst: last is null);
        _last = (time, monotonic);
        if (last is not { } since || (monotonic - since.Monotonic).TotalSeconds is not (> 0 and var seconds))
        {
            return;
        }

        // The time before the look, unless the clock was set back meanwhile.
        var start = Math.Min(since.Time, time);
        Subtract();
        (_differences[(int)SeriesId.OctetsOut], _differences[(int)SeriesId.OctetsIn]) = (octetsOut, octetsIn);
        (_differences[(int)SeriesId.PacketsOut], _differences[(int)SeriesId.PacketsIn]) = (packetsOut, packetsIn);
        Total = new TrafficTotal(Total.OctetsOut + (long)octetsOut, Total.OctetsIn + (long)octetsIn, Total.PacketsOut + (long)packetsOut, Total.PacketsIn + (long)packetsIn);
        book.Add(start, seconds, _differences);
        devices.Begin(start, seconds);
        devices.Add(_moved);
    }

    private static ulong Since(ulong before, ulong now) => now >= before ? now - before : now;

    private void Subtract()
    {
        foreach (var series in SeriesDefinition.All)
        {
            var i = (int)series.Id;
            var (before, now) = (_before[i], _totals[i]);
            _differences[i] = series.Kind == SeriesKind.Level || now < before ? now : now - before;
        }
    }

    private (double OctetsOut, double OctetsIn, double PacketsOut, double PacketsIn) MoveBindings(bool isFirst)
    {
        _moved.Clear();
        double octetsOut = 0, octetsIn = 0, packetsOut = 0, packetsIn = 0;
        foreach (var now in source.ReadBindings())
        {
            if (now.Number >= _bindings.Length)
            {
                Array.Resize(ref _bindings, (int)Math.Max(now.Number + 1, _bindings.Length * 2L));
            }

            ref var known = ref _bindings[now.Number];
            var before = known;
            known = now;
            if (isFirst)
            {
                continue;
            }

            // The data plane counts from 0 for each binding; questions go on.
            var traffic = before.Mac == now.Mac && before.Since == now.Since ? before.Traffic : default;
            var (sent, received) = (Since(traffic.OutBytes, now.Traffic.OutBytes), Since(traffic.InBytes, now.Traffic.InBytes));
            var questions = now.Questions >= before.Questions ? now.Questions - before.Questions : 0;
            octetsOut += sent;
            octetsIn += received;
            packetsOut += Since(traffic.OutPackets, now.Traffic.OutPackets);
            packetsIn += Since(traffic.InPackets, now.Traffic.InPackets);
            if (sent + received + questions > 0)
            {
                _moved[now.Mac] = _moved.GetValueOrDefault(now.Mac) + new DeviceTraffic((long)sent, (long)received, questions);
            }
        }

        return (octetsOut, octetsIn, packetsOut, packetsIn);
    }
}
