using Innkeeper.Policy;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;

namespace Innkeeper.Tests.Storage.Tables;

public sealed class VolumesTableTests
{
    [Fact]
    public void Load_SavedAndForgotten_AreThoseOfNow()
    {
        VolumeGroup hall = new("guests", "tag hall"), gone = new("guests", "VLAN 7"), other = new("staff", "tag hall");
        var (use, usedUp) = (new VolumeUse(new DateOnly(2026, 11, 30), 1_000_000_000_000), new VolumeUse(new DateOnly(2026, 12, 1), 5, Samples.Noon));
        using var directory = new TemporaryDirectory();
        using (var store = StateStore.Open(directory.Path, out _))
        using (var writer = new StateWriter(store))
        {
            writer.Enqueue(new SaveVolume(hall, use with { Octets = 1 }));
            writer.Enqueue(new SaveVolume(hall, use));
            writer.Enqueue(new SaveVolume(gone, use));
            writer.Enqueue(new SaveVolume(other, usedUp));
            writer.Enqueue(new ForgetVolume(gone));
            Assert.True(writer.Flush(TimeSpan.FromSeconds(30)));
        }

        using var again = StateStore.Open(directory.Path, out _);
        Assert.Equal([(hall, use), (other, usedUp)], again.LoadVolumes().Select(v => (v.Key, v.Value)));
    }

    /// <summary>Another program wrote to the file.</summary>
    [Theory]
    [InlineData("first_day = 'tomorrow'")]
    [InlineData("octets = -1")]
    public void Load_InvalidRow_IsSkipped(string damage)
    {
        using var directory = new TemporaryDirectory();
        using (var store = StateStore.Open(directory.Path, out _))
        {
            store.Commit([new SaveVolume(new VolumeGroup("guests", "tag hall"), new VolumeUse(new DateOnly(2026, 11, 30), 1))]);
        }

        using (var connection = OldDatabase.Connect(directory.Database))
        {
            Sql.Execute(connection, $"UPDATE volumes SET {damage}");
        }

        using var again = StateStore.Open(directory.Path, out _);
        Assert.Empty(again.LoadVolumes());
        Assert.Equal(1, again.SkippedRows);
    }
}
