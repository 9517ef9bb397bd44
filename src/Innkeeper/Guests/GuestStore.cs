using Innkeeper.Clocks;
using Innkeeper.Events;
using Innkeeper.Management;
using Innkeeper.Storage;
using Innkeeper.Wire;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Guests;

/// <summary>
/// Vouchers and rooms in memory, and their file. Reading takes no lock and waits for no disk. Changes are decided one after the other, and those that
/// come while the disk works are written together: five hundred guests at once wait for few writes. A change is in force when it is on disk. Any thread.
/// </summary>
internal sealed class GuestStore : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Lock _disk = new();
    private readonly string _directory;
    private readonly EventLog _events;
    private readonly TimeProvider _clock;
    private readonly List<GuestRow> _rows = [];
    private readonly List<TaskCompletionSource<string?>> _waiting = [];
    private GuestState _state = GuestState.Empty;

    /// <summary>With the changes that are not on disk yet: by it, changes are decided.</summary>
    private GuestState _head = GuestState.Empty;
    private GuestDatabase? _database;
    private GuestKey? _key;
    private volatile string? _failure;
    private volatile bool _isKnown;
    private bool _isDamaged;
    private bool _isDisposed;
    private bool _isWriting;
    private int _writes;

    /// <summary>Opens the file in a directory. Where it cannot be used, no guest can use a code, and everything else works.</summary>
    public GuestStore(string directory, EventLog events, TimeProvider clock)
    {
        (_directory, _events, _clock) = (directory, events, clock);
        lock (_disk)
        {
            TryOpen();
        }
    }

    public GuestState State => Volatile.Read(ref _state);

    /// <summary>Whether the vouchers and rooms are known. Otherwise there may be some, although <see cref="State"/> has none.</summary>
    public bool IsKnown => _isKnown;

    /// <summary>Why the file cannot be used; null: all is well.</summary>
    public string? Failure => _failure;

    /// <summary>How often it was written.</summary>
    public int Writes => Volatile.Read(ref _writes);

    /// <summary>The hash by which a code is kept; null: the key cannot be read.</summary>
    public string? HashOf(string code) => _key?.HashOf(code);

    /// <summary>Decides a change, and waits until it is on disk.</summary>
    /// <param name="decide">Makes it; a failure makes none. Called under a lock: it must not wait.</param>
    public async Task<Result<T>> ChangeAsync<T>(Func<GuestEdit, Result<T>> decide)
        where T : class
    {
        Result<T> decided;
        Task<string?> written;
        lock (_lock)
        {
            if (!_isKnown)
            {
                Retry();
            }

            if (_isDisposed || !_isKnown)
            {
                return new Unavailable(_failure ?? "the gateway is being stopped");
            }

            var edit = new GuestEdit(_head);
            decided = decide(edit);
            if (!decided.IsOk || edit.Rows.Count == 0)
            {
                return decided;
            }

            _head = edit.State;
            _rows.AddRange(edit.Rows);
            var waiter = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(waiter);
            written = waiter.Task;
            if (!_isWriting)
            {
                _isWriting = true;
                _ = Task.Run(WriteAll);
            }
        }

        return await written.ConfigureAwait(false) is { } reason ? new Unavailable($"nothing was changed: {reason}") : decided;
    }

    /// <summary>Takes a device out of everything that is kept here. It waits for the disk.</summary>
    /// <exception cref="StorageException">The file could not be written: the device is still there.</exception>
    public void Erase(MacAddress mac)
    {
        var erased = ChangeAsync<GuestState>(edit =>
        {
            edit.Erase(mac);
            return edit.State;
        }).GetAwaiter().GetResult();
        if (!erased.IsOk)
        {
            throw new StorageException(erased.Failure.Message);
        }

        lock (_disk)
        {
            try
            {
                _database?.Checkpoint();
            }
            catch (SqliteException error)
            {
                throw new StorageException($"{PathOf()} could not be cleaned: {Sql.Describe(error, PathOf())}", error);
            }
        }
    }

    /// <summary>Acceptances of terms, the latest first.</summary>
    /// <param name="mac">Of one device; null: of all.</param>
    public Result<List<Acceptance>> ReadAcceptances(MacAddress? mac, int most)
    {
        lock (_disk)
        {
            try
            {
                return TryOpen() ? _database!.ReadAcceptances(mac, most) : new Unavailable(_failure ?? "the gateway is being stopped");
            }
            catch (SqliteException error)
            {
                return new Unavailable($"the acceptances of terms cannot be read: {Sql.Describe(error, PathOf())}");
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }

        lock (_disk)
        {
            Close();
        }
    }

    private string PathOf() => Path.Combine(_directory, GuestDatabase.FileName);

    private void Retry()
    {
        lock (_disk)
        {
            TryOpen();
        }
    }

    /// <summary>Writes until nothing is left. If a write fails, all that was decided since is void.</summary>
    private void WriteAll()
    {
        while (true)
        {
            GuestRow[] rows;
            TaskCompletionSource<string?>[] waiting;
            GuestState target;
            lock (_lock)
            {
                if (_waiting.Count == 0)
                {
                    _isWriting = false;
                    return;
                }

                (rows, waiting, target) = ([.. _rows], [.. _waiting], _head);
                _rows.Clear();
                _waiting.Clear();
            }

            var reason = Write(rows);
            lock (_lock)
            {
                if (reason is null)
                {
                    Volatile.Write(ref _state, target);
                }
                else
                {
                    waiting = [.. waiting, .. _waiting];
                    _head = _state;
                    _rows.Clear();
                    _waiting.Clear();
                }
            }

            foreach (var waiter in waiting)
            {
                waiter.SetResult(reason);
            }
        }
    }

    private string? Write(IReadOnlyList<GuestRow> rows)
    {
        lock (_disk)
        {
            if (!TryOpen())
            {
                return _failure ?? "the gateway is being stopped";
            }

            try
            {
                _database!.Write(rows);
                Interlocked.Increment(ref _writes);
                Say(null);
                return null;
            }
            catch (SqliteException e)
            {
                _isDamaged = e.SqliteErrorCode is Sql.SQLITE_CORRUPT or Sql.SQLITE_NOTADB;
                Say($"vouchers and rooms cannot be written: {Sql.Describe(e, PathOf())}");
                return _failure;
            }
        }
    }

    /// <summary>Opens the file if it is not open. One that was removed or damaged while the gateway ran is made again from what is known. Under the lock of the disk.</summary>
    private bool TryOpen()
    {
        if (_isDisposed && _database is null)
        {
            return false;
        }

        if (_database is not null && !_isDamaged && File.Exists(PathOf()))
        {
            return true;
        }

        try
        {
            Close();
            var isKeyNew = false;
            _key ??= GuestKey.Open(_directory, out isKeyNew);
            var database = GuestDatabase.Open(_directory, _clock.WallNow(), out var opened);
            if (opened.Aside is { } aside)
            {
                _events.Add(new GuestsSetAside(aside, opened.Reason!, _isKnown));
            }

            if (_isKnown)
            {
                database.Write(RowsOf(State));
            }
            else
            {
                _head = database.Load();
                Volatile.Write(ref _state, _head);
            }

            (_database, _isDamaged, _isKnown) = (database, false, true);
            Say(null);
            if (isKeyNew && !State.Vouchers.IsEmpty)
            {
                _events.Add(new GuestsUnusable($"the key of the codes, {GuestKey.FileName}, was missing, and codes that were made before are void: make new ones"));
            }

            return true;
        }
        catch (StorageException e)
        {
            Say($"vouchers and rooms cannot be used: {e.Message}");
        }
        catch (SqliteException e)
        {
            Say($"vouchers and rooms cannot be used: {Sql.Describe(e, PathOf())}");
        }

        return false;
    }

    private static IReadOnlyList<GuestRow> RowsOf(GuestState state) =>
    [
        .. state.Batches.Values.Select(b => new BatchRow(b)), .. state.Vouchers.Values.Select(v => new VoucherRow(v)), .. state.Rooms.Values.Select(r => new RoomRow(r)),
        .. state.Uses.Values.SelectMany(uses => uses).Select(u => new UseRow(u)),
    ];

    /// <summary>An event for each change of the failure, and no more: a full disk stays full for hours.</summary>
    private void Say(string? failure)
    {
        var before = _failure;
        _failure = failure;
        if (failure is not null && before != failure)
        {
            _events.Add(new GuestsUnusable(failure));
        }
        else if (failure is null && before is not null)
        {
            _events.Add(new GuestsUsable());
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
}
