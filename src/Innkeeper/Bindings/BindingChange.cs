using Innkeeper.Wire;

namespace Innkeeper.Bindings;

/// <summary>The outcome of a device's arrival.</summary>
internal enum Arrival
{
    /// <summary>The claimed address already had its binding.</summary>
    Known,

    /// <summary>It has a binding now.</summary>
    Bound,

    /// <summary>An address is being probed for it: ask again when one is ready.</summary>
    Waiting,

    /// <summary>The device holds as many addresses as its profile allows, and uses them.</summary>
    DeviceLimit,

    /// <summary>Too many unconfirmed devices have bindings: this one must first answer an ARP request.</summary>
    Unproven,

    /// <summary>No outside address is left.</summary>
    PoolExhausted,

    /// <summary>The data plane has no slot left.</summary>
    TableFull,
}

/// <summary>
/// All that one call changed in the registry. One writer applies it to the data plane and the store, in the order of the
/// properties here: the data plane must never find a number, an address or a port with two owners.
/// </summary>
internal sealed class BindingChange
{
    private readonly List<Binding> _ended = [];
    private readonly List<uint> _abandonedShares = [];
    private readonly List<(uint Share, Ipv4Address Address)> _openedShares = [];

    public Arrival Outcome { get; set; }

    /// <summary>1. Bindings that ended.</summary>
    public IReadOnlyList<Binding> Ended => _ended;

    /// <summary>2. Port shares whose device left without ever having been confirmed: their ports need no hold time.</summary>
    public IReadOnlyList<uint> AbandonedShares => _abandonedShares;

    /// <summary>3. Port shares that begin, each on a shared address.</summary>
    public IReadOnlyList<(uint Share, Ipv4Address Address)> OpenedShares => _openedShares;

    /// <summary>4. The binding as it is now: new after <see cref="Arrival.Bound"/>, changed after a reassignment; null: none.</summary>
    public Binding? Binding { get; set; }

    public void End(Binding binding) => _ended.Add(binding);

    public void Abandon(uint share) => _abandonedShares.Add(share);

    public void Open(uint share, Ipv4Address address) => _openedShares.Add((share, address));

    public BindingChange With(Arrival outcome, Binding? binding = null)
    {
        (Outcome, Binding) = (outcome, binding);
        return this;
    }
}
