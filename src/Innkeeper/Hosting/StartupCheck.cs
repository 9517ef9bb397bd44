using System.Collections.Immutable;
using Innkeeper.Certificates;
using Innkeeper.Configuration;
using Innkeeper.Interfaces;
using Innkeeper.Links;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Hosting;

/// <summary>Whether settings fit this machine as it is now: asked before a start, and before new settings take the place of others.</summary>
internal static class StartupCheck
{
    /// <returns>The interfaces that the settings fit.</returns>
    /// <exception cref="StartException">They do not fit, or an interface is not there.</exception>
    public static NetworkState Demand(ConfigurationResult configuration) =>
        Check(configuration, out var network) is { Count: > 0 } errors ? throw new StartException(string.Join('\n', errors)) : network!;

    /// <param name="network">The interfaces; null when they are not there.</param>
    /// <returns>Every error; none: the settings fit.</returns>
    public static IReadOnlyList<ConfigurationError> Check(ConfigurationResult configuration, out NetworkState? network)
    {
        var config = configuration.Config!;
        network = NetworkState.AtStart(config, Netlink.ReadInterfaces(), out var problem);
        ConfigurationError[] apart = [.. ConfigurationCheck.Ports(configuration, HostPorts()).Concat(ForwardsCheck.Against(configuration, HostPorts())).Concat(Files(configuration))];
        if (network is not { } found)
        {
            return [configuration.ErrorAt(problem.Key, problem.Text), .. apart];
        }

        if (!found.HasAddress && StartupWait.IsNeeded(config))
        {
            return [configuration.ErrorAt(problem.Key, problem.Text), .. apart];
        }

        return [.. OfInterfaces(configuration, found), .. apart];
    }

    private static List<ConfigurationError> OfInterfaces(ConfigurationResult configuration, NetworkState found)
    {
        var config = configuration.Config!;
        var errors = ConfigurationCheck.Against(configuration, found.HasAddress ? found.UplinkAddress : null, found.Gateway, found.IsRouterOnLink).ToList();
        foreach (var (key, ranges) in ((string, ImmutableArray<AddressRange>)[])[("pool.addresses", config.Pool.Addresses), ("napt.addresses", config.Napt.Addresses)])
        {
            foreach (var other in found.Uplink.Addresses.Where(a => ranges.Any(r => r.Contains(a.Address)) && a.Address != found.UplinkAddress.Address))
            {
                errors.Add(configuration.ErrorAt(key, $"contains {other.Address}, an address of interface {found.Uplink.Name}; leave it out"));
            }
        }

        foreach (var gateway in config.Gateways)
        {
            // An interface that does not exist yet is no fault: its gateway is down until the interface appears.
            if (config.UplinkOf(gateway) is > 0 and var index && found.UplinkAt(index) is { } uplink)
            {
                errors.AddRange(ConfigurationCheck.AgainstGateway(configuration, gateway, uplink.Address, uplink.Interface.ReachesOnLink(gateway.NextHop)));
            }
        }

        return errors;
    }

    /// <summary>A sentence about an inside network of which this host has an address, and about the one that the gateway takes instead; null: it has none.</summary>
    /// <exception cref="NetlinkException">The kernel did not answer.</exception>
    public static string? InsideConflict(ConfigurationResult configuration)
    {
        var config = configuration.Config!;
        var links = Netlink.ReadInterfaces();
        var taken = InsideChoice.Taken(config, links, HostNetwork.Read(links, config.Inside.Candidates, NameServers.Of(config)));
        var chosen = InsideChoice.Choose(config.Inside, null, taken, out var conflict);
        return conflict is null ? null
            : configuration.ErrorAt("inside.network", $"this host has {conflict}, which overlaps {config.Inside.Network}; {(chosen == config.Inside.Network ? "no other network is free" : $"the gateway takes {chosen} instead")}").ToString();
    }

    /// <summary>The files that settings name, as this user may read them; interfaces are not asked for.</summary>
    public static IEnumerable<ConfigurationError> Files(ConfigurationResult configuration)
    {
        foreach (var source in new[] { CertificateFiles.OfPortal(configuration.Config!), CertificateFiles.OfWeb(configuration.Config!) })
        {
            CertificateFiles.Load(configuration, source, TimeProvider.System, NullLogger.Instance, out var unusable);
            if (unusable is not null)
            {
                yield return unusable;
            }
        }
    }

    /// <summary>The kernel's default where it does not say.</summary>
    private static PortRange HostPorts() =>
        Sysctl.TryRead("net/ipv4/ip_local_port_range", out var text) && PortRange.TryParse(text.Replace('\t', '-'), out var range) ? range : new PortRange(32768, 60999);
}
