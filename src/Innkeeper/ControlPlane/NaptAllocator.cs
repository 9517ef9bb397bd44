using System.Runtime.CompilerServices;
using Innkeeper.Addresses;
using Innkeeper.DataPlane;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Devices that share legal addresses, on the control plane's side: which addresses there are, who has which, and the
/// tidying up. Mappings themselves are the data plane's (bpf/mappings.h): they go on without us.
/// </summary>
/// <param name="stocks">The shared addresses of each gateway that has some.</param>
/// <param name="layoutOf">Which ports of an address devices may have, and whether it is the host's own.</param>
/// <param name="sweep">Lets the data plane remove what is over.</param>
internal sealed class NaptAllocator(
    Registry registry, IReadOnlyList<NaptPool> stocks, SharedTable table, BindingTable bindings, Func<bool, PortLayout> layoutOf, Func<Sweep> sweep,
    MappingLog log, EventLog events) : INaptStatistics
{
    private bool _full;

    /// <summary>Replaced whole: other threads read it.</summary>
    private volatile StrongBox<Sweep> _found = new();

    /// <inheritdoc/>
    public Sweep Found => _found.Value;

    /// <inheritdoc/>
    public IReadOnlyList<SharedAddressSlot> Addresses => [.. table.Read().Select(s => s.Slot)];

    /// <inheritdoc/>
    public uint Capacity => table.Mappings;

    /// <summary>Some may be usable soon.</summary>
    public bool IsExpecting => stocks.Any(s => s.Addresses.IsExpecting);

    /// <inheritdoc/>
    public uint[] PortsOf(uint share) => table.UsedOf(share);

    public SharedTable Table => table;

    /// <summary>The shared addresses, and what their LANs and we say of those that are probed.</summary>
    public IReadOnlyList<NaptPool> Stocks => stocks;

    /// <summary>Takes over the addresses in use; before the bindings are.</summary>
    public void AdoptAddresses(NetworkContext surroundings)
    {
        foreach (var stock in stocks)
        {
            stock.Addresses.MoveTo(surroundings.OwnOn(stock.Uplink));
        }

        foreach (var (_, slot) in table.Read().ToList())
        {
            if (slot.Flags.HasFlag(SharedFlags.Usable) && !stocks.Any(s => s.Addresses.Own is { } own && slot.Address == (BigEndian32)own)
                && !stocks.Any(s => s.Addresses.Pool.Adopt(slot.Address)))
            {
                table.GiveUp(slot.Address);
            }
        }
    }

    /// <summary>After the bindings are adopted: all that goes on has its place.</summary>
    public void AdoptBindings(TimeSpan now)
    {
        foreach (var (stock, address) in stocks.SelectMany(s => s.Addresses.Usable.Select(a => (s, a))).ToList())
        {
            if (table.IsLaidOutOtherwise(address, layoutOf(address == stock.Addresses.Own), (uint)stock.Uplink))
            {
                registry.AbandonShares(address);
                Use(stock, address);
                foreach (var binding in registry.Bindings.Values.Where(b => b.Shared == address).ToList())
                {
                    Reassign(binding);
                }
            }
            else
            {
                Use(stock, address);
            }
        }

        ReassignAll();
    }

    /// <summary>An uplink has another address, or none.</summary>
    public void MoveTo(NetworkContext surroundings, TimeSpan now)
    {
        foreach (var stock in stocks)
        {
            stock.Legal.MoveTo(surroundings, now);
            var own = surroundings.OwnOn(stock.Uplink);
            if (stock.Addresses.Own == own)
            {
                continue;
            }

            if (stock.Addresses.Own is { } before)
            {
                table.GiveUp(before);
            }

            stock.Addresses.MoveTo(own);
            if (own is { } address)
            {
                Use(stock, address);
            }
        }

        ReassignAll();
    }

    /// <summary>ARP of an uplink that may speak of a shared address. One of ours that somebody else uses is given up: its devices move.</summary>
    public void OnArp(in ArpMessage message, int uplink, TimeSpan now)
    {
        foreach (var stock in stocks)
        {
            if (stock.Uplink == uplink && stock.Legal.OnArp(message, now) is { } address)
            {
                stock.Addresses.Pool.Quarantine(address, now);
                table.GiveUp(address);
                ReassignAll();
            }
        }
    }

    /// <summary>When <see cref="Tick"/> has something to do next.</summary>
    public TimeSpan NextDue(TimeSpan now) => stocks.Count == 0 ? TimeSpan.MaxValue : stocks.Min(s => s.Legal.NextDue(now));

    /// <summary>Probes what is to be probed.</summary>
    /// <returns>Whether an address became usable: those who wait may ask again.</returns>
    public bool Tick(TimeSpan now)
    {
        log.FlushNew();
        var some = false;
        foreach (var stock in stocks)
        {
            stock.Legal.Tick(now);
            foreach (var address in stock.Addresses.TakeReady())
            {
                Use(stock, address);
                stock.Legal.Bound(address, now);
                some = true;
            }
        }

        if (some)
        {
            ReassignAll();
        }

        return some;
    }

    /// <summary>Shares that the registry began are opened; before their bindings are written.</summary>
    public void OpenShares()
    {
        foreach (var (share, address) in registry.OpenedShares)
        {
            table.OpenShare(share, address);
        }

        registry.OpenedShares.Clear();
    }

    /// <summary>Shares whose devices had to make room; after their bindings are gone.</summary>
    public void DesertShares()
    {
        registry.AbandonedShares.ForEach(table.Desert);
        registry.AbandonedShares.Clear();
    }

    /// <summary>Whether the device behind a share has mappings, or ports that rest.</summary>
    public bool IsInUse(Binding binding) => binding.Share != 0 && table.UsedOf(binding.Share) is not [0, 0, 0, 0];

    /// <summary>Removes what is over, and gives devices addresses of their own where there are some again.</summary>
    /// <returns>The bindings that got one.</returns>
    public List<Binding> Sweep(TimeSpan now)
    {
        var promoted = new List<Binding>();
        if (stocks.All(s => s.Addresses.Own is null && s.Addresses.Pool.Total == 0) && !table.Read().Any())
        {
            return promoted;
        }

        _found = new(sweep());
        foreach (var binding in registry.Bindings.Values.Where(b => b.Share != 0).ToList())
        {
            if (!binding.HasOwn && registry.Promote(binding) is { } own)
            {
                bindings.Write(own);
                promoted.Add(own);
            }
            else if (binding.HasOwn && !IsInUse(binding))
            {
                bindings.Write(registry.Unshare(binding));
            }
        }

        registry.CollectShares(table.IsEmpty);
        foreach (var (index, slot) in table.Read().ToList())
        {
            if (!slot.Flags.HasFlag(SharedFlags.Usable) && !registry.HasShareOn(slot.Address))
            {
                table.Forget(index, slot.Address);
            }
        }

        ReassignAll();
        log.Flush();
        return promoted;
    }

    public void OnPorts(in PortsRecord record, TimeSpan now) =>
        log.Add(record, registry.OwnerOf(record.Share), now - TimeSpan.FromTicks((long)(record.Time / 100)));

    private void Use(NaptPool stock, Ipv4Address address)
    {
        var done = table.Use(address, layoutOf(address == stock.Addresses.Own), (uint)stock.Uplink);
        if (!done && !_full)
        {
            events.Add("shared-addresses", $"{address} cannot be shared yet: {SharedAddressSlot.Count} addresses are in use or were until a short while ago");
        }

        _full = !done;
    }

    /// <summary>Every binding whose shared address is gone gets another one, if there is one.</summary>
    private void ReassignAll()
    {
        foreach (var binding in registry.Bindings.Values.Where(registry.NeedsHome).ToList())
        {
            Reassign(binding);
        }
    }

    private void Reassign(Binding binding)
    {
        var updated = registry.Reassign(binding);
        OpenShares();
        bindings.EndMappings(binding.Number);
        bindings.Write(updated);
    }
}

/// <summary>The shared addresses of one gateway, and what its LAN and we say of those that are probed.</summary>
internal sealed record NaptPool(int Uplink, SharedAddresses Addresses, AddressConflictDetector Legal);
