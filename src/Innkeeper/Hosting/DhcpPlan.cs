using System.Collections.Immutable;
using System.Net.Sockets;
using Innkeeper.Interfaces;
using Innkeeper.Configuration;
using Innkeeper.Dhcp;
using Innkeeper.Dns;
using Innkeeper.Wire;

namespace Innkeeper.Hosting;

/// <summary>The DHCP server's start: its settings, from the configuration and the interfaces.</summary>
internal static class DhcpPlan
{
    /// <summary>Null: none is served. On one arm another server is there, and it is right.</summary>
    /// <exception cref="StartException">Every usual network is in use here.</exception>
    public static DhcpSettings? SettingsOf(InnkeeperConfig config, NetworkState network)
    {
        var dhcp = config.Dhcp;
        if (!dhcp.Enabled || network.IsOneArmed)
        {
            return null;
        }

        var settings = dhcp.LeasesLegal ? OfUplink(network) : DhcpSettings.Of(NetworkOf(dhcp, config, network));
        return settings with
        {
            Lease = dhcp.Lease,
            RandomisedLease = dhcp.RandomisedLease < dhcp.Lease ? dhcp.RandomisedLease : dhcp.Lease,
            Domain = dhcp.Domain ?? (config.Dns.Enabled ? config.Dns.Zone : ""),
            NameServers = config.Dns.Enabled ? [settings.Server] : NameServers(config),
            Routes = dhcp.Routes,
            Mtu = dhcp.Mtu,
            Authoritative = dhcp.Authoritative,
            Bootp = dhcp.Bootp switch { BootpClients.All => BootpMode.All, BootpClients.Pinned => BootpMode.Pinned, _ => BootpMode.None },
        };
    }

    private static Ipv4Network NetworkOf(DhcpConfig dhcp, InnkeeperConfig config, NetworkState network)
    {
        List<Ipv4Network> used = [.. network.UplinkAddresses, network.Inside];
        if (network.AccessNetwork is { } access)
        {
            used.Add(access);
        }

        return dhcp.Network ?? DhcpSettings.Choose(used) ?? throw new StartException(
            $"no network is left for DHCP: {string.Join(", ", DhcpSettings.Candidates)} all overlap networks in use here; give one as [dhcp] network, or set [dhcp] enabled = false");
    }

    /// <summary>Clients find themselves on the uplink LAN, with its router; we are the server by our address there.</summary>
    private static DhcpSettings OfUplink(NetworkState network) => new(network.UplinkAddress.Address, network.UplinkAddress)
    {
        Router = network.Gateway ?? network.UplinkAddress.Address,
        LeasesLegal = true,
    };

    /// <summary>Without our DNS service, clients get the servers that it would ask. DHCP cannot name ports and TLS, so servers that need them are left out.</summary>
    private static ImmutableArray<Ipv4Address> NameServers(InnkeeperConfig config) =>
    [
        .. (config.Dns.Upstreams.IsEmpty ? ResolvConf.Read(ResolvConf.Paths) ?? [] : config.Dns.Upstreams)
            .Where(u => u.TlsName is null && u.EndPoint is { Port: 53, AddressFamily: AddressFamily.InterNetwork })
            .Select(u => Ipv4Address.Read(u.EndPoint.Address.GetAddressBytes())).Take(DhcpSettings.MaxNameServers),
    ];
}
