using System.Text.Json;
using System.Text.Json.Serialization;

namespace Innkeeper.Management.Contracts;

/// <summary>A new user of the web console.</summary>
/// <param name="Role">"viewer", "operator" or "admin".</param>
internal sealed record NewUser(string? Name = null, string? Role = null, string? Password = null);

/// <summary>A user's new password.</summary>
/// <param name="Old">The present one: users give it for their own, administrators need none for others'.</param>
internal sealed record NewPassword(string? Value = null, string? Old = null);

/// <summary>A new API token.</summary>
/// <param name="For">How long it is valid, such as "90d", or "never" for a token without an end; null: a year.</param>
internal sealed record NewToken(string? Name = null, string? Role = null, string? For = null);

/// <summary>A user signs in.</summary>
internal sealed record Credentials(string? Name = null, string? Password = null);

/// <summary>The first administrator, by the code of the set-up link.</summary>
internal sealed record SetupRequest(string? Code = null, string? Name = null, string? Password = null);

/// <summary>A user of the web console.</summary>
/// <param name="Role">"viewer", "operator" or "admin".</param>
/// <param name="LastSignIn">Null: never.</param>
/// <param name="Disabled">The user cannot sign in.</param>
/// <param name="Version">For If-Match: it changes with each change of the user.</param>
internal sealed record UserReport(string Name, string Role, DateTimeOffset Created, DateTimeOffset? LastSignIn = null, bool Disabled = false, string Version = "");

/// <summary>The users, by name.</summary>
internal sealed record UsersReport(int Schema, IReadOnlyList<UserReport> Users);

/// <summary>An API token, without its value.</summary>
/// <param name="Expires">Null: never.</param>
/// <param name="LastUse">To the minute; null: never.</param>
/// <param name="LastFrom">The address that used it last.</param>
internal sealed record TokenReport(
    string Name, string Role, DateTimeOffset Created, string CreatedBy, DateTimeOffset? Expires = null, DateTimeOffset? LastUse = null, string? LastFrom = null);

/// <summary>The tokens, by name.</summary>
internal sealed record TokensReport(int Schema, IReadOnlyList<TokenReport> Tokens);

/// <summary>A change of users, tokens or sessions that was carried out.</summary>
/// <param name="Name">The user's or token's.</param>
/// <param name="Text">A sentence about the change.</param>
/// <param name="Token">A new token's value: it is shown this once.</param>
/// <param name="DryRun">Nothing was done: the text says what would be.</param>
internal sealed record AccountChange(
    string Name, string Text, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Token = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool DryRun = false);

/// <summary>A link by which the first administrator sets a name and password.</summary>
/// <param name="Path">Without scheme and host: "/#/setup?code=…".</param>
/// <param name="Urls">Whole links, one for each address of the web console; none: it is off.</param>
/// <param name="Expires">When it ends.</param>
internal sealed record SetupLink(int Schema, string Code, string Path, IReadOnlyList<string> Urls, DateTimeOffset Expires);

/// <summary>The client's session, and what it needs to know before there is one.</summary>
/// <param name="Role">"viewer", "operator" or "admin".</param>
/// <param name="Csrf">The value for the header X-Innkeeper-Request.</param>
/// <param name="NeedsSetup">There is no user yet.</param>
/// <param name="Gateway">The name of the machine.</param>
/// <param name="TimeZone">The machine's, by its IANA name.</param>
/// <param name="Version">Of the gateway; empty before the sign-in.</param>
/// <param name="IsFirstRun">`innkeeper setup --web` answers, not a gateway: the console shows the first-run page.</param>
internal sealed record SessionReport(
    int Schema, bool IsSignedIn, string? Name, string? Role, string? Csrf, bool NeedsSetup, string Gateway, string TimeZone, string Version, bool IsFirstRun = false);

/// <summary>One session.</summary>
/// <param name="Number">Names it, to end it.</param>
/// <param name="From">The address of the sign-in.</param>
/// <param name="IsThis">The session of the request.</param>
internal sealed record OwnSessionReport(string Number, DateTimeOffset Since, DateTimeOffset LastSeen, string From, bool IsThis);

/// <summary>The sessions of one user, the latest first.</summary>
internal sealed record SessionsReport(int Schema, IReadOnlyList<OwnSessionReport> Sessions);

/// <summary>A change, and the user or program that made it.</summary>
/// <param name="Number">Rises with every entry.</param>
/// <param name="Kind">Of the actor: "local_user", "process", "person" or "token"; "unknown" for a refused sign-in.</param>
/// <param name="From">"socket", "signal", or the client's address.</param>
/// <param name="What">The operation, such as "device-approve".</param>
/// <param name="Subject">The device's MAC, or the name of the user, token or file.</param>
/// <param name="Before">The fields that changed, with their earlier values.</param>
/// <param name="After">The same fields with their new values.</param>
internal sealed record AuditEntryReport(
    long Number, DateTimeOffset Time, string Actor, string Kind, string From, string What, string Subject, string Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Before = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? After = null);

/// <summary>The audit trail, newest first.</summary>
/// <param name="Next">The cursor for earlier entries; null: there are none.</param>
internal sealed record AuditReport(int Schema, IReadOnlyList<AuditEntryReport> Entries, long? Next);
