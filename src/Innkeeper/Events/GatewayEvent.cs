using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Events;

/// <summary>Something that happened and that an administrator should see. <see cref="EventText"/> has the words for it.</summary>
/// <param name="Kind">One of <see cref="EventKind"/>.</param>
/// <param name="About">The device, address, gateway or user that it is about, for links and filters.</param>
internal abstract record GatewayEvent(string Kind, EventSubject About = default);

/// <summary>The subject of an event, each null where it does not apply.</summary>
/// <param name="Mac">A device, or a host of the LAN.</param>
/// <param name="Gateway">A configured gateway's name.</param>
/// <param name="Actor">The user who gave the order.</param>
internal readonly record struct EventSubject(MacAddress? Mac = null, Ipv4Address? Address = null, string? Gateway = null, string? Actor = null);

/// <summary>Most addresses of a pool are taken.</summary>
/// <param name="Taken">Addresses that are bound or in quarantine.</param>
internal sealed record PoolLow(int Taken, int Total) : GatewayEvent(EventKind.PoolLow);

/// <summary>A device got no outside address.</summary>
/// <param name="Claimed">The address that the device is configured with.</param>
internal sealed record PoolExhausted(MacAddress Mac, Ipv4Address Claimed) : GatewayEvent(EventKind.PoolExhausted, new(Mac, Claimed));

/// <summary>The table of bindings is full.</summary>
internal sealed record BindingTableFull() : GatewayEvent(EventKind.TableFull);

/// <summary>An address cannot be shared, as all slots of the data plane are in use.</summary>
internal sealed record SharedSlotsFull(Ipv4Address Address, int Slots) : GatewayEvent(EventKind.SharedAddresses, new(Address: Address));

/// <summary>A host of the uplink used an address of the pool; the gateway defended it (RFC 5227 section 2.4).</summary>
internal sealed record AddressDefended(Ipv4Address Address, MacAddress Rival) : GatewayEvent(EventKind.Conflict, new(Rival, Address));

/// <summary>A host of the uplink keeps using an address of the pool; the gateway gave it up for a time.</summary>
internal sealed record AddressQuarantined(Ipv4Address Address, MacAddress Rival, TimeSpan Time) : GatewayEvent(EventKind.Quarantine, new(Rival, Address));

/// <summary>On one arm: several hosts answer for the router's address.</summary>
internal sealed record RouterContested(Ipv4Address Router, ImmutableArray<MacAddress> Claimants) : GatewayEvent(EventKind.AddressClaimed, new(Address: Router));

/// <summary>On one arm: a host answers for an address that is not its own.</summary>
/// <param name="Router">The router's MAC when the address is the router's; null when it is this gateway's own.</param>
/// <param name="IsIsolated">Packets that the host sends to this gateway are dropped.</param>
/// <param name="IsByRouter">The host is the router itself.</param>
internal sealed record AddressSpoofed(MacAddress Mac, Ipv4Address Address, MacAddress? Router, bool IsIsolated, bool IsByRouter)
    : GatewayEvent(EventKind.AddressClaimed, new(Mac, Address));

/// <summary>With two arms: a host of the uplink answers ARP for a router's address; the gateway keeps to the router.</summary>
/// <param name="Router">The router's address.</param>
/// <param name="Station">The router's MAC.</param>
internal sealed record RouterSpoofed(MacAddress Mac, Ipv4Address Router, MacAddress Station) : GatewayEvent(EventKind.AddressClaimed, new(Mac, Router));

/// <summary>Access and uplink are connected to the same LAN.</summary>
/// <param name="Access">The interface's name.</param>
/// <param name="Uplink">The interface's name.</param>
internal sealed record OneLanFound(string Access, string Uplink) : GatewayEvent(EventKind.OneLan);

/// <summary>Access and uplink are in separate LANs again.</summary>
/// <param name="Access">The interface's name.</param>
/// <param name="Uplink">The interface's name.</param>
internal sealed record OneLanLeft(string Access, string Uplink) : GatewayEvent(EventKind.OneLan);

/// <summary>On one arm: another gateway is on the LAN, and one of the two serves.</summary>
/// <param name="IsPassive">This gateway is the one that does not serve.</param>
internal sealed record PeerFound(MacAddress Mac, int Priority, int OwnPriority, bool IsPassive) : GatewayEvent(EventKind.Peer, new(Mac));

/// <summary>On one arm: the other gateway is no longer heard.</summary>
internal sealed record PeerLost() : GatewayEvent(EventKind.Peer);

/// <summary>A gateway does not answer ARP.</summary>
/// <param name="NextHop">Null: it has none.</param>
/// <param name="IsMain">It is the main gateway; other gateways belong to profiles, which may name a fallback.</param>
internal sealed record GatewayDown(string Name, Ipv4Address? NextHop, bool IsMain) : GatewayEvent(EventKind.GatewayDown, new(Address: NextHop, Gateway: Name));

