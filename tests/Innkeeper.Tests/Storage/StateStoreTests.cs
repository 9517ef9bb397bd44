using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.Policy;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Wire;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Tests.Storage;

public sealed class StateStoreTests
{
    [Fact]
    public void Open_EmptyDirectory_Created()
    {
        using var directory = new TemporaryDirectory();
        var inner = Path.Combine(directory.Path, "state");
        using var store = StateStore.Open(inner, out var outcome);
        Assert.Equal(new OpenOutcome(OpenResult.Created), outcome);
        Assert.Equal(Path.Combine(inner, "innkeeper.db"), store.Path);
        Assert.Empty(store.LoadDevices());
        Assert.Empty(store.LoadBindings());
        Assert.Empty(store.LoadQuarantines());
        Assert.Empty(store.LoadLeases());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(inner));
    }

    [Fact]
    public void Commit_EveryKindOfChange_ReadBackAfterRestart()
    {
        using var directory = new TemporaryDirectory();
        var extreme = new RememberedBinding(
            new ClaimedAddress(new Station(ushort.MaxValue, MacAddress.Broadcast), Ipv4Address.Broadcast), Ipv4Address.Broadcast, Samples.Noon, Samples.Noon.AddDays(1));
        var renamed = Samples.Device(2) with { Name = "printer" };
        using (var store = StateStore.Open(directory.Path, out _))
        {
            Assert.Equal(0, store.Commit(
            [
                new SaveDevice(Samples.Device(1)),
                new SaveDevice(Samples.Device(2)),
                new SaveDevice(Samples.Device(3)),
                new SaveDevice(renamed),
                new ForgetDevice(Samples.Device(3).Mac),
                new SaveBinding(Samples.Binding(1)),
                new SaveBinding(extreme),
                new SaveBinding(Samples.Binding(2)),
                new TouchBinding(Samples.Binding(1).Claim, Samples.Noon.AddHours(2)),
                new TouchBinding(Samples.Binding(1).Claim, Samples.Noon.AddHours(1)),
                new TouchBinding(Samples.Binding(99).Claim, Samples.Noon),
                new ForgetBinding(Samples.Binding(2).Claim),
                new SaveQuarantine(new StoredQuarantine(Ipv4Address.Of(192, 0, 2, 1), Samples.Noon)),
                new SaveQuarantine(new StoredQuarantine(Ipv4Address.Of(192, 0, 2, 2), Samples.Noon)),
                new EndQuarantine(Ipv4Address.Of(192, 0, 2, 1)),
                new AddEvent(Samples.Noon, "arrived", "Zimmer 12 \u2013 \u65c5\u9928 '; DROP TABLE devices"),
            ]));
        }

        using var again = StateStore.Open(directory.Path, out var outcome);
        Assert.Equal(OpenResult.Opened, outcome.Result);
        Assert.Equal<DeviceRecord>([Samples.Device(1), renamed], again.LoadDevices());
        Assert.Equal<RememberedBinding>([Samples.Binding(1) with { LastSeen = Samples.Noon.AddHours(2) }, extreme], again.LoadBindings());
        Assert.Equal<StoredQuarantine>([new StoredQuarantine(Ipv4Address.Of(192, 0, 2, 2), Samples.Noon)], again.LoadQuarantines());
        Assert.Equal(
            new StoredEvent(1, Samples.Noon, "arrived", "Zimmer 12 \u2013 \u65c5\u9928 '; DROP TABLE devices"),
            Assert.Single(again.ReadEvents(10)));
    }

    [Fact]
    public void Commit_ValueOutOfRange_LeftOutAndCounted()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        var refused = store.Commit([new SaveDevice(Samples.Device(1) with { Mac = new MacAddress(1UL << 50) }), new SaveDevice(Samples.Device(2))]);
        Assert.Equal(1, refused);
        Assert.Equal(Samples.Device(2), Assert.Single(store.LoadDevices()));
    }

    [Fact]
    public void Commit_MoreEventsThanKept_OldestForgotten()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        store.Commit([.. Enumerable.Range(0, EventsTable.MaxRows + 50).Select(i => new AddEvent(Samples.Noon, "test", $"{i}"))]);
        var events = store.ReadEvents(int.MaxValue);
        Assert.Equal(EventsTable.MaxRows, events.Length);
        Assert.Equal($"{EventsTable.MaxRows + 49}", events[0].Text);
        Assert.Equal("50", events[^1].Text);
    }

    public static TheoryData<string> Damages => ["empty", "zeros", "noise", "text", "truncated", "page", "newer", "foreign", "table missing"];

    [Theory]
    [MemberData(nameof(Damages))]
    public void Open_UselessFile_SetAsideAndNew(string damage)
    {
        using var directory = new TemporaryDirectory();
        using (var store = StateStore.Open(directory.Path, out _))
        {
            store.Commit([.. Enumerable.Range(0, 2000).Select(i => new SaveBinding(Samples.Binding((uint)i)))]);
        }

        var length = new FileInfo(directory.Database).Length;
        Damage(directory.Database, damage);
        var damaged = File.ReadAllBytes(directory.Database);

        var time = new FixedTime(Samples.Noon);
        using (var store = StateStore.Open(directory.Path, time, out var outcome))
        {
            Assert.Equal(OpenResult.SetAside, outcome.Result);
            Assert.Equal(directory.Database + ".corrupt-20260301T120000Z", outcome.Path);
            Assert.False(string.IsNullOrEmpty(outcome.Reason));
            Assert.Equal(damaged, File.ReadAllBytes(outcome.Path!));
            Assert.Empty(store.LoadBindings());
            store.Commit([new SaveBinding(Samples.Binding(1))]);
        }

        using (var store = StateStore.Open(directory.Path, time, out var outcome))
        {
            Assert.Equal(OpenResult.Opened, outcome.Result);
            Assert.Single(store.LoadBindings());
        }

        // A second misfortune in the same second overwrites nothing.
        Damage(directory.Database, "zeros");
        using (StateStore.Open(directory.Path, time, out var outcome))
        {
            Assert.Equal(directory.Database + ".corrupt-20260301T120000Z-2", outcome.Path);
        }

        Assert.True(length > 100_000);
    }

    [Fact]
    public void Open_LogLeftByACrash_CommitsRecovered()
    {
        using var directory = new TemporaryDirectory();
        using var crashed = new TemporaryDirectory();
        using (var store = StateStore.Open(directory.Path, out _))
        {
            store.Commit([new SaveDevice(Samples.Device(1))]);
            File.Copy(directory.Database, crashed.Database);
            File.Copy(directory.Database + "-wal", crashed.Database + "-wal");
        }

        using var recovered = StateStore.Open(crashed.Path, out var outcome);
        Assert.Equal(OpenResult.Opened, outcome.Result);
        Assert.Equal(Samples.Device(1), Assert.Single(recovered.LoadDevices()));
    }

    [Fact]
    public void Open_LogCutAtAnyPlace_AllOrNothing()
    {
        using var directory = new TemporaryDirectory();
        byte[] database, log;
        using (var store = StateStore.Open(directory.Path, out _))
        {
            store.Commit([new SaveDevice(Samples.Device(1)), new SaveBinding(Samples.Binding(1))]);
            database = File.ReadAllBytes(directory.Database);
            log = File.ReadAllBytes(directory.Database + "-wal");
        }

        for (var cut = 0; cut < log.Length; cut += 499)
        {
            using var crashed = new TemporaryDirectory();
            File.WriteAllBytes(crashed.Database, database);
            File.WriteAllBytes(crashed.Database + "-wal", log[..cut]);
            using var store = StateStore.Open(crashed.Path, out var outcome);
            Assert.Equal(OpenResult.Opened, outcome.Result);
            Assert.Equal(store.LoadDevices().Length, store.LoadBindings().Length);
        }
    }

    [Fact]
    public void Open_LeftoverOfACrashedCreation_Created()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Database + ".new", "half a database");
        File.WriteAllText(directory.Database + "-wal", "a log without its database");
        using var store = StateStore.Open(directory.Path, out var outcome);
        Assert.Equal(OpenResult.Created, outcome.Result);
        Assert.False(File.Exists(directory.Database + ".new"));
        Assert.Empty(store.LoadDevices());
    }

    [Theory]
    [InlineData("/dev/null/innkeeper")]
    [InlineData("/proc/innkeeper")]
    public void Open_UnusableDirectory_ServesFromMemory_AndSentenceNamesIt(string path)
    {
        using var store = StateStore.Open(path, out var outcome);

        Assert.Equal((OpenResult.Unavailable, false, false), (outcome.Result, outcome.IsWhole, store.IsWritable));
        Assert.Contains(path, outcome.Reason, StringComparison.Ordinal);
        Assert.Empty(store.LoadDevices());
        Assert.Throws<StorageException>(() => store.Commit([new SaveDevice(Samples.Device(1))]));
    }

    [Fact]
    public void Open_LockedByAnother_SaysSoAndKeepsTheFile()
    {
        using var directory = new TemporaryDirectory();
        StateStore.Open(directory.Path, out _).Dispose();
        using var other = new SqliteConnection($"Data Source={directory.Database};Pooling=False");
        other.Open();
        Execute(other, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM events;");
        using var store = StateStore.Open(directory.Path, out var outcome);
        Assert.Equal(OpenResult.Unavailable, outcome.Result);
        Assert.Contains("locked", outcome.Reason, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(directory.Path, "*corrupt*"));
    }

    /// <summary>A process that dies before the data plane was asked leaves that to the next one.</summary>
    [Fact]
    public void Open_DatabaseThatReplacesAnother_IsWholeOnceTheDataPlaneWasAsked()
    {
        using var directory = new TemporaryDirectory();
        using (var first = StateStore.Open(directory.Path, out var created))
        {
            Assert.False(created.IsWhole);
        }

        using (var second = StateStore.Open(directory.Path, out var marked))
        {
            Assert.Equal((OpenResult.Opened, false), (marked.Result, marked.IsWhole));
            second.Commit([new SettleRestored()]);
        }

        using var third = StateStore.Open(directory.Path, out var whole);
        Assert.Equal(new OpenOutcome(OpenResult.Opened), whole);
    }

    [Fact]
    public void Open_ManyUselessOnes_KeepsTheNewestAside()
    {
        using var directory = new TemporaryDirectory();
        for (var i = 0; i < 8; i++)
        {
            File.WriteAllText(directory.Database, $"not a database {i}");
            StateStore.Open(directory.Path, new FixedTime(Samples.Noon.AddMinutes(i)), out var outcome).Dispose();
            Assert.True(File.Exists(outcome.Path));
        }

        Assert.Equal(
            Enumerable.Range(3, 5).Select(i => $"not a database {i}"), Directory.GetFiles(directory.Path, "*.corrupt-*").Order(StringComparer.Ordinal).Select(File.ReadAllText));
    }

    /// <summary>Who was here and when is nobody else's business, whatever an earlier version left.</summary>
    [Fact]
    public void Files_AreTheirOwnersAlone()
    {
        using var directory = new TemporaryDirectory();
        StateStore.Open(directory.Path, out _).Dispose();
        File.SetUnixFileMode(directory.Database, (UnixFileMode)0b110_100_100);

        using var store = StateStore.Open(directory.Path, out _);
        store.Commit([new SaveDevice(Samples.Device(1))]);
        store.TakeSnapshot(Samples.Noon);

        var files = Directory.GetFiles(directory.Path, "*", SearchOption.AllDirectories);
        Assert.True(files.Length >= 3);
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void Connection_Pragmas_WalAndFull()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        store.Commit([new SaveDevice(Samples.Device(1))]);
        Assert.True(File.Exists(directory.Database + "-wal"));
        using var other = new SqliteConnection($"Data Source={directory.Database};Pooling=False");
        other.Open();
        using var command = other.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        Assert.Equal((long)Schema.Version, command.ExecuteScalar());
        command.CommandText = "PRAGMA journal_mode";
        Assert.Equal("wal", command.ExecuteScalar());
    }

    internal static void Damage(string database, string damage)
    {
        switch (damage)
        {
            case "empty":
                File.WriteAllBytes(database, []);
                break;
            case "zeros":
                File.WriteAllBytes(database, new byte[100]);
                break;
            case "noise":
                var noise = new byte[4096];
                new Random(1).NextBytes(noise);
                using (var file = File.OpenWrite(database))
                {
                    file.Write(noise);
                }

                break;
            case "page":
                using (var file = File.OpenWrite(database))
                {
                    file.Position = 3 * 4096;
                    file.Write(Enumerable.Repeat((byte)0xA5, 8192).ToArray());
                }

                break;
            case "text":
                File.WriteAllText(database, "not a database at all, but a text of some length: " + new string('x', 5000));
                break;
            case "truncated":
                using (var file = File.OpenWrite(database))
                {
                    file.SetLength(file.Length / 2);
                }

                break;
            case "newer":
                ExecuteIn(database, $"PRAGMA user_version = {Schema.Version + 1}");
                break;
            case "foreign":
                File.Delete(database);
                ExecuteIn(database, "CREATE TABLE other (x)");
                break;
            case "table missing":
                ExecuteIn(database, "DROP TABLE quarantine");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(damage));
        }
    }

    private static void ExecuteIn(string database, string text)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        Execute(connection, text);
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    /// <summary>No octet of what is deleted stays in the database's files.</summary>
    [Fact]
    public void Events_ThatMentionAnErasedDevice_AndThoseThatAreTooOld_AreDeleted()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        store.Commit(
        [
            new AddEvent(Samples.Noon.AddDays(-100), "clock", "an old event", 1), new AddEvent(Samples.Noon, "device-name", "02:00:00:00:00:0a is called Secretphone", 2),
            new AddEvent(Samples.Noon, "devices-order", "approved Secretphone and others", 3), new AddEvent(Samples.Noon, "clock", "another event", 4),
        ]);
        store.Commit([new DeleteEvents(Samples.Noon.AddDays(-90))]);
        Assert.Equal(3, store.ReadEvents(10).Length);
        store.Commit([new EraseEvents(new ErasedDevice(MacAddress.Parse("02:00:00:00:00:0a"), ["Secretphone"]))]);
        store.Checkpoint();

        Assert.Equal(["another event"], store.ReadEvents(10).Select(e => e.Text));
        Assert.All(Directory.GetFiles(directory.Path), f => Assert.Equal(-1, File.ReadAllBytes(f).AsSpan().IndexOf("Secretphone"u8)));
    }

    [Fact]
    public void Snapshots_BeforeAnErasure_AreDeleted()
    {
        using var directory = new TemporaryDirectory();
        using var store = StateStore.Open(directory.Path, out _);
        store.Commit([new AddEvent(Samples.Noon, "device-name", "Secretphone", 1)]);
        store.TakeSnapshot(Samples.Noon);
        using (var keeper = new SnapshotKeeper(store, () => Samples.Noon, _ => { }))
        {
            store.Commit([new EraseEvents(new ErasedDevice(MacAddress.Zero, ["Secretphone"]))]);
            keeper.Renew();
            Wait.For(() => store.Snapshots.List() is [{ Number: 2 }]);
        }

        Assert.All(store.Snapshots.List(), s => Assert.Equal(-1, File.ReadAllBytes(s.Path).AsSpan().IndexOf("Secretphone"u8)));
    }
}
