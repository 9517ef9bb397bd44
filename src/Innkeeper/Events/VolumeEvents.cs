using Innkeeper.Wire;

namespace Innkeeper.Events;

/// <summary>Devices have used up their profile's volume, and are held.</summary>
/// <param name="Group">"tag hall", "VLAN 20", or "device" with its MAC.</param>
/// <param name="Volume">Such as "2G".</param>
/// <param name="Until">When it begins again.</param>
/// <param name="Mac">Of a device by itself.</param>
internal sealed record VolumeUsedUp(string Group, string Profile, string Volume, DateTimeOffset Until, MacAddress? Mac) : GatewayEvent(EventKind.VolumeUsed, new(Mac));

/// <summary>More groups did so at the same time.</summary>
internal sealed record VolumesUsedUp(int Count) : GatewayEvent(EventKind.VolumeUsed);

/// <summary>Their volume began again, or the administrator gave more.</summary>
/// <inheritdoc cref="VolumeUsedUp"/>
internal sealed record VolumeRenewed(string Group, string Profile, MacAddress? Mac) : GatewayEvent(EventKind.VolumeRenewed, new(Mac));

/// <summary>More groups have data again at the same time.</summary>
internal sealed record VolumesRenewed(int Count) : GatewayEvent(EventKind.VolumeRenewed);
