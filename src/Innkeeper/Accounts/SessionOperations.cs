using System.Net;
using Innkeeper.Clocks;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Accounts;

/// <summary>Signing in and out, and finding the session or token of a request.</summary>
/// <param name="isFirstRun">`innkeeper setup --web` serves it.</param>
internal sealed class SessionOperations(
    AccountStore store, Passwords passwords, SignInGuard guard, SignInRefusals refusals, TimeProvider clock, bool isFirstRun = false) : ISessionOperations
{
    private const int Schema = 1;

    /// <summary>How exactly times of last use are kept: each is a write to the disk.</summary>
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    /// <summary>No user has it: attempts with impossible names are counted together.</summary>
    private const string NoName = "?";

    /// <summary>As above, of attempts to set up.</summary>
    private const string SetupName = "?setup";

    private static readonly string s_version = typeof(SessionOperations).Assembly.GetName().Version!.ToString(3);

    /// <summary>The same for a wrong name and a wrong password: it does not tell which users there are.</summary>
    private static readonly Unauthenticated s_wrong = new("the name or the password is wrong");

    private static readonly Unauthenticated s_wrongLink = new("this link is not valid: it was used, has expired, or a newer one was made; `innkeeper user link` on the gateway prints a new one");

    private static readonly Throttled s_busy = new(1, "too many passwords are being checked at this moment");

    public async ValueTask<Result<SignedIn>> SignInAsync(Credentials credentials, IPAddress from)
    {
        if (credentials is not { Name: { } name, Password: { } password })
        {
            return new Invalid(credentials.Name is null ? "name" : "password", null, credentials.Name is null ? "the user's name" : "the user's password");
        }

        if (!store.IsKnown)
        {
            return new Unavailable(store.Failure ?? "the accounts cannot be read");
        }

        var place = Place.Of(from);
        var user = store.State.Users.GetValueOrDefault(name);
        var isKnown = user is not null && store.State.Knows(user.Name, place);
        var key = AccountValues.IsName(name) ? name : NoName;
        if (guard.Begin(place, key, isKnown) is { } wait)
        {
            return Wait(wait);
        }

        if (passwords.TryVerify(user?.Password, password, isKnown) is not { } checking)
        {
            guard.Withdraw(place, key, isKnown);
            return s_busy;
        }

        var result = await checking.ConfigureAwait(false);
        if (result == PasswordResult.Wrong || user!.IsDisabled)
        {
            return Refuse(user, from, guard.FailuresOf(place, key, isKnown));
        }

        guard.Succeed(place, key, isKnown);
        var hash = result == PasswordResult.RightButOld && passwords.TryHash(password) is { } hashing ? await hashing.ConfigureAwait(false) : user.Password;
        return Begin(user.Name, from, "sign-in", $"{user.Name} signed in", state =>
            state.Users.TryGetValue(user.Name, out var current) && current.Password == user.Password && !current.IsDisabled ? state.With(current with { Password = hash }) : s_wrong);
    }

    public async ValueTask<Result<SignedIn>> SetUpAsync(SetupRequest request, IPAddress from)
    {
        if (!store.IsKnown)
        {
            return new Unavailable(store.Failure ?? "the accounts cannot be read");
        }

        var place = Place.Of(from);
        if (guard.Begin(place, SetupName, isKnown: false) is { } wait)
        {
            return Wait(wait);
        }

        if (!IsOpen(store.State, request.Code))
        {
            refusals.Note(null, Place.TextOf(from), guard.FailuresOf(place, SetupName, isKnown: false));
            store.Flush();
            return s_wrongLink;
        }

        // The code is right: mistakes in the rest cost no wait.
        guard.Succeed(place, SetupName, isKnown: false);
        if ((AccountValues.CheckName(request.Name) ?? Passwords.Check(request.Password, request.Name!)) is { } wrong)
        {
            return wrong;
        }

        if (passwords.TryHash(request.Password!) is not { } hashing)
        {
            return s_busy;
        }

        var admin = new User(request.Name!, Permission.Admin, await hashing.ConfigureAwait(false), clock.GetUtcNow());
        return Begin(admin.Name, from, "setup", $"{admin.Name} is the first administrator, by the set-up link", state =>
            IsOpen(state, request.Code) && !state.Users.ContainsKey(admin.Name) ? state.With(admin) : s_wrongLink, isOptional: false);
    }

    public Access? Find(string? id, IPAddress from)
    {
        var (state, now) = (store.State, clock.GetUtcNow());
        if (SecretText.HashOf(id) is not { } hash || !state.Sessions.TryGetValue(hash, out var session) || !session.IsValid(now)
            || !state.Users.TryGetValue(session.User, out var user) || user.IsDisabled)
        {
            return null;
        }

        if (now - session.LastSeen >= s_minute)
        {
            store.Touch(known => known.Sessions.TryGetValue(hash, out var kept) ? known with { Sessions = known.Sessions.SetItem(hash, kept with { LastSeen = now }) } : known);
        }

        return AccessOf(user, id!, hash, from);
    }

    public Access? FindToken(string? value, IPAddress from)
    {
        var now = clock.GetUtcNow();
        if (!SecretText.IsToken(value) || SecretText.HashOf(value) is not { } hash || store.State.TokenOf(hash) is not { } token || !token.IsValid(now))
        {
            return null;
        }

        var address = Place.TextOf(from);
        if (now - (token.LastUse ?? DateTimeOffset.MinValue) >= s_minute)
        {
            store.Touch(known => known.Tokens.TryGetValue(token.Name, out var kept) && kept.Hash == hash
                ? known with { Tokens = known.Tokens.SetItem(token.Name, kept with { LastUse = now, LastFrom = address }) }
                : known);
        }

        return new Access(new Actor($"token {token.Name}", ActorKind.Token, token.Role, address), null, store.EndOf(hash));
    }

    public bool IsGenuine(Access access, string? header) => access.Csrf is null || (header is not null && SecretText.AreEqual(access.Csrf, header));

    public ValueTask SignOutAsync(string? id, IPAddress from)
    {
        if (SecretText.HashOf(id) is { } hash && store.State.Sessions.TryGetValue(hash, out var session))
        {
            End(hash, new Actor(session.User, ActorKind.Person, Permission.Viewer, Place.TextOf(from)), "sign-out", $"{session.User} signed out");
        }

        return default;
    }

    public SessionReport Describe(Access? access) => new(
        Schema, access is not null, access?.Actor.Name, access is null ? null : Actor.NameOf(access.Actor.Permission), access?.Csrf, store.IsKnown && !store.State.HasAdmin,
        Environment.MachineName, TimeZoneInfo.Local.Id, access is null ? "" : s_version, isFirstRun);

    public Result<SessionsReport> List(Actor actor, string? id)
    {
        var own = SecretText.HashOf(id);
        return new SessionsReport(Schema, [.. SessionsOf(actor).Select(s => new OwnSessionReport(s.Number, clock.ToWall(s.Created), clock.ToWall(s.LastSeen), s.From, s.Hash == own))]);
    }

    public ValueTask<Result<AccountChange>> EndAsync(Actor actor, string number, WriteOptions? options = null)
    {
        if (SessionsOf(actor).FirstOrDefault(s => s.Number == number) is not { } session)
        {
            return new(new NotFound("session", number));
        }

        var text = $"a session of {session.User} from {session.From} has ended";
        return new(options?.IsDryRun != true && End(session.Hash, actor, "session-end", text) is { } failure ? failure : new AccountChange(session.User, text, DryRun: options?.IsDryRun == true));
    }

    private static Throttled Wait(TimeSpan time) => new((int)Math.Ceiling(time.TotalSeconds), "there were too many wrong passwords from this address");

    private bool IsOpen(AccountState state, string? code) =>
        !state.HasAdmin && state.Setup is { } setup && clock.GetUtcNow() < setup.Until && SecretText.HashOf(code) is { } hash && SecretText.AreEqual(hash, setup.Hash);

    private IEnumerable<Session> SessionsOf(Actor actor) => actor.Kind == ActorKind.Person ? store.State.SessionsOf(actor.Name).Where(s => s.IsValid(clock.GetUtcNow())) : [];

    private Unauthenticated Refuse(User? user, IPAddress from, int failures)
    {
        refusals.Note(user?.Name, Place.TextOf(from), failures);
        store.Flush();
        return s_wrong;
    }

    private Access AccessOf(User user, string id, string hash, IPAddress from) =>
        new(new Actor(user.Name, ActorKind.Person, user.Role, Place.TextOf(from)), SecretText.CsrfOf(id), store.EndOf(hash));

    /// <summary>Begins a session with an identifier of its own: one that was planted in the browser before means nothing (session fixation).</summary>
    /// <param name="admit">The accounts with the user as the session has it, or why there is no session.</param>
    /// <param name="isOptional">A session begins also while the disk is full.</param>
    private Result<SignedIn> Begin(string name, IPAddress from, string what, string text, Func<AccountState, Result<AccountState>> admit, bool isOptional = true)
    {
        var (id, now) = (SecretText.NewId(), clock.GetUtcNow());
        var hash = SecretText.HashOf(id)!;
        var address = Place.TextOf(from);
        var session = new Session(hash, name, now, now, address);
        var entry = new AuditEntry(new Actor(name, ActorKind.Person, Permission.Viewer, address), what, name, text);
        var failure = store.Change(state => admit(state) is { IsOk: true } admitted ? admitted.Value.SignedIn(session, Place.Of(from)) : admit(state), entry, isOptional);
        return failure is not null ? failure
            : store.State.Users.TryGetValue(name, out var user) ? new SignedIn(id, AccessOf(user, id, hash, from), clock.ToWall(now + Session.Longest))
            : s_wrong;
    }

    private Failure? End(string hash, Actor actor, string what, string text) => store.Change(
        state => state with { Sessions = state.Sessions.Remove(hash) }, new AuditEntry(actor, what, actor.Name, text), isOptional: true);
}
