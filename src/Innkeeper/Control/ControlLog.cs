using Innkeeper.Events;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Control;

/// <summary>The log messages; their ids are in <see cref="LogIds"/>.</summary>
internal static partial class ControlLog
{
    [LoggerMessage(LogIds.ControlAcceptFailed, LogLevel.Warning, "Could not accept a connection on the control socket ({Reason}); retrying. If this goes on, raise the limit on open files")]
    public static partial void AcceptFailed(this ILogger log, string reason);
}
