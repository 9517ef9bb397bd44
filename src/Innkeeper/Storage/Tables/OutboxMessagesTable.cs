using System.Collections.Immutable;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage.Tables;

/// <summary>How messages travel. The numbers stand in the database: append only.</summary>
internal enum OutboxChannel
{
    Mail = 0,
    Webhook = 1,
}

/// <summary>The state of a message. The numbers stand in the database: append only.</summary>
internal enum OutboxMessageState
{
    /// <summary>It is to be sent, for the first time or again.</summary>
    Waiting = 0,

    /// <summary>The other side accepted it.</summary>
    Sent = 1,

    /// <summary>The other side refused it, or did not accept it for too long.</summary>
    Dead = 2,
}

/// <summary>A message of the outbox.</summary>
/// <param name="Id">Counts up in its channel.</param>
/// <param name="Content">The notification in JSON, which the message is composed of at each attempt.</param>
/// <param name="NextTry">No attempt before this time.</param>
/// <param name="Answer">The other side's last answer, or why there was none; empty before the first attempt.</param>
/// <param name="Settled">Recipients who accepted the message or refused it for good, separated by spaces.</param>
internal sealed record OutboxMessage(
    OutboxChannel Channel, long Id, DateTimeOffset Created, string Kind, string Content, int Attempts, DateTimeOffset NextTry, OutboxMessageState State, string Answer, string Settled);

/// <summary>The messages that wait to be sent, and the last that do not. The table is called letters since schema 4.</summary>
internal sealed class OutboxMessagesTable(SqliteConnection connection, Action onSkipped) : Table(connection, onSkipped)
{
    internal const string Definition = """
        CREATE TABLE letters (
            channel INTEGER NOT NULL CHECK (channel IN (0, 1)),
            id INTEGER NOT NULL,
            created INTEGER NOT NULL,
            kind TEXT NOT NULL,
            content TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            next_try INTEGER NOT NULL,
            state INTEGER NOT NULL CHECK (state IN (0, 1, 2)),
            answer TEXT NOT NULL,
            settled TEXT NOT NULL,
            PRIMARY KEY (channel, id)) STRICT, WITHOUT ROWID;

        """;

    private readonly Statement _save = new(connection, """
        INSERT INTO letters (channel, id, created, kind, content, attempts, next_try, state, answer, settled)
        VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT DO UPDATE SET attempts = excluded.attempts, next_try = excluded.next_try, state = excluded.state,
            answer = excluded.answer, settled = excluded.settled
        """);

    private readonly Statement _forget = new(connection, "DELETE FROM letters WHERE channel = $0 AND id = $1");

    internal override IEnumerable<Statement> Statements => [_save, _forget];

    internal static WriteKey KeyOf(OutboxChannel channel, long id) => new(WriteTable.OutboxMessages, Group: (ushort)channel, Number: (ulong)id);

    /// <summary>Ordered by channel and number.</summary>
    internal ImmutableArray<OutboxMessage> Load() =>
        Read("SELECT channel, id, created, kind, content, attempts, next_try, state, answer, settled FROM letters ORDER BY channel, id", row =>
            new OutboxMessage(
                row.Known<OutboxChannel>(0), row.Number(1), row.Time(2), row.GetString(3), row.GetString(4), (int)Math.Clamp(row.Number(5), 0, int.MaxValue),
                row.Time(6), row.Known<OutboxMessageState>(7), row.GetString(8), row.GetString(9)));

    internal void Save(OutboxMessage message, SqliteTransaction transaction) => _save.Run(
        transaction, (long)message.Channel, message.Id, Statement.Of(message.Created), message.Kind, message.Content, (long)message.Attempts,
        Statement.Of(message.NextTry), (long)message.State, message.Answer, message.Settled);

    internal void Forget(OutboxChannel channel, long id, SqliteTransaction transaction) => _forget.Run(transaction, (long)channel, id);
}

/// <summary>A write of the notifications.</summary>
internal abstract record OutboxChange : PendingWrite;

internal sealed record SaveMessage(OutboxMessage Message) : OutboxChange
{
    internal override WriteKey Key => OutboxMessagesTable.KeyOf(Message.Channel, Message.Id);

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.OutboxMessages.Save(Message, transaction);
}

internal sealed record ForgetMessage(OutboxChannel Channel, long Id) : OutboxChange
{
    internal override WriteKey Key => OutboxMessagesTable.KeyOf(Channel, Id);

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.OutboxMessages.Forget(Channel, Id, transaction);
}
