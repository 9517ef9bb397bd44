using Innkeeper.Configuration;
using Innkeeper.Interfaces;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>The active settings, and a reload of others.</summary>
/// <param name="configuration">The settings in force.</param>
/// <param name="network">The interfaces now.</param>
/// <param name="check">Whether settings fit this machine as it is now: every error, in words.</param>
internal sealed class ConfigurationOperations(
    ConfigurationResult configuration, Func<NetworkState> network, Func<ConfigurationResult, IReadOnlyList<string>> check, SettingsStatus settings, IGatewayLifetime lifetime) : IConfigurationOperations
{
    private const int Schema = 1;

    /// <summary>The settings that a gateway started now would use.</summary>
    public static ConfigReport Preview(ConfigurationResult configuration) => ReportOf(configuration, NetworkState.Read(configuration.Config!, out _), isInForce: false);

    public Result<ConfigReport> Get(Actor actor) => actor.Lacks(Permission.Viewer) is { } refusal ? refusal : ReportOf(configuration, network(), isInForce: true);

    public Result<ReloadReport> Reload(Actor actor)
    {
        if (actor.Lacks(Permission.Admin) is { } refusal)
        {
            return refusal;
        }

        if (configuration.Positions.Values.All(p => p.Line == 0))
        {
            return new Unavailable("the gateway was started with options, not with a file; the active configuration is unchanged");
        }

        var next = ConfigurationFile.Load(configuration.File);
        var errors = next.Config is null ? [.. next.Errors.Select(e => e.ToString())] : check(next);
        if (errors.Count > 0)
        {
            return new Rejected(errors);
        }

        var changed = EffectiveConfiguration.Changed(configuration, next);
        if (changed.IsEmpty)
        {
            return new ReloadReport([]);
        }

        lifetime.RequestReplacement();
        return new ReloadReport(changed, Replaces: true, next.ControlSocket == configuration.ControlSocket ? null : next.ControlSocket, settings.Number + 1);
    }

    private static ConfigReport ReportOf(ConfigurationResult configuration, NetworkState? now, bool isInForce) => new(
        Schema, configuration.File, isInForce,
        [
            .. EffectiveConfiguration.Of(configuration, now is null ? null : new InterfaceReadings(now.HasAddress ? now.UplinkAddress : null, now.Gateway, now.UplinkMac, now.UplinkMtu, now.AccessNetwork))
                .Select(v => new ConfigValueReport(v.Key, v.Value, v.Origin)),
        ]);
}
