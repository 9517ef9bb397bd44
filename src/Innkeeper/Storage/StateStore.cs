using System.Collections.Immutable;
using Innkeeper.Policy;
using Innkeeper.Configuration;
using Innkeeper.Bindings;
using Innkeeper.Dhcp;
using Innkeeper.ControlPlane;
using Innkeeper.Wire;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage;

/// <summary>
/// The database of what must outlive the process: SQLite with a write-ahead log, synced at every commit (with less,
/// commits that were acknowledged are lost in a power cut). Calls may come from any thread; they take turns.
/// </summary>
internal sealed class StateStore : IDisposable
{
    /// <summary>The database's name in the state directory.</summary>
    internal const string FileName = "innkeeper.db";

    /// <summary>Events beyond this many are forgotten, oldest first.</summary>
    internal const int EventsKept = 10_000;

    private readonly Lock _turn = new();
    private SqliteConnection _connection;
    private StatementSet _statements;
    private int _passedOver;

    private StateStore(string path, SqliteConnection connection)
    {
        Path = path;
        _connection = connection;
        _statements = new StatementSet(connection);
    }

    /// <summary>The database file.</summary>
    internal string Path { get; }

    /// <summary>Rows that made no sense when they were read: what they said is lost.</summary>
    internal int PassedOver => Locked(() => _passedOver);

    /// <summary>Opens the database in a directory, which is created when absent. One that is of no use is set aside.</summary>
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
                if (TryConnect(path, out var reason) is { } sound)
                {
                    outcome = new OpenOutcome(OpenResult.Opened);
                    return new StateStore(path, sound);
                }

