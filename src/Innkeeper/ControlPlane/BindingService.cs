using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging;

namespace Innkeeper.ControlPlane;

/// <summary>Has something to do when a binding begins or ends, on the control plane's thread: it returns at once.</summary>
internal interface IBindingListener
{
    /// <summary>A device has an outside address of its own: with a new binding, or instead of a share. Bindings that an earlier process left do not begin.</summary>
    void OnBegan(Binding binding)
    {
    }

    void OnEnded(Binding binding);
}

/// <summary>
/// The one writer of bindings: has the registry decide, and brings its changes into the data plane and the store, in the one right
/// order. Others only put in what needs no write: <see cref="Adoption"/> what a map or the store has already, <see cref="PolicyService"/> pins, and
/// <see cref="NaptAllocator"/> the end of port shares.
/// </summary>
/// <param name="leases">Null: DHCP is not served.</param>
internal sealed class BindingService(
    Registry registry, IBindingMap map, ISharedMap shared, AddressPools pools, LeaseDatabase? leases, IStateStore store, DeviceStore devices, IReadOnlyList<IBindingListener> listeners,
    Counters counters, TimeProvider clock, ILogger log) : INetworkListener
{
    /// <summary>
    /// After a device was heard, the data plane does not punt its address again for a moment (LEARN_INTERVAL, and a step of its clock).
    /// It must punt the first packet after a new binding: with one arm an ARP request makes the binding, and only that packet shows which gateway
    /// the device uses.
    /// </summary>
    internal static readonly TimeSpan JustBefore = TimeSpan.FromMilliseconds(50);

    /// <summary>"Last seen" in the database is no older than this.</summary>
    private static readonly TimeSpan s_touchInterval = TimeSpan.FromMinutes(5);

    /// <summary>A device counts as live, and its address as taken, for this long after its last packet.</summary>
    private static readonly TimeSpan s_liveness = TimeSpan.FromMinutes(5);

    private TimeSpan _nextTouch;

    public Registry Registry => registry;

    /// <summary>How often a binding began, ended, or got or lost ports of a shared address.</summary>
    public long Changes { get; private set; }

    /// <summary>Bindings of LAN hosts (one arm) exist only there.</summary>
    public bool IsOneArmed { get; init; }

    public void OnNetworkChanged(Interfaces.NetworkContext network, TimeSpan now) => registry.Lan = IsOneArmed ? network.Networks.UplinkNetwork : null;

    /// <summary>Whether another live device of the VLAN claims an address.</summary>
    public bool IsClaimedByAnother(ClaimedAddress asked, TimeSpan now) =>
        registry.ClaimedByOthers(asked.Station, asked.Address).Any(b => map.IdleFor(b.Number, now) < s_liveness || Registry.IsPinned(b));

    /// <summary>How long ago a binding's device sent its last packet.</summary>
    public TimeSpan IdleFor(Binding binding, TimeSpan now) => map.IdleFor(binding.Number, now);

    /// <summary>A device uses an address: gives it a binding if that can be.</summary>
    public BindingChange Arrive(ClaimedAddress claim, GatewayInference gateway, BindingPolicy policy, Reachability reachability, TimeSpan now)
    {
        var isSilent = reachability == Reachability.Recorded;
        var before = registry.RememberedOf(claim);
        var change = registry.Arrive(claim, gateway, policy, now, clock.GetUtcNow(), reachability);
        EndAll(change);
        Open(change);
        if (change is { Outcome: Arrival.Bound, Binding: { } binding })
        {
            if (binding.Share != 0 && (policy.IsHeld || !FairShare.IsNew(binding.FirstSeen, clock.GetUtcNow())))
            {
                shared.Keep(binding.Share, policy.IsHeld ? FairShare.CrowdKeeps : 0);
            }

            Changes++;
            map.Add(binding, isSilent ? TimeSpan.Zero : now - JustBefore);
            counters.Add(Counter.BindingsMade);
            AnnounceOwn(binding, now);
            Begin(binding);
            if (!isSilent || before != binding.Legal)
            {
                Save(binding);
            }

            LogBound(binding);
        }

        return change;
    }

    /// <summary>A binding cannot continue; its device's next packet makes another.</summary>
    public void Release(Binding binding, TimeSpan now) => EndAll(registry.Release(binding, now));

    /// <summary>A foreign host outside uses an address that stands for a device.</summary>
    /// <returns>The binding that ended for it: its device must be served again. Null: no device had the address.</returns>
    public Binding? GiveWay(Ipv4Address lost, TimeSpan now)
    {
        var change = registry.Conflict(lost, now);
        foreach (var moved in change.Ended)
        {
            Changes++;
            map.Remove(moved);
            counters.Add(Counter.BindingsMoved);
            Notify(moved);
            store.Release(moved, clock.GetUtcNow());
        }

        return change.Ended is [var binding] ? binding : null;
    }

    /// <summary>The gateway that a device uses was learnt, or changed.</summary>
    public void UpdateGateway(ClaimedAddress claim, GatewayInference gateway)
    {
        if (registry.Find(claim) is { } binding)
        {
            var updated = registry.UpdateGateway(binding, gateway);
            map.Write(updated);
            Save(updated);
        }
    }

    /// <summary>Treats a binding by another policy: it continues if the policy allows it, otherwise it ends.</summary>
    public void ApplyPolicy(Binding binding, BindingPolicy policy, bool isBlocked, TimeSpan now)
    {
        if (isBlocked || !binding.Policy.IsCompatibleWith(policy))
        {
            Release(binding, now);
        }
        else if (binding.Policy != policy)
        {
            map.Write(registry.UpdatePolicy(binding, policy));
        }
    }

    /// <summary>The binding's shared address is no longer usable: it gets ports of another, if there is one.</summary>
    public void Reassign(Binding binding) => Write(registry.Reassign(binding), endsMappings: true);

    /// <summary>
    /// A device gets ports of a certain shared address, because a forward of that address leads to it; it keeps an outside address of its own. Where it shared
    /// another one, the mappings there end.
    /// </summary>
    /// <param name="binding">The forward's. Ask <see cref="PortAllocations.CanPlace"/> first.</param>
    public void Place(Binding binding, Ipv4Address address)
    {
        var station = binding.Claim.Station;
        registry.Ports.Place(station, address);
        var moves = registry.BindingsOf(station.Mac).Where(b => b.Claim.Station == station && b.Share != 0 && b.Shared != address).ToList();
        Write(registry.Place(binding), endsMappings: binding.Share != 0);
        foreach (var other in moves.Where(b => b.Number != binding.Number))
        {
            Reassign(other);
        }
    }

    /// <summary>No forward leads to a device any more: it may share any address, and with an address of its own none.</summary>
    public void Unplace(Station station) => registry.Ports.Place(station, null);

    /// <summary>Bindings without addresses of their own get one where that is possible again, and give up shares that they no longer use.</summary>
    public void PromoteShared(TimeSpan now)
    {
        foreach (var binding in registry.Bindings.Values.Where(b => b.Share != 0).ToList())
        {
            if (!binding.HasOwn && registry.Promote(binding) is { } own)
            {
                map.Write(own);
                counters.Add(Counter.BindingsMoved);
                pools.Bound(own.Legal, now);
                Begin(own);
                Save(own);
                LogBound(own);
            }
            else if (binding.HasOwn && !IsShareInUse(binding) && !registry.Ports.IsPlaced(binding))
            {
                Changes++;
                map.Write(registry.Unshare(binding));
            }
        }
    }

    /// <summary>Ends the bindings whose devices were silent for too long, and has the store note which devices were seen.</summary>
    public void Sweep(TimeSpan idleLimit, TimeSpan now)
    {
        var active = new List<Binding>();
        foreach (var binding in registry.Bindings.Values)
        {
            var idle = map.IdleFor(binding.Number, now);
            if (idle < s_touchInterval)
            {
                active.Add(binding);
            }

            if (idle >= idleLimit && !IsShareInUse(binding) && !IsKept(binding))
            {
                Release(binding, now);
                log.BindingReleased(binding.Claim.Station.Mac.ToString(), binding.Claim.Address.ToString(), binding.Outside.ToString());
            }
        }

        if (now >= _nextTouch)
        {
            _nextTouch = now + s_touchInterval;
            store.Touch(active.Where(b => !b.IsLocal), clock.GetUtcNow());
        }
    }

    /// <summary>Deletes all that the store has of a device.</summary>
    public void ForgetAll(MacAddress mac, TimeSpan now)
    {
        foreach (var binding in registry.BindingsOf(mac))
        {
            Release(binding, now);
            Discard(binding.Claim);
        }

        // Addresses that it does not use now are remembered too.
        foreach (var claim in registry.RememberedOf(mac))
        {
            Discard(claim);
        }
    }

    /// <summary>A binding that an earlier process left does not continue.</summary>
    public void EndOfEarlier(Binding binding) => Notify(binding);

    /// <summary>Has everything written again: the database that it was in is gone.</summary>
    public void SaveAll()
    {
        foreach (var binding in registry.Bindings.Values)
        {
            Save(binding);
        }
    }

    /// <summary>Hosts of the LAN (one arm) are not kept in the store.</summary>
    public void Save(Binding binding)
    {
        if (!binding.IsLocal)
        {
            // A device that is held has no outside address, but when it is admitted again it gets the one it had.
            store.Save(binding.Policy.IsHeld && registry.RememberedOf(binding.Claim) is { } legal ? binding with { Legal = legal } : binding, clock.GetUtcNow());
        }
    }

    private void EndAll(BindingChange change)
    {
        foreach (var ended in change.Ended)
        {
            var isConfirmed = map.IsConfirmed(ended.Number);
            var seen = SeenAt(ended);
            if (seen is { } last)
            {
                devices.See(ended.Claim.Station.Mac, last);
            }

            Changes++;
            map.Remove(ended);
            counters.Add(Counter.BindingsReleased);
            Notify(ended);
            if (!ended.IsLocal)
            {
                if (seen is { } touched)
                {
                    store.Release(ended, touched);
                }

                if (!isConfirmed && !IsLatestOfPinned(ended, clock.Now()))
                {
                    Discard(ended.Claim);
                }
            }
        }

        foreach (var share in change.AbandonedShares)
        {
            shared.Abandon(share);
        }
    }

    /// <summary>The device's last packet, never before the binding began; null: it sent none, as its binding was made from records.</summary>
    private DateTimeOffset? SeenAt(Binding binding)
    {
        var (wall, idle) = (clock.GetUtcNow(), map.IdleFor(binding.Number, clock.Now()));
        return idle == TimeSpan.MaxValue ? null : idle <= TimeSpan.Zero ? wall : idle < wall - binding.FirstSeen ? wall - idle : binding.FirstSeen;
    }

    private void Write(BindingChange change, bool endsMappings)
    {
        var binding = change.Binding!;
        Changes++;
        Open(change);
        if (endsMappings)
        {
            map.EndMappings(binding.Number);
        }

        map.Write(binding);
    }

    private void Open(BindingChange change)
    {
        foreach (var (share, address) in change.OpenedShares)
        {
            shared.OpenShare(share, address);
        }
    }

    /// <summary>A binding that was never confirmed leaves no record: invented devices do not pile up.</summary>
    private void Discard(ClaimedAddress claim)
    {
        registry.Discard(claim);
        store.Forget(claim);
    }

    /// <summary>
    /// Whether hosts outside must reach the device even when it is silent for long: its outside address is pinned, it is a machine, or its own address is
    /// leased. Leases hold no outside address that new devices need. Or a forward leads to it.
    /// </summary>
    private bool IsKept(Binding binding) =>
        Registry.IsPinned(binding) || registry.Ports.IsPlaced(binding.Claim.Station) || devices.Find(binding.Claim.Station.Mac)?.Machine is not null || (binding.IsPooled && leases?.IsLeased(binding.Claim.Station, binding.Claim.Address) == true && registry.HasSpare(binding));

    /// <summary>Only this record says where a pinned device that never sends first can be reached. One is kept for each pin.</summary>
    private bool IsLatestOfPinned(Binding ended, TimeSpan now) => registry.HasPin(ended.Claim.Station.Mac) && registry.LatestOf(ended.Claim.Station.Mac, now) == ended.Claim;

    private void Begin(Binding binding)
    {
        if (binding.HasOwn)
        {
            foreach (var listener in listeners)
            {
                listener.OnBegan(binding);
            }
        }
    }

    private void Notify(Binding ended)
    {
        foreach (var listener in listeners)
        {
            listener.OnEnded(ended);
        }
    }

    private void AnnounceOwn(Binding binding, TimeSpan now)
    {
        if (binding.IsPooled)
        {
            pools.Bound(binding.Legal, now);
        }
    }

    /// <summary>Whether the device of a share has mappings, or ports that are held back.</summary>
    private bool IsShareInUse(Binding binding) => binding.Share != 0 && shared.UsedOf(binding.Share) is not [0, 0, 0, 0];

    private void LogBound(Binding binding) =>
        log.BindingMade(binding.Claim.Station.Mac.ToString(), binding.Claim.Station.Vlan, binding.Claim.Address.ToString(), binding.Outside.ToString());
}
