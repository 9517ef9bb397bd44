using Innkeeper.Clocks;
using Innkeeper.Storage.Tables;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage;

/// <summary>Puts a database from a backup in the place of the one that is there. No gateway may run meanwhile.</summary>
internal static class RestoredDatabase
{
    /// <summary>Makes a copy from a backup ready: its tables are those of this version, its clock is this machine's, and its audit trail says that it was restored.</summary>
    /// <param name="note">The last event of the trail.</param>
    /// <returns>Why it is of no use, as the end of a sentence; null: it is ready and on disk.</returns>
    /// <exception cref="StorageException">It cannot be written.</exception>
    internal static string? Prepare(string path, IMachineClock machine, AddEvent note, out int skippedRows)
    {
        skippedRows = 0;
        try
        {
            using (var connection = StateOpener.ConnectOnly(path))
            {
                if (StateOpener.Examine(connection, out skippedRows) is { Length: > 0 } fault)
                {
                    return fault;
                }

                using var tables = new StateTables(connection, () => { });
                using var transaction = connection.BeginTransaction();
                if (tables.Clock.Load() is { } kept && kept.BootId != machine.BootId)
                {
                    tables.Clock.Save(Continued(kept, machine), transaction);
                }

                tables.Restored.Settle(transaction);
                note.Execute(tables, transaction);
                transaction.Commit();
            }

            StateFiles.DeleteCompanions(path);
            StateFiles.Sync(path);
            return null;
        }
        catch (SqliteException error) when (!Sql.IsEnvironment(error))
        {
            return $"the database in it is damaged ({error.Message})";
        }
        catch (SqliteException error)
        {
            throw new StorageException($"{path} cannot be written: {Sql.Describe(error, path)}.", error);
        }
    }

    /// <summary>Demands that no process has the database open, and writes its log into it, if it is sound enough for that.</summary>
    /// <exception cref="StorageException">Another process has it open.</exception>
    internal static void DemandUnused(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            using var connection = StateOpener.ConnectOnly(path);
            // Without a write-ahead log a database has no companion when it is closed. The next start takes the log up again.
            Sql.Execute(connection, "PRAGMA journal_mode = DELETE");
        }
        catch (SqliteException error) when (error.SqliteErrorCode is Sql.SQLITE_BUSY or Sql.SQLITE_LOCKED)
        {
            throw new StorageException($"another process has the database {path} open", error);
        }
        catch (SqliteException)
        {
            // Damaged, or no database: it is kept as it is.
        }
    }

    /// <summary>Takes a snapshot of a database that no gateway has opened yet.</summary>
    /// <exception cref="StorageException">None was taken.</exception>
    internal static Snapshot TakeSnapshot(string directory, string path, DateTimeOffset wall)
    {
        try
        {
            using var connection = StateOpener.ConnectOnly(path);
            return new SnapshotFolder(directory).Take(connection, Schema.Version, wall);
        }
        catch (SqliteException error)
        {
            throw new StorageException($"No snapshot of the database {path} could be taken: {Sql.Describe(error, path)}.", error);
        }
    }

    /// <summary>
    /// The kept clock is another boot's, perhaps another machine's: what that was up says nothing. It goes on here from where it stood, as after a
    /// reboot: the time since the backup passes at once when the wall clock can be believed.
    /// </summary>
    private static KeptClock Continued(KeptClock kept, IMachineClock machine) =>
        new(machine.BootId, kept.Seen - machine.SinceBoot, kept.Shift, kept.Seen, IsSettled: false);
}
