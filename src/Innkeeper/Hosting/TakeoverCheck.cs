using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Storage;

namespace Innkeeper.Hosting;

/// <summary>
/// Whether this program could take over from a gateway that runs, with the settings of its file: asked by that gateway when it finds that its
/// program's file was replaced. Nothing of the running gateway is touched.
/// </summary>
internal static class TakeoverCheck
{
    /// <summary>The line that a program prints if it can take over: other programs end with exit code 0, too.</summary>
    public const string Answer = "innkeeper can take over";

    /// <summary>As small as a data plane can be: its maps are made only to be loaded.</summary>
    private const uint Size = 16;

    /// <returns>Every reason why not, in words.</returns>
    public static IReadOnlyList<string> Of(ConfigurationResult configuration)
    {
        if (configuration.Config is not { } config)
        {
            return [.. configuration.Errors.Select(e => e.ToString())];
        }

        try
        {
            var reasons = SystemRequirements.ToRun(SystemInfo.Read(), config.Dns.ServeUplink).Concat(StartupCheck.Check(configuration, out _).Select(e => e.ToString())).Concat(OfState(config.State.Directory)).ToList();
            if (reasons.Count == 0)
            {
                _ = SqliteLibrary.Version;
                using var plane = BpfPlane.Load(Size, Size, null, []);
            }

            return reasons;
        }
        catch (Exception e) when (GatewayHost.IsExpected(e))
        {
            return [e.Message];
        }
    }

    /// <summary>A start would move a newer database aside, with all decisions since the upgrade: that is an order of its own.</summary>
    internal static IEnumerable<string> OfState(string directory)
    {
        var path = Path.Combine(directory, StateStore.FileName);
        if (DatabaseHeader.ReadVersion(path) is { } version && version > Schema.Version)
        {
            yield return $"the database {path} is of a newer version (schema {version}; this program knows up to {Schema.Version}): stop the gateway, restore a backup of this version with `innkeeper restore`, and start it";
        }
    }
}
