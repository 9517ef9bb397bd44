using System.Net;
using Innkeeper.Accounts;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Management;
using Innkeeper.Tests.Storage;
using static Innkeeper.Tests.Accounts.AccountFixture;

namespace Innkeeper.Tests.Accounts;

/// <summary>Signing in and out, sessions and tokens: whom they let in, how long, and what ends them.</summary>
public sealed class SessionOperationsTests : IDisposable
{
    private readonly AccountFixture _accounts = new();

    public void Dispose() => _accounts.Dispose();

    private Access? Find(SignedIn signedIn) => _accounts.Sessions.Find(signedIn.Id, Desk);

    private async Task<string> Wrong(string name, string password, IPAddress? from = null) => (await _accounts.SignIn(name, password, from)).Failure!.Message;

    [Fact]
    public async Task SignIn_WithTheRightPassword_IsASessionOfThatUser()
    {
        await _accounts.Add("Anna", "operator");

        var signedIn = await _accounts.SignedIn("anna");

        var access = Find(signedIn)!;
        Assert.Equal(new Actor("Anna", ActorKind.Person, Permission.Operator, "192.0.2.7"), access.Actor);
        Assert.Equal(_accounts.Clock.Now + Session.Longest, signedIn.Ends);
        Assert.Equal(("Anna", "operator", access.Csrf, true), _accounts.Sessions.Describe(access) is var d ? (d.Name, d.Role, d.Csrf, d.IsSignedIn) : default);
        Assert.Equal(["root user-add Anna", "Anna sign-in Anna"], _accounts.Trail);
        Assert.Equal(_accounts.Clock.Now, _accounts.Users.List(Root).Value!.Users[0].LastSignIn);
    }

    /// <summary>Names and passwords are told apart by nothing; what was typed as a name is kept nowhere, as it may be a password.</summary>
    [Fact]
    public async Task SignIn_WithAWrongNameOrPassword_SaysTheSame()
    {
        await _accounts.Add("anna");
        await _accounts.Add("ben", "viewer");
        await _accounts.Users.SetDisabledAsync(Root, "ben", new Setting("true"));

        Assert.Equal("the name or the password is wrong", await Wrong("anna", "wrong"));
        Assert.Equal("the name or the password is wrong", await Wrong("hunter2hunter2", Password));
        Assert.Equal("the name or the password is wrong", await Wrong("ben", Password));
        Assert.Equal(["a sign-in as anna was refused", "a sign-in with a name that no user has was refused", "a sign-in as ben was refused"], _accounts.Entries.Where(e => e.Kind == "unknown").Select(e => e.Text));
        Assert.DoesNotContain("hunter2", string.Join(' ', _accounts.Entries.Select(e => e.ToString())), StringComparison.Ordinal);
        Assert.Equal("192.0.2.7", _accounts.Entries[^1].From);
    }

    [Theory]
    [InlineData(null, "x", "name is missing; give the user's name")]
    [InlineData("anna", null, "password is missing; give the user's password")]
    public async Task SignIn_WithoutANameOrPassword_IsInvalid(string? name, string? password, string message) =>
        Assert.Equal(message, (await _accounts.Sessions.SignInAsync(new Credentials(name, password), Desk)).Failure!.Message);

    [Fact]
    public async Task SignIn_EachTime_HasANewIdentifier()
    {
        await _accounts.Add("anna");
        var (one, other) = (await _accounts.SignedIn("anna"), await _accounts.SignedIn("anna"));

        Assert.NotEqual(one.Id, other.Id);
        Assert.NotEqual(one.Access.Csrf, other.Access.Csrf);
        Assert.NotNull(Find(one));
        Assert.NotNull(Find(other));
    }

