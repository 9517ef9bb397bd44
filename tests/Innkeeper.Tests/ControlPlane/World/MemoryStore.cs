using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Tests.ControlPlane.World;

/// <summary>What outlives the process, in memory. Everything is durable at once, unless leases are told to wait or to fail.</summary>
internal sealed class MemoryStore(TimeProvider clock) : IStateStore, ILeaseStore
{
    private readonly Dictionary<LeaseKey, StoredLease> _leases = [];
    private readonly List<Action<bool>> _waiting = [];

    public Dictionary<ClaimedAddress, RememberedBinding> Bindings { get; } = [];

    public Dictionary<MacAddress, DeviceRecord> Devices { get; } = [];

    public Dictionary<string, GatewayOutage> Outages { get; } = [];

    public Dictionary<Ipv4Address, DateTimeOffset> Quarantined { get; } = [];

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

    public void SaveDevice(DeviceRecord device)
    {
        Journal.Add($"device {device.Mac}");
        Devices[device.Mac] = device;
    }

    public void ForgetDevice(MacAddress mac)
    {
        Journal.Add($"forget-device {mac}");
        Devices.Remove(mac);
    }

    public IReadOnlyList<GatewayOutage> LoadGatewayOutages() => [.. Outages.Values];

    public void SaveGatewayOutage(GatewayOutage gateway) => Outages[gateway.Name] = gateway;

    public void ForgetGatewayOutage(string name) => Outages.Remove(name);

    public void Quarantine(Ipv4Address legal, DateTimeOffset until) => Quarantined[legal] = until;

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

    private void Keep(Lease lease, bool isWritten)
    {
        if (isWritten)
        {
            lease.Row.Stored(lease.Expires, lease.State == LeaseState.Ended);
            _leases[lease.Key] = new StoredLease(lease.Key, lease.Address, lease.Granted, lease.Expires, lease.State == LeaseState.Ended, lease.ClientInfo);
        }
    }
}
