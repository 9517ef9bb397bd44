using Microsoft.Extensions.Logging;

namespace Innkeeper.Control;

/// <summary>Ids 3000–3099.</summary>
internal static partial class ControlLog
{
    [LoggerMessage(3000, LogLevel.Error, "The control socket could not answer `{Request}`; the same failure is not logged again")]
    public static partial void AnswerFailed(this ILogger log, Exception exception, string request);

    [LoggerMessage(3001, LogLevel.Warning, "The control socket cannot take a connection ({Reason}); it tries again until it can. If this stays, raise the limit on open files")]
    public static partial void AcceptFailed(this ILogger log, string reason);
}
