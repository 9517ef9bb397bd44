using System.Collections.Frozen;
using System.Text.Json;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Storage.Tables;

namespace Innkeeper.Notifications;

/// <summary>One channel: what it wants, how often, what waits, and who sends it. Its methods are the notifier loop's alone.</summary>
/// <param name="kinds">What is told by this channel.</param>
/// <param name="save">Takes changes for the database; does not wait.</param>
internal sealed class NotificationChannel(OutboxChannel channel, IEnumerable<string> kinds, NotificationThrottle throttle, Outbox outbox, Sender sender, Action<OutboxChange> save)
{
    private readonly FrozenSet<string> _kinds = kinds.ToFrozenSet();
    private ThrottleState _kept = throttle.State;

    public OutboxChannel Channel => channel;

    public Outbox Outbox => outbox;

    public Sender Sender => sender;

    public static string NameOf(OutboxChannel channel) => channel == OutboxChannel.Mail ? "mail" : "webhook";

    /// <summary>Null for none, and for what cannot be read.</summary>
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

    public bool Wants(string kind) => _kinds.Contains(kind);

    public void Tell(NewDevice device, DateTimeOffset now)
    {
        if (outbox.HasRoom && throttle.TryTake(now, isArrival: true))
        {
            Add(NewNotice(device.Time, NotificationConfig.Arrival) with { Device = device }, now);
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
            Add(NewNotice(happened.Time, happened.Kind) with { Text = happened.Text }, now);
        }
        else
        {
            throttle.Gather(happened, now);
        }
    }

    /// <summary>What found the queue full.</summary>
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

    public DateTimeOffset? DueAt(DateTimeOffset now) => throttle.DueAt(now);

    public void TakeDigest(DateTimeOffset now)
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
            Add(NewNotice(now, Notification.DigestKind) with { Digest = digest }, now);
        }
    }

    /// <summary>Saves the state of the throttle when it has changed. One call for many notices: it is not small.</summary>
    public void Keep()
    {
        if (!ReferenceEquals(_kept, throttle.State))
        {
            _kept = throttle.State;
            save(new SaveThrottle(new StoredThrottle(channel, JsonSerializer.Serialize(_kept, NotificationContext.Default.ThrottleState))));
        }
    }

    /// <summary>The caller has seen that there is room, and nobody else adds.</summary>
    private void Add(Notification notice, DateTimeOffset now)
    {
        outbox.TryAdd(notice, now);
        sender.Wake();
    }

    private static Notification NewNotice(DateTimeOffset time, string kind) => new(Guid.NewGuid().ToString("N"), time, Environment.MachineName, kind);
}
