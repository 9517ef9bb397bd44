using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage;

/// <summary>A whole copy of the database at one moment, also while the gateway writes to it, and of one that a killed gateway left with its log.</summary>
internal static class DatabaseCopy
{
    /// <summary>A copy is made only if this many times the database's size is free: it must not take the room that the database itself may need.</summary>
    private const int RoomFactor = 3;

    /// <summary>Copies a database whose writer, if there is one, need not stop.</summary>
    /// <param name="path">Of the copy; a file that is there is replaced.</param>
    /// <returns>The version of its tables.</returns>
    /// <exception cref="StorageException">There is no copy.</exception>
    internal static int Take(string database, string path)
    {
        try
        {
            DemandRoom(database, path);
            StateFiles.DeleteWithCompanions(path);
            using var reader = OpenReadOnly(database);
            if (Sql.Scalar(reader, "PRAGMA user_version") is not (long and > 0 and var schema))
            {
                throw new StorageException($"The database {database} was not made by Innkeeper.");
            }

            Write(reader, path);
            return (int)schema;
        }
        catch (SqliteException error)
        {
            throw new StorageException($"The database {database} cannot be copied to {path}: {Sql.Describe(error, path)}.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"The database {database} cannot be copied to {path}: {error.Message}", error);
        }
    }

    /// <summary>Copies an open database into a file that its owner alone may read. When it returns, the copy is sound and on disk.</summary>
    internal static void Write(SqliteConnection database, string path)
    {
        StateFiles.CreatePrivate(path);
        using (var command = database.CreateCommand())
        {
            command.CommandText = "VACUUM INTO $0";
            command.Parameters.AddWithValue("$0", path);
            command.ExecuteNonQuery();
        }

        Examine(path);
        StateFiles.Sync(path);
    }

    /// <summary>Octets that must be free for a copy.</summary>
    internal static long RoomFor(string database) =>
        RoomFactor * (new FileInfo(database).Length + (File.Exists(database + "-wal") ? new FileInfo(database + "-wal").Length : 0));

    internal static SqliteConnection OpenReadOnly(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void DemandRoom(string database, string path)
    {
        var room = RoomFor(database);
        if (new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!).AvailableFreeSpace is var free && free < room)
        {
            throw new IOException($"the disk has room for {free} octets, and a copy is made only if {room} are free");
        }
    }

    /// <summary>A copy of a damaged database must not pass for a good one.</summary>
    private static void Examine(string path)
    {
        using var connection = OpenReadOnly(path);
        if (Sql.Scalar(connection, "PRAGMA quick_check(1)") is not "ok")
        {
            throw new StorageException("No snapshot of the database was taken: the database is damaged.", new SqliteException("quick_check", Sql.SQLITE_CORRUPT));
        }
    }
}
