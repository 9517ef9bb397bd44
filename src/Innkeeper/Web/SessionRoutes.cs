using System.Globalization;
using System.Net;
using Innkeeper.Api;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Microsoft.AspNetCore.Http;

namespace Innkeeper.Web;

/// <summary>Signing in and out: the operations that only a web client has.</summary>
internal static class SessionRoutes
{
    public const string Session = "/v1/session";
    public const string Sessions = "/v1/sessions";
    public const string OneSession = "/v1/sessions/{number}";
    public const string SetUp = "/v1/setup";

    private static readonly ContractsContext s_answers = ContractsContext.Default;
    private static readonly RequestsContext s_requests = RequestsContext.Default;

    public static ApiRoute[] Of(ISessionOperations sessions) =>
    [
        new("getSession", "GET", Session, "The client's session, and whether there is a user yet.", null)
        {
            Response = s_answers.SessionReport,
            AnswerAsync = call => new(ApiAnswer.Of(sessions.Describe(AccessOf(call)), s_answers.SessionReport)),
        },
        new("signIn", "POST", Session, "Signs in: sets the session's cookie.", null)
        {
            Request = s_requests.Credentials,
            Response = s_answers.SessionReport,
            AnswerAsync = async call =>
            {
                var read = await call.ReadAsync(s_requests.Credentials).ConfigureAwait(false);
                return read.IsOk ? AnswerOf(sessions, call, await sessions.SignInAsync(read.Value, FromOf(call)).ConfigureAwait(false)) : ApiAnswer.Of(read.Failure);
            },
        },
        new("signOut", "DELETE", Session, "Ends the session.", null)
        {
            Response = s_answers.SessionReport,
            AnswerAsync = async call =>
            {
                await sessions.SignOutAsync(SessionCookie.Read(call.Context), FromOf(call)).ConfigureAwait(false);
                return ApiAnswer.Of(sessions.Describe(null), s_answers.SessionReport) with { Cookies = [SessionCookie.Cleared(call.Context)] };
            },
        },
        new("setUp", "POST", SetUp, "Makes the first administrator, with the code of the set-up link, and signs in.", null)
        {
            Request = s_requests.SetupRequest,
            Response = s_answers.SessionReport,
            AnswerAsync = async call =>
            {
                var read = await call.ReadAsync(s_requests.SetupRequest).ConfigureAwait(false);
                return read.IsOk ? AnswerOf(sessions, call, await sessions.SetUpAsync(read.Value, FromOf(call)).ConfigureAwait(false)) : ApiAnswer.Of(read.Failure);
            },
        },
        ApiRoutes.Get(
            "listSessions", Sessions, "Your sessions.", Permission.Viewer, s_answers.SessionsReport, call => sessions.List(call.Actor, SessionCookie.Read(call.Context))),
        ApiRoutes.Operation(
            "endSession", "DELETE", OneSession, "Ends one of your sessions.", Permission.Viewer, s_answers.AccountChange, call => sessions.EndAsync(call.Actor, call.Path("number"))),
    ];

    private static Access? AccessOf(ApiCall call) => call.Context.Features.Get<Access>();

    private static IPAddress FromOf(ApiCall call) => call.Context.Connection.RemoteIpAddress ?? IPAddress.None;

    private static ApiAnswer AnswerOf(ISessionOperations sessions, ApiCall call, Result<SignedIn> result) => result.IsOk
        ? ApiAnswer.Of(sessions.Describe(result.Value.Access), s_answers.SessionReport) with { Cookies = [SessionCookie.Set(call.Context, result.Value)] }
        : ApiAnswer.Of(result.Failure);
}

/// <summary>
/// The session's cookie: sent to this server alone (SameSite=Strict), and not to scripts. Under TLS its name begins with "__Host-", so that no other
/// port and no neighbouring host can set it (RFC 6265bis section 4.1.3.2).
/// </summary>
internal static class SessionCookie
{
    private const string Plain = "innkeeper";
    private const string Secured = "__Host-innkeeper";

    public static string? Read(HttpContext context) => context.Request.Cookies[NameOf(context)];

    public static string Set(HttpContext context, SignedIn session) =>
        $"{NameOf(context)}={session.Id}; Path=/; Expires={session.Ends.ToString("R", CultureInfo.InvariantCulture)}; {AttributesOf(context)}";

    public static string Cleared(HttpContext context) => $"{NameOf(context)}=; Path=/; Max-Age=0; {AttributesOf(context)}";

    private static string NameOf(HttpContext context) => context.Request.IsHttps ? Secured : Plain;

    private static string AttributesOf(HttpContext context) => context.Request.IsHttps ? "HttpOnly; SameSite=Strict; Secure" : "HttpOnly; SameSite=Strict";
}
