using Innkeeper.Bindings;
using Innkeeper.Clocks;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Applies decisions about devices, by the administrator, by rules or by time: their records, their bindings and the
/// data plane's list of blocked stations change together.
/// </summary>
/// <param name="ipv6">Null: IPv6 is not carried.</param>
internal sealed class AdmissionService(
    PolicyService policy, BindingService bindings, IBlockedStations blocked, ProfileProgrammer profiles, ArrivalNotices arrivals, AdmissionEnds ends, EventLog events, TimeProvider clock,
    Ipv6BindingService? ipv6 = null)
    : IDeviceDecisions
{
    private int _minute = -1;

    /// <summary>
    /// Evaluates a device that is here, with the facts learnt now. Those about a known device are stored, and changes that follow from them apply at
    /// once; if its admission has ended, it asks again. A new device gets its record only when it is served (<see cref="AddIfNew"/>): a flood would
    /// fill the store and the administrator's mail.
    /// </summary>
    public DeviceEvaluation Register(Station station, Func<DeviceRecord, DeviceRecord> learn, TimeSpan now)
    {
        var wall = clock.GetUtcNow();

        // A record that an order made before the device came begins with the device.
        var evaluation = Update(station, d => learn(d) is var learnt && d is { Uses: null, IsDecided: true } && learnt.Uses is not null ? learnt with { FirstSeen = wall } : learnt, now);
        policy.Devices.See(station.Mac, wall);
        if (evaluation.Device.Admission is { State: AdmissionState.Held, Origin: DecisionSource.Time })
        {
            arrivals.Add(station.Mac, now);
        }

        return evaluation;
    }

    /// <summary>A device asked for an address: it got none for this reason; null: it got one.</summary>
    public void OnServed(MacAddress mac, ServiceRefusal? refusal)
    {
        if (refusal is { } reason)
        {
            policy.Devices.Refuse(mac, reason, clock.GetUtcNow());
        }
        else
        {
            policy.Devices.Serve(mac);
        }
    }

    /// <summary>Whether a device has a record.</summary>
    public bool IsKnown(MacAddress mac) => policy.Find(mac) is not null;

    /// <summary>As <see cref="Register"/>, for a device that need not be here.</summary>
    public DeviceEvaluation Update(Station station, Func<DeviceRecord, DeviceRecord> learn, TimeSpan now)
    {
        var known = policy.Find(station.Mac);
        var evaluation = policy.Evaluate(station, learn);
        var after = evaluation.Device;
        if (known is null)
        {
            return evaluation;
        }

        if (after != known)
        {
            policy.Save(after);
        }

        if (after.Profile != known.Profile || after.Admission.State != known.Admission.State)
        {
            Apply(after, now);
        }

        return evaluation;
    }

    /// <summary>A device that was never seen before gets its record.</summary>
    /// <param name="device">As <see cref="Register"/> evaluated it.</param>
    public void AddIfNew(DeviceRecord device, TimeSpan now)
    {
        if (policy.Find(device.Mac) is not null)
        {
            return;
        }

        arrivals.Add(device.Mac, now);
        policy.Save(device, isArrival: arrivals.IsWanted);
    }

    /// <inheritdoc/>
    public void Decide(DeviceRecord device)
    {
        var now = clock.Now();
        if (device.Admission.State != AdmissionState.Blocked)
        {
            // Before it is saved: so the data plane's list never has a device whose block was taken back, wherever the process dies.
            blocked.Unblock(device.Mac);
        }

        policy.Save(device);
        var pinned = policy.Find(device.Mac)?.PinnedLegal;
        bindings.Registry.Pin(device.Mac, pinned);
        if (pinned is { } legal && bindings.Registry.FindByLegal(legal) is { } other && other.Claim.Station.Mac != device.Mac)
        {
            bindings.Release(other, now);
        }

        Apply(device, now);
    }

    /// <inheritdoc/>
    public void ForgetDevice(DeviceRecord device)
    {
        blocked.Unblock(device.Mac);
        bindings.ForgetAll(device.Mac, clock.Now());
        ipv6?.Forget(device.Mac);
        policy.Forget(device.Mac);
        arrivals.End(device.Mac);
    }

    /// <summary>Applies a device's record to its bindings. A binding that cannot continue ends; the device's next packet makes another.</summary>
    public void Apply(DeviceRecord device, TimeSpan now)
    {
        if (device.Admission.State != AdmissionState.Blocked)
        {
            blocked.Unblock(device.Mac);
        }
        else if (!blocked.TryBlock(device.Mac))
        {
            events.Add(new BlockedListFull(device.Mac));
        }

        foreach (var binding in bindings.Registry.BindingsOf(device.Mac))
        {
            bindings.ApplyPolicy(binding, policy.Evaluate(device, binding.Claim.Station.Vlan).Policy, device.Admission.State == AdmissionState.Blocked, now);
        }

        ipv6?.Apply(device);
    }

    /// <summary>Something beside their records has changed how devices are treated.</summary>
    public void Reapply(IEnumerable<MacAddress> macs)
    {
        foreach (var mac in macs)
        {
            if (policy.Find(mac) is { } device)
            {
                Apply(device, clock.Now());
            }
        }
    }

    /// <summary>
    /// Gateways went down or came back. Bindings end before their profiles lead elsewhere: a packet must not leave by one gateway with
    /// another's address. Packets that come in between wait for their new bindings.
    /// </summary>
    public void FollowGateways(TimeSpan now)
    {
        ReevaluateAll(now);
        profiles.Write();
    }

    /// <summary>Ends expired admissions, and evaluates the rules again when a minute that they name has come.</summary>
    public void Sweep(TimeSpan now)
    {
        var steady = clock.GetUtcNow();
        foreach (var device in policy.Devices.Devices.Values.Where(d => d.Admission.Until <= steady))
        {
            var vlan = bindings.Registry.BindingsOf(device.Mac) is [var first, ..] ? first.Claim.Station.Vlan : (ushort)0;
            Update(new Station(vlan, device.Mac), d => d, now);
        }

        ends.Sweep();

        var minute = (int)clock.ToWall(steady).LocalDateTime.TimeOfDay.TotalMinutes;
        if (policy.DependsOnTime && minute != _minute)
        {
            _minute = minute;
            ReevaluateAll(now);
        }
    }

    /// <summary>
    /// At the start: whom the data plane blocks is blocked, whatever the store says: the order was not written yet, or the database was lost.
    /// And whom the records block, the data plane blocks.
    /// </summary>
    /// <returns>Devices that are blocked by the data plane's word.</returns>
    public IReadOnlyList<DeviceRecord> MatchBlocked(TimeSpan now)
    {
        var steady = clock.GetUtcNow();
        var found = new List<DeviceRecord>();
        foreach (var mac in blocked.Blocked.Where(m => policy.Find(m)?.Admission.State != AdmissionState.Blocked))
        {
            var device = AdmissionPolicy.Keep(policy.Devices.FindOrNew(mac, steady), AdmissionState.Blocked, steady, null);
            policy.Save(device);
            found.Add(device);
        }

        foreach (var device in policy.Devices.Devices.Values.Where(d => d.Admission.State == AdmissionState.Blocked))
        {
            Apply(device, now);
        }

        return found;
    }

    private void ReevaluateAll(TimeSpan now)
    {
        foreach (var binding in bindings.Registry.Bindings.Values)
        {
            // One of the earlier ones may have ended it.
            if (policy.Find(binding.Claim.Station.Mac) is not { } device || !bindings.Registry.Bindings.ContainsKey(binding.Number))
            {
                continue;
            }

            var evaluation = policy.Evaluate(device, binding.Claim.Station.Vlan);
            if (evaluation.Device != device)
            {
                policy.Save(evaluation.Device);
            }

            bindings.ApplyPolicy(binding, evaluation.Policy, evaluation.IsBlocked, now);
        }

        ipv6?.ReapplyAll();
    }
}
