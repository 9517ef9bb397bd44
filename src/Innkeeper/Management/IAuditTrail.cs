using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>A change, or the refusal of a sign-in, for the audit trail.</summary>
/// <param name="Who">With where the request came from.</param>
/// <param name="What">Names the operation: "device-approve", "user-add". Scripts match it: names are only added.</param>
/// <param name="Subject">The device's MAC, or the name of the user, token or file; empty: the gateway itself.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Before">The fields that changed, as a JSON object with their earlier values; null: none. <see cref="AuditFields"/> makes it.</param>
/// <param name="After">The same fields with their new values.</param>
internal sealed record AuditEntry(Actor Who, string What, string Subject, string Text, string? Before = null, string? After = null)
{
    /// <summary>No change was made: the entry is kept apart, so that a client without rights cannot push the changes out of the trail.</summary>
    public bool IsRefusal { get; init; }
}

/// <summary>Keeps every change with the user or program that made it.</summary>
internal interface IAuditTrail
{
    /// <summary>Returns at once: any thread may call it, the control plane's too.</summary>
    void Add(AuditEntry entry);

    /// <summary>Writes what was added so far to disk. It waits for the disk: not for the control plane's thread.</summary>
    /// <returns>Why it is not on disk; null: it is.</returns>
    string? Flush();
}

/// <summary>Which entries of the audit trail are wanted; each null: any.</summary>
/// <param name="Last">At most so many, from 1 to 1000.</param>
/// <param name="Before">Only entries with smaller numbers: the cursor of the report before.</param>
/// <param name="Actor">The name of the user or token.</param>
/// <param name="Device">A device as in queries, or another subject.</param>
/// <param name="Text">Is in the operation's name, the subject, the sentence or the changed fields.</param>
internal sealed record AuditFilter(int Last = AuditFilter.UsualEntries, long? Before = null, string? Actor = null, string? Device = null, string? Text = null)
{
    public const int UsualEntries = 100;
    public const int MostEntries = 1000;
}

/// <summary>The audit trail, for administrators.</summary>
internal interface IAuditQueries
{
    /// <summary>The latest entries that fit, newest first.</summary>
    Result<AuditReport> List(Actor actor, AuditFilter filter);
}
