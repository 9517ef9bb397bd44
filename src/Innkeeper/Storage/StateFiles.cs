using Innkeeper.Interop;

namespace Innkeeper.Storage;

/// <summary>The database's file, and those that SQLite keeps beside it. They tell who was here and when: their owner alone may read them.</summary>
internal static class StateFiles
{
    /// <summary>Databases that were set aside are kept up to this number; the oldest are deleted.</summary>
    internal const int MostAside = 5;

    private const string AsideMark = ".corrupt-";

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

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
    /// <param name="most">How many that were set aside are kept.</param>
    /// <returns>The database's new path.</returns>
    internal static string SetAside(string path, DateTimeOffset now, int most = MostAside)
    {
        var stem = $"{path}{AsideMark}{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}";
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
        DeleteOldestAside(path, aside, most);
        return aside;
    }

    /// <summary>Makes an empty file that its owner alone may read, before something is written to it.</summary>
    internal static void CreatePrivate(string path) =>
        new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private }).Dispose();

    /// <summary>Takes from others what they may do with the database's files; an earlier version left them readable. SQLite makes its own like the database.</summary>
    internal static void MakePrivate(string path)
    {
        foreach (var file in WithCompanions(path))
        {
            if (File.Exists(file) && (File.GetUnixFileMode(file) & ~Private) != 0)
            {
                File.SetUnixFileMode(file, Private);
            }
        }
    }

    /// <summary>Returns when the file's content is on disk.</summary>
    internal static void Sync(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Returns when the names in the directory are on disk.</summary>
    internal static void SyncDirectory(string directory)
    {
        var descriptor = Libc.open(directory, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC);
        if (descriptor < 0)
        {
            throw new IOException($"{directory} cannot be opened.");
        }

        var isSynced = Libc.fsync(descriptor) == 0;
        Libc.close(descriptor);
        if (!isSynced)
        {
            throw new IOException($"{directory} could not be written to disk.");
        }
    }

    /// <summary>Writes a file for its owner alone. It is there as a whole, or as it was, whenever the power fails.</summary>
    internal static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var unfinished = path + ".new";
        File.Delete(unfinished);
        CreatePrivate(unfinished);
        File.WriteAllBytes(unfinished, content);
        Sync(unfinished);
        File.Move(unfinished, path, overwrite: true);
        SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>A database, and the files that SQLite may keep beside it.</summary>
    internal static IEnumerable<string> WithCompanions(string path) => Companions.Prepend("").Select(companion => path + companion);

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

    /// <summary>Names carry the time; one from a wrong clock may be deleted out of turn, but never the one that was just set aside.</summary>
    private static void DeleteOldestAside(string path, string justNow, int most)
    {
        var all = Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + AsideMark + "*")
            .Where(file => !Companions.Any(file.EndsWith)).Order(StringComparer.Ordinal).ToList();
        foreach (var oldest in all.Where(file => file != justNow).Take(Math.Max(0, all.Count - most)))
        {
            DeleteWithCompanions(oldest);
        }
    }
}
