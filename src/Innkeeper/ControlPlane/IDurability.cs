namespace Innkeeper.ControlPlane;

/// <summary>Whether what was remembered is on disk.</summary>
internal interface IDurability
{
    /// <summary>Waits until all that was saved so far is on disk.</summary>
    /// <returns>Null; or, if it took longer than <paramref name="patience"/>, why.</returns>
    string? AwaitDisk(TimeSpan patience);
}
