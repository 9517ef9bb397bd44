using Innkeeper.Storage.Tables;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage;

/// <summary>A database that was opened.</summary>
/// <param name="IsWritable">False: it is a copy in memory, as the file cannot be written now.</param>
/// <param name="SkippedRows">Rows that the migration left out.</param>
internal sealed record OpenedState(SqliteConnection Connection, bool IsWritable, int SkippedRows, OpenOutcome Outcome);

/// <summary>
/// Opens the database in whatever state it is: a sound one as it is; in place of a missing or useless one the newest good snapshot, or a new one;
/// and where nothing can be written, a copy in memory. docs/decisions/0017-time-and-state.md has the table.
/// </summary>
internal sealed class StateOpener(string directory, TimeProvider time)
{
    private readonly string _path = Path.Combine(Path.GetFullPath(directory), StateStore.FileName);

    internal SnapshotFolder Snapshots { get; } = new(directory);

    /// <summary>Never fails for reasons of the disk or the file.</summary>
    internal OpenedState Open()
    {
        OpenOutcome? aside = null;
        try
        {
            return OpenWritable(ref aside);
        }
        catch (StorageException error)
        {
            return OpenInMemory(error.Message, aside);
        }
    }

    /// <summary>Opens it so that it can be written.</summary>
    /// <exception cref="StorageException">It cannot be.</exception>
    internal OpenedState OpenWritable()
    {
        OpenOutcome? aside = null;
        return OpenWritable(ref aside);
    }

