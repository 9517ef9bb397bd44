using System.Collections.Concurrent;
using Innkeeper.Clocks;
using Innkeeper.Events;
using Innkeeper.Management;
using Innkeeper.Policy;
using Innkeeper.Management.Contracts;
using Innkeeper.Storage;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Accounts;

/// <summary>
/// The accounts in memory, and their file. Reading takes no lock and waits for no disk. A change of users or tokens is in force when it is on
/// disk. Times of last use, which change with every request, are written once a minute and at the end. Any thread.
/// </summary>
internal sealed class AccountStore : IAuditTrail, IAccountStatus, IDisposable
{
    /// <summary>How often times of last use are written, and ended sessions are dropped.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Entries of the audit trail that wait for the disk at most.</summary>
    internal const int MostWaiting = 10_000;

    private const string NotRead = "the accounts cannot be read";

    private readonly Lock _disk = new();
    private readonly string _directory;
    private readonly EventLog _events;
    private readonly TimeProvider _clock;
    private readonly Action<StoredAudit>? _audited;
    private readonly ITimer _timer;
    private readonly ConcurrentQueue<StoredAudit> _waiting = new();
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _ends = new();
    private AccountState _state = AccountState.Empty;
    private AccountState _onDisk = AccountState.Empty;
    private AccountDatabase? _database;
    private volatile string? _failure;
    private volatile bool _isKnown;
    private bool _isDamaged;
    private bool _isDisposed;
    private int _lost;

    /// <summary>Opens the file in a directory. Where it cannot be used, no user can sign in, and everything else works.</summary>
    /// <param name="audited">Takes each entry of the audit trail that is on disk, and returns at once; null: not needed.</param>
    public AccountStore(string directory, EventLog events, TimeProvider clock, Action<StoredAudit>? audited = null)
    {
        (_directory, _events, _clock, _audited) = (directory, events, clock, audited);
        lock (_disk)
        {
            TryOpen();
        }

        _timer = clock.CreateTimer(_ => Keep(), null, Pause, Pause);
    }

    public AccountState State => Volatile.Read(ref _state);

    /// <summary>Why the accounts cannot be read, or the last change could not be written; null: all is well.</summary>
    public string? Failure => _failure;

    /// <summary>Whether the users are known. Otherwise there may be some, although <see cref="State"/> has none.</summary>
    public bool IsKnown => _isKnown;

    /// <inheritdoc/>
    public AccountsReport Report
    {
        get
        {
            var state = State;
            return new AccountsReport(state.Users.Count, state.Tokens.Count, _isKnown && !state.HasAdmin, _failure);
        }
    }

    /// <summary>Makes a change and writes it. It is in force when it is on disk.</summary>
    /// <param name="change">The accounts after it, or why it cannot be made. It may be called again.</param>
    /// <param name="isOptional">It is in force also while the disk is full: a sign-in.</param>
    /// <param name="entry">For the audit trail.</param>
    /// <returns>Null: done.</returns>
    public Failure? Change(Func<AccountState, Result<AccountState>> change, AuditEntry entry, bool isOptional = false)
    {
        lock (_disk)
        {
            var isOpen = TryOpen();
            if (!isOpen && !(isOptional && _isKnown))
            {
                return new Unavailable(_failure ?? "the gateway is being stopped");
            }

            var next = change(State);
            if (!next.IsOk)
            {
                return next.Failure;
            }

            if ((isOpen ? Write(next.Value, [StoredOf(entry)]) : _failure ?? "") is { } reason)
            {
                if (!isOptional)
                {
                    return new Unavailable($"nothing was changed: {reason}");
                }

                Add(entry);
            }

            Publish(state => change(state) is { IsOk: true } again ? again.Value : state);
        }

        EndAccesses();
        return null;
    }

    /// <summary>Notes something that the next minute's writing is soon enough for.</summary>
    public void Touch(Func<AccountState, AccountState> change) => Publish(change);

    /// <summary>Ends with a session or token.</summary>
    /// <param name="hash">Of its value.</param>
    public CancellationToken EndOf(string hash)
    {
        var end = _ends.GetOrAdd(hash, _ => new CancellationTokenSource());
        if (!IsAlive(hash))
        {
            End(hash);
        }

        return end.Token;
    }

    /// <inheritdoc/>
    public void Add(AuditEntry entry)
    {
        if (_waiting.Count >= MostWaiting)
        {
            Interlocked.Increment(ref _lost);
            return;
        }

        _waiting.Enqueue(StoredOf(entry));
    }

    /// <inheritdoc/>
    public string? Flush()
    {
        lock (_disk)
        {
            return !TryOpen() ? _failure : ReferenceEquals(State, _onDisk) && _waiting.IsEmpty ? null : Write(State, []);
        }
    }

    /// <summary>Entries of the audit trail, newest first.</summary>
    /// <param name="subject">Of <see cref="AuditFilter.Device"/>.</param>
    public Result<List<StoredAudit>> ReadAudit(AuditFilter filter, string? subject)
    {
        lock (_disk)
        {
            try
            {
                return Flush() is { } reason ? new Unavailable(reason) : _database!.ReadAudit(filter, subject);
            }
            catch (SqliteException error)
            {
                return new Unavailable($"the audit trail cannot be read: {Sql.Describe(error, PathOf())}");
            }
        }
    }

