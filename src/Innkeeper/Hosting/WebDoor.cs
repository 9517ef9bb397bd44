using System.Net;
using System.Net.Sockets;
using Innkeeper.Api;
using Innkeeper.Certificates;
using Innkeeper.Configuration;
using Innkeeper.Interfaces;
using Innkeeper.Management;
using Innkeeper.Metrics;
using Innkeeper.Web;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Hosting;

/// <summary>The web console as the settings want it: its certificate, its addresses for people, and the addresses at which nothing is served.</summary>
internal static class WebDoor
{
    /// <param name="network">The interfaces now.</param>
    /// <returns>Null: the console is off.</returns>
    /// <exception cref="StartException">The certificate's files cannot be used.</exception>
    public static WebServer? Create(
        ConfigurationResult configuration, GatewayOperations operations, MetricsPage metrics, Func<NetworkState> network, TimeProvider clock, ILogger log)
    {
        var config = configuration.Config!;
        if (!config.Web.IsOn)
        {
            return null;
        }

        var page = new WebPage("/metrics", config.Web.Metrics == WebMetrics.Open, MetricsPage.ContentType, metrics.WriteAsync);
        return new WebServer(config.Web, CertificateOf(configuration, clock, log), ApiRoutes.Of(operations), operations.Sessions, [page], address => IsOfDevices(address, config, network()), clock, log);
    }

    /// <summary>Where people open the console, the best first.</summary>
    public static IReadOnlyList<string> AddressesOf(WebConfig config, WebServer? server, NetworkState network)
    {
        IEnumerable<string> given = config.Url == "" ? [] : [config.Url];
        var here = network.HasAddress ? network.UplinkAddress.Address.ToString() : IPAddress.Loopback.ToString();
        return [.. given, .. (server?.Urls ?? []).Select(u => u.Replace("//0.0.0.0:", $"//{here}:", StringComparison.Ordinal).Replace("//[::]:", "//[::1]:", StringComparison.Ordinal))];
    }

    /// <summary>Whether devices reach an address, or have it: the inside network, the portal's address, and with two arms the access LAN.</summary>
    internal static bool IsOfDevices(IPAddress address, InnkeeperConfig config, NetworkState network)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily != AddressFamily.InterNetwork || !Ipv4Address.TryParse(plain.ToString(), out var own))
        {
            return false;
        }

        return network.Inside.Contains(own) || own == config.Portal.Address || (!config.IsOneArmed && network.AccessNetwork is { } access && access.Contains(own));
    }

    private static CertificateFiles? CertificateOf(ConfigurationResult configuration, TimeProvider clock, ILogger log)
    {
        var config = configuration.Config!;
        if (!config.Web.Listen.Any(config.Web.UsesTls))
        {
            return null;
        }

        if (CertificateFiles.OfWeb(config) is not { } given)
        {
            return GeneratedCertificate.Ensure(config.State.Directory, config.Web.Listen.Select(e => e.Address), config.Web.Host, clock, log);
        }

        var loaded = CertificateFiles.Load(configuration, given, clock, log, out var error);
        return error is null ? loaded : throw new StartException(error.ToString());
    }
}
