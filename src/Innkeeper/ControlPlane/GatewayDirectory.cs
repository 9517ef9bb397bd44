using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>The gateways that the settings name, by their numbers: 0 is the main one.</summary>
internal sealed class GatewayDirectory(InnkeeperConfig config, CurrentNetwork network)
{
    /// <summary>The uplink that a gateway is on.</summary>
    public int UplinkOf(int gateway) => gateway == 0 ? 0 : config.UplinkOf(config.Gateways[gateway - 1]);

    public string NameOf(int gateway) => gateway == 0 ? GatewayConfig.MainName : config.Gateways[gateway - 1].Name;

    /// <summary>The router by that name; null: the main interface has none.</summary>
    public Ipv4Address? NextHopOf(int gateway) => gateway == 0 ? network.Current.Router : config.Gateways[gateway - 1].NextHop;
}
