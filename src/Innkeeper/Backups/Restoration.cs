using System.Text;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Wire;

namespace Innkeeper.Backups;

/// <summary>An order to restore.</summary>
/// <param name="SecretsFile">The backup of the files that the configuration names; null: they are not restored.</param>
/// <param name="ConfigurationFile">Where the configuration belongs.</param>
/// <param name="IsStateOnly">The configuration that is there stays.</param>
/// <param name="IsForced">Files that are there are replaced, and kept.</param>
/// <param name="By">The user, for the audit trail.</param>
internal sealed record RestoreOrder(string File, string? SecretsFile, string ConfigurationFile, bool IsStateOnly, bool IsForced, string By);

/// <summary>A restore that was carried out.</summary>
/// <param name="Configuration">The settings that the gateway will start with.</param>
/// <param name="Written">Paths.</param>
/// <param name="Kept">Where the files are kept that were replaced.</param>
/// <param name="SkippedRows">Rows of an earlier version that could not be taken over.</param>
/// <param name="SkippedFiles">Files that the configuration names outside of its own folder: they were not written.</param>
internal sealed record RestoreReport(
    BackupManifest Backup, ConfigurationResult Configuration, IReadOnlyList<string> Written, IReadOnlyList<string> Kept, int SkippedRows, IReadOnlyList<string> SkippedFiles);

