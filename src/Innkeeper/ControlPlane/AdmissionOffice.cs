using Innkeeper.Policy;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>What the dispatcher decides admission with.</summary>
/// <param name="Blocked">Stations that the data plane refuses outright.</param>
internal sealed record AdmissionOffice(
    InnkeeperConfig Config, DeviceStore Book, AdmissionPolicy AdmissionPolicy, ProfileProgrammer Profiles, GatewayHealth Health, BpfMap<StationKey, uint> Blocked)
{
    /// <summary>On which uplink a gateway is; 0 is the main gateway.</summary>
    public int UplinkOf(int gateway) => gateway == 0 ? 0 : Config.UplinkOf(Config.Gateways[gateway - 1]);

    public string NameOf(int gateway) => gateway == 0 ? GatewayConfig.MainName : Config.Gateways[gateway - 1].Name;

    /// <summary>Null for the main one, which the interface tells.</summary>
    public Ipv4Address? NextHopOf(int gateway) => gateway == 0 ? null : Config.Gateways[gateway - 1].NextHop;
}
