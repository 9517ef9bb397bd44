using System.Collections.Immutable;
using Innkeeper.Wire;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage.Tables;

/// <summary>
/// New devices that the administrator is still to be notified of. A row is written together with the device's record, and deleted with or after
/// the message: a process that dies in between leaves the row, and the next one notifies.
/// </summary>
internal sealed class ArrivalsTable(SqliteConnection connection, Action onSkipped) : Table(connection, onSkipped)
{
    internal const string Definition = """
        CREATE TABLE arrivals (
            mac INTEGER NOT NULL PRIMARY KEY CHECK (mac BETWEEN 0 AND 281474976710655)) STRICT;

        """;

    private readonly Statement _save = new(connection, "INSERT OR IGNORE INTO arrivals (mac) VALUES ($0)");

    private readonly Statement _forget = new(connection, "DELETE FROM arrivals WHERE mac = $0");

    internal override IEnumerable<Statement> Statements => [_save, _forget];

    internal ImmutableArray<MacAddress> Load() => Read("SELECT mac FROM arrivals ORDER BY mac", row => row.Mac(0));

    internal void Save(MacAddress mac, SqliteTransaction transaction) => _save.Run(transaction, Statement.Of(mac));

    internal void Forget(MacAddress mac, SqliteTransaction transaction) => _forget.Run(transaction, Statement.Of(mac));
}

/// <summary>The administrator's message about a new device is in the outbox, or in a digest: written after those.</summary>
internal sealed record ForgetArrival(MacAddress Mac) : OutboxChange
{
    internal override WriteKey Key => new(WriteTable.Arrivals, Mac.Value);

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.Arrivals.Forget(Mac, transaction);
}
