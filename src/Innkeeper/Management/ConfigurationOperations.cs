using Innkeeper.Configuration;
using Innkeeper.Interfaces;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>The active settings, and a reload of others.</summary>
/// <param name="configuration">The settings in force.</param>
/// <param name="network">The interfaces now.</param>
/// <param name="check">Whether settings fit this machine as it is now: every error, in words.</param>
internal sealed class ConfigurationOperations(
    ConfigurationResult configuration, Func<NetworkState> network, Func<ConfigurationResult, IReadOnlyList<string>> check, SettingsStatus settings, SettingsEffects effects,
    IGatewayLifetime lifetime) : IConfigurationOperations
{
    private const int Schema = 1;

    /// <summary>The settings that a gateway started now would use.</summary>
    public static ConfigReport Preview(ConfigurationResult configuration) => ReportOf(configuration, NetworkState.Read(configuration.Config!, out _), isInForce: false);

    public Result<ConfigReport> Get(Actor actor) => actor.Lacks(Permission.Viewer) is { } refusal ? refusal : ReportOf(configuration, network(), isInForce: true);

    public Result<ReloadReport> Preview(Actor actor) => actor.Lacks(Permission.Viewer) is { } refusal ? refusal : Next();

    public Result<ReloadReport> Reload(Actor actor)
    {
        if (actor.Lacks(Permission.Admin) is { } refusal)
        {
            return refusal;
        }

        var next = Next();
        if (next.Failure is not null)
        {
            return next;
        }

        if (next.Value!.Changed.Count == 0)
        {
            // The file and the machine are right as they are: what failed earlier does not matter any more.
            settings.Forgive();
            return next;
        }

        lifetime.RequestReplacement();
        return next.Value with { Replaces = true, Number = settings.Number + 1 };
    }

    /// <summary>The file as it is now, and what it would change.</summary>
    private Result<ReloadReport> Next()
    {
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
        return changed.IsEmpty
            ? new ReloadReport([])
            : effects.Add(new ReloadReport(changed, Socket: next.ControlSocket == configuration.ControlSocket ? null : next.ControlSocket), next.Config!);
    }

    private static ConfigReport ReportOf(ConfigurationResult configuration, NetworkState? now, bool isInForce) => new(
        Schema, configuration.File, isInForce,
        [
            .. EffectiveConfiguration.Of(configuration, now is null ? null : new InterfaceReadings(now.UplinkAddress, now.Gateway, now.UplinkMac, now.UplinkMtu, now.AccessNetwork))
                .Select(v => new ConfigValueReport(v.Key, v.Value, v.Origin)),
        ]);
}
