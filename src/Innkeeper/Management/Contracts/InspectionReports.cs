namespace Innkeeper.Management.Contracts;

/// <summary>The answers of a device that the gateway asked.</summary>
/// <param name="Mac">The device.</param>
/// <param name="Answers">One for each of its own addresses.</param>
internal sealed record PingReport(int Schema, string Mac, IReadOnlyList<PingAnswerReport> Answers);

/// <summary>A device to which frames were sent that wake it.</summary>
/// <param name="Mac">The device.</param>
/// <param name="Vlans">Where they were sent; 0: untagged.</param>
internal sealed record WakeReport(int Schema, string Mac, IReadOnlyList<ushort> Vlans);

/// <summary>The answers at one of a device's own addresses.</summary>
/// <param name="Vlan">0: untagged.</param>
/// <param name="Address">The device's own address.</param>
/// <param name="From">The address that the gateway asked from: the device's gateway.</param>
/// <param name="ArpMs">Milliseconds to its ARP reply; null: none came within a second.</param>
/// <param name="EchoMs">Milliseconds to its ICMP echo reply, likewise.</param>
internal sealed record PingAnswerReport(ushort Vlan, string Address, string From, double? ArpMs, double? EchoMs);