    /// <param name="aside">Set when a useless database was set aside, also when it then fails.</param>
    private OpenedState OpenWritable(ref OpenOutcome? aside)
    {
        try
        {
            StateFiles.CreateDirectory(directory);
            if (File.Exists(_path))
            {
                StateFiles.MakePrivate(_path);
                if (TryConnect(_path, out var skippedRows, out var reason) is { } sound)
                {
                    return new OpenedState(sound, true, skippedRows, new OpenOutcome(OpenResult.Opened) { IsWhole = !RestoredTable.IsMarked(sound) });
                }

                aside = new OpenOutcome(OpenResult.SetAside, StateFiles.SetAside(_path, time.GetUtcNow()), reason);
            }

            var skipped = 0;
            var snapshot = Snapshots.Restore(_path, copy => IsUsable(copy, out skipped));
            if (snapshot is null)
            {
                Create();
                skipped = 0;
            }

            var outcome = (aside ?? new OpenOutcome(snapshot is null ? OpenResult.Created : OpenResult.Restored)) with { SnapshotTime = snapshot?.Time };
            return new OpenedState(Connect(_path), true, skipped, outcome);
        }
        catch (SqliteException error)
        {
            throw new StorageException($"Cannot use the database {_path}: {Sql.Describe(error, _path)}.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"Cannot keep state in {directory}: {error.Message}", error);
        }
    }

    /// <summary>Reads into memory: the database itself, or the newest good snapshot.</summary>
    private OpenedState OpenInMemory(string reason, OpenOutcome? aside)
    {
        var memory = ConnectOnly(":memory:");
        var outcome = new OpenOutcome(OpenResult.Unavailable, aside?.Path, aside is null ? reason : $"{aside.Reason}; {reason}");
        if (aside is null && TryCopy(_path, memory, out var skipped))
        {
            return new OpenedState(memory, false, skipped, outcome with { IsWhole = !RestoredTable.IsMarked(memory) });
        }

        foreach (var snapshot in Readable())
        {
            memory.Dispose();
            memory = ConnectOnly(":memory:");
            if (TryCopy(snapshot.Path, memory, out skipped))
            {
                return new OpenedState(memory, false, skipped, outcome with { SnapshotTime = snapshot.Time });
            }
        }

        memory.Dispose();
        return new OpenedState(CreateEmpty(), false, 0, outcome);
    }

    /// <summary>An empty database in memory.</summary>
    internal static SqliteConnection CreateEmpty()
    {
        var memory = ConnectOnly(":memory:");
        Schema.Migrate(memory, 0);
        return memory;
    }

    private IEnumerable<Snapshot> Readable()
    {
        try
        {
            return [.. Snapshots.Whole()];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Copies a sound database, which is only read, and migrates the copy.</summary>
    private static bool TryCopy(string path, SqliteConnection memory, out int skippedRows)
    {
        skippedRows = 0;
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length == 0)
            {
                return false;
            }

            // Where nothing can be written, SQLite cannot make the files that a log needs; without a log they are not needed.
            var hasLog = File.Exists(path + "-wal") && new FileInfo(path + "-wal").Length > 0;
            using var source = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = hasLog ? path : $"file:{Uri.EscapeDataString(path)}?immutable=1",
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
                DefaultTimeout = 1,
            }.ToString());
            source.Open();
            source.BackupDatabase(memory);
            return Examine(memory, out skippedRows).Length == 0;
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Creates the database under another name and renames it: a crash never leaves half a database under the right name.</summary>
    private void Create()
    {
        var unfinished = _path + ".new";
        StateFiles.DeleteWithCompanions(unfinished);
        StateFiles.DeleteCompanions(_path);
        StateFiles.CreatePrivate(unfinished);
        using (var connection = Connect(unfinished))
        {
            Schema.Migrate(connection, 0);
            RestoredTable.Mark(connection);
        }

        File.Move(unfinished, _path);
        StateFiles.SyncDirectory(Path.GetDirectoryName(_path)!);
    }

    private bool IsUsable(string path, out int skippedRows)
    {
        using var connection = TryConnect(path, out skippedRows, out _);
        if (connection is null)
        {
            return false;
        }

        RestoredTable.Mark(connection);
        return true;
    }

    /// <summary>Opens a database that exists, and migrates it.</summary>
    /// <returns>The connection, or null with the reason why the file is unusable.</returns>
    private SqliteConnection? TryConnect(string path, out int skippedRows, out string reason)
    {
        skippedRows = 0;
        reason = "";
        if (new FileInfo(path).Length == 0)
        {
            reason = "the file is empty";
            return null;
        }

        SqliteConnection? connection = null;
        var sound = false;
        try
        {
            connection = ConnectOnly(path);
            reason = Examine(connection, out skippedRows, version => KeepBeforeMigration(connection, version));
            sound = reason.Length == 0;
        }
        catch (SqliteException error) when (!Sql.IsEnvironment(error))
        {
            reason = error.SqliteErrorCode == Sql.SQLITE_NOTADB ? "the file is not a database" : $"the file is damaged ({error.Message})";
        }
        finally
        {
            if (!sound)
            {
                connection?.Dispose();
            }
        }

        return sound ? connection : null;
    }

    /// <summary>An earlier version of this program, if the administrator goes back to it, finds what it wrote last. A wish, not a condition.</summary>
    private void KeepBeforeMigration(SqliteConnection connection, int version)
    {
        try
        {
            Snapshots.Take(connection, version, time.GetUtcNow());
        }
        catch (StorageException)
        {
            // The migration is one transaction: it needs no copy to be safe.
        }
    }

    /// <summary>Looks before it writes: a database that is not Innkeeper's stays as it was.</summary>
    /// <param name="beforeMigration">Called with the version of an older database before it is changed.</param>
    /// <returns>The fault of the database; empty when it is sound.</returns>
    internal static string Examine(SqliteConnection connection, out int skippedRows, Action<int>? beforeMigration = null)
    {
        skippedRows = 0;
        var version = (long)Sql.Scalar(connection, "PRAGMA user_version")!;
        if (version > Schema.Version)
        {
            return $"its schema has version {version} and this program knows up to {Schema.Version}";
        }

        if (version < 1)
        {
            return "it was not made by Innkeeper";
        }

        if (Sql.Scalar(connection, "PRAGMA quick_check(1)") is not "ok")
        {
            return "the file is damaged (quick_check)";
        }

        Tune(connection);
        if (version < Schema.Version)
        {
            beforeMigration?.Invoke((int)version);
        }

        skippedRows = Schema.Migrate(connection, (int)version);
        using var tables = new StateTables(connection, () => { });
        tables.Prepare();
        return "";
    }

    internal static SqliteConnection Connect(string path)
    {
        var connection = ConnectOnly(path);
        try
        {
            Tune(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal static SqliteConnection ConnectOnly(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = 1, // seconds to wait for another program's lock
        }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <remarks>
    /// The log grows to 16 MiB before it goes into the database: MACs are scattered, so each lease writes a page, but in 4,000 pages of log most
    /// are written over again, and go into the database once. A crowd of 7,000 new leases: 16,300/s instead of 14,200/s with 4 MiB. Debian's
    /// SQLite overwrites deleted rows with zeros by default.
    /// </remarks>
    private static void Tune(SqliteConnection connection) => Sql.Execute(
        connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 16777216; PRAGMA cache_size = -512; PRAGMA secure_delete = ON;");
}
