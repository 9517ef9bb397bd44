using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.Dhcp;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Bindings of devices that must be reachable from outside although they never speak first: those with a pinned outside address, those with a
/// lease, and machines. They are made from records, after the start as after any change. A pin follows its device: when the device uses another address and does
/// not answer ARP for the previous one, the pinned address moves.
/// </summary>
/// <param name="leases">Null: DHCP is not served.</param>
/// <param name="doubts">Of pinned devices that may have moved.</param>
/// <param name="vlans">The VLANs that are served beside untagged frames.</param>
internal sealed class StandingBindings(
    PolicyService policy, BindingService bindings, ArrivalService arrivals, LeaseDatabase? leases, MachineRoster machines, AddressDoubts doubts, ImmutableArray<ushort> vlans) : ITimed
{
    private static readonly TimeSpan s_interval = AddressDoubts.Pause;

    private TimeSpan _next;
    private bool _isStarted;

    private Registry Registry => bindings.Registry;

    public TimeSpan NextDue(TimeSpan now) => _next;

    public void Tick(TimeSpan now)
    {
        if (now < _next)
        {
            return;
        }

        _next = now + s_interval;
        if (!_isStarted)
        {
            _isStarted = true;
            RestoreLeased(now);
        }

        foreach (var (legal, mac) in Registry.Pins.ToList())
        {
            Look(mac, legal, now);
        }

        // Machines without an outside address of their own get one as other devices do.
        foreach (var machine in machines.All.Where(m => m is { Outside: null, Address: not null }))
        {
            if (machines.DeviceOf(machine) is { } mac && !Registry.IsHere(mac) && policy.Find(mac) is { Admission.State: AdmissionState.Admitted })
            {
                Restore(new ClaimedAddress(new Station(machine.Vlan ?? 0, mac), machine.Address!.Value), now);
            }
        }
    }

    /// <summary>An ARP message says that its sender has the address.</summary>
    public void OnArp(ClaimedAddress claim, TimeSpan now) => doubts.OnArp(claim, now);

    /// <summary>A device that records know is served although it is silent, if it may be.</summary>
    public void Restore(ClaimedAddress claim, TimeSpan now)
    {
        if (claim.Station.Vlan == 0 || vlans.Contains(claim.Station.Vlan))
        {
            arrivals.Restore(claim, now);
        }
    }

    /// <summary>Devices with a lease that had an outside address of their own have the same one again.</summary>
    private void RestoreLeased(TimeSpan now)
    {
        foreach (var lease in leases?.Leases.Where(l => l.State == LeaseState.Active).ToList() ?? [])
        {
            var claim = new ClaimedAddress(lease.Key.Station, lease.Address);
            if (Registry.RememberedOf(claim) is not null && policy.Find(claim.Station.Mac) is { Admission.State: AdmissionState.Admitted })
            {
                Restore(claim, now);
            }
        }
    }

    private void Look(MacAddress mac, Ipv4Address legal, TimeSpan now)
    {
        if (policy.Find(mac) is not { Admission.State: AdmissionState.Admitted })
        {
            return;
        }

        if (Registry.FindByLegal(legal) is { } holder)
        {
            if (holder.Claim.Station.Mac == mac)
            {
                FollowMove(holder, now);
            }
        }
        else if (Registry.IsReady(legal) && Registry.LatestOf(mac, now) is { } claim)
        {
            Restore(claim, now);
        }
    }

    private void FollowMove(Binding holder, TimeSpan now)
    {
        if (doubts.Successor(holder, now) is { } other)
        {
            bindings.Release(holder, now);
            bindings.Release(other, now);
            arrivals.Serve(other.Claim, now);
        }
    }
}
