using Innkeeper.Policy;
using Innkeeper.Dhcp;
using Innkeeper.ControlPlane;
using Innkeeper.Wire;

namespace Innkeeper.Storage;

/// <summary>
/// Writes changes behind its callers' backs: they never wait for the disk. A thread drains what waits, up to
/// <see cref="GroupSize"/> rows a transaction. While the disk refuses, the latest change of each row waits in memory,
/// up to a bound, and the thread tries again at growing intervals. Leases go first: a client waits for each, and all that came
/// while one transaction was under way share the next.
/// </summary>
internal sealed class StateWriter : IDurability, IDisposable
{
    /// <summary>Most rows in one transaction.</summary>
    internal const int GroupSize = 256;

    /// <summary>Most rows that wait, unless set otherwise.</summary>
    internal const int DefaultBound = 32_768;

    /// <summary>Most of them that are events: the audit trail never crowds out bindings.</summary>
    internal const int EventBound = 1_024;

    /// <summary>Most leases that wait; beyond them a client gets no answer.</summary>
    internal const int LeaseBound = 65_536;

    /// <summary>Rows that nobody waits for, in a transaction with leases.</summary>
    private const int RowsBesideLeases = 64;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPauseWithLeases = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(2);

    private readonly StateStore _store;
    private readonly TimeProvider _time;
    private readonly int _bound;
    private readonly Thread _thread;

    // All below belongs to this monitor. _order and _leases together have each key of _waiting once.
    private readonly object _gate = new();
    private readonly Dictionary<WriteKey, PendingWrite> _waiting = [];
    private readonly Queue<WriteKey> _order = [];
    private readonly Queue<WriteKey> _leases = [];
    private readonly List<PendingWrite> _group = new(GroupSize);
    private readonly HashSet<PendingWrite> _refused = new(ReferenceEqualityComparer.Instance);
    private int _waitingEvents;
    private ulong _eventNumber;
    private long _accepted;
    private long _written;
    private long _lost;
    private DateTimeOffset? _failingSince;
    private string? _reason;
    private bool _hurry;
    private bool _stopping;

    /// <param name="store">Stays its owner's, to be disposed after this.</param>
    /// <param name="time">Gives the time of a failure.</param>
    /// <param name="bound">Most rows that wait.</param>
    internal StateWriter(StateStore store, TimeProvider? time = null, int bound = DefaultBound)
    {
        _store = store;
        _time = time ?? TimeProvider.System;
        _bound = bound;
        _thread = new Thread(Write, 256 * 1024) { Name = "storage", IsBackground = true };
        _thread.Start();
    }

    /// <summary>State is not durable any more, or is again. Called by the writing thread; must not wait.</summary>
    internal event Action<StorageHealth>? HealthChanged;

    /// <summary>Whether state is durable now.</summary>
    internal StorageHealth Health
    {
        get
        {
            lock (_gate)
            {
                return new StorageHealth(_store.Path, _failingSince, _reason, _waiting.Count + _group.Count, _lost);
            }
        }
    }

    /// <summary>Keeps a binding as given.</summary>
    internal void SaveBinding(StoredBinding binding) => Enqueue(WriteKey.Of(binding.Key), new SaveBinding(binding));

    /// <summary>Keeps a device as given.</summary>
    internal void SaveDevice(StoredDevice device) => Enqueue(WriteKey.Of(device.Key), new SaveDevice(device));

    /// <summary>Bindings and their devices were seen.</summary>
    internal void Touch(ReadOnlySpan<StoredBindingKey> bindings, DateTimeOffset seen)
    {
        foreach (var key in bindings)
        {
            Enqueue(WriteKey.Of(key), new TouchBinding(key, seen, Release: false));
            Enqueue(WriteKey.Of(key.Device), new TouchDevice(key.Device, seen));
        }
    }

    /// <summary>A binding is no longer in use; it is kept, marked as released, for the device's return.</summary>
    internal void Release(StoredBindingKey binding, DateTimeOffset when) =>
        Enqueue(WriteKey.Of(binding), new TouchBinding(binding, when, Release: true));

    /// <summary>A legal address is not to be given out until then.</summary>
    internal void Quarantine(Ipv4Address legal, DateTimeOffset until) =>
        Enqueue(WriteKey.OfQuarantine(legal), new SaveQuarantine(new StoredQuarantine(legal, until)));

    /// <summary>A legal address may be given out again.</summary>
    internal void EndQuarantine(Ipv4Address legal) => Enqueue(WriteKey.OfQuarantine(legal), new EndQuarantine(legal));

    /// <summary>Keeps a device's record as given.</summary>
    internal void SaveRecord(DeviceRecord record) => Enqueue(WriteKey.OfRecord(record.Mac), new SaveRecord(record));

    internal void ForgetRecord(MacAddress mac) => Enqueue(WriteKey.OfRecord(mac), new ForgetRecord(mac));

