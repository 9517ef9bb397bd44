using System.Collections.Immutable;
using Innkeeper.Wire;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage.Tables;

/// <summary>The devices whose arrival the administrator was notified of. The table is called announced since schema 4.</summary>
internal sealed class NotifiedDevicesTable(SqliteConnection connection, Action onSkipped) : Table(connection, onSkipped)
{
    internal const string Definition = """
        CREATE TABLE announced (
            mac INTEGER NOT NULL PRIMARY KEY CHECK (mac BETWEEN 0 AND 281474976710655),
            time INTEGER NOT NULL) STRICT;

        """;

    private readonly Statement _save = new(connection, "INSERT INTO announced (mac, time) VALUES ($0, $1) ON CONFLICT DO UPDATE SET time = excluded.time");

    private readonly Statement _forget = new(connection, "DELETE FROM announced WHERE mac = $0");

    internal override IEnumerable<Statement> Statements => [_save, _forget];

    internal static WriteKey KeyOf(MacAddress mac) => new(WriteTable.NotifiedDevices, mac.Value);

    /// <summary>The longest known first.</summary>
    internal ImmutableArray<MacAddress> Load() => Read("SELECT mac FROM announced ORDER BY time, mac", row => row.Mac(0));

    internal void Save(MacAddress mac, DateTimeOffset time, SqliteTransaction transaction) => _save.Run(transaction, Statement.Of(mac), Statement.Of(time));

    internal void Forget(MacAddress mac, SqliteTransaction transaction) => _forget.Run(transaction, Statement.Of(mac));
}

internal sealed record SaveNotifiedDevice(MacAddress Mac, DateTimeOffset Time) : OutboxChange
{
    internal override WriteKey Key => NotifiedDevicesTable.KeyOf(Mac);

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.NotifiedDevices.Save(Mac, Time, transaction);
}

internal sealed record ForgetNotifiedDevice(MacAddress Mac) : OutboxChange
{
    internal override WriteKey Key => NotifiedDevicesTable.KeyOf(Mac);

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.NotifiedDevices.Forget(Mac, transaction);
}
