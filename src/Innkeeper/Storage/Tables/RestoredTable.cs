using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage.Tables;

/// <summary>
/// One row while this database stands for another that was lost and the devices that the data plane knows are not in it yet: a process that dies
/// in between leaves the row, and the next one asks the data plane again.
/// </summary>
internal sealed class RestoredTable(SqliteConnection connection, Action onSkipped) : Table(connection, onSkipped)
{
    internal const string Definition = """
        CREATE TABLE restored (
            id INTEGER NOT NULL PRIMARY KEY CHECK (id = 0)) STRICT;

        """;

    private readonly Statement _settle = new(connection, "DELETE FROM restored");

    internal override IEnumerable<Statement> Statements => [_settle];

    /// <summary>Marks a database that takes the place of another.</summary>
    internal static void Mark(SqliteConnection connection) => Sql.Execute(connection, "INSERT OR IGNORE INTO restored (id) VALUES (0)");

    internal static bool IsMarked(SqliteConnection connection) => Sql.Scalar(connection, "SELECT id FROM restored") is not null;

    internal void Settle(SqliteTransaction transaction) => _settle.Run(transaction);
}

/// <summary>The devices that the data plane knows are written.</summary>
internal sealed record SettleRestored : PendingWrite
{
    internal override WriteKey Key => new(WriteTable.Restored);

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.Restored.Settle(transaction);
}