    internal void SaveGatewayOutage(GatewayOutage gateway) => Enqueue(WriteKey.OfGateway(gateway.Name), new SaveGatewayOutage(gateway));

    internal void ForgetGatewayOutage(string name) => Enqueue(WriteKey.OfGateway(name), new ForgetGatewayOutage(name));

    internal void ForgetBinding(StoredBindingKey binding) => Enqueue(WriteKey.Of(binding), new ForgetBinding(binding));

    /// <summary>Keeps a lease as given.</summary>
    /// <param name="row">Is told when it is on disk.</param>
    /// <param name="done">See <see cref="SaveLease"/>; called by the writer's thread, which waits for it.</param>
    internal void SaveLease(StoredLease lease, LeaseRow row, Action<bool>? done)
    {
        bool isHopeful;
        lock (_gate)
        {
            // While the disk fails nobody is kept waiting for it.
            isHopeful = _failingSince is null;
            isHopeful &= Enqueue(WriteKey.Of(lease.Key), new SaveLease(lease, row, isHopeful ? done : null));
        }

        if (!isHopeful)
        {
            done?.Invoke(false);
        }
    }

    /// <summary>A lease is no more, and its client is not remembered.</summary>
    internal void ForgetLease(LeaseKey key) => Enqueue(WriteKey.Of(key), new ForgetLease(key));

    /// <summary>Keeps something of the notifications.</summary>
    internal void Save(OutboxChange change) => Enqueue(change.Key, change);

    /// <summary>Adds a line to the audit trail.</summary>
    internal void Event(DateTimeOffset time, string kind, string text)
    {
        lock (_gate)
        {
            Enqueue(WriteKey.OfEvent(_eventNumber++), new AddEvent(time, kind, text));
        }
    }

    /// <summary>Waits until everything given before is on disk. Tries at once where a retry was due later.</summary>
    /// <returns>False when it did not come to that in time.</returns>
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

    /// <summary>Tries for a moment to write what waits, then stops.</summary>
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

    /// <returns>False when too much waits, and this is lost.</returns>
    private bool Enqueue(WriteKey key, PendingWrite change)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(key, out var earlier))
            {
                _waiting[key] = earlier.MergeWith(change);
                return true;
            }

            var isEvent = key.Table == WriteTable.Events;
            var isLease = key.Table == WriteTable.Leases;
            if (isLease ? _leases.Count >= LeaseBound : _order.Count >= _bound || (isEvent && _waitingEvents >= EventBound))
            {
                _lost++;
                return false;
            }

            _waiting.Add(key, change);
            (isLease ? _leases : _order).Enqueue(key);
            _accepted++;
            _waitingEvents += isEvent ? 1 : 0;
            if (_waiting.Count == 1)
            {
                Monitor.PulseAll(_gate);
            }

            return true;
        }
    }

    private void Write()
    {
        var pause = ShortestPause;
        while (TakeGroup())
        {
            try
            {
                _refused.Clear();
                Written(_store.Commit(_group, change => _refused.Add(change)));
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

    /// <summary>Waits for changes and moves the oldest into the group; a group that failed is taken again as it is.</summary>
    /// <returns>False when it is time to stop.</returns>
    private bool TakeGroup()
    {
        lock (_gate)
        {
            while (_group.Count == 0 && _order.Count == 0 && _leases.Count == 0 && !_stopping)
            {
                Monitor.Wait(_gate);
            }

            var room = _group.Count == 0 && !_stopping ? GroupSize : 0;
            while (_group.Count < room && _leases.TryDequeue(out var lease))
            {
                _waiting.Remove(lease, out var change);
                _group.Add(change!);
            }

            room = Math.Min(room, _group.Count == 0 ? GroupSize : _group.Count + RowsBesideLeases);
            while (_group.Count < room && _order.TryDequeue(out var key))
            {
                _waiting.Remove(key, out var change);
                _group.Add(change!);
                _waitingEvents -= key.Table == WriteTable.Events ? 1 : 0;
            }

            return !_stopping;
        }
    }

    /// <summary>Tells those who wait for a lease, once: what failed is tried on, but nobody waits that long.</summary>
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
                save.Row.Stored(save.Lease.Expires);
            }

            save.Done?.Invoke(isStored);
            _group[i] = save with { Done = null };
        }
    }

    private void Written(int refused)
    {
        Report(isWritten: true);

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
            HealthChanged?.Invoke(Health);
        }
    }

    private bool WaitAfter(StorageException error, TimeSpan pause)
    {
        bool failed;
        lock (_gate)
        {
            failed = _failingSince is null;
            _failingSince ??= _time.GetUtcNow();
            _reason = error.Message;
        }

        if (failed)
        {
            HealthChanged?.Invoke(Health);
        }

        lock (_gate)
        {
            if (pause > LongestPauseWithLeases && (_leases.Count > 0 || _group.Exists(change => change is SaveLease)))
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
            _store.Reopen();
        }
        catch (StorageException)
        {
            // The next commit fails on the old connection and says why.
        }
    }
}
