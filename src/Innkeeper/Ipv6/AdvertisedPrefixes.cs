using Innkeeper.Wire;

namespace Innkeeper.Ipv6;

/// <summary>
/// The prefixes that devices may hold because the gateway advertised them. A former one goes on in its advertisements, with a preferred lifetime of 0, for as long as a
/// device may have an address of it (RFC 9096 section 3.5); when there is none any more, the gateway is no router (lifetime 0). No I/O, clock or log. One thread. Bounded: of
/// many, the one that is over first is left out.
/// </summary>
internal sealed class AdvertisedPrefixes
{
    /// <summary>Prefixes in one advertisement.</summary>
    public const int Most = RouterAdvertisement.MostPrefixes;

    private readonly Dictionary<Ipv6Network, TimeSpan> _until = [];
    private TimeSpan _routerUntil;

    /// <summary>Makes the advertisement of now, which is sent.</summary>
    /// <returns>Null if devices have nothing to hear: there is no prefix, and none that they may hold.</returns>
    public AccessAdvertisement? Tell(AdvertisedNetwork network, TimeSpan now)
    {
        foreach (var (prefix, _) in _until.Where(p => p.Value <= now).ToList())
        {
            _until.Remove(prefix);
        }

        if (network.Prefix is { } present)
        {
            if (_until.Count == Most && !_until.ContainsKey(present))
            {
                _until.Remove(_until.MinBy(p => p.Value).Key);
            }

            _until[present] = now + TimeSpan.FromSeconds(AccessAdvertisement.ValidSeconds);
            _routerUntil = now + TimeSpan.FromSeconds(AccessAdvertisement.RouterSeconds);
        }
        else if (_routerUntil <= now && _until.Count == 0)
        {
            return null;
        }

        var prefixes = _until.OrderByDescending(p => p.Key == network.Prefix).ThenByDescending(p => p.Value);
        return new AccessAdvertisement(network, [.. prefixes.Select(p => Information(p.Key, p.Key == network.Prefix, p.Value - now))]);
    }

    // L stays clear: devices reach each other by the gateway, as their VLAN, and isolation in it, ask for. The rest of a valid lifetime is never longer
    // than the one that devices have, so that the rule of two hours does not matter (RFC 4862 section 5.5.3 (e)).
    private static PrefixInformation Information(Ipv6Network prefix, bool isPresent, TimeSpan valid) =>
        new(prefix, IsOnLink: false, IsAutonomous: true, (uint)Math.Ceiling(valid.TotalSeconds), isPresent ? AccessAdvertisement.PreferredSeconds : 0);
}
