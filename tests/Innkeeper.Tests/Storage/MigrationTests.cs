using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.Policy;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Storage;

/// <summary>Databases of earlier versions: every row is kept, invalid ones are counted, and a crash leaves the old version or the new.</summary>
public sealed class MigrationTests : IDisposable
{
    private static readonly MacAddress s_first = new(0x020000000001), s_second = new(0x020000000002);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    public static TheoryData<int> Versions => [.. Enumerable.Range(1, OldDatabase.Latest)];

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    [Theory]
    [MemberData(nameof(Versions))]
    public void Open_DatabaseOfAnEarlierVersion_KeepsEveryRow(int version)
    {
        OldDatabase.Create(_directory.Database, version);

        using var store = StateStore.Open(_directory.Path, out var outcome);

        Assert.Equal(new OpenOutcome(OpenResult.Opened), outcome);
        AssertComplete(store, version);
        Assert.Equal(0, store.SkippedRows);
    }

    /// <summary>The rows of <see cref="OldDatabase"/>, as this program reads them.</summary>
    private static void AssertComplete(StateStore store, int version)
    {
        Assert.Equal<RememberedBinding>(
            [
                new(new ClaimedAddress(new Station(7, s_first), Ipv4Address.Of(47, 31, 128, 9)), Ipv4Address.Of(137, 118, 199, 50), Time(1000), Time(2000)),
                new(new ClaimedAddress(new Station(65535, MacAddress.Broadcast), Ipv4Address.Broadcast), Ipv4Address.Any, Time(3000), Time(4000)),
            ],
            store.LoadBindings());
        Assert.Equal<StoredQuarantine>([new(Ipv4Address.Any, Time(5000)), new(Ipv4Address.Of(137, 118, 199, 51), Time(6000))], store.LoadQuarantines());
        Assert.Equal<StoredEvent>([new(2, Time(2), "gone", ""), new(1, Time(1), "arrived", "Zimmer 12 – 旅館")], store.ReadEvents(9));
        AssertDevices(store, version >= 2);
        AssertLeases(store, version >= 3);
        AssertNotifications(store.LoadNotifications(), version >= 4);
        Assert.Equal<GatewayOutage>(
            version < 5 ? [] : [new("guest-line", Ipv4Address.Of(192, 0, 2, 1), Time(7000)), new("main", Ipv4Address.Any, Time(8000))], store.LoadGatewayOutages());
    }

    private static void AssertDevices(StateStore store, bool isThere)
    {
        var devices = store.LoadDevices();
        if (!isThere)
        {
            Assert.Empty(devices);
            return;
        }

        Assert.Equal(["floor-2", "kitchen"], devices[0].Tags);
        Assert.Equal<DeviceRecord>(
            [
                new(s_first, Time(1000))
                {
                    Admission = new AdmissionStatus((AdmissionState)2, "paid", "admin", Time(1500), null, DecisionSource.Administrator), Name = "Drucker", Tags = devices[0].Tags,
                    PinnedProfile = "guests", PinnedLegal = Ipv4Address.Of(137, 118, 199, 52), HostName = "hp", Uses = DeviceUse.Static, Profile = "guests",
                },
                new(s_second, Time(1001)) { Admission = new AdmissionStatus(default, "", "", Time(1001), Time(9999), DecisionSource.Policy), Tags = devices[1].Tags },
            ],
            devices);
    }

    private static void AssertLeases(StateStore store, bool isThere)
    {
        var leases = store.LoadLeases().Select(l => (
            l.Key.Station, l.Key.Client.Hex, l.Address, l.Granted, l.Expires, l.IsReleased, Convert.ToHexStringLower(l.ClientInfo.HostName.Raw), Convert.ToHexStringLower(l.ClientInfo.VendorClass.Raw)));
        Assert.Equal(
            isThere
                ?
                [
                    (new Station(7, s_first), "ff0102", Ipv4Address.Of(10, 203, 0, 5), Time(1000), Time(2000), false, "00ff27", ""),
                    (new Station(0, s_second), "01020000000002", Ipv4Address.Of(10, 203, 0, 6), Time(1000), Time(2000), true, "", "4d534654"),
                ]
                : [],
            leases);
    }

