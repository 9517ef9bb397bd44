using System.Collections.Immutable;
using Innkeeper.Policy;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage.Tables;

/// <summary>One line of the audit trail.</summary>
internal sealed record StoredEvent(long Id, DateTimeOffset Time, string Kind, string Text);

/// <summary>The audit trail. The oldest events beyond <see cref="MaxRows"/> are deleted.</summary>
internal sealed class EventsTable(SqliteConnection connection, Action onSkipped) : Table(connection, onSkipped)
{
    /// <summary>Maximum number of events that are kept.</summary>
    internal const int MaxRows = 10_000;

    internal const string Definition = """
        CREATE TABLE events (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            time INTEGER NOT NULL,
            kind TEXT NOT NULL,
            text TEXT NOT NULL) STRICT;

        """;

    private readonly Statement _add = new(connection, "INSERT INTO events (time, kind, text) VALUES ($0, $1, $2)");

    private readonly Statement _deleteOldest = new(connection, $"DELETE FROM events WHERE id <= (SELECT max(id) FROM events) - {MaxRows}");

    private readonly Statement _deleteBefore = new(connection, "DELETE FROM events WHERE time < $0");

    private readonly Statement _delete = new(connection, "DELETE FROM events WHERE id = $0");

    internal override IEnumerable<Statement> Statements => [_add, _deleteOldest, _deleteBefore, _delete];

    /// <summary>The latest events, newest first.</summary>
    internal ImmutableArray<StoredEvent> ReadLatest(int most) => Read($"SELECT id, time, kind, text FROM events ORDER BY id DESC LIMIT {most}", row =>
        new StoredEvent(row.GetInt64(0), row.Time(1), row.GetString(2), row.GetString(3)));

    internal void Add(AddEvent added, SqliteTransaction transaction) => _add.Run(transaction, Statement.Of(added.Time), added.Kind, added.Text);

    internal void DeleteBefore(DateTimeOffset time, SqliteTransaction transaction) => _deleteBefore.Run(transaction, Statement.Of(time));

    /// <summary>Deletes the events whose text mentions a device.</summary>
    internal void Erase(ErasedDevice device, SqliteTransaction transaction)
    {
        foreach (var mentioned in Read("SELECT id, text FROM events", row => (Id: row.GetInt64(0), Text: row.GetString(1))).Where(e => device.IsIn(e.Text)))
        {
            _delete.Run(transaction, mentioned.Id);
        }
    }

    internal void DeleteOldest(SqliteTransaction transaction) => _deleteOldest.Run(transaction);
}

/// <summary>Adds a line to the audit trail.</summary>
/// <param name="Number">Tells events apart while they wait: each is a row of its own. The table numbers its rows itself.</param>
internal sealed record AddEvent(DateTimeOffset Time, string Kind, string Text, ulong Number = 0) : PendingWrite
{
    internal override WriteKey Key => new(WriteTable.Events, Number: Number);

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.Events.Add(this, transaction);
}

/// <summary>Deletes events that are older than a time.</summary>
internal sealed record DeleteEvents(DateTimeOffset Before) : PendingWrite
{
    internal override WriteKey Key => new(WriteTable.Events, Text: "before");

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.Events.DeleteBefore(Before, transaction);
}

/// <summary>Deletes the events that mention a device.</summary>
internal sealed record EraseEvents(ErasedDevice Device) : PendingWrite
{
    internal override WriteKey Key => new(WriteTable.Events, Device.Mac.Value, Text: "erase");

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.Events.Erase(Device, transaction);
}
