using Innkeeper.Configuration;
using Innkeeper.Interfaces;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>The active settings, and a reload of others.</summary>
/// <param name="configuration">The settings in force.</param>
/// <param name="network">The interfaces now.</param>
/// <param name="check">Whether settings fit this machine as it is now: every error, in words.</param>
/// <param name="checkProgram">
/// Whether the program's file, if it was replaced, can take over with a file of settings: every reason why not, in words. Null: it was not replaced.
/// </param>
internal sealed class ConfigurationOperations(
    ConfigurationResult configuration, Func<NetworkState> network, Func<ConfigurationResult, IReadOnlyList<string>> check, Func<string, IReadOnlyList<string>?> checkProgram,
    SettingsStatus settings, SettingsEffects effects, IGatewayLifetime lifetime) : IConfigurationOperations
{
    private const int Schema = 1;

    /// <summary>The settings that a gateway started now would use.</summary>
    public static ConfigReport Preview(ConfigurationResult configuration) => ReportOf(configuration, NetworkState.Read(configuration.Config!, out _), isInForce: false);

    public Result<ConfigReport> Get(Actor actor) => actor.Lacks(Permission.Admin) is { } refusal ? refusal : ReportOf(configuration, network(), isInForce: true);

    public Result<ReloadReport> Preview(Actor actor) => actor.Lacks(Permission.Admin) is { } refusal ? refusal : Next(out _);

    public Result<ReloadReport> Reload(Actor actor)
    {
        if (actor.Lacks(Permission.Admin) is { } refusal)
        {
            return refusal;
        }

        var next = Next(out var isReplacing);
        if (next.Failure is not null)
        {
            return next;
        }

        if (!isReplacing)
        {
            // The file and the machine are right as they are: what failed earlier does not matter any more.
            settings.Forgive();
            return next;
        }

        lifetime.RequestReplacement();
        return next.Value! with { Number = settings.Number + 1 };
    }

    /// <summary>The file as it is now, and what it would change.</summary>
    /// <param name="isReplacing">Whether a reload would start another process: for other settings, or for another program.</param>
    private Result<ReloadReport> Next(out bool isReplacing)
    {
        isReplacing = false;
        if (configuration.Positions.Values.All(p => p.Line == 0))
        {
            return new Unavailable("the gateway was started with options, not with a file; the active configuration is unchanged");
        }

        // Another version of the program may have other settings: it judges its file itself.
        var ofProgram = checkProgram(configuration.File);
        var next = ConfigurationFile.Load(configuration.File);
        var errors = ofProgram ?? (next.Config is null ? [.. next.Errors.Select(e => e.ToString())] : check(next));
        if (errors.Count > 0)
        {
            return new Rejected(errors);
        }

        isReplacing = ofProgram is not null;
        if (next.Config is null)
        {
            return new ReloadReport([], Replaces: isReplacing);
        }

        var changed = EffectiveConfiguration.Changed(configuration, next);
        isReplacing |= !changed.IsEmpty;
        return isReplacing
            ? effects.Add(new ReloadReport(changed, Replaces: true, Socket: next.ControlSocket == configuration.ControlSocket ? null : next.ControlSocket), next.Config)
            : new ReloadReport([]);
    }

    private static ConfigReport ReportOf(ConfigurationResult configuration, NetworkState? now, bool isInForce) => new(
        Schema, configuration.File, isInForce,
        [
            .. EffectiveConfiguration.Of(configuration, now is null ? null : new InterfaceReadings(now.HasAddress ? now.UplinkAddress : null, now.Gateway, now.UplinkMac, now.UplinkMtu, now.AccessNetwork))
                .Select(v => new ConfigValueReport(v.Key, v.Value, v.Origin)),
        ]);
}
