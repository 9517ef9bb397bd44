using System.Runtime.InteropServices;
using Innkeeper.Addresses;
using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Dhcp;
using Innkeeper.Policy;
using Innkeeper.Simulation.World;
using Innkeeper.Wire;

namespace Innkeeper.Simulation;

/// <summary>What holds after every step. Each check says what it found, so that a seed's failure can be read.</summary>
internal sealed class Invariants(Gateway gateway)
{
    private readonly Dictionary<Station, int> _addresses = [];
    private readonly Dictionary<MacAddress, (DateTimeOffset Until, TimeSpan End)> _ends = [];
    private bool _isFresh = true;
    private readonly HashSet<ClaimedAddress> _leasedBefore = [];

    /// <summary>Holds at every moment, also between the death of a process and the next one's start: the data plane is at work all the time.</summary>
    public void CheckMaps()
    {
        var map = gateway.Map;
        foreach (var (claim, number) in map.Claims)
        {
            Require(
                !map.Slots.TryGetValue(number, out var slot) || SimulatedBindingMap.ClaimOf(slot) == claim, () => $"the index leads from {claim} to slot {number}, which is another's");
        }

        foreach (var (address, number) in map.Outside)
        {
            Require(
                !map.Slots.TryGetValue(number, out var slot) || slot.Legal == (BigEndian32)address, () => $"the index leads from outside address {address} to slot {number}, which has another");
        }

        var owners = new Dictionary<BigEndian32, uint>();
        foreach (var (number, slot) in map.Slots)
        {
            Require(
                slot.Legal.Raw == 0 || slot.Flags.HasFlag(BindingFlags.Local) || owners.TryAdd(slot.Legal, number), () => $"slots {owners[slot.Legal]} and {number} both have {(Ipv4Address)slot.Legal}");
        }
    }

    /// <summary>Holds between two turns of the control loop.</summary>
    public void CheckCore(ControlCore core)
    {
        CheckMapEqualsRegistry(core);
        CheckOutsideAddresses(core);
        CheckNumbers(core);
        CheckQuotas(core);
        CheckBlocked(core);
        CheckLeases(core);
        CheckEnds(core);
    }

    /// <summary>A process is about to start: ends that were not written yet when the last one died are not known to it.</summary>
    public void OnDeath()
    {
        foreach (var mac in _ends.Keys.ToList())
        {
            if (!gateway.Disk.Durable.Devices.TryGetValue(mac, out var device) || device.Admission.Until != _ends[mac].Until)
            {
                _ends.Remove(mac);
            }
        }
    }

    /// <summary>The database was lost: ends of admissions come from a snapshot, or begin anew.</summary>
    public void OnLoss() => _ends.Clear();

    /// <summary>
    /// At the start: whom the data plane blocked is blocked, whatever the disk says. After a loss, who was in is in, and who was held is held.
    /// </summary>
    /// <param name="slots">The data plane's bindings before the start, if the database was lost.</param>
    public void CheckDecisionsKept(ControlCore core, IReadOnlyList<MacAddress> blocked, IReadOnlyList<BindingSlot> slots)
    {
        foreach (var mac in blocked)
        {
            Require(core.Policy.Find(mac)?.Admission.State == AdmissionState.Blocked, () => $"{mac} was blocked in the data plane, and is {core.Policy.Find(mac)?.Admission.State} after the start");
        }

        // Rules may treat a device otherwise in another VLAN, and no decision is behind that; a record that holds none may have been displaced.
        var bound = slots.Where(s => s.Flags.HasFlag(BindingFlags.Active) && !s.Flags.HasFlag(BindingFlags.Local) && !blocked.Contains(s.Mac)).ToList();
        foreach (var slot in bound.Where(s => bound.All(o => (MacAddress)o.Mac != (MacAddress)s.Mac || o.Flags.HasFlag(BindingFlags.Held) == s.Flags.HasFlag(BindingFlags.Held))))
        {
            if (core.Policy.Find(slot.Mac) is not { } device)
            {
                continue;
            }

            var evaluation = core.Policy.Evaluate(device, slot.Vlan);
            Require(
                evaluation.Policy.IsHeld == slot.Flags.HasFlag(BindingFlags.Held) || IsOver(device.Admission) || evaluation.IsBlocked,
                () => $"{device.Mac} was {(evaluation.Policy.IsHeld ? "in" : "held")} when the database was lost, and is {device.Admission} after the start");
        }
    }

