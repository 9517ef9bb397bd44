using Innkeeper.Wire;

namespace Innkeeper.Events;

/// <summary>
/// All texts of events for people: one line each, with the host or device that it is about, what happened and, where it helps, what to do.
/// </summary>
internal static class EventText
{
    /// <summary>The event in words. Safe to print: fields that others chose cannot end the line or move a cursor.</summary>
    public static string Describe(GatewayEvent happened) => SafeText.OneLine(happened switch
    {
        DeviceDecision e => $"{OutcomeOf(e)} (by {e.Actor}{(e.Reason.Length > 0 ? $": {e.Reason}" : "")})",
        PoolLow or PoolExhausted or BindingTableFull or SharedSlotsFull or AddressDefended or AddressQuarantined => OfAddresses(happened),
        RouterContested or AddressSpoofed or PeerFound or PeerLost => OfOneArm(happened),
        RouterSpoofed or OneLanFound or OneLanLeft => OfTwoArms(happened),
        LeaseDeclined or LeasesExhausted or LeasesNotDurable or RogueDhcpServer => OfDhcp(happened),
        GatewayDown e => $"gateway {e.Name} ({e.NextHop?.ToString() ?? "none"}) does not answer ARP{(e.IsMain ? "" : "; devices whose profile has no fallback are cut off")}",
        GatewayUp e => $"gateway {e.Name} ({e.NextHop}) answers again",
        BlockedListFull e => $"{e.Mac} is blocked, but the data plane's list of blocked devices is full: the block ends when this process stops. Remove some with `innkeeper devices forget`",
        InterfacesChanged e => OfInterfaces(e),
        InterfaceUnusable e => $"{e.Problem}; devices are served again when it is back",
        InterfaceFailure e => e.Reason,
        SettingUnfit e => e.Error,
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
            DeviceApproved e => $"{shown} is admitted{(e.Until is { } until ? $" until {until.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "")}; profile {e.Profile}",
            DeviceBlocked => $"{shown} is blocked: the gateway drops its packets and answers none",
            DeviceHeld => $"{shown} is held: it reaches only the portal's page",
            DeviceForgotten => $"{shown} is forgotten; if it is still connected, it appears as a new device",
            DeviceNamed => (device.Name.Length > 0 ? $"{device.Mac} is called {device.Name}" : $"{device.Mac} has no name any more") + state,
            DeviceTagged e => e.Tags.IsEmpty ? $"{shown} has no tags" : $"{shown} has the tags {string.Join(", ", e.Tags)}",
            DeviceProfiled { IsPinned: true } e => $"{shown} has the profile {e.Profile}, whatever the rules say{state}",
            DeviceProfiled e => $"{shown} has the profile that the rules give it: {e.Profile}{state}",
            DevicePinned { Address: { } address } => $"{address} is kept for {shown}{state}",
            DevicePinned => $"no outside address is kept for {shown}{state}",
            _ => throw new ArgumentOutOfRangeException(nameof(decision), decision.GetType().Name, "has no text"),
        };
    }

    /// <summary>A few words for a message's subject; null for kinds that have none.</summary>
    public static string? TitleOf(string kind) => kind switch
    {
        EventKind.PoolLow => "outside addresses run low",
        EventKind.Conflict => "an address conflict",
        EventKind.Quarantine => "an address in quarantine",
        EventKind.RogueDhcp => "another DHCP server",
        EventKind.GatewayDown => "a router is down",
        EventKind.GatewayUp => "a router is up again",
        EventKind.Storage => "state is not being written",
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
        RogueDhcpServer e =>
            $"another DHCP server, {e.Server} ({e.ServerMac?.ToString() ?? "MAC not seen"}), is on the access side: {(e.Client is { } client ? $"{client} took an address from it" : "it answers there")}. " +
            "Devices that use it may not work; find it and switch it off",
        _ => throw Missing(happened),
    };

    private static string OfInterfaces(InterfacesChanged e) =>
        $"{(e.Access is { } access ? $"{access.Name} is {access.State}, " : "")}{e.Uplink.Name} is {e.Uplink.State} with {e.Uplink.Address}, router {e.Router?.ToString() ?? "none"}, MTU {e.Mtu}" +
        string.Concat(e.Others.Select(o => o is { } other ? $", {other.Name} is {other.State} with {other.Address}" : ", another uplink is missing")) +
        (e is { IsRouterRemembered: true, Router: { } router } ? $"; {RouterRemembered(e.Uplink.Name, router)}" : "");

    /// <summary>The sentence for the time while the kernel has no route to the router.</summary>
    public static string RouterRemembered(string uplink, Ipv4Address router) =>
        $"the host has no default route through {uplink} any more, and the gateway goes on with the last router; set the route again (`ip route add default via {router} dev {uplink}`)";

    private static string OfHost(GatewayEvent happened) => happened switch
    {
        MappingLogFailed e => $"the mapping log {e.Path} cannot be written ({e.Reason}); up to {e.Kept} lines are kept until it can",
        SettingsFailed e => $"the new settings cannot be started ({e.Reason}); the previous settings were restored",
        StorageFailed e => $"state is not being written: {e.Reason} ({e.Path}); changes wait in memory",
        StorageRestored e => $"state is written to {e.Path} again",
        DatabaseSetAside e => $"the database was unusable ({e.Reason}) and was moved to {e.Path}",
        RowsSkipped e => $"skipped {e.Rows} invalid database rows; their data is lost",
        MessageDropped e => $"gave up sending a message ({e.MessageKind}): {e.Answer}",
        RecipientsRefused e => e.Refusals,
        _ => throw Missing(happened),
    };

    private static ArgumentOutOfRangeException Missing(GatewayEvent happened) => new(nameof(happened), happened.GetType().Name, "has no text");
}
