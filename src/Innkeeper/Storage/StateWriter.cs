using Innkeeper.Clocks;
using Innkeeper.ControlPlane;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Storage.Tables;

namespace Innkeeper.Storage;

/// <summary>
/// Writes rows in the background, so that callers never wait for the disk. A thread commits what waits, up to
/// <see cref="WriteQueue.GroupSize"/> rows a transaction. While the disk fails, the latest write of each row waits in memory,
/// up to a bound, and the thread retries at growing intervals.
/// </summary>
internal sealed class StateWriter : IDurability, IDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPauseWithLeases = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(2);

    private readonly StateStore _store;
    private readonly IReadOnlyList<IStateListener> _listeners;
    private readonly TimeProvider _time;
    private readonly Thread _thread;

    // All below belongs to this monitor.
    private readonly object _gate = new();
    private readonly WriteQueue _queue;
    private readonly List<PendingWrite> _group = new(WriteQueue.GroupSize);
    private readonly HashSet<PendingWrite> _refused = new(ReferenceEqualityComparer.Instance);
    private ulong _eventNumber;
    private long _accepted;
    private long _written;
    private long _lost;
    private DateTimeOffset? _failingSince;
    private string? _reason;
    private bool _hurry;
    private bool _stopping;

    /// <param name="store">Stays its owner's, to be disposed after this.</param>
    /// <param name="listeners">Hear of its work, in this order.</param>
    /// <param name="time">The wall clock: gives the time of a failure.</param>
    /// <param name="bound">Maximum number of rows that wait, leases apart.</param>
    internal StateWriter(StateStore store, IReadOnlyList<IStateListener>? listeners = null, TimeProvider? time = null, int bound = WriteQueue.DefaultBound)
    {
        _store = store;
        _listeners = listeners ?? [];
        _time = time ?? TimeProvider.System;
        _queue = new WriteQueue(bound);
        if (!store.IsWritable)
        {
            (_failingSince, _reason) = (_time.WallNow(), store.Outcome.Reason);
        }

        _thread = new Thread(Run, 256 * 1024) { Name = "storage", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whether state is durable now.</summary>
    internal StorageHealth Health
    {
        get
        {
            lock (_gate)
            {
                return new StorageHealth(_store.Path, _failingSince, _reason, _queue.Count + _group.Count, _lost);
            }
        }
    }

    /// <summary>Writes a row soon. When too many rows wait, the write is lost and counted.</summary>
    internal void Enqueue(PendingWrite write)
    {
        lock (_gate)
        {
            TryEnqueue(write);
        }
    }

    /// <summary>Adds a line to the audit trail.</summary>
    internal void AddEvent(DateTimeOffset time, string kind, string text)
    {
        lock (_gate)
        {
            TryEnqueue(new AddEvent(time, kind, text, _eventNumber++));
        }
    }

    /// <summary>Saves a lease as given.</summary>
    /// <param name="row">Marked as stored when the lease is on disk.</param>
    /// <param name="done">See <see cref="Tables.SaveLease"/>; called by the writing thread, which waits for it, or at once while the disk fails.</param>
    internal void SaveLease(StoredLease lease, LeaseRow row, Action<bool>? done)
    {
        bool isAwaited;
        lock (_gate)
        {
            // While the disk fails, no client is kept waiting for it.
            isAwaited = _failingSince is null;
            isAwaited &= TryEnqueue(new SaveLease(lease, row, isAwaited ? done : null));
        }

        if (!isAwaited)
        {
            done?.Invoke(false);
        }
    }

    /// <summary>Waits until every row that was enqueued before is on disk. A retry that is due later is made at once.</summary>
    /// <returns>False on timeout.</returns>
    internal bool Flush(TimeSpan timeout)
    {
        var deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        lock (_gate)
        {
            var target = _accepted;
            _hurry = true;
            Monitor.PulseAll(_gate);
            while (_written < target)
            {
                var left = deadline - Environment.TickCount64;
                if (left <= 0)
                {
                    return false;
                }

                Monitor.Wait(_gate, (int)Math.Min(left, int.MaxValue));
            }

            return true;
        }
    }

    /// <inheritdoc/>
    public string? AwaitDisk(TimeSpan patience) => Flush(patience) ? null : Health.Reason ?? "the disk is slow";

    /// <summary>Tries for two seconds to write what waits, then stops.</summary>
    public void Dispose()
    {
        Flush(LastFlush);
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    /// <summary>The caller holds the monitor.</summary>
    private bool TryEnqueue(PendingWrite write)
    {
        if (!_queue.TryAdd(write, out var isNewRow))
        {
            _lost++;
            return false;
        }

        _accepted += isNewRow ? 1 : 0;
        if (isNewRow && _queue.Count == 1)
        {
            Monitor.PulseAll(_gate);
        }

        return true;
    }

    private void Run()
    {
        var pause = ShortestPause;
        while (true)
        {
            try
            {
                if (!_store.IsWritable)
                {
                    Reopen();
                    Recover();
                }

                if (!TakeGroup())
                {
                    return;
                }

                _refused.Clear();
                Written(_store.Commit(_group, write => _refused.Add(write)));
                pause = ShortestPause;
            }
            catch (StorageException error)
            {
                Report(isWritten: false);
                if (!WaitAfter(error, pause))
                {
                    return;
                }

                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                TryReopen();
            }
        }
    }

    /// <summary>Waits for rows and moves the oldest into the group. A group that failed is written again as it is.</summary>
    /// <returns>False when the writer stops.</returns>
    private bool TakeGroup()
    {
        lock (_gate)
        {
            while (_group.Count == 0 && _queue.Count == 0 && !_stopping)
            {
                Monitor.Wait(_gate);
            }

            if (_group.Count == 0 && !_stopping)
            {
                _queue.TakeGroup(_group);
            }

            return !_stopping;
        }
    }

    /// <summary>Reports to each lease's client, once. A lease that failed is retried, but its client is not kept waiting for that.</summary>
    private void Report(bool isWritten)
    {
        for (var i = 0; i < _group.Count; i++)
        {
            if (_group[i] is not SaveLease save)
            {
                continue;
            }

            var isStored = isWritten && !_refused.Contains(save);
            if (isStored)
            {
                save.Row.Stored(save.Lease.Expires, save.Lease.IsReleased);
            }

            save.Done?.Invoke(isStored);
            _group[i] = save with { Done = null };
        }
    }

    private void Written(int refused)
    {
        Report(isWritten: true);
        var isAny = _group.Count > 0;
        var isDecision = _group.Exists(IsDecision);

        bool recovered;
        lock (_gate)
        {
            recovered = _failingSince is not null;
            _written += _group.Count;
            _lost += refused;
            _group.Clear();
            _failingSince = null;
            _reason = null;
            _hurry = false;
            Monitor.PulseAll(_gate);
        }

        if (recovered)
        {
            TellHealth();
        }

        if (isAny)
        {
            foreach (var listener in _listeners)
            {
                listener.Committed(isDecision);
            }
        }
    }

    /// <summary>The order to forget a device leaves no record; its event is the trace.</summary>
    private static bool IsDecision(PendingWrite write) =>
        write is SaveDevice { Device.IsDecided: true } or AddEvent { Kind: EventKind.DeviceForget };

    /// <summary>The database can be written; whether anything waits or not.</summary>
    private void Recover()
    {
        lock (_gate)
        {
            (_failingSince, _reason) = (null, null);
        }

        TellHealth();
    }

    private void TellHealth()
    {
        var health = Health;
        foreach (var listener in _listeners)
        {
            listener.HealthChanged(health);
        }
    }

    private bool WaitAfter(StorageException error, TimeSpan pause)
    {
        bool failed;
        lock (_gate)
        {
            failed = _failingSince is null;
            _failingSince ??= _time.WallNow();
            _reason = error.Message;
        }

        if (failed)
        {
            TellHealth();
        }

        lock (_gate)
        {
            if (pause > LongestPauseWithLeases && (_queue.HasLeases || _group.Exists(write => write is SaveLease)))
            {
                pause = LongestPauseWithLeases;
            }

            var until = Environment.TickCount64 + (long)pause.TotalMilliseconds;
            while (!_stopping && !_hurry && until - Environment.TickCount64 is > 0 and var left)
            {
                Monitor.Wait(_gate, (int)left);
            }

            _hurry = false;
            return !_stopping;
        }
    }

    private void TryReopen()
    {
        try
        {
            Reopen();
        }
        catch (StorageException)
        {
            // The next commit fails on the old connection and says why.
        }
    }

    private void Reopen()
    {
        if (_store.Reopen() is { } replacement)
        {
            foreach (var listener in _listeners)
            {
                listener.Replaced(replacement);
            }
        }
    }
}
