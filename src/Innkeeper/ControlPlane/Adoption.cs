using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.OneArm;
using Innkeeper.Policy;

namespace Innkeeper.ControlPlane;

/// <summary>The start: takes over the state that an earlier process left in the data plane and in the store.</summary>
/// <param name="oneArm">Null with two arms.</param>
internal sealed class Adoption(
    IStateStore store, AddressPools pools, PolicyService policy, AdmissionService admission, BindingService bindings, NaptAllocator napt, GatewayInferences gateways,
    IBindingMap map, ISharedMap shared, ProfileProgrammer profiles, OneArmController? oneArm, TimeProvider clock)
{
    private Registry Registry => bindings.Registry;

    /// <param name="isServed">Whether the settings serve a VLAN.</param>
    /// <returns>How many bindings continue.</returns>
    public int Run(Func<ushort, bool> isServed)
    {
        var now = clock.Now();
        var stored = store.Load(out var quarantined);
        foreach (var (address, left) in quarantined)
        {
            pools.Quarantine(address, now, left);
        }

        policy.Load();
        foreach (var binding in stored.OrderBy(b => b.LastSeen))
        {
            Registry.Remember(binding.Claim, binding.Legal, binding.FirstSeen);
        }

        napt.AdoptAddresses();
        var firstSeen = stored.ToDictionary(b => b.Claim, b => b.FirstSeen);
        foreach (var (number, slot) in map.Read().ToList())
        {
            var claim = new ClaimedAddress(new Station(slot.Vlan, slot.Mac), slot.Claimed);
            if (!TryAdopt(number, claim, slot, isServed, firstSeen.TryGetValue(claim, out var seen) ? seen : clock.GetUtcNow()))
            {
                map.Clear(number);
            }
        }

        profiles.FinishAdoption();
        Registry.ReserveAdopted(shared.ReadShares().ToList());
        map.RebuildIndexes([.. Registry.Bindings.Values]);
        admission.MatchBlocked(now);
        napt.AdoptBindings(now);
        return Registry.Bindings.Count;
    }

    private bool TryAdopt(uint number, ClaimedAddress claim, in BindingSlot slot, Func<ushort, bool> isServed, DateTimeOffset seen)
    {
        var binding = new Binding(number, claim, slot.Legal, slot.Gateway, !slot.Flags.HasFlag(BindingFlags.Learn), seen)
        {
            Shared = slot.Shared,
            Share = slot.Share,
            Meter = slot.Meter,
            IsLocal = slot.Flags.HasFlag(BindingFlags.Local),
            Policy = PolicyOf(claim.Station, seen),
        };
        if (!(slot.Vlan == 0 || isServed(slot.Vlan)) || binding.Policy.IsHeld != slot.Flags.HasFlag(BindingFlags.Held) || !Registry.Adopt(binding))
        {
            return false;
        }

        gateways.Put(claim, GatewayInference.Known(claim.Address, binding.Gateway, binding.GatewayProven));
        bindings.Save(binding);
        oneArm?.Responder.Adopt(new ArpRequester(claim.Station.Mac, claim.Address), binding.Gateway);
        return true;
    }

    /// <summary>The policy by which a binding of an earlier process continues.</summary>
    private BindingPolicy PolicyOf(Station station, DateTimeOffset seen)
    {
        var known = policy.Find(station.Mac);
        var evaluation = policy.Evaluate(known ?? new DeviceRecord(station.Mac, seen) { Uses = Configuration.DeviceUse.Static }, station.Vlan);
        if (evaluation.Device != known)
        {
            policy.Save(evaluation.Device);
        }

        return evaluation.Policy;
    }
}
