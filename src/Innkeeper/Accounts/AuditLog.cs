using System.Text.Json;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Accounts;

/// <summary>The audit trail, for administrators.</summary>
/// <param name="macOf">The MAC of a device by any of its names; null: there is no such device.</param>
internal sealed class AuditLog(AccountStore store, Func<string, string?> macOf) : IAuditQueries
{
    private const int Schema = 1;

    public Result<AuditReport> List(Actor actor, AuditFilter filter)
    {
        if (actor.Lacks(Permission.Admin) is { } refusal)
        {
            return refusal;
        }

        if (filter.Last is < 1 or > AuditFilter.MostEntries)
        {
            return new Invalid("last", $"{filter.Last}", $"a number of entries from 1 to {AuditFilter.MostEntries}");
        }

        // One more than asked for: it tells whether there are earlier ones.
        var read = store.ReadAudit(filter with { Last = filter.Last + 1 }, filter.Device is { } device ? macOf(device) ?? device : null);
        return !read.IsOk ? read.Failure
            : new AuditReport(Schema, [.. read.Value.Take(filter.Last).Select(ReportOf)], read.Value.Count > filter.Last ? read.Value[filter.Last - 1].Number : null);
    }

    private static AuditEntryReport ReportOf(StoredAudit e) => new(
        e.Number, e.Time, e.Actor, KindOf(e), e.From, e.What, e.Subject, e.Text, FieldsOf(e.Before), FieldsOf(e.After));

    private static string KindOf(StoredAudit e) => e.IsRefusal ? "unknown" : e.Kind switch
    {
        ActorKind.LocalUser => "local_user",
        ActorKind.Person => "person",
        ActorKind.Token => "token",
        _ => "process",
    };

    /// <summary>Null as well for a text that another program put there.</summary>
    internal static JsonElement? FieldsOf(string? text)
    {
        try
        {
            return text is null ? null : JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
