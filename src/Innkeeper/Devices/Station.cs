using Innkeeper.Wire;

namespace Innkeeper.Devices;

/// <summary>What a device is known by. VLAN 0 is untagged.</summary>
internal readonly record struct Station(ushort Vlan, MacAddress Mac);

/// <summary>An address a device uses, right or wrong; two devices may claim the same one.</summary>
internal readonly record struct Claim(Station Station, Ipv4Address Address);

/// <summary>A claim and the legal address that stands for it outside.</summary>
/// <param name="Number">Its slot in the data plane; the inside address is the inside network's plus this.</param>
/// <param name="Gateway">The gateway the device believes in; 0.0.0.0 while unknown.</param>
internal sealed record Binding(uint Number, Claim Claim, Ipv4Address Legal, Ipv4Address Gateway, bool GatewayProven, DateTimeOffset FirstSeen);
