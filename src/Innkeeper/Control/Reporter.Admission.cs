using Innkeeper.Configuration;

namespace Innkeeper.Control;

/// <content>Who may do what.</content>
internal sealed partial class Reporter
{
    public ProfilesReport Profiles()
    {
        var footing = arms.Footing;
        var devices = registry.Bindings.Values.Select(b => b.Claim.Station).Distinct().Count();
        return new ProfilesReport(
            Schema,
            [
                new ProfileReport(
                    "default", "auto", EffectiveConfiguration.NameOf(_config.Legal), _config.Inbound, _config.Isolate, _config.AddressesPerDevice, [], [], null, null, null, "uplink", null,
                    DevicesReport.States.ToDictionary(s => s, s => s == "admitted" ? devices : 0)),
            ],
            [new GatewayReport("uplink", footing.Uplink.Name, footing.Gateway?.ToString(), "unknown")]);
    }

    public ValueTask<OrderOutcome> Order(DeviceOrder order) => new(OrderOutcome.Refused("this gateway admits every device, and keeps nothing about single ones"));

    public ValueTask<ReloadOutcome> Reload() => new(new ReloadOutcome(false, "this gateway does not read its file anew; start it again", [], []));
}
