using System.Net;
using Innkeeper.Accounts;
using Innkeeper.Events;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Management;
using Innkeeper.Tests.Storage;

namespace Innkeeper.Tests.Accounts;

/// <summary>The operations on accounts with a file of their own, a clock that stands, and hashes that cost little.</summary>
internal sealed class AccountFixture : IDisposable
{
    /// <summary>A password that the rule accepts.</summary>
    public const string Password = "correct horse battery";

    public static readonly IPAddress Desk = IPAddress.Parse("192.0.2.7");
    public static readonly IPAddress Elsewhere = IPAddress.Parse("198.51.100.66");
    public static readonly Actor Root = ManagementFixture.Admin;

    private readonly TemporaryDirectory _directory = new();

    public AccountFixture()
    {
        Events = new EventLog(Clock);
        Open();
    }

    public ManualClock Clock { get; } = new(ManagementFixture.Start);

    public EventLog Events { get; }

    public AccountStore Store { get; private set; } = null!;

    public Passwords Passwords { get; private set; } = null!;

    public SignInGuard Guard { get; private set; } = null!;

    public UserOperations Users { get; private set; } = null!;

    public TokenOperations Tokens { get; private set; } = null!;

    public SessionOperations Sessions { get; private set; } = null!;

    public AuditLog Audit { get; private set; } = null!;

    public string File => Path.Combine(_directory.Path, AccountDatabase.FileName);

    /// <summary>It and SQLite's files beside it.</summary>
    public string[] Files => Directory.GetFiles(_directory.Path, AccountDatabase.FileName + "*");

    /// <summary>The operations and subjects of the audit trail, oldest first.</summary>
    public string[] Trail => [.. Entries.Select(e => $"{e.Actor} {e.What} {e.Subject}".TrimEnd())];

    public AuditEntryReport[] Entries => [.. Audit.List(Root, new AuditFilter(AuditFilter.MostEntries)).Value!.Entries.Reverse()];

    public string[] Said => [.. Events.Latest().Select(e => $"{e.Kind}: {e.Text}")];

    /// <summary>As after a reload: another process with the same file.</summary>
    public void Restart(int iterations = 1000)
    {
        Close();
        Open(iterations);
    }

    public void Dispose()
    {
        Close();
        _directory.Dispose();
    }

    public async Task<AccountChange> Add(string name, string role = "admin", string password = Password) => (await Users.AddAsync(Root, new NewUser(name, role, password))).Value!;

    public ValueTask<Result<SignedIn>> SignIn(string name, string password = Password, IPAddress? from = null) => Sessions.SignInAsync(new Credentials(name, password), from ?? Desk);

    public async Task<SignedIn> SignedIn(string name, string password = Password, IPAddress? from = null) => (await SignIn(name, password, from)).Value!;

    private void Open(int iterations = 1000)
    {
        Store = new AccountStore(_directory.Path, Events, Clock);
        Passwords = new Passwords(iterations);
        Guard = new SignInGuard(Clock);
        var changes = new AccountChanges(Store, Events);
        Users = new UserOperations(changes, Passwords, Guard, () => ["https://192.0.2.1:7443/"], Clock);
        Tokens = new TokenOperations(changes, Clock);
        Sessions = new SessionOperations(Store, Passwords, Guard, new SignInRefusals(Store, Events, Clock), Clock);
        Audit = new AuditLog(Store, device => device == "phone" ? "02:00:00:00:00:01" : null);
    }

    private void Close()
    {
        Passwords.Dispose();
        Store.Dispose();
    }
}
