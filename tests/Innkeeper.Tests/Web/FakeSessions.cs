using System.Net;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Tests.Web;

/// <summary>Sessions and tokens that a test names. A session's header value is "genuine".</summary>
internal sealed class FakeSessions : ISessionOperations, IDisposable
{
    private readonly CancellationTokenSource _end = new();

    public Dictionary<string, Actor> Sessions { get; } = [];

    public Dictionary<string, Actor> Tokens { get; } = [];

    public List<IPAddress> SignIns { get; } = [];

    /// <summary>Ends every session.</summary>
    public void EndAll() => _end.Cancel();

    public void Dispose() => _end.Dispose();

    public ValueTask<Result<SignedIn>> SignInAsync(Credentials credentials, IPAddress from)
    {
        SignIns.Add(from);
        if (credentials.Password != "right")
        {
            return new(new Unauthenticated("the name or the password is wrong"));
        }

        var actor = new Actor(credentials.Name!, ActorKind.Person, Permission.Admin, from.ToString());
        Sessions["fresh"] = actor;
        return new(new SignedIn("fresh", new Access(actor, "genuine", _end.Token), new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    public ValueTask<Result<SignedIn>> SetUpAsync(SetupRequest request, IPAddress from) =>
        request.Code == "once" ? SignInAsync(new Credentials(request.Name, "right"), from) : new(new Unauthenticated("this link is not valid any more"));

    public Access? Find(string? id, IPAddress from) => id is not null && Sessions.TryGetValue(id, out var actor) ? new Access(actor, "genuine", _end.Token) : null;

    public Access? FindToken(string? value, IPAddress from) => value is not null && Tokens.TryGetValue(value, out var actor) ? new Access(actor, null, _end.Token) : null;

    public bool IsGenuine(Access access, string? header) => header == access.Csrf;

    public ValueTask SignOutAsync(string? id, IPAddress from)
    {
        Sessions.Remove(id ?? "");
        return default;
    }

    public SessionReport Describe(Access? access) => new(
        1, access is not null, access?.Actor.Name, access is null ? null : Actor.NameOf(access.Actor.Permission), access?.Csrf, NeedsSetup: false, "hotel-gw", "Europe/Vienna", "");

    public Result<SessionsReport> List(Actor actor, string? id) => new SessionsReport(1, []);

    public ValueTask<Result<AccountChange>> EndAsync(Actor actor, string number, WriteOptions? options = null) => new(new AccountChange(actor.Name, "ended"));
}