    /// <summary>A database that others read is no way in: no secret is in the files as it is.</summary>
    [Fact]
    public async Task Files_HoldNoSecret()
    {
        await _accounts.Add("anna");
        var signedIn = await _accounts.SignedIn("anna");
        var token = (await _accounts.Tokens.CreateAsync(Root, new NewToken("nagios", "viewer"))).Value!.Token!;
        _accounts.Store.Flush();

        foreach (var file in StateFilesOf(_accounts.File))
        {
            var text = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            Assert.All([Password, signedIn.Id, token, token[3..^1]], secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        }

        static string[] StateFilesOf(string path) => Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*");
    }

    [Fact]
    public async Task Session_OutlivesTheProcess_AndSoDoesTheLastUse()
    {
        await _accounts.Add("anna");
        var signedIn = await _accounts.SignedIn("anna");
        _accounts.Clock.Now += TimeSpan.FromHours(11);
        Assert.NotNull(Find(signedIn));

        _accounts.Restart();

        _accounts.Clock.Now += TimeSpan.FromHours(11);
        var again = Find(signedIn)!;
        Assert.Equal(signedIn.Access.Csrf, again.Csrf);
        Assert.Equal("anna", again.Actor.Name);
    }

    [Fact]
    public async Task Session_EndsAfterTwelveIdleHours_OrSevenDays()
    {
        await _accounts.Add("anna");
        var idle = await _accounts.SignedIn("anna");
        _accounts.Clock.Now += Session.Idle;
        Assert.Null(Find(idle));

        var used = await _accounts.SignedIn("anna");
        for (var began = _accounts.Clock.Now; _accounts.Clock.Now - began < Session.Longest; _accounts.Clock.Now += TimeSpan.FromHours(6))
        {
            Assert.NotNull(Find(used));
        }

        Assert.Null(Find(used));
    }

    [Fact]
    public async Task Session_EndsWithTheRolePasswordOrUser_AndItsStreamsToo()
    {
        await _accounts.Add("root");
        Func<Task>[] ends =
        [
            async () => await _accounts.Users.SetRoleAsync(Root, "anna", new Setting("viewer")),
            async () => await _accounts.Users.SetPasswordAsync(Root, "anna", new NewPassword("another long one")),
            async () => await _accounts.Users.SetDisabledAsync(Root, "anna", new Setting("true")),
            async () => await _accounts.Users.DeleteAsync(Root, "anna"),
        ];
        foreach (var end in ends)
        {
            await _accounts.Users.DeleteAsync(Root, "anna");
            await _accounts.Add("anna");
            var signedIn = await _accounts.SignedIn("anna", from: Desk);
            Assert.False(signedIn.Access.Ended.IsCancellationRequested);

            await end();

            Assert.Null(Find(signedIn));
            Assert.True(signedIn.Access.Ended.WaitHandle.WaitOne(TimeSpan.FromSeconds(10)));
        }
    }

    [Fact]
    public async Task SignOut_EndsThatSessionOnly()
    {
        await _accounts.Add("anna");
        var (one, other) = (await _accounts.SignedIn("anna"), await _accounts.SignedIn("anna"));

        await _accounts.Sessions.SignOutAsync(one.Id, Desk);
        await _accounts.Sessions.SignOutAsync("no such session", Desk);
        await _accounts.Sessions.SignOutAsync(null, Desk);

        Assert.Null(Find(one));
        Assert.NotNull(Find(other));
        Assert.Equal("anna sign-out anna", _accounts.Trail[^1]);
    }

    [Fact]
    public async Task Sessions_OfOneself_AreListed_AndCanBeEnded_ThoseOfOthersNot()
    {
        await _accounts.Add("anna");
        await _accounts.Add("ben", "viewer");
        var (desk, home) = (await _accounts.SignedIn("anna"), await _accounts.SignedIn("anna", from: Elsewhere));
        var (anna, ben) = (desk.Access.Actor, (await _accounts.SignedIn("ben")).Access.Actor);

        var own = _accounts.Sessions.List(anna, desk.Id).Value!.Sessions;
        Assert.Equal([("198.51.100.66", false), ("192.0.2.7", true)], own.Select(s => (s.From, s.IsThis)).OrderDescending());
        var number = own.Single(s => !s.IsThis).Number;
        Assert.IsType<NotFound>((await _accounts.Sessions.EndAsync(ben, number)).Failure);
        Assert.IsType<NotFound>((await _accounts.Sessions.EndAsync(new Actor("anna", ActorKind.Token, Permission.Admin), number)).Failure);
        Assert.True((await _accounts.Sessions.EndAsync(anna, number, new WriteOptions(IsDryRun: true))).Value!.DryRun);
        Assert.NotNull(Find(home));

        Assert.Equal("a session of anna from 198.51.100.66 has ended", (await _accounts.Sessions.EndAsync(anna, number)).Value!.Text);
        Assert.Null(Find(home));
        Assert.NotNull(Find(desk));
    }

    [Fact]
    public async Task Sessions_OfOneUser_AreBounded()
    {
        await _accounts.Add("anna");
        var first = await _accounts.SignedIn("anna");
        for (var i = 0; i < Session.MostOfUser; i++)
        {
            _accounts.Clock.Now += TimeSpan.FromSeconds(1);
            await _accounts.SignedIn("anna", from: IPAddress.Parse($"192.0.2.{i + 10}"));
        }

        Assert.Null(Find(first));
        Assert.Equal(Session.MostOfUser, _accounts.Store.State.Sessions.Count);
        Assert.Equal(KnownHost.MostOfUser, _accounts.Store.State.Hosts.Count);
    }

    [Fact]
    public async Task Header_MustBeTheSessions()
    {
        await _accounts.Add("anna");
        var (one, other) = ((await _accounts.SignedIn("anna")).Access, (await _accounts.SignedIn("anna")).Access);

        Assert.True(_accounts.Sessions.IsGenuine(one, one.Csrf));
        Assert.All([null, "", "x", other.Csrf], header => Assert.False(_accounts.Sessions.IsGenuine(one, header)));
        Assert.True(_accounts.Sessions.IsGenuine(new Access(Root, null, default), null));
    }

    /// <summary>However often others fail elsewhere, or even beside the user, the user who was here before gets in.</summary>
    [Fact]
    public async Task Failures_ElsewhereOrBeside_DoNotLockAUserOut()
    {
        await _accounts.Add("anna");
        await _accounts.SignedIn("anna");
        foreach (var attacker in new[] { Elsewhere, IPAddress.Parse("192.0.2.66"), IPAddress.Parse("2001:db8::66") })
        {
            for (var i = 0; i < 20; i++)
            {
                await _accounts.SignIn("anna", "wrong password", attacker);
            }

            Assert.IsType<Throttled>((await _accounts.SignIn("anna", Password, attacker)).Failure);
        }

        Assert.True((await _accounts.SignIn("anna")).IsOk);
        Assert.True((await _accounts.SignIn("anna", from: IPAddress.Parse("203.0.113.9"))).IsOk);

        // Even when the attacker has the user's own address, it costs seconds.
        for (var i = 0; i < 20; i++)
        {
            await _accounts.SignIn("anna", "wrong password");
        }

        Assert.Equal(new Throttled(1, "there were too many wrong passwords from this address"), (await _accounts.SignIn("anna")).Failure);
        _accounts.Clock.Now += SignInGuard.LongestKnown;
        Assert.True((await _accounts.SignIn("anna")).IsOk);
    }

    [Fact]
    public async Task Refusals_FillNeitherTheTrailNorTheEvents()
    {
        await _accounts.Add("anna");
        for (var i = 0; i < 100; i++)
        {
            await _accounts.SignIn("anna", "wrong password", IPAddress.Parse($"10.0.{i % 30}.{i}"));
        }

        Assert.Equal(SignInRefusals.MostEntries, _accounts.Entries.Count(e => e.What == "sign-in-refused"));
        Assert.StartsWith("sign-in-refused: ", Assert.Single(_accounts.Said, e => e.StartsWith("sign-in", StringComparison.Ordinal)), StringComparison.Ordinal);

        _accounts.Clock.Now += SignInRefusals.Period;
        await _accounts.SignIn("anna", "wrong password", IPAddress.Parse("10.9.9.9"));
        Assert.Matches(@"^a sign-in as anna was refused \(and \d+ others since the entry before\)$", _accounts.Entries[^1].Text);
    }

    /// <summary>Many at once: the guard counts before it checks, and no thread is left waiting.</summary>
    [Fact]
    public async Task SignIns_AtOnce_AreAllAnswered_AndGuessesDoNotSlipThrough()
    {
        await _accounts.Add("anna");
        await _accounts.SignedIn("anna");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => Task.Run(async () => (await _accounts.SignIn("anna", $"guess number {i}", Elsewhere)).Failure)));

