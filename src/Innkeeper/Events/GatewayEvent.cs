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

/// <summary>Most ports of the shared addresses are taken.</summary>
/// <param name="Taken">Ports that devices have, alone or in blocks.</param>
/// <param name="Total">Ports of all shared addresses, of each kind.</param>
/// <param name="Needed">How many such addresses have enough ports for all devices.</param>
internal sealed record PortsLow(int Taken, int Total, int Devices, int Addresses, int Needed) : GatewayEvent(EventKind.PortsLow);

/// <summary>Devices were refused ports of the shared addresses.</summary>
/// <param name="Most">The device that has most ports; null: none has any.</param>
/// <param name="Ports">How many it has.</param>
/// <inheritdoc cref="PortsLow"/>
internal sealed record PortsExhausted(int Taken, int Total, int Devices, int Addresses, int Needed, MacAddress? Most, int Ports) : GatewayEvent(EventKind.PortsExhausted, new(Most));

/// <summary>A device asks the DNS service for more than it may.</summary>
/// <param name="IsHeld">It waits for approval.</param>
/// <param name="Refused">Questions that were refused within <paramref name="Time"/>.</param>
/// <param name="Waiting">Its questions that wait for servers.</param>
/// <param name="Name">The last name that it asked for.</param>
internal sealed record DnsLimitReached(MacAddress Mac, bool IsHeld, int Refused, TimeSpan Time, int Waiting, string Name) : GatewayEvent(EventKind.DnsLimit, new(Mac));

/// <summary>Most of the questions that may wait for DNS servers do.</summary>
/// <param name="Mac">The device that has most of them; null: not known.</param>
/// <param name="OfDevice">How many are its.</param>
internal sealed record DnsPendingLow(int Waiting, int Total, MacAddress? Mac, int OfDevice) : GatewayEvent(EventKind.DnsLimit, new(Mac));

/// <summary>A user looks for the stations on the access side.</summary>
/// <param name="Time">How long at most.</param>
/// <param name="Asks">It sends questions to all stations; false: it only listens.</param>
internal sealed record StationsSought(TimeSpan Time, bool Asks, string Actor) : GatewayEvent(EventKind.Find, new(Actor: Actor));

/// <summary>The process comes near its memory limit, and keeps less.</summary>
/// <param name="UsedMebibytes">Of the control group.</param>
internal sealed record MemoryLow(long UsedMebibytes, long LimitMebibytes) : GatewayEvent(EventKind.MemoryLow);

/// <summary>There is enough memory again.</summary>
internal sealed record MemoryEnough(long UsedMebibytes, long LimitMebibytes) : GatewayEvent(EventKind.MemoryLow);

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

/// <summary>A device uses, or asks for, more addresses than its profile allows.</summary>
/// <param name="Address">The address that was refused, or that took another one's place.</param>
/// <param name="Most">As many addresses as it may have.</param>
internal sealed record DeviceLimitReached(MacAddress Mac, Ipv4Address Address, int Most) : GatewayEvent(EventKind.DeviceLimit, new(Mac, Address));

/// <summary>A device asks by DHCP for another device: an extender, whose profile does not say that it is one.</summary>
internal sealed record ClientBehindDevice(MacAddress Mac, MacAddress Client) : GatewayEvent(EventKind.DhcpForeign, new(Mac));

/// <summary>A device asks by BOOTP, which the settings do not serve.</summary>
/// <param name="IsForPinned">Devices with a pinned outside address are served.</param>
internal sealed record BootpRefused(MacAddress Mac, bool IsForPinned) : GatewayEvent(EventKind.BootpRefused, new(Mac));

/// <summary>A frame with the gateway's own MAC as source came from the access side: a switch now sends the gateway's frames to another port.</summary>
internal sealed record Ipv6RouterFound(MacAddress Mac, ushort Vlan, Ipv6Address Address) : GatewayEvent(EventKind.Ipv6Router, new(Mac));

/// <summary>A device uses as many IPv6 addresses as it may, all of them now, and another one got none.</summary>
internal sealed record Ipv6DeviceLimitReached(MacAddress Mac, Ipv6Address Address) : GatewayEvent(EventKind.Ipv6Limit, new(Mac));

/// <summary>There is IPv6 outside, by another prefix than before, or there is none any more.</summary>
/// <param name="Prefix">Null: there is none now.</param>
/// <param name="Router">Null likewise.</param>
internal sealed record Ipv6OutsideChanged(Ipv6Network? Prefix, Ipv6Address? Router) : GatewayEvent(EventKind.Ipv6Outside);

