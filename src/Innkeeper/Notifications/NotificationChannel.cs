using System.Collections.Frozen;
using System.Text.Json;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Storage.Tables;

namespace Innkeeper.Notifications;

/// <summary>One channel: its kinds of events, its throttle, its outbox, and its sender. Only the notifier's loop calls its methods.</summary>
/// <param name="kinds">The kinds of events that this channel reports.</param>
/// <param name="save">Takes changes for the database; does not wait.</param>
/// <param name="console">Where people reach the console ([web] url); "": that is not known.</param>
internal sealed class NotificationChannel(
    OutboxChannel channel, IEnumerable<string> kinds, NotificationThrottle throttle, Outbox outbox, Sender sender, Action<OutboxChange> save, string console = "")
{
    private readonly FrozenSet<string> _kinds = kinds.ToFrozenSet();
    private ThrottleState _saved = throttle.State;

    public OutboxChannel Channel => channel;

    public Outbox Outbox => outbox;

    public Sender Sender => sender;

    public static string NameOf(OutboxChannel channel) => channel == OutboxChannel.Mail ? "mail" : "webhook";

    /// <summary>Null: none, or not readable.</summary>
    public static ThrottleState? Read(StoredThrottle? stored)
    {
        try
        {
            return stored is null ? null : JsonSerializer.Deserialize(stored.Content, NotificationContext.Default.ThrottleState);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Everything so far has been sent, and nothing was given up. Any thread may ask.</summary>
    public bool IsDelivered => throttle.State.Open is null or { IsEmpty: true } && outbox.State is { Waiting: 0, Dead: 0 };

    public bool Wants(string kind) => _kinds.Contains(kind);

    public void Tell(NewDevice device, DateTimeOffset now)
    {
        if (outbox.HasRoom && throttle.TryTake(now, isArrival: true))
        {
            Add(NewNotification(device.Time, NotificationConfig.Arrival) with { Device = device, Url = Page($"devices/{device.Mac}") }, now);
        }
        else
        {
            throttle.Gather(device, now);
        }
    }

    public void Tell(Event happened, DateTimeOffset now)
    {
        if (outbox.HasRoom && throttle.TryTake(now, isArrival: false))
        {
            Add(NewNotification(happened.Time, happened.Kind) with { Text = happened.Text, Url = Page("events") }, now);
        }
        else
        {
            throttle.Gather(happened, now);
        }
    }

    /// <summary>The number of things that found the queue full.</summary>
    public void TellMissed(int arrivals, IReadOnlyDictionary<string, int> events, DateTimeOffset now)
    {
        var wanted = events.Where(e => Wants(e.Key)).ToDictionary();
        if (!Wants(NotificationConfig.Arrival))
        {
            arrivals = 0;
        }

        if (arrivals > 0 || wanted.Count > 0)
        {
            throttle.GatherMissed(arrivals, wanted, now);
        }
    }

    /// <summary>The next summary does not name the device. Messages that were made before are deleted too: one may have been made meanwhile.</summary>
    public void Erase(ErasedDevice device)
    {
        throttle.Erase(device);
        outbox.RemoveAll(m => device.IsIn(m.Content));
    }

    public DateTimeOffset? DueAt(DateTimeOffset now) => throttle.DueAt(now);

    /// <param name="toWall">Converts a time to the wall clock's.</param>
    public void TakeDigest(DateTimeOffset now, Func<DateTimeOffset, DateTimeOffset> toWall)
    {
        if (throttle.DueAt(now) is not { } due || due > now)
        {
            return;
        }

        if (!outbox.HasRoom)
        {
            throttle.PutOff(now);
        }
        else if (throttle.TakeDigest(now) is { } digest)
        {
            Add(NewNotification(toWall(now), Notification.DigestKind) with { Digest = digest with { Since = toWall(digest.Since), Until = toWall(digest.Until) }, Url = Page(digest.Waiting > 0 ? "devices?state=held" : "devices") }, now);
        }
    }

    /// <summary>Saves the throttle's state if it has changed. One call for many notifications: the state is not small.</summary>
    public void Save()
    {
        if (!ReferenceEquals(_saved, throttle.State))
        {
            _saved = throttle.State;
            save(new SaveThrottle(new StoredThrottle(channel, JsonSerializer.Serialize(_saved, NotificationContext.Default.ThrottleState))));
        }
    }

    /// <summary>The caller has checked that there is room, and no other thread adds.</summary>
    private void Add(Notification notification, DateTimeOffset now)
    {
        outbox.TryAdd(notification, now);
        sender.Wake();
    }

    private string? Page(string place) => console == "" ? null : $"{console}/#/{place}";

    private static Notification NewNotification(DateTimeOffset time, string kind) => new(Guid.NewGuid().ToString("N"), time, Environment.MachineName, kind);
}
