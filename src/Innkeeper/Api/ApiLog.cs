using Innkeeper.Events;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Api;

/// <summary>The log messages; their ids are in <see cref="LogIds"/>.</summary>
internal static partial class ApiLog
{
    [LoggerMessage(LogIds.ControlAnswerFailed, LogLevel.Error, "Could not answer `{Request}`; the same failure is not logged again")]
    public static partial void AnswerFailed(this ILogger log, Exception exception, string request);
}
