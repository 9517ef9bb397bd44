using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Interfaces;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;

namespace Innkeeper.Management;

/// <summary>The limits of each profile, and the gateways that devices use.</summary>
/// <param name="network">The interfaces now.</param>
internal sealed class ProfileQueries(InnkeeperConfig config, DeviceStore records, GatewayHealth health, Func<NetworkState> network, TimeProvider clock) : IProfileQueries
{
    private const int Schema = 1;

    /// <summary>The router of the uplink first.</summary>
    public IReadOnlyList<GatewayReport> Gateways
    {
        get
        {
            var now = network();
            return
            [
                GatewayOf(0, GatewayConfig.MainName, now.Uplink.Name, now.Gateway?.ToString()),
                .. config.Gateways.Select((g, i) => GatewayOf(i + 1, g.Name, g.Interface ?? now.Uplink.Name, g.NextHop.ToString())),
            ];
        }
    }

    public Result<ProfilesReport> List(Actor actor)
    {
        if (actor.Lacks(Permission.Viewer) is { } refusal)
        {
            return refusal;
        }

        var devices = records.Devices.Values.ToLookup(d => d.Profile);
        return new ProfilesReport(
            Schema, [.. ProfileProgrammer.NamesOf(config).Select(name => ProfileOf(config.Profiles[name], devices[name]))], Gateways);
    }

    private GatewayReport GatewayOf(int number, string name, string link, string? nextHop)
    {
        var (isDown, since) = health.StateOf(number);
        return new GatewayReport(name, link, nextHop, isDown ? "down" : since is null ? "unknown" : "up", clock.ToWall(since));
    }

    private ProfileReport ProfileOf(ProfileConfig profile, IEnumerable<DeviceRecord> devices)
    {
        var states = devices.CountBy(d => DeviceQueries.NameOf(d.Admission.State)).ToDictionary();
        return new ProfileReport(
            profile.Name, ProfileDefinitions.NameOf(profile.Admission), ProfileDefinitions.NameOf(profile.Legal), profile.Inbound, profile.Isolate, profile.Addresses,
            [.. ProfileDefinitions.NamesOf(profile.DeniedOf(config))], [.. ProfileDefinitions.NamesOf(profile.Allowed)],
            profile.RateOut == 0 ? null : profile.RateOut, profile.RateIn == 0 ? null : profile.RateIn, (long?)profile.Lifetime?.TotalSeconds,
            profile.Gateway, profile.Fallback, DevicesReport.States.ToDictionary(s => s, s => states.GetValueOrDefault(s)), ProfileDefinitions.NameOf(profile.LimitsPer),
            profile.Volume == 0 ? null : profile.Volume, ProfileDefinitions.NameOf(profile.VolumePeriod));
    }
}
