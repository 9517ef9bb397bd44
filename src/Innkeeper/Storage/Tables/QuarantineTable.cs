using System.Collections.Immutable;
using Innkeeper.Wire;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage.Tables;

/// <summary>A legal address that must not be given out before a time, because another host uses it.</summary>
internal sealed record StoredQuarantine(Ipv4Address Legal, DateTimeOffset Until);

/// <summary>The legal addresses in quarantine.</summary>
internal sealed class QuarantineTable(SqliteConnection connection, Action onSkipped) : Table(connection, onSkipped)
{
    internal const string Definition = """
        CREATE TABLE quarantine (
            legal BLOB NOT NULL PRIMARY KEY CHECK (length(legal) IN (4, 16)),
            until INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        """;

    private readonly Statement _save = new(connection, "INSERT INTO quarantine (legal, until) VALUES ($0, $1) ON CONFLICT DO UPDATE SET until = excluded.until");

    private readonly Statement _end = new(connection, "DELETE FROM quarantine WHERE legal = $0");

    internal override IEnumerable<Statement> Statements => [_save, _end];

    internal static WriteKey KeyOf(Ipv4Address legal) => new(WriteTable.Quarantine, Address: new StoredAddress(legal));

    internal ImmutableArray<StoredQuarantine> Load() =>
        Read("SELECT legal, until FROM quarantine", row => new StoredQuarantine(row.Address(0), row.Time(1)));

    internal void Save(StoredQuarantine quarantine, SqliteTransaction transaction) =>
        _save.Run(transaction, Statement.Of(quarantine.Legal), Statement.Of(quarantine.Until));

    internal void End(Ipv4Address legal, SqliteTransaction transaction) => _end.Run(transaction, Statement.Of(legal));
}

internal sealed record SaveQuarantine(StoredQuarantine Quarantine) : PendingWrite
{
    internal override WriteKey Key => QuarantineTable.KeyOf(Quarantine.Legal);

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.Quarantine.Save(Quarantine, transaction);
}

/// <summary>A legal address may be given out again.</summary>
internal sealed record EndQuarantine(Ipv4Address Legal) : PendingWrite
{
    internal override WriteKey Key => QuarantineTable.KeyOf(Legal);

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.Quarantine.End(Legal, transaction);
}
