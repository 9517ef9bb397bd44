using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>
/// Keeps the data plane's configuration in line with the interfaces and with the control plane's findings. Constructing it reads the
/// configuration that an earlier process left and writes nothing. Used by the control loop's thread only.
/// </summary>
internal sealed class DataPlaneProgrammer : IOneArmProgrammer
{
    private const ushort DnsPort = 53;

    private readonly InnkeeperConfig _config;
    private readonly IDataPlane _dataPlane;
    private NetworkState _network;
    private InsideNetwork.Ends _inside;
    private DataPlaneOptions _options;

    /// <param name="dhcpServer">The address that DHCP is served by on the access side; null: it is not served.</param>
    /// <param name="services">Packets to these ports, at any address, are sent to the host's own services.</param>
    public DataPlaneProgrammer(
        InnkeeperConfig config, NetworkState network, InsideNetwork.Ends inside, IDataPlane dataPlane, Ipv4Address? dhcpServer, ImmutableArray<Service> services)
    {
        (_config, _dataPlane, _network, _inside) = (config, dataPlane, network, inside);
        WereSeparate = dataPlane.IsAdopted && dataPlane.ReadConfig() is { } before && !before.Flags.HasFlag(ConfigFlags.OneArm) && !before.Flags.HasFlag(ConfigFlags.Passive);
        _options = new DataPlaneOptions(services, dhcpServer, dataPlane.IsAdopted && dataPlane.ReadConfig() is { } earlier ? RouterOf(earlier, network) : null);
    }

    /// <summary>Two arms: an earlier process knew both arms to be in separate LANs.</summary>
    public bool WereSeparate { get; }

    /// <summary>The station that is the main router; null: not known.</summary>
    public MacAddress? Router => _options.Router;

    /// <summary>Writes everything for the first time.</summary>
    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    public void Start()
    {
        Write();
        _dataPlane.WritePool(DataPlaneConfigBuilder.OutsideRanges(_config).SelectMany(range => range.Networks()));
        _dataPlane.WriteVlans(_config.Access.Vlans);
        _dataPlane.WriteFormerGateways(_config.Access.FormerGateways);
    }

    /// <summary>Writes the configuration for interfaces that changed. Another LAN has another router.</summary>
    /// <exception cref="DataPlaneException">The kernel refused; the next call writes all of it again.</exception>
    public void Follow(NetworkState network, InsideNetwork.Ends inside)
    {
        if (network.Gateway != _network.Gateway || network.Uplink.Index != _network.Uplink.Index)
        {
            _options = _options with { Router = null };
        }

        (_network, _inside) = (network, inside);
        Write();
    }

    /// <summary>This station is the main router; all zero: none is known.</summary>
    public void SetRouter(MacAddress mac) => Write(_options with { Router = mac == MacAddress.Zero ? null : mac });

    /// <summary>One arm: whether another gateway serves the LAN. Two arms: whether both are in one LAN, so that no ARP is answered.</summary>
    public void SetPassive(bool isPassive) => Write(_options with { IsPassive = isPassive });

    /// <summary>The services stop: nothing leads to the portal until it is back. DNS is the data plane's own affair (bpf/dns_away.h).</summary>
    public void WithdrawPortal() => Write(_options with { Services = [.. _options.Services.Where(s => s.Port == DnsPort)] });

    /// <summary>
    /// The router that an earlier process knew on the same LAN: after a restart a spoofer may be the first to answer.
    /// </summary>
    private static MacAddress? RouterOf(in DataPlaneConfig earlier, NetworkState network) =>
        earlier.Flags.HasFlag(ConfigFlags.OneArm) == network.IsOneArmed && earlier.Uplinks[0].Ifindex == (uint)network.Uplink.Index
        && earlier.NextHop == (BigEndian32)(network.Gateway ?? default) && (MacAddress)earlier.RouterMac is var mac && mac != MacAddress.Zero
            ? mac
            : null;

    private void Write(DataPlaneOptions options)
    {
        _options = options;
        Write();
    }

    private void Write()
    {
        // Profiles first: no packet may find an uplink and not yet the gateway on it.
        _dataPlane.WriteProfiles(_network.Gateway, [.. _network.UplinkAddresses]);
        _dataPlane.WriteConfig(DataPlaneConfigBuilder.Build(_config, _network, _inside, _options));
    }
}
