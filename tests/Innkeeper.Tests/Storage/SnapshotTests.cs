using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Storage;

/// <summary>Snapshots: when they are taken, how many are kept, and what is done with one that is not whole.</summary>
public sealed class SnapshotTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private static SaveDevice Named(uint number, string name) => new(Samples.Device(number) with { Name = name });

    private static IReadOnlyList<string> NamesIn(string snapshot)
    {
        using var other = new TemporaryDirectory();
        File.Copy(snapshot, other.Database);
        using var store = StateStore.Open(other.Path, out var outcome);
        Assert.Equal(OpenResult.Opened, outcome.Result);
        return [.. store.LoadDevices().Select(d => d.Name)];
    }

    /// <summary>What a crash left is removed, and names that no snapshot has are passed over.</summary>
    [Fact]
    public void Take_BesideWhatACrashLeft_AndFilesOfOthers_IsTheOnlySnapshot()
    {
        using var store = StateStore.Open(_directory.Path, out _);
        var folder = Directory.CreateDirectory(Path.Combine(_directory.Path, SnapshotFolder.FolderName)).FullName;
        var sum = new string('a', 64);
        foreach (var name in (string[])
                 [
                     "unfinished.db", "copy.db", $"00000009-schema1-20261399T000000Z-{sum}.db", $"00000009-schema1-20260301T120000Z-{sum[1..]}.db",
                     $"{new string('9', 19)}-schema1-20260301T120000Z-{sum}.db",
                 ])
        {
            File.WriteAllText(Path.Combine(folder, name), "no snapshot");
        }

        store.TakeSnapshot(Samples.Noon);

        Assert.Equal(1, Assert.Single(store.Snapshots.List()).Number);
    }

    [Fact]
    public void Take_HoldsAllThatIsCommitted_AndIsNamedByWhatItIs()
    {
        using var store = StateStore.Open(_directory.Path, out _);
        store.Commit([Named(1, "till")]);

        var snapshot = store.TakeSnapshot(Samples.Noon);

        Assert.Equal(["till"], NamesIn(snapshot.Path));
        Assert.Equal(snapshot, Assert.Single(store.Snapshots.List()));
        Assert.Equal((1, Schema.Version, Samples.Noon), (snapshot.Number, snapshot.Schema, snapshot.Time));
        Assert.Single(Directory.GetFiles(Path.Combine(_directory.Path, SnapshotFolder.FolderName)));
    }

    /// <summary>Hourly for ten days: the newest, and one of each day before them.</summary>
    [Fact]
    public void Take_Often_KeepsTheNewestAndSomeThatAreOlder()
    {
        using var store = StateStore.Open(_directory.Path, out _);
        for (var hour = 0; hour < 24 * 10; hour++)
        {
            store.TakeSnapshot(Samples.Noon.AddHours(hour));
        }

        Assert.Equal([240L, 239, 238, 237], store.Snapshots.List().Take(4).Select(s => s.Number));
        var older = store.Snapshots.List().Skip(4).ToList();
        Assert.Equal(SnapshotFolder.Older, older.Count);
        Assert.Equal(older.Count, older.DistinctBy(s => s.Time.Date).Count());
    }

    /// <summary>The wall clock is wrong, then right: the number says which is the newest.</summary>
    [Fact]
    public void Take_WhileTheClockIsWrong_NewestIsTheLastOne()
    {
        using var store = StateStore.Open(_directory.Path, out _);
        store.TakeSnapshot(Samples.Noon.AddYears(50));
        store.Commit([Named(1, "later")]);
        var last = store.TakeSnapshot(DateTimeOffset.UnixEpoch);

        Assert.Equal(last, store.Snapshots.List()[0]);
        Assert.Equal(["later"], NamesIn(store.Snapshots.List()[0].Path));
    }

    [Fact]
    public void Take_OfADamagedDatabase_LeavesTheGoodOne()
    {
        using var store = StateStore.Open(_directory.Path, out _);
        store.Commit([.. Enumerable.Range(0, 3000).Select(i => Named((uint)i, $"{i}"))]);
        var good = store.TakeSnapshot(Samples.Noon);
        store.Dispose();
        StateStoreTests.Damage(_directory.Database, "page");
        using var connection = StateOpener.Connect(_directory.Database);

        Assert.Throws<StorageException>(() => store.Snapshots.Take(connection, Schema.Version, Samples.Noon.AddHours(1)));

        Assert.Equal(good, Assert.Single(store.Snapshots.List()));
    }

    [Fact]
    public void Migration_KeepsTheDatabaseOfTheVersionBefore()
    {
        OldDatabase.Create(_directory.Database, OldDatabase.Latest);

        using var store = StateStore.Open(_directory.Path, out _);

        Assert.Equal(OldDatabase.Latest, Assert.Single(store.Snapshots.List()).Schema);
    }

    /// <summary>An order that was acknowledged is in a snapshot soon.</summary>
    [Fact]
    public void Keeper_Decision_IsInASnapshotSoon_AndManyShareOne()
    {
        using var store = StateStore.Open(_directory.Path, out _);
        store.TakeSnapshot(Samples.Noon);
        using (var keeper = new SnapshotKeeper(store, () => Samples.Noon, Assert.Fail))
        using (var writer = new StateWriter(store, [keeper]))
        {
            for (uint i = 1; i <= 50; i++)
            {
                writer.Enqueue(Named(i, $"{i}"));
                Assert.True(writer.Flush(s_patience));
            }

            Wait.For(() => store.Snapshots.List() is [{ Number: > 1 } newest, ..] && NamesIn(newest.Path).Count > 0);
        }

        Assert.InRange(store.Snapshots.List()[0].Number, 2, 4);
        Assert.Equal(50, NamesIn(store.Snapshots.List()[0].Path).Count);
    }

    [Fact]
    public void Keeper_FirstStart_TakesOne_AndTellsOnceWhenItCannot()
    {
        using var store = StateStore.Open(_directory.Path, out _);
        File.WriteAllText(Path.Combine(_directory.Path, SnapshotFolder.FolderName), "a file in the folder's place");
        List<string> failures = [];
        using (var keeper = new SnapshotKeeper(store, () => Samples.Noon, failures.Add))
        using (var writer = new StateWriter(store, [keeper]))
        {
            writer.Enqueue(Named(1, "till"));
            Wait.For(() => failures.Count > 0);
        }

        Assert.Contains(SnapshotFolder.FolderName, Assert.Single(failures), StringComparison.Ordinal);
        Assert.Equal("till", Assert.Single(store.LoadDevices()).Name);
    }

    /// <summary>Removed or damaged while it runs: another is made, and whoever has the state is told to write it again.</summary>
    [Theory]
    [InlineData("removed")]
    [InlineData("noise")]
    public void Writer_DatabaseLostWhileItRuns_IsMadeAgain(string fate)
    {
        using var store = StateStore.Open(_directory.Path, out _);
        var told = new RecordedState();
        using var writer = new StateWriter(store, [told]);
        writer.Enqueue(Named(1, "till"));
        Assert.True(writer.Flush(s_patience));
        store.TakeSnapshot(Samples.Noon);
        if (fate == "removed")
        {
            File.Delete(_directory.Database);
        }
        else
        {
            using var checkpoint = StateOpener.Connect(_directory.Database);
            Sql.Execute(checkpoint, "PRAGMA wal_checkpoint(TRUNCATE)");
            StateStoreTests.Damage(_directory.Database, fate);
            Assert.Throws<StorageException>(() => store.Reopen());
        }

        writer.Enqueue(Named(2, "desk"));
        Assert.True(writer.Flush(s_patience));

        Assert.Equal(["till"], Assert.Single(told.Replacements).Devices.Select(d => d.Name));
        Assert.Equal(["till", "desk"], store.LoadDevices().Select(d => d.Name));
        writer.Dispose();
        store.Dispose();
        using var again = StateStore.Open(_directory.Path, out var outcome);
        Assert.Equal(OpenResult.Opened, outcome.Result);
        Assert.Equal(2, again.LoadDevices().Length);
    }

    /// <summary>A flood of other rows while the disk fails costs the administrator no order.</summary>
    [Fact]
    public void Writer_FullOfOtherRows_TakesDevices()
    {
        using var store = StateStore.Open(_directory.Path, out _);
        using var writer = new StateWriter(store, bound: 10);
        using var held = new DatabaseLock(_directory.Database);
        for (uint i = 0; i < 100; i++)
        {
            writer.Enqueue(new SaveBinding(Samples.Binding(i)));
        }

        writer.Enqueue(Named(1, "till"));
        Assert.NotNull(writer.AwaitDisk(TimeSpan.FromMilliseconds(50)));
        held.Release();

        Assert.Null(writer.AwaitDisk(s_patience));
        Assert.Equal("till", Assert.Single(store.LoadDevices()).Name);
    }

    [Fact]
    public void Salvage_DatabaseOfANewerVersion_NamesItsDevices()
    {
        using (var store = StateStore.Open(_directory.Path, out _))
        {
            store.Commit([Named(1, "till")]);
        }

        StateStoreTests.Damage(_directory.Database, "newer");
        using var next = StateStore.Open(_directory.Path, out var outcome);

        Assert.Equal("till", Assert.Single(StateSalvage.ReadDevices(outcome.Path!)!.Value).Name);
        File.WriteAllText(outcome.Path!, "nothing at all");
        Assert.Null(StateSalvage.ReadDevices(outcome.Path!));
    }

    /// <summary>The record of a new device and the debt of its mail are one write.</summary>
    [Fact]
    public void Arrival_IsWrittenWithItsDevice_AndForgottenWithIt()
    {
        using var store = StateStore.Open(_directory.Path, out _);
        var first = new SaveDevice(Samples.Device(1), IsArrival: true);
        store.Commit([first.MergeWith(Named(1, "till"))]);
        Assert.Equal<MacAddress>([Samples.Mac(1)], store.LoadArrivals());
        Assert.Equal("till", Assert.Single(store.LoadDevices()).Name);

        store.Commit([Named(1, "desk")]);
        Assert.Single(store.LoadArrivals());
        store.Commit([new ForgetArrival(Samples.Mac(1))]);
        Assert.Empty(store.LoadArrivals());
        store.Commit([first]);
        store.Commit([new ForgetDevice(Samples.Mac(1))]);
        Assert.Empty(store.LoadArrivals());
        Assert.False(first.MergeWith(new ForgetDevice(Samples.Mac(1))) is SaveDevice);
    }

    [Fact]
    public void Clock_IsReadAsItWasKept()
    {
        using var store = StateStore.Open(_directory.Path, out _);
        Assert.Null(store.LoadClock());
        var kept = new Innkeeper.Clocks.KeptClock("boot", Samples.Noon, TimeSpan.FromDays(-5), Samples.Noon.AddHours(1), IsSettled: true);

        store.Commit([new SaveClock(kept with { BootId = "other" }), new SaveClock(kept)]);

        Assert.Equal(kept, store.LoadClock());
    }
}
