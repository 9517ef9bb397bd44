using Innkeeper.Devices;
using Innkeeper.Dispatch;
using Innkeeper.Wire;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage;

/// <summary>How the database was found.</summary>
internal enum OpenOutcome
{
    Opened,
    Created,

    /// <summary>It was no database of ours any more; it lies beside the new one under another name.</summary>
    SetAside,
}

/// <summary>The state directory cannot be used; the message is for the administrator.</summary>
internal sealed class StorageException(string message) : Exception(message);

/// <summary>
/// The SQLite file of devices and bindings. WAL with synchronous=FULL: what was committed is there after a power cut.
/// Not for use by two threads at once.
/// </summary>
internal sealed class StateStore : IDisposable
{
    public const string FileName = "innkeeper.db";

    /// <summary>One for each version of the schema; append only.</summary>
    private static readonly string[] s_migrations =
    [
        """
        CREATE TABLE devices (mac INTEGER NOT NULL, vlan INTEGER NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, PRIMARY KEY (mac, vlan)) WITHOUT ROWID;
        CREATE TABLE bindings (mac INTEGER NOT NULL, vlan INTEGER NOT NULL, claimed INTEGER NOT NULL, legal INTEGER NOT NULL,
            number INTEGER NOT NULL, gateway INTEGER NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, released INTEGER NOT NULL,
            PRIMARY KEY (mac, vlan, claimed)) WITHOUT ROWID;
        """,
    ];

    private readonly SqliteConnection _connection;

    private StateStore(SqliteConnection connection) => _connection = connection;

    /// <param name="setAside">Where the damaged file lies now, and why; null otherwise.</param>
    /// <exception cref="StorageException">The directory cannot be written to.</exception>
    public static StateStore Open(string directory, DateTimeOffset now, out OpenOutcome outcome, out string? setAside)
    {
        setAside = null;
        var path = Path.Combine(directory, FileName);
        try
        {
            Directory.CreateDirectory(directory);
            // An empty file is a lost database, not a new one.
            outcome = File.Exists(path) ? OpenOutcome.Opened : OpenOutcome.Created;
            if (outcome == OpenOutcome.Opened && new FileInfo(path).Length == 0)
            {
                throw new SqliteException("the file is empty", 26);
            }

            return new StateStore(Connect(path));
        }
        catch (SqliteException e) when (e.SqliteErrorCode is 11 or 26 or 1)
        {
            // SQLITE_CORRUPT, SQLITE_NOTADB, and a schema that is not ours.
            SqliteConnection.ClearAllPools();
            var aside = $"{path}.corrupt-{now:yyyyMMdd'T'HHmmss'Z'}";
            foreach (var suffix in (string[])["", "-wal", "-shm"])
            {
                if (File.Exists(path + suffix))
                {
                    File.Move(path + suffix, aside + suffix, overwrite: true);
                }
            }

            outcome = OpenOutcome.SetAside;
            setAside = $"{aside} ({e.Message})";
            return new StateStore(Connect(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new StorageException($"cannot keep state in {directory} ([state] directory): {e.Message}");
        }
    }

    public List<RememberedBinding> Load()
    {
        using var command = Command("SELECT mac, vlan, claimed, legal, first_seen, last_seen FROM bindings");
        using var reader = command.ExecuteReader();
        var bindings = new List<RememberedBinding>();
        while (reader.Read())
        {
            bindings.Add(new RememberedBinding(
                new Claim(new Station((ushort)reader.GetInt64(1), new MacAddress((ulong)reader.GetInt64(0))), new Ipv4Address((uint)reader.GetInt64(2))),
                new Ipv4Address((uint)reader.GetInt64(3)),
                DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4)),
                DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(5))));
        }

        return bindings;
    }

    /// <summary>All of it or nothing, in one transaction.</summary>
    public void Write(IReadOnlyCollection<BindingChange> changes)
    {
        using var transaction = _connection.BeginTransaction();
        using var device = Command("""
            INSERT INTO devices (mac, vlan, first_seen, last_seen) VALUES ($mac, $vlan, $seen, $seen)
            ON CONFLICT DO UPDATE SET last_seen = excluded.last_seen
            """);
        using var binding = Command("""
            INSERT INTO bindings (mac, vlan, claimed, legal, number, gateway, first_seen, last_seen, released)
            VALUES ($mac, $vlan, $claimed, $legal, $number, $gateway, $first, $seen, $released)
            ON CONFLICT DO UPDATE SET legal = excluded.legal, number = excluded.number, gateway = excluded.gateway,
                last_seen = excluded.last_seen, released = excluded.released
            """);
        foreach (var (entry, seen, released) in changes)
        {
            var station = entry.Claim.Station;
            foreach (var command in (SqliteCommand[])[device, binding])
            {
                command.Transaction = transaction;
                command.Parameters.Clear();
                command.Parameters.AddWithValue("$mac", (long)station.Mac.Value);
                command.Parameters.AddWithValue("$vlan", (long)station.Vlan);
                command.Parameters.AddWithValue("$seen", seen.ToUnixTimeMilliseconds());
            }

            binding.Parameters.AddWithValue("$claimed", (long)entry.Claim.Address.Value);
            binding.Parameters.AddWithValue("$legal", (long)entry.Legal.Value);
            binding.Parameters.AddWithValue("$number", (long)entry.Number);
            binding.Parameters.AddWithValue("$gateway", (long)entry.Gateway.Value);
            binding.Parameters.AddWithValue("$first", entry.FirstSeen.ToUnixTimeMilliseconds());
            binding.Parameters.AddWithValue("$released", released ? 1L : 0L);
            device.ExecuteNonQuery();
            binding.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    public void Dispose() => _connection.Dispose();

    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            using var version = connection.CreateCommand();
            version.CommandText = "PRAGMA user_version";
            var at = Convert.ToInt32(version.ExecuteScalar());
            if (at > s_migrations.Length)
            {
                throw new SqliteException($"schema version {at} is of a newer Innkeeper; this one knows {s_migrations.Length}", 1);
            }

            for (; at < s_migrations.Length; at++)
            {
                Execute(connection, $"BEGIN; {s_migrations[at]} PRAGMA user_version = {at + 1}; COMMIT;");
            }

            // Damage inside shows in a read of everything, not in opening.
            using var check = connection.CreateCommand();
            check.CommandText = "PRAGMA quick_check(1)";
            if (check.ExecuteScalar() as string != "ok")
            {
                throw new SqliteException("its pages are damaged", 11);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
