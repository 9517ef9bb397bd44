using Innkeeper.Wire;

namespace Innkeeper.Bindings;

/// <summary>
/// Outside addresses that are kept for a device while it is away: the address it had before (given to another only when no other is
/// left), the one that the administrator pinned and the one that DHCP leased (never given to another).
/// </summary>
/// <param name="leased">Null: DHCP leases no outside addresses.</param>
internal sealed class AddressReservations(ILeasedAddresses? leased)
{
    private readonly Dictionary<ClaimedAddress, Remembered> _remembered = [];
    private readonly Dictionary<Ipv4Address, ClaimedAddress> _rememberedBy = [];
    private readonly Dictionary<Ipv4Address, MacAddress> _pins = [];

    /// <summary>The pins, by address.</summary>
    public IReadOnlyDictionary<Ipv4Address, MacAddress> Pins => _pins;

    /// <summary>All remembered addresses of a MAC. Looks at each that is remembered.</summary>
    public IReadOnlyList<ClaimedAddress> ClaimsOf(MacAddress mac) => [.. _remembered.Keys.Where(c => c.Station.Mac == mac)];

    /// <summary>The administrator gave a device an outside address, whether the device is here or not; null takes it back.</summary>
    public void Pin(MacAddress mac, Ipv4Address? legal)
    {
        foreach (var (address, _) in _pins.Where(p => p.Value == mac).ToList())
        {
            _pins.Remove(address);
        }

        if (legal is { } pinned)
        {
            _pins[pinned] = mac;
        }
    }

    /// <summary>A claimed address had this outside address of its own.</summary>
    public void Remember(ClaimedAddress claim, Ipv4Address legal, DateTimeOffset firstSeen)
    {
        if (_rememberedBy.TryGetValue(legal, out var other))
        {
            _remembered.Remove(other);
        }

        if (_remembered.TryGetValue(claim, out var before) && before.Legal is { } had)
        {
            _rememberedBy.Remove(had);
        }

        _remembered[claim] = new Remembered(legal, firstSeen);
        _rememberedBy[legal] = claim;
    }

    /// <summary>A claimed address had no outside address of its own: only the time since which it is known is worth keeping.</summary>
    public void RememberShared(ClaimedAddress claim, DateTimeOffset firstSeen) => _remembered.TryAdd(claim, new Remembered(null, firstSeen));

    public void Forget(ClaimedAddress claim)
    {
        if (_remembered.Remove(claim, out var before) && before.Legal is { } had)
        {
            _rememberedBy.Remove(had);
        }
    }

    /// <summary>The outside address that a claimed address had before; null: none, or ports of a shared address.</summary>
    public Ipv4Address? LegalOf(ClaimedAddress claim) => _remembered.TryGetValue(claim, out var before) ? before.Legal : null;

    /// <summary>The time since which a claimed address is known, never in the future: a wall clock may have jumped back.</summary>
    public DateTimeOffset FirstSeenOf(ClaimedAddress claim, DateTimeOffset wall) =>
        _remembered.TryGetValue(claim, out var before) && before.FirstSeen < wall ? before.FirstSeen : wall;

    /// <summary>Whether another claimed address had it before.</summary>
    public bool IsRememberedByAnother(Ipv4Address legal, ClaimedAddress claim) => _rememberedBy.TryGetValue(legal, out var owner) && owner != claim;

    /// <summary>Whether it is pinned or leased to another device.</summary>
    public bool IsForAnother(Ipv4Address legal, MacAddress mac) =>
        (_pins.TryGetValue(legal, out var holder) && holder != mac) || (leased?.HolderOf(legal) is { } lessee && lessee != mac);

    /// <param name="Legal">Null where it shared one.</param>
    private readonly record struct Remembered(Ipv4Address? Legal, DateTimeOffset FirstSeen);
}
