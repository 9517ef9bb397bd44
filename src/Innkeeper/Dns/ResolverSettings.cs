using Innkeeper.Configuration;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Dns;

/// <summary>The resolver's settings.</summary>
/// <param name="Servers">Servers to ask, in the order of preference while nothing is known about them.</param>
/// <param name="CacheSize">Octets that the cache may use, about.</param>
/// <param name="RefusePrivate">Empties answers with private addresses for public names.</param>
/// <param name="MissesPerSecond">New questions that one device may put to servers each second, with a burst of the same; 0: any number.</param>
/// <param name="Garden">The names that held devices may reach; null: none.</param>
/// <param name="LacksIpv6">Whether devices of a VLAN have no IPv6; null: all may have it. Called by the resolver's thread.</param>
internal sealed record ResolverSettings(IReadOnlyList<UpstreamAddress> Servers, long CacheSize, bool RefusePrivate, int MissesPerSecond, GardenNames? Garden = null, Func<ushort, bool>? LacksIpv6 = null)
{
    /// <summary>
    /// Whether the name has no IPv6 addresses for the device, which would try those first. It asks by IPv4, so it has that. One that validates for itself
    /// (as RFC 6147 section 5.5 tells them) would take such an answer for a forged one.
    /// </summary>
    public bool HidesIpv6(in DnsAsker asker, in DnsQuery query) =>
        query.Question.Type == DnsType.Aaaa && LacksIpv6 is not null && LacksIpv6(asker.Station.Vlan) && !(query.DnssecOk && (query.Header.Flags & DnsBits.CheckingDisabled) != 0);
}
