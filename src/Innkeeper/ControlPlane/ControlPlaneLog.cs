using Innkeeper.Events;
using Microsoft.Extensions.Logging;

namespace Innkeeper.ControlPlane;

/// <summary>The log messages; their ids are in <see cref="LogIds"/>.</summary>
internal static partial class ControlPlaneLog
{
    [LoggerMessage(LogIds.BindingMade, LogLevel.Information, "Bound {Mac} (VLAN {Vlan}) {Claimed} to {Legal}")]
    public static partial void BindingMade(this ILogger log, string mac, ushort vlan, string claimed, string legal);

    [LoggerMessage(LogIds.BindingReleased, LogLevel.Information, "Released {Legal}: {Mac} with {Claimed} was silent for too long")]
    public static partial void BindingReleased(this ILogger log, string mac, string claimed, string legal);

    [LoggerMessage(LogIds.AddressQuarantined, LogLevel.Warning, "{Legal} is used by {Mac} on the uplink; no device gets it for a while. Take it out of [pool] or move that host")]
    public static partial void AddressQuarantined(this ILogger log, string legal, string mac);
}
