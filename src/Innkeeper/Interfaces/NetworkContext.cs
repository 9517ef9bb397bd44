using System.Collections.Immutable;
using Innkeeper.Arp;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>
/// The addresses, MACs and senders that the control plane acts with, made from one <see cref="NetworkState"/>. Immutable. The senders are
/// the same objects in every context of a process: they follow their interfaces, so that an old context never sends into nothing.
/// </summary>
/// <param name="Router">The main gateway's next hop.</param>
/// <param name="ProbeSender">The source address of the gateway's ARP questions to devices: never 0.0.0.0 (a conflict probe to Windows).</param>
/// <param name="Idle">How long a device may be silent before its binding ends.</param>
/// <param name="Access">Sends to devices.</param>
/// <param name="Stack">Sends into the data plane as a device would.</param>
/// <param name="Ports">Every uplink by its index; null: the interface is not there. The main one always has an entry.</param>
internal sealed record NetworkContext(
    ArpNetworks Networks, Ipv4Address ProbeSender, Ipv4Address? Router, TimeSpan Idle, IFrameSender Access, IFrameSender Stack, ImmutableArray<UplinkLink?> Ports)
{
    /// <summary>Octets of the largest packet that the access side takes.</summary>
    public int AccessMtu { get; init; } = 1500;

    public UplinkLink Uplink => Ports[0]!;

    public MacAddress UplinkMac => Uplink.Mac;

    /// <summary>An uplink's own address, if devices share it.</summary>
    public Ipv4Address? OwnOn(int uplink) => Ports[uplink]?.Shared;
}

/// <summary>The MAC, addresses and senders of one uplink.</summary>
/// <param name="Mac">The gateway's MAC there.</param>
/// <param name="Address">The gateway's address there.</param>
/// <param name="Shared">The same address, if devices share it.</param>
/// <param name="Socket">Sends out of the uplink.</param>
/// <param name="Return">Brings frames back as if they came from this uplink.</param>
internal sealed record UplinkLink(MacAddress Mac, Ipv4Address Address, Ipv4Address? Shared, IFrameSender Socket, IFrameSender Return)
{
    /// <summary>Its medium is connected.</summary>
    public bool IsConnected { get; init; } = true;

    /// <summary>Octets of the largest packet that it sends.</summary>
    public int Mtu { get; init; } = 1500;
}
