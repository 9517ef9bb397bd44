using Innkeeper.Policy;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Wire;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Guests;

/// <summary>The file of the guests' vouchers, rooms, uses and acceptances of terms, beside the database of the state. One thread at a time.</summary>
internal sealed class GuestDatabase : IDisposable
{
    internal const string FileName = "guests.db";

    /// <summary>Acceptances of terms that are kept: the oldest beyond are deleted, as invented devices can accept without end.</summary>
    internal const int MostAcceptances = 50_000;

    /// <summary>Lengths of time are seconds, times Unix milliseconds; NULL or 0: none.</summary>
    private static readonly string[] s_steps =
    [
        """
        CREATE TABLE batches (
            number INTEGER NOT NULL PRIMARY KEY,
            label TEXT NOT NULL,
            network TEXT NOT NULL,
            profile TEXT NOT NULL,
            count INTEGER NOT NULL CHECK (count > 0),
            created INTEGER NOT NULL,
            created_by TEXT NOT NULL,
            lasts INTEGER NOT NULL,
            valid_from INTEGER,
            valid_until INTEGER,
            devices INTEGER NOT NULL,
            data INTEGER NOT NULL) STRICT;
        CREATE TABLE vouchers (
            batch INTEGER NOT NULL,
            number INTEGER NOT NULL CHECK (number > 0),
            hash TEXT NOT NULL UNIQUE,
            until INTEGER,
            first_use INTEGER,
            revoked INTEGER,
            extra INTEGER NOT NULL,
            octets INTEGER NOT NULL,
            PRIMARY KEY (batch, number)) STRICT, WITHOUT ROWID;
        CREATE TABLE rooms (
            name TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
            stay INTEGER NOT NULL,
            vlan INTEGER CHECK (vlan BETWEEN 0 AND 65535),
            tag TEXT,
            profile TEXT NOT NULL,
            hash TEXT NOT NULL,
            own INTEGER NOT NULL CHECK (own IN (0, 1)),
            devices INTEGER NOT NULL,
            until INTEGER NOT NULL,
            since INTEGER NOT NULL,
            set_by TEXT NOT NULL,
            ended INTEGER) STRICT, WITHOUT ROWID;
        CREATE TABLE uses (
            kind INTEGER NOT NULL,
            id TEXT NOT NULL,
            mac INTEGER NOT NULL CHECK (mac BETWEEN 0 AND 281474976710655),
            vlan INTEGER NOT NULL CHECK (vlan BETWEEN 0 AND 65535),
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            applied INTEGER NOT NULL CHECK (applied IN (0, 1)),
            PRIMARY KEY (kind, id, mac)) STRICT, WITHOUT ROWID;
        CREATE TABLE acceptances (
            number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            time INTEGER NOT NULL,
            mac INTEGER NOT NULL CHECK (mac BETWEEN 0 AND 281474976710655),
            vlan INTEGER NOT NULL CHECK (vlan BETWEEN 0 AND 65535),
            language TEXT NOT NULL,
            hash TEXT NOT NULL) STRICT;
        """,
        "ALTER TABLE rooms ADD COLUMN data INTEGER NOT NULL DEFAULT 0; ALTER TABLE rooms ADD COLUMN octets INTEGER NOT NULL DEFAULT 0;",
    ];

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Statement> _statements = [];

    private GuestDatabase(SqliteConnection connection) => _connection = connection;

