using System.Globalization;
using Innkeeper.Storage;

namespace Innkeeper.Backups;

/// <summary>
/// A file that a restore replaces: the new one is written beside it, the old one is copied aside, and then a rename exchanges them. The file
/// at the path is always whole.
/// </summary>
/// <param name="path">A full path.</param>
/// <param name="mode">Of a file that was not there before; one that was there passes its mode and its owner on.</param>
/// <param name="ownedLike">A folder whose owner a file gets that was not there before.</param>
internal sealed class ReplacedFile(string path, UnixFileMode mode, string ownedLike)
{
    /// <summary>Copies of replaced files are kept up to this number; the oldest are deleted.</summary>
    public const int MostKept = 5;

    private const UnixFileMode OwnFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>0755.</summary>
    private const UnixFileMode CommonFolder =
        OwnFolder | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const string KeptMark = ".before-restore-";

    public string Path => path;

    /// <summary>Where the new one is until the exchange.</summary>
    public string Staged => path + ".restore";

    /// <summary>Where the old one is kept; null: there was none, or it is not kept yet.</summary>
    public string? Kept { get; private set; }

    /// <summary>The database, which SQLite may have files beside.</summary>
    public bool IsDatabase { get; init; }

    /// <summary>Opens the new one for writing, readable by its owner alone.</summary>
    public FileStream Stage()
    {
        var folder = System.IO.Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, IsDatabase ? OwnFolder : CommonFolder);
        }

        StateFiles.DeleteWithCompanions(Staged);
        return new FileStream(Staged, new FileStreamOptions
        {
            // Without a buffer: what cannot be written is known at the write, and not when the file is closed.
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    /// <summary>Gives the new one the mode and the owner that it is to have, and writes it to disk.</summary>
    public void Finish()
    {
        File.SetUnixFileMode(Staged, File.Exists(path) ? File.GetUnixFileMode(path) : mode);
        Give(Staged);
        StateFiles.Sync(Staged);
    }

    /// <summary>Copies the old one aside.</summary>
    public void Keep(DateTimeOffset now)
    {
        var present = IsDatabase ? StateFiles.WithCompanions(path) : [path];
        if (!File.Exists(path))
        {
            return;
        }

        var stem = string.Create(CultureInfo.InvariantCulture, $"{path}{KeptMark}{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}");
        var aside = stem;
        for (var number = 2; File.Exists(aside); number++)
        {
            aside = $"{stem}-{number}";
        }

        foreach (var file in present.Where(File.Exists))
        {
            var copy = aside + file[path.Length..];
            File.Copy(file, copy);
            Give(copy);
            StateFiles.Sync(copy);
        }

        Kept = aside;
        StateFiles.SyncDirectory(System.IO.Path.GetDirectoryName(path)!);
    }

    /// <summary>Exchanges them. A crash leaves the old one, or the new one.</summary>
    public void Put()
    {
        if (IsDatabase)
        {
            StateFiles.DeleteCompanions(path);
        }

        File.Move(Staged, path, overwrite: true);
        StateFiles.SyncDirectory(System.IO.Path.GetDirectoryName(path)!);
        DeleteOldest();
    }

    /// <summary>Removes what was staged and not put.</summary>
    public void Discard() => StateFiles.DeleteWithCompanions(Staged);

    private void DeleteOldest()
    {
        string[] endings = [.. StateFiles.WithCompanions("").Where(ending => ending != "")];
        var all = Directory.GetFiles(System.IO.Path.GetDirectoryName(path)!, System.IO.Path.GetFileName(path) + KeptMark + "*")
            .Where(file => !endings.Any(file.EndsWith)).Order(StringComparer.Ordinal).ToList();
        foreach (var oldest in all.Where(file => file != Kept).Take(Math.Max(0, all.Count - MostKept)))
        {
            StateFiles.DeleteWithCompanions(oldest);
        }
    }

    private void Give(string file) => FileOwner.Copy(File.Exists(path) ? path : ownedLike, file);
}
