using Innkeeper.Events;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Hosting;

/// <summary>The log messages; their ids are in <see cref="LogIds"/>.</summary>
internal static partial class HostLog
{
    [LoggerMessage(LogIds.BindingsAdopted, LogLevel.Information, "Adopted {Count} bindings ({Source})")]
    public static partial void Adopted(this ILogger log, int count, string source);

    [LoggerMessage(LogIds.Ready, LogLevel.Information, "Serving devices on {Access} through {Uplink} with {Count} outside addresses; shared: {Shared}")]
    public static partial void Ready(this ILogger log, string access, string uplink, int count, string shared);

    [LoggerMessage(LogIds.ReadyOnOneArm, LogLevel.Information, "Serving misconfigured devices on {Interface} ({Network}) with {Count} outside addresses; shared: {Shared}")]
    public static partial void ReadyOnOneArm(this ILogger log, string @interface, string network, int count, string shared);

    [LoggerMessage(LogIds.DatabaseSetAside, LogLevel.Error, "Database unusable ({Reason}); moved to {Path}. A new one is filled from the data plane")]
    public static partial void StateSetAside(this ILogger log, string path, string reason);

    [LoggerMessage(LogIds.DatabaseUnavailable, LogLevel.Error, "Database {Path} cannot be used ({Reason}); serving from memory until it can")]
    public static partial void StateUnavailable(this ILogger log, string path, string reason);

    [LoggerMessage(LogIds.SecretExposed, LogLevel.Warning, "{Problem}")]
    public static partial void SecretExposed(this ILogger log, string problem);

    [LoggerMessage(LogIds.DhcpStarted, LogLevel.Information, "Leasing addresses of {Network} as {Server}; {Count} leases stay valid")]
    public static partial void DhcpServed(this ILogger log, string network, string server, int count);

    [LoggerMessage(LogIds.RollbackFailed, LogLevel.Debug, "Could not undo what the start had set up: {Reason}")]
    public static partial void NotTakenBack(this ILogger log, string reason);

    [LoggerMessage(LogIds.Reloaded, LogLevel.Information, "Configuration reloaded: {Outcome}")]
    public static partial void Reloaded(this ILogger log, string outcome);

    [LoggerMessage(LogIds.SettingsApplied, LogLevel.Information, "Applying the new settings of {File}")]
    public static partial void Replaced(this ILogger log, string file);

    [LoggerMessage(LogIds.SettingsFailed, LogLevel.Error, "The new settings cannot be started ({Reason}); the previous settings were restored")]
    public static partial void SettingsFailed(this ILogger log, string reason);

    [LoggerMessage(LogIds.SettingsInForce, LogLevel.Information, "The new settings of {File} are in force")]
    public static partial void SettingsInForce(this ILogger log, string file);

    [LoggerMessage(LogIds.GuardServes, LogLevel.Error, "The handover failed ({Reason}); this process of the previous program goes on with the previous settings")]
    public static partial void GuardServes(this ILogger log, string reason);

    [LoggerMessage(LogIds.DescriptorsExhausted, LogLevel.Error, "No file descriptor is left: names that are not in the cache are not resolved, and the portal, commands, mail and DNS over TCP get no connection. " +
        "Known devices go on. Raise the limit (systemd: LimitNOFILE=, otherwise ulimit -n)")]
    public static partial void DescriptorsExhausted(this ILogger log);

    [LoggerMessage(LogIds.DescriptorsRestored, LogLevel.Information, "There are file descriptors again; all services work")]
    public static partial void DescriptorsRestored(this ILogger log);

    [LoggerMessage(LogIds.AddressAwaited, LogLevel.Warning, "Waiting: {Problem}")]
    public static partial void AddressAwaited(this ILogger log, string problem);

    [LoggerMessage(LogIds.AccessSetUp, LogLevel.Information, "Set the access interface {Interface} up")]
    public static partial void AccessSetUp(this ILogger log, string @interface);

    [LoggerMessage(LogIds.SettingsNotKept, LogLevel.Error, "{Problem}")]
    public static partial void SettingsNotKept(this ILogger log, string problem);

    [LoggerMessage(LogIds.StateRestored, LogLevel.Information, "The state was restored: {Note}")]
    public static partial void StateRestored(this ILogger log, string note);

    [LoggerMessage(LogIds.Stopped, LogLevel.Information, "Stopped; known devices go on without the control plane until `innkeeper teardown`")]
    public static partial void Stopped(this ILogger log);

    [LoggerMessage(LogIds.ConsoleNotSetUp, LogLevel.Warning, "The web console has no administrator yet; open {Link} within a day, or run `innkeeper user link` for another link")]
    public static partial void ConsoleNotSetUp(this ILogger log, string link);
}