    /// <inheritdoc cref="SideDatabase.Open"/>
    internal static GuestDatabase Open(string directory, DateTimeOffset now, out SideOpened outcome) => new(new SideDatabase(FileName, s_steps).Open(directory, now, out outcome));

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    /// <summary>A row that is invalid is left out.</summary>
    internal GuestState Load()
    {
        var state = GuestState.Empty with
        {
            Batches = GuestState.Empty.Batches.SetItems(Read("SELECT number, label, network, profile, count, created, created_by, lasts, valid_from, valid_until, devices, data FROM batches", row =>
                new Batch(
                    row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), (int)row.Number(4, 1, GuestState.MostVouchers), row.Time(5), row.GetString(6),
                    row.IsZero(7) ? null : TimeSpan.FromSeconds(row.Number(7, 1, int.MaxValue)), TimeOf(row, 8), TimeOf(row, 9), (int)row.Number(10, 1, GuestState.MostDevices), row.Number(11, 0)))
                .Select(b => KeyValuePair.Create(b.Number, b))),
            Rooms = GuestState.Empty.Rooms.SetItems(Read("SELECT name, stay, vlan, tag, profile, hash, own, devices, until, since, set_by, ended, data, octets FROM rooms", row => new Room(
                row.GetString(0), row.Number(1, 1), row.IsDBNull(2) ? null : row.Vlan(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetString(4), row.GetString(5), !row.IsZero(6),
                (int)row.Number(7, 1, GuestState.MostDevices), row.Time(8), row.Time(9), row.GetString(10), TimeOf(row, 11), row.Number(12, 0), row.Number(13, 0))).Select(r => KeyValuePair.Create(r.Name, r))),
        };
        var vouchers = Read("SELECT batch, number, hash, until, first_use, revoked, extra, octets FROM vouchers", row => new Voucher(
            row.GetInt64(0), (int)row.Number(1, 1, GuestState.MostVouchers), row.GetString(2), TimeOf(row, 3), TimeOf(row, 4), TimeOf(row, 5), TimeSpan.FromSeconds(row.Number(6, 0, int.MaxValue)),
            row.Number(7, 0)));
        var uses = Read("SELECT kind, id, mac, vlan, first, last, applied FROM uses", row => new GuestUse(
            row.Known<GrantKind>(0), row.GetString(1), row.Mac(2), row.Vlan(3), row.Time(4), row.Time(5), !row.IsZero(6)));
        return state with
        {
            LastBatch = state.Batches.Count == 0 ? 0 : state.Batches.Keys.Max(),
            Vouchers = state.Vouchers.SetItems(vouchers.Select(v => KeyValuePair.Create(v.Id, v))),
            Codes = state.Codes.SetItems(vouchers.Select(v => KeyValuePair.Create(v.Hash, v.Id))),
            Uses = state.Uses.SetItems(uses.GroupBy(u => GuestState.KeyOf(u.Kind, u.Id)).Select(g => KeyValuePair.Create(g.Key, System.Collections.Immutable.ImmutableList.CreateRange(g.OrderBy(u => u.First))))),
        };
    }

    /// <summary>Acceptances of terms, the latest first.</summary>
    /// <param name="mac">Of one device; null: of all.</param>
    /// <exception cref="SqliteException">They cannot be read.</exception>
    internal List<Acceptance> ReadAcceptances(MacAddress? mac, int most) => Read(
        "SELECT time, mac, vlan, language, hash FROM acceptances WHERE ($0 IS NULL OR mac = $0) ORDER BY number DESC LIMIT $1",
        row => new Acceptance(row.Time(0), row.Mac(1), row.Vlan(2), row.GetString(3), row.GetString(4)), mac is { } one ? Statement.Of(one) : DBNull.Value, (long)most);

    /// <summary>Writes rows in one transaction.</summary>
    /// <exception cref="SqliteException">Nothing was written.</exception>
    internal void Write(IReadOnlyList<GuestRow> rows)
    {
        using var transaction = _connection.BeginTransaction();
        foreach (var row in rows)
        {
            row.Write((text, values) => Run(transaction, text, values));
        }

        if (rows.Any(r => r is AcceptanceRow))
        {
            Run(transaction, "DELETE FROM acceptances WHERE number <= (SELECT number FROM acceptances ORDER BY number DESC LIMIT 1 OFFSET $0)", (long)MostAcceptances);
        }

        transaction.Commit();
    }

    /// <summary>Writes the log back into the file: rows that were deleted are in neither any more.</summary>
    /// <exception cref="SqliteException">Another program has the file locked, or the disk failed.</exception>
    internal void Checkpoint() => Sql.Execute(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");

    internal static object Of(DateTimeOffset? time) => time is { } known ? Statement.Of(known) : DBNull.Value;

    private static DateTimeOffset? TimeOf(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    private void Run(SqliteTransaction transaction, string text, params object[] values)
    {
        if (!_statements.TryGetValue(text, out var statement))
        {
            _statements[text] = statement = new Statement(_connection, text);
        }

        statement.Run(transaction, values);
    }

    private List<T> Read<T>(string query, Func<SqliteDataReader, T> make, params ReadOnlySpan<object> values)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = query;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.Add(new SqliteParameter($"${i}", values[i]));
        }

        using var row = command.ExecuteReader();
        var records = new List<T>();
        while (row.Read())
        {
            try
            {
                records.Add(make(row));
            }
            catch (Exception error) when (error is InvalidOperationException or InvalidCastException or ArgumentException or FormatException or OverflowException)
            {
                // Another program wrote to the file.
            }
        }

        return records;
    }
}

