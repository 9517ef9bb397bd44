using Innkeeper.Events;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Portal;

/// <summary>Ids 4000–4099. No message for each request: anyone can send any number of them.</summary>
internal static partial class PortalLog
{
    [LoggerMessage(LogIds.PortalNotReopened, LogLevel.Error, "Could not reopen the portal: {Reason}; held devices get no page until the gateway is restarted")]
    public static partial void NotReopened(this ILogger log, string reason);

    [LoggerMessage(LogIds.PortalInternalError, LogLevel.Error, "Internal error while answering a request to the portal; further ones are only counted (internal_errors)")]
    public static partial void Failed(this ILogger log, Exception exception);

    [LoggerMessage(LogIds.PortalCertificateRenewed, LogLevel.Information, "Loaded the portal's renewed certificate from {File}; valid until {Until:u}")]
    public static partial void CertificateRenewed(this ILogger log, string file, DateTime until);

    [LoggerMessage(LogIds.PortalCertificateRejected, LogLevel.Error, "Kept the portal's previous certificate, as the new one cannot be used: {Key}: {Reason}")]
    public static partial void CertificateNotTaken(this ILogger log, string key, string reason);

    [LoggerMessage(LogIds.PortalCertificateOutOfTerm, LogLevel.Warning, "The portal's certificate in {File} is valid only from {From:u} to {Until:u}; phones will not use HTTPS")]
    public static partial void CertificateOutOfTerm(this ILogger log, string file, DateTime from, DateTime until);
}
