using Microsoft.Extensions.Logging;

namespace Innkeeper.Portal;

/// <summary>Ids 4000–4099. Nothing here is said for each request: anybody can make any number of them.</summary>
internal static partial class PortalLog
{
    [LoggerMessage(4000, LogLevel.Error, "The portal could not be opened again: {Reason}; devices that wait get no page until a restart")]
    public static partial void NotReopened(this ILogger log, string reason);

    [LoggerMessage(4001, LogLevel.Error, "A request to the portal was given up by an error of ours; more of this kind are only counted (internal_errors)")]
    public static partial void Failed(this ILogger log, Exception exception);

    [LoggerMessage(4002, LogLevel.Information, "The portal's certificate in {File} was renewed and is good until {Until:u}")]
    public static partial void CertificateRenewed(this ILogger log, string file, DateTime until);

    [LoggerMessage(4003, LogLevel.Error, "The portal's new certificate is not used, the one before is: {Key}: {Reason}")]
    public static partial void CertificateNotTaken(this ILogger log, string key, string reason);

    [LoggerMessage(4004, LogLevel.Warning, "The portal's certificate in {File} is good from {From:u} to {Until:u} only; phones will not ask by HTTPS")]
    public static partial void CertificateOutOfTerm(this ILogger log, string file, DateTime from, DateTime until);
}
