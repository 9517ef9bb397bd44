using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.OneArm;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>The start: takes over the state that an earlier process left in the data plane and in the store.</summary>
/// <param name="oneArm">Null with two arms.</param>
internal sealed class Adoption(
    IStateStore store, AddressPools pools, PolicyService policy, AdmissionService admission, BindingService bindings, NaptAllocator napt, GatewayInferences gateways,
    IBindingMap map, ISharedMap shared, ProfileProgrammer profiles, OneArmController? oneArm, ArrivalNotices arrivals, EventLog events, TimeProvider clock)
{
    private readonly Dictionary<MacAddress, DeviceRecord> _kept = [];

    private Registry Registry => bindings.Registry;

    /// <param name="isServed">Whether the settings serve a VLAN.</param>
    /// <returns>How many bindings continue.</returns>
    public int Run(Func<ushort, bool> isServed)
    {
        var now = clock.Now();
        var owed = store.LoadArrivals();
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
        var blocked = admission.MatchBlocked(now);
        var firstSeen = stored.ToDictionary(b => b.Claim, b => b.FirstSeen);
        foreach (var (number, slot) in map.Read().ToList())
        {
            var claim = new ClaimedAddress(new Station(slot.Vlan, slot.Mac), slot.Claimed);
            if (!TryAdopt(number, claim, slot, isServed, firstSeen.TryGetValue(claim, out var seen) ? seen : clock.GetUtcNow(), now))
            {
                map.Clear(number);
            }
        }

        profiles.FinishAdoption();
        Registry.ReserveAdopted(shared.ReadShares().ToList());
        map.RebuildIndexes([.. Registry.Bindings.Values]);
        napt.AdoptBindings(now);
        foreach (var mac in owed)
        {
            arrivals.Add(mac, now);
        }

        store.Settle();
        Report(blocked);
        return Registry.Bindings.Count;
    }

    private bool TryAdopt(uint number, ClaimedAddress claim, in BindingSlot slot, Func<ushort, bool> isServed, DateTimeOffset seen, TimeSpan now)
    {
        var isHeld = slot.Flags.HasFlag(BindingFlags.Held);
        var isLocal = slot.Flags.HasFlag(BindingFlags.Local);
        var binding = new Binding(number, claim, slot.Legal, slot.Gateway, !slot.Flags.HasFlag(BindingFlags.Learn), seen)
        {
            Shared = slot.Shared,
            Share = slot.Share,
            Meter = slot.Meter,
            IsLocal = isLocal,
            Policy = PolicyOf(claim.Station, seen, isLocal ? null : isHeld, now),
        };
        if (!(slot.Vlan == 0 || isServed(slot.Vlan)) || binding.Policy.IsHeld != isHeld || policy.Find(claim.Station.Mac)?.Admission.State == AdmissionState.Blocked || !Registry.Adopt(binding))
        {
            return false;
        }

        gateways.Put(claim, GatewayInference.Known(claim.Address, binding.Gateway, binding.GatewayProven));
        bindings.Save(binding);
        oneArm?.Responder.Adopt(new ArpRequester(claim.Station.Mac, claim.Address), binding.Gateway);
        return true;
    }

    /// <summary>The policy by which a binding of an earlier process continues.</summary>
    /// <param name="isHeld">How the data plane treats the device; null: that says nothing about a decision.</param>
    private BindingPolicy PolicyOf(Station station, DateTimeOffset seen, bool? isHeld, TimeSpan now)
    {
        var known = policy.Find(station.Mac);
        var evaluation = policy.Evaluate(known ?? new DeviceRecord(station.Mac, seen) { Uses = Configuration.DeviceUse.Static }, station.Vlan);
        var hasJustExpired = known?.Admission.State == AdmissionState.Admitted && evaluation.Device.Admission.Origin == DecisionSource.Time;
        if (!store.IsWhole && isHeld is { } held && evaluation.Device.Admission.State != AdmissionState.Blocked && evaluation.Policy.IsHeld != held && !hasJustExpired)
        {
            evaluation = Keep(evaluation, station, held);
        }

        if (known is null && (store.IsWhole || evaluation.Policy.IsHeld))
        {
            // Its record was not written yet when the process died; or it waits, and who was asked about it is lost.
            admission.AddIfNew(evaluation.Device, now);
        }
        else if (evaluation.Device != known)
        {
            policy.Save(evaluation.Device);
        }

        return evaluation.Policy;
    }

    /// <summary>The store lost what was decided, and the data plane still has it.</summary>
    private DeviceEvaluation Keep(DeviceEvaluation evaluation, Station station, bool isHeld)
    {
        var wall = clock.GetUtcNow();
        var device = AdmissionPolicy.Keep(
            evaluation.Device, isHeld ? AdmissionState.Held : AdmissionState.Admitted, wall, isHeld || evaluation.Profile.Lifetime is not { } lifetime ? null : wall + lifetime);
        _kept[station.Mac] = device;
        return policy.Evaluate(device, station.Vlan);
    }

    private void Report(IReadOnlyList<DeviceRecord> blocked)
    {
        var kept = blocked.Concat(_kept.Values).Select(d => (d.Mac, d.Name, State: d.Admission.State.ToString().ToLowerInvariant())).ToList();
        if (kept.Count > 0)
        {
            events.Add(new DecisionsKept([.. kept.Select(d => new DeviceSnapshot(d.Mac, d.Name, d.State))]));
        }

        _kept.Clear();
    }
}
