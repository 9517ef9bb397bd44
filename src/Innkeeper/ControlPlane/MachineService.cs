using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// The machines of the file: their records from the start, and which device is one that the file knows by its VLAN alone. Such a place goes to another
/// device when that speaks there and the one before answers no more: a replaced machine needs no change of the file.
/// </summary>
internal sealed class MachineService(
    MachineRoster roster, PolicyService policy, AdmissionService admission, BindingService bindings, GatewayInferences inferences, ArpSender arp, EventLog events, TimeProvider clock) : ITimed
{
    /// <summary>A device that answers for its address within this many questions is still there.</summary>
    public const int Questions = 3;

    /// <summary>A device that was heard within this time is there.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    /// <summary>Between two questions, while they are few and after that.</summary>
    private static readonly (TimeSpan Soon, TimeSpan Later, int Few) s_pauses = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), 10);

    /// <summary>Machines whose device is not found, or doubted.</summary>
    private readonly Dictionary<MachineConfig, Search> _searches = [];

    private TimeSpan _next;

    private Registry Registry => bindings.Registry;

    public TimeSpan NextDue(TimeSpan now) => _searches.Count == 0 ? TimeSpan.MaxValue : _next;

    /// <summary>Before the records are loaded: who was at a machine's place when an earlier process ended.</summary>
    public void Recall(IReadOnlyList<RememberedBinding> stored)
    {
        foreach (var machine in roster.All.Where(m => m.Mac is null))
        {
            var last = stored.Where(b => b.Claim.Station.Vlan == machine.Vlan && (machine.Address is null || b.Claim.Address == machine.Address)).MaxBy(b => b.LastSeen);
            if (last is not null)
            {
                roster.Assign(machine, last.Claim.Station.Mac);
            }
            else
            {
                _searches[machine] = new Search();
            }
        }
    }

    /// <summary>After the state of an earlier process was taken over: every machine has its record and its pin, whether it was ever heard or not.</summary>
    public void Begin(TimeSpan now)
    {
        foreach (var machine in roster.All)
        {
            if (roster.DeviceOf(machine) is { } mac)
            {
                Settle(machine, mac, now);
            }
        }
    }

    /// <summary>A device was heard with an address, by a packet or an ARP message.</summary>
    public void OnHeard(ClaimedAddress claim, TimeSpan now)
    {
        var (vlan, mac) = claim.Station;
        if (roster.PlaceFor(vlan, mac, claim.Address) is not { } machine)
        {
            return;
        }

        if (roster.DeviceOf(machine) is not { } holder)
        {
            Assign(machine, mac, now);
        }
        else if (holder == mac)
        {
            _searches.Remove(machine);
        }
        else if (_searches.TryGetValue(machine, out var search))
        {
            search.Candidate = mac;
        }
        else
        {
            _searches[machine] = new Search { Candidate = mac };
            _next = now;
        }
    }

    public void Tick(TimeSpan now)
    {
        if (_searches.Count == 0 || now < _next)
        {
            return;
        }

        _next = now + s_pauses.Soon;
        foreach (var (machine, search) in _searches.ToList())
        {
            if (now >= search.Next)
            {
                search.Next = now + (search.Asked < s_pauses.Few ? s_pauses.Soon : s_pauses.Later);
                Look(machine, search, now);
            }
        }
    }

    /// <summary>Asks for the machine's address: the whole VLAN, or the device whose place it is.</summary>
    private void Look(MachineConfig machine, Search search, TimeSpan now)
    {
        if (roster.DeviceOf(machine) is not { } holder)
        {
            search.Asked++;
            if (machine.Address is { } address)
            {
                arp.AskAccess(machine.Vlan ?? 0, MacAddress.Broadcast, address);
            }

            return;
        }

        if (Registry.BindingsOf(holder).Any(b => bindings.IdleFor(b, now) < Silence))
        {
            // It was at work a moment ago. If it has gone, it answers no question after this time.
            (search.Asked, search.Next) = (0, now + Silence);
        }
        else if (search.Asked++ < Questions && (Registry.LatestOf(holder, now)?.Address ?? machine.Address) is { } known)
        {
            arp.AskAccess(machine.Vlan ?? 0, holder, known);
        }
        else if (search.Candidate is { } candidate)
        {
            Assign(machine, candidate, now);
        }
    }

    private void Assign(MachineConfig machine, MacAddress mac, TimeSpan now)
    {
        var before = roster.DeviceOf(machine);
        roster.Assign(machine, mac);
        _searches.Remove(machine);
        if (before is { } gone && policy.Find(gone) is not null)
        {
            admission.Decide(policy.Evaluate(new Station(machine.Vlan ?? 0, gone), d => d).Device);
        }

        Settle(machine, mac, now);
        events.Add(new MachineFound(machine.Name, mac, machine.Vlan ?? 0, before));
    }

    /// <summary>The device is the machine: admitted, with the machine's name and outside address, and with a binding to come.</summary>
    private void Settle(MachineConfig machine, MacAddress mac, TimeSpan now)
    {
        var station = new Station(machine.Vlan ?? 0, mac);
        admission.Decide(policy.Evaluate(station, d => d).Device);
        if (machine.Address is not { } address)
        {
            return;
        }

        var claim = new ClaimedAddress(station, address);

        // The entry was corrected: no packet of a silent machine would show that it is elsewhere.
        foreach (var stale in Registry.BindingsOf(mac).Where(b => b.Claim != claim && bindings.IdleFor(b, now) == TimeSpan.MaxValue).ToList())
        {
            bindings.Release(stale, now);
        }

        if (machine.Gateway is { } gateway && Registry.Find(claim) is null)
        {
            inferences.Put(claim, GatewayInference.Known(address, gateway, proven: true));
        }

        if (machine.Outside is { } outside && Registry.FindByLegal(outside) is null)
        {
            Registry.Remember(claim, outside, clock.GetUtcNow());
        }
    }

    private sealed class Search
    {
        public int Asked { get; set; }

        public TimeSpan Next { get; set; }

        /// <summary>The device that spoke at the place of another; null: the place is free.</summary>
        public MacAddress? Candidate { get; set; }
    }
}
