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
/// <param name="vlans">The VLANs that are served beside untagged frames.</param>
internal sealed class StandingBindings(
    PolicyService policy, BindingService bindings, ArrivalService arrivals, LeaseDatabase? leases, MachineRoster machines, ArpSender arp, ImmutableArray<ushort> vlans) : ITimed
{
    /// <summary>A device that answers for its previous address within this many questions still has it.</summary>
    public const int Questions = 3;

    /// <summary>A pin may move when its binding was silent for this long while the device used another address.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    /// <summary>A device that answered for its previous address is not asked again for this long.</summary>
    private static readonly TimeSpan s_answerTime = TimeSpan.FromMinutes(1);

    /// <summary>Pinned devices that may have moved: how often they were asked, and when they answered.</summary>
    private readonly Dictionary<ClaimedAddress, (int Asked, TimeSpan? Answered)> _doubts = [];

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
    public void OnArp(ClaimedAddress claim, TimeSpan now)
    {
        if (_doubts.ContainsKey(claim))
        {
            _doubts[claim] = (0, now);
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
        var idle = bindings.IdleFor(holder, now);
        var other = Registry.BindingsOf(holder.Claim.Station.Mac).Where(b => b.Number != holder.Number).MinBy(b => bindings.IdleFor(b, now));
        if (other is null || idle < Silence || bindings.IdleFor(other, now) >= idle)
        {
            _doubts.Remove(holder.Claim);
            return;
        }

        var (asked, answered) = _doubts.GetValueOrDefault(holder.Claim);
        if (answered is { } time && now - time < s_answerTime)
        {
            return;
        }

        if (asked < Questions)
        {
            _doubts[holder.Claim] = (asked + 1, null);
            arp.AskAccess(holder.Claim.Station.Vlan, holder.Claim.Station.Mac, holder.Claim.Address);
            return;
        }

        _doubts.Remove(holder.Claim);
        bindings.Release(holder, now);
        bindings.Release(other, now);
        arrivals.Serve(other.Claim, now);
    }

    private void Restore(ClaimedAddress claim, TimeSpan now)
    {
        if (claim.Station.Vlan == 0 || vlans.Contains(claim.Station.Vlan))
        {
            arrivals.Restore(claim, now);
        }
    }
}