internal sealed record OwnMacHeard(MacAddress Mac, ushort Vlan) : GatewayEvent(EventKind.OwnMac, new(Mac));

/// <summary>A frame that this gateway sent came back from the access side.</summary>
internal sealed record OwnFramesReturn(MacAddress Mac, ushort Vlan) : GatewayEvent(EventKind.OwnMac, new(Mac));

/// <summary>A device sends to a MAC that is not on the access side.</summary>
/// <param name="Sender">One of the devices that do.</param>
internal sealed record FormerGatewayUsed(MacAddress Mac, MacAddress Sender) : GatewayEvent(EventKind.FormerGateway, new(Mac));

/// <summary>A station claims by ARP the address that other devices use as their gateway.</summary>
/// <param name="Users">How many addresses of devices use it.</param>
internal sealed record GatewayAddressClaimed(MacAddress Mac, Ipv4Address Address, int Users) : GatewayEvent(EventKind.GatewaySpoofed, new(Mac, Address));

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

/// <summary>Other software on the host took away something that the gateway needs, and the gateway put it back.</summary>
/// <param name="Things">Their names, in words.</param>
/// <param name="Repetitions">How often it was put back without an event since the event before this one.</param>
internal sealed record HostStateRestored(ImmutableArray<string> Things, int Repetitions) : GatewayEvent(EventKind.HostChanged);

/// <summary>A firewall of the host swallows devices' packets.</summary>
/// <param name="Interface">The interface that they come in by.</param>
/// <param name="IsInput">They are for the gateway's own services; otherwise the host was to forward them.</param>
/// <param name="Commands">The commands that open it.</param>
internal sealed record FirewallClosed(string Interface, bool IsInput, ImmutableArray<string> Commands) : GatewayEvent(EventKind.Firewall);

/// <summary>The firewall lets devices' packets through again.</summary>
internal sealed record FirewallOpened(string Interface) : GatewayEvent(EventKind.Firewall);

/// <summary>The host has an address of the inside network, and the gateway took another network.</summary>
/// <param name="Owner">The interface, route or server with that address, in words.</param>
internal sealed record InsideNetworkMoved(Ipv4Network From, Ipv4Network To, string Owner) : GatewayEvent(EventKind.InsideNetwork);

/// <summary>The host has an address of every network that the gateway could take.</summary>
/// <param name="Owner">The interface, route or server with an address of the present network, in words.</param>
internal sealed record InsideNetworkTaken(Ipv4Network Network, string Owner) : GatewayEvent(EventKind.InsideNetwork);

/// <summary>The gateway could not start with new settings and went back to the previous ones.</summary>
internal sealed record SettingsFailed(string Reason) : GatewayEvent(EventKind.SettingsFailed);

/// <summary>The database cannot be written.</summary>
internal sealed record StorageFailed(string Path, string Reason) : GatewayEvent(EventKind.Storage);

/// <summary>The database can be written again.</summary>
internal sealed record StorageRestored(string Path) : GatewayEvent(EventKind.Storage);

/// <summary>The database was unusable at start; a new one was begun.</summary>
/// <param name="Path">Where the unusable one is now.</param>
internal sealed record DatabaseSetAside(string Path, string Reason) : GatewayEvent(EventKind.StateSetAside);

/// <summary>The database was replaced, and what it held comes from elsewhere or is lost.</summary>
/// <param name="Path">Where it belongs.</param>
/// <param name="IsMissing">It was gone; otherwise it was useless, and <see cref="DatabaseSetAside"/> says where it is.</param>
/// <param name="SnapshotTime">When the snapshot was taken that replaces it; null: there was no good one.</param>
/// <param name="Bindings">Devices' addresses that continue from the data plane.</param>
/// <param name="Lost">Decisions that the useless database can still be read to have held, and that are not in force now; null: it cannot be read.</param>
internal sealed record StateReplaced(string Path, bool IsMissing, DateTimeOffset? SnapshotTime, int Bindings, ImmutableArray<DeviceSnapshot>? Lost) : GatewayEvent(EventKind.StateLost);

/// <summary>The database was removed or damaged while the gateway ran, and was made again from what it knows.</summary>
internal sealed record StateRewritten(string Path) : GatewayEvent(EventKind.StateLost);

