using Innkeeper.Accounts;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using static Innkeeper.Tests.Accounts.AccountFixture;

namespace Innkeeper.Tests.Accounts;

/// <summary>Users: what is accepted, what is noted, and that one administrator always stays.</summary>
public sealed class UserOperationsTests : IDisposable
{
    private readonly AccountFixture _accounts = new();

    private static Actor Anna { get; } = new("anna", ActorKind.Person, Permission.Viewer, "192.0.2.7");

    public void Dispose() => _accounts.Dispose();

    private static async Task<string> Refused(ValueTask<Result<AccountChange>> change) => (await change).Failure!.Message;

    [Fact]
    public async Task Add_IsNotedInTrailAndEvents_WithoutThePassword()
    {
        var change = await _accounts.Add("anna", "operator");

        Assert.Equal(new AccountChange("anna", "anna is a user with the role operator"), change);
        var entry = Assert.Single(_accounts.Entries);
        Assert.Equal(("root", "local_user", "socket", "user-add", "anna"), (entry.Actor, entry.Kind, entry.From, entry.What, entry.Subject));
        Assert.Equal("""{"role":"operator"}""", entry.After!.Value.GetRawText());
        Assert.Equal(["account-change: anna is a user with the role operator (by root)"], _accounts.Said);
        Assert.Equal(new UserReport("anna", "operator", _accounts.Clock.Now), Assert.Single(_accounts.Users.List(Root).Value!.Users) with { Version = "" });
    }

    [Theory]
    [InlineData(null, "admin", Password, "name is missing; give 1 to 32 letters, digits, '.', '-' and '_'")]
    [InlineData("an na", "admin", Password, "an na is not a valid name")]
    [InlineData("\u0430nna", "admin", Password, "is not a valid name")]
    [InlineData("123456789012345678901234567890123", "admin", Password, "is not a valid name")]
    [InlineData("ben", "root", Password, "root is not a valid role; give viewer, operator or admin")]
    [InlineData("ben", "1", Password, "1 is not a valid role")]
    [InlineData("ben", null, Password, "role is missing")]
    [InlineData("ben", "admin", "short", "it is not a valid password")]
    [InlineData("ANNA", "admin", Password, "there is a user ANNA already")]
    public async Task Add_OfInvalidValues_IsRefused(string? name, string? role, string password, string message)
    {
        await _accounts.Add("anna");

        Assert.Contains(message, await Refused(_accounts.Users.AddAsync(Root, new NewUser(name, role, password))), StringComparison.Ordinal);
        Assert.Single(_accounts.Store.State.Users);
    }

    [Fact]
    public async Task Users_AreBounded()
    {
        _accounts.Store.Touch(state => Enumerable.Range(0, User.Most).Aggregate(state, (s, i) => s.With(new User($"user{i}", Permission.Viewer, "", _accounts.Clock.Now))));

        Assert.Equal("there are 100 users, and more are not possible; delete some", await Refused(_accounts.Users.AddAsync(Root, new NewUser("more", "viewer", Password))));
    }

    [Fact]
    public async Task LastAdministrator_CanNeitherBeDeletedNorDemotedNorDisabled()
    {
        await _accounts.Add("anna");
        await _accounts.Add("ben");
        await _accounts.Users.SetDisabledAsync(Root, "ben", new Setting("true"));

        const string Last = "anna is the last administrator who can sign in; make another one first";
        Assert.Equal(Last, await Refused(_accounts.Users.DeleteAsync(Root, "anna")));
        Assert.Equal(Last, await Refused(_accounts.Users.SetRoleAsync(Root, "anna", new Setting("operator"))));
        Assert.Equal(Last, await Refused(_accounts.Users.SetDisabledAsync(Root, "anna", new Setting("true"))));
        Assert.Equal(Last, await Refused(_accounts.Users.DeleteAsync(Root, "anna", new WriteOptions(IsDryRun: true))));

        await _accounts.Users.SetDisabledAsync(Root, "ben", new Setting("false"));
        Assert.True((await _accounts.Users.DeleteAsync(Root, "anna")).IsOk);
        Assert.Equal(["ben"], _accounts.Store.State.Users.Keys);
    }

    /// <summary>Each deletes the other at the same time: one of them stays.</summary>
    [Fact]
    public async Task LastAdministrator_IsKept_WhenTwoAreDeletedAtOnce()
    {
        await _accounts.Add("anna");
        await _accounts.Add("ben");

        var done = await Task.WhenAll(new[] { "anna", "ben" }.Select(name => Task.Run(async () => await _accounts.Users.DeleteAsync(Root, name))));

        Assert.Single(done, d => d.IsOk);
        Assert.Single(_accounts.Store.State.Users);
    }

