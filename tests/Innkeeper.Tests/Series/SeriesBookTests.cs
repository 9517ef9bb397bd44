using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Innkeeper.Series;

namespace Innkeeper.Tests.Series;

public sealed class SeriesBookTests
{
    private const int Sum = (int)SeriesId.OctetsIn;
    private const int Level = (int)SeriesId.DevicesHeld;

    /// <summary>At every resolution the same octets were moved, and the mean of a level is the same.</summary>
    [Property]
    public Property Resolutions_KeepSumsAndMeans() => Prop.ForAll(
        Gen.ArrayOf(Gen.Zip(Gen.Choose(0, 2_000_000_000), Gen.Choose(0, 5000))).ToArbitrary(),
        observations =>
        {
            var book = new SeriesBook((_, _) => null);
            var values = SeriesRow.NewValues();
            foreach (var ((octets, devices), i) in observations.Take(360).Select((o, i) => (o, i)))
            {
                (values[Sum], values[Level]) = (octets, devices);
                book.Add(1_800_000_000 + (i * 10), 10, values);
            }

            foreach (var resolution in Resolution.All)
            {
                var rows = book.Read(resolution);
                Assert.Equal(observations.Take(360).Sum(o => (double)o.Item1), rows.Sum(r => r.Values[Sum]));
                Assert.Equal(observations.Take(360).Sum(o => o.Item2 * 10.0), rows.Sum(r => r.Values[Level] * r.Seconds), tolerance: 0.001);
            }
        });

    [Fact]
    public void AValueThatIsMissing_LeavesTheOthersAlone()
    {
        var row = new SeriesRow(0);
        var values = SeriesRow.NewValues();
        values[Level] = 4;
        row.Add(10, values);
        (values[Level], values[Sum]) = (double.NaN, 50);
        row.Add(10, values);

        Assert.Equal(4, row.Report(SeriesDefinition.All[Level]));
        Assert.Equal(2.5, row.Report(SeriesDefinition.All[Sum]));
        Assert.Null(row.Report(SeriesDefinition.All[(int)SeriesId.DhcpLeases]));
    }

    [Property]
    public void Decode_AnyOctets_NeverThrows(byte[] data, double seconds)
    {
        var row = SeriesRow.Decode(10, seconds, data);

        Assert.All(row.Values, v => Assert.False(double.IsInfinity(v)));
        Assert.True(double.IsFinite(row.Seconds));
    }

    [Fact]
    public void WhatWaitsForTheDisk_IsBounded()
    {
        var book = new SeriesBook((_, _) => null);
        var values = SeriesRow.NewValues();
        for (var i = 0; i < 10_000; i++)
        {
            book.Add(1_800_000_000 + (i * 900L), 900, values);
        }

        Assert.Equal([360, 2880, 8640], Resolution.All.Select(r => book.Read(r).Count));
    }
}
