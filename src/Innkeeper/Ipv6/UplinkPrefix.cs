using Innkeeper.Wire;

namespace Innkeeper.Ipv6;

/// <summary>The IPv6 that there is outside.</summary>
/// <param name="Prefix">The network that outside addresses are taken of: a /64, or the configured prefix.</param>
/// <param name="IsOnLink">Whether its addresses are those of the uplink's link, so that their MAC is asked for there; otherwise it is routed to the gateway.</param>
/// <param name="Router">The default router's link-local address.</param>
/// <param name="Mtu">The link's MTU by the router; null: it does not say.</param>
internal sealed record Ipv6Outside(Ipv6Network Prefix, bool IsOnLink, Ipv6Address Router, int? Mtu);

/// <summary>
/// Finds the IPv6 outside by the router advertisements that the main uplink hears (RFC 4861 section 6.3.4, RFC 4862 section 5.5.3). A prefix in use stays in
/// use while it lasts: another prefix gives every device another address. Only a global one takes over from a local one (ULA), as a router that starts may have the
/// local one first. After a prefix in use, the one heard first follows. A prefix counts with the router that advertises it, as routers may refuse each
/// other's (RFC 8028 section 3). No I/O, clock or log. One thread, except <see cref="Current"/>. Bounded: a host outside may invent routers and prefixes, and
/// neither drives out the one in use.
/// </summary>
/// <param name="configured">A prefix that is routed to the gateway, of any length; null: a /64 of the link is found.</param>
internal sealed class UplinkPrefix(Ipv6Network? configured)
{
    /// <summary>Routers remembered.</summary>
    public const int MostRouters = 8;

    /// <summary>Prefixes remembered of one router.</summary>
    public const int MostPrefixes = 8;

    /// <summary>Every link carries as much (RFC 8200 section 5).</summary>
    private const uint LeastMtu = 1280;

    /// <summary>A larger one is to be ignored on Ethernet (RFC 2464 section 2).</summary>
    private const uint EthernetMtu = 1500;

    private static readonly Ipv6Network s_global = Ipv6Network.Parse("2000::/3");
    private static readonly Ipv6Network s_local = Ipv6Network.Parse("fc00::/7");

    private readonly Ipv6Network? _configured = configured is { } prefix ? prefix with { Address = prefix.NetworkId } : null;
    private readonly RouterSolicitations _solicitations = new();
    private readonly List<Router> _routers = [];
    private volatile Ipv6Outside? _current;
    private bool _hadRouter;

    /// <summary>The IPv6 outside now; null: there is none. Any thread.</summary>
    public Ipv6Outside? Current => _current;

    /// <summary>When <see cref="Expire"/> or <see cref="TryTakeSolicitation"/> has something to do; <see cref="TimeSpan.MaxValue"/>: nothing is due.</summary>
    public TimeSpan NextDue
    {
        get
        {
            var due = _solicitations.NextDue;
            foreach (var router in _routers)
            {
                due = Earlier(due, router.Until);
                foreach (var prefix in router.Prefixes)
                {
                    due = Earlier(due, prefix.Until);
                }
            }

            return due;
        }
    }

    /// <summary>A router advertisement came by the uplink.</summary>
    /// <returns>Whether <see cref="Current"/> changed.</returns>
    public bool OnAdvertisement(RouterAdvertisement advertisement, TimeSpan now)
    {
        Forget(now);
        var router = _routers.Find(r => r.Address == advertisement.Source);
        if (advertisement.LifetimeSeconds > 0)
        {
            Learn(router ?? Add(advertisement.Source), advertisement, now);
        }
        else if (router is not null)
        {
            _routers.Remove(router);
        }

        return Choose(now, isHeard: true);
    }

    /// <summary>Forgets the routers and prefixes whose time is over.</summary>
    /// <returns>Whether <see cref="Current"/> changed.</returns>
    public bool Expire(TimeSpan now)
    {
        Forget(now);
        return Choose(now, isHeard: false);
    }

    /// <summary>Whether a solicitation is due. The caller sends it.</summary>
    public bool TryTakeSolicitation(TimeSpan now) => _solicitations.TryTake(now, _routers.Count > 0);

    /// <summary>The link came back: what is known is kept, and the routers are asked whether it holds.</summary>
    public void Solicit(TimeSpan now) => _solicitations.Start(now);

    /// <summary>The uplink is down, or another one: nothing of it holds. To be called, or <see cref="Solicit"/>, when it is up again, as nothing answers until then.</summary>
    /// <returns>Whether <see cref="Current"/> changed.</returns>
    public bool Reset(TimeSpan now)
    {
        _routers.Clear();
        _solicitations.Start(now);
        return Choose(now, isHeard: false);
    }