/// <summary>The database did not have these decisions, and the data plane did: they stay in force.</summary>
internal sealed record DecisionsKept(ImmutableArray<DeviceSnapshot> Devices) : GatewayEvent(EventKind.StateLost);

/// <summary>The database cannot be written at the start: the gateway serves from memory.</summary>
/// <param name="SnapshotTime">When the snapshot was taken that decisions come from; null: they do not come from one.</param>
/// <param name="IsWhole">All that the database holds was read from it.</param>
internal sealed record StorageUnavailable(string Path, string Reason, DateTimeOffset? SnapshotTime, bool IsWhole) : GatewayEvent(EventKind.Storage);

/// <summary>No snapshot of the database can be taken.</summary>
internal sealed record SnapshotFailed(string Reason) : GatewayEvent(EventKind.Storage);

/// <summary>The file with the series for the charts cannot be written.</summary>
internal sealed record SeriesFailed(string Path, string Reason) : GatewayEvent(EventKind.Series);

/// <summary>The file with the series for the charts can be written again.</summary>
internal sealed record SeriesRestored(string Path) : GatewayEvent(EventKind.Series);

/// <summary>The file with the series for the charts was unusable; a new one was begun.</summary>
/// <param name="Path">Where the unusable one is now.</param>
internal sealed record SeriesSetAside(string Path, string Reason) : GatewayEvent(EventKind.Series);

/// <summary>The collector or file of an export does not take its records.</summary>
/// <param name="Waiting">Records that wait.</param>
internal sealed record ExportFailed(string Name, string To, string Reason, long Waiting) : GatewayEvent(EventKind.Export);

/// <summary>Too many records of an export wait: the oldest are being lost.</summary>
internal sealed record ExportLosing(string Name, string To) : GatewayEvent(EventKind.Export);

/// <summary>The collector or file of an export takes its records again, and has all that waited.</summary>
/// <param name="Lost">Records that were lost meanwhile.</param>
internal sealed record ExportRestored(string Name, string To, long Lost) : GatewayEvent(EventKind.Export);

/// <summary>The wall clock was set, or jumped.</summary>
/// <param name="By">Forward; negative: back.</param>
internal sealed record ClockJumped(TimeSpan By) : GatewayEvent(EventKind.Clock);

/// <summary>Rows of the database were invalid at start.</summary>
internal sealed record RowsSkipped(long Rows) : GatewayEvent(EventKind.StatePassedOver);

/// <summary>A notification was not delivered, and is not tried again.</summary>
/// <param name="IsMail">By mail; otherwise by webhook.</param>
/// <param name="MessageKind">The notification's kind.</param>
internal sealed record MessageDropped(bool IsMail, string MessageKind, string Answer) : GatewayEvent(IsMail ? EventKind.MailDead : EventKind.WebhookDead);

/// <summary>Some of a notification's recipients were refused.</summary>
internal sealed record RecipientsRefused(bool IsMail, string Refusals) : GatewayEvent(IsMail ? EventKind.MailRefused : EventKind.WebhookRefused);

/// <summary>A device's admission has ended; the device is held.</summary>
/// <param name="Name">The administrator's name for it; empty: none.</param>
/// <param name="By">The origin of the admission: "profile guests", "administrator root", "voucher 3-17".</param>
/// <param name="Why">Why it ended; empty: its time is over.</param>
internal sealed record AdmissionEnded(MacAddress Mac, string Name, string By, string Why = "") : GatewayEvent(EventKind.AdmissionEnded, new(Mac));

/// <summary>More admissions ended than were named one by one.</summary>
internal sealed record AdmissionsEnded(int Count) : GatewayEvent(EventKind.AdmissionEnded);

/// <summary>Rules or profiles of a start hold devices that were online before it.</summary>
/// <param name="Devices">By name or MAC.</param>
/// <param name="Cut">Those whose VLAN is no longer served, by name or MAC.</param>
internal sealed record DevicesHeldAtStart(ImmutableArray<string> Devices, ImmutableArray<string> Cut) : GatewayEvent(EventKind.DevicesHeld);

/// <summary>Rules or profiles of a start admit devices that were held before it.</summary>
/// <param name="Devices">By name or MAC.</param>
internal sealed record DevicesAdmittedAtStart(ImmutableArray<string> Devices) : GatewayEvent(EventKind.DevicesAdmitted);

