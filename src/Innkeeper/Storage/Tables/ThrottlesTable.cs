using System.Collections.Immutable;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage.Tables;

/// <summary>The state of a channel's throttle, and what its next digest has gathered, in JSON.</summary>
internal sealed record StoredThrottle(OutboxChannel Channel, string Content);

/// <summary>The state of each channel's throttle. The table is called pacing since schema 4.</summary>
internal sealed class ThrottlesTable(SqliteConnection connection, Action onSkipped) : Table(connection, onSkipped)
{
    internal const string Definition = """
        CREATE TABLE pacing (
            channel INTEGER NOT NULL PRIMARY KEY CHECK (channel IN (0, 1)),
            content TEXT NOT NULL) STRICT;

        """;

    private readonly Statement _save = new(connection, "INSERT INTO pacing (channel, content) VALUES ($0, $1) ON CONFLICT DO UPDATE SET content = excluded.content");

    internal override IEnumerable<Statement> Statements => [_save];

    internal ImmutableArray<StoredThrottle> Load() =>
        Read("SELECT channel, content FROM pacing", row => new StoredThrottle(row.Known<OutboxChannel>(0), row.GetString(1)));

    internal void Save(StoredThrottle throttle, SqliteTransaction transaction) => _save.Run(transaction, (long)throttle.Channel, throttle.Content);
}

internal sealed record SaveThrottle(StoredThrottle Throttle) : OutboxChange
{
    internal override WriteKey Key => new(WriteTable.Throttles, Group: (ushort)Throttle.Channel);

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.Throttles.Save(Throttle, transaction);
}
