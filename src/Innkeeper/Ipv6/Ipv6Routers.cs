using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Ipv6;

/// <summary>An IPv6 router on the access LAN that is not this gateway.</summary>
internal sealed record Ipv6Router(Station Station, Ipv6Address Address);

/// <summary>
/// The IPv6 routers that show themselves on the access LAN (RFC 4861 section 6.3.4): in their VLANs devices have IPv6 by them, and the gateway leaves it alone.
/// Bounded: of many, the oldest are forgotten. The control loop's thread only, except <see cref="Known"/> and <see cref="IsServed"/>.
/// </summary>
internal sealed class Ipv6Routers
{
    /// <summary>Routers remembered at most: a station may invent them.</summary>
    public const int Most = 64;

    private readonly Dictionary<Ipv6Router, TimeSpan> _until = [];
    private volatile IReadOnlyList<Ipv6Router> _known = [];

    /// <summary>Any thread.</summary>
    public IReadOnlyList<Ipv6Router> Known => _known;

    /// <summary>When the first of them has not shown itself for its lifetime; <see cref="TimeSpan.MaxValue"/>: there is none.</summary>
    public TimeSpan NextDue => _until.Count == 0 ? TimeSpan.MaxValue : _until.Values.Min();

    /// <summary>Whether devices of the VLAN have a router for IPv6. Any thread.</summary>
    public bool IsServed(ushort vlan)
    {
        var known = _known;
        return known.Count > 0 && known.Any(r => r.Station.Vlan == vlan);
    }

    /// <summary>A router advertisement came.</summary>
    /// <param name="seconds">The lifetime in it; 0: it is a router no longer.</param>
    /// <returns>The router, if it was not known.</returns>
    public Ipv6Router? OnAdvertisement(Station station, Ipv6Address address, ushort seconds, TimeSpan now)
    {
        var router = new Ipv6Router(station, address);
        if (seconds == 0)
        {
            Forget(router);
            return null;
        }

        var isKnown = _until.ContainsKey(router);
        if (!isKnown && _until.Count == Most)
        {
            Forget(_until.MinBy(r => r.Value).Key);
        }

        _until[router] = now + TimeSpan.FromSeconds(seconds);
        if (isKnown)
        {
            return null;
        }

        _known = [.. _until.Keys];
        return router;
    }

    /// <summary>Forgets those whose lifetime is over.</summary>
    public void Expire(TimeSpan now)
    {
        while (NextDue <= now)
        {
            Forget(_until.MinBy(r => r.Value).Key);
        }
    }

    private void Forget(Ipv6Router router)
    {
        if (_until.Remove(router))
        {
            _known = [.. _until.Keys];
        }
    }
}
