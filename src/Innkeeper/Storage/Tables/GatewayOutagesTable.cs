using System.Collections.Immutable;
using Innkeeper.ControlPlane;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage.Tables;

/// <summary>The gateways that do not answer. The table is called silent_gateways since schema 5; next_hop 0.0.0.0: there was no router.</summary>
internal sealed class GatewayOutagesTable(SqliteConnection connection, Action onSkipped) : Table(connection, onSkipped)
{
    internal const string Definition = """
        CREATE TABLE silent_gateways (
            name TEXT NOT NULL PRIMARY KEY,
            next_hop BLOB NOT NULL CHECK (length(next_hop) IN (4, 16)),
            since INTEGER NOT NULL) STRICT;

        """;

    private readonly Statement _save = new(connection, "INSERT OR REPLACE INTO silent_gateways (name, next_hop, since) VALUES ($0, $1, $2)");

    private readonly Statement _forget = new(connection, "DELETE FROM silent_gateways WHERE name = $0");

    internal override IEnumerable<Statement> Statements => [_save, _forget];

    internal static WriteKey KeyOf(string name) => new(WriteTable.GatewayOutages, Text: name);

    internal ImmutableArray<GatewayOutage> Load() =>
        Read("SELECT name, next_hop, since FROM silent_gateways", row => new GatewayOutage(row.GetString(0), row.Address(1), row.Time(2)));

    internal void Save(GatewayOutage outage, SqliteTransaction transaction) =>
        _save.Run(transaction, outage.Name, Statement.Of(outage.NextHop), Statement.Of(outage.Since));

    internal void Forget(string name, SqliteTransaction transaction) => _forget.Run(transaction, name);
}

internal sealed record SaveGatewayOutage(GatewayOutage Outage) : PendingWrite
{
    internal override WriteKey Key => GatewayOutagesTable.KeyOf(Outage.Name);

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.GatewayOutages.Save(Outage, transaction);
}

/// <summary>The gateway answers again.</summary>
internal sealed record ForgetGatewayOutage(string Name) : PendingWrite
{
    internal override WriteKey Key => GatewayOutagesTable.KeyOf(Name);

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.GatewayOutages.Forget(Name, transaction);
}
