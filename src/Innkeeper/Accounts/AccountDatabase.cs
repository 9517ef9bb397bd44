using Innkeeper.Management;
using Innkeeper.Policy;
using Innkeeper.Storage;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Accounts;

/// <summary>
/// The file of the accounts: users, tokens, sessions and the audit trail. It is beside the database of the state and not in it: backups of the
/// state hold no secrets, and an earlier version of the program finds its database as it left it. One thread at a time.
/// </summary>
internal sealed class AccountDatabase : IDisposable
{
    internal const string FileName = "accounts.db";

    /// <summary>Entries of the audit trail about changes, and about refusals: the oldest beyond are deleted.</summary>
    internal const int MostChanges = 45_000;

    /// <inheritdoc cref="MostChanges"/>
    internal const int MostRefusals = 5_000;

    /// <summary>In place of a sentence about an erased device.</summary>
    internal const string ErasedText = "erased";

    /// <summary>The tables' history: step n takes a file from PRAGMA user_version n to n + 1. Steps are only added.</summary>
    private static readonly string[] s_steps =
    [
        """
        CREATE TABLE users (
            name TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
            role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
            password TEXT NOT NULL,
            created INTEGER NOT NULL,
            last_sign_in INTEGER,
            disabled INTEGER NOT NULL CHECK (disabled IN (0, 1))) STRICT, WITHOUT ROWID;
        CREATE TABLE tokens (
            name TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
            role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
            hash TEXT NOT NULL UNIQUE,
            created INTEGER NOT NULL,
            created_by TEXT NOT NULL,
            expires INTEGER,
            last_use INTEGER,
            last_from TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE sessions (
            hash TEXT NOT NULL PRIMARY KEY,
            user TEXT NOT NULL COLLATE NOCASE,
            created INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            address TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE hosts (
            user TEXT NOT NULL COLLATE NOCASE,
            host TEXT NOT NULL,
            last INTEGER NOT NULL,
            PRIMARY KEY (user, host)) STRICT, WITHOUT ROWID;
        CREATE TABLE setup (
            id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
            hash TEXT NOT NULL,
            until INTEGER NOT NULL) STRICT;
        CREATE TABLE audit (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            time INTEGER NOT NULL,
            actor TEXT NOT NULL,
            kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 255),
            address TEXT NOT NULL,
            what TEXT NOT NULL,
            subject TEXT NOT NULL,
            text TEXT NOT NULL,
            before TEXT,
            after TEXT,
            refusal INTEGER NOT NULL CHECK (refusal IN (0, 1))) STRICT;
        CREATE INDEX audit_refusal ON audit (refusal, id);
        """,
    ];

    private readonly SqliteConnection _connection;

    private AccountDatabase(SqliteConnection connection) => _connection = connection;

    internal static int Version => s_steps.Length;

    /// <summary>Opens the file in a directory, or makes it. A damaged one is set aside, with a new one in its place.</summary>
    /// <param name="now">The wall clock, for the name of a file that is set aside.</param>
    /// <exception cref="StorageException">It cannot be used now, or belongs to a newer version: it stays as it is.</exception>
    internal static AccountDatabase Open(string directory, DateTimeOffset now, out SideOpened outcome) => new(new SideDatabase(FileName, s_steps).Open(directory, now, out outcome));

    public void Dispose() => _connection.Dispose();

    /// <summary>A row that is invalid is left out.</summary>
    internal AccountState Load() => new()
    {
        Users = AccountState.Empty.Users.SetItems(Read("SELECT name, role, password, created, last_sign_in, disabled FROM users", row =>
            new User(row.GetString(0), RoleOf(row.GetString(1)), row.GetString(2), Time(row, 3), OptionalTime(row, 4), row.GetInt64(5) != 0)).Select(u => KeyValuePair.Create(u.Name, u))),
        Tokens = AccountState.Empty.Tokens.SetItems(Read("SELECT name, role, hash, created, created_by, expires, last_use, last_from FROM tokens", row =>
            new ApiToken(row.GetString(0), RoleOf(row.GetString(1)), row.GetString(2), Time(row, 3), row.GetString(4), OptionalTime(row, 5), OptionalTime(row, 6), row.GetString(7)))
            .Select(t => KeyValuePair.Create(t.Name, t))),
        Sessions = AccountState.Empty.Sessions.SetItems(Read("SELECT hash, user, created, last_seen, address FROM sessions WHERE length(hash) = 64", row =>
            new Session(row.GetString(0), row.GetString(1), Time(row, 2), Time(row, 3), row.GetString(4))).Select(s => KeyValuePair.Create(s.Hash, s))),
        Hosts = AccountState.Empty.Hosts.SetItems(Read("SELECT user, host, last FROM hosts", row =>
            new KnownHost(row.GetString(0), row.GetString(1), Time(row, 2))).Select(h => KeyValuePair.Create(AccountState.KeyOf(h.User, h.Host), h))),
        Setup = Read("SELECT hash, until FROM setup", row => new SetupCode(row.GetString(0), Time(row, 1))).FirstOrDefault(),
    };

