using Innkeeper.Clocks;
using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>Notes commands about devices, as events with the actor's name and in the audit trail, and waits for the disk.</summary>
internal sealed class CommandJournal(EventLog events, IDurability disk, IAuditTrail audit, TimeProvider clock)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>The same time by the wall clock.</summary>
    public DateTimeOffset? WallAt(DateTimeOffset? time) => clock.ToWall(time);

    /// <param name="before">The device's record; null: there was none.</param>
    /// <param name="after">Its record now; null: there is none any more.</param>
    /// <returns>A sentence about the change.</returns>
    public string Add(Actor actor, DeviceDecision decision, DeviceRecord? before, DeviceRecord? after)
    {
        events.Add(decision);
        return AddToTrail(actor, decision, before, after);
    }

    /// <summary>As <see cref="Add(Actor, DeviceDecision, DeviceRecord, DeviceRecord)"/>, without an event of its own: the whole order has one.</summary>
    public string AddToTrail(Actor actor, DeviceDecision decision, DeviceRecord? before, DeviceRecord? after)
    {
        var text = EventText.OutcomeOf(decision);
        var (earlier, later) = AuditFields.Of(before, after, time => clock.ToWall(time));
        audit.Add(new AuditEntry(actor, decision.Kind, decision.Device.Mac.ToString(), text, earlier, later));
        return text;
    }

    /// <summary>The order to erase a device: the event does not name it, and the audit trail has its MAC only.</summary>
    public void AddErasure(Actor actor, MacAddress mac)
    {
        events.Add(new DeviceErased(actor.Name));
        audit.Add(new AuditEntry(actor, "device-erase", mac.ToString(), "was erased"));
    }

    /// <summary>An order about many devices.</summary>
    public void Add(DevicesOrdered order) => events.Add(order);

    /// <returns>Why the event is not on disk yet; null: it is.</returns>
    public Task<string?> AwaitDiskAsync() => Task.Run(() => disk.AwaitDisk(s_patience) ?? (audit.Flush() is { } reason ? $"the audit trail waits: {reason}" : null));
}
