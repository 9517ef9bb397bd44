using Innkeeper.Events;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Portal;

/// <summary>Ids 4000–4099. No message for each request: anyone can send any number of them.</summary>
internal static partial class PortalLog
{
    [LoggerMessage(LogIds.PortalNotReopened, LogLevel.Error, "Could not reopen the portal: {Reason}; held devices get no page until the gateway is restarted")]
    public static partial void NotReopened(this ILogger log, string reason);

    [LoggerMessage(LogIds.PortalLookNotTaken, LogLevel.Error, "Kept the portal's previous look, as its files have an error: {Error}; `innkeeper check` lists all")]
    public static partial void LookNotTaken(this ILogger log, string error);

    [LoggerMessage(LogIds.PortalInternalError, LogLevel.Error, "Internal error while answering a request to the portal; further ones are only counted (internal_errors)")]
    public static partial void Failed(this ILogger log, Exception exception);
}