    /// <summary>Deletes entries of the audit trail that are older than a time; while the file cannot be written, it does nothing.</summary>
    public void DeleteAudit(DateTimeOffset before) => OnDisk(database => database.DeleteAudit(before));

    /// <summary>Takes a device's names and fields out of the audit trail.</summary>
    /// <exception cref="StorageException">It was not done.</exception>
    public void EraseAudit(ErasedDevice device)
    {
        if (OnDisk(database => database.EraseAudit(device)) is { } reason)
        {
            throw new StorageException(reason);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        Flush();
        lock (_disk)
        {
            _isDisposed = true;
            Close();
        }

        foreach (var hash in _ends.Keys)
        {
            End(hash);
        }
    }

    /// <summary>Drops what has ended, and writes what has changed.</summary>
    internal void Keep()
    {
        Touch(state => state.Pruned(_clock.GetUtcNow()));
        EndAccesses();
        Flush();
    }

    /// <returns>Why it was not done; null: it was.</returns>
    private string? OnDisk(Action<AccountDatabase> action)
    {
        lock (_disk)
        {
            if (Flush() is { } reason)
            {
                return reason;
            }

            try
            {
                action(_database!);
                return null;
            }
            catch (SqliteException error)
            {
                return $"the audit trail cannot be written: {Sql.Describe(error, PathOf())}";
            }
        }
    }

    private void Close()
    {
        try
        {
            _database?.Dispose();
        }
        catch (SqliteException)
        {
            // Closing writes the log back; it stays, and the next start reads it.
        }

        _database = null;
    }

    private StoredAudit StoredOf(AuditEntry entry) => new(
        0, _clock.WallNow(), entry.Who.Name, entry.Who.Kind, entry.Who.From, entry.What, entry.Subject, entry.Text, entry.Before, entry.After, entry.IsRefusal);

    private string PathOf() => Path.Combine(_directory, AccountDatabase.FileName);

    /// <summary>Opens the file if it is not open. One that was removed while the gateway ran is made again from what is known. Under the lock.</summary>
    private bool TryOpen()
    {
        if (_isDisposed)
        {
            return false;
        }

        if (_database is not null && !_isDamaged && File.Exists(PathOf()))
        {
            return true;
        }

        try
        {
            var isKnown = _isKnown;
            Close();
            var database = AccountDatabase.Open(_directory, _clock.WallNow(), out var opened);
            if (opened.Aside is { } aside)
            {
                _events.Add(new AccountsSetAside(aside, opened.Reason!, isKnown));
            }

            _onDisk = database.Load();
            if (!isKnown)
            {
                Volatile.Write(ref _state, _onDisk);
            }

            (_database, _isDamaged, _isKnown) = (database, false, true);
            Say(null);
            return true;
        }
        catch (StorageException e)
        {
            Say($"{NotRead}: {e.Message}");
        }
        catch (SqliteException e)
        {
            Say($"{NotRead}: {Sql.Describe(e, PathOf())}");
        }

        return false;
    }

    /// <returns>Why nothing was written; null: it was.</returns>
    private string? Write(AccountState next, IEnumerable<StoredAudit> added)
    {
        var waiting = _waiting.ToArray();
        var lost = Volatile.Read(ref _lost);
        List<StoredAudit> entries = [.. waiting, .. added];
        if (lost > 0)
        {
            entries.Add(StoredOf(new AuditEntry(Actor.Gateway, "audit-lost", "", $"{lost} entries were lost while the disk could not be written")));
        }

        try
        {
            _database!.Write(_onDisk, next, entries);
        }
        catch (SqliteException e)
        {
            _isDamaged = e.SqliteErrorCode is Sql.SQLITE_CORRUPT or Sql.SQLITE_NOTADB;
            Say($"the accounts cannot be written: {Sql.Describe(e, PathOf())}");
            return _failure;
        }

        _onDisk = next;
        Interlocked.Add(ref _lost, -lost);
        for (var i = 0; i < waiting.Length; i++)
        {
            _waiting.TryDequeue(out _);
        }

        entries.ForEach(e => _audited?.Invoke(e));

        Say(null);
        return null;
    }

    /// <summary>An event for each change of the failure, and no more: a full disk stays full for hours.</summary>
    private void Say(string? failure)
    {
        var (before, known) = (_failure, _failure is not null);
        _failure = failure;
        if (failure is not null && before != failure)
        {
            _events.Add(new AccountsUnusable(failure));
        }
        else if (failure is null && known)
        {
            _events.Add(new AccountsUsable());
        }
    }

    private void Publish(Func<AccountState, AccountState> change)
    {
        while (true)
        {
            var state = State;
            var next = change(state);
            if (ReferenceEquals(state, next) || ReferenceEquals(Interlocked.CompareExchange(ref _state, next, state), state))
            {
                return;
            }
        }
    }

    private bool IsAlive(string hash)
    {
        var (state, now) = (State, _clock.GetUtcNow());
        return state.Sessions.TryGetValue(hash, out var session) ? session.IsValid(now) : state.TokenOf(hash) is { } token && token.IsValid(now);
    }

    private void EndAccesses()
    {
        foreach (var hash in _ends.Keys.Where(hash => !IsAlive(hash)))
        {
            End(hash);
        }
    }

    /// <summary>Callbacks are the streams' own, on other threads: a slow one does not hold up the change.</summary>
    private void End(string hash)
    {
        if (_ends.TryRemove(hash, out var end))
        {
            _ = end.CancelAsync();
        }
    }
}
