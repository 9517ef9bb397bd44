using Innkeeper.Series;
using Innkeeper.Tests.Storage;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Series;

public sealed class SeriesFileTests
{
    private const long Beginning = 1_800_000_000;

    /// <summary>Everything that can be kept, written as the service writes it: each minute what goes on, in place of what was written before.</summary>
    [Fact]
    public void File_OfTenThousandDevicesForADay_And90Days_StaysBelowItsLimit()
    {
        using var directory = new TemporaryDirectory();
        using var file = new SeriesFile(directory.Path, TimeProvider.System, e => Assert.Fail(e.ToString()));
        var random = new Random(18);
        var (begun, whole) = (Devices(random, 1), Devices(random, 1_000_000_000));
        var device = Resolution.Device;
        for (var start = device.StartOf(Beginning) - (150L * device.Step); start <= Beginning; start += device.Step)
        {
            file.Write(start + 60, [], [new DeviceRow(start, 60, begun)]);
            file.Write(start + 590, [], [new DeviceRow(start, 600, whole)]);
        }

        // More than is kept: the oldest must go.
        var now = device.StartOf(Beginning) + 590;
        foreach (var (resolution, i) in Resolution.All.SelectMany(r => Enumerable.Range(0, (r.Count / 500) + 2).Select(i => (r, i))))
        {
            file.Write(now, [.. Enumerable.Range(i * 500, 500).Select(n => (resolution.Step, RowOf(resolution.StartOf(now) - (n * (long)resolution.Step), random)))], []);
        }

        Assert.All(Resolution.All, r => Assert.Equal(r.Count, file.Read(r.Step, 0, long.MaxValue).Count));
        var day = file.Read(new MacAddress(5), 0, long.MaxValue);
        Assert.InRange(day.Count, 143, 145);
        Assert.All(day, r => Assert.NotNull(r.Traffic));
        var octets = Directory.GetFiles(directory.Path).Sum(f => new FileInfo(f).Length);
        TestContext.Current.SendDiagnosticMessage($"10,000 devices for a day, and 90 days: {octets} octets");
        Assert.InRange(octets, 25_000_000, SeriesFile.MostOctets);
    }

    [Fact]
    public void RowsOfAWrongClock_DoNotGrowWithoutBound_AndHideNothing()
    {
        using var directory = new TemporaryDirectory();
        using var file = new SeriesFile(directory.Path, TimeProvider.System, e => Assert.Fail(e.ToString()));
        for (var era = 5; era >= 0; era--)
        {
            var first = Beginning + (era * 1_000_000L);
            file.Write(first + 3600, [.. Enumerable.Range(0, 360).Select(i => (10, new SeriesRow(first + (i * 10))))], [.. Enumerable.Range(0, 144).Select(i => new DeviceRow(first + (i * 600) - 82_800, 1, []))]);
        }

        Assert.InRange(file.Read(10, 0, long.MaxValue).Count, 359, 721);
        Assert.InRange(file.Read(10, Beginning, Beginning + 3600).Count, 359, 360);
        Assert.InRange(file.Read(new MacAddress(1), 0, long.MaxValue).Count, 143, 289);
    }

    [Fact]
    public void File_IsForItsOwnerAlone()
    {
        using var directory = new TemporaryDirectory();
        using var file = new SeriesFile(directory.Path, TimeProvider.System, _ => { });
        file.Write(Beginning, [(10, new SeriesRow(Beginning))], []);

        Assert.All(Directory.GetFiles(directory.Path), f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));
    }

    private static SeriesRow RowOf(long start, Random random)
    {
        var (row, values) = (new SeriesRow(start), SeriesRow.NewValues());
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = random.NextDouble() * 1e9;
        }

        row.Add(10, values);
        return row;
    }

    private static byte[] Devices(Random random, int most) => DeviceRecords.Encode(
        [.. Enumerable.Range(0, 10_000).Select(i => KeyValuePair.Create(new MacAddress((ulong)i), new DeviceTraffic(random.Next(most), random.Next(most), random.Next(2000))))]);

    [Fact]
    public void Erase_TakesADeviceOutOfEveryInterval_AndLeavesTheOthers()
    {
        using var directory = new TemporaryDirectory();
        var (one, other) = (MacAddress.Parse("02:12:34:56:78:9a"), new MacAddress(7));
        using (var file = new SeriesFile(directory.Path, TimeProvider.System, e => Assert.Fail(e.ToString())))
        {
            for (var i = 0; i < 5; i++)
            {
                file.Write(Beginning + 3600, [], [new DeviceRow(Beginning + (i * 600), 600, DeviceRecords.Encode(new Dictionary<MacAddress, DeviceTraffic> { [one] = new(1, 2, 3), [other] = new(4, 5, 6) }))]);
            }

            file.Erase(one);
            Assert.All(file.Read(one, 0, long.MaxValue), r => Assert.Null(r.Traffic));
            Assert.All(file.Read(other, 0, long.MaxValue), r => Assert.Equal(new DeviceTraffic(4, 5, 6), r.Traffic));
            Assert.Equal(5, file.Read(other, 0, long.MaxValue).Count);
            Assert.All(Directory.GetFiles(directory.Path), f => Assert.Equal(-1, File.ReadAllBytes(f).AsSpan().IndexOf((byte[])[0x02, 0x12, 0x34, 0x56, 0x78, 0x9a])));
        }
    }

    [Fact]
    public void Erase_TakesADeviceOutOfWhatIsInMemory()
    {
        var book = new DeviceBook(_ => null);
        book.Begin(Beginning, 10);
        book.Add(new Dictionary<MacAddress, DeviceTraffic> { [new MacAddress(1)] = new(1, 2, 3), [new MacAddress(2)] = new(4, 5, 6) });
        book.Begin(Beginning + 600, 10);
        book.Add(new Dictionary<MacAddress, DeviceTraffic> { [new MacAddress(1)] = new(1, 2, 3) });
        book.Erase(new MacAddress(1));

        Assert.All(book.Read(new MacAddress(1)), r => Assert.Null(r.Traffic));
        Assert.NotNull(book.Read(new MacAddress(2))[0].Traffic);
    }
}
