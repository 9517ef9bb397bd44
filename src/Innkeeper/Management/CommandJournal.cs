using Innkeeper.ControlPlane;

namespace Innkeeper.Management;

/// <summary>Notes commands as events with the actor's name, and waits for the disk.</summary>
internal sealed class CommandJournal(EventLog events, IDurability disk, TimeProvider clock)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public DateTimeOffset Now => clock.GetUtcNow();

    public void Add(string verb, string text, Actor actor, string? reason = null) =>
        events.Add($"device-{verb}", $"{text} (by {actor.Name}{(reason is { Length: > 0 } ? $": {reason}" : "")})");

    /// <returns>Why what was noted is not on disk yet; null: it is.</returns>
    public Task<string?> AwaitDiskAsync() => Task.Run(() => disk.AwaitDisk(s_patience));
}