    /// <summary>Writes what differs between two states, and entries of the audit trail, in one transaction.</summary>
    /// <exception cref="SqliteException">Nothing was written.</exception>
    internal void Write(AccountState before, AccountState after, IReadOnlyCollection<StoredAudit> entries)
    {
        using var transaction = _connection.BeginTransaction();
        WriteChanged(before.Users, after.Users, "users", u => [u.Name, Actor.NameOf(u.Role), u.Password, Of(u.Created), Of(u.LastSignIn), u.IsDisabled ? 1L : 0L], u => [u.Name], "name");
        WriteChanged(
            before.Tokens, after.Tokens, "tokens", t => [t.Name, Actor.NameOf(t.Role), t.Hash, Of(t.Created), t.CreatedBy, Of(t.Expires), Of(t.LastUse), t.LastFrom], t => [t.Name], "name");
        WriteChanged(before.Sessions, after.Sessions, "sessions", s => [s.Hash, s.User, Of(s.Created), Of(s.LastSeen), s.From], s => [s.Hash], "hash");
        WriteChanged(before.Hosts, after.Hosts, "hosts", h => [h.User, h.Host, Of(h.Last)], h => [h.User, h.Host], "user", "host");
        if (before.Setup != after.Setup)
        {
            Run("DELETE FROM setup");
            if (after.Setup is { } setup)
            {
                Run("INSERT INTO setup VALUES (1, $0, $1)", setup.Hash, Of(setup.Until));
            }
        }

        foreach (var e in entries)
        {
            Run("INSERT INTO audit (time, actor, kind, address, what, subject, text, before, after, refusal) VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9)",
                Of(e.Time), e.Actor, (long)e.Kind, e.From, e.What, e.Subject, e.Text, e.Before ?? (object)DBNull.Value, e.After ?? (object)DBNull.Value, e.IsRefusal ? 1L : 0L);
        }

        if (entries.Count > 0)
        {
            DeleteOldest(0, MostChanges);
            DeleteOldest(1, MostRefusals);
        }

        transaction.Commit();

        void DeleteOldest(long refusal, long most) =>
            Run("DELETE FROM audit WHERE refusal = $0 AND id <= (SELECT id FROM audit WHERE refusal = $0 ORDER BY id DESC LIMIT 1 OFFSET $1)", refusal, most);

        void Run(string text, params ReadOnlySpan<object> values) => this.Run(transaction, text, values);

        void WriteChanged<T>(
            IEnumerable<KeyValuePair<string, T>> earlier, IEnumerable<KeyValuePair<string, T>> later, string table, Func<T, object[]> values, Func<T, object[]> key, params string[] columns)
        {
            var (old, current) = (earlier.ToDictionary(), later.ToDictionary());
            foreach (var gone in old.Where(o => !current.ContainsKey(o.Key)))
            {
                Run($"DELETE FROM {table} WHERE {string.Join(" AND ", columns.Select((c, i) => $"{c} = ${i}"))}", key(gone.Value));
            }

            foreach (var changed in current.Where(c => !old.TryGetValue(c.Key, out var was) || !EqualityComparer<T>.Default.Equals(was, c.Value)))
            {
                var row = values(changed.Value);
                Run($"INSERT OR REPLACE INTO {table} VALUES ({string.Join(", ", row.Select((_, i) => $"${i}"))})", row);
            }
        }
    }

