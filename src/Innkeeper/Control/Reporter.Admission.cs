using Innkeeper.Admission;
using Innkeeper.Configuration;

namespace Innkeeper.Control;

/// <content>Who may do what.</content>
internal sealed partial class Reporter
{
    public ProfilesReport Profiles()
    {
        var devices = book.Devices.Values.ToLookup(d => d.Profile);
        var footing = arms.Footing;
        return new ProfilesReport(
            Schema, [.. ProfileKeeper.NamesOf(_config).Select(name => ProfileOf(_config.Profiles[name], devices[name]))],
            [
                new GatewayReport(GatewayConfig.MainName, footing.Uplink.Name, footing.Gateway?.ToString(), "unknown"),
                .. _config.Gateways.Select(g => new GatewayReport(g.Name, g.Interface ?? footing.Uplink.Name, g.NextHop.ToString(), "unknown")),
            ]);
    }

    public ValueTask<OrderOutcome> Order(DeviceOrder order) => new(OrderOutcome.Failed("this version takes no orders about devices"));

    public ValueTask<ReloadOutcome> Reload() => new(new ReloadOutcome(false, "this version does not read its file anew; start it again", [], []));

    private ProfileReport ProfileOf(ProfileConfig profile, IEnumerable<DeviceRecord> devices)
    {
        var states = devices.CountBy(d => StateOf(d.Standing.State)).ToDictionary();
        return new ProfileReport(
            profile.Name, ProfileKeys.NameOf(profile.Admission), ProfileKeys.NameOf(profile.Legal), profile.Inbound, profile.Isolate, profile.Addresses,
            [.. ProfileKeys.NamesOf(profile.DeniedOf(_config))], [.. ProfileKeys.NamesOf(profile.Allowed)],
            profile.RateOut == 0 ? null : profile.RateOut, profile.RateIn == 0 ? null : profile.RateIn, (long?)profile.Lifetime?.TotalSeconds,
            profile.Gateway, profile.Fallback, DevicesReport.States.ToDictionary(s => s, s => states.GetValueOrDefault(s)));
    }
}
