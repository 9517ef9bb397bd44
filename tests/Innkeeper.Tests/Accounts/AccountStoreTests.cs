using Innkeeper.Accounts;
using Innkeeper.Events;
using Innkeeper.Management;
using Innkeeper.Storage;
using Innkeeper.Tests.Management;
using Innkeeper.Tests.Storage;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Tests.Accounts;

/// <summary>The file of the accounts: what is kept, and what happens when it cannot be.</summary>
public sealed class AccountStoreTests : IDisposable
{
    private static readonly DateTimeOffset s_start = ManagementFixture.Start;
    private static readonly AuditEntry s_entry = new(ManagementFixture.Admin, "user-add", "anna", "anna is a user");

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualClock _clock = new(s_start);
    private readonly EventLog _events;

    public AccountStoreTests() => _events = new EventLog(_clock);

    private string File => Path.Combine(_directory.Path, AccountDatabase.FileName);

    public void Dispose() => _directory.Dispose();

    private AccountStore Open() => new(_directory.Path, _events, _clock);

    private string[] Said() => [.. _events.Latest().Select(e => e.Text)];

    private static AccountState With(AccountState state, User user) => state with { Users = state.Users.SetItem(user.Name, user) };

    private static User UserOf(string name, Permission role = Permission.Admin) => new(name, role, "hash", s_start);

    private static Failure? Add(AccountStore store, string name) => store.Change(state => With(state, UserOf(name)), s_entry with { Subject = name });

    [Fact]
    public void Everything_IsThereAfterARestart()
    {
        var user = new User("Anna", Permission.Operator, "hash", s_start, s_start.AddHours(1), IsDisabled: true);
        var token = new ApiToken("nagios", Permission.Viewer, new string('a', 64), s_start, "root", s_start.AddDays(1), s_start.AddMinutes(3), "192.0.2.7");
        var forever = new ApiToken("forever", Permission.Admin, new string('b', 64), s_start, "root", null);
        var session = new Session(new string('c', 64), "Anna", s_start, s_start.AddMinutes(1), "2001:db8::1");
        var host = new KnownHost("Anna", "192.0.2.7", s_start);
        var setup = new SetupCode(new string('d', 64), s_start.AddDays(1));
        using (var store = Open())
        {
            Assert.Null(store.Change(
                state => With(state, user) with
                {
                    Tokens = state.Tokens.SetItem(token.Name, token).SetItem(forever.Name, forever),
                    Sessions = state.Sessions.SetItem(session.Hash, session),
                    Hosts = state.Hosts.SetItem(AccountState.KeyOf("Anna", "192.0.2.7"), host),
                    Setup = setup,
                },
                s_entry));
        }

        using var again = Open();
        Assert.Equal((user, setup), (again.State.Users["ANNA"], again.State.Setup));
        Assert.Equal([forever, token], again.State.Tokens.Values);
        Assert.Equal((session, host), (again.State.Sessions[session.Hash], Assert.Single(again.State.Hosts).Value));
        Assert.Equal(("root", "user-add", "anna"), Assert.Single(again.ReadAudit(new AuditFilter(), null).Value!) is var e ? (e.Actor, e.What, e.Subject) : default);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.Empty(Said());
    }

    [Fact]
    public void Removals_AreThereAfterARestart()
    {
        using (var store = Open())
        {
            Add(store, "anna");
            Add(store, "ben");
            Assert.Null(store.Change(state => state.Without(state.Users["anna"]), s_entry));
        }

        using var again = Open();
        Assert.Equal(["ben"], again.State.Users.Keys);
    }

    /// <summary>The last use of a session is in memory at once, and on disk a minute later; a process that is replaced writes it too.</summary>
    [Fact]
    public void Touch_IsWrittenByTheMinute_AndByFlush()
    {
        using var store = Open();
        Add(store, "anna");
        store.Touch(state => With(state, UserOf("anna") with { LastSignIn = s_start.AddHours(1) }));
        using (var other = Open())
        {
            Assert.Null(other.State.Users["anna"].LastSignIn);
        }

        Assert.Null(store.Flush());

        using var later = Open();
        Assert.Equal(s_start.AddHours(1), later.State.Users["anna"].LastSignIn);
    }

