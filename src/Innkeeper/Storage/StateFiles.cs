namespace Innkeeper.Storage;

/// <summary>The database's file, and those that SQLite keeps beside it.</summary>
internal static class StateFiles
{
    private static readonly string[] Companions = ["-wal", "-shm", "-journal"];

    /// <summary>Makes the state directory when absent, for its owner alone.</summary>
    internal static void CreateDirectory(string directory)
    {
        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Renames the database and its companions, so that SQLite can still open them under the new name.</summary>
    /// <returns>The database's new path.</returns>
    internal static string SetAside(string path, DateTimeOffset now)
    {
        var stem = $"{path}.corrupt-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}";
        var aside = stem;
        for (var number = 2; File.Exists(aside); number++)
        {
            aside = $"{stem}-{number}";
        }

        // The database goes last: cut off in between, the next start finds it without its log and sets it aside again,
        // and never a new database beside an old log.
        foreach (var companion in Companions)
        {
            if (File.Exists(path + companion))
            {
                File.Move(path + companion, aside + companion, overwrite: true);
            }
        }

        File.Move(path, aside);
        return aside;
    }

    internal static void DeleteWithCompanions(string path)
    {
        File.Delete(path);
        DeleteCompanions(path);
    }

    internal static void DeleteCompanions(string path)
    {
        foreach (var companion in Companions)
        {
            File.Delete(path + companion);
        }
    }
}
