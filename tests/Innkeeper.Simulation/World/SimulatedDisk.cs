using Innkeeper.Bindings;
using Innkeeper.Clocks;
using Innkeeper.ControlPlane;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;

namespace Innkeeper.Simulation.World;

/// <summary>
/// The store as <see cref="Storage.StateWriter"/> writes it: changes wait in memory, of each row the latest, leases first, and are durable only
/// once <see cref="Commit"/> wrote them. A process that dies takes with it what waits.
/// </summary>
internal sealed class SimulatedDisk(CrashPoint crash, MemoryStore durable) : IStateStore, ILeaseStore
{
    private readonly Dictionary<object, Change> _waiting = [];
    private readonly Queue<object> _order = [];
    private readonly Queue<object> _leases = [];
    private bool _hasFailed;
    private MemoryStore? _snapshot;

    /// <summary>What the next process finds.</summary>
    public MemoryStore Durable => durable;

    /// <summary>The disk refuses to write.</summary>
    public bool IsFailing { get; set; }

    public int Waiting => _waiting.Count;

    /// <summary>The process died.</summary>
    public void LoseWaiting()
    {
        _waiting.Clear();
        _order.Clear();
        _leases.Clear();
        _hasFailed = false;
    }

    /// <summary>The writer's thread writes the next rows as one transaction, or fails to.</summary>
    /// <returns>False when the disk refused.</returns>
    public bool Commit(int rows = 64)
    {
        if (IsFailing)
        {
            Report(_leases.ToList(), isWritten: false);
            _hasFailed = _hasFailed || _waiting.Count > 0;
            return false;
        }

        crash.Pass();
        var group = new List<Change>();
        while (group.Count < rows && (_leases.TryDequeue(out var key) || _order.TryDequeue(out key)))
        {
            _waiting.Remove(key, out var change);
            group.Add(change!);
        }

        group.ForEach(change => change.Apply());
        crash.Pass();
        foreach (var change in group)
        {
            change.Row?.Stored(change.Expires, change.IsReleased);
            change.Done?.Invoke(true);
        }

        _hasFailed = false;
        return true;
    }

    /// <summary>Writes all that waits.</summary>
    /// <returns>False when the disk refused.</returns>
    public bool Flush()
    {
        while (_waiting.Count > 0)
        {
            if (!Commit())
            {
                return false;
            }
        }

        return true;
    }

    public IReadOnlyList<RememberedBinding> Load(out IReadOnlyList<(Ipv4Address Legal, TimeSpan Left)> quarantined) => durable.Load(out quarantined);

    public void Save(Binding binding, DateTimeOffset seen) => Replace(binding.Claim, () => durable.Save(binding, seen));

    public void Touch(IEnumerable<Binding> bindings, DateTimeOffset seen)
    {
        foreach (var binding in bindings.ToList())
        {
            Append(binding.Claim, () => durable.Touch([binding], seen));
        }
    }

    public void Release(Binding binding, DateTimeOffset seen) => Append(binding.Claim, () => durable.Release(binding, seen));

    public void Forget(ClaimedAddress claim) => Replace(claim, () => durable.Forget(claim));

    public IReadOnlyList<DeviceRecord> LoadDevices() => durable.LoadDevices();

    public bool IsWhole => durable.IsWhole;

    public void Settle() => Put(typeof(MemoryStore), new Change(durable.Settle), _order, isCounted: false);

    public IReadOnlyList<MacAddress> LoadArrivals() => durable.LoadArrivals();

    public KeptClock? LoadClock() => durable.Clock;

    public void KeepClock(KeptClock clock) => Put(typeof(KeptClock), new Change(() => durable.Clock = clock), _order, isCounted: false);

    /// <summary>The administrator was notified of a device.</summary>
    public void ForgetArrival(MacAddress mac) => Put(("told", mac), new Change(() => durable.Arrivals.Remove(mac)), _order, isCounted: false);

    public void SaveDevice(DeviceRecord device, bool isArrival = false)
    {
        isArrival |= _waiting.TryGetValue(device.Mac, out var earlier) && earlier.IsArrival;
        Put(device.Mac, new Change(() => durable.SaveDevice(device, isArrival)) { IsArrival = isArrival }, _order);
    }

    /// <summary>A snapshot of what is durable now.</summary>
    public void TakeSnapshot() => _snapshot = durable.Copy();

    /// <summary>The database is damaged or removed while no process runs; the next one finds the snapshot in its place, if there is one.</summary>
    public void LoseDatabase(bool isSnapshotLostToo)
    {
        _snapshot = isSnapshotLostToo ? null : _snapshot;
        durable.Become(_snapshot);
    }

    public void ForgetDevice(MacAddress mac) => Replace(mac, () => durable.ForgetDevice(mac));

    public IReadOnlyList<GatewayOutage> LoadGatewayOutages() => durable.LoadGatewayOutages();

    public void SaveGatewayOutage(GatewayOutage gateway) => Replace(gateway.Name, () => durable.SaveGatewayOutage(gateway));

    public void ForgetGatewayOutage(string name) => Replace(name, () => durable.ForgetGatewayOutage(name));

    public void Quarantine(Ipv4Address legal, DateTimeOffset until) => Replace(legal, () => durable.Quarantine(legal, until));

    public void Note(Event entry)
    {
        // The audit trail is written like the rest; nothing here reads it again.
    }

    IReadOnlyList<StoredLease> ILeaseStore.Load() => ((ILeaseStore)durable).Load();

    void ILeaseStore.Save(Lease lease, Action<bool>? done)
    {
        // While the disk fails nobody is kept waiting for it.
        var isHopeful = !_hasFailed;
        Put(lease.Key, new Change(() => ((ILeaseStore)durable).Save(lease, null)) { Row = lease.Row, Expires = lease.Expires, IsReleased = lease.State == LeaseState.Ended, Done = isHopeful ? done : null }, _leases);
        if (!isHopeful)
        {
            done?.Invoke(false);
        }
    }

    void ILeaseStore.Forget(Lease lease) => Put(lease.Key, new Change(() => ((ILeaseStore)durable).Forget(lease)), _leases);

    private void Report(List<object> leases, bool isWritten)
    {
        foreach (var key in leases)
        {
            var change = _waiting[key];
            _waiting[key] = change with { Done = null };
            change.Done?.Invoke(isWritten);
        }
    }

    private void Replace(object key, Action apply) => Put(key, new Change(apply), _order);

    private void Append(object key, Action apply) =>
        Put(key, _waiting.TryGetValue(key, out var earlier) ? new Change(earlier.Apply + apply) : new Change(apply), _order);

    /// <param name="isCounted">Whether the process may die before it.</param>
    private void Put(object key, Change change, Queue<object> queue, bool isCounted = true)
    {
        if (isCounted)
        {
            crash.Pass();
        }

        if (!_waiting.ContainsKey(key))
        {
            queue.Enqueue(key);
        }

        _waiting[key] = change;
    }

    private sealed record Change(Action Apply)
    {
        public bool IsArrival { get; init; }

        /// <summary>Told when a lease is on disk.</summary>
        public LeaseRow? Row { get; init; }

        public DateTimeOffset Expires { get; init; }

        public bool IsReleased { get; init; }

        public Action<bool>? Done { get; init; }
    }
}