/// <summary>
/// Restores a backup: checks all of it, writes every file beside its place, keeps what is there, and only then exchanges the files. Until then a
/// failure leaves everything as it was; after that, the same order again completes it.
/// </summary>
/// <param name="isAnswering">Whether a gateway answers at a control socket.</param>
internal sealed class Restoration(RestoreOrder order, Func<string, bool> isAnswering, IMachineClock machine)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly List<ReplacedFile> _files = [];
    private readonly List<string> _skipped = [];
    private int _exchanged;

    /// <exception cref="BackupException">It was not restored; the message says why, and what was changed.</exception>
    public RestoreReport Run()
    {
        try
        {
            return Restore();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageException)
        {
            var done = _files.Take(_exchanged).Select(file => file.Path).ToList();
            throw new BackupException(
                $"{SafeText.OneLine(e.Message.TrimEnd('.'))}; {(done.Count == 0 ? "nothing was changed" : $"{string.Join(", ", done)} {(done.Count == 1 ? "is" : "are")} restored already; run this again")}", e);
        }
        finally
        {
            foreach (var file in _files.Skip(_exchanged))
            {
                TryDiscard(file);
            }
        }
    }

    private RestoreReport Restore()
    {
        // All is read and checked before anything is written.
        using var text = new MemoryStream();
        var backup = BackupReader.Read(order.File, BackupManifest.State, part => part.Name == BackupManifest.Configuration ? new Unowned(text) : null);
        if (backup.Schema > Schema.Version)
        {
            throw new BackupException(
                $"{SafeText.Shorten(order.File)} was made by version {SafeText.Shorten(backup.Product)} with a database of schema {backup.Schema}, and this program knows up to {Schema.Version}; install that version, or a newer one, and restore with it");
        }

        var here = ConfigurationFile.Load(order.ConfigurationFile);
        var settings = order.IsStateOnly ? here : ConfigurationFile.Parse(Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length), order.ConfigurationFile);
        var config = settings.Config ?? throw new BackupException(
            $"the configuration {(order.IsStateOnly ? "here" : "in the backup")} has errors: {SafeText.OneLine(settings.Errors[0].ToString())}" +
            (order.IsStateOnly ? "" : "; give --state-only to restore the state to the configuration that is here"));
        DemandNoGateway(config, here);

        // The state directory belongs to the user that the gateway runs as.
        var path = Path.GetFullPath(Path.Combine(config.State.Directory, StateStore.FileName));
        DemandNoLinks(path, $"{path}.restore", Path.Combine(config.State.Directory, "snapshots"));
        var database = new ReplacedFile(path, Private, Path.GetDirectoryName(path)!) { IsDatabase = true };
        var files = new List<(ReplacedFile File, byte[] Content)>(SecretsFor(config));
        if (!order.IsStateOnly)
        {
            var file = Target(order.ConfigurationFile);
            files.Add((new ReplacedFile(file, Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead, Path.GetDirectoryName(file)!), text.ToArray()));
        }

        files.RemoveAll(file => IsSame(file.File.Path, file.Content));
        DemandForce([.. files.Select(file => file.File).Append(database).Where(file => File.Exists(file.Path)).Select(file => file.Path)]);

        // The configuration goes last: with it in place, a gateway that starts finds everything else.
        var now = machine.Wall;
        var skipped = StageDatabase(database, backup, now);
        RestoredDatabase.DemandUnused(database.Path);
        foreach (var (file, content) in files)
        {
            Stage(file, content);
        }

        _files.ForEach(file => file.Keep(now));
        DemandNoGateway(config, here);
        RestoredDatabase.DemandUnused(database.Path);
        foreach (var file in _files)
        {
            file.Put();
            _exchanged++;
        }

        TakeSnapshot(config.State.Directory, database.Path, now);
        return new RestoreReport(backup, settings, [.. _files.Select(file => file.Path)], [.. _files.Select(file => file.Kept).OfType<string>()], skipped, _skipped);
    }

    private void DemandNoGateway(InnkeeperConfig config, ConfigurationResult here)
    {
        foreach (var socket in new[] { config.Control.Socket, here.ControlSocket }.Distinct().Where(isAnswering))
        {
            throw new BackupException($"a gateway is running (it answers at {socket}); stop it first");
        }
    }

    /// <summary>The gateway's user can make links in its own directory; root must not write where they lead.</summary>
    private static void DemandNoLinks(params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            if (new FileInfo(path).LinkTarget is { } target)
            {
                throw new BackupException($"{path} is a link to {SafeText.Shorten(target)}; remove it, or name the place itself in [state] directory");
            }
        }
    }

    private void DemandForce(IReadOnlyList<string> present)
    {
        if (present.Count > 0 && !order.IsForced)
        {
            throw new BackupException(
                $"{string.Join(", ", present)} {(present.Count == 1 ? "is" : "are")} here already; give --force to replace {(present.Count == 1 ? "it" : "them")} ({(present.Count == 1 ? "a copy is" : "copies are")} kept)");
        }
    }

    /// <summary>The secrets' contents, and the paths that the settings give them here.</summary>
    private IEnumerable<(ReplacedFile File, byte[] Content)> SecretsFor(InnkeeperConfig config)
    {
        if (order.SecretsFile is null)
        {
            return [];
        }

        var contents = new Dictionary<string, MemoryStream>();
        BackupReader.Read(order.SecretsFile, BackupManifest.Secrets, part => new Unowned(contents[part.Name] = new MemoryStream()));
        var all = NamedFiles.Of(config).Where(named => contents.ContainsKey(named.Key)).DistinctBy(named => named.Path).Select(named => (named.Key, Path: Target(named.Path))).ToList();
        _skipped.AddRange(all.Where(named => !IsBesideConfiguration(named.Path)).Select(named => named.Path));
        return all.Where(named => IsBesideConfiguration(named.Path)).Select(named => (new ReplacedFile(named.Path, Private, config.State.Directory), contents[named.Key].ToArray()));
    }

    /// <summary>The gateway may write its configuration, and root must not write wherever that says (decision 21).</summary>
    private bool IsBesideConfiguration(string path) => path.StartsWith(Path.GetDirectoryName(Path.GetFullPath(order.ConfigurationFile))!.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>A link stays a link: the file that it leads to is replaced.</summary>
    private static string Target(string path) => (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? Path.GetFullPath(path);

    private static bool IsSame(string path, byte[] content)
    {
        try
        {
            return BoundedFile.Read(path, BackupManifest.MaxText).AsSpan().SequenceEqual(content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <returns>Rows that were left out.</returns>
    private int StageDatabase(ReplacedFile database, BackupManifest backup, DateTimeOffset now)
    {
        _files.Add(database);
        BackupReader.Read(order.File, BackupManifest.State, part => part.Name == BackupManifest.Database ? database.Stage() : null);
        var note = new StateRestore(order.By, Path.GetFileName(order.File), backup.Host, backup.Time, backup.Product);
        if (RestoredDatabase.Prepare(database.Staged, machine, new AddEvent(now, note.Kind, EventText.Describe(note)), out var skipped) is { } fault)
        {
            throw new BackupException($"{SafeText.Shorten(order.File)} cannot be used: {SafeText.OneLine(fault)}; nothing was changed");
        }

        database.Finish();
        return skipped;
    }

    private void Stage(ReplacedFile file, byte[] content)
    {
        _files.Add(file);
        using (var output = file.Stage())
        {
            output.Write(content);
        }

        file.Finish();
    }

    /// <summary>A snapshot of earlier state must not come back if this database is lost before the gateway takes one. A wish, not a condition.</summary>
    private static void TakeSnapshot(string directory, string database, DateTimeOffset now)
    {
        try
        {
            var snapshot = RestoredDatabase.TakeSnapshot(directory, database, now);
            FileOwner.Copy(directory, Path.GetDirectoryName(snapshot.Path)!);
            FileOwner.Copy(directory, snapshot.Path);
        }
        catch (Exception e) when (e is StorageException or IOException or UnauthorizedAccessException)
        {
            // The gateway takes one some seconds after its start.
        }
    }

    private static void TryDiscard(ReplacedFile file)
    {
        try
        {
            file.Discard();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next restore removes it.
        }
    }

    /// <summary>Lets the reader dispose of a stream that is still needed.</summary>
    private sealed class Unowned(MemoryStream inner) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);
    }
}
