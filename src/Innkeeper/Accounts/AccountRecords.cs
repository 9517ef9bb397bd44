using System.Collections.Immutable;
using Innkeeper.Management;

namespace Innkeeper.Accounts;

/// <summary>A user of the web console.</summary>
/// <param name="Password">Its hash.</param>
/// <param name="LastSignIn">Null: never.</param>
/// <param name="IsDisabled">The user cannot sign in.</param>
internal sealed record User(string Name, Permission Role, string Password, DateTimeOffset Created, DateTimeOffset? LastSignIn = null, bool IsDisabled = false)
{
    /// <summary>Users that a gateway has at most.</summary>
    internal const int Most = 100;

    /// <summary>The user administers the gateway, and can sign in to do so.</summary>
    public bool IsAdmin => Role == Permission.Admin && !IsDisabled;
}

/// <summary>An API token.</summary>
/// <param name="Hash">Of its value.</param>
/// <param name="CreatedBy">The user who made it.</param>
/// <param name="Expires">Null: never.</param>
/// <param name="LastUse">To the minute; null: never.</param>
/// <param name="LastFrom">The address that used it last; empty: none.</param>
internal sealed record ApiToken(
    string Name, Permission Role, string Hash, DateTimeOffset Created, string CreatedBy, DateTimeOffset? Expires, DateTimeOffset? LastUse = null, string LastFrom = "")
{
    /// <summary>Tokens that a gateway has at most.</summary>
    internal const int Most = 200;

    public bool IsValid(DateTimeOffset now) => Expires is not { } end || now < end;
}

/// <summary>A session of a user.</summary>
/// <param name="Hash">Of its identifier.</param>
/// <param name="LastSeen">To the minute.</param>
/// <param name="From">The address of the sign-in.</param>
internal sealed record Session(string Hash, string User, DateTimeOffset Created, DateTimeOffset LastSeen, string From)
{
    /// <summary>Sessions that a user has at most: a further sign-in ends the one that was unused for longest.</summary>
    internal const int MostOfUser = 20;

    /// <summary>A session ends when it was unused for so long.</summary>
    internal static readonly TimeSpan Idle = TimeSpan.FromHours(12);

    /// <summary>A session ends so long after its sign-in.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>Names the session to its user.</summary>
    public string Number => Hash[..12];

    public bool IsValid(DateTimeOffset now) => now - LastSeen < Idle && now - Created < Longest;
}

/// <summary>The code of the set-up link.</summary>
/// <param name="Until">When it ends.</param>
internal sealed record SetupCode(string Hash, DateTimeOffset Until);

/// <summary>A place that a user signed in from.</summary>
/// <param name="Host">As <see cref="Place.Host"/>.</param>
/// <param name="Last">When last.</param>
internal readonly record struct KnownHost(string User, string Host, DateTimeOffset Last)
{
    /// <summary>Places that are remembered of a user, the latest.</summary>
    internal const int MostOfUser = 16;
}

/// <summary>All accounts at one moment. Names do not differ by case.</summary>
internal sealed record AccountState
{
    public static readonly AccountState Empty = new();

    public ImmutableSortedDictionary<string, User> Users { get; init; } = ImmutableSortedDictionary.Create<string, User>(StringComparer.OrdinalIgnoreCase);

    public ImmutableSortedDictionary<string, ApiToken> Tokens { get; init; } = ImmutableSortedDictionary.Create<string, ApiToken>(StringComparer.OrdinalIgnoreCase);

    /// <summary>By the hash of their identifiers.</summary>
    public ImmutableDictionary<string, Session> Sessions { get; init; } = ImmutableDictionary<string, Session>.Empty;

    /// <summary>By <see cref="KeyOf"/>.</summary>
    public ImmutableDictionary<string, KnownHost> Hosts { get; init; } = ImmutableDictionary<string, KnownHost>.Empty;

    /// <summary>Null: there is no link.</summary>
    public SetupCode? Setup { get; init; }

    public static string KeyOf(string user, string host) => $"{user.ToLowerInvariant()} {host}";

    public bool Knows(string user, Place place) => Hosts.ContainsKey(KeyOf(user, place.Host));

    /// <summary>The token with this hash, whether it is still valid or not.</summary>
    public ApiToken? TokenOf(string hash) => Tokens.Values.FirstOrDefault(t => SecretText.AreEqual(t.Hash, hash));

    /// <summary>Without the sessions of a user.</summary>
    public AccountState SignedOut(string user) => this with { Sessions = Sessions.RemoveRange(SessionsOf(user).Select(s => s.Hash)) };

    /// <summary>A user's sessions, the latest first.</summary>
    public IEnumerable<Session> SessionsOf(string user) => Sessions.Values.Where(s => IsSame(s.User, user)).OrderByDescending(s => s.LastSeen).ThenByDescending(s => s.Created);

    /// <summary>With a new session, and its place remembered.</summary>
    public AccountState SignedIn(Session session, Place place)
    {
        var excess = SessionsOf(session.User).Skip(Session.MostOfUser - 1).Select(s => s.Hash);
        var key = KeyOf(session.User, place.Host);
        var forgotten = Hosts.Where(h => IsSame(h.Value.User, session.User) && h.Key != key).OrderByDescending(h => h.Value.Last).Skip(KnownHost.MostOfUser - 1).Select(h => h.Key);
        return this with
        {
            Sessions = Sessions.RemoveRange(excess).SetItem(session.Hash, session),
            Hosts = Hosts.RemoveRange(forgotten).SetItem(key, new KnownHost(session.User, place.Host, session.Created)),
            Users = Users.TryGetValue(session.User, out var user) ? Users.SetItem(user.Name, user with { LastSignIn = session.Created }) : Users,
        };
    }

    /// <summary>Without a user, and all that belongs to the user.</summary>
    public AccountState Without(User user) => SignedOut(user.Name) with
    {
        Users = Users.Remove(user.Name),
        Hosts = Hosts.RemoveRange(Hosts.Where(h => IsSame(h.Value.User, user.Name)).Select(h => h.Key)),
    };

    /// <summary>Without sessions that have ended.</summary>
    public AccountState Pruned(DateTimeOffset now)
    {
        var ended = Sessions.Values.Where(s => !s.IsValid(now)).Select(s => s.Hash).ToList();
        return ended.Count == 0 ? this : this with { Sessions = Sessions.RemoveRange(ended) };
    }

    private static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
