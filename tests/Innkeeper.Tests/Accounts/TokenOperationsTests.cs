using Innkeeper.Accounts;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using static Innkeeper.Tests.Accounts.AccountFixture;

namespace Innkeeper.Tests.Accounts;

/// <summary>Tokens: shown once, bounded, and void when they are deleted.</summary>
public sealed class TokenOperationsTests : IDisposable
{
    private readonly AccountFixture _accounts = new();

    public void Dispose() => _accounts.Dispose();

    private async Task<Result<AccountChange>> Create(string? name, string? role = "viewer", string? time = null) => await _accounts.Tokens.CreateAsync(Root, new NewToken(name, role, time));

    [Theory]
    [InlineData(null, "2027-11-25T12:00:00Z")]
    [InlineData("1h", "2026-11-25T13:00:00Z")]
    [InlineData("never", null)]
    public async Task Create_IsValidForAsLongAsItSays(string? time, string? end)
    {
        await Create("nagios", time: time);

        Assert.Equal(end is null ? null : DateTimeOffset.Parse(end), Assert.Single(_accounts.Tokens.List(Root).Value!.Tokens).Expires);
    }

    [Theory]
    [InlineData("a b", "viewer", null, "a b is not a valid name")]
    [InlineData("nagios", "all", null, "all is not a valid role")]
    [InlineData("nagios", "viewer", "", "\"\" is not a valid time; give one from \"1s\" to \"3660d\", such as \"90d\", or \"never\"")]
    [InlineData("nagios", "viewer", "4000d", "4000d is not a valid time")]
    [InlineData("OLD", "viewer", null, "there is a token OLD already")]
    public async Task Create_OfInvalidValues_IsRefused(string name, string role, string? time, string message)
    {
        await Create("old");

        Assert.StartsWith(message, (await Create(name, role, time)).Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_AreBounded()
    {
        _accounts.Store.Touch(state => state with
        {
            Tokens = state.Tokens.AddRange(Enumerable.Range(0, ApiToken.Most).Select(i => KeyValuePair.Create($"t{i}", new ApiToken($"t{i}", Permission.Viewer, $"{i}", _accounts.Clock.Now, "root", null)))),
        });

        Assert.Equal("there are 200 tokens, and more are not possible; delete some", (await Create("more")).Failure!.Message);
    }

    [Fact]
    public async Task Delete_MakesItVoid_AndEndsItsStreams()
    {
        var token = (await Create("nagios", "admin")).Value!.Token;
        var access = _accounts.Sessions.FindToken(token, Desk)!;

        Assert.Equal("the token nagios is void", (await _accounts.Tokens.DeleteAsync(Root, "Nagios")).Value!.Text);

        Assert.Null(_accounts.Sessions.FindToken(token, Desk));
        Assert.True(access.Ended.WaitHandle.WaitOne(TimeSpan.FromSeconds(10)));
        Assert.Equal(["root token-create nagios", "root token-delete nagios"], _accounts.Trail);
        Assert.DoesNotContain("ik_", string.Join(' ', _accounts.Entries.Select(e => e.ToString())), StringComparison.Ordinal);
        Assert.IsType<NotFound>((await _accounts.Tokens.DeleteAsync(Root, "nagios")).Failure);
    }
}
