using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage;

/// <summary>The statements that write what the notifications keep.</summary>
internal sealed class OutboxStatements(SqliteConnection connection)
{
    private readonly SqliteCommand _save = StatementSet.Make(connection, """
        INSERT INTO letters (channel, id, created, kind, content, attempts, next_try, state, answer, settled)
        VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT DO UPDATE SET attempts = excluded.attempts, next_try = excluded.next_try, state = excluded.state,
            answer = excluded.answer, settled = excluded.settled
        """, 10);

    private readonly SqliteCommand _forget = StatementSet.Make(connection, "DELETE FROM letters WHERE channel = $0 AND id = $1", 2);

    private readonly SqliteCommand _savePacing = StatementSet.Make(connection,
        "INSERT INTO pacing (channel, content) VALUES ($0, $1) ON CONFLICT DO UPDATE SET content = excluded.content", 2);

    private readonly SqliteCommand _saveAnnounced = StatementSet.Make(connection,
        "INSERT INTO announced (mac, time) VALUES ($0, $1) ON CONFLICT DO UPDATE SET time = excluded.time", 2);

    private readonly SqliteCommand _forgetAnnounced = StatementSet.Make(connection, "DELETE FROM announced WHERE mac = $0", 1);

    internal IEnumerable<SqliteCommand> All => [_save, _forget, _savePacing, _saveAnnounced, _forgetAnnounced];

    internal void Execute(OutboxChange change, SqliteTransaction transaction)
    {
        switch (change)
        {
            case SaveMessage { Letter: var letter }:
                StatementSet.Run(
                    _save, transaction, (long)letter.Channel, letter.Id, StatementSet.Time(letter.Created), letter.Kind, letter.Content, (long)letter.Attempts,
                    StatementSet.Time(letter.NextTry), (long)letter.State, letter.Answer, letter.Settled);
                break;
            case ForgetMessage forget:
                StatementSet.Run(_forget, transaction, (long)forget.Channel, forget.Id);
                break;
            case SavePacing { NotificationThrottle: var pacing }:
                StatementSet.Run(_savePacing, transaction, (long)pacing.Channel, pacing.Content);
                break;
            case SaveAnnounced announced:
                StatementSet.Run(_saveAnnounced, transaction, (long)announced.Mac.Value, StatementSet.Time(announced.Time));
                break;
            case ForgetAnnounced forget:
                StatementSet.Run(_forgetAnnounced, transaction, (long)forget.Mac.Value);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(change), change, "No statement writes this change.");
        }
    }
}
