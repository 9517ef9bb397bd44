using System.Collections.Immutable;
using Innkeeper.ControlPlane;
using Innkeeper.Dhcp;
using Innkeeper.Policy;
using Innkeeper.Storage.Tables;
using Innkeeper.Wire;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage;

/// <summary>
/// The database of the state that must outlive the process: SQLite with a write-ahead log, synced at every commit (with less,
/// commits that were acknowledged are lost in a power cut). Calls may come from any thread; a lock serializes them.
/// </summary>
internal sealed class StateStore : IDisposable
{
    /// <summary>The database's name in the state directory.</summary>
    internal const string FileName = "innkeeper.db";

    private readonly Lock _lock = new();
    private SqliteConnection _connection;
    private StateTables _tables;
    private int _skippedRows;

    /// <param name="skippedRows">Rows that the migration left out.</param>
    private StateStore(string path, SqliteConnection connection, int skippedRows)
    {
        Path = path;
        _connection = connection;
        _skippedRows = skippedRows;
        _tables = TablesOf(connection);
    }

    /// <summary>The database file.</summary>
    internal string Path { get; }

    /// <summary>The number of rows that were skipped when they were read or migrated, because their values are invalid: their data is lost.</summary>
    internal int SkippedRows => Locked(() => _skippedRows);

    /// <summary>Opens the database in a directory, which is created when absent. An unusable one is set aside.</summary>
    /// <exception cref="StorageException">The directory cannot be used, or another program holds the database.</exception>
    internal static StateStore Open(string directory, out OpenOutcome outcome) => Open(directory, TimeProvider.System, out outcome);

    /// <inheritdoc cref="Open(string, out OpenOutcome)"/>
    internal static StateStore Open(string directory, TimeProvider time, out OpenOutcome outcome)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetFullPath(directory), FileName);
        try
        {
            StateFiles.CreateDirectory(directory);
            outcome = new OpenOutcome(OpenResult.Created);
            if (File.Exists(path))
            {
                if (TryConnect(path, out var skippedRows, out var reason) is { } sound)
                {
                    outcome = new OpenOutcome(OpenResult.Opened);
                    return new StateStore(path, sound, skippedRows);
                }

                outcome = new OpenOutcome(OpenResult.SetAside, StateFiles.SetAside(path, time.GetUtcNow()), reason);
            }

            Create(path);
            return new StateStore(path, Connect(path), 0);
        }
        catch (SqliteException error)
        {
            throw new StorageException($"Cannot use the database {path}: {Sql.Describe(error, path)}.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"Cannot keep state in {directory}: {error.Message}", error);
        }
    }

    /// <summary>The bindings, in use or kept for their device's return.</summary>
    internal ImmutableArray<RememberedBinding> LoadBindings() => Locked(() => _tables.Bindings.Load());

    internal ImmutableArray<StoredQuarantine> LoadQuarantines() => Locked(() => _tables.Quarantine.Load());

    internal ImmutableArray<DeviceRecord> LoadDevices() => Locked(() => _tables.Devices.Load());

    /// <summary>The leases, in use or over.</summary>
    internal ImmutableArray<StoredLease> LoadLeases() => Locked(() => _tables.Leases.Load());

    /// <summary>The gateways that did not answer when they were last asked.</summary>
    internal ImmutableArray<GatewayOutage> LoadGatewayOutages() => Locked(() => _tables.GatewayOutages.Load());

    internal StoredNotifications LoadNotifications() =>
        Locked(() => new StoredNotifications(_tables.OutboxMessages.Load(), _tables.Throttles.Load(), _tables.NotifiedDevices.Load()));

    /// <summary>The latest events, newest first.</summary>
    internal ImmutableArray<StoredEvent> ReadEvents(int most) => Locked(() => _tables.Events.ReadLatest(most));

    /// <summary>Writes rows in one transaction: when it returns, all of them are on disk.</summary>
    /// <param name="onRefused">Called for each row that was left out because a value is outside of its column's range.</param>
    /// <returns>The number of rows that were left out.</returns>
    /// <exception cref="StorageException">Nothing was written.</exception>
    internal int Commit(IReadOnlyList<PendingWrite> writes, Action<PendingWrite>? onRefused = null) => Locked(() =>
    {
        var refused = 0;
        using var transaction = _connection.BeginTransaction();
        foreach (var write in writes)
        {
            try
            {
                write.Execute(_tables, transaction);
            }
            catch (SqliteException error) when (error.SqliteErrorCode == Sql.SQLITE_CONSTRAINT)
            {
                refused++;
                onRefused?.Invoke(write);
            }
        }

        if (writes.Any(write => write is AddEvent))
        {
            _tables.Events.DeleteOldest(transaction);
        }

        transaction.Commit();
        return refused;
    });

    /// <summary>Opens the file again after a failure, which may have left the connection unusable.</summary>
    /// <exception cref="StorageException">It cannot be opened; the old connection stays.</exception>
    internal void Reopen() => Locked(() =>
    {
        var fresh = Connect(Path);
        Close();
        _connection = fresh;
        _tables = TablesOf(fresh);
        return 0;
    });

    public void Dispose()
    {
        lock (_lock)
        {
            Close();
        }
    }

    private StateTables TablesOf(SqliteConnection connection) => new(connection, () => _skippedRows++);

    private void Close()
    {
        try
        {
            _tables.Dispose();
            _connection.Dispose();
        }
        catch (SqliteException)
        {
            // Closing writes the log back, which may fail as any write; the log stays and is read at the next start.
        }
    }

    private T Locked<T>(Func<T> body)
    {
        lock (_lock)
        {
            try
            {
                return body();
            }
            catch (SqliteException error)
            {
                throw new StorageException($"The database {Path} failed: {Sql.Describe(error, Path)}.", error);
            }
        }
    }

    /// <summary>Creates the database under another name and renames it: a crash never leaves half a database under the right name.</summary>
    private static void Create(string path)
    {
        var unfinished = path + ".new";
        StateFiles.DeleteWithCompanions(unfinished);
        StateFiles.DeleteCompanions(path);
        using (var connection = Connect(unfinished))
        {
            Schema.Migrate(connection, 0);
        }

        File.Move(unfinished, path);
    }

    /// <summary>Opens a database that exists, and migrates it.</summary>
    /// <returns>The connection, or null with the reason why the file is unusable.</returns>
    private static SqliteConnection? TryConnect(string path, out int skippedRows, out string reason)
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
            reason = Examine(connection, out skippedRows);
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

    /// <summary>Looks before it writes: a database that is not Innkeeper's stays as it was.</summary>
    /// <returns>The fault of the database; empty when it is sound.</returns>
    private static string Examine(SqliteConnection connection, out int skippedRows)
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
        skippedRows = Schema.Migrate(connection, (int)version);
        using var tables = new StateTables(connection, () => { });
        tables.Prepare();
        return "";
    }

    private static SqliteConnection Connect(string path)
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

    private static SqliteConnection ConnectOnly(string path)
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
        connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 16777216; PRAGMA cache_size = -512; PRAGMA secure_delete = OFF;");
}

/// <summary>The state of the notifications.</summary>
/// <param name="Messages">Ordered by channel and number.</param>
/// <param name="NotifiedDevices">The devices that the administrator was notified of, the longest known first.</param>
internal sealed record StoredNotifications(ImmutableArray<OutboxMessage> Messages, ImmutableArray<StoredThrottle> Throttles, ImmutableArray<MacAddress> NotifiedDevices);