    [Fact]
    public async Task DryRun_ChangesNothing_AndSaysWhatWouldBe()
    {
        await _accounts.Add("anna");
        await _accounts.Add("ben");
        var (state, said) = (_accounts.Store.State, _accounts.Said.Length);
        Result<AccountChange>[] dry =
        [
            await _accounts.Users.AddAsync(Root, new NewUser("eve", "viewer", Password), new WriteOptions(IsDryRun: true)), await _accounts.Users.SetRoleAsync(Root, "ben", new Setting("viewer"), new WriteOptions(IsDryRun: true)),
            await _accounts.Users.SetPasswordAsync(Root, "ben", new NewPassword("another long one"), new WriteOptions(IsDryRun: true)), await _accounts.Users.SetDisabledAsync(Root, "ben", new Setting("true"), new WriteOptions(IsDryRun: true)),
            await _accounts.Users.DeleteAsync(Root, "ben", new WriteOptions(IsDryRun: true)), await _accounts.Tokens.CreateAsync(Root, new NewToken("nagios", "viewer"), new WriteOptions(IsDryRun: true)),
        ];

        Assert.All(dry, d => Assert.True(d.Value!.DryRun));
        Assert.All(dry, d => Assert.Null(d.Value!.Token));
        Assert.Same(state, _accounts.Store.State);
        Assert.Equal((2, said), (_accounts.Entries.Length, _accounts.Said.Length));
    }

    [Fact]
    public async Task Role_OfAUser_IsChanged_AndNoted()
    {
        await _accounts.Add("anna");
        await _accounts.Add("ben");

        Assert.Equal("ben has the role viewer; sessions of ben have ended", (await _accounts.Users.SetRoleAsync(Root, "BEN", new Setting("viewer"))).Value!.Text);

        Assert.Equal(("""{"role":"admin"}""", """{"role":"viewer"}"""), (_accounts.Entries[^1].Before!.Value.GetRawText(), _accounts.Entries[^1].After!.Value.GetRawText()));
        Assert.Equal("there is no user eve", await Refused(_accounts.Users.SetRoleAsync(Root, "eve", new Setting("viewer"))));
    }

    [Fact]
    public async Task OwnPassword_NeedsTheOldOne_WhichCannotBeGuessed()
    {
        await _accounts.Add("anna", "viewer");
        Assert.Equal("old is missing; give the present password", await Refused(_accounts.Users.SetPasswordAsync(Anna, "anna", new NewPassword("another long one"))));
        for (var i = 0; i < SignInGuard.FreeForName; i++)
        {
            Assert.Equal("it is not a valid old; give the present password", await Refused(_accounts.Users.SetPasswordAsync(Anna, "anna", new NewPassword("another long one", $"guess {i}"))));
        }

        Assert.IsType<Throttled>((await _accounts.Users.SetPasswordAsync(Anna, "anna", new NewPassword("another long one", Password))).Failure);
        _accounts.Clock.Now += TimeSpan.FromSeconds(5);

        Assert.True((await _accounts.Users.SetPasswordAsync(Anna, "Anna", new NewPassword("another long one", Password))).IsOk);
        Assert.True((await _accounts.SignIn("anna", "another long one")).IsOk);
        Assert.False((await _accounts.SignIn("anna")).IsOk);
    }

    [Fact]
    public async Task PasswordOfAnother_NeedsAnAdmin_AndATokenIsNoUser()
    {
        await _accounts.Add("anna", "viewer");
        await _accounts.Add("ben");
        var another = new NewPassword("another long one", Password);

        Assert.IsType<Forbidden>((await _accounts.Users.SetPasswordAsync(Anna, "ben", another)).Failure);
        Assert.IsType<Forbidden>((await _accounts.Users.SetPasswordAsync(Anna with { Kind = ActorKind.Token }, "anna", another)).Failure);
        Assert.True((await _accounts.Users.SetPasswordAsync(new Actor("ben", ActorKind.Person, Permission.Admin, "192.0.2.7"), "anna", new NewPassword("another long one"))).IsOk);
    }

    /// <summary>Two administrators look at one user: the second change is refused, since it was decided on something else.</summary>
    [Fact]
    public async Task Change_OfAUserThatWasChangedMeanwhile_IsRefused()
    {
        await _accounts.Add("anna");
        await _accounts.Add("ben");
        string Version() => _accounts.Users.List(Root).Value!.Users[1].Version;
        var read = new WriteOptions(IfMatch: $"\"{Version()}\"");
        await _accounts.SignedIn("ben");

        Assert.True((await _accounts.Users.SetRoleAsync(Root, "ben", new Setting("operator"), read)).IsOk);
        Assert.Equal(new Changed("user", "ben"), (await _accounts.Users.SetDisabledAsync(Root, "ben", new Setting("true"), read)).Failure);
        Assert.Equal(new Changed("user", "ben"), (await _accounts.Users.DeleteAsync(Root, "ben", read with { IsDryRun = true })).Failure);
        Assert.True((await _accounts.Users.DeleteAsync(Root, "ben", new WriteOptions(IfMatch: Version()))).IsOk);
    }

    [Fact]
    public async Task Delete_SaysWhichTokensTheUserMade()
    {
        await _accounts.Add("anna");
        await _accounts.Add("ben");
        await _accounts.Tokens.CreateAsync(new Actor("ben", ActorKind.Person, Permission.Admin, "192.0.2.7"), new NewToken("nagios", "viewer"));

        Assert.Equal("ben is no user any more; the tokens that ben made stay valid: nagios", (await _accounts.Users.DeleteAsync(Root, "ben")).Value!.Text);
    }
}
