using Microsoft.Extensions.Logging;

namespace Innkeeper.Storage;

/// <summary>Ids 3000–3099.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(3000, LogLevel.Error, "State cannot be written ({Reason}); devices are served from memory, and it is tried again")]
    public static partial void StateFailed(this ILogger log, string reason);

    [LoggerMessage(3001, LogLevel.Information, "State is written again")]
    public static partial void StateRecovered(this ILogger log);

    [LoggerMessage(3002, LogLevel.Error, "The database was damaged and lies now at {Path}; a new one is filled from the data plane")]
    public static partial void StateSetAside(this ILogger log, string path);
}
