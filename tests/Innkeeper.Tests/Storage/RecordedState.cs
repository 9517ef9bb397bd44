using System.Collections.Concurrent;
using Innkeeper.Storage;

namespace Innkeeper.Tests.Storage;

/// <summary>Keeps what a writer tells.</summary>
internal sealed class RecordedState : IStateListener
{
    public ConcurrentQueue<StorageHealth> Changes { get; } = new();

    public ConcurrentQueue<Replacement> Replacements { get; } = new();

    public void HealthChanged(StorageHealth health) => Changes.Enqueue(health);

    public void Replaced(Replacement replacement) => Replacements.Enqueue(replacement);
}
