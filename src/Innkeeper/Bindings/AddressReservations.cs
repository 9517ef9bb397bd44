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
    private readonly Dictionary<MacAddress, Ipv4Address> _pinnedTo = [];

    /// <summary>The remembered claims of each MAC; the last is the one that it used last.</summary>
    private readonly Dictionary<MacAddress, List<ClaimedAddress>> _claims = [];

    /// <summary>Every pin: the address, and the device that it is kept for.</summary>
    public IReadOnlyDictionary<Ipv4Address, MacAddress> Pins => _pins;

    /// <summary>All remembered addresses of a MAC; the last is the one that it used last.</summary>
    public IReadOnlyList<ClaimedAddress> ClaimsOf(MacAddress mac) => _claims.TryGetValue(mac, out var claims) ? [.. claims] : [];

    /// <summary>The administrator gave a device an outside address, whether the device is here or not; null takes it back.</summary>
    public void Pin(MacAddress mac, Ipv4Address? legal)
    {
        if (_pinnedTo.Remove(mac, out var before))
        {
            _pins.Remove(before);
        }

        if (legal is { } pinned)
        {
            if (_pins.TryGetValue(pinned, out var other))
            {
                _pinnedTo.Remove(other);
            }

            _pins[pinned] = mac;
            _pinnedTo[mac] = pinned;
        }
    }

    /// <summary>Whether the administrator pinned an outside address to a device.</summary>
    public bool HasPin(MacAddress mac) => _pinnedTo.ContainsKey(mac);

    /// <summary>The claimed address that a device used last, as far as it is remembered.</summary>
    public ClaimedAddress? LatestOf(MacAddress mac) => _claims.TryGetValue(mac, out var claims) ? claims[^1] : null;

    /// <summary>A claimed address had this outside address of its own.</summary>
    public void Remember(ClaimedAddress claim, Ipv4Address legal, DateTimeOffset firstSeen)
    {
        if (_rememberedBy.TryGetValue(legal, out var other))
        {
            _remembered.Remove(other);
            RemoveClaim(other);
        }

        if (_remembered.TryGetValue(claim, out var before) && before.Legal is { } had)
        {
            _rememberedBy.Remove(had);
        }

        _remembered[claim] = new Remembered(legal, firstSeen);
        _rememberedBy[legal] = claim;
        AddClaim(claim);
    }

    /// <summary>A claimed address had no outside address of its own: only the time since which it is known is worth keeping.</summary>
    public void RememberShared(ClaimedAddress claim, DateTimeOffset firstSeen)
    {
        _remembered.TryAdd(claim, new Remembered(null, firstSeen));
        AddClaim(claim);
    }

    public void Forget(ClaimedAddress claim)
    {
        RemoveClaim(claim);
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

    private void AddClaim(ClaimedAddress claim)
    {
        if (!_claims.TryGetValue(claim.Station.Mac, out var claims))
        {
            _claims[claim.Station.Mac] = claims = new List<ClaimedAddress>(1);
        }

        claims.Remove(claim);
        claims.Add(claim);
    }

    private void RemoveClaim(ClaimedAddress claim)
    {
        if (_claims.TryGetValue(claim.Station.Mac, out var claims) && claims.Remove(claim) && claims.Count == 0)
        {
            _claims.Remove(claim.Station.Mac);
        }
    }

    /// <param name="Legal">Null where it shared one.</param>
    private readonly record struct Remembered(Ipv4Address? Legal, DateTimeOffset FirstSeen);
}
