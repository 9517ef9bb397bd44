using Innkeeper.Backups;
using Innkeeper.Clocks;
using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.Storage;

namespace Innkeeper.Management;

/// <summary>Makes backups while the gateway runs. One at a time: each takes room on the disk of the database.</summary>
/// <param name="settings">The text of the configuration in force.</param>
internal sealed class BackupOperations(StateStore store, IDurability disk, string settings, EventLog events, IAuditTrail audit, TimeProvider clock) : IBackupOperations
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private int _isBusy;

    public async ValueTask<Result<FileStream>> CreateAsync(Actor actor)
    {
        if (actor.Lacks(Permission.Admin) is { } refusal)
        {
            return refusal;
        }

        if (Interlocked.Exchange(ref _isBusy, 1) == 1)
        {
            return new Unavailable("another backup is being made; try again");
        }

        try
        {
            return await Task.Run(() => Create(actor)).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }

    private Result<FileStream> Create(Actor actor)
    {
        // A decision of a moment ago is to be in it.
        if (disk.AwaitDisk(s_patience) is { } reason)
        {
            return new Unavailable($"no backup was made: state is not on disk yet ({reason}); try again");
        }

        try
        {
            var backup = StateBackup.Create(Path.GetDirectoryName(store.Path)!, store.CopyTo, settings, clock.WallNow());
            events.Add(new BackupMade(actor.Name, backup.Length));
            audit.Add(new AuditEntry(actor, EventKind.Backup, "", $"a backup of the state and the configuration was made ({backup.Length} octets)"));
            audit.Flush();
            return backup;
        }
        catch (BackupException e)
        {
            return new Unavailable(e.Message);
        }
    }
}