    private static void AssertNotifications(StoredNotifications stored, bool isThere)
    {
        Assert.Equal<OutboxMessage>(
            isThere
                ?
                [
                    new(OutboxChannel.Mail, 1, Time(1000), "arrival", "{}", 2, Time(3000), OutboxMessageState.Waiting, "450", "a@x b@x"),
                    new(OutboxChannel.Webhook, 9, Time(1000), "digest", "{}", 1, Time(0), OutboxMessageState.Dead, "404", ""),
                ]
                : [],
            stored.Messages);
        Assert.Equal<StoredThrottle>(isThere ? [new(OutboxChannel.Mail, "{\"a\":1}"), new(OutboxChannel.Webhook, "{}")] : [], stored.Throttles);
        Assert.Equal<MacAddress>(isThere ? [s_second, s_first] : [], stored.NotifiedDevices);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Open_DatabaseOfAnEarlierVersion_HasTheSchemaOfANewOne(int version)
    {
        OldDatabase.Create(_directory.Database, version);
        StateStore.Open(_directory.Path, out _).Dispose();
        using var fresh = new TemporaryDirectory();
        StateStore.Open(fresh.Path, out _).Dispose();

        Assert.Equal(SchemaOf(fresh.Database), SchemaOf(_directory.Database));
        Assert.Equal(Schema.Version, VersionOf(_directory.Database));
    }

    /// <summary>The tables' own bounds forbid most of these; a file that was repaired by hand may have none.</summary>
    [Theory]
    [InlineData("bindings", "claimed = -1")]
    [InlineData("bindings", "claimed = 4294967296")]
    [InlineData("bindings", "claimed = '192.0.2.1'")]
    [InlineData("bindings", "legal = NULL")]
    [InlineData("bindings", "legal = x'c0000201'")]
    [InlineData("bindings", "legal = 1.5")]
    [InlineData("bindings", "mac = 'abc'")]
    [InlineData("bindings", "mac = -1")]
    [InlineData("bindings", "vlan = 65536")]
    [InlineData("bindings", "last_seen = 'yesterday'")]
    [InlineData("quarantine", "legal = 4294967296")]
    [InlineData("quarantine", "until = NULL")]
    [InlineData("records", "mac = 281474976710656")]
    [InlineData("records", "pinned_legal = NULL")]
    [InlineData("records", "pinned_legal = 'none'")]
    [InlineData("records", "tags = NULL")]
    [InlineData("records", "name = x'00'")]
    [InlineData("records", "state = 'held'")]
    [InlineData("records", "state = 9")]
    [InlineData("records", "uses = -1")]
    [InlineData("leases", "address = NULL")]
    [InlineData("leases", "released = 2")]
    [InlineData("leases", "host_name = 'text'")]
    [InlineData("leases", "client = NULL")]
    [InlineData("silent_gateways", "next_hop = x''")]
    [InlineData("silent_gateways", "since = NULL")]
    public void Open_AnInvalidRow_IsSkippedAndCounted_AndTheOthersAreKept(string table, string damage)
    {
        var before = CountOf(table, "");
        var after = CountOf(table, $"""
            ALTER TABLE {table} RENAME TO bounded; CREATE TABLE {table} AS SELECT * FROM bounded; DROP TABLE bounded;
            UPDATE {table} SET {damage} WHERE rowid = 1;
            """);

        Assert.Equal((2, 0), before);
        Assert.Equal((1, 1), after);
    }

    private static (int Rows, int Skipped) CountOf(string table, string then)
    {
        using var directory = new TemporaryDirectory();
        OldDatabase.Create(directory.Database, OldDatabase.Latest, then);
        using var store = StateStore.Open(directory.Path, out var outcome);
        Assert.Equal(new OpenOutcome(OpenResult.Opened), outcome);
        int[] rows = [store.LoadBindings().Length, store.LoadQuarantines().Length, store.LoadDevices().Length, store.LoadLeases().Length, store.LoadGatewayOutages().Length];
        var at = Array.IndexOf(["bindings", "quarantine", "records", "leases", "silent_gateways"], table);
        Assert.All(rows.Where((_, i) => i != at), count => Assert.Equal(2, count));
        return (rows[at], store.SkippedRows);
    }

    [Fact]
    public void Open_TheSameKeyTwice_KeepsOne()
    {
        Assert.Equal((2, 1), CountOf("quarantine", """
            ALTER TABLE quarantine RENAME TO bounded; CREATE TABLE quarantine AS SELECT * FROM bounded; DROP TABLE bounded;
            INSERT INTO quarantine SELECT * FROM quarantine WHERE legal = 0;
            """));
    }

    /// <summary>SQLite renames no table while a view refers to one that is missing.</summary>
    [Fact]
    public void Open_WithViewsOfTheAdministratorsOwn_IsMigrated()
    {
        OldDatabase.Create(_directory.Database, OldDatabase.Latest, """
            CREATE VIEW seen AS SELECT mac, last_seen FROM devices;
            CREATE VIEW named AS SELECT r.mac, r.name, b.legal FROM records r JOIN bindings b ON b.mac = r.mac;
            """);

        using var store = StateStore.Open(_directory.Path, out var outcome);

        Assert.Equal(new OpenOutcome(OpenResult.Opened), outcome);
        AssertComplete(store, OldDatabase.Latest);
    }

    /// <summary>
    /// What a kill or a power cut leaves of the write-ahead log is a part of it from its beginning. Wherever that ends, in each step, the
    /// database is exactly of one version, and the next start makes it whole.
    /// </summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(5, 0)]
    [InlineData(5, 4_000)]
    public void Migrate_InterruptedAnywhere_IsTheOldVersionOrTheNew(int version, int bindings)
    {
        OldDatabase.Create(_directory.Database, version, bindings == 0 ? "" : $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {bindings})
            INSERT INTO bindings SELECT 0x060000000000 + i * 7919, 0, i, i, 0, 0, i, i, 0 FROM n;
            """);
        var schemas = Enumerable.Range(version, OldDatabase.Latest - version + 1).Select(SchemaOfVersion).Append(SchemaOfVersion(6, NoVolumes + NoGrants + "DROP TABLE arrivals; DROP TABLE clock; DROP TABLE restored;")).Append(SchemaOfVersion(7, NoVolumes + NoGrants)).Append(SchemaOfVersion(8, NoVolumes)).ToList();
        byte[] database, log;
        using (var connection = OldDatabase.Connect(_directory.Database))
        {
            Sql.Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -64;");
            Schema.Migrate(connection, version);
            schemas.Add(SchemaOf(_directory.Database));
            database = ReadShared(_directory.Database);
            log = ReadShared(_directory.Database + "-wal");
        }

        HashSet<int> seen = [];
        foreach (var cut in CutsOf(log))
        {
            using var crashed = new TemporaryDirectory();
            File.WriteAllBytes(crashed.Database, database);
            File.WriteAllBytes(crashed.Database + "-wal", log[..cut]);
            var left = VersionOf(crashed.Database);
            seen.Add(left);
            Assert.Equal(schemas[left - version], SchemaOf(crashed.Database));

            using var store = StateStore.Open(crashed.Path, out var outcome);
            Assert.Equal(new OpenOutcome(OpenResult.Opened), outcome);
            Assert.Equal(0, store.SkippedRows);
            Assert.Equal(2 + bindings, store.LoadBindings().Length);
            if (bindings == 0)
            {
                AssertComplete(store, version);
            }
        }

        Assert.Equal(Enumerable.Range(version, Schema.Version - version + 1), seen.Order());
    }

    /// <summary>The log has a header of 32 octets, then frames of 24 octets and a page: up to 40 ends of frames, each with an end within the next frame, and the whole.</summary>
    private static IEnumerable<int> CutsOf(byte[] log)
    {
        var frame = 24 + (int)BinaryPrimitives.ReadUInt32BigEndian(log.AsSpan(8));
        var frames = (log.Length - 32) / frame;
        var stride = Math.Max(1, frames / 40);
        return Enumerable.Range(0, frames).Where(i => i % stride == 0).SelectMany(i => (int[])[32 + (i * frame), 32 + (i * frame) + 1000]).Append(log.Length);
    }

    [Fact]
    public void Open_NoSpaceToMigrate_SaysSo_ServesFromMemory_AndKeepsTheDatabase()
    {
        var state = Path.Combine(_directory.Path, "small");
        Directory.CreateDirectory(state);
        Assert.SkipUnless(Run("mount", $"-t tmpfs -o size=1m innkeeper-test {state}"), "Needs the right to mount (root).");
        try
        {
            var database = Path.Combine(state, StateStore.FileName);
            OldDatabase.Create(database, OldDatabase.Latest);
            var ballast = Path.Combine(state, "ballast");
            File.WriteAllBytes(ballast, new byte[(1 << 20) - (int)new FileInfo(database).Length - (12 * 4096)]);

            using (var waiting = StateStore.Open(state, out var unavailable))
            {
                Assert.Equal((OpenResult.Unavailable, true), (unavailable.Result, unavailable.IsWhole));
                Assert.Contains("full", unavailable.Reason, StringComparison.Ordinal);
                AssertComplete(waiting, OldDatabase.Latest);
            }

            Assert.Equal(OldDatabase.Latest, VersionOf(database));
            Assert.Empty(Directory.GetFiles(state, "*corrupt*"));

            File.Delete(ballast);
            using var store = StateStore.Open(state, out var outcome);
            Assert.Equal(new OpenOutcome(OpenResult.Opened), outcome);
            AssertComplete(store, OldDatabase.Latest);
        }
        finally
        {
            Run("umount", state);
        }
    }

    /// <summary>A step that was released never changes: databases exist that it made. Add a hash for a new step, and change none.</summary>
    [Fact]
    public void Steps_OfReleasedVersions_AreAsTheyWere() => Assert.Equal(
        "a1b96d9711fa f5c0eb10ec8d cd56481724bd 3d7a8ed1413b 909066d9feed 227336ba417f 2cafb0ba45a5 a9e612b5f25e d8c1a849b178",
        string.Join(' ', Schema.Texts.Select(text => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Regex.Replace(text, @"\s+", " ").Trim())))[..12])));

    private const string NoVolumes = "DROP TABLE volumes;";

    private const string NoGrants = """
        ALTER TABLE devices DROP COLUMN grant_end; ALTER TABLE devices DROP COLUMN grant_profile; ALTER TABLE devices DROP COLUMN grant_label;
        ALTER TABLE devices DROP COLUMN grant_id; ALTER TABLE devices DROP COLUMN grant_kind;
        """;

    /// <summary>The steps since only added tables and columns.</summary>
    /// <param name="undo">Takes them away.</param>
    private static string[] SchemaOfVersion(int version, string undo)
    {
        Assert.True(version > OldDatabase.Latest - 1);
        using var directory = new TemporaryDirectory();
        OldDatabase.Create(directory.Database, OldDatabase.Latest);
        StateStore.Open(directory.Path, out _).Dispose();
        using (var connection = OldDatabase.Connect(directory.Database))
        {
            Sql.Execute(connection, undo);
        }

        return SchemaOf(directory.Database);
    }

    private static string[] SchemaOfVersion(int version)
    {
        using var directory = new TemporaryDirectory();
        OldDatabase.Create(directory.Database, version);
        return SchemaOf(directory.Database);
    }

    private static string[] SchemaOf(string database)
    {
        using var connection = OldDatabase.Connect(database);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1";
        using var row = command.ExecuteReader();
        List<string> lines = [];
        while (row.Read())
        {
            lines.Add(Regex.Replace(row.GetString(0), @"\s+", " "));
        }

        return [.. lines];
    }

    private static int VersionOf(string database)
    {
        using var connection = OldDatabase.Connect(database);
        return (int)(long)Sql.Scalar(connection, "PRAGMA user_version")!;
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static bool Run(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
