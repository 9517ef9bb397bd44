using System.Net;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Tests.Management;

/// <summary>A gateway without users: no client is recognized.</summary>
internal sealed class NoSessions : ISessionOperations
{
    private static readonly Unavailable s_none = new("this gateway has no users");

    public ValueTask<Result<SignedIn>> SignInAsync(Credentials credentials, IPAddress from) => new(s_none);

    public ValueTask<Result<SignedIn>> SetUpAsync(SetupRequest request, IPAddress from) => new(s_none);

    public Access? Find(string? id, IPAddress from) => null;

    public Access? FindToken(string? value, IPAddress from) => null;

    public bool IsGenuine(Access access, string? header) => false;

    public ValueTask SignOutAsync(string? id, IPAddress from) => default;

    public SessionReport Describe(Access? access) => new(1, false, null, null, null, false, "gateway", "Etc/UTC", "");

    public Result<SessionsReport> List(Actor actor, string? id) => new SessionsReport(1, []);

    public ValueTask<Result<AccountChange>> EndAsync(Actor actor, string number, WriteOptions? options = null) => new(new NotFound("session", number));
}
