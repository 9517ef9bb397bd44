using System.Buffers.Binary;

namespace Innkeeper.Series;

/// <summary>All series in one interval.</summary>
/// <param name="start">Seconds of steady time since 1970; a multiple of the step.</param>
internal sealed class SeriesRow(long start)
{
    public long Start => start;

    /// <summary>How many seconds of the interval were observed.</summary>
    public double Seconds { get; private set; }

    /// <summary>By <see cref="SeriesId"/>: sums, or means of levels; NaN: none.</summary>
    public double[] Values { get; } = NewValues();

    public static double[] NewValues()
    {
        var values = new double[SeriesDefinition.All.Length];
        values.AsSpan().Fill(double.NaN);
        return values;
    }

    /// <summary>Adds what was observed in a part of the interval.</summary>
    /// <param name="values">As <see cref="Values"/>.</param>
    public void Add(double seconds, ReadOnlySpan<double> values)
    {
        for (var i = 0; i < Values.Length; i++)
        {
            var (mine, more) = (Values[i], values[i]);
            if (!double.IsFinite(more))
            {
                continue;
            }

            Values[i] = double.IsNaN(mine) ? more
                : SeriesDefinition.All[i].Kind == SeriesKind.Level ? ((mine * Seconds) + (more * seconds)) / (Seconds + seconds)
                : mine + more;
        }

        Seconds += seconds;
    }

    /// <summary>The value to report; null: none.</summary>
    public double? Report(SeriesDefinition series)
    {
        var value = Values[(int)series.Id];
        return double.IsNaN(value) || Seconds <= 0 ? null : Math.Round(series.Kind == SeriesKind.Rate ? value / Seconds : value, 3);
    }

    public SeriesRow Copy() => Decode(start, Seconds, Encode());

    public byte[] Encode()
    {
        var data = new byte[Values.Length * sizeof(double)];
        for (var i = 0; i < Values.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(data.AsSpan(i * sizeof(double)), Values[i]);
        }

        return data;
    }

    /// <summary>Any octets: a version with fewer or more series wrote them, or a bad disk changed them.</summary>
    public static SeriesRow Decode(long start, double seconds, ReadOnlySpan<byte> data)
    {
        var row = new SeriesRow(start) { Seconds = double.IsFinite(seconds) ? Math.Max(0, seconds) : 0 };
        for (var i = 0; i < Math.Min(row.Values.Length, data.Length / sizeof(double)); i++)
        {
            var value = BinaryPrimitives.ReadDoubleLittleEndian(data[(i * sizeof(double))..]);
            row.Values[i] = double.IsFinite(value) ? value : double.NaN;
        }

        return row;
    }
}