    [Fact]
    public void Keep_DropsSessionsThatHaveEnded_AndEndsTheirStreams()
    {
        using var store = Open();
        var idle = new Session(new string('1', 64), "anna", s_start, s_start, "192.0.2.7");
        var used = new Session(new string('2', 64), "anna", s_start, s_start.AddHours(2), "192.0.2.7");
        store.Touch(state => state with { Sessions = state.Sessions.SetItem(idle.Hash, idle).SetItem(used.Hash, used) });
        var (ends, lives) = (store.EndOf(idle.Hash), store.EndOf(used.Hash));
        _clock.Now = s_start + Session.Idle;

        store.Keep();

        Assert.Equal([used.Hash], store.State.Sessions.Keys);
        Assert.True(ends.WaitHandle.WaitOne(TimeSpan.FromSeconds(10)));
        Assert.False(lives.IsCancellationRequested);
        Assert.True(store.EndOf("no such session").WaitHandle.WaitOne(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Damage_IsSetAside_Said_AndANewFileIsBegun()
    {
        System.IO.File.WriteAllBytes(File, [.. Enumerable.Repeat((byte)7, 8192)]);

        using var store = Open();

        Assert.True(store.IsKnown);
        Assert.Null(Add(store, "anna"));
        var text = Assert.Single(Said());
        Assert.StartsWith("the file of users and tokens was unusable (the file is not a database) and was moved to ", text, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_directory.Path, "accounts.db.corrupt-*"));
    }

    [Fact]
    public void NewerFile_StaysAsItIs_AndNoUserIsKnown()
    {
        using (var store = Open())
        {
            Add(store, "anna");
        }

        SetVersion(99);
        var before = System.IO.File.ReadAllBytes(File);
        using (var store = Open())
        {
            Assert.False(store.IsKnown);
            Assert.Contains("a newer version of Innkeeper (schema 99", store.Failure, StringComparison.Ordinal);
            Assert.IsType<Unavailable>(Add(store, "ben"));
            Assert.IsType<Unavailable>(store.ReadAudit(new AuditFilter(), null).Failure);
        }

        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
        Assert.StartsWith("the accounts cannot be read: ", Assert.Single(Said()), StringComparison.Ordinal);
        SetVersion(AccountDatabase.Version);
        using var again = Open();
        Assert.Equal(["anna"], again.State.Users.Keys);
    }

    [Fact]
    public void FileThatIsRemoved_IsMadeAgainFromMemory()
    {
        using var store = Open();
        Add(store, "anna");
        foreach (var file in Directory.GetFiles(_directory.Path))
        {
            System.IO.File.Delete(file);
        }

        Assert.Null(Add(store, "ben"));

        using var again = Open();
        Assert.Equal(["anna", "ben"], again.State.Users.Keys);
    }

    /// <summary>A change that is not on disk is not in force; a sign-in is, and is written later.</summary>
    [Fact]
    public void LockedFile_RefusesChanges_ButLetsUsersSignIn_AndIsSaidOnce()
    {
        using var store = Open();
        Add(store, "anna");
        using (new DatabaseLock(File))
        {
            Assert.Contains("nothing was changed", Assert.IsType<Unavailable>(Add(store, "ben")).Message, StringComparison.Ordinal);
            Assert.Null(store.Change(state => With(state, state.Users["anna"] with { LastSignIn = s_start }), s_entry with { What = "sign-in" }, isOptional: true));
            Assert.Equal(["anna"], store.State.Users.Keys);
            Assert.Equal(s_start, store.State.Users["anna"].LastSignIn);
        }

        Assert.Null(store.Flush());
        Assert.Equal(2, Said().Length);
        Assert.Equal("users, tokens and the audit trail are read and written again", Said()[1]);
        Assert.Equal(["sign-in", "user-add"], store.ReadAudit(new AuditFilter(), null).Value!.Select(e => e.What));
    }

    [Fact]
    public void Trail_IsBounded_AndRefusalsDoNotPushChangesOut()
    {
        using var store = Open();
        store.Add(s_entry);
        for (var i = 0; i < AccountDatabase.MostRefusals + 10; i++)
        {
            store.Add(new AuditEntry(ManagementFixture.Viewer, "sign-in-refused", $"{i}", "refused") { IsRefusal = true });
        }

        Assert.Null(store.Flush());

        Assert.Equal((long)AccountDatabase.MostRefusals, Count("refusal = 1"));
        Assert.Equal(1, Count("refusal = 0"));
        Assert.Equal(0, Count("subject = '9'"));
    }

    [Fact]
    public void Trail_OfAFullQueue_SaysHowManyAreLost()
    {
        using var store = Open();
        for (var i = 0; i < AccountStore.MostWaiting + 7; i++)
        {
            store.Add(s_entry);
        }

        Assert.Null(store.Flush());

        var last = store.ReadAudit(new AuditFilter(Last: 1), null).Value![0];
        Assert.Equal(("audit-lost", "7 entries were lost while the disk could not be written"), (last.What, last.Text));
    }

    /// <summary>Readers, changes, and notes of many threads at once: nothing is lost, nothing throws, and the file has all of it.</summary>
    [Fact]
    public async Task Threads_AtOnce_LoseNothing()
    {
        using (var store = Open())
        {
            var session = new Session(new string('5', 64), "user0", s_start, s_start, "192.0.2.7");
            store.Touch(state => state with { Sessions = state.Sessions.SetItem(session.Hash, session) });
            await Task.WhenAll(
                Enumerable.Range(0, 8).Select(i => Task.Run(() => Assert.Null(Add(store, $"user{i}"))))
                    .Concat(Enumerable.Range(1, 8).Select(i => Task.Run(() =>
                    {
                        for (var n = 0; n < 50; n++)
                        {
                            store.Add(s_entry);
                            store.Touch(state => state with { Sessions = state.Sessions.SetItem(session.Hash, state.Sessions[session.Hash] with { LastSeen = state.Sessions[session.Hash].LastSeen.AddSeconds(1) }) });
                        }
                    }))));
            Assert.Equal(s_start.AddSeconds(400), store.State.Sessions[session.Hash].LastSeen);
        }

        using var again = Open();
        Assert.Equal(8, again.State.Users.Count);
        Assert.Equal(s_start.AddSeconds(400), Assert.Single(again.State.Sessions.Values).LastSeen);
        Assert.Equal(408, Count("1"));
    }

    private long Count(string condition)
    {
        using var connection = StateOpener.ConnectOnly(File);
        return (long)Sql.Scalar(connection, $"SELECT count(*) FROM audit WHERE {condition}")!;
    }

    private void SetVersion(int version)
    {
        using var connection = StateOpener.ConnectOnly(File);
        Sql.Execute(connection, $"PRAGMA user_version = {version}; PRAGMA wal_checkpoint(TRUNCATE);");
        SqliteConnection.ClearAllPools();
    }
}
