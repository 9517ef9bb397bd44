using Innkeeper.Configuration;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane;

/// <summary>
/// Profiles as the data plane needs them, from settings, interfaces and the gateways' health: written again when any of them
/// changes. Used by the control loop's thread only.
/// </summary>
internal sealed class ProfileProgrammer(InnkeeperConfig config, GatewaySelector selector, IProfileMap table)
{
    /// <summary>
    /// The burst is a quarter of a second of the rate. TCP that loses the end of a burst repeats it after 200 ms (Linux's least), and gets the rate only if it
    /// can make up for that time: with 100 ms one flow gets down to 73 % (benchmarks/rates.sh).
    /// </summary>
    private const double BurstSeconds = 0.25;

    /// <summary>The least burst: one GSO packet and a bit.</summary>
    private const double LeastBurst = 96 * 1024;

    private Ipv4Address? _router;
    private IReadOnlyList<Ipv4Network> _uplinks = [];
    private IReadOnlyList<Ipv6Network> _ipv6Uplinks = [];
    private bool _isAdopted;

    /// <summary>The default first.</summary>
    public static IReadOnlyList<string> NamesOf(InnkeeperConfig config) =>
        [ProfileConfig.DefaultName, .. config.Profiles.Keys.Where(n => n != ProfileConfig.DefaultName).Order(StringComparer.Ordinal)];

    public uint PlaceOf(string profile) => table.PlaceOf(profile);

    /// <summary>The gateway that a profile's devices use now.</summary>
    public int GatewayOf(ProfileConfig profile) => selector.Of(profile);

    /// <summary>Whether a profile's devices may send to an address, as the data plane decides it: by the longest network.</summary>
    public bool Allows(ProfileConfig profile, Ipv4Address address)
    {
        var destinations = DestinationsOf(profile);
        if (destinations.IsEmpty)
        {
            return !profile.DeniedOf(config).Uplinks || !_uplinks.Any(u => u.Contains(address));
        }

        var match = destinations.Ipv4.Where(n => n.Key.Contains(address)).OrderByDescending(n => n.Key.PrefixLength).Select(n => (Destination?)n.Value).FirstOrDefault();
        return match is null or Destination.Allowed;
    }

    /// <summary>Interfaces changed.</summary>
    /// <param name="router">The main gateway; null: there is none.</param>
    /// <param name="uplinks">The uplinks' addresses in their subnets.</param>
    public void OnNetworkChanged(Ipv4Address? router, IReadOnlyList<Ipv4Network> uplinks)
    {
        (_router, _uplinks) = (router, uplinks);
        Write();
    }

    /// <summary>IPv6 outside came, changed or went.</summary>
    /// <param name="uplinks">The networks of IPv6 on the uplinks' links.</param>
    public void OnIpv6Changed(IReadOnlyList<Ipv6Network> uplinks)
    {
        _ipv6Uplinks = uplinks;
        Write();
    }

    /// <summary>
    /// The bindings of an earlier process that cannot continue have ended. Until then a profile that now has another gateway has none, or their
    /// packets would leave by its new gateway with an address of the old one.
    /// </summary>
    public void FinishAdoption()
    {
        _isAdopted = true;
        Write();
    }

    /// <summary>Gateways went down or came back.</summary>
    public void Write()
    {
        foreach (var profile in config.Profiles.Values)
        {
            var destinations = DestinationsOf(profile);
            var slot = SlotOf(profile, !destinations.IsEmpty);
            if (!_isAdopted && table.Before(profile.Name) is { } before && LeadsElsewhere(before, slot))
            {
                slot.Flags |= ProfileFlags.NoGateway;
            }

            table.Set(profile.Name, slot, destinations);
        }
    }

    /// <summary>The main gateway is one, even if its router changes.</summary>
    private static bool LeadsElsewhere(in ProfileSlot before, in ProfileSlot now) =>
        (before.Gateway, now.Gateway) != (0u, 0u) && (before.Gateway, before.Uplink, before.NextHop) != (now.Gateway, now.Uplink, now.NextHop);

    private ProfileSlot SlotOf(ProfileConfig profile, bool hasDestinations)
    {
        var gateway = GatewayOf(profile);
        return new ProfileSlot
        {
            Out = RateOf(profile.RateOut),
            In = RateOf(profile.RateIn),
            Flags = (profile.Isolate ? ProfileFlags.Isolate : 0) | (hasDestinations ? ProfileFlags.Destinations : 0)
                | (profile.DeniedOf(config).Uplinks ? ProfileFlags.DenyUplinks : 0) | (selector.IsCut(gateway) ? ProfileFlags.NoGateway : 0),
            Uplink = gateway == 0 ? 0 : (uint)config.UplinkOf(config.Gateways[gateway - 1]),
            Gateway = (uint)gateway,
            NextHop = gateway == 0 ? _router ?? default : config.Gateways[gateway - 1].NextHop,
        };
    }

    private ProfileDestinations DestinationsOf(ProfileConfig profile) => ProfileDestinations.Of(profile.DeniedOf(config), profile.Allowed, _uplinks, _ipv6Uplinks);

    private static Rate RateOf(long bits)
    {
        if (bits == 0)
        {
            return default;
        }

        var octets = Math.Max(1.0, bits / 8.0);
        var burst = Math.Max(octets * BurstSeconds, LeastBurst);
        return new Rate { Interval = (ulong)Math.Max(1, 1024 * 1e9 / octets), Burst = (ulong)(burst * 1e9 / octets) };
    }
}
