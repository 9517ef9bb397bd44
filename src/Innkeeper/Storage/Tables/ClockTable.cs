using Innkeeper.Clocks;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage.Tables;

/// <summary>The state of the clock, for the next process: one row.</summary>
internal sealed class ClockTable(SqliteConnection connection, Action onSkipped) : Table(connection, onSkipped)
{
    /// <remarks>Origin and seen in Unix milliseconds, shift in milliseconds.</remarks>
    internal const string Definition = """
        CREATE TABLE clock (
            id INTEGER NOT NULL PRIMARY KEY CHECK (id = 0),
            boot TEXT NOT NULL,
            origin INTEGER NOT NULL,
            shift INTEGER NOT NULL,
            seen INTEGER NOT NULL,
            settled INTEGER NOT NULL CHECK (settled IN (0, 1))) STRICT;

        """;

    private readonly Statement _save = new(connection, "INSERT OR REPLACE INTO clock (id, boot, origin, shift, seen, settled) VALUES (0, $0, $1, $2, $3, $4)");

    internal override IEnumerable<Statement> Statements => [_save];

    /// <summary>Null: none was kept.</summary>
    internal KeptClock? Load() => Read("SELECT boot, origin, shift, seen, settled FROM clock", row =>
        new KeptClock(row.GetString(0), row.Time(1), TimeSpan.FromMilliseconds(row.Number(2)), row.Time(3), !row.IsZero(4))).FirstOrDefault();

    internal void Save(KeptClock clock, SqliteTransaction transaction) => _save.Run(
        transaction, clock.BootId, Statement.Of(clock.Origin), (long)clock.Shift.TotalMilliseconds, Statement.Of(clock.Seen), Statement.Of(clock.IsSettled));
}

internal sealed record SaveClock(KeptClock Clock) : PendingWrite
{
    internal override WriteKey Key => new(WriteTable.Clock);

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.Clock.Save(Clock, transaction);
}
