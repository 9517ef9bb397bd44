using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Innkeeper.Series;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Series;

public sealed class DeviceRecordsTests
{
    private static readonly Gen<DeviceTraffic> s_traffic =
        Gen.Zip(Gen.Choose(0, int.MaxValue), Gen.Choose(0, int.MaxValue)).Select(t => new DeviceTraffic((long)t.Item1 << (t.Item2 % 32), t.Item2, t.Item1 % 300));

    [Property]
    public Property Decode_IsWhatWasEncoded_AndEachIsFound() => Prop.ForAll(
        Gen.ArrayOf(Gen.Zip(Gen.Choose(1, 1000), s_traffic)).ToArbitrary(),
        devices =>
        {
            var kept = devices.DistinctBy(d => d.Item1).ToDictionary(d => new MacAddress((ulong)d.Item1 << 20), d => d.Item2);
            var data = DeviceRecords.Encode(kept);

            Assert.Equal(kept.OrderBy(d => d.Key), DeviceRecords.Decode(data));
            Assert.All(kept, d => Assert.Equal(d.Value, DeviceRecords.Find(data, d.Key)));
            Assert.Null(DeviceRecords.Find(data, new MacAddress(1)));
            Assert.Null(DeviceRecords.Find(data, MacAddress.Broadcast));
        });

    [Property]
    public void AnyOctets_NeverThrow(byte[] data)
    {
        Assert.True(DeviceRecords.Decode(data).Count() <= data.Length);
        _ = DeviceRecords.Find(data, new MacAddress(0x0102_0304_0506));
    }

    [Fact]
    public void TooManyDevices_ThoseWithTheMostTrafficAreKept()
    {
        var data = DeviceRecords.Encode([.. Enumerable.Range(1, 100).Select(i => KeyValuePair.Create(new MacAddress((ulong)i), new DeviceTraffic(i, 0, 0)))], most: 90);

        Assert.Equal(Enumerable.Range(91, 10), DeviceRecords.Decode(data).Select(d => (int)d.Key.Value));
        Assert.True(data.Length <= 90);
    }

    [Fact]
    public void Book_InventedDevicesAreBounded_AndSoIsWhatWaits()
    {
        var book = new DeviceBook(_ => null, mostWaiting: 100_000);
        for (var interval = 0; interval < 20; interval++)
        {
            book.Begin(1_800_000_000 + (interval * 600), 10);
            book.Add(Enumerable.Range(0, 20_000).Select(i => KeyValuePair.Create(new MacAddress((ulong)((interval * 20_000) + i)), new DeviceTraffic(1, 1, 0))));
        }

        var rows = book.Unwritten();
        Assert.True(rows.SkipLast(1).Sum(r => r.Data.Length) <= 100_000);
        Assert.Equal(DeviceBook.MostDevices, DeviceRecords.Decode(rows[^1].Data).Count());
    }
}
