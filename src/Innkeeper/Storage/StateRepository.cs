using Innkeeper.Policy;
using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.Storage;

/// <summary>The dispatcher's memory in the database: its words, as rows.</summary>
internal sealed class StateRepository(StateStore store, StateWriter writer, Ipv4Network inside, TimeProvider clock) : IStateStore
{
    public IReadOnlyList<RememberedBinding> Load(out IReadOnlyList<(Ipv4Address Legal, TimeSpan Left)> quarantined)
    {
        var state = store.Load();
        var now = clock.GetUtcNow();
        quarantined = [.. state.Quarantines.Where(q => q.Until > now).Select(q => (q.Legal, q.Until - now))];
        foreach (var over in state.Quarantines.Where(q => q.Until <= now))
        {
            writer.EndQuarantine(over.Legal);
        }

        return
        [
            .. state.Bindings.Select(b => new RememberedBinding(new ClaimedAddress(new Station(b.Vlan, b.Mac), b.Claimed), b.Legal, b.FirstSeen, b.LastSeen)),
        ];
    }

    public void Save(Binding binding, DateTimeOffset seen)
    {
        var (station, claimed) = binding.Claim;
        writer.SaveDevice(new StoredDevice(station.Mac, station.Vlan, binding.FirstSeen, seen));
        writer.SaveBinding(new StoredBinding(
            station.Mac, station.Vlan, claimed, binding.Legal, new Ipv4Address(inside.NetworkId.Value + binding.Number),
            binding.Gateway == Ipv4Address.Any ? null : binding.Gateway, binding.FirstSeen, seen, Released: false));
    }

    public void Touch(IEnumerable<Binding> bindings, DateTimeOffset seen) => writer.Touch(bindings.Select(KeyOf).ToArray(), seen);

    public void Release(Binding binding, DateTimeOffset seen) => writer.Release(KeyOf(binding), seen);

    public void Forget(ClaimedAddress claim) => writer.ForgetBinding(new StoredBindingKey(claim.Station.Mac, claim.Station.Vlan, claim.Address));

    public IReadOnlyList<DeviceRecord> LoadDevices() => store.LoadRecords();

    public void SaveDevice(DeviceRecord device) => writer.SaveRecord(device);

    public void ForgetDevice(MacAddress mac) => writer.ForgetRecord(mac);

    public IReadOnlyList<GatewayOutage> LoadGatewayOutages() => store.LoadGatewayOutages();

    public void SaveGatewayOutage(GatewayOutage gateway) => writer.SaveGatewayOutage(gateway);

    public void ForgetGatewayOutage(string name) => writer.ForgetGatewayOutage(name);

    public void Quarantine(Ipv4Address legal, DateTimeOffset until) => writer.Quarantine(legal, until);

    public void Note(Event entry) => writer.Event(entry.Time, entry.Kind, entry.Text);

    private static StoredBindingKey KeyOf(Binding binding) => new(binding.Claim.Station.Mac, binding.Claim.Station.Vlan, binding.Claim.Address);
}
