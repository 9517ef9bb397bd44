using Innkeeper.Interfaces;
using Innkeeper.Configuration;

namespace Innkeeper.Control;

/// <summary>The settings in force, or those that would be.</summary>
internal static class ConfigReporter
{
    private const int Schema = 1;

    /// <summary>With what a gateway that runs has read from the interfaces.</summary>
    public static ConfigReport Of(ConfigurationResult configuration, NetworkState footing) => Of(configuration, footing, isInForce: true);

    /// <summary>What a gateway would run with, were it started now.</summary>
    public static ConfigReport Of(ConfigurationResult configuration) => Of(configuration, NetworkState.Read(configuration.Config!, out _), isInForce: false);

    private static ConfigReport Of(ConfigurationResult configuration, NetworkState? footing, bool isInForce) => new(
        Schema, configuration.File, isInForce,
        [
            .. EffectiveConfiguration.Of(configuration, footing is null ? null : new InterfaceReadings(
                    footing.UplinkAddress, footing.Gateway, footing.UplinkMac, footing.UplinkMtu, footing.AccessNetwork))
                .Select(v => new ConfigValueReport(v.Key, v.Value, v.Origin)),
        ]);
}
