using Innkeeper.Bindings;
using Innkeeper.Clocks;
using Innkeeper.ControlPlane;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Tests.ControlPlane.World;

/// <summary>What outlives the process, in memory. Everything is durable at once, unless leases are told to wait or to fail.</summary>
internal sealed class MemoryStore(TimeProvider clock) : IStateStore, ILeaseStore, IVolumeStore
{
    private readonly Dictionary<LeaseKey, StoredLease> _leases = [];
    private readonly List<Action<bool>> _waiting = [];

    public Dictionary<ClaimedAddress, RememberedBinding> Bindings { get; } = [];

    public Dictionary<MacAddress, DeviceRecord> Devices { get; } = [];

    /// <summary>Devices of which the administrator is still to be notified.</summary>
    public HashSet<MacAddress> Arrivals { get; } = [];

    /// <summary>The clock as it was kept last.</summary>
    public KeptClock? Clock { get; set; }

    /// <summary>False: the database was lost, or comes from a snapshot.</summary>
    public bool IsWhole { get; set; } = true;

    public void Settle() => IsWhole = true;

    /// <summary>As it is now.</summary>
    public MemoryStore Copy()
    {
        var copy = new MemoryStore(clock);
        copy.Become(this);
        return copy;
    }

    /// <summary>The database is lost, and a snapshot of it takes its place, or an empty one.</summary>
    public void Become(MemoryStore? snapshot)
    {
        Replace(Bindings, snapshot?.Bindings);
        Replace(Devices, snapshot?.Devices);
        Replace(Outages, snapshot?.Outages);
        Replace(Quarantined, snapshot?.Quarantined);
        Replace(_leases, snapshot?._leases);
        Replace(Volumes, snapshot?.Volumes);
        Arrivals.Clear();
        Arrivals.UnionWith(snapshot?.Arrivals ?? []);
        (Clock, IsWhole) = (snapshot?.Clock, false);
    }

    public Dictionary<string, GatewayOutage> Outages { get; } = [];

    public Dictionary<Ipv4Address, DateTimeOffset> Quarantined { get; } = [];

    public Dictionary<VolumeGroup, VolumeUse> Volumes { get; } = [];

    /// <summary>How often a row of a volume was written.</summary>
    public int VolumeWrites { get; private set; }

    public List<Event> Events { get; } = [];

    /// <summary>"save CLAIM", "release CLAIM", "forget CLAIM", "device MAC", "forget-device MAC", in order.</summary>
    public List<string> Journal { get; } = [];

    public IReadOnlyCollection<StoredLease> Leases => _leases.Values;

    /// <summary>Leases wait for <see cref="Finish"/>; without it they are written at once.</summary>
    public bool IsSlow { get; set; }

    /// <summary>Leases cannot be written.</summary>
    public bool IsFailing { get; set; }

    public IReadOnlyList<RememberedBinding> Load(out IReadOnlyList<(Ipv4Address Legal, TimeSpan Left)> quarantined)
    {
        var now = clock.GetUtcNow();
        quarantined = [.. Quarantined.Where(q => q.Value > now).Select(q => (q.Key, q.Value - now))];
        return [.. Bindings.Values];
    }

    public void Save(Binding binding, DateTimeOffset seen)
    {
        Journal.Add($"save {binding.Claim.Address}");
        Bindings[binding.Claim] = new RememberedBinding(binding.Claim, binding.Legal, binding.FirstSeen, seen);
    }

    public void Touch(IEnumerable<Binding> bindings, DateTimeOffset seen)
    {
        foreach (var binding in bindings.ToList())
        {
            if (Bindings.TryGetValue(binding.Claim, out var row))
            {
                Bindings[binding.Claim] = row with { LastSeen = seen };
            }
        }
    }

    public void Release(Binding binding, DateTimeOffset seen)
    {
        Journal.Add($"release {binding.Claim.Address}");
        if (Bindings.TryGetValue(binding.Claim, out var row))
        {
            Bindings[binding.Claim] = row with { LastSeen = seen };
        }
    }

    public void Forget(ClaimedAddress claim)
    {
        Journal.Add($"forget {claim.Address}");
        Bindings.Remove(claim);
    }

    public IReadOnlyList<DeviceRecord> LoadDevices() => [.. Devices.Values];

    public IReadOnlyList<MacAddress> LoadArrivals() => [.. Arrivals];

    public void SaveDevice(DeviceRecord device, bool isArrival = false)
    {
        Journal.Add($"device {device.Mac}");
        Devices[device.Mac] = device;
        if (isArrival)
        {
            Arrivals.Add(device.Mac);
        }
    }

    public void ForgetDevice(MacAddress mac)
    {
        Journal.Add($"forget-device {mac}");
        Devices.Remove(mac);
        Arrivals.Remove(mac);
    }

    public IReadOnlyList<GatewayOutage> LoadGatewayOutages() => [.. Outages.Values];

    public void SaveGatewayOutage(GatewayOutage gateway) => Outages[gateway.Name] = gateway;

    public void ForgetGatewayOutage(string name) => Outages.Remove(name);

    public void Quarantine(Ipv4Address legal, DateTimeOffset until) => Quarantined[legal] = until;

    public IReadOnlyList<KeyValuePair<VolumeGroup, VolumeUse>> LoadVolumes() => [.. Volumes];

    public void SaveVolume(VolumeGroup group, VolumeUse use)
    {
        Volumes[group] = use;
        VolumeWrites++;
    }

    public void ForgetVolume(VolumeGroup group) => Volumes.Remove(group);

    public void Note(Event entry) => Events.Add(entry);

    IReadOnlyList<StoredLease> ILeaseStore.Load() => [.. _leases.Values];

    void ILeaseStore.Save(Lease lease, Action<bool>? done)
    {
        if (IsSlow)
        {
            _waiting.Add(isWritten =>
            {
                Keep(lease, isWritten);
                done?.Invoke(isWritten);
            });
            return;
        }

        Keep(lease, !IsFailing);
        done?.Invoke(!IsFailing);
    }

    void ILeaseStore.Forget(Lease lease) => _leases.Remove(lease.Key);

    /// <summary>The disk has written what waits, or it has failed.</summary>
    public void Finish(bool isWritten = true)
    {
        var waiting = _waiting.ToList();
        _waiting.Clear();
        waiting.ForEach(w => w(isWritten));
    }

    private static void Replace<TKey, TValue>(Dictionary<TKey, TValue> rows, Dictionary<TKey, TValue>? others)
        where TKey : notnull
    {
        var copied = others?.ToList() ?? [];
        rows.Clear();
        copied.ForEach(row => rows[row.Key] = row.Value);
    }

    private void Keep(Lease lease, bool isWritten)
    {
        if (isWritten)
        {
            lease.Row.Stored(lease.Expires, lease.State == LeaseState.Ended);
            _leases[lease.Key] = new StoredLease(lease.Key, lease.Address, lease.Granted, lease.Expires, lease.State == LeaseState.Ended, lease.ClientInfo);
        }
    }
}
