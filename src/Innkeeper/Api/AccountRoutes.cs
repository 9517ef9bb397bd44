using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Api;

/// <summary>Users, tokens, and the trail of changes.</summary>
internal static class AccountRoutes
{
    private static readonly ContractsContext s_answers = ContractsContext.Default;

    public static ApiRoute[] Of(GatewayOperations gateway) =>
    [
        ApiRoutes.Get("listAudit", Routes.Audit, "Every change with the user or program that made it, and refused sign-ins; newest first.", Permission.Admin, s_answers.AuditReport, call => List(gateway.Audit, call)) with
        {
            Parameters =
            [
                new("last", $"How many; from 1 to {AuditFilter.MostEntries}. {AuditFilter.UsualEntries} if it is left out.", ApiParameterType.Number),
                new("before", "Only entries with smaller numbers: `next` of the report before.", ApiParameterType.Number),
                new("actor", "Only what this user or token did."),
                new("device", "Only entries about this device, as devices are named elsewhere, or about this user or token."),
                new("text", "Only entries with this in their operation, subject, sentence or fields."),
            ],
        },
    ];

    private static Result<AuditReport> List(IAuditQueries audit, ApiCall call)
    {
        if ((call.Number("last", AuditFilter.UsualEntries, out var last) ?? call.Number("before", null, out _)) is { } wrong)
        {
            return wrong;
        }

        call.Number("before", null, out var before);
        return audit.List(call.Actor, new AuditFilter(ApiRoutes.Count(last), before, call.Query("actor"), call.Query("device"), call.Query("text")));
    }
}
