using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage;

/// <summary>
/// Snapshots of the database, in a folder beside it. Each is complete before it has its name, and its name holds its checksum: what is found
/// under such a name is whole, or is known not to be. The number of files is bounded, and so is what they take together.
/// </summary>
internal sealed class SnapshotFolder(string stateDirectory)
{
    /// <summary>The folder's name in the state directory.</summary>
    internal const string FolderName = "snapshots";

    /// <summary>The newest ones, however close together.</summary>
    internal const int Newest = 4;

    /// <summary>Older ones: the first of each day, of so many days.</summary>
    internal const int Older = 4;

    /// <summary>The newest of other schema versions: another version of this program may want them.</summary>
    internal const int OtherSchemas = 2;

    /// <summary>All together, in octets. The newest two are kept whatever they take.</summary>
    internal const long MaxTotal = 256L * 1024 * 1024;

    private readonly string _folder = Path.Combine(Path.GetFullPath(stateDirectory), FolderName);

    private string Unfinished => Path.Combine(_folder, "unfinished.db");

    /// <summary>All that are there, newest first, whole or not.</summary>
    internal IReadOnlyList<Snapshot> List() => Directory.Exists(_folder)
        ? [.. Directory.EnumerateFiles(_folder, "*.db").Select(Snapshot.Of).OfType<Snapshot>().OrderByDescending(s => s.Number)]
        : [];

    /// <summary>Takes one from an open database. The writer of that database need not stop.</summary>
    /// <param name="schema">The database's version.</param>
    /// <exception cref="StorageException">None was taken.</exception>
    internal Snapshot Take(SqliteConnection database, int schema, DateTimeOffset wall)
    {
        try
        {
            StateFiles.CreateDirectory(_folder);
            StateFiles.DeleteWithCompanions(Unfinished);
            MakeRoom(database.DataSource);
            DatabaseCopy.Write(database, Unfinished);
            var known = List();
            var number = known.Count == 0 ? 1 : known[0].Number + 1;
            var sum = SumOf(Unfinished);
            var path = Path.Combine(_folder, Snapshot.NameOf(number, schema, wall, sum));
            File.Move(Unfinished, path);
            StateFiles.SyncDirectory(_folder);
            DeleteSurplus();
            return new Snapshot(path, number, schema, wall, sum);
        }
        catch (SqliteException error)
        {
            throw new StorageException($"No snapshot of the database could be taken: {Sql.Describe(error, _folder)}.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"No snapshot of the database could be taken in {_folder}: {error.Message}", error);
        }
    }

    /// <summary>Deletes all others: a device's data was erased since they were taken.</summary>
    /// <exception cref="StorageException">One could not be deleted.</exception>
    internal void Keep(Snapshot only)
    {
        try
        {
            foreach (var other in List().Where(s => s.Path != only.Path))
            {
                File.Delete(other.Path);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"A snapshot of the database could not be deleted: {error.Message}", error);
        }
    }

    /// <summary>Copies the newest good one to where the database belongs; a crash leaves it there whole or not at all.</summary>
    /// <param name="isUsable">Whether a copy can be opened and has what this program needs.</param>
    /// <returns>Null: there is no good one.</returns>
    internal Snapshot? Restore(string database, Func<string, bool> isUsable)
    {
        foreach (var snapshot in Whole())
        {
            var copy = database + ".new";
            StateFiles.DeleteWithCompanions(copy);
            StateFiles.CreatePrivate(copy);
            File.Copy(snapshot.Path, copy, overwrite: true);
            StateFiles.Sync(copy);
            if (isUsable(copy))
            {
                StateFiles.Sync(copy);
                StateFiles.DeleteCompanions(copy);
                StateFiles.DeleteCompanions(database);
                File.Move(copy, database);
                StateFiles.SyncDirectory(Path.GetDirectoryName(database)!);
                return snapshot;
            }

            StateFiles.DeleteWithCompanions(copy);
        }

        return null;
    }

    /// <summary>Those that this program can read and whose content is what was written, newest first. One that cannot be read is passed over.</summary>
    internal IEnumerable<Snapshot> Whole() => List().Where(s => s.Schema <= Schema.Version && IsWhole(s));

    private static bool IsWhole(Snapshot snapshot)
    {
        try
        {
            return SumOf(snapshot.Path) == snapshot.Sum;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string SumOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Snapshots never take the room that the database itself may need: old ones go first, and without room none is taken.</summary>
    private void MakeRoom(string database)
    {
        var room = DatabaseCopy.RoomFor(database);
        var drive = new DriveInfo(_folder);
        foreach (var old in List().Skip(1).Reverse())
        {
            if (drive.AvailableFreeSpace >= room)
            {
                return;
            }

            File.Delete(old.Path);
        }

        if (drive.AvailableFreeSpace < room)
        {
            throw new IOException($"the disk has room for {drive.AvailableFreeSpace} octets, and a snapshot is taken only if {room} are free");
        }
    }

    private void DeleteSurplus()
    {
        var all = List();
        var ours = all.Where(s => s.Schema == Schema.Version).ToList();
        List<Snapshot> keep =
        [
            .. ours.Take(Newest),
            .. ours.Skip(Newest).GroupBy(s => s.Time.UtcDateTime.Date).Select(day => day.Last()).Take(Older),
            .. all.Except(ours).DistinctBy(s => s.Schema).Take(OtherSchemas),
        ];
        var total = 0L;
        foreach (var (index, snapshot) in all.Index())
        {
            var size = new FileInfo(snapshot.Path).Length;
            if (!keep.Contains(snapshot) || (index >= 2 && total + size > MaxTotal))
            {
                File.Delete(snapshot.Path);
                continue;
            }

            total += size;
        }
    }
}
