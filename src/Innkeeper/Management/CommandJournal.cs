using Innkeeper.Clocks;
using Innkeeper.ControlPlane;
using Innkeeper.Events;

namespace Innkeeper.Management;

/// <summary>Notes commands as events with the actor's name, and waits for the disk.</summary>
internal sealed class CommandJournal(EventLog events, IDurability disk, TimeProvider clock)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>The same time by the wall clock.</summary>
    public DateTimeOffset? WallAt(DateTimeOffset? time) => clock.ToWall(time);

    /// <returns>A sentence about the change.</returns>
    public string Add(DeviceDecision decision)
    {
        events.Add(decision);
        return EventText.OutcomeOf(decision);
    }

    /// <returns>Why the event is not on disk yet; null: it is.</returns>
    public Task<string?> AwaitDiskAsync() => Task.Run(() => disk.AwaitDisk(s_patience));
}
