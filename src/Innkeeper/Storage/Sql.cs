using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage;

/// <summary>Short forms for single statements, and the result codes of sqlite3.h that are told apart.</summary>
internal static class Sql
{
    internal const int SQLITE_PERM = 3;
    internal const int SQLITE_BUSY = 5;
    internal const int SQLITE_LOCKED = 6;
    internal const int SQLITE_NOMEM = 7;
    internal const int SQLITE_READONLY = 8;
    internal const int SQLITE_IOERR = 10;
    internal const int SQLITE_CORRUPT = 11;
    internal const int SQLITE_FULL = 13;
    internal const int SQLITE_CANTOPEN = 14;
    internal const int SQLITE_CONSTRAINT = 19;
    internal const int SQLITE_AUTH = 23;
    internal const int SQLITE_NOTADB = 26;

    internal static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    internal static object? Scalar(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar();
    }

    /// <summary>Whether the failure lies around the file (space, rights, locks, the disk) and not in what it holds.</summary>
    internal static bool IsEnvironment(SqliteException error) => error.SqliteErrorCode
        is SQLITE_PERM or SQLITE_BUSY or SQLITE_LOCKED or SQLITE_NOMEM or SQLITE_READONLY
        or SQLITE_IOERR or SQLITE_FULL or SQLITE_CANTOPEN or SQLITE_AUTH;

    /// <summary>The failure in words that tell the administrator what to look at.</summary>
    internal static string Describe(SqliteException error, string path) => error.SqliteErrorCode switch
    {
        SQLITE_FULL => $"the disk is full ({FreeOctets(path)} octets free)",
        SQLITE_BUSY or SQLITE_LOCKED => "another program has it locked",
        SQLITE_READONLY or SQLITE_PERM or SQLITE_CANTOPEN or SQLITE_AUTH => "it cannot be written",
        SQLITE_IOERR => $"the disk failed (SQLite code {error.SqliteExtendedErrorCode}, {FreeOctets(path)} octets free)",
        SQLITE_CORRUPT or SQLITE_NOTADB => "it is damaged",
        _ => $"SQLite says: {error.Message}",
    };

    private static string FreeOctets(string path)
    {
        try
        {
            return $"{new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace}";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "unknown";
        }
    }
}