    private Router Add(Ipv6Address address)
    {
        if (_routers.Count == MostRouters)
        {
            _routers.Remove(_routers.Where(r => r.Address != _current?.Router).MinBy(r => r.Heard)!);
        }

        var router = new Router(address);
        _routers.Add(router);
        return router;
    }

    private void Learn(Router router, RouterAdvertisement advertisement, TimeSpan now)
    {
        router.Heard = now;
        router.Until = now + TimeSpan.FromSeconds(advertisement.LifetimeSeconds);
        if (advertisement.Mtu is >= LeastMtu and <= EthernetMtu and var mtu)
        {
            router.Mtu = (int)mtu;
        }

        foreach (var prefix in advertisement.Prefixes.Where(IsForAddresses))
        {
            router.Put(prefix, _current?.Prefix, now);
        }

        // One whose preferred lifetime is 0 is left at once: the rule of two hours is for valid lifetimes (RFC 4862 section 5.5.3 (e)).
        Forget(now);
    }

    // A preferred lifetime longer than the valid one is a mistake, and the option is ignored (RFC 4862 section 5.5.3 (c)).
    private static bool IsForAddresses(PrefixInformation prefix) =>
        prefix is { IsOnLink: true, IsAutonomous: true, Prefix.PrefixLength: 64 } && prefix.PreferredSeconds <= prefix.ValidSeconds
        && (s_global.Contains(prefix.Prefix.Address) || s_local.Contains(prefix.Prefix.Address));

    private void Forget(TimeSpan now)
    {
        _routers.RemoveAll(r => r.Until <= now);
        foreach (var router in _routers)
        {
            router.Prefixes.RemoveAll(p => p.Until <= now);
        }
    }

    private bool Choose(TimeSpan now, bool isHeard)
    {
        // The first of those with the highest rank.
        var best = Ways().Select(w => (Way?)w).MaxBy(w => Rank(w!.Value));
        var next = best is { } way ? new Ipv6Outside(way.Prefix, _configured is null, way.Router.Address, way.Router.Mtu) : null;
        var isChanged = next != _current;
        _current = next;
        if (_routers.Count > 0)
        {
            if (isHeard || isChanged)
            {
                _solicitations.OnRouter(best?.Until ?? _routers.Max(r => r.Until));
            }
        }
        else if (_hadRouter)
        {
            _solicitations.Start(now);
        }

        _hadRouter = _routers.Count > 0;
        return isChanged;
    }

    private int Rank(Way way) =>
        (s_global.Contains(way.Prefix.Address) ? 4 : 0) + (way.Prefix == _current?.Prefix ? 2 : 0) + (way.Router.Address == _current?.Router ? 1 : 0);

    private IEnumerable<Way> Ways() =>
        _configured is { } prefix
            ? _routers.Select(r => new Way(r, prefix, r.Until))
            : _routers.SelectMany(r => r.Prefixes.Select(p => new Way(r, p.Prefix, Earlier(p.Until, r.Until))));

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private readonly record struct Way(Router Router, Ipv6Network Prefix, TimeSpan Until);

    private readonly record struct Preferred(Ipv6Network Prefix, TimeSpan Until);

    private sealed class Router(Ipv6Address address)
    {
        public Ipv6Address Address => address;

        public TimeSpan Until { get; set; }

        public TimeSpan Heard { get; set; }

        public int? Mtu { get; set; }

        /// <summary>In the order in which they were heard first, each until it is preferred no longer.</summary>
        public List<Preferred> Prefixes { get; } = [];

        public void Put(PrefixInformation advertised, Ipv6Network? inUse, TimeSpan now)
        {
            var at = Prefixes.FindIndex(p => p.Prefix == advertised.Prefix);
            var until = advertised.PreferredSeconds == PrefixInformation.Infinite ? TimeSpan.MaxValue : now + TimeSpan.FromSeconds(advertised.PreferredSeconds);
            if (at >= 0)
            {
                Prefixes[at] = new Preferred(advertised.Prefix, until);
                return;
            }

            if (until <= now)
            {
                return;
            }

            if (Prefixes.Count == MostPrefixes)
            {
                Prefixes.Remove(Prefixes.Where(p => p.Prefix != inUse).MinBy(p => p.Until));
            }

            Prefixes.Add(new Preferred(advertised.Prefix, until));
        }
    }
}
