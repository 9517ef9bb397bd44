using System.Net;
using Innkeeper.Clocks;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Accounts;

/// <summary>The users of the web console.</summary>
/// <param name="addresses">Where the web console answers: "http://192.0.2.1:7080"; none: it is off.</param>
internal sealed class UserOperations(AccountChanges changes, Passwords passwords, SignInGuard guard, Func<IReadOnlyList<string>> addresses, TimeProvider clock) : IUserOperations
{
    private const int Schema = 1;

    /// <summary>How long a set-up link is valid.</summary>
    internal static readonly TimeSpan LinkTime = TimeSpan.FromHours(24);

    public Result<UsersReport> List(Actor actor) => actor.Lacks(Permission.Admin) is { } refusal ? refusal
        : changes.Trouble is { } trouble ? trouble
        : new UsersReport(Schema, [.. changes.State.Users.Values.Select(u => new UserReport(u.Name, Actor.NameOf(u.Role), clock.ToWall(u.Created), clock.ToWall(u.LastSignIn), u.IsDisabled, u.Version))]);

    public async ValueTask<Result<AccountChange>> AddAsync(Actor actor, NewUser user, WriteOptions? options = null)
    {
        if (actor.Lacks(Permission.Admin) is { } refusal)
        {
            return refusal;
        }

        var wrong = AccountValues.CheckName(user.Name) ?? AccountValues.ReadRole(user.Role, out _) ?? Passwords.Check(user.Password, user.Name!);
        AccountValues.ReadRole(user.Role, out var role);
        if (wrong is not null)
        {
            return wrong;
        }

        var hash = options?.IsDryRun == true ? "" : await HashAsync(user.Password!).ConfigureAwait(false);
        return hash is null ? Busy() : changes.Do(
            new AccountOrder(actor, "user-add", user.Name!, $"{user.Name} is a user with the role {user.Role}") { After = FieldsOf(role), IsDryRun = options?.IsDryRun == true },
            state => state.Users.ContainsKey(user.Name!) ? new Conflict(user.Name!, user.Name!, Note: $"there is a user {user.Name} already")
                : state.Users.Count >= User.Most ? new Unavailable($"there are {User.Most} users, and more are not possible; delete some")
                : state.With(new User(user.Name!, role, hash, clock.GetUtcNow())));
    }

    public ValueTask<Result<AccountChange>> SetRoleAsync(Actor actor, string name, Setting role, WriteOptions? options = null)
    {
        if ((actor.Lacks(Permission.Admin) ?? (Failure?)AccountValues.ReadRole(role.Value, out _)) is { } refusal)
        {
            return new(refusal);
        }

        AccountValues.ReadRole(role.Value, out var wanted);
        return new(ChangeUser(name, options, user => new AccountOrder(actor, "user-role", user.Name, $"{user.Name} has the role {role.Value}; sessions of {user.Name} have ended")
        {
            Before = FieldsOf(user.Role),
            After = FieldsOf(wanted),
            IsDryRun = options?.IsDryRun == true,
        }, (state, user) => state.SignedOut(user.Name).With(user with { Role = wanted })));
    }

    public async ValueTask<Result<AccountChange>> SetPasswordAsync(Actor actor, string name, NewPassword password, WriteOptions? options = null)
    {
        var isOwn = actor.Kind == ActorKind.Person && string.Equals(actor.Name, name, StringComparison.OrdinalIgnoreCase);
        if (!isOwn && actor.Lacks(Permission.Admin) is { } refusal)
        {
            return refusal;
        }

        if (changes.State.Users.GetValueOrDefault(name) is not { } user)
        {
            return Unknown(name);
        }

        // The old one first: it must not be found out by trying new ones.
        var wrong = (isOwn ? await CheckOldAsync(actor, user, password.Old).ConfigureAwait(false) : null) ?? Passwords.Check(password.Value, user.Name);
        if (wrong is not null)
        {
            return wrong;
        }

        var hash = options?.IsDryRun == true ? "" : await HashAsync(password.Value!).ConfigureAwait(false);
        return hash is null ? Busy() : ChangeUser(
            name, options, known => new AccountOrder(actor, "user-password", known.Name, $"{known.Name} has another password; sessions of {known.Name} have ended") { IsDryRun = options?.IsDryRun == true },
            (state, known) => state.SignedOut(known.Name).With(known with { Password = hash }));
    }

    public ValueTask<Result<AccountChange>> SetDisabledAsync(Actor actor, string name, Setting isDisabled, WriteOptions? options = null)
    {
        if ((actor.Lacks(Permission.Admin) ?? (Failure?)AccountValues.ReadFlag(isDisabled.Value, out _)) is { } refusal)
        {
            return new(refusal);
        }

        AccountValues.ReadFlag(isDisabled.Value, out var isKeptOut);
        return new(ChangeUser(name, options, user => new AccountOrder(actor, isKeptOut ? "user-disable" : "user-enable", user.Name, isKeptOut ? $"{user.Name} cannot sign in any more" : $"{user.Name} can sign in")
        {
            Before = new() { ["disabled"] = user.IsDisabled ? "true" : "false" },
            After = new() { ["disabled"] = isDisabled.Value },
            IsDryRun = options?.IsDryRun == true,
        }, (state, user) => (isKeptOut ? state.SignedOut(user.Name) : state).With(user with { IsDisabled = isKeptOut })));
    }