    /// <summary>Whether its time ended, maybe while no process ran: the next sweep writes it down.</summary>
    private bool IsOver(AdmissionStatus admission) => admission.Origin == DecisionSource.Time || admission.Until <= gateway.Steady.GetUtcNow();

    /// <summary>The administrator was told of every device, however often the process died.</summary>
    public void CheckTold(ControlCore core, Func<MacAddress, bool> isOrderedAbout)
    {
        foreach (var device in core.Policy.Devices.Devices.Values.Where(d => !d.IsDecided && !isOrderedAbout(d.Mac)))
        {
            Require(gateway.Told.Contains(device.Mac), () => $"the administrator was not told of {device}");
        }
    }

    /// <summary>An admission ends when its time has passed, whatever the wall clock was set to, and whoever ran meanwhile.</summary>
    private void CheckEnds(ControlCore core)
    {
        var slack = TimeSpan.FromSeconds(2);
        foreach (var device in core.Policy.Devices.Devices.Values)
        {
            if (device.Admission is { State: AdmissionState.Admitted, Until: { } until })
            {
                var end = gateway.Now + (until - gateway.Steady.GetUtcNow());
                Require(end > gateway.Now - TimeSpan.FromSeconds(7), () => $"{device.Mac} is admitted still, {gateway.Now - end} after its end");
                Require(
                    !_ends.TryGetValue(device.Mac, out var known) || known.Until != until || (known.End - end).Duration() < slack,
                    () => $"the admission of {device.Mac} was to end at {_ends[device.Mac].End}, and now ends at {end}");
                _ends[device.Mac] = (until, end);
            }
            else if (device.Admission.Origin == DecisionSource.Time && _ends.Remove(device.Mac, out var ended))
            {
                Require(ended.End <= gateway.Now + slack, () => $"the admission of {device.Mac} ended {ended.End - gateway.Now} early");
            }
        }
    }

    /// <summary>The process ended: the next may be held to other quotas.</summary>
    public void OnStart()
    {
        _isFresh = true;
        _addresses.Clear();
        _leasedBefore.Clear();
        if (gateway.Core is { Dhcp: { Settings.LeasesLegal: true, Leases: var leases } } core)
        {
            // Other settings may lease what was bound under earlier ones: that binding goes on, and the lease waits.
            _leasedBefore.UnionWith(core.Registry.Bindings.Values.Where(b => b.IsPooled && leases.HolderOf(b.Legal) is { } holder && holder != b.Claim.Station.Mac).Select(b => b.Claim));
        }
    }

    /// <summary>Once all is quiet and everything is written: the disk says what the registry says.</summary>
    public void CheckDisk(ControlCore core)
    {
        var durable = gateway.Disk.Durable;
        foreach (var binding in core.Registry.Bindings.Values.Where(b => !b.IsLocal))
        {
            // A device that is held has no outside address: its row keeps the one it had, also when another device took that meanwhile.
            var legal = binding.Policy.IsHeld ? core.Registry.RememberedOf(binding.Claim) : binding.Legal;
            Require(
                durable.Bindings.TryGetValue(binding.Claim, out var row) && row.Legal == (legal ?? row.Legal),
                () => $"the disk does not say that {binding.Claim} has {binding.Legal}, but {row}");
        }

        var devices = core.Policy.Devices.Devices;
        Require(
            devices.Count == durable.Devices.Count && durable.Devices.All(d => devices.GetValueOrDefault(d.Key) == d.Value),
            () => $"{devices.Count} devices are known, and {durable.Devices.Count} on disk");
        var leases = (core.Dhcp?.Leases.Leases ?? []).Where(l => l.State == LeaseState.Active).ToList();
        foreach (var lease in leases)
        {
            Require(
                durable.Leases.Any(l => l.Key == lease.Key && l.Address == lease.Address && !l.IsReleased), () => $"the disk does not say that {lease.Key} has leased {lease.Address}");
        }
    }

