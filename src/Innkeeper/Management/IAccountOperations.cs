using System.Net;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>The users of the web console and of the API. Names do not differ by case.</summary>
internal interface IUserOperations
{
    /// <summary>All users, by name.</summary>
    Result<UsersReport> List(Actor actor);

    /// <summary>Adds a user who signs in with a password.</summary>
    ValueTask<Result<AccountChange>> AddAsync(Actor actor, NewUser user, bool dryRun = false);

    /// <summary>Gives a user another role. The user's sessions end.</summary>
    ValueTask<Result<AccountChange>> SetRoleAsync(Actor actor, string name, Setting role, bool dryRun = false);

    /// <summary>Gives a user another password. The user's sessions end. Users change their own with the old one.</summary>
    ValueTask<Result<AccountChange>> SetPasswordAsync(Actor actor, string name, NewPassword password, bool dryRun = false);

    /// <summary>Keeps a user out, with the account and its history kept, or lets the user in again ("true" or "false").</summary>
    ValueTask<Result<AccountChange>> SetDisabledAsync(Actor actor, string name, Setting isDisabled, bool dryRun = false);

    ValueTask<Result<AccountChange>> DeleteAsync(Actor actor, string name, bool dryRun = false);

    /// <summary>A new link by which the first administrator sets a name and password. The link before it is void.</summary>
    ValueTask<Result<SetupLink>> MakeLinkAsync(Actor actor);
}

/// <summary>The tokens with which programs use the API.</summary>
internal interface ITokenOperations
{
    /// <summary>All tokens, by name, without their values.</summary>
    Result<TokensReport> List(Actor actor);

    /// <summary>Makes a token. Its value is in the answer and nowhere else.</summary>
    ValueTask<Result<AccountChange>> CreateAsync(Actor actor, NewToken token, bool dryRun = false);

    ValueTask<Result<AccountChange>> DeleteAsync(Actor actor, string name, bool dryRun = false);
}

/// <summary>A client that was recognized, by its session or token.</summary>
/// <param name="Csrf">The value that the header X-Innkeeper-Request must have in a request that changes something; null: a token, which needs none.</param>
/// <param name="Ended">Cancelled when the session or token ends: streams end with it.</param>
internal sealed record Access(Actor Actor, string? Csrf, CancellationToken Ended);

/// <summary>A new session.</summary>
/// <param name="Id">For the cookie. It is kept as a hash only.</param>
/// <param name="Ends">When it ends at the latest, by the wall clock.</param>
internal sealed record SignedIn(string Id, Access Access, DateTimeOffset Ends);

/// <summary>Finds the user or token behind a request to the web listener. Sessions and tokens are found in memory: no method but those that sign in waits for a disk.</summary>
internal interface ISessionOperations
{
    /// <summary>Checks a name and password. After failures it makes the client wait (<see cref="Throttled"/>).</summary>
    ValueTask<Result<SignedIn>> SignInAsync(Credentials credentials, IPAddress from);

    /// <summary>Makes the first administrator, for the client that has the code of the set-up link, and signs in.</summary>
    ValueTask<Result<SignedIn>> SetUpAsync(SetupRequest request, IPAddress from);

    /// <summary>The session of a cookie; null: it has ended, or there never was one.</summary>
    Access? Find(string? id, IPAddress from);

    /// <summary>The token of an Authorization header; null: there is none with this value.</summary>
    Access? FindToken(string? value, IPAddress from);

    /// <summary>Whether a request's header X-Innkeeper-Request belongs to its session. Takes the same time for every value.</summary>
    bool IsGenuine(Access access, string? header);

    /// <summary>Ends the session of a cookie.</summary>
    ValueTask SignOutAsync(string? id, IPAddress from);

    /// <summary>The session as its client may know it.</summary>
    /// <param name="access">Null: not signed in.</param>
    SessionReport Describe(Access? access);

    /// <summary>The sessions of the actor.</summary>
    /// <param name="id">The cookie's, to mark it; null: none.</param>
    Result<SessionsReport> List(Actor actor, string? id);

    /// <summary>Ends a session of the actor.</summary>
    /// <param name="number">As in <see cref="List"/>.</param>
    ValueTask<Result<AccountChange>> EndAsync(Actor actor, string number, bool dryRun = false);
}
