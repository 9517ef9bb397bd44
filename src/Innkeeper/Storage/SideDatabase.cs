using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage;

/// <summary>How a file beside the state was opened.</summary>
/// <param name="Aside">Where a damaged file is now; null: there was none.</param>
/// <param name="Reason">Its fault.</param>
internal readonly record struct SideOpened(string? Aside, string? Reason);

/// <summary>
/// A database beside that of the state, for its owner alone: backups of the state do not have it, and an earlier version of the program finds its
/// own database as it left it. A damaged one is set aside, with a new one in its place.
/// </summary>
/// <param name="fileName">In the state directory.</param>
/// <param name="steps">The tables' history: step n takes a file from PRAGMA user_version n to n + 1. Steps are only added.</param>
internal sealed class SideDatabase(string fileName, IReadOnlyList<string> steps)
{
    public string PathIn(string directory) => Path.Combine(Path.GetFullPath(directory), fileName);

    /// <summary>Opens the file in a directory, or makes it.</summary>
    /// <param name="now">The wall clock, for the name of a file that is set aside.</param>
    /// <exception cref="StorageException">It cannot be used now, or belongs to a newer version: it stays as it is.</exception>
    public SqliteConnection Open(string directory, DateTimeOffset now, out SideOpened outcome)
    {
        var path = PathIn(directory);
        outcome = default;
        try
        {
            StateFiles.CreateDirectory(directory);
            if (!File.Exists(path))
            {
                StateFiles.DeleteCompanions(path);
                StateFiles.CreatePrivate(path);
            }

            StateFiles.MakePrivate(path);
            var connection = TryOpen(path, out var fault);
            if (connection is null)
            {
                outcome = new SideOpened(StateFiles.SetAside(path, now), fault);
                StateFiles.CreatePrivate(path);
                connection = TryOpen(path, out fault) ?? throw new StorageException($"Cannot use {path}: {fault}.");
            }

            return connection;
        }
        catch (SqliteException error)
        {
            throw new StorageException($"Cannot use {path}: {Sql.Describe(error, path)}.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"Cannot use {path}: {error.Message}", error);
        }
    }

    /// <returns>Null, with its fault: it is damaged.</returns>
    private SqliteConnection? TryOpen(string path, out string fault)
    {
        var connection = StateOpener.ConnectOnly(path);
        try
        {
            fault = Examine(connection);
            if (fault.Length == 0)
            {
                var opened = connection;
                connection = null;
                return opened;
            }
        }
        catch (SqliteException error) when (!Sql.IsEnvironment(error))
        {
            fault = error.SqliteErrorCode == Sql.SQLITE_NOTADB ? "the file is not a database" : $"the file is damaged ({error.Message})";
        }
        finally
        {
            connection?.Dispose();
        }

        return null;
    }

    private string Examine(SqliteConnection connection)
    {
        var version = (long)Sql.Scalar(connection, "PRAGMA user_version")!;
        if (version > steps.Count)
        {
            throw new StorageException($"{connection.DataSource} was written by a newer version of Innkeeper (schema {version}, and this program knows up to {steps.Count}). Use that version");
        }

        if (Sql.Scalar(connection, "PRAGMA quick_check(1)") is not "ok")
        {
            return "the file is damaged (quick_check)";
        }

        // A deleted row leaves no trace in the file.
        Sql.Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 1048576; PRAGMA cache_size = -256; PRAGMA secure_delete = ON;");
        for (var step = (int)version; step < steps.Count; step++)
        {
            Sql.Execute(connection, $"BEGIN IMMEDIATE; {steps[step]} PRAGMA user_version = {step + 1}; COMMIT;");
        }

        return "";
    }
}
