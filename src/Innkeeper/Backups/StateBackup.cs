using System.Text;
using Innkeeper.Configuration;
using Innkeeper.Storage;
using Innkeeper.Wire;

namespace Innkeeper.Backups;

/// <summary>Makes backups: of the state, from the database and the settings, and of the files that the settings name.</summary>
internal static class StateBackup
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A backup that is complete before its first octet is read. It lies in a file that has no name any more, so that nothing of it is left.</summary>
    /// <param name="folder">Has room for the database twice.</param>
    /// <param name="copyDatabase">Copies the database to a path, and returns the version of its tables.</param>
    /// <param name="settings">The text of the configuration.</param>
    /// <exception cref="BackupException">There is none.</exception>
    public static FileStream Create(string folder, Func<string, int> copyDatabase, string settings, DateTimeOffset time)
    {
        var stem = Path.Combine(folder, $"backup-{Guid.NewGuid():N}");
        var (copy, archive) = ($"{stem}.copy", $"{stem}.tar");
        FileStream? output = null;
        try
        {
            var schema = copyDatabase(copy);
            using var database = new FileStream(copy, FileMode.Open, FileAccess.Read);
            using var text = new MemoryStream(Encoding.UTF8.GetBytes(settings));
            output = new FileStream(archive, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, UnixCreateMode = Private });
            File.Delete(archive);
            BackupWriter.Write(output, BackupManifest.State, schema, time, [(BackupManifest.Configuration, text), (BackupManifest.Database, database)]);
            output.Flush();
            output.Position = 0;
            return output;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageException)
        {
            Close(output);
            throw new BackupException($"no backup was made: {SafeText.OneLine(e.Message)}", e);
        }
        finally
        {
            File.Delete(copy);
            File.Delete(archive);
        }
    }

    /// <summary>Deletes the copies of backups that were ended by a crash or a stop.</summary>
    public static void DeleteRemains(string folder)
    {
        foreach (var remains in Directory.EnumerateFiles(folder, "backup-????????????????????????????????.*"))
        {
            File.Delete(remains);
        }
    }

    /// <summary>A backup of the database in a directory whose gateway does not run.</summary>
    /// <exception cref="BackupException">There is none.</exception>
    public static FileStream CreateOf(string stateDirectory, string folder, string settings, DateTimeOffset time)
    {
        var database = Path.Combine(Path.GetFullPath(stateDirectory), StateStore.FileName);
        return File.Exists(database)
            ? Create(folder, copy => DatabaseCopy.Take(database, copy), settings, time)
            : throw new BackupException($"no gateway runs, and there is no database {database}; name the gateway's configuration with --config");
    }

    /// <summary>Writes the files that the settings name. They are read with the rights of this process: the gateway gives no secret away.</summary>
    /// <returns>Their keys; none: nothing was written.</returns>
    /// <exception cref="BackupException">One cannot be read.</exception>
    public static IReadOnlyList<string> WriteSecrets(Stream output, IReadOnlyList<NamedFile> files, DateTimeOffset time)
    {
        var parts = files.Select(file => (file.Key, Octets: (Stream)new MemoryStream(Read(file)))).ToList();
        if (parts.Count > 0)
        {
            BackupWriter.Write(output, BackupManifest.Secrets, 0, time, parts);
        }

        return [.. parts.Select(part => part.Key)];
    }

    private static byte[] Read(NamedFile file)
    {
        try
        {
            return BoundedFile.Read(file.Path, BackupManifest.MaxText);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"{file.Path} ({file.Setting}) cannot be read: {SafeText.OneLine(e.Message)}", e);
        }
    }

    /// <summary>Of an archive that a full disk broke off, closing writes too.</summary>
    private static void Close(FileStream? output)
    {
        try
        {
            output?.Dispose();
        }
        catch (IOException)
        {
            // Why there is no backup is known already.
        }
    }
}
