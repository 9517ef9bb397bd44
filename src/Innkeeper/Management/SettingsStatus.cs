using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>Which settings are in force, by number: 1 at the first start, and one more for each reload that took new ones.</summary>
/// <param name="number">This process's settings.</param>
/// <param name="failure">Why the settings of that number could not be started and the previous ones are in force; null: they were started.</param>
/// <param name="isTakingOver">Whether this process still holds sockets of the process that it replaces.</param>
/// <param name="pending">The change that waits for its confirmation; null: none.</param>
internal sealed class SettingsStatus(int number, string? failure, Func<bool> isTakingOver, Func<PendingReport?> pending)
{
    private volatile string? _failure = failure;

    public int Number => number;

    /// <summary>
    /// The report for clients. During the takeover it still has the number of the previous settings: a client that waits for the new
    /// ones waits until the sockets that they do not use are closed.
    /// </summary>
    public SettingsReport Report => new(isTakingOver() ? number - 1 : number, _failure, pending());

    /// <summary>The file has the settings that are in force again: the failure of others is over.</summary>
    public void Forgive() => _failure = null;
}

/// <summary>The memory that the process's control group allows, and how much is used. Read by any thread.</summary>
internal interface IMemoryStatus
{
    /// <summary>Octets.</summary>
    (long Used, long Limit) Now { get; }

    /// <summary>0: enough; otherwise the gateway keeps less than it is set to.</summary>
    int Level { get; }
}
