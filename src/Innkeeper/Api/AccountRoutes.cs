using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Api;

/// <summary>Users, tokens, and the trail of changes.</summary>
internal static class AccountRoutes
{
    private static readonly ContractsContext s_answers = ContractsContext.Default;
    private static readonly RequestsContext s_requests = RequestsContext.Default;

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
        .. UserRoutes(gateway.Users),
        .. TokenRoutes(gateway.Tokens),
    ];

    private static ApiRoute[] UserRoutes(IUserOperations users) =>
    [
        ApiRoutes.Get("listUsers", Routes.Users, "The users of the web console.", Permission.Admin, s_answers.UsersReport, call => users.List(call.Actor)),
        ApiRoutes.Write("addUser", "POST", Routes.Users, "Adds a user who signs in with a password.", Permission.Admin, s_requests.NewUser, s_answers.AccountChange, (call, user, options) => users.AddAsync(call.Actor, user, options)),
        ApiRoutes.Write(
            "setUserRole", "PUT", Routes.UserRole, "Gives a user another role: viewer, operator or admin. The user's sessions end.", Permission.Admin, s_requests.Setting, s_answers.AccountChange,
            (call, role, options) => users.SetRoleAsync(call.Actor, call.Path("user"), role, options)),
        ApiRoutes.Write(
            "setUserPassword", "PUT", Routes.UserPassword, "Gives a user another password. The user's sessions end. Users change their own with the old one; others' need an admin.",
            Permission.Viewer, s_requests.NewPassword, s_answers.AccountChange, (call, password, options) => users.SetPasswordAsync(call.Actor, call.Path("user"), password, options)),
        ApiRoutes.Write(
            "setUserDisabled", "PUT", Routes.UserDisabled, "Keeps a user out (\"true\"), or lets the user sign in again (\"false\").", Permission.Admin, s_requests.Setting, s_answers.AccountChange,
            (call, isDisabled, options) => users.SetDisabledAsync(call.Actor, call.Path("user"), isDisabled, options)),
        ApiRoutes.Write("deleteUser", "DELETE", Routes.User, "Deletes a user.", Permission.Admin, s_answers.AccountChange, (call, options) => users.DeleteAsync(call.Actor, call.Path("user"), options)),
        ApiRoutes.Operation(
            "makeSetupLink", "POST", Routes.SetupLink, "Makes the link by which the first administrator sets a name and password.", Permission.Admin, s_answers.SetupLink,
            call => users.MakeLinkAsync(call.Actor)),
    ];

    private static ApiRoute[] TokenRoutes(ITokenOperations tokens) =>
    [
        ApiRoutes.Get("listTokens", Routes.Tokens, "The API tokens, without their values.", Permission.Admin, s_answers.TokensReport, call => tokens.List(call.Actor)),
        ApiRoutes.Write(
            "createToken", "POST", Routes.Tokens, "Makes an API token. Its value is in this answer and nowhere else.", Permission.Admin, s_requests.NewToken, s_answers.AccountChange,
            (call, token, options) => tokens.CreateAsync(call.Actor, token, options)),
        ApiRoutes.Write("deleteToken", "DELETE", Routes.Token, "Makes an API token void.", Permission.Admin, s_answers.AccountChange, (call, options) => tokens.DeleteAsync(call.Actor, call.Path("token"), options)),
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
