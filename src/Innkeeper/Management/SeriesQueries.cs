using Innkeeper.Management.Contracts;
using Innkeeper.Series;

namespace Innkeeper.Management;

/// <summary>Series for charts.</summary>
internal sealed class SeriesQueries(ISeriesReader series, DeviceDirectory directory) : ISeriesQueries
{
    private const int Schema = 1;

    /// <summary>Of a device; each takes the value of an interval.</summary>
    private static readonly (string Name, string Unit, Func<DeviceTraffic, long> Take)[] s_ofDevice =
        [("octets_out", "octets/s", t => t.Out), ("octets_in", "octets/s", t => t.In), ("dns_questions", "questions/s", t => t.Questions)];

    public static IEnumerable<string> NamesOfDevice => s_ofDevice.Select(s => s.Name);

    public Result<SeriesReport> Get(Actor actor, string? names, string? range)
    {
        if (actor.Lacks(Permission.Viewer) is { } refusal)
        {
            return refusal;
        }

        if (Resolution.All.FirstOrDefault(r => r.Range == (range ?? Resolution.All[0].Range)) is not { } resolution)
        {
            return new Invalid("range", range, ListOf(Resolution.All.Select(r => r.Range)));
        }

        var chosen = Choose(names, SeriesDefinition.All, s => s.Name);
        if (!chosen.IsOk)
        {
            return chosen.Failure;
        }

        var rows = series.Read(resolution);
        return ReportOf(resolution, [.. rows.Select(r => r.Start)], [.. chosen.Value.Select(s => (s.Name, s.Unit, (Func<int, double?>)(i => rows[i].Report(s))))]);
    }

    public Result<SeriesReport> Of(Actor actor, string device, string? names, string? range)
    {
        if (actor.Lacks(Permission.Viewer) is { } refusal)
        {
            return refusal;
        }

        if (range is not null && range != Resolution.Device.Range)
        {
            return new Invalid("range", range, Resolution.Device.Range);
        }

        var chosen = Choose(names, s_ofDevice, s => s.Name);
        if (!chosen.IsOk)
        {
            return chosen.Failure;
        }

        var found = directory.Find(device);
        if (!found.IsOk)
        {
            return found.Failure;
        }

        // A device without traffic has no record in an interval that was observed: it moved nothing.
        var rows = series.Read(found.Value.Mac);
        return ReportOf(Resolution.Device, [.. rows.Select(r => r.Start)], [.. chosen.Value.Select(s => (s.Name, s.Unit, ValueAt(s.Take)))]);

        Func<int, double?> ValueAt(Func<DeviceTraffic, long> take) =>
            i => rows[i].Seconds > 0 ? Math.Round(take(rows[i].Traffic ?? default) / rows[i].Seconds, 3) : null;
    }

    /// <summary>The series with these names, in their order.</summary>
    private static Result<List<T>> Choose<T>(string? names, IReadOnlyList<T> all, Func<T, string> nameOf)
    {
        if (names is null)
        {
            return all.ToList();
        }

        var chosen = new List<T>();
        foreach (var name in names.Split(',').Distinct())
        {
            if (!all.Any(s => nameOf(s) == name))
            {
                return new Invalid("names", name, ListOf(all.Select(nameOf)));
            }

            chosen.Add(all.First(s => nameOf(s) == name));
        }

        return chosen;
    }

    private static string ListOf(IEnumerable<string> values) => $"one of {string.Join(", ", values)}";

    /// <param name="starts">Of the intervals that were observed, oldest first.</param>
    private SeriesReport ReportOf(Resolution resolution, IReadOnlyList<long> starts, IReadOnlyList<(string Name, string Unit, Func<int, double?> ValueAt)> chosen)
    {
        if (starts.Count == 0)
        {
            return new SeriesReport(Schema, series.WallOf(resolution.StartOf(series.Now)), resolution.Step, [.. chosen.Select(s => new SeriesValues(s.Name, s.Unit, []))]);
        }

        var values = chosen.Select(_ => new double?[(int)((starts[^1] - starts[0]) / resolution.Step) + 1]).ToList();
        for (var i = 0; i < starts.Count; i++)
        {
            for (var j = 0; j < chosen.Count; j++)
            {
                values[j][(starts[i] - starts[0]) / resolution.Step] = chosen[j].ValueAt(i);
            }
        }

        return new SeriesReport(Schema, series.WallOf(starts[0]), resolution.Step, [.. chosen.Select((s, j) => new SeriesValues(s.Name, s.Unit, values[j]))]);
    }
}