/// <summary>Something to write.</summary>
internal abstract record GuestRow
{
    /// <param name="run">Runs a statement with the values of its parameters $0, $1 and so on.</param>
    internal abstract void Write(Action<string, object[]> run);
}

internal sealed record BatchRow(Batch Batch) : GuestRow
{
    internal override void Write(Action<string, object[]> run) => run(
        "INSERT OR REPLACE INTO batches VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [
            Batch.Number, Batch.Label, Batch.Network, Batch.Profile, (long)Batch.Count, Statement.Of(Batch.Created), Batch.By, (long)(Batch.Lasts?.TotalSeconds ?? 0), GuestDatabase.Of(Batch.From),
            GuestDatabase.Of(Batch.Until), (long)Batch.Devices, Batch.Data,
        ]);
}

internal sealed record VoucherRow(Voucher Voucher) : GuestRow
{
    internal override void Write(Action<string, object[]> run) => run(
        "INSERT OR REPLACE INTO vouchers VALUES ($0, $1, $2, $3, $4, $5, $6, $7)",
        [
            Voucher.Batch, (long)Voucher.Index, Voucher.Hash, GuestDatabase.Of(Voucher.Until), GuestDatabase.Of(Voucher.FirstUse), GuestDatabase.Of(Voucher.Revoked),
            (long)Voucher.Extra.TotalSeconds, Voucher.Octets,
        ]);
}

internal sealed record RoomRow(Room Room) : GuestRow
{
    internal override void Write(Action<string, object[]> run) => run(
        "INSERT OR REPLACE INTO rooms VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        [
            Room.Name, Room.Stay, Room.Vlan is { } vlan ? (long)vlan : DBNull.Value, Room.Tag ?? (object)DBNull.Value, Room.Profile, Room.Hash, Statement.Of(Room.IsOwn), (long)Room.Devices,
            Statement.Of(Room.Until), Statement.Of(Room.Since), Room.By, GuestDatabase.Of(Room.Ended), Room.Data, Room.Octets,
        ]);
}

internal sealed record UseRow(GuestUse Use) : GuestRow
{
    internal override void Write(Action<string, object[]> run) => run(
        "INSERT OR REPLACE INTO uses VALUES ($0, $1, $2, $3, $4, $5, $6)",
        [(long)Use.Kind, Use.Id, Statement.Of(Use.Mac), (long)Use.Vlan, Statement.Of(Use.First), Statement.Of(Use.Last), Statement.Of(Use.IsApplied)]);
}

internal sealed record AcceptanceRow(Acceptance Acceptance) : GuestRow
{
    internal override void Write(Action<string, object[]> run) => run(
        "INSERT INTO acceptances (time, mac, vlan, language, hash) VALUES ($0, $1, $2, $3, $4)",
        [Statement.Of(Acceptance.Time), Statement.Of(Acceptance.Mac), (long)Acceptance.Vlan, Acceptance.Language, Acceptance.Hash]);
}

internal sealed record ForgottenUses(GrantKind Kind, string Id) : GuestRow
{
    internal override void Write(Action<string, object[]> run) => run("DELETE FROM uses WHERE kind = $0 AND id = $1", [(long)Kind, Id]);
}

internal sealed record ErasedDeviceRow(MacAddress Mac) : GuestRow
{
    internal override void Write(Action<string, object[]> run)
    {
        run("DELETE FROM uses WHERE mac = $0", [Statement.Of(Mac)]);
        run("DELETE FROM acceptances WHERE mac = $0", [Statement.Of(Mac)]);
    }
}

internal sealed record ForgottenBatch(long Number) : GuestRow
{
    internal override void Write(Action<string, object[]> run)
    {
        run("DELETE FROM uses WHERE kind = $0 AND id IN (SELECT batch || '-' || number FROM vouchers WHERE batch = $1)", [(long)GrantKind.Voucher, Number]);
        run("DELETE FROM vouchers WHERE batch = $0", [Number]);
        run("DELETE FROM batches WHERE number = $0", [Number]);
    }
}
