using Innkeeper.Events;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Web;

/// <summary>The log messages; their ids are in <see cref="LogIds"/>. No message for each request: anyone who reaches the address can send any number of them.</summary>
internal static partial class WebLog
{
    [LoggerMessage(LogIds.WebListening, LogLevel.Information, "The web console answers at {Address}")]
    public static partial void Listening(this ILogger log, string address);

    [LoggerMessage(LogIds.WebNotListening, LogLevel.Warning, "The web console cannot use {Address} ({Reason}); retrying. Change [web] listen, or free the address")]
    public static partial void NotListening(this ILogger log, string address, string reason);

    [LoggerMessage(LogIds.WebCertificateNotMade, LogLevel.Error, "The web console has no certificate ({Reason}), so it answers only at addresses without HTTPS; set [web] certificate and key")]
    public static partial void CertificateNotMade(this ILogger log, string reason);

    [LoggerMessage(LogIds.WebCertificateNotRenewed, LogLevel.Error, "The certificate in {File}, valid until {Until:u}, cannot be replaced by one that lasts longer or has the console's present names ({Reason}); free space on the disk, or set [web] certificate and key")]
    public static partial void CertificateNotRenewed(this ILogger log, string file, DateTime until, string reason);
}
