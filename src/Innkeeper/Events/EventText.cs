using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Events;

/// <summary>
/// All texts of events for people: one line each, with the host or device that it is about, what happened and, where it helps, what to do.
/// </summary>
internal static class EventText
{
    /// <summary>Devices that one text lists by name.</summary>
    private const int MostListed = 20;

    /// <summary>The event in words. Safe to print: fields that others chose cannot end the line or move a cursor.</summary>
    public static string Describe(GatewayEvent happened) => SafeText.OneLine(happened switch
    {
        DeviceDecision e => $"{OutcomeOf(e)} (by {e.Actor}{(e.Reason.Length > 0 ? $": {e.Reason}" : "")})",
        DevicesOrdered e => OrderText.Of(e),
        PoolLow or PoolExhausted or BindingTableFull or SharedSlotsFull or AddressDefended or AddressQuarantined => OfAddresses(happened),
        PortsLow or PortsExhausted or DnsLimitReached or DnsPendingLow or MemoryLow or MemoryEnough or VolumeUsedUp or VolumesUsedUp or VolumeRenewed or VolumesRenewed => OfLimits(happened),
        RouterContested or AddressSpoofed or PeerFound or PeerLost => OfOneArm(happened),
        RouterSpoofed or OneLanFound or OneLanLeft => OfTwoArms(happened),
        LeaseDeclined or LeasesExhausted or LeasesNotDurable or RogueDhcpServer or DeviceLimitReached or ClientBehindDevice or BootpRefused => OfDhcp(happened),
        OwnMacHeard or OwnFramesReturn or FormerGatewayUsed or GatewayAddressClaimed or Ipv6RouterFound or Ipv6DeviceLimitReached => OfAccessLan(happened),
        Ipv6OutsideChanged e => e.Prefix is { } prefix
            ? $"there is IPv6 outside: devices get addresses of {prefix} there, by the router {e.Router}"
            : "there is no IPv6 outside now: devices' IPv6 is refused at once, and they go on with IPv4",
        GatewayDown e => $"gateway {e.Name} ({e.NextHop?.ToString() ?? "none"}) does not answer ARP{(e.IsMain ? "" : "; devices whose profile has no fallback are cut off")}",
        GatewayUp e => $"gateway {e.Name} ({e.NextHop}) answers again",
        BlockedListFull e => $"{e.Mac} is blocked, but the data plane's list of blocked devices is full: the block ends when this process stops. Remove some with `innkeeper devices forget`",
        InterfacesChanged e => OfInterfaces(e),
        InterfaceUnusable e => $"{e.Problem}; devices are served again when it is back",
        InterfaceFailure e => e.Reason,
        SettingUnfit e => e.Error,
        AccountsSetAside or AccountsUnusable or AccountsUsable or AccountChanged or SignInsRefused => OfAccounts(happened),
        GuestsSetAside or GuestsUnusable or GuestsUsable or GuestAdmitted or VouchersChanged or RoomChanged or CodesGuessed => GuestText.Of(happened),
        HostStateRestored or FirewallClosed or FirewallOpened or InsideNetworkMoved or InsideNetworkTaken => OfSurroundings(happened),
        _ => OfHost(happened),
    });

