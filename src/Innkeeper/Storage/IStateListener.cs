namespace Innkeeper.Storage;

/// <summary>Hears of the writer's work, by the writing thread: it returns at once.</summary>
internal interface IStateListener
{
    /// <summary>State is not durable any more, or is again.</summary>
    void HealthChanged(StorageHealth health)
    {
    }

    /// <summary>
    /// Another database came in place of the one that was open, or of none, and nothing is written to it yet: what was not written since the
    /// snapshot that it comes from is missing there.
    /// </summary>
    void Replaced(Replacement replacement)
    {
    }

    /// <summary>A transaction is on disk.</summary>
    /// <param name="isDecision">It holds a decision of the administrator.</param>
    void Committed(bool isDecision)
    {
    }
}
