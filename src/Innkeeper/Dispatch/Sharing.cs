using Innkeeper.Addresses;
using Innkeeper.DataPlane;
using Innkeeper.Devices;
using Innkeeper.Wire;

namespace Innkeeper.Dispatch;

/// <summary>
/// Devices that share legal addresses, on the control plane's side: which addresses there are, who has which, and the
/// tidying up. Mappings themselves are the data plane's (bpf/mappings.h): they go on without us.
/// </summary>
/// <param name="layoutOf">Which ports of an address devices may have.</param>
/// <param name="sweep">Lets the data plane remove what is over.</param>
internal sealed class Sharing(
    Registry registry, SharedAddresses shared, SharedTable table, BindingTable bindings, LegalAddresses legal, Func<Ipv4Address, PortLayout> layoutOf,
    Func<Sweep> sweep, MappingLog log, EventLog events)
{
    private bool _full;

    /// <summary>What the last sweep found.</summary>
    public Sweep Found { get; private set; }

    public SharedAddresses Addresses => shared;

    public SharedTable Table => table;

    /// <summary>What the uplink's LAN and we say of the shared addresses that are probed.</summary>
    public LegalAddresses Legal => legal;

    /// <summary>Takes over the addresses in use; before the bindings are.</summary>
    public void AdoptAddresses(Ipv4Address? own)
    {
        shared.MoveTo(own);
        foreach (var (_, slot) in table.Read().ToList())
        {
            if (slot.Flags.HasFlag(SharedFlags.Usable) && slot.Address != (BigEndian32)(own ?? Ipv4Address.Any) && !shared.Pool.Adopt(slot.Address))
            {
                table.GiveUp(slot.Address);
            }
        }
    }

    /// <summary>After the bindings are adopted: all that goes on has its place.</summary>
    public void AdoptBindings(TimeSpan now)
    {
        foreach (var address in shared.Usable.ToList())
        {
            if (table.IsLaidOutOtherwise(address, layoutOf(address)))
            {
                registry.AbandonShares(address);
                Use(address);
                foreach (var binding in registry.Bindings.Values.Where(b => b.Shared == address).ToList())
                {
                    Rehome(binding);
                }
            }
            else
            {
                Use(address);
            }
        }

        HouseAll(now);
    }

    /// <summary>The uplink has another address, or none.</summary>
    public void MoveTo(Surroundings surroundings, TimeSpan now)
    {
        legal.MoveTo(surroundings, now);
        if (shared.Own == surroundings.Own)
        {
            return;
        }

        if (shared.Own is { } before)
        {
            table.GiveUp(before);
        }

        shared.MoveTo(surroundings.Own);
        if (surroundings.Own is { } own)
        {
            Use(own);
        }

        HouseAll(now);
    }

    /// <summary>An address of ours is used by somebody else on the uplink: its devices move.</summary>
    public void GiveUp(Ipv4Address address, TimeSpan now)
    {
        shared.Pool.Quarantine(address, now);
        table.GiveUp(address);
        HouseAll(now);
    }

    /// <summary>Probes what is to be probed.</summary>
    /// <returns>Whether an address became usable: those who wait may ask again.</returns>
    public bool Tick(TimeSpan now)
    {
        log.FlushNew();
        legal.Tick(now);
        var taken = shared.TakeReady();
        foreach (var address in taken)
        {
            Use(address);
            legal.Bound(address, now);
        }

        if (taken.Count > 0)
        {
            HouseAll(now);
        }

        return taken.Count > 0;
    }

    /// <summary>Shares that the registry began are opened; before their bindings are written.</summary>
    public void OpenShares()
    {
        foreach (var (share, address) in registry.BegunShares)
        {
            table.OpenShare(share, address);
        }

        registry.BegunShares.Clear();
    }

    /// <summary>Whether the device behind a share has mappings, or ports that rest.</summary>
    public bool IsInUse(Binding binding) => binding.Share != 0 && table.UsedOf(binding.Share) is not [0, 0, 0, 0];

    /// <summary>Removes what is over, and gives devices addresses of their own where there are some again.</summary>
    /// <returns>The bindings that got one.</returns>
    public List<Binding> Sweep(TimeSpan now)
    {
        var promoted = new List<Binding>();
        if (shared.Own is null && shared.Pool.Total == 0 && !table.Read().Any())
        {
            return promoted;
        }

        Found = sweep();
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

        HouseAll(now);
        log.Flush();
        return promoted;
    }

    public void OnPorts(in PortsRecord record, TimeSpan now) =>
        log.Add(record, registry.OwnerOf(record.Share), now - TimeSpan.FromTicks((long)(record.Time / 100)));

    private void Use(Ipv4Address address)
    {
        var done = table.Use(address, layoutOf(address));
        if (!done && !_full)
        {
            events.Add("shared-addresses", $"{address} cannot be shared yet: {SharedAddressSlot.Count} addresses are in use or were until a short while ago");
        }

        _full = !done;
    }

    /// <summary>Every binding whose shared address is gone gets another one, if there is one.</summary>
    private void HouseAll(TimeSpan now)
    {
        foreach (var binding in registry.Bindings.Values.Where(registry.NeedsHome).ToList())
        {
            Rehome(binding);
        }
    }

    private void Rehome(Binding binding)
    {
        var updated = registry.Rehome(binding);
        OpenShares();
        bindings.EndMappings(binding.Number);
        bindings.Write(updated);
    }
}
