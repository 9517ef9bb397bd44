using System.Net.Sockets;
using Innkeeper.Configuration;
using Innkeeper.Dns;
using Innkeeper.Wire;

namespace Innkeeper.Hosting;

/// <summary>The name servers that this host and the gateway's DNS ask.</summary>
internal static class NameServers
{
    /// <summary>Their IPv4 addresses: those of [dns] upstream, and the host's own, which other programs ask.</summary>
    public static IEnumerable<Ipv4Address> Of(InnkeeperConfig config) => config.Dns.Upstreams.Concat(ResolvConf.Read(ResolvConf.Paths) ?? [])
        .Where(server => server.EndPoint.AddressFamily == AddressFamily.InterNetwork).Select(server => Ipv4Address.Read(server.EndPoint.Address.GetAddressBytes())).Distinct();
}
