using Innkeeper.Events;
using Innkeeper.Storage;
using Innkeeper.Wire;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Series;

/// <summary>
/// The file that keeps the series, beside the state: it may be lost without harm to any device, so that it is neither in backups nor in snapshots. A
/// damaged file is set aside, and a new one begun. Any thread may call it; one call works at a time.
/// </summary>
/// <param name="tell">Takes events.</param>
internal sealed class SeriesFile(string directory, TimeProvider clock, Action<GatewayEvent> tell) : IDisposable
{
    public const string FileName = "series.db";

    /// <summary>Octets of the file and of its log together, at most.</summary>
    public const int MostOctets = 50_000_000;

    private const int Version = 1;

    /// <summary>Damaged files that are kept for a look.</summary>
    private const int MostAside = 1;

    private readonly Lock _gate = new();
    private readonly string _path = System.IO.Path.Combine(System.IO.Path.GetFullPath(directory), FileName);
    private SqliteConnection? _connection;

    public string Path => _path;

    /// <summary>
    /// Writes intervals, in place of what was written of them before, and deletes those that are too old. Those later than now come from a clock that was
    /// wrong then, or is wrong now: they are deleted only when there are too many.
    /// </summary>
    /// <param name="now">Seconds of steady time since 1970.</param>
    /// <exception cref="StorageException">It cannot be written now.</exception>
    public void Write(long now, IReadOnlyList<(int Step, SeriesRow Row)> rows, IReadOnlyList<DeviceRow> devices) => Use(connection =>
    {
        using var transaction = connection.BeginTransaction();
        foreach (var (step, row) in rows)
        {
            Execute(connection, "INSERT OR REPLACE INTO gateway VALUES ($a, $b, $c, $d)", step, row.Start, row.Seconds, row.Encode());
        }

        foreach (var row in devices)
        {
            Execute(connection, "INSERT OR REPLACE INTO devices VALUES ($a, $b, $c)", row.Start, row.Seconds, row.Data);
        }

        foreach (var resolution in Resolution.All)
        {
            Execute(
                connection, "DELETE FROM gateway WHERE step = $a AND (start < $b OR (start > $c AND (SELECT count(*) FROM gateway WHERE step = $a) > $d))",
                resolution.Step, resolution.FirstAt(now), now, resolution.Count);
        }

        Execute(
            connection, "DELETE FROM devices WHERE start < $a OR (start > $b AND (SELECT count(*) FROM devices) > $c)", Resolution.Device.FirstAt(now), now, Resolution.Device.Count);
        transaction.Commit();
        return true;
    });

    /// <summary>The intervals of a step from one start to another, both included, oldest first.</summary>
    /// <exception cref="StorageException">It cannot be read now.</exception>
    public IReadOnlyList<SeriesRow> Read(int step, long from, long to) => Use(connection =>
    {
        using var command = Command(connection, "SELECT start, seconds, data FROM gateway WHERE step = $a AND start BETWEEN $b AND $c ORDER BY start", step, from, to);
        using var reader = command.ExecuteReader();
        var rows = new List<SeriesRow>();
        while (reader.Read())
        {
            rows.Add(SeriesRow.Decode(reader.GetInt64(0), reader.GetDouble(1), (byte[])reader.GetValue(2)));
        }

        return rows;
    });

    /// <summary>A device's traffic in intervals from one start to another, both included, oldest first; null: none in that interval.</summary>
    /// <exception cref="StorageException">It cannot be read now.</exception>
    public IReadOnlyList<(long Start, double Seconds, DeviceTraffic? Traffic)> Read(MacAddress mac, long from, long to) => Use(connection =>
    {
        using var command = Command(connection, "SELECT start, seconds, data FROM devices WHERE start BETWEEN $a AND $b ORDER BY start", from, to);
        using var reader = command.ExecuteReader();
        var rows = new List<(long, double, DeviceTraffic?)>();
        var buffer = GC.AllocateUninitializedArray<byte>(DeviceRecords.MostOctets);
        while (reader.Read())
        {
            var length = (int)reader.GetBytes(2, 0, buffer, 0, buffer.Length);
            rows.Add((reader.GetInt64(0), reader.GetDouble(1), DeviceRecords.Find(buffer.AsSpan(0, length), mac)));
        }

        return rows;
    });

