using Innkeeper.Events;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Certificates;

/// <summary>The log messages; their ids are in <see cref="LogIds"/>.</summary>
internal static partial class CertificateLog
{
    [LoggerMessage(LogIds.PortalCertificateRenewed, LogLevel.Information, "Loaded the renewed certificate from {File}; valid until {Until:u}")]
    public static partial void CertificateRenewed(this ILogger log, string file, DateTime until);

    [LoggerMessage(LogIds.PortalCertificateRejected, LogLevel.Error, "Kept the previous certificate, as the new one cannot be used: {Key}: {Reason}")]
    public static partial void CertificateNotTaken(this ILogger log, string key, string reason);

    [LoggerMessage(LogIds.PortalCertificateOutOfTerm, LogLevel.Warning, "The certificate in {File} is valid only from {From:u} to {Until:u}; browsers and phones refuse it. Renew it")]
    public static partial void CertificateOutOfTerm(this ILogger log, string file, DateTime from, DateTime until);
}
