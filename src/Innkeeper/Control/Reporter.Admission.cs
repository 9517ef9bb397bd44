using Innkeeper.Policy;
using Innkeeper.Configuration;

namespace Innkeeper.Control;

/// <content>Who may do what.</content>
internal sealed partial class Reporter
{
    public ProfilesReport Profiles()
    {
        var devices = admission.Book.Devices.Values.ToLookup(d => d.Profile);
        var footing = arms.NetworkState;
        return new ProfilesReport(
            Schema, [.. ProfileProgrammer.NamesOf(_config).Select(name => ProfileOf(_config.Profiles[name], devices[name]))],
            [
                new GatewayReport(GatewayConfig.MainName, footing.Uplink.Name, footing.Gateway?.ToString(), HealthOf(0), admission.Health.Since(0)),
                .. _config.Gateways.Select((g, i) => new GatewayReport(g.Name, g.Interface ?? footing.Uplink.Name, g.NextHop.ToString(), HealthOf(i + 1), admission.Health.Since(i + 1))),
            ]);
    }

    public ValueTask<OrderOutcome> Order(DeviceOrder order) => administration.Carry(order);

    /// <summary>Checks the file as it is now. If it is right and says something else, the process is to replace itself.</summary>
    public ValueTask<ReloadOutcome> Reload()
    {
        const string Stays = "the configuration in force stays";
        if (configuration.Positions.Values.All(p => p.Line == 0))
        {
            return new(new ReloadOutcome(false, $"the gateway was started with options, not with a file; {Stays}", [], []));
        }

        var next = ConfigurationFile.Load(configuration.File);
        var errors = next.Config is null ? [.. next.Errors.Select(e => e.ToString())] : Preflight.Check(next, out _);
        if (errors.Count > 0)
        {
            return new(new ReloadOutcome(false, Stays, [], errors));
        }

        var changed = EffectiveConfiguration.Changed(configuration, next);
        return new(changed.IsEmpty
            ? new ReloadOutcome(true, "nothing has changed", [], [])
            : new ReloadOutcome(true, "the new settings are being started", changed, [], Replaces: true, next.ControlSocket == configuration.ControlSocket ? null : next.ControlSocket, Settings.Number + 1) { Replace = Replace });
    }

    private string HealthOf(int gateway) => admission.Health.IsDown(gateway) ? "down" : admission.Health.Since(gateway) is null ? "unknown" : "up";

    private ProfileReport ProfileOf(ProfileConfig profile, IEnumerable<DeviceRecord> devices)
    {
        var states = devices.CountBy(d => StateOf(d.Admission.State)).ToDictionary();
        return new ProfileReport(
            profile.Name, ProfileDefinitions.NameOf(profile.Admission), ProfileDefinitions.NameOf(profile.Legal), profile.Inbound, profile.Isolate, profile.Addresses,
            [.. ProfileDefinitions.NamesOf(profile.DeniedOf(_config))], [.. ProfileDefinitions.NamesOf(profile.Allowed)],
            profile.RateOut == 0 ? null : profile.RateOut, profile.RateIn == 0 ? null : profile.RateIn, (long?)profile.Lifetime?.TotalSeconds,
            profile.Gateway, profile.Fallback, DevicesReport.States.ToDictionary(s => s, s => states.GetValueOrDefault(s)));
    }
}