/// <summary>A gateway answers ARP again.</summary>
internal sealed record GatewayUp(string Name, Ipv4Address NextHop) : GatewayEvent(EventKind.GatewayUp, new(Address: NextHop, Gateway: Name));

/// <summary>A blocked device found no room in the data plane's list.</summary>
internal sealed record BlockedListFull(MacAddress Mac) : GatewayEvent(EventKind.BlockedFull, new(Mac));

/// <summary>A device found a leased address in use (DHCPDECLINE, RFC 2131 section 3.1).</summary>
/// <param name="Time">How long the address is not leased.</param>
internal sealed record LeaseDeclined(MacAddress Mac, Ipv4Address Address, TimeSpan Time) : GatewayEvent(EventKind.DhcpDeclined, new(Mac, Address));

/// <summary>No address is left to lease.</summary>
internal sealed record LeasesExhausted(MacAddress Mac, int Active, int Capacity) : GatewayEvent(EventKind.DhcpExhausted, new(Mac));

/// <summary>Leases cannot be written to disk.</summary>
internal sealed record LeasesNotDurable() : GatewayEvent(EventKind.DhcpNotDurable);

/// <summary>Another DHCP server is on the access side.</summary>
/// <param name="ServerMac">Null: only a client named the server.</param>
/// <param name="Client">The client that took an address from it; null: the server itself was heard.</param>
internal sealed record RogueDhcpServer(Ipv4Address Server, MacAddress? ServerMac, MacAddress? Client) : GatewayEvent(EventKind.RogueDhcp, new(ServerMac, Server));

/// <summary>The log of port mappings cannot be written.</summary>
/// <param name="Kept">Lines that are kept at most.</param>
internal sealed record MappingLogFailed(string Path, string Reason, int Kept) : GatewayEvent(EventKind.MappingLog);

/// <summary>One interface, for <see cref="InterfacesChanged"/>.</summary>
/// <param name="State">"up", "down" or "without a carrier".</param>
/// <param name="Address">Null: not to be mentioned.</param>
internal readonly record struct InterfaceStatus(string Name, string State, Ipv4Network? Address = null);

/// <summary>An interface, an address or a route changed.</summary>
/// <param name="Access">Null with one arm.</param>
/// <param name="Router">Null: there is none.</param>
/// <param name="Mtu">Octets.</param>
/// <param name="Others">Uplinks of other gateways; null: the interface is not there, or has no address.</param>
/// <param name="IsRouterRemembered">The kernel has no default route any more, and the gateway keeps to the last router.</param>
internal sealed record InterfacesChanged(
    InterfaceStatus? Access, InterfaceStatus Uplink, Ipv4Address? Router, int Mtu, ImmutableArray<InterfaceStatus?> Others, bool IsRouterRemembered = false)
    : GatewayEvent(EventKind.Interfaces);

/// <summary>An interface is missing, or lacks what the gateway needs.</summary>
internal sealed record InterfaceUnusable(string Problem) : GatewayEvent(EventKind.Interfaces);

/// <summary>The gateway could not adapt to changed interfaces; it tries again.</summary>
internal sealed record InterfaceFailure(string Reason) : GatewayEvent(EventKind.Interfaces);

/// <summary>The interfaces changed, and a setting does not fit them.</summary>
/// <param name="Error">A configuration error, with its place in the file.</param>
internal sealed record SettingUnfit(string Error) : GatewayEvent(EventKind.Configuration);

/// <summary>The gateway could not start with new settings and went back to the previous ones.</summary>
internal sealed record SettingsFailed(string Reason) : GatewayEvent(EventKind.SettingsFailed);

/// <summary>The database cannot be written.</summary>
internal sealed record StorageFailed(string Path, string Reason) : GatewayEvent(EventKind.Storage);

/// <summary>The database can be written again.</summary>
internal sealed record StorageRestored(string Path) : GatewayEvent(EventKind.Storage);

/// <summary>The database was unusable at start; a new one was begun.</summary>
/// <param name="Path">Where the unusable one is now.</param>
internal sealed record DatabaseSetAside(string Path, string Reason) : GatewayEvent(EventKind.StateSetAside);

/// <summary>Rows of the database were invalid at start.</summary>
internal sealed record RowsSkipped(long Rows) : GatewayEvent(EventKind.StatePassedOver);

/// <summary>A notification was not delivered, and is not tried again.</summary>
/// <param name="IsMail">By mail; otherwise by webhook.</param>
/// <param name="MessageKind">The notification's kind.</param>
internal sealed record MessageDropped(bool IsMail, string MessageKind, string Answer) : GatewayEvent(IsMail ? EventKind.MailDead : EventKind.WebhookDead);

/// <summary>Some of a notification's recipients were refused.</summary>
internal sealed record RecipientsRefused(bool IsMail, string Refusals) : GatewayEvent(IsMail ? EventKind.MailRefused : EventKind.WebhookRefused);