    private void CheckMapEqualsRegistry(ControlCore core)
    {
        var (map, registry) = (gateway.Map, core.Registry);
        Require(map.Slots.Count == registry.Bindings.Count, () => $"{map.Slots.Count} slots for {registry.Bindings.Count} bindings");
        Require(map.Claims.Count == registry.Bindings.Count, () => $"{map.Claims.Count} claims for {registry.Bindings.Count} bindings");
        Require(map.Outside.Count == registry.Bindings.Values.Count(b => b.IsPooled), () => $"{map.Outside.Count} outside addresses in the index");
        foreach (var (number, binding) in registry.Bindings)
        {
            Require(map.Slots.TryGetValue(number, out var slot), () => $"{binding} has no slot");
            var expected = map.SlotOf(binding);
            Require(AreSame(slot, expected), () => $"slot {number} differs from {binding}: claim {SimulatedBindingMap.ClaimOf(slot)}, outside {(Ipv4Address)slot.Legal}, shared {(Ipv4Address)slot.Shared} by {slot.Share}, gateway {(Ipv4Address)slot.Gateway}, generation {slot.Generation}/{expected.Generation}, profile {slot.Profile}, meter {slot.Meter}, {slot.Flags}");
            Require(map.Claims.TryGetValue(binding.Claim, out var byClaim) && byClaim == number, () => $"the index does not lead to {binding}");
            Require(!binding.IsPooled || (map.Outside.TryGetValue(binding.Legal, out var byLegal) && byLegal == number), () => $"the index does not lead from outside to {binding}");
            Require(registry.Find(binding.Claim) == binding, () => $"the registry does not find {binding}");
        }
    }

    private void CheckOutsideAddresses(ControlCore core)
    {
        var registry = core.Registry;
        foreach (var binding in registry.Bindings.Values)
        {
            if (binding.IsPooled)
            {
                var pool = core.Pools.All.ElementAt(binding.Policy.Gateway).Addresses;
                Require(pool.StateOf(binding.Legal) == AddressState.Bound && pool.Contains(binding.Legal), () => $"{binding} has an address that the pool calls {pool.StateOf(binding.Legal)}");
                Require(registry.FindByLegal(binding.Legal) == binding, () => $"{binding.Legal} is found at another than {binding}");
            }

            Require(!binding.Policy.IsHeld || binding.IsLocal || (!binding.HasOwn && binding.Share == 0), () => $"{binding} is held and has an outside address");
            // Where sharing is off now, the ports of a device with an address of its own only run out.
            if (binding.Share != 0 && !(binding.HasOwn && registry.Ports.SharedOf(binding.Policy) is null))
            {
                Require(registry.Ports.SharedOf(binding.Policy)?.IsUsable(binding.Shared) == true, () => $"{binding} shares an address that is not usable");
                var slot = gateway.Shared.Read().FirstOrDefault(s => s.Slot.Address == (BigEndian32)binding.Shared).Slot;
                Require(slot.Flags.HasFlag(SharedFlags.Usable), () => $"{binding} shares an address that the data plane does not use");
                Require(gateway.Shared.Shares[binding.Share].Address == binding.Shared, () => $"share {binding.Share} of {binding} is on {gateway.Shared.Shares[binding.Share].Address} in the data plane");
            }
        }

        foreach (var pool in core.Pools.All)
        {
            var bound = registry.Bindings.Values.Count(b => b.IsPooled && pool.Addresses.Contains(b.Legal));
            Require(pool.Addresses.Count(AddressState.Bound) == bound, () => $"pool {pool.Uplink} calls {pool.Addresses.Count(AddressState.Bound)} addresses bound, and {bound} are");
        }

        var shares = registry.Bindings.Values.Where(b => b.Share != 0).GroupBy(b => b.Share).FirstOrDefault(g => g.Select(b => b.Claim.Station).Distinct().Count() > 1);
        Require(shares is null, () => $"share {shares!.Key} belongs to {string.Join(" and ", shares)}");
    }

    /// <summary>Nothing leaks and nothing is given out twice: what is free and what is used is all there is.</summary>
    private void CheckNumbers(ControlCore core)
    {
        var registry = core.Registry;
        var capacity = (int)gateway.Map.Capacity;
        Require(registry.Free.Numbers + registry.Bindings.Count == capacity - 2, () => $"{registry.Free.Numbers} numbers are free and {registry.Bindings.Count} used of {capacity - 2}");
        var (held, free) = registry.Ports.Shares;
        Require(held + free == capacity - 1, () => $"{free} shares are free and {held} held of {capacity - 1}");

        var meters = new Dictionary<uint, MeterHolder>();
        foreach (var binding in registry.Bindings.Values)
        {
            var holder = MeterHolder.Of(binding);
            Require(binding.Meter != MeterAllocations.None, () => $"{binding} has no meter");
            Require(meters.TryAdd(binding.Meter, holder) || meters[binding.Meter] == holder, () => $"meter {binding.Meter} of {binding} is {meters[binding.Meter]}'s too");
        }

        Require(meters.Values.Distinct().Count() == meters.Count, () => $"{meters.Count} meters for {meters.Values.Distinct().Count()} holders");
        Require(registry.Free.Meters + meters.Count == gateway.Map.Meters - 1, () => $"{registry.Free.Meters} meters are free and {meters.Count} used of {gateway.Map.Meters - 1}");
    }

