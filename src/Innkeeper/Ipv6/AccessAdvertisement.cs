using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Ipv6;

/// <summary>One router advertisement to devices.</summary>
/// <param name="Network">The network that it describes.</param>
/// <param name="Prefixes">The network's prefix, and those that devices are to leave.</param>
internal sealed record AccessAdvertisement(AdvertisedNetwork Network, ImmutableArray<PrefixInformation> Prefixes)
{
    /// <summary>
    /// For how long devices have the gateway as their router, and know its DNS servers: three times the longest interval (RFC 4861 section 6.2.1, RFC 8106 section
    /// 5.1), and as long as an address lasts, as neither is of use without the other. RFC 8319 would allow 18 h, and the 45 min of RFC 9096 section 4 would end with a single
    /// lost advertisement.
    /// </summary>
    public const ushort RouterSeconds = 5400;

    /// <summary>For how long an address is valid (RFC 9096 section 4).</summary>
    public const uint ValidSeconds = 5400;

    /// <summary>For how long new conversations begin from it (RFC 9096 section 4).</summary>
    public const uint PreferredSeconds = 2700;

    /// <summary>The hop limit that hosts have by default (IANA "IP Parameters").</summary>
    private const byte HopLimit = 64;

    private bool IsRouter => Network.Prefix is not null;

    /// <summary>Writes the packet.</summary>
    /// <param name="packet">At least <see cref="RouterAdvertisementWriter.MaxSize"/> octets.</param>
    /// <param name="mac">The gateway's, from whose link-local address it comes.</param>
    /// <param name="destination">The asker, or all nodes.</param>
    /// <returns>Its length.</returns>
    public int Write(Span<byte> packet, MacAddress mac, Ipv6Address destination)
    {
        var advertisement = new RouterAdvertisement(Ipv6Address.LinkLocalOf(mac), IsRouter ? RouterSeconds : (ushort)0)
        {
            HopLimit = HopLimit,
            LinkLayer = mac,

            // Some hosts take DNS servers by DHCPv6 alone.
            HasOther = IsRouter && Network.DnsServers.Count > 0,
            Mtu = (uint?)Network.Mtu,
            Prefixes = Prefixes,
        };
        var writer = new RouterAdvertisementWriter(packet, advertisement, destination);
        writer.TryAddDnsServers(Network.DnsServers, IsRouter ? RouterSeconds : 0u);
        if (IsRouter && Network.CaptivePortal is { } uri)
        {
            writer.TryAddCaptivePortal(uri);
        }

        return writer.Finish();
    }
}
