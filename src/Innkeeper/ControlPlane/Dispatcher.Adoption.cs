using Innkeeper.Policy;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Bindings;
using Innkeeper.OneArm;

namespace Innkeeper.ControlPlane;

/// <summary>The start: what an earlier process left goes on.</summary>
internal sealed partial class Dispatcher
{
    /// <summary>Takes over what an earlier process left in the data plane, and what the database remembers.</summary>
    /// <returns>How many bindings go on.</returns>
    public int Adopt(Func<ushort, bool> isServed)
    {
        var stored = memory.Load(out var quarantined);
        foreach (var (address, left) in quarantined)
        {
            legal.Quarantine(address, Now, left);
        }

        foreach (var device in memory.LoadDevices().OrderBy(d => d.FirstSeen))
        {
            foreach (var pushedOut in admission.Book.Put(device, _ => false))
            {
                memory.ForgetDevice(pushedOut.Mac);
            }

            registry.Pin(device.Mac, device.PinnedLegal);
        }

        foreach (var binding in stored.OrderBy(b => b.LastSeen))
        {
            registry.Remember(binding.Claim, binding.Legal, binding.FirstSeen);
        }

        sharing.AdoptAddresses(_surroundings);
        var known = stored.ToDictionary(b => b.Claim);
        foreach (var (number, slot) in table.Read().ToList())
        {
            var claim = new ClaimedAddress(new Station(slot.Vlan, slot.Mac), slot.Claimed);
            var seen = known.TryGetValue(claim, out var row) ? row.FirstSeen : clock.GetUtcNow();
            var binding = new Binding(number, claim, slot.Legal, slot.Gateway, !slot.Flags.HasFlag(BindingFlags.Learn), seen)
            {
                Shared = slot.Shared,
                Share = slot.Share,
                Meter = slot.Meter,
                IsLocal = slot.Flags.HasFlag(BindingFlags.Local),
                Policy = TermsAtStart(claim.Station, seen),
            };
            if (!(slot.Vlan == 0 || isServed(slot.Vlan)) || binding.Policy.IsHeld != slot.Flags.HasFlag(BindingFlags.Held) || !registry.Adopt(binding))
            {
                table.Clear(number);
                continue;
            }

            _beliefs.Put(claim, GatewayInference.Known(claim.Address, binding.Gateway, binding.GatewayProven));
            Remember(binding);
            lan?.Responder.Adopt(new ArpRequester(claim.Station.Mac, claim.Address), binding.Gateway);
        }

        admission.Profiles.Settle();
        registry.ReserveAdopted(sharing.Table.ReadShares().ToList());
        table.RebuildIndexes([.. registry.Bindings.Values]);
        MatchBlocked();
        sharing.AdoptBindings(Now);
        return registry.Bindings.Count;
    }

    /// <summary>On what terms a binding of an earlier process goes on.</summary>
    private BindingPolicy TermsAtStart(Station station, DateTimeOffset seen)
    {
        var known = admission.Book.Find(station.Mac) ?? new DeviceRecord(station.Mac, seen) { Uses = DeviceUse.Static };
        var device = admission.AdmissionPolicy.Evaluate(known, station.Vlan, clock.GetUtcNow());
        if (device != known || admission.Book.Find(station.Mac) is null)
        {
            Keep(device);
        }

        return TermsOf(device, station.Vlan);
    }

    /// <summary>The data plane blocks whom the records block, and nobody else.</summary>
    private void MatchBlocked()
    {
        foreach (var key in admission.Blocked.Keys().Where(k => admission.Book.Find(k.Mac)?.Admission.State != AdmissionState.Blocked))
        {
            admission.Blocked.Delete(key);
        }

        foreach (var device in admission.Book.Devices.Values.Where(d => d.Admission.State == AdmissionState.Blocked))
        {
            Treat(device);
        }
    }
}
