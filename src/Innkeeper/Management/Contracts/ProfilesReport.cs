namespace Innkeeper.Management.Contracts;

/// <summary>One profile, and its number of devices.</summary>
/// <param name="Admission">"auto", "approve" or "closed".</param>
/// <param name="Legal">"own", "shared" or "own-only".</param>
/// <param name="Inbound">Whether hosts outside may start conversations.</param>
/// <param name="Isolate">Whether devices do not reach each other through the gateway.</param>
/// <param name="Addresses">That a device may use at once.</param>
/// <param name="Denied">Destinations that are refused, as networks; the longest match of both lists decides.</param>
/// <param name="Allowed">Destinations that are let through.</param>
/// <param name="RateOut">Of a device, or of a group (<paramref name="LimitsPer"/>), in bit/s; null: any.</param>
/// <param name="RateIn">To a device or group, in bit/s; null: any.</param>
/// <param name="Lifetime">Of an admission, in seconds; null: it does not end.</param>
/// <param name="Gateway">The gateway its traffic leaves through, by name.</param>
/// <param name="Fallback">The gateway instead while that one is down; null: none, and nothing leaves.</param>
/// <param name="LimitsPer">"device": each has the rates and the volume for itself; "code", "tag" or "vlan": all devices of one have them together.</param>
/// <param name="Volume">Octets that a device or group may use in each period, both ways together; null: any number.</param>
/// <param name="VolumePeriod">"day", "week" or "month".</param>
/// <param name="Devices">How many by state: "new", "held", "admitted", "blocked".</param>
internal sealed record ProfileReport(
    string Name, string Admission, string Legal, bool Inbound, bool Isolate, int Addresses, IReadOnlyList<string> Denied, IReadOnlyList<string> Allowed,
    long? RateOut, long? RateIn, long? Lifetime, string Gateway, string? Fallback, IReadOnlyDictionary<string, int> Devices,
    string LimitsPer = "device", long? Volume = null, string VolumePeriod = "day");

/// <summary>A way out.</summary>
/// <param name="NextHop">Null: there is none, the interface leads to its own network only.</param>
/// <param name="State">"up", "down" or "unknown".</param>
/// <param name="Since">When it came to that; null while it is unknown.</param>
internal sealed record GatewayReport(string Name, string Interface, string? NextHop, string State, DateTimeOffset? Since = null);

/// <summary>The limits of each profile, and the gateways that devices use.</summary>
internal sealed record ProfilesReport(int Schema, IReadOnlyList<ProfileReport> Profiles, IReadOnlyList<GatewayReport> Gateways);
