using Microsoft.Extensions.Logging;

namespace Innkeeper.ControlPlane;

/// <summary>Ids 2000–2099.</summary>
internal static partial class DispatchLog
{
    [LoggerMessage(2000, LogLevel.Information, "{Mac} (VLAN {Vlan}) claims {Claimed} and is {Legal} outside")]
    public static partial void BindingMade(this ILogger log, string mac, ushort vlan, string claimed, string legal);

    [LoggerMessage(2001, LogLevel.Information, "{Mac} with {Claimed} was silent too long; {Legal} is free again")]
    public static partial void BindingReleased(this ILogger log, string mac, string claimed, string legal);

    [LoggerMessage(2002, LogLevel.Warning, "{Legal} is used by {Mac} on the uplink LAN; it is left alone. Take it out of [pool] or move that host")]
    public static partial void AddressQuarantined(this ILogger log, string legal, string mac);
}
