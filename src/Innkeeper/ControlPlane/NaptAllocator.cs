using System.Runtime.CompilerServices;
using Innkeeper.Addresses;
using Innkeeper.DataPlane;
using Innkeeper.Bindings;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Allocates shared outside addresses to devices: which addresses there are, which devices share each, and the
/// tidying up. Mappings themselves are the data plane's (bpf/mappings.h): they work on without the control plane.
/// </summary>
/// <param name="pools">The shared addresses of each gateway that has some.</param>
/// <param name="layoutOf">Which ports of an address devices may have, and whether it is the host's own.</param>
internal sealed class NaptAllocator(
    BindingService bindings, IReadOnlyList<NaptPool> pools, ISharedMap map, CurrentNetwork network, Func<bool, PortLayout> layoutOf, MappingLog log, PortWatch watch,
    PortReclaimer reclaimer, EventLog events, IReadOnlyList<IMappingListener> listeners) : INaptStatistics
{
    private bool _full;

    private Registry Registry => bindings.Registry;

    /// <summary>Replaced whole: other threads read it.</summary>
    private volatile StrongBox<Sweep> _found = new();

    /// <inheritdoc/>
    public Sweep Found => _found.Value;

    /// <inheritdoc/>
    IReadOnlyList<SharedAddressSlot> INaptStatistics.Addresses => [.. map.Read().Select(s => s.Slot)];

    /// <inheritdoc/>
    public PortUse Ports => watch.Use;

    /// <inheritdoc/>
    public uint Capacity => map.Mappings;

    /// <inheritdoc/>
    public uint[] PortsOf(uint share) => map.UsedOf(share);

    /// <summary>Some may be usable soon.</summary>
    public bool IsExpecting => pools.Any(s => s.Addresses.IsExpecting);

    /// <summary>The shared addresses, and the conflict detection for those that are probed.</summary>
    public IReadOnlyList<NaptPool> Pools => pools;

    /// <summary>Takes over the addresses in use; before the bindings are.</summary>
    public void AdoptAddresses()
    {
        foreach (var pool in pools)
        {
            pool.Addresses.SetOwn(network.Current.OwnOn(pool.Uplink));
        }

        foreach (var (_, slot) in map.Read().ToList())
        {
            if (slot.Flags.HasFlag(SharedFlags.Usable) && !pools.Any(s => s.Addresses.Own is { } own && slot.Address == (BigEndian32)own)
                && !pools.Any(s => s.Addresses.Pool.Adopt(slot.Address)))
            {
                map.GiveUp(slot.Address);
            }
        }
    }

    /// <summary>After the bindings are adopted: every binding that continues has its share.</summary>
    public void AdoptBindings(TimeSpan now)
    {
        // All addresses have their slots before any binding moves to one of them.
        var laidOutAnew = new HashSet<Ipv4Address>();
        foreach (var (pool, address) in pools.SelectMany(s => s.Addresses.Usable.Select(a => (s, a))).ToList())
        {
            if (map.IsLaidOutOtherwise(address, layoutOf(address == pool.Addresses.Own), (uint)pool.Uplink))
            {
                Registry.Ports.EndAllOn(address);
                laidOutAnew.Add(address);
            }

            Use(pool, address);
        }

        foreach (var binding in Registry.Bindings.Values.Where(b => laidOutAnew.Contains(b.Shared)).ToList())
        {
            bindings.Reassign(binding);
        }

        ReassignAll();
    }

    /// <summary>An uplink has another address, or none.</summary>
    public void OnNetworkChanged(TimeSpan now)
    {
        foreach (var pool in pools)
        {
            pool.Conflicts.OnNetworkChanged(now);
            var own = network.Current.OwnOn(pool.Uplink);
            if (pool.Addresses.Own == own)
            {
                continue;
            }

            if (pool.Addresses.Own is { } before)
            {
                map.GiveUp(before);
            }

            pool.Addresses.SetOwn(own);
            if (own is { } address)
            {
                Use(pool, address);
            }
        }

        ReassignAll();
    }

    /// <summary>
    /// Handles ARP of an uplink that may be about a shared address. An address that a foreign host uses is given up: its devices move.
    /// </summary>
    public void OnArp(in ArpMessage message, int uplink, TimeSpan now)
    {
        foreach (var pool in pools)
        {
            if (pool.Uplink == uplink && pool.Conflicts.OnArp(message, now) is { } address)
            {
                pool.Addresses.Pool.Quarantine(address, now);
                map.GiveUp(address);
                ReassignAll();
            }
        }
    }

    /// <summary>When <see cref="Tick"/> has something to do next.</summary>
    public TimeSpan NextDue(TimeSpan now) => pools.Count == 0 ? TimeSpan.MaxValue : pools.Min(s => s.Conflicts.NextDue(now));

    /// <summary>Does the probing that is due.</summary>
    /// <returns>Whether an address became usable: waiting devices may ask again.</returns>
    public bool Tick(TimeSpan now)
    {
        log.FlushNew();
        var some = false;
        foreach (var pool in pools)
        {
            pool.Conflicts.Tick(now);
            foreach (var address in pool.Addresses.TakeReady())
            {
                Use(pool, address);
                pool.Conflicts.Bound(address, now);
                some = true;
            }
        }

        if (some)
        {
            ReassignAll();
        }

        return some;
    }

    /// <summary>Removes ended mappings, and gives devices addresses of their own where some are free again.</summary>
    public void Sweep(TimeSpan now)
    {
        if (pools.All(s => s.Addresses.Own is null && s.Addresses.Pool.Total == 0) && !map.Read().Any())
        {
            return;
        }

        _found = new(map.Sweep());
        bindings.PromoteShared(now);
        Registry.Ports.Collect(map.IsEmpty);
        foreach (var (index, slot) in map.Read().ToList())
        {
            if (!slot.Flags.HasFlag(SharedFlags.Usable) && !Registry.Ports.HasAnyOn(slot.Address))
            {
                map.Forget(index, slot.Address);
            }
        }

        foreach (var (pool, address) in pools.SelectMany(s => s.Addresses.WithoutSlot.Select(a => (s, a))).ToList())
        {
            // A slot may be free now. An address that is not ours any more needs none.
            pool.Addresses.SetSlot(address, hasSlot: true);
            if (pool.Addresses.IsOurs(address))
            {
                Use(pool, address);
            }
        }

        ReassignAll();
        watch.Look(now);
        reclaimer.Look(watch.AreLow, now);
        log.Flush();
    }

    public void OnPorts(in PortsRecord record, TimeSpan now)
    {
        var share = record.Share;
        var owner = Registry.Ports.OwnerOf(share);
        Report(
            record, owner, owner is { } station ? Registry.BindingsOf(station.Mac).FirstOrDefault(b => b.Share == share)?.Claim.Address : null,
            now - TimeSpan.FromTicks((long)(record.Time / 100)));
    }

    /// <summary>A device gets or returns ports: the mapping log and the listeners hear of it.</summary>
    /// <inheritdoc cref="IMappingListener.OnPorts"/>
    public void Report(in PortsRecord record, Station? owner, Ipv4Address? own, TimeSpan age)
    {
        log.Add(record, owner, age);
        foreach (var listener in listeners)
        {
            listener.OnPorts(record, owner, own, age);
        }
    }

    private void Use(NaptPool pool, Ipv4Address address)
    {
        var done = map.Use(address, layoutOf(address == pool.Addresses.Own), (uint)pool.Uplink);
        if (!done && !_full)
        {
            events.Add(new SharedSlotsFull(address, SharedAddressSlot.Count));
        }

        // No device gets ports of an address that the data plane does not know.
        pool.Addresses.SetSlot(address, done);
        _full = !done;
    }

    /// <summary>Every binding whose shared address is gone gets another one, if there is one.</summary>
    private void ReassignAll()
    {
        foreach (var binding in Registry.Bindings.Values.Where(Registry.Ports.NeedsReassignment).ToList())
        {
            bindings.Reassign(binding);
        }
    }
}

/// <summary>Hears which device gets or returns ports of a shared address, on the control plane's thread: it returns at once.</summary>
internal interface IMappingListener
{
    /// <param name="owner">Null: not known any more.</param>
    /// <param name="own">The device's own address; null: it has none any more.</param>
    /// <param name="age">How long ago it happened.</param>
    void OnPorts(in PortsRecord record, Station? owner, Ipv4Address? own, TimeSpan age);
}

/// <summary>The shared addresses of one gateway, and the conflict detection for those that are probed.</summary>
internal sealed record NaptPool(int Uplink, SharedAddresses Addresses, AddressConflictDetector Conflicts);
