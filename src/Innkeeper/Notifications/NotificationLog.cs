using Microsoft.Extensions.Logging;

namespace Innkeeper.Notifications;

/// <summary>Ids 6000–6099.</summary>
internal static partial class NotificationLog
{
    [LoggerMessage(6000, LogLevel.Information, "{Channel}: a message ({Kind}) was taken: {Answer}")]
    public static partial void LetterSent(this ILogger log, string channel, string kind, string answer);

    [LoggerMessage(6001, LogLevel.Warning, "{Channel}: a message ({Kind}) waits after {Attempts} attempts: {Answer}")]
    public static partial void LetterWaits(this ILogger log, string channel, string kind, int attempts, string answer);

    [LoggerMessage(6002, LogLevel.Error, "{Channel}: a message ({Kind}) is given up after {Attempts} attempts: {Answer}")]
    public static partial void LetterDead(this ILogger log, string channel, string kind, int attempts, string answer);

    [LoggerMessage(6003, LogLevel.Error, "{Channel}: an attempt ({Kind}) failed in a way that was not foreseen; it is tried again")]
    public static partial void AttemptFailed(this ILogger log, Exception exception, string channel, string kind);

    [LoggerMessage(6004, LogLevel.Error, "Notifications ended by a failure that was not foreseen; nothing more is told until the gateway is started again")]
    public static partial void Ended(this ILogger log, Exception exception);
}