    /// <summary>The result of an order, without the name of the user.</summary>
    public static string OutcomeOf(DeviceDecision decision)
    {
        var device = decision.Device;
        var shown = device.Name.Length > 0 ? $"{device.Mac} ({device.Name})" : device.Mac.ToString();
        var state = device.State == "admitted" ? "" : $"; it is {device.State}";
        return decision switch
        {
            DeviceApproved e => $"{shown} is admitted{(e.Until is { } until ? $" until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "")}; profile {e.Profile}",
            DeviceBlocked => $"{shown} is blocked: the gateway drops its packets and answers none",
            DeviceHeld => $"{shown} is held: it reaches only the portal's page",
            DeviceForgotten => $"{shown} is forgotten; if it is still connected, it appears as a new device",
            DeviceNamed => (device.Name.Length > 0 ? $"{device.Mac} is called {device.Name}" : $"{device.Mac} has no name any more") + state,
            DeviceTagged e => e.Tags.IsEmpty ? $"{shown} has no tags" : $"{shown} has the tags {string.Join(", ", e.Tags)}",
            DeviceProfiled { IsPinned: true } e => $"{shown} has the profile {e.Profile}, whatever the rules say{state}",
            DeviceProfiled e => $"{shown} has the profile that the rules give it: {e.Profile}{state}",
            DevicePinned { Address: { } address } => $"{address} is kept for {shown}{state}",
            DeviceCaptured e => $"the packets of {shown} are captured, for {e.Time.TotalSeconds:0.#} s at most",
            DeviceWoken => $"frames that wake {shown} were sent",
            DevicePinned => $"no outside address is kept for {shown}{state}",
            _ => throw new ArgumentOutOfRangeException(nameof(decision), decision.GetType().Name, "has no text"),
        };
    }

    /// <summary>A few words for a message's subject; null for kinds that have none.</summary>
    public static string? TitleOf(string kind) => kind switch
    {
        EventKind.PoolLow => "outside addresses run low",
        EventKind.PortsLow => "ports of shared addresses run low",
        EventKind.PortsExhausted => "no ports of shared addresses are left",
        EventKind.DnsLimit => "a device reached a limit of DNS",
        EventKind.MemoryLow => "memory runs low",
        EventKind.Conflict => "an address conflict",
        EventKind.Quarantine => "an address in quarantine",
        EventKind.RogueDhcp => "another DHCP server",
        EventKind.GatewayDown => "a router is down",
        EventKind.GatewayUp => "a router is up again",
        EventKind.Storage => "state is not being written",
        EventKind.StateLost => "decisions were restored",
        EventKind.PinLost => "a pinned address is lost",
        EventKind.AdmissionEnded => "an admission has ended",
        EventKind.VolumeUsed => "a volume is used up",
        EventKind.CodeGuessing => "codes are being guessed",
        EventKind.OneLan => "access and uplink in one LAN",
        _ => null,
    };

    private static string OfAddresses(GatewayEvent happened) => happened switch
    {
        PoolLow e => $"{e.Taken} of the pool's {e.Total} outside addresses are in use or in quarantine; add addresses to [pool] or lower [pool] idle",
        PoolExhausted e => $"no outside address is left for {e.Mac} ({e.Claimed}); add addresses to [pool] or lower [pool] idle",
        BindingTableFull => "the table of bindings is full; raise [dataplane] bindings",
        SharedSlotsFull e => $"{e.Address} cannot be shared yet: {e.Slots} shared addresses are in use or were until a moment ago, and no more are possible",
        AddressDefended e => $"{e.Rival} on the uplink uses {e.Address}, which belongs to a device here; the gateway defended it once",
        AddressQuarantined e => $"{e.Address} is used by {e.Rival} on the uplink; no device gets it for {e.Time.TotalMinutes:0} minutes. Take it out of [pool] or move that host",
        _ => throw Missing(happened),
    };

    private static string OfLimits(GatewayEvent happened) => happened switch
    {
        PortsLow e => $"{e.Taken} of {e.Total} shared ports are taken. {Sizing(e.Devices, e.Addresses, e.Needed)}",
        PortsExhausted e =>
            $"devices find no port: {e.Taken} of {e.Total} shared ports are taken{(e.Most is { } most ? $", most by {most} ({e.Ports})" : "")}. " +
            (e.Needed > e.Addresses ? Sizing(e.Devices, e.Addresses, e.Needed)
                : $"{e.Devices} devices share {Count(e.Addresses, "address")}, which is enough for ordinary use: look at that device, or block it with `innkeeper devices block`"),
        DnsLimitReached { IsHeld: true } e =>
            $"{e.Mac} waits for approval and asks DNS for more than a portal needs: {e.Refused} questions refused within {e.Time.TotalSeconds:0} s, the last for {e.Name}. " +
            "It may tunnel by DNS: block it with `innkeeper devices block`, or approve it if you know it",
        DnsLimitReached e =>
            $"{e.Mac} asks DNS for more than it may: {e.Refused} questions refused within {e.Time.TotalSeconds:0} s while {e.Waiting} of its questions waited, the last for {e.Name}. " +
            "Other devices are not affected; look at that device",
        DnsPendingLow e =>
            $"{e.Waiting} of {e.Total} questions that may wait for DNS servers do{(e.Mac is { } mac ? $", most of {mac} ({e.OfDevice})" : "")}. Look at the servers (`innkeeper status`) and at that device",
        MemoryLow e =>
            $"the gateway uses {e.UsedMebibytes} MiB of the {e.LimitMebibytes} MiB that its control group may have; it keeps fewer DNS answers and accepts fewer questions at once. " +
            "Raise MemoryMax= of its unit, or lower [dns] cache, [dataplane] bindings and mappings",
        VolumeUsedUp e =>
            $"{(e.Mac is { } mac ? $"device {mac}" : e.Group)} (profile {e.Profile}) has used up its volume of {e.Volume}: {(e.Mac is null ? "its devices are" : "it is")} held until {e.Until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z. " +
            $"To give more, raise [profiles.{e.Profile}] volume; `innkeeper devices approve` lets one device in",
        VolumesUsedUp e => $"{e.Count} more {(e.Count == 1 ? "group has" : "groups have")} used up their volumes, and their devices are held; `innkeeper status` lists them",
        VolumeRenewed e => $"{(e.Mac is { } mac ? $"device {mac}" : e.Group)} (profile {e.Profile}) has data again: {(e.Mac is null ? "its devices are" : "it is")} no longer held for the volume",
        VolumesRenewed e => $"{e.Count} more {(e.Count == 1 ? "group has" : "groups have")} data again, and their devices are no longer held for it",
        MemoryEnough e => $"the gateway has enough memory again: it uses {e.UsedMebibytes} of {e.LimitMebibytes} MiB",
        _ => throw Missing(happened),
    };

    /// <summary>How many addresses devices need, and what to do.</summary>
    private static string Sizing(int devices, int addresses, int needed) => needed > addresses
        ? $"{devices} devices need {Count(needed, "shared address")} like this one; you have {addresses}. Add addresses to [napt] addresses: each has 64512 ports, and a device should have 64"
        : $"{devices} devices share {Count(addresses, "address")}. Add addresses to [napt] addresses before ports run out";

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}es";

    private static string OfOneArm(GatewayEvent happened) => happened switch
    {
        RouterContested e => $"{string.Join(" and ", e.Claimants)} all claim the router's address, {e.Router}; find the one that is not the router and give it another address. Until then none is isolated",
        AddressSpoofed e =>
            $"{e.Mac} claims {e.Address}, {(e.Router is { } router ? $"the router's address ({router})" : "this gateway's own address")}; the gateway announces the owner to the LAN" +
            $"{(e.IsIsolated ? $", and packets of {e.Mac} to the gateway are dropped" : "")}. {(e.IsByRouter ? "That host is the router: switch its proxy ARP off" : "Give that host another address")}",
        PeerLost => "the other gateway on this LAN is no longer heard; this one serves",
        PeerFound { IsPassive: true } e => $"another gateway, {e.Mac} with priority {e.Priority}, serves this LAN; this one (priority {e.OwnPriority}) is passive until the other stops",
        PeerFound e => $"another gateway, {e.Mac} with priority {e.Priority}, is on this LAN; this one (priority {e.OwnPriority}) serves",
        _ => throw Missing(happened),
    };

    private static string OfTwoArms(GatewayEvent happened) => happened switch
    {
        RouterSpoofed e => $"{e.Mac} on the uplink claims {e.Router}, the address of the router {e.Station}, which still answers; the gateway keeps to the router. Find that host and give it another address",
        OneLanFound e =>
            $"{e.Access} and {e.Uplink} are connected to the same LAN: what the gateway sends on {e.Uplink} comes back on {e.Access}. The gateway answers no ARP and no DHCP on {e.Access} " +
            $"until that ends. Connect {e.Access} to a LAN of its own, or use one arm (set [access] interface to \"{e.Uplink}\")",
        OneLanLeft e => $"{e.Access} and {e.Uplink} are separate LANs again; the gateway serves devices on {e.Access}",
        _ => throw Missing(happened),
    };

    private static string OfDhcp(GatewayEvent happened) => happened switch
    {
        LeaseDeclined e => $"{e.Mac} declined {e.Address} because another device uses it; the address is not leased for {e.Time.TotalMinutes:0} minutes",
        LeasesExhausted e => $"no address is left to lease to {e.Mac}: {e.Active} of {e.Capacity} are leased. Give [dhcp] a larger network, or a shorter lease",
        LeasesNotDurable => "leases cannot be written to disk: new devices get none until they can (`innkeeper status` says why). Leases that are on disk stay valid",
        DeviceLimitReached e =>
            $"{e.Mac} wants more than the {e.Most} addresses that its profile allows ({e.Address} is one too many): if several devices are behind it, give it a profile with higher `addresses`",
        ClientBehindDevice e =>
            $"{e.Mac} asks for an address for {e.Client}, which is behind it, and gets none: if it is an extender, give it a profile with `extender = true` and higher `addresses`",
        BootpRefused e =>
            $"{e.Mac} asks for an address by BOOTP and gets none: {(e.IsForPinned ? $"pin an outside address to it (`innkeeper devices pin {e.Mac} ADDRESS`), or " : "")}set [dhcp] bootp = \"all\"",
        RogueDhcpServer e =>
            $"another DHCP server, {e.Server} ({e.ServerMac?.ToString() ?? "MAC not seen"}), is on the access side: {(e.Client is { } client ? $"{client} took an address from it" : "it answers there")}. " +
            "Devices that use it may not work; find it and switch it off",
        _ => throw Missing(happened),
    };

    private static string OfAccessLan(GatewayEvent happened) => happened switch
    {
        OwnMacHeard e =>
            $"another station sends with this gateway's own MAC address, {e.Mac}{(e.Vlan == 0 ? "" : $", in VLAN {e.Vlan}")}: a switch may send it the devices' frames. " +
            "The gateway repeats its beacon; find that port in the switch's table of MAC addresses, and switch port security on",
        OwnFramesReturn e =>
            $"frames of this gateway ({e.Mac}) come back to it from the access side{(e.Vlan == 0 ? "" : $" in VLAN {e.Vlan}")}: the LAN has a loop; find it and take one of its cables out",
        FormerGatewayUsed e =>
            $"{e.Sender} sends to {e.Mac}, which is not here: it may still use a gateway that was replaced. Restart that device, or add {e.Mac} to [access] former_gateways",
        Ipv6RouterFound e =>
            $"{e.Mac} is an IPv6 router{(e.Vlan == 0 ? "" : $" in VLAN {e.Vlan}")} ({e.Address}): devices there use it for IPv6, past this gateway and its profiles. " +
            "If it is not meant to be there, find it and switch it off; a switch with RA guard keeps others out",
        Ipv6DeviceLimitReached e =>
            $"{e.Mac} uses as many IPv6 addresses as it may, and {e.Address} got none. If it forwards for other devices, raise [ipv6] addresses",
        GatewayAddressClaimed e =>
            $"{e.Mac} claims {e.Address}, the gateway of {(e.Users == 1 ? "another device" : $"{e.Users} other devices")}; the gateway corrects them. " +
            "If that station is not meant to have this address, block it; isolate the ports of the switch",
        _ => throw Missing(happened),
    };

    private static string OfInterfaces(InterfacesChanged e) =>
        $"{(e.Access is { } access ? $"{access.Name} is {access.State}, " : "")}{e.Uplink.Name} is {e.Uplink.State} with {e.Uplink.Address}, router {e.Router?.ToString() ?? "none"}, MTU {e.Mtu}" +
        string.Concat(e.Others.Select(o => o is { } other ? $", {other.Name} is {other.State} with {other.Address}" : ", another uplink is missing")) +
        (e is { IsRouterRemembered: true, Router: { } router } ? $"; {RouterRemembered(e.Uplink.Name, router)}" : "");

    /// <summary>The sentence for the time while the kernel has no route to the router.</summary>
    public static string RouterRemembered(string uplink, Ipv4Address router) =>
        $"the host has no default route through {uplink} any more, and the gateway goes on with the last router; set the route again (`ip route add default via {router} dev {uplink}`)";

    private static string OfSurroundings(GatewayEvent happened) => happened switch
    {
        HostStateRestored e =>
            $"other software on this host took away or changed {string.Join(", ", e.Things)}; the gateway put it back{(e.Repetitions > 0 ? $" ({e.Repetitions} more times since the last event)" : "")}. " +
            "systemd-networkd and NetworkManager do this to interfaces that they manage: exclude ik-* there (docs/firewall.md)",
        FirewallClosed e =>
            $"a firewall on this host drops packets that come in by {e.Interface}: {(e.IsInput ? "devices get no DNS, no portal and no ping of their gateway" : "devices' packets that are larger than the uplink's MTU, or have IP options, are lost")}. " +
            $"This opens it until the firewall is loaded again: {string.Join("; ", e.Commands)}. Add the same to its own configuration (docs/firewall.md)",
        FirewallOpened e => $"the firewall on this host lets packets in by {e.Interface} again",
        InsideNetworkMoved e => $"this host has {e.Owner}, which overlaps the inside network {e.From}; the gateway uses {e.To} instead. Devices notice nothing",
        InsideNetworkTaken e => $"this host has {e.Owner}, which overlaps the inside network {e.Network}, and every other network that the gateway could take is in use; set [inside] network to one that is not",
        _ => throw Missing(happened),
    };

    private static string OfHost(GatewayEvent happened) => happened switch
    {
        StationsSought e => $"{e.Actor} looks for stations on the access side for up to {e.Time.TotalSeconds:0.#} s: the gateway {(e.Asks ? "asks there by ARP, PROFINET, EtherNet/IP and mDNS" : "only listens")}",
        DeviceErased e => $"{e.Actor} erased a device: the gateway keeps only what the audit trail and the mapping log must have",
        ExportFailed e => $"the export {e.Name} to {e.To} fails ({e.Reason}); {e.Waiting} {(e.Waiting == 1 ? "record waits" : "records wait")} on disk until it works again",
        ExportLosing e => $"the export {e.Name} to {e.To} loses its oldest records, as more wait than [[exports]] spool allows",
        ExportRestored e => $"the export {e.Name} to {e.To} works again, and nothing waits any more; {(e.Lost == 0 ? "no record was lost" : $"{e.Lost} records were lost")}",
        MappingLogFailed e => $"the mapping log {e.Path} cannot be written ({e.Reason}); up to {e.Kept} lines are kept until it can",
        SettingsFailed e => $"the new settings cannot be started ({e.Reason}); the previous settings were restored",
        StorageFailed e => $"state is not being written: {e.Reason} ({e.Path}); changes wait in memory",
        StorageRestored e => $"state is written to {e.Path} again",
        DatabaseSetAside e => $"the database was unusable ({e.Reason}) and was moved to {e.Path}",
        StateReplaced or StateRewritten or DecisionsKept or StorageUnavailable or SnapshotFailed or BackupMade or StateRestore or StateRestored
            or SeriesFailed or SeriesRestored or SeriesSetAside => OfState(happened),
        ConfigurationApplied or ConfigurationConfirmed or ConfigurationUndone => OfConfiguration(happened),
        ClockJumped e =>
            $"this machine's clock {(e.By < TimeSpan.Zero ? "was set back" : "jumped forward")} by {TimeText(e.By.Duration())}; admissions, leases and messages last as long as they were given. " +
            "If you did not set it, check the time service (NTP) and the clock's battery",
        RowsSkipped e => $"skipped {e.Rows} invalid database rows; their data is lost",
        MessageDropped e => $"gave up sending a message ({e.MessageKind}): {e.Answer}",
        RecipientsRefused e => e.Refusals,
        DescriptorsExhausted => "no file descriptor is left: names that are not in the cache are not resolved, and the portal, commands and mail get no connection; raise the limit (systemd: LimitNOFILE=)",
        DescriptorsRestored => "there are file descriptors again; all services work",
        PinLost e => $"{Shown(e.Mac, e.Name)} has lost its pinned address {e.Address}: {e.Rival} on the uplink uses it. The device has another address until that host is gone",
        AppearanceGivenUp e => $"{e.Address}{(e.Vlan == 0 ? "" : $" in VLAN {e.Vlan}")} belongs to {e.Owner}: hosts outside appear to the machines there as other addresses from now on, and those that appeared as {e.Address} must connect again",
        AppearancesMissing e => $"no address near {e.Address}{(e.Vlan == 0 ? "" : $" in VLAN {e.Vlan}")} is free for hosts outside to appear as: they cannot reach {e.Mac}; free an address there, or set a gateway in the machine and take appear = \"local\" out",
        MachineFound { Before: { } before } e => $"{e.Name} in VLAN {e.Vlan} is {e.Mac} now: {before} does not answer any more",
        MachineFound e => $"{e.Name} is found in VLAN {e.Vlan}: {e.Mac}",
        ForwardOpened e => $"the forward {e.Id} leads to {(e.To == e.Mac.ToString() ? e.To : $"{e.To} ({e.Mac})")} at {e.Own}",
        ForwardRefused e => $"the forward {e.Id} to {e.To} is refused: {e.Reason}",
        PinRestored e => $"{Shown(e.Mac, e.Name)} has its pinned address {e.Address} again",
        DevicesHeldAtStart e => string.Join("; ", ((string[])
        [
            e.Devices.IsEmpty ? "" : $"{CountOf(e.Devices)} that {(e.Devices.Length == 1 ? "was" : "were")} online {(e.Devices.Length == 1 ? "is" : "are")} held by the rules and profiles now: {NamesOf(e.Devices)}",
            e.Cut.IsEmpty ? "" : $"{CountOf(e.Cut)} {(e.Cut.Length == 1 ? "is" : "are")} cut off, as the VLAN is no longer served: {NamesOf(e.Cut)}",
        ]).Where(t => t != "")),
        DevicesAdmittedAtStart e => $"{CountOf(e.Devices)} that {(e.Devices.Length == 1 ? "was" : "were")} held {(e.Devices.Length == 1 ? "is" : "are")} admitted by the rules and profiles now: {NamesOf(e.Devices)}",
        AdmissionEnded e => $"the admission of {Shown(e.Mac, e.Name)} by {e.By} has ended{(e.Why.Length > 0 ? $", as {e.Why}" : "")}; the device is held. To admit it again: `innkeeper devices approve {e.Mac}`",
        AdmissionsEnded e => $"the admissions of {e.Count} more {(e.Count == 1 ? "device" : "devices")} have ended; `innkeeper devices --state held` lists them",
        _ => throw Missing(happened),
    };

    private static string OfAccounts(GatewayEvent happened) => happened switch
    {
        AccountsSetAside { IsWhole: true } e => $"the file of users and tokens was damaged ({e.Reason}) and was moved to {e.Path}; the gateway wrote it again from memory",
        AccountsSetAside e => $"the file of users and tokens was unusable ({e.Reason}) and was moved to {e.Path}: there are no users and tokens now. Make an administrator with `innkeeper user add NAME --role admin`",
        AccountsUnusable e => $"{e.Reason}. The gateway serves devices as before; fix the cause, as users, tokens and the audit trail are not kept until then",
        AccountsUsable => "users, tokens and the audit trail are read and written again",
        AccountChanged e => $"{e.Outcome} (by {e.Actor})",
        SignInsRefused e =>
            $"{(e.Refused == 1 ? "a sign-in was" : $"{e.Refused} sign-ins were")} refused, the last as {SafeText.Shorten(e.Name)} from {e.From}; that address must wait longer after each. " +
            "If it was no user of yours, look for that host; `innkeeper audit` lists the attempts",
        _ => throw Missing(happened),
    };

    private static string OfConfiguration(GatewayEvent happened) => happened switch
    {
        ConfigurationApplied e =>
            $"{PersonOf(e.Actor, e.From)} applied a configuration{(e.Comment is { Length: > 0 } comment ? $" ({comment})" : "")}: " +
            (e.Keys.IsEmpty ? "no setting changes" : $"{NamesOf(e.Keys)} {(e.Keys.Length == 1 ? "changes" : "change")}") +
            (e.Until is { } until ? $". It is rolled back at {until.UtcDateTime:HH:mm:ss}Z unless it is confirmed (`innkeeper config confirm`)" : ""),
        ConfigurationConfirmed e => $"{PersonOf(e.Actor, e.From)} confirmed the configuration that {e.By} applied",
        ConfigurationUndone { Actor: { } actor } e => $"{PersonOf(actor, e.From)} rolled back the configuration that {e.By} applied; the previous one is in force again",
        ConfigurationUndone e => $"the configuration that {e.By} applied is rolled back, as {e.Reason}; the previous one is in force again, and in the file",
        _ => throw Missing(happened),
    };

    private static string PersonOf(string name, string? from) => from is null ? name : $"{name} (from {from})";

    private static string OfState(GatewayEvent happened) => happened switch
    {
        StateReplaced e =>
            $"{(e.IsMissing ? $"the database {e.Path} is missing" : $"another database replaces the useless {e.Path}")}: " +
            (e.SnapshotTime is { } time
                ? $"it was restored from the snapshot of {time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z; what was decided later is lost, but for what the data plane knows"
                : $"there is no good snapshot, so that all decisions, names and leases are lost, but for what the data plane knows of {e.Bindings} addresses") +
            $"{(e.Lost is { } lost ? lost.IsEmpty ? "; of what can be read of the old one, nothing is missing" : $"; the old one had, and the new one has not: {ListOf(lost)}" : "")}. Look at `innkeeper devices`",
        StateRewritten e => $"the database {e.Path} was removed or damaged while the gateway ran; it is made again from what the gateway knows",
        DecisionsKept e => $"the data plane had decisions that the database did not, and they stay in force: {ListOf(e.Devices)}. Confirm or change them with `innkeeper devices`",
        StorageUnavailable e =>
            $"state cannot be written: {e.Reason} ({e.Path}). The gateway serves from memory, with " +
            (e.IsWhole ? "what the database holds" : e.SnapshotTime is { } time ? $"the decisions of the snapshot of {time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "what the data plane knows") +
            ", and writes when it can again",
        SnapshotFailed e => e.Reason,
        SeriesFailed e => $"the file for the charts cannot be written: {e.Reason} ({e.Path}); the charts go on in memory, and lose that at a restart. Make room or repair the disk",
        SeriesRestored e => $"the file for the charts is written to {e.Path} again",
        SeriesSetAside e => $"the file for the charts was unusable ({e.Reason}) and was moved to {e.Path}; a new one is begun. You can delete the old one",
        BackupMade e => $"{e.Actor} made a backup of the state and the configuration ({e.Octets} octets)",
        StateRestore e => $"{e.Actor} restored the backup {SafeText.Shorten(e.File)}, made on {SafeText.Shorten(e.Host)} at {e.Made.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z by version {SafeText.Shorten(e.Product)}",
        StateRestored e => $"the gateway starts with restored state: {e.Note}. Decisions are those of the backup, but devices that the data plane has blocked stay blocked",
        _ => throw Missing(happened),
    };

    /// <summary>The first of them by name, and how many there are beside.</summary>
    private static string ListOf(IReadOnlyCollection<DeviceSnapshot> devices) =>
        string.Join(", ", devices.Take(MostListed).Select(d => $"{d.Mac}{(d.Name.Length > 0 ? $" ({d.Name})" : "")} {d.State}"))
        + (devices.Count > MostListed ? $" and {devices.Count - MostListed} more" : "");

    private static string TimeText(TimeSpan time) => time.TotalDays >= 1 ? $"{time.TotalDays:0.#} days" : time.TotalHours >= 1 ? $"{time.TotalHours:0.#} hours" : $"{time.TotalMinutes:0} minutes";

    private static string Shown(MacAddress mac, string name) => name.Length > 0 ? $"{mac} ({name})" : mac.ToString();

    private static string CountOf(ImmutableArray<string> devices) => $"{devices.Length} {(devices.Length == 1 ? "device" : "devices")}";

    private static string NamesOf(ImmutableArray<string> devices)
    {
        const int MostNamed = 10;
        return string.Join(", ", devices.Take(MostNamed)) + (devices.Length > MostNamed ? $" and {devices.Length - MostNamed} more" : "");
    }

    private static ArgumentOutOfRangeException Missing(GatewayEvent happened) => new(nameof(happened), happened.GetType().Name, "has no text");
}