    private void CheckQuotas(ControlCore core)
    {
        var counts = core.Registry.Bindings.Values.GroupBy(b => b.Claim.Station).ToDictionary(g => g.Key, g => (Count: g.Count(), Most: g.Max(b => b.Policy.Addresses)));
        foreach (var (station, (count, most)) in counts)
        {
            // A profile may allow less than before; then the device only gets no more. In one step it may get an address and then another profile.
            var allowed = gateway.Map.Made.Where(b => b.Claim.Station == station).Max(b => (int?)b.Policy.Addresses) ?? most;
            Require(count <= Math.Max(most, allowed) || count <= _addresses.GetValueOrDefault(station) || _isFresh, () => $"{station} has {count} addresses, and may have {most}");
        }

        _isFresh = false;
        _addresses.Clear();
        foreach (var (station, (count, _)) in counts)
        {
            _addresses[station] = count;
        }

        gateway.Map.Made.Clear();

        var pending = core.Arrivals.PendingFrames;
        Require(pending <= PendingPackets<ClaimedAddress>.MaxClaims * PendingPackets<ClaimedAddress>.MaxFrames, () => $"{pending} packets wait");
        var undecided = core.Policy.Devices.Devices.Values.Count(d => !d.IsDecided && !core.Registry.IsHere(d.Mac));
        Require(undecided <= 2 * (int)gateway.Map.Capacity, () => $"{undecided} records of devices that are not here");
    }

    private void CheckBlocked(ControlCore core)
    {
        var blocked = gateway.Blocked.Blocked;
        foreach (var device in core.Policy.Devices.Devices.Values.Where(d => d.Admission.State == AdmissionState.Blocked))
        {
            Require(!core.Registry.IsHere(device.Mac), () => $"{device.Mac} is blocked and has a binding");
            Require(blocked.Contains(device.Mac) || gateway.FoundBlockedListFull.Contains(device.Mac), () => $"{device.Mac} is blocked, and the data plane does not know");
        }

        foreach (var mac in blocked)
        {
            Require(core.Policy.Find(mac)?.Admission.State == AdmissionState.Blocked, () => $"the data plane blocks {mac}, and nobody asked it to");
        }
    }

    private void CheckLeases(ControlCore core)
    {
        if (core.Dhcp?.Leases is not { } database)
        {
            return;
        }

        var addresses = new HashSet<Ipv4Address>();
        var active = 0;
        foreach (var lease in database.Leases)
        {
            active += lease.State == LeaseState.Active ? 1 : 0;
            Require(addresses.Add(lease.Address), () => $"{lease.Address} is leased twice");
            Require(database.Find(lease.Key)?.Address == lease.Address, () => $"{lease.Key} is not found by its lease of {lease.Address}");
            Require(database.Contains(lease.Address), () => $"{lease.Address} is leased, and not of the network");
        }

        Require(active == database.Active, () => $"{database.Active} leases are counted, and {active} are active");
        if (!core.Dhcp.Settings.LeasesLegal)
        {
            return;
        }

        foreach (var binding in core.Registry.Bindings.Values.Where(b => b.IsPooled && !_leasedBefore.Contains(b.Claim)))
        {
            Require(
                database.HolderOf(binding.Legal) is not { } holder || holder == binding.Claim.Station.Mac, () => $"{binding.Legal} is leased to {database.HolderOf(binding.Legal)} and bound to {binding}");
        }
    }

    private static bool AreSame(in BindingSlot one, in BindingSlot other) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<BindingSlot>(in one)).SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<BindingSlot>(in other)));

    private static void Require(bool condition, Func<string> what)
    {
        if (!condition)
        {
            throw new InvariantViolatedException(what());
        }
    }
}