    /// <summary>Entries of the audit trail, newest first.</summary>
    /// <param name="subject">Of <see cref="AuditFilter.Device"/>: the MAC that it stands for; null: any.</param>
    internal List<StoredAudit> ReadAudit(AuditFilter filter, string? subject) => Read(
        """
        SELECT id, time, actor, kind, address, what, subject, text, before, after, refusal FROM audit
        WHERE ($0 IS NULL OR id < $0) AND ($1 IS NULL OR actor = $1 COLLATE NOCASE OR actor = 'token ' || $1 COLLATE NOCASE) AND ($2 IS NULL OR subject = $2 COLLATE NOCASE)
            AND ($3 IS NULL OR instr(lower(what || ' ' || subject || ' ' || text || ' ' || coalesce(before, '') || ' ' || coalesce(after, '')), lower($3)) > 0)
        ORDER BY id DESC LIMIT $4
        """,
        row => new StoredAudit(
            row.GetInt64(0), Time(row, 1), row.GetString(2), (ActorKind)row.GetInt64(3), row.GetString(4), row.GetString(5), row.GetString(6), row.GetString(7),
            row.IsDBNull(8) ? null : row.GetString(8), row.IsDBNull(9) ? null : row.GetString(9), row.GetInt64(10) != 0),
        filter.Before ?? (object)DBNull.Value, filter.Actor ?? (object)DBNull.Value, subject ?? (object)DBNull.Value, filter.Text ?? (object)DBNull.Value, (long)filter.Last);

    /// <summary>Deletes entries of the audit trail that are older than a time.</summary>
    internal void DeleteAudit(DateTimeOffset before)
    {
        using var transaction = _connection.BeginTransaction();
        Run(transaction, "DELETE FROM audit WHERE time < $0", [Of(before)]);
        transaction.Commit();
    }

    /// <summary>Takes a device's names and fields out of the audit trail. It stays who acted on it, when, from where and how.</summary>
    internal void EraseAudit(ErasedDevice device)
    {
        var mac = device.Mac.ToString();
        var mentioned = Read("SELECT id, subject, text, before, after FROM audit", row => (
                Id: row.GetInt64(0), Subject: row.GetString(1), Text: row.GetString(2), Before: row.IsDBNull(3) ? null : row.GetString(3), After: row.IsDBNull(4) ? null : row.GetString(4)))
            .Where(e => e.Subject == mac || device.IsIn(e.Text) || device.IsIn(e.Before) || device.IsIn(e.After)).ToList();
        using var transaction = _connection.BeginTransaction();
        foreach (var entry in mentioned)
        {
            Run(transaction, "UPDATE audit SET text = $1, before = NULL, after = NULL WHERE id = $0", [entry.Id, ErasedText]);
        }

        transaction.Commit();
        Sql.Scalar(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private List<T> Read<T>(string query, Func<SqliteDataReader, T> make, params ReadOnlySpan<object> values)
    {
        using var command = CommandOf(query, values);
        using var row = command.ExecuteReader();
        var records = new List<T>();
        while (row.Read())
        {
            try
            {
                records.Add(make(row));
            }
            catch (Exception error) when (error is InvalidOperationException or InvalidCastException or ArgumentException or FormatException)
            {
                // Another program wrote to the file.
            }
        }

        return records;
    }

    private void Run(SqliteTransaction transaction, string text, ReadOnlySpan<object> values)
    {
        using var command = CommandOf(text, values);
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    private SqliteCommand CommandOf(string text, ReadOnlySpan<object> values)
    {
        var command = _connection.CreateCommand();
        command.CommandText = text;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.Add(new SqliteParameter($"${i}", values[i]));
        }

        return command;
    }

    private static Permission RoleOf(string name) => Enum.GetValues<Permission>().First(p => Actor.NameOf(p) == name);

    private static object Of(DateTimeOffset? time) => time is { } known ? known.ToUnixTimeMilliseconds() : DBNull.Value;

    private static DateTimeOffset Time(SqliteDataReader row, int column) => UnixTime.From(row.GetInt64(column));

    private static DateTimeOffset? OptionalTime(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : Time(row, column);
}

/// <summary>An entry of the audit trail as the file has it.</summary>
/// <param name="Number">0: not written yet.</param>
internal sealed record StoredAudit(
    long Number, DateTimeOffset Time, string Actor, ActorKind Kind, string From, string What, string Subject, string Text, string? Before, string? After, bool IsRefusal);