    /// <summary>All devices' traffic in an interval; null: nothing was written of it.</summary>
    /// <exception cref="StorageException">It cannot be read now.</exception>
    public DeviceRow? ReadDevices(long start) => Use(connection =>
    {
        using var command = Command(connection, "SELECT seconds, data FROM devices WHERE start = $a", start);
        using var reader = command.ExecuteReader();
        return reader.Read() ? new DeviceRow(start, reader.GetDouble(0), (byte[])reader.GetValue(1)) : null;
    });

    /// <summary>Takes a device out of all intervals; no octet of it stays in the file.</summary>
    /// <exception cref="StorageException">It was not done.</exception>
    public void Erase(MacAddress mac) => Use(connection =>
    {
        var rows = new List<DeviceRow>();
        using (var command = Command(connection, "SELECT start, seconds, data FROM devices"))
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                var row = new DeviceRow(reader.GetInt64(0), reader.GetDouble(1), (byte[])reader.GetValue(2));
                rows.AddRange(row.Without(mac) is var without && !ReferenceEquals(without, row) ? [without] : []);
            }
        }

        Execute(connection, "PRAGMA secure_delete = ON");
        using (var transaction = connection.BeginTransaction())
        {
            rows.ForEach(row => Execute(connection, "UPDATE devices SET data = $b WHERE start = $a", row.Start, row.Data));
            transaction.Commit();
        }

        Execute(connection, "PRAGMA secure_delete = OFF");
        Sql.Scalar(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        return true;
    });

    public void Dispose()
    {
        lock (_gate)
        {
            Close();
        }
    }

    private T Use<T>(Func<SqliteConnection, T> action)
    {
        lock (_gate)
        {
            try
            {
                try
                {
                    return action(_connection ??= Open());
                }
                catch (Exception e) when (IsDamage(e))
                {
                    Close();
                    var aside = StateFiles.SetAside(_path, clock.GetUtcNow(), MostAside);
                    tell(new SeriesSetAside(aside, e is SqliteException sqlite ? Sql.Describe(sqlite, _path) : e.Message));
                    return action(_connection = Open());
                }
            }
            catch (SqliteException e)
            {
                Close();
                throw new StorageException(Sql.Describe(e, _path), e);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                Close();
                throw new StorageException(e.Message, e);
            }
        }
    }

    private static bool IsDamage(Exception e) => e is SqliteException fault ? !Sql.IsEnvironment(fault) : e is InvalidCastException or InvalidDataException;

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private SqliteConnection Open()
    {
        StateFiles.CreateDirectory(System.IO.Path.GetDirectoryName(_path)!);
        if (!File.Exists(_path))
        {
            StateFiles.DeleteCompanions(_path);
            StateFiles.CreatePrivate(_path);
        }

        StateFiles.MakePrivate(_path);
        var connection = StateOpener.ConnectOnly(_path);
        try
        {
            Prepare(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <remarks>No commit waits for the disk: the log is not synchronised (a power failure costs the latest minutes, never the file).</remarks>
    private static void Prepare(SqliteConnection connection)
    {
        var version = (long)Sql.Scalar(connection, "PRAGMA user_version")!;
        if (version is not (0 or Version))
        {
            throw new InvalidDataException($"it was made by another version of Innkeeper (layout {version})");
        }

        if (version != 0 && Sql.Scalar(connection, "PRAGMA quick_check(1)") is not "ok")
        {
            throw new InvalidDataException("the file is damaged (quick_check)");
        }

        Sql.Execute(
            connection,
            $"""
            PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 256; PRAGMA journal_size_limit = 1048576; PRAGMA cache_size = -512; PRAGMA secure_delete = OFF;
            CREATE TABLE IF NOT EXISTS gateway (step INTEGER NOT NULL, start INTEGER NOT NULL, seconds REAL NOT NULL, data BLOB NOT NULL, PRIMARY KEY (step, start)) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS devices (start INTEGER PRIMARY KEY, seconds REAL NOT NULL, data BLOB NOT NULL);
            PRAGMA user_version = {Version};
            """);
    }

    private static void Execute(SqliteConnection connection, string text, params ReadOnlySpan<object> values)
    {
        using var command = Command(connection, text, values);
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Command(SqliteConnection connection, string text, params ReadOnlySpan<object> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${(char)('a' + i)}", values[i]);
        }

        return command;
    }
}
