using System.Diagnostics;
using Innkeeper.Policy;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Tests.Storage;

/// <summary>
/// Every state of the database beside every state of the snapshots, on a file system of its own that can be full or read-only. Device 1 was
/// decided about before the snapshot, device 2 after it.
/// </summary>
public sealed class StateOpenerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _state;
    private readonly string _database;
    private SqliteConnection? _locker;

    public StateOpenerTests()
    {
        _state = Path.Combine(_directory.Path, "small");
        _database = Path.Combine(_state, StateStore.FileName);
        Directory.CreateDirectory(_state);
        Assert.SkipUnless(Run("mount", "-t tmpfs -o size=2m innkeeper-test " + _state), "Needs the right to mount (root).");
    }

    /// <summary>Database; snapshots; how it is opened; whose decisions are in force then; whether that is all.</summary>
    public static TheoryData<string, string, string, string, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, string, string, bool>();
            foreach (var (snapshot, kept) in new[] { ("good", "1"), ("older", "1"), ("damaged", ""), ("missing", "") })
            {
                cases.Add("good", snapshot, "Opened", "1 2", true);
                foreach (var damage in new[] { "noise", "zeros", "empty", "text", "newer", "foreign", "table missing", "truncated" })
                {
                    cases.Add(damage, snapshot, "SetAside", kept, false);
                }

                cases.Add("missing", snapshot, kept == "" ? "Created" : "Restored", kept, false);
                cases.Add("locked", snapshot, "Unavailable", "1 2", true);
                cases.Add("read-only", snapshot, "Unavailable", "1 2", true);
                cases.Add("read-only and noise", snapshot, "Unavailable", kept, false);
                cases.Add("read-only and missing", snapshot, "Unavailable", kept, false);
                cases.Add("full and noise", snapshot, "Unavailable", kept, false);
                cases.Add("full and missing", snapshot, "Unavailable", kept, false);
            }

            return cases;
        }
    }

    public void Dispose()
    {
        _locker?.Dispose();
        Run("umount", _state);
        _directory.Dispose();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Open_ThenWriteAgain(string database, string snapshots, string result, string devices, bool isWhole)
    {
        Prepare(database, snapshots);

        using var store = StateStore.Open(_state, out var outcome);

        Assert.Equal((result, isWhole), (outcome.Result.ToString(), outcome.IsWhole));
        Assert.Equal(devices, NamesIn(store));
        Assert.Equal(devices == "1", outcome.SnapshotTime is not null);
        Assert.Equal(result is "SetAside" or "Unavailable", outcome.Reason is { Length: > 0 });
        Assert.Equal(result == "SetAside" || database == "full and noise", outcome.Path is { } aside && File.Exists(aside));

        // What cannot be written now waits, and is written when it can be, beside what the file has.
        var told = new RecordedState();
        using var writer = new StateWriter(store, [told]);
        writer.Enqueue(new SaveDevice(Decided(3)));
        if (result == "Unavailable")
        {
            Assert.NotNull(writer.AwaitDisk(TimeSpan.FromMilliseconds(50)));
            Assert.False(writer.Health.IsOk);
            Recover(database);
        }

        Assert.Null(writer.AwaitDisk(TimeSpan.FromSeconds(20)));
        Assert.True(writer.Health.IsOk);
        Assert.Equal(result == "Unavailable" ? [devices] : [], told.Replacements.Select(r => string.Join(' ', r.Devices.Select(d => d.Name).Order(StringComparer.Ordinal))));
        Assert.Equal($"{devices} 3".Trim(), NamesIn(store));
        writer.Dispose();
        store.Dispose();
        using var again = StateStore.Open(_state, out outcome);
        Assert.Equal(OpenResult.Opened, outcome.Result);
        Assert.Equal($"{devices} 3".Trim(), NamesIn(again));
    }

    private static string NamesIn(StateStore store) => string.Join(' ', store.LoadDevices().Select(d => d.Name).Order(StringComparer.Ordinal));

    private static DeviceRecord Decided(uint number) => Samples.Device(number) with { Name = $"{number}" };

    private void Prepare(string database, string snapshots)
    {
        using (var store = StateStore.Open(_state, out _))
        {
            store.Commit([new SaveDevice(Decided(1)), new SettleRestored()]);
            store.TakeSnapshot(Samples.Noon);
            if (snapshots == "older")
            {
                store.TakeSnapshot(Samples.Noon.AddMinutes(1));
            }

            store.Commit([new SaveDevice(Decided(2))]);
        }

        var folder = new SnapshotFolder(_state);
        switch (snapshots)
        {
            case "missing":
                Directory.Delete(Path.Combine(_state, SnapshotFolder.FolderName), recursive: true);
                break;
            case "damaged" or "older":
                using (var file = File.OpenWrite(folder.List()[0].Path))
                {
                    file.Position = file.Length / 2;
                    file.WriteByte(0x5a);
                    file.WriteByte(0xa5);
                }

                break;
        }

        Break(database);
    }

    private void Break(string database)
    {
        switch (database.Split(" and ")[^1])
        {
            case "good" or "read-only":
                break;
            case "missing":
                File.Delete(_database);
                break;
            case "locked":
                _locker = new SqliteConnection($"Data Source={_database};Pooling=False");
                _locker.Open();
                Execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;");
                break;
            case var damage:
                StateStoreTests.Damage(_database, damage);
                break;
        }

        if (database.StartsWith("read-only", StringComparison.Ordinal))
        {
            Assert.True(Run("mount", "-o remount,ro " + _state));
        }

        if (database.StartsWith("full", StringComparison.Ordinal))
        {
            FillUp(Path.Combine(_state, "ballast"));
        }
    }

    private static void FillUp(string path)
    {
        using var file = File.Create(path, 1);
        try
        {
            while (true)
            {
                file.Write(new byte[1024]);
            }
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    private void Recover(string database)
    {
        if (database == "locked")
        {
            Execute("ROLLBACK");
            _locker!.Dispose();
        }
        else if (database.StartsWith("read-only", StringComparison.Ordinal))
        {
            Assert.True(Run("mount", "-o remount,rw " + _state));
        }
        else
        {
            File.Delete(Path.Combine(_state, "ballast"));
        }
    }

    private void Execute(string text)
    {
        using var command = _locker!.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private static bool Run(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)), $"{program} {arguments} does not end");
        return process.ExitCode == 0;
    }
}
