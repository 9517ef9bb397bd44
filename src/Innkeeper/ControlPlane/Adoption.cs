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
    IStateStore store, AddressPools pools, PolicyService policy, AdmissionService admission, MachineService machines, BindingService bindings, NaptAllocator napt, GatewayInferences gateways,
    IBindingMap map, ISharedMap shared, ProfileProgrammer profiles, OneArmController? oneArm, ArrivalNotices arrivals, EventLog events, TimeProvider clock)
{
    private readonly Dictionary<MacAddress, DeviceRecord> _kept = [];

    /// <summary>Records that were evaluated by these settings.</summary>
    private readonly HashSet<MacAddress> _evaluated = [];
    private readonly List<string> _held = [];
    private readonly List<string> _cut = [];
    private readonly List<string> _admitted = [];

    /// <summary>
    /// Devices that were at work and whose admission these settings change: their bindings ended, and they must get others even if they are
    /// silent, as hosts outside may be waiting for them.
    /// </summary>
    private readonly List<ClaimedAddress> _returning = [];

    private Registry Registry => bindings.Registry;

    /// <param name="isServed">Whether the settings serve a VLAN.</param>
    /// <returns>How many bindings continue, and the devices to serve again.</returns>
    public (int Count, IReadOnlyList<ClaimedAddress> Returning) Run(Func<ushort, bool> isServed)
    {
        var now = clock.Now();
        var owed = store.LoadArrivals();
        var stored = store.Load(out var quarantined);
        foreach (var (address, left) in quarantined)
        {
            pools.Quarantine(address, now, left);
        }

        machines.Recall(stored);
        policy.Load();
        foreach (var binding in stored.OrderBy(b => b.LastSeen))
        {
            Registry.Remember(binding.Claim, binding.Legal, binding.FirstSeen);
            policy.Devices.See(binding.Claim.Station.Mac, binding.LastSeen);
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
                bindings.EndOfEarlier(new Binding(number, claim, slot.Legal, slot.Gateway, false, clock.GetUtcNow()) { IsLocal = slot.Flags.HasFlag(BindingFlags.Local) });
            }
        }

        ReevaluateOthers(stored, now);
        profiles.FinishAdoption();
        Registry.ReserveAdopted(shared.ReadShares().ToList());
        map.RebuildIndexes([.. Registry.Bindings.Values]);
        napt.AdoptBindings(now);
        machines.Begin(now);
        foreach (var mac in owed)
        {
            arrivals.Add(mac, now);
        }

        store.Settle();
        ReportKept(blocked);
        Report();
        return (Registry.Bindings.Count, _returning);
    }

    /// <summary>
    /// Devices without a binding follow the settings too: a rule that is gone holds no one, and no record keeps a profile that does not exist.
    /// </summary>
    private void ReevaluateOthers(IReadOnlyList<RememberedBinding> stored, TimeSpan now)
    {
        var vlans = stored.GroupBy(b => b.Claim.Station.Mac).ToDictionary(g => g.Key, g => g.MaxBy(b => b.LastSeen)!.Claim.Station.Vlan);
        foreach (var device in policy.Devices.Devices.Values.Where(d => !_evaluated.Contains(d.Mac)).ToList())
        {
            // Where the VLAN decides and is not known, the device's next packet tells it.
            if (vlans.TryGetValue(device.Mac, out var vlan) || !policy.Admission.DependsOnVlan || !policy.Admission.HasProfile(device.Profile))
            {
                PolicyOf(new Station(vlan, device.Mac), device.FirstSeen, isHeld: null, isOnline: false, now);
            }
        }
    }

    private void Report()
    {
        if (_held.Count + _cut.Count > 0)
        {
            events.Add(new DevicesHeldAtStart([.. _held], [.. _cut]));
        }

        if (_admitted.Count > 0)
        {
            events.Add(new DevicesAdmittedAtStart([.. _admitted]));
        }
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
            Policy = PolicyOf(claim.Station, seen, isLocal ? null : isHeld, isOnline: true, now),
        };
        if (!(slot.Vlan == 0 || isServed(slot.Vlan)))
        {
            _cut.Add(NameOf(claim.Station.Mac));
            return false;
        }

        var isBlocked = policy.Find(claim.Station.Mac)?.Admission.State == AdmissionState.Blocked;
        if (binding.Policy.IsHeld != isHeld || isBlocked)
        {
            if (!binding.IsLocal && map.IsConfirmed(number) && !isBlocked)
            {
                gateways.Put(claim, GatewayInference.Known(claim.Address, binding.Gateway, binding.GatewayProven));
                _returning.Add(claim);
            }

            return false;
        }

        if (!Registry.Adopt(binding))
        {
            return false;
        }

        gateways.Put(claim, GatewayInference.Known(claim.Address, binding.Gateway, binding.GatewayProven));
        bindings.Save(binding);
        oneArm?.Responder.Adopt(new ArpRequester(claim.Station.Mac, claim.Address), binding.Gateway);
        return true;
    }

    /// <summary>A device by the present settings: its record follows them, and the policy is that of its bindings.</summary>
    /// <param name="isHeld">How the data plane treats the device; null: that says nothing about a decision.</param>
    /// <param name="isOnline">It has a binding, so it is reported if the settings hold it.</param>
    private BindingPolicy PolicyOf(Station station, DateTimeOffset seen, bool? isHeld, bool isOnline, TimeSpan now)
    {
        var known = policy.Find(station.Mac);
        var evaluation = policy.Evaluate(known ?? policy.Devices.FindOrNew(station.Mac, seen) with { Uses = Configuration.DeviceUse.Static }, station.Vlan);
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

        _evaluated.Add(station.Mac);
        if (evaluation.Device.Admission.Origin == DecisionSource.Policy)
        {
            var list = (known?.Admission.State, evaluation.Device.Admission.State) switch
            {
                (AdmissionState.Admitted, AdmissionState.Held) when isOnline => _held,
                (AdmissionState.Held, AdmissionState.Admitted) => _admitted,
                _ => null,
            };
            list?.Add(NameOf(station.Mac));
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

    private void ReportKept(IReadOnlyList<DeviceRecord> blocked)
    {
        var kept = blocked.Concat(_kept.Values).Select(d => (d.Mac, d.Name, State: d.Admission.State.ToString().ToLowerInvariant())).ToList();
        if (kept.Count > 0)
        {
            events.Add(new DecisionsKept([.. kept.Select(d => new DeviceSnapshot(d.Mac, d.Name, d.State))]));
        }

        _kept.Clear();
    }

    private string NameOf(MacAddress mac) => policy.Find(mac) is { Name.Length: > 0 } named ? named.Name : mac.ToString();
}