/// <summary>A foreign host uses the outside address that is pinned to a device.</summary>
/// <param name="Name">The administrator's name for the device; empty: none.</param>
internal sealed record PinLost(MacAddress Mac, string Name, Ipv4Address Address, MacAddress Rival) : GatewayEvent(EventKind.PinLost, new(Mac, Address));

/// <summary>A device has its pinned address again.</summary>
internal sealed record PinRestored(MacAddress Mac, string Name, Ipv4Address Address) : GatewayEvent(EventKind.PinRestored, new(Mac, Address));

/// <summary>An address as which hosts outside appeared to devices of a VLAN has an owner there.</summary>
internal sealed record AppearanceGivenUp(Ipv4Address Address, ushort Vlan, MacAddress Owner) : GatewayEvent(EventKind.Appearance, new(Owner));

/// <summary>No address near a device's own is free: hosts outside cannot appear to it.</summary>
internal sealed record AppearancesMissing(MacAddress Mac, Ipv4Address Address, ushort Vlan) : GatewayEvent(EventKind.Appearance, new(Mac));

/// <summary>A machine that the file knows by its VLAN alone is found, or another device took its place.</summary>
/// <param name="Name">The machine's.</param>
/// <param name="Before">The device that was the machine; null: none was known.</param>
internal sealed record MachineFound(string Name, MacAddress Mac, ushort Vlan, MacAddress? Before) : GatewayEvent(EventKind.MachineFound, new(Mac));

/// <summary>A forward leads to its device.</summary>
/// <param name="Id">The forward's, such as "tcp-8080".</param>
/// <param name="To">The device's name as the forward gives it.</param>
/// <param name="Own">The device's own address.</param>
internal sealed record ForwardOpened(string Id, string To, MacAddress Mac, Ipv4Address Own) : GatewayEvent(EventKind.ForwardOpened, new(Mac, Own));

/// <summary>A forward cannot lead to its device.</summary>
/// <param name="Reason">A sentence.</param>
/// <inheritdoc cref="ForwardOpened"/>
internal sealed record ForwardRefused(string Id, string To, string Reason) : GatewayEvent(EventKind.ForwardRefused);

/// <summary>The process has no file descriptor left.</summary>
internal sealed record DescriptorsExhausted() : GatewayEvent(EventKind.Descriptors);

/// <summary>There are file descriptors again.</summary>
internal sealed record DescriptorsRestored() : GatewayEvent(EventKind.Descriptors);

/// <summary>A user made a backup.</summary>
/// <param name="Octets">Of its file.</param>
internal sealed record BackupMade(string Actor, long Octets) : GatewayEvent(EventKind.Backup, new(Actor: Actor));

/// <summary>A user restored a backup while no gateway ran.</summary>
/// <param name="File">Its name.</param>
/// <param name="Host">The machine that it was made on.</param>
/// <param name="Product">The version that made it.</param>
internal sealed record StateRestore(string Actor, string File, string Host, DateTimeOffset Made, string Product) : GatewayEvent(EventKind.Restore, new(Actor: Actor));

/// <summary>The gateway starts for the first time after a backup was restored.</summary>
/// <param name="Note">The text of that <see cref="StateRestore"/>.</param>
internal sealed record StateRestored(string Note) : GatewayEvent(EventKind.StateRestored);

/// <summary>A user applied another text of the configuration file.</summary>
/// <param name="From">The address that the order came from; null: this machine.</param>
/// <param name="Keys">Settings that change.</param>
/// <param name="Until">When it is rolled back unless it is confirmed, by the wall clock; null: it stays.</param>
internal sealed record ConfigurationApplied(string Actor, string? From, string? Comment, ImmutableArray<string> Keys, DateTimeOffset? Until)
    : GatewayEvent(EventKind.ConfigurationApply, new(Actor: Actor));

/// <summary>A user confirmed a change of the configuration.</summary>
/// <param name="By">The user who applied it.</param>
internal sealed record ConfigurationConfirmed(string Actor, string? From, string By) : GatewayEvent(EventKind.ConfigurationConfirm, new(Actor: Actor));

/// <summary>The previous configuration is in force again.</summary>
/// <param name="Actor">The user who rolled the change back; null: the gateway did.</param>
/// <param name="By">The user who applied it.</param>
/// <param name="Reason">Why the gateway did, as the rest of a sentence: "it …".</param>
internal sealed record ConfigurationUndone(string? Actor, string? From, string By, string? Reason) : GatewayEvent(EventKind.ConfigurationRollback, new(Actor: Actor));
