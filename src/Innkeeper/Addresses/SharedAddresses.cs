using Innkeeper.Wire;

namespace Innkeeper.Addresses;

/// <summary>
/// The outside addresses that devices share, and how many devices each has. Those of [napt] addresses are probed like the
/// pool's before they are used; the uplink's own is the host's, which has probed it. No I/O, clock or log; one thread.
/// </summary>
internal sealed class SharedAddresses
{
    private readonly Dictionary<Ipv4Address, int> _devices = [];
    private readonly HashSet<Ipv4Address> _withoutSlot = [];

    /// <param name="pool">The addresses of [napt] addresses: the pool's bound addresses are the ones that may be shared.</param>
    public SharedAddresses(AddressPool pool) => Pool = pool;

    public AddressPool Pool { get; }

    /// <summary>The uplink's own address if it is shared; it changes with the interface's.</summary>
    public Ipv4Address? Own { get; private set; }

    /// <summary>Addresses that new devices may get.</summary>
    public IEnumerable<Ipv4Address> Usable => Pool.BoundAddresses.Concat(Own is { } own ? [own] : []).Where(IsUsable);

    /// <summary>Addresses for which the data plane has no slot yet.</summary>
    public IReadOnlyCollection<Ipv4Address> WithoutSlot => _withoutSlot;

    /// <summary>Another address may be usable soon.</summary>
    public bool IsExpecting => Pool.Count(AddressState.Probing) + Pool.Count(AddressState.Unknown) > 0;

    public bool IsUsable(Ipv4Address address) => IsOurs(address) && !_withoutSlot.Contains(address);

    /// <summary>Whether it would be usable if the data plane had a slot for it.</summary>
    public bool IsOurs(Ipv4Address address) => address == Own || Pool.StateOf(address) == AddressState.Bound;

    /// <summary>The data plane has a slot for an address, or none yet.</summary>
    public void SetSlot(Ipv4Address address, bool hasSlot)
    {
        if (hasSlot)
        {
            _withoutSlot.Remove(address);
        }
        else
        {
            _withoutSlot.Add(address);
        }
    }

    public int DevicesOn(Ipv4Address address) => _devices.GetValueOrDefault(address);

    /// <summary>The uplink has another address now, or none.</summary>
    public void SetOwn(Ipv4Address? own) => Own = own;

    /// <summary>Takes all addresses that are ready into use.</summary>
    /// <returns>Those that were taken just now.</returns>
    public List<Ipv4Address> TakeReady()
    {
        var taken = new List<Ipv4Address>();
        while (Pool.Count(AddressState.Ready) > 0 && Pool.Take(null, _ => false, out var address) == AddressOutcome.Bound)
        {
            taken.Add(address);
        }

        return taken;
    }

    /// <summary>The address with the fewest devices; all bindings of a device share the same one (RFC 4787 REQ-2, "paired").</summary>
    public Ipv4Address? Choose()
    {
        Ipv4Address? best = null;
        foreach (var address in Usable)
        {
            if (best is not { } other || DevicesOn(address) < DevicesOn(other))
            {
                best = address;
            }
        }

        return best;
    }

    public void Joined(Ipv4Address address) => _devices[address] = DevicesOn(address) + 1;

    public void OnLeft(Ipv4Address address)
    {
        if (DevicesOn(address) is > 1 and var count)
        {
            _devices[address] = count - 1;
        }
        else
        {
            _devices.Remove(address);
        }
    }
}
