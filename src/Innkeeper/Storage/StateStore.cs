using System.Collections.Immutable;
using Innkeeper.Clocks;
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
    private readonly StateOpener _opener;
    private SqliteConnection _connection;
    private StateTables _tables;
    private int _skippedRows;
    private volatile bool _isWritable;
    private volatile bool _isDamaged;

    private StateStore(StateOpener opener, string path, OpenedState opened)
    {
        (_opener, Path, _connection, _isWritable, _skippedRows, Outcome) = (opener, path, opened.Connection, opened.IsWritable, opened.SkippedRows, opened.Outcome);
        _tables = TablesOf(opened.Connection);
    }

    /// <summary>The database file.</summary>
    internal string Path { get; }

    /// <summary>How it was opened at the start.</summary>
    internal OpenOutcome Outcome { get; }

    internal SnapshotFolder Snapshots => _opener.Snapshots;

    /// <summary>False while the file cannot be written since the start: what could be read is in memory, and <see cref="Reopen"/> tries again.</summary>
    internal bool IsWritable => _isWritable;

    /// <summary>The number of rows that were skipped when they were read or migrated, because their values are invalid: their data is lost.</summary>
    internal int SkippedRows => Locked(() => _skippedRows);

    /// <summary>Opens the database in a directory, which is created when absent. An unusable one is replaced, or a copy in memory serves for it.</summary>
    internal static StateStore Open(string directory, out OpenOutcome outcome) => Open(directory, TimeProvider.System, out outcome);

    /// <inheritdoc cref="Open(string, out OpenOutcome)"/>
    /// <param name="time">The wall clock, for names of files.</param>
    internal static StateStore Open(string directory, TimeProvider time, out OpenOutcome outcome)
    {
        var opener = new StateOpener(directory, time);
        var opened = opener.Open();
        outcome = opened.Outcome;
        return new StateStore(opener, System.IO.Path.Combine(System.IO.Path.GetFullPath(directory), FileName), opened);
    }

    /// <summary>The bindings, in use or kept for their device's return.</summary>
    internal ImmutableArray<RememberedBinding> LoadBindings() => Locked(() => _tables.Bindings.Load());

    internal ImmutableArray<StoredQuarantine> LoadQuarantines() => Locked(() => _tables.Quarantine.Load());

    internal ImmutableArray<DeviceRecord> LoadDevices() => Locked(() => _tables.Devices.Load());

    /// <summary>The leases, in use or over.</summary>
    internal ImmutableArray<StoredLease> LoadLeases() => Locked(() => _tables.Leases.Load());

    /// <summary>New devices that the administrator is still to be notified of.</summary>
    internal ImmutableArray<MacAddress> LoadArrivals() => Locked(() => _tables.Arrivals.Load());

    /// <summary>The clock of the process before; null: it did not keep it.</summary>
    internal KeptClock? LoadClock() => Locked(() => _tables.Clock.Load());

    /// <summary>The gateways that did not answer when they were last asked.</summary>
    internal ImmutableArray<GatewayOutage> LoadGatewayOutages() => Locked(() => _tables.GatewayOutages.Load());

    /// <summary>The parts of their volumes that groups of devices have used.</summary>
    internal ImmutableArray<KeyValuePair<VolumeGroup, VolumeUse>> LoadVolumes() => Locked(() => _tables.Volumes.Load());

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
        if (!_isWritable)
        {
            throw new StorageException($"The database {Path} cannot be written yet.");
        }

        if (_isDamaged)
        {
            throw new StorageException($"The database {Path} is damaged.");
        }

        if (!File.Exists(Path))
        {
            // SQLite would go on writing to a file that no name leads to any more.
            _isDamaged = true;
            throw new StorageException($"The database {Path} was removed.");
        }

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

    /// <summary>Opens the file again after a failure, which may have left the connection unusable. One that is damaged or gone is replaced.</summary>
    /// <returns>Null: it is the same database. Otherwise how another came in place of what was open, with its devices as they are on disk.</returns>
    /// <exception cref="StorageException">It cannot be opened; the old connection stays.</exception>
    internal Replacement? Reopen() => Locked(() =>
    {
        if (_isWritable && !_isDamaged && File.Exists(Path))
        {
            Use(StateOpener.Connect(Path));
            return null;
        }

        if (_isWritable)
        {
            // It must be closed before it is moved: closing writes to files by their names.
            Use(StateOpener.CreateEmpty());
            _isWritable = false;
        }

        var opened = _opener.OpenWritable();
        Use(opened.Connection);
        (_isWritable, _isDamaged) = (true, false);
        _skippedRows += opened.SkippedRows;
        return new Replacement(opened.Outcome, _tables.Devices.Load());
    });

    /// <summary>Takes a snapshot of what is on disk. It does not hold up reading and writing.</summary>
    /// <exception cref="StorageException">None was taken.</exception>
    internal Snapshot TakeSnapshot(DateTimeOffset wall)
    {
        if (!_isWritable)
        {
            throw new StorageException($"The database {Path} cannot be written yet.");
        }

        try
        {
            using var reader = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 1 }.ToString());
            reader.Open();
            return Snapshots.Take(reader, Schema.Version, wall);
        }
        catch (StorageException error) when (error.InnerException is SqliteException { SqliteErrorCode: Sql.SQLITE_CORRUPT or Sql.SQLITE_NOTADB })
        {
            // No read or write met the damage so far. The next write makes another database.
            _isDamaged = true;
            throw;
        }
        catch (SqliteException error)
        {
            throw new StorageException($"The database {Path} failed: {Sql.Describe(error, Path)}.", error);
        }
    }

    /// <summary>Brings what was committed from the log into the database, and empties the log: deleted rows are in neither.</summary>
    /// <exception cref="StorageException">It was not done.</exception>
    internal void Checkpoint() => Locked(() => Sql.Scalar(_connection, "PRAGMA wal_checkpoint(TRUNCATE)") is 0L ? true : throw new StorageException($"The log of {Path} is in use."));

    /// <summary>Copies what is on disk into a file of its own, beside reading and writing.</summary>
    /// <returns>The version of its tables.</returns>
    /// <exception cref="StorageException">There is no copy.</exception>
    internal int CopyTo(string path) => _isWritable ? DatabaseCopy.Take(Path, path) : throw new StorageException($"The database {Path} cannot be written yet.");

    public void Dispose()
    {
        lock (_lock)
        {
            Close();
        }
    }

    private StateTables TablesOf(SqliteConnection connection) => new(connection, () => _skippedRows++);

    private void Use(SqliteConnection next)
    {
        Close();
        _connection = next;
        _tables = TablesOf(next);
    }

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
                _isDamaged |= error.SqliteErrorCode is Sql.SQLITE_CORRUPT or Sql.SQLITE_NOTADB;
                throw new StorageException($"The database {Path} failed: {Sql.Describe(error, Path)}.", error);
            }
        }
    }
}

/// <summary>The state of the notifications.</summary>
/// <param name="Messages">Ordered by channel and number.</param>
/// <param name="NotifiedDevices">The devices that the administrator was notified of, the longest known first.</param>
internal sealed record StoredNotifications(ImmutableArray<OutboxMessage> Messages, ImmutableArray<StoredThrottle> Throttles, ImmutableArray<MacAddress> NotifiedDevices);

/// <summary>Another database came in place of the one that was open, or of none.</summary>
/// <param name="Devices">The devices in it, before anything is written to it.</param>
internal sealed record Replacement(OpenOutcome Outcome, ImmutableArray<DeviceRecord> Devices);
