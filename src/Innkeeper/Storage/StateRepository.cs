using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Storage.Tables;
using Innkeeper.Wire;

namespace Innkeeper.Storage;

/// <summary>The control plane's state in the database.</summary>
internal sealed class StateRepository(StateStore store, StateWriter writer, TimeProvider clock) : IStateStore, IVolumeStore
{
    public bool IsWhole => store.Outcome.IsWhole;

    public void Settle() => writer.Enqueue(new SettleRestored());

    public IReadOnlyList<RememberedBinding> Load(out IReadOnlyList<(Ipv4Address Legal, TimeSpan Left)> quarantined)
    {
        var now = clock.GetUtcNow();
        var quarantines = store.LoadQuarantines();
        quarantined = [.. quarantines.Where(q => q.Until > now).Select(q => (q.Legal, q.Until - now))];
        foreach (var over in quarantines.Where(q => q.Until <= now))
        {
            writer.Enqueue(new EndQuarantine(over.Legal));
        }

        return store.LoadBindings();
    }

    public void Save(Binding binding, DateTimeOffset seen) =>
        writer.Enqueue(new SaveBinding(new RememberedBinding(binding.Claim, binding.Legal, binding.FirstSeen, seen)));

    public void Touch(IEnumerable<Binding> bindings, DateTimeOffset seen)
    {
        foreach (var binding in bindings)
        {
            writer.Enqueue(new TouchBinding(binding.Claim, seen));
        }
    }

    // A binding that is not in use stays in the database for the device's return: its row differs in nothing but its age.
    public void Release(Binding binding, DateTimeOffset seen) => writer.Enqueue(new TouchBinding(binding.Claim, seen));

    public void Forget(ClaimedAddress claim) => writer.Enqueue(new ForgetBinding(claim));

    public IReadOnlyList<DeviceRecord> LoadDevices() => store.LoadDevices();

    public void SaveDevice(DeviceRecord device, bool isArrival = false) => writer.Enqueue(new SaveDevice(device, isArrival));

    public void ForgetDevice(MacAddress mac) => writer.Enqueue(new ForgetDevice(mac));

    public IReadOnlyList<MacAddress> LoadArrivals() => store.LoadArrivals();

    public IReadOnlyList<GatewayOutage> LoadGatewayOutages() => store.LoadGatewayOutages();

    public void SaveGatewayOutage(GatewayOutage gateway) => writer.Enqueue(new SaveGatewayOutage(gateway));

    public void ForgetGatewayOutage(string name) => writer.Enqueue(new ForgetGatewayOutage(name));

    public void Quarantine(Ipv4Address legal, DateTimeOffset until) => writer.Enqueue(new SaveQuarantine(new StoredQuarantine(legal, until)));

    public IReadOnlyList<KeyValuePair<VolumeGroup, VolumeUse>> LoadVolumes() => store.LoadVolumes();

    public void SaveVolume(VolumeGroup group, VolumeUse use) => writer.Enqueue(new SaveVolume(group, use));

    public void ForgetVolume(VolumeGroup group) => writer.Enqueue(new ForgetVolume(group));

    public void Note(Event entry) => writer.AddEvent(entry.Time, entry.Kind, entry.Text);
}