                outcome = new OpenOutcome(OpenResult.SetAside, StateFiles.SetAside(path, time.GetUtcNow()), reason);
            }

            Create(path);
            return new StateStore(path, Connect(path));
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

    /// <summary>Reads the leases, in use or over.</summary>
    internal ImmutableArray<StoredLease> LoadLeases() => Locked(() =>
        Read("SELECT mac, vlan, client, address, granted, expires, released, host_name, vendor_class FROM leases", row =>
        {
            var client = new ClientId(row.GetString(2));
            return new StoredLease(
                new LeaseKey(new Station(Vlan(row, 1), Mac(row, 0)), client), Address(row, 3), Time(row, 4), Time(row, 5), row.GetInt64(6) != 0,
                new DhcpClientInfo(new GuestText(row.GetFieldValue<byte[]>(7)), new GuestText(row.GetFieldValue<byte[]>(8)), client));
        }));

    /// <summary>Reads everything but the events and the leases.</summary>
    internal StoredState Load() => Locked(() => new StoredState(
        Read("SELECT mac, vlan, first_seen, last_seen FROM devices", row =>
            new StoredDevice(Mac(row, 0), Vlan(row, 1), Time(row, 2), Time(row, 3))),
        Read("SELECT mac, vlan, claimed, legal, inside, gateway, first_seen, last_seen, released FROM bindings", row =>
            new StoredBinding(
                Mac(row, 0), Vlan(row, 1), Address(row, 2), Address(row, 3), Address(row, 4),
                IsZero(row, 5) ? null : Address(row, 5), Time(row, 6), Time(row, 7), row.GetInt64(8) != 0)),
        Read("SELECT legal, until FROM quarantine", row => new StoredQuarantine(Address(row, 0), Time(row, 1)))));

    /// <summary>Where devices stand, and what the administrator said of them.</summary>
    internal ImmutableArray<DeviceRecord> LoadRecords() => Locked(() => Read(
        "SELECT mac, first_seen, state, origin, reason, decided_by, since, until, name, tags, pinned_profile, pinned_legal, host_name, uses, profile FROM records",
        row => new DeviceRecord(Mac(row, 0), Time(row, 1))
        {
            Admission = new AdmissionStatus(
                Known<AdmissionState>(row, 2), row.GetString(4), row.GetString(5), Time(row, 6), IsZero(row, 7) ? null : Time(row, 7), Known<DecisionSource>(row, 3)),
            Name = row.GetString(8),
            Tags = [.. row.GetString(9).Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            PinnedProfile = row.GetString(10) is { Length: > 0 } profile ? profile : null,
            PinnedLegal = IsZero(row, 11) ? null : Address(row, 11),
            HostName = row.GetString(12),
            Uses = IsZero(row, 13) ? null : Known<DeviceUse>(row, 13, first: 1),
            Profile = row.GetString(14),
        }));

    /// <summary>Gateways that were down.</summary>
    internal ImmutableArray<GatewayOutage> LoadGatewayOutages() => Locked(() =>
        Read("SELECT name, next_hop, since FROM silent_gateways", row => new GatewayOutage(row.GetString(0), Address(row, 1), Time(row, 2))));

    /// <summary>Reads what the notifications keep: letters by their numbers, announced devices by time.</summary>
    internal StoredNotifications LoadNotifications() => Locked(() => new StoredNotifications(
        Read("SELECT channel, id, created, kind, content, attempts, next_try, state, answer, settled FROM letters ORDER BY channel, id", row =>
            new OutboxMessage(
                (OutboxChannel)row.GetInt64(0), row.GetInt64(1), Time(row, 2), row.GetString(3), row.GetString(4), (int)Math.Clamp(row.GetInt64(5), 0, int.MaxValue),
                Time(row, 6), (OutboxMessageState)row.GetInt64(7), row.GetString(8), row.GetString(9))),
        Read("SELECT channel, content FROM pacing", row => new StoredPacing((OutboxChannel)row.GetInt64(0), row.GetString(1))),
        Read("SELECT mac FROM announced ORDER BY time, mac", row => Mac(row, 0))));

    /// <summary>The latest events, newest first.</summary>
    internal ImmutableArray<StoredEvent> ReadEvents(int most) => Locked(() =>
        Read($"SELECT id, time, kind, text FROM events ORDER BY id DESC LIMIT {most}", row =>
            new StoredEvent(row.GetInt64(0), Time(row, 1), row.GetString(2), row.GetString(3))));

    /// <summary>Writes changes in one transaction: all of them are on disk when it returns, or none.</summary>
    /// <param name="changes">What to write.</param>
    /// <param name="onRefused">Told of each that was left out because a value is out of its column's range.</param>
    /// <returns>How many were left out.</returns>
    /// <exception cref="StorageException">Nothing was written.</exception>
    internal int Commit(IReadOnlyList<PendingWrite> changes, Action<PendingWrite>? onRefused = null) => Locked(() =>
    {
        var refused = 0;
        using var transaction = _connection.BeginTransaction();
        foreach (var change in changes)
        {
            try
            {
                _statements.Execute(change, transaction);
            }
            catch (SqliteException error) when (error.SqliteErrorCode == Sql.SQLITE_CONSTRAINT)
            {
                refused++;
                onRefused?.Invoke(change);
            }
        }

        if (changes.Any(change => change is AddEvent))
        {
            _statements.ForgetEvents(transaction);
        }

        transaction.Commit();
        return refused;
    });

    /// <summary>Opens the file anew after a failure, which may have left the connection in a state of its own.</summary>
    /// <exception cref="StorageException">It cannot be opened; the old connection stays.</exception>
    internal void Reopen() => Locked(() =>
    {
        var fresh = Connect(Path);
        Close();
        _connection = fresh;
        _statements = new StatementSet(fresh);
        return 0;
    });

    public void Dispose()
    {
        lock (_turn)
        {
            Close();
        }
    }

    private void Close()
    {
        try
        {
            _statements.Dispose();
            _connection.Dispose();
        }
        catch (SqliteException)
        {
            // Closing writes the log back, which may fail as any write; the log stays and is read at the next start.
        }
    }

    private T Locked<T>(Func<T> body)
    {
        lock (_turn)
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

    /// <summary>Makes a whole database under another name first: a crash here never leaves half a database under the right one.</summary>
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

    /// <returns>The connection, or null with the reason why the file is of no use.</returns>
    private static SqliteConnection? TryConnect(string path, out string reason)
    {
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
            reason = Examine(connection);
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

    /// <summary>Looks before it writes: a database that is not ours stays as it was.</summary>
    /// <returns>What is wrong with the database, or nothing.</returns>
    private static string Examine(SqliteConnection connection)
    {
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
        Schema.Migrate(connection, (int)version);
        using var statements = new StatementSet(connection);
        statements.Prepare();
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
    /// are written over again, and go into the database once. A crowd of 7,000 new leases: 16,300/s instead of 14,200/s with 4 MiB.
    /// </remarks>
    private static void Tune(SqliteConnection connection) => Sql.Execute(
        connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 16777216; PRAGMA cache_size = -512;");

    /// <summary>A row that makes no sense is passed over: the file may be older than a column's bounds, or another program wrote to it.</summary>
    private ImmutableArray<T> Read<T>(string query, Func<SqliteDataReader, T> make)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = query;
        using var row = command.ExecuteReader();
        var records = ImmutableArray.CreateBuilder<T>();
        while (row.Read())
        {
            try
            {
                records.Add(make(row));
            }
            catch (Exception error) when (error is InvalidOperationException or InvalidCastException or ArgumentException or FormatException or OverflowException)
            {
                _passedOver++;
            }
        }

        return records.DrainToImmutable();
    }

    private static MacAddress Mac(SqliteDataReader row, int column) => new((ulong)Number(row, column, (long)MacAddress.Broadcast.Value));

    private static ushort Vlan(SqliteDataReader row, int column) => (ushort)Number(row, column, ushort.MaxValue);

    private static Ipv4Address Address(SqliteDataReader row, int column) => new((uint)Number(row, column, uint.MaxValue));

    private static DateTimeOffset Time(SqliteDataReader row, int column) => UnixTime.From(Number(row, column, long.MaxValue, long.MinValue));

    /// <param name="first">The number that stands for the enumeration's 0.</param>
    private static T Known<T>(SqliteDataReader row, int column, int first = 0)
        where T : struct, Enum
    {
        var all = Enum.GetValues<T>();
        return all[(int)Number(row, column, first + all.Length - 1, first) - first];
    }

    private static bool IsZero(SqliteDataReader row, int column) => Number(row, column, long.MaxValue, long.MinValue) == 0;

    /// <summary>SQLite itself makes 0 of a text, and 0 means something here: "never ends".</summary>
    private static long Number(SqliteDataReader row, int column, long most, long least = 0) =>
        row.GetValue(column) is long number && number >= least && number <= most ? number : throw new InvalidCastException();
}
