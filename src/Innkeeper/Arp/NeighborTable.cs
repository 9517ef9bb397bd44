using Innkeeper.Wire;

namespace Innkeeper.Arp;

/// <summary>The state of an address's owner on the access LAN.</summary>
internal enum Ownership
{
    Unknown,

    /// <summary>Asked for on the wire; an owner still has time to answer.</summary>
    Asking,

    /// <summary>Asked for, and no station answered.</summary>
    Unowned,

    /// <summary>A station was heard to use it.</summary>
    Owned,
}

/// <summary>
/// Remembers the network determination of figures 9–11: which station was heard to own which address on the access LAN, and which
/// addresses got no answer. No I/O, clock or log. Bounded: the oldest findings go first, and asking again finds them again.
/// </summary>
internal sealed class NeighborTable
{
    /// <summary>An owner answers within this; the requester repeats its request after 1 s (RFC 1122, 2.3.2.1).</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(500);

    /// <summary>A finding is valid for this long.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>
    /// An owner heard within this time is taken to be there; later it may have gone. A requester's three requests 1 s apart leave time to find out.
    /// </summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private const int Capacity = 8192;

    private readonly BoundedMap<(ushort Vlan, Ipv4Address Address), Finding> _findings = new(Capacity);

    /// <summary>An ARP message of <paramref name="mac"/> claims <paramref name="address"/>.</summary>
    public void OnHeard(ushort vlan, Ipv4Address address, MacAddress mac, TimeSpan now) =>
        _findings.Put((vlan, address), new Finding(mac, now, true, now));

    /// <summary>The gateway asks for <paramref name="address"/> on the wire now.</summary>
    public void OnAsked(ushort vlan, Ipv4Address address, TimeSpan now) =>
        _findings.Put((vlan, address), new Finding(MacAddress.Zero, now, false, _findings.TryGet((vlan, address), out var before) ? before.LastHeard : null));

    /// <summary>The owner of <paramref name="address"/>, other than <paramref name="requester"/>.</summary>
    public Ownership Lookup(ushort vlan, Ipv4Address address, MacAddress requester, TimeSpan now)
    {
        if (!_findings.TryGet((vlan, address), out var finding) || now - finding.Time > Lifetime)
        {
            return Ownership.Unknown;
        }

        if (finding.IsOwner)
        {
            return finding.Mac == requester ? Ownership.Unknown : Ownership.Owned;
        }

        return now - finding.Time < AnswerTime ? Ownership.Asking : Ownership.Unowned;
    }

    /// <summary>Whether a station other than <paramref name="requester"/> was recently heard to own it.</summary>
    public bool IsFresh(ushort vlan, Ipv4Address address, MacAddress requester, TimeSpan now) =>
        _findings.TryGet((vlan, address), out var finding) && finding.IsOwner && finding.Mac != requester && now - finding.Time <= Freshness;

    /// <summary>Whether any station was heard to own it since then.</summary>
    public bool WasHeard(ushort vlan, Ipv4Address address, TimeSpan since) =>
        _findings.TryGet((vlan, address), out var finding) && finding.LastHeard is { } heard && heard >= since;

    /// <summary>Whether the gateway asked for it after <paramref name="since"/> and no station has answered.</summary>
    public bool WasAsked(ushort vlan, Ipv4Address address, TimeSpan since) =>
        _findings.TryGet((vlan, address), out var finding) && !finding.IsOwner && finding.Time > since;

    /// <summary>The station heard to use <paramref name="address"/>, if any.</summary>
    public MacAddress? OwnerOf(ushort vlan, Ipv4Address address, TimeSpan now) =>
        _findings.TryGet((vlan, address), out var finding) && finding.IsOwner && now - finding.Time <= Lifetime ? finding.Mac : null;

    private readonly record struct Finding(MacAddress Mac, TimeSpan Time, bool IsOwner, TimeSpan? LastHeard);
}
