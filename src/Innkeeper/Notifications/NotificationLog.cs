using Innkeeper.Events;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Notifications;

/// <summary>The log messages; their ids are in <see cref="LogIds"/>.</summary>
internal static partial class NotificationLog
{
    [LoggerMessage(LogIds.MessageSent, LogLevel.Information, "{Channel}: the server accepted a message ({Kind}): {Answer}")]
    public static partial void MessageSent(this ILogger log, string channel, string kind, string answer);

    [LoggerMessage(LogIds.MessageDelayed, LogLevel.Warning, "{Channel}: a message ({Kind}) is retried later, after {Attempts} attempts: {Answer}")]
    public static partial void MessageDelayed(this ILogger log, string channel, string kind, int attempts, string answer);

    [LoggerMessage(LogIds.MessageDropped, LogLevel.Error, "{Channel}: gave up sending a message ({Kind}) after {Attempts} attempts: {Answer}")]
    public static partial void MessageDropped(this ILogger log, string channel, string kind, int attempts, string answer);

    [LoggerMessage(LogIds.MessageAttemptFailed, LogLevel.Error, "{Channel}: unexpected error while sending a message ({Kind}); it is retried")]
    public static partial void AttemptFailed(this ILogger log, Exception exception, string channel, string kind);

    [LoggerMessage(LogIds.NotificationsEnded, LogLevel.Error, "Notifications ended after an unexpected error; none are sent until the gateway is restarted")]
    public static partial void Ended(this ILogger log, Exception exception);
}
