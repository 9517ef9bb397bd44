using Innkeeper.Accounts;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.Dns.Sockets;
using Innkeeper.Events;
using Innkeeper.Guests;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Notifications;
using Innkeeper.Policy;
using Innkeeper.Series;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;

namespace Innkeeper.Hosting;

/// <summary>Where this process keeps data about devices, beside their records.</summary>
internal static class ErasedParts
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public static IReadOnlyList<ErasedPart> Of(
        Func<ControlCore> control, EventLog events, EventStream stream, StateWriter writer, StateStore store, SnapshotKeeper snapshots, AccountStore accounts, GuestStore guests, Notifier? notifier, SeriesService series,
        DnsService? dns, Exporting exports, Func<VolumeMeter> volumes) =>
    [
        new("record, addresses and leases", device => InControl(control(), () => control().Erase(device.Mac))),
        new("used volume", device => volumes().Erase(device.Mac)),
        new("events", device => EraseEvents(device, events, stream, writer)),
        new("messages", device => notifier?.Erase(device)),
        new("uses of vouchers and rooms, accepted terms", device => guests.Erase(device.Mac)),
        new("fields of the audit trail", accounts.EraseAudit),
        new("series", device => series.Erase(device.Mac)),
        new("DNS questions", _ => Wait(dns?.ForgetQuestionsAsync() ?? Task.CompletedTask)),
        new("waiting exports", exports.Erase),
        new("database and its snapshots", _ =>
        {
            Demand(writer.Flush(s_patience));
            store.Checkpoint();
            snapshots.Renew();
        }),
    ];

    /// <summary>Records that the law about logs may demand, and those that have left the gateway.</summary>
    public static IReadOnlyList<StayReport> StaysOf(InnkeeperConfig config, TimeProvider clock)
    {
        var now = clock.WallNow();
        DateTimeOffset? After(TimeSpan kept) => kept == TimeSpan.Zero ? null : now + kept;

        return
        [
            new("the audit trail: which user acted on this MAC, when and from where", After(config.Retention.Audit)),
            .. config.Napt.Log is "" ? Array.Empty<StayReport>() : [new($"the mapping log ({config.Napt.Log}): which outside address or ports this MAC had, and when", After(config.Retention.Mappings))],
            .. config.Exports.Where(e => e.To!.Way == ExportWay.File).Select(e => new StayReport($"the export {e.Name}: lines of {e.To!.Path}", After(e.Keep))),
            .. config.Exports.Where(e => e.To!.Way != ExportWay.File).Select(e => new StayReport($"the export {e.Name}: records that {e.To} has taken, and mappings that wait for it", null)),
            new("backups that you made, and mails and webhook messages that were sent", null),
        ];
    }

    private static void EraseEvents(ErasedDevice device, EventLog events, EventStream stream, StateWriter writer)
    {
        events.Erase(e => e.What.About.Mac == device.Mac || device.IsIn(e.Text));
        stream.Erase(e => e.Mac == device.Mac.ToString() || device.IsIn(e.Text));
        writer.Enqueue(new EraseEvents(device));
    }

    private static void InControl(ControlCore control, Action action) => Wait(control.Inbox.RunAsync(() =>
    {
        action();
        return true;
    }));

    private static void Wait(Task task) => task.WaitAsync(s_patience).GetAwaiter().GetResult();

    private static void Demand(bool isWritten)
    {
        if (!isWritten)
        {
            throw new StorageException("the disk is slow or cannot be written");
        }
    }
}