        Assert.Equal(SignInGuard.FreeForName, answers.Count(f => f is Unauthenticated));
        Assert.Equal(37, answers.Count(f => f is Throttled));
        Assert.True((await _accounts.SignIn("anna")).IsOk);
    }

    [Fact]
    public async Task Hash_OfAnEarlierKind_IsMadeAgain_AndTheSessionsStay()
    {
        await _accounts.Add("anna");
        var before = await _accounts.SignedIn("anna");
        var hash = _accounts.Store.State.Users["anna"].Password;
        _accounts.Restart(iterations: 2000);

        await _accounts.SignedIn("anna");

        Assert.NotEqual(hash, _accounts.Store.State.Users["anna"].Password);
        Assert.NotNull(Find(before));
        Assert.True((await _accounts.SignIn("anna")).IsOk);
    }

    [Fact]
    public async Task SignIn_WhileTheDiskIsFull_Works_AndFindIsNotHeldUp()
    {
        await _accounts.Add("anna");
        using var locked = new DatabaseLock(_accounts.File);

        var signedIn = await _accounts.SignedIn("anna");

        Assert.NotNull(Find(signedIn));
        locked.Release();
        _accounts.Restart();
        Assert.NotNull(Find(signedIn));
    }

    [Fact]
    public async Task Token_LetsInWithItsRole_UntilItExpires_AndItsLastUseIsKept()
    {
        var made = (await _accounts.Tokens.CreateAsync(Root, new NewToken("nagios", "viewer", "90d"))).Value!;
        Assert.Equal("the token nagios has the role viewer and is valid until 2027-02-23 12:00:00Z", made.Text);
        _accounts.Restart();
        _accounts.Clock.Now += TimeSpan.FromDays(1);

        var access = _accounts.Sessions.FindToken(made.Token, IPAddress.Parse("::ffff:192.0.2.9"))!;

        Assert.Equal(new Actor("token nagios", ActorKind.Token, Permission.Viewer, "192.0.2.9"), access.Actor);
        Assert.Null(access.Csrf);
        var listed = Assert.Single(_accounts.Tokens.List(Root).Value!.Tokens);
        Assert.Equal((_accounts.Clock.Now, "192.0.2.9", "root"), (listed.LastUse, listed.LastFrom, listed.CreatedBy));
        Assert.Null(_accounts.Sessions.FindToken(made.Token![..^1] + "!", Desk));
        Assert.Null(_accounts.Sessions.FindToken(SecretText.NewToken(), Desk));
        Assert.Null(_accounts.Sessions.Find(made.Token, Desk));

        _accounts.Clock.Now += TimeSpan.FromDays(89);
        Assert.Null(_accounts.Sessions.FindToken(made.Token, Desk));
        _accounts.Store.Keep();
        Assert.True(access.Ended.WaitHandle.WaitOne(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task SetUp_ByTheLink_MakesTheFirstAdministrator_Once()
    {
        Assert.True(_accounts.Sessions.Describe(null).NeedsSetup);
        var link = _accounts.Users.LinkAtStart(isReload: false)!;
        Assert.Equal($"https://192.0.2.1:7443/#/setup?code={link.Code}", Assert.Single(link.Urls));

        // A mistake in the form does not cost the link.
        Assert.IsType<Invalid>((await _accounts.Sessions.SetUpAsync(new SetupRequest(link.Code, "anna", "short"), Desk)).Failure);
        var signedIn = (await _accounts.Sessions.SetUpAsync(new SetupRequest(link.Code, "anna", Password), Desk)).Value!;

        Assert.Equal(Permission.Admin, Find(signedIn)!.Actor.Permission);
        Assert.False(_accounts.Sessions.Describe(null).NeedsSetup);
        Assert.IsType<Unauthenticated>((await _accounts.Sessions.SetUpAsync(new SetupRequest(link.Code, "eve", Password), Desk)).Failure);
        Assert.Null(_accounts.Users.LinkAtStart(isReload: false));
        Assert.Contains("anna setup anna", _accounts.Trail);
        Assert.True((await _accounts.SignIn("anna")).IsOk);
    }

    [Fact]
    public async Task SetUp_WithTwoClientsAtOnce_MakesOneAdministrator()
    {
        var link = _accounts.Users.LinkAtStart(isReload: false)!;

        var done = await Task.WhenAll(new[] { "anna", "eve" }.Select(name => Task.Run(async () => await _accounts.Sessions.SetUpAsync(new SetupRequest(link.Code, name, Password), Desk))));

        Assert.Single(done, d => d.IsOk);
        Assert.Single(_accounts.Store.State.Users);
    }

    [Fact]
    public async Task SetUp_WithGuesses_IsSlowedDown()
    {
        _accounts.Users.LinkAtStart(isReload: false);
        for (var i = 0; i < SignInGuard.FreeForName; i++)
        {
            Assert.IsType<Unauthenticated>((await _accounts.Sessions.SetUpAsync(new SetupRequest($"guess{i}", "eve", Password), Elsewhere)).Failure);
        }

        Assert.IsType<Throttled>((await _accounts.Sessions.SetUpAsync(new SetupRequest("guess", "eve", Password), Elsewhere)).Failure);
    }

    [Fact]
    public async Task Link_IsValidForADay_OverReloads_AndANewStartOrLinkMakesItVoid()
    {
        async Task<Failure?> Try(string code) => (await _accounts.Sessions.SetUpAsync(new SetupRequest(code, "anna", "short"), Desk)).Failure;
        var first = _accounts.Users.LinkAtStart(isReload: false)!;
        _accounts.Clock.Now += TimeSpan.FromHours(20);
        _accounts.Restart();
        Assert.Null(_accounts.Users.LinkAtStart(isReload: true));
        _accounts.Clock.Now += TimeSpan.FromHours(20);
        Assert.IsType<Invalid>(await Try(first.Code));
        _accounts.Clock.Now += TimeSpan.FromHours(4);
        Assert.IsType<Unauthenticated>(await Try(first.Code));

        var second = _accounts.Users.LinkAtStart(isReload: true)!;
        Assert.IsType<Invalid>(await Try(second.Code));
        _accounts.Restart();
        var third = _accounts.Users.LinkAtStart(isReload: false)!;
        Assert.IsType<Unauthenticated>(await Try(second.Code));
        var fourth = (await _accounts.Users.MakeLinkAsync(Root)).Value!;
        Assert.IsType<Unauthenticated>(await Try(third.Code));
        Assert.IsType<Invalid>(await Try(fourth.Code));

        await _accounts.Add("anna");
        Assert.IsType<Unauthenticated>(await Try(fourth.Code));
        Assert.Equal("there is an administrator already, who can add users; the set-up link is for the first one only", (await _accounts.Users.MakeLinkAsync(Root)).Failure!.Message);
    }
}
