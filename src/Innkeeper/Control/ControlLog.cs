using Innkeeper.Events;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Control;

/// <summary>The log messages; their ids are in <see cref="LogIds"/>.</summary>
internal static partial class ControlLog
{
    [LoggerMessage(LogIds.ControlAnswerFailed, LogLevel.Error, "Could not answer `{Request}` on the control socket; the same failure is not logged again")]
    public static partial void AnswerFailed(this ILogger log, Exception exception, string request);

    [LoggerMessage(LogIds.ControlAcceptFailed, LogLevel.Warning, "Could not accept a connection on the control socket ({Reason}); retrying. If this goes on, raise the limit on open files")]
    public static partial void AcceptFailed(this ILogger log, string reason);
}