    public ValueTask<Result<AccountChange>> DeleteAsync(Actor actor, string name, WriteOptions? options = null) => new(actor.Lacks(Permission.Admin) is { } refusal ? refusal : ChangeUser(name, options, user =>
    {
        var tokens = changes.State.Tokens.Values.Where(t => t.CreatedBy == user.Name).Select(t => t.Name).ToList();
        return new AccountOrder(
            actor, "user-delete", user.Name, $"{user.Name} is no user any more{(tokens.Count == 0 ? "" : $"; the tokens that {user.Name} made stay valid: {string.Join(", ", tokens)}")}")
        {
            Before = FieldsOf(user.Role),
            IsDryRun = options?.IsDryRun == true,
        };
    }, (state, user) => state.Without(user)));

    public ValueTask<Result<SetupLink>> MakeLinkAsync(Actor actor)
    {
        if (actor.Lacks(Permission.Admin) is { } refusal)
        {
            return new(refusal);
        }

        if (changes.State.HasAdmin)
        {
            return new(new Conflict("the set-up link", "an administrator", Note: "there is an administrator already, who can add users; the set-up link is for the first one only"));
        }

        return new(MakeLink(actor));
    }

    /// <summary>The set-up link that a start prints; null: there is an administrator, or a link printed earlier is still valid.</summary>
    /// <param name="isReload">The process took over from one with other settings: a link that was printed before stays valid.</param>
    public SetupLink? LinkAtStart(bool isReload)
    {
        var state = changes.State;
        if (changes.Trouble is not null || state.HasAdmin)
        {
            return null;
        }

        var until = clock.GetUtcNow() + LinkTime;
        var isKept = isReload && state.Setup is { } printed && printed.Until > clock.GetUtcNow();
        if (!isKept)
        {
            return MakeLink(Actor.Gateway).Value;
        }

        changes.Touch(known => known.Setup is { } setup ? known with { Setup = setup with { Until = until } } : known);
        return null;
    }

    private Result<SetupLink> MakeLink(Actor actor)
    {
        var code = SecretText.NewCode();
        var until = clock.GetUtcNow() + LinkTime;
        var done = changes.Do(
            new AccountOrder(actor, "setup-link", "", "a set-up link for the first administrator was made; links made before are void"),
            state => state with { Setup = new SetupCode(SecretText.HashOf(code)!, until) });
        var path = $"/#/setup?code={code}";
        return done.IsOk ? new SetupLink(Schema, code, path, [.. addresses().Select(address => address.TrimEnd('/') + path)], clock.ToWall(until)) : done.Failure;
    }

    private static Dictionary<string, string?> FieldsOf(Permission role) => new() { ["role"] = Actor.NameOf(role) };

    private static NotFound Unknown(string name) => new("user", name);

    private static Throttled Busy() => new(1, "too many passwords are being checked at this moment");

    private async Task<string?> HashAsync(string password) => passwords.TryHash(password) is { } hashing ? await hashing.ConfigureAwait(false) : null;

    private async ValueTask<Failure?> CheckOldAsync(Actor actor, User user, string? old)
    {
        if (old is null)
        {
            return new Invalid("old", null, "the present password");
        }

        var place = Place.Of(IPAddress.TryParse(actor.From, out var from) ? from : IPAddress.Any);
        if (guard.Begin(place, user.Name, isKnown: true) is { } wait)
        {
            return new Throttled((int)Math.Ceiling(wait.TotalSeconds), "the present password was wrong too often");
        }

        if (passwords.TryVerify(user.Password, old, isKnown: true) is not { } checking)
        {
            guard.Withdraw(place, user.Name, isKnown: true);
            return Busy();
        }

        if (await checking.ConfigureAwait(false) == PasswordResult.Wrong)
        {
            return new Invalid("old", "it", "the present password");
        }

        guard.Succeed(place, user.Name, isKnown: true);
        return null;
    }

    private Result<AccountChange> ChangeUser(string name, WriteOptions? options, Func<User, AccountOrder> order, Func<AccountState, User, AccountState> change) =>
        changes.Trouble is { } trouble ? trouble
        : changes.State.Users.GetValueOrDefault(name) is not { } user ? Unknown(name)
        : changes.Do(order(user), state => !state.Users.TryGetValue(name, out var known) ? Unknown(name)
            : options?.Fits(known.Version) == false ? new Changed("user", name)
            : change(state, known));
}
