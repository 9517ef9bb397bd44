namespace Innkeeper.Management.Contracts;

/// <summary>An export of events, audit trail and mapping log.</summary>
/// <param name="To">The collector or file.</param>
/// <param name="What">"events", "audit", "mappings".</param>
/// <param name="Exported">Records that the collector has taken, since the start.</param>
/// <param name="Lost">Records that were lost because too many waited, since the start.</param>
/// <param name="Waiting">Records that wait.</param>
/// <param name="WaitingOctets">Of them on disk.</param>
/// <param name="Failure">Why the collector does not take records; null: it does, or the failure is not long yet. Text of another host.</param>
/// <param name="FailingSince">When that began.</param>
/// <param name="SpoolFailure">Why records that wait cannot be written to disk; null: they can.</param>
internal sealed record ExportReport(
    string Name, string To, IReadOnlyList<string> What, long Exported, long Lost, long Waiting, long WaitingOctets, string? Failure = null, DateTimeOffset? FailingSince = null, string? SpoolFailure = null);
