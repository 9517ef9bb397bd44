namespace Innkeeper.Lab;

/// <summary>One station on the access side, whose settings may not be changed to make it work.</summary>
/// <param name="Name">As asked for.</param>
/// <param name="Namespace">The network namespace of the device; its interface there is eth0.</param>
/// <param name="Address">The device's own address.</param>
/// <param name="Gateway">The gateway that it uses, if it has one.</param>
/// <param name="Mac">Lower case with colons.</param>
/// <param name="Port">Its port on the access hub.</param>
/// <param name="Vlan">The VLAN of that port, if it is in one.</param>
internal sealed record Device(string Name, string Namespace, string Address, string? Gateway, string Mac, string Port, int? Vlan);
