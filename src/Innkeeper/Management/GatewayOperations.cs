using Innkeeper.Inspection;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>
/// Every operation that an administrator has, for every front end: the control socket today. Callable from any thread; every operation checks
/// the actor's permission itself. To add a verb: see ARCHITECTURE.md.
/// </summary>
internal sealed record GatewayOperations(
    IStatusQueries Status,
    IDeviceQueries Devices,
    IDeviceCommands DeviceCommands,
    IProfileQueries Profiles,
    ILeaseQueries Leases,
    IEventOperations Events,
    IConfigurationOperations Configuration,
    IBackupOperations Backups,
    IDeviceInspection Inspection,
    IDiagnosisQueries Diagnosis,
    IAuditQueries Audit,
    ISeriesQueries Series,
    INetworkQueries Network,
    IOutboxOperations Outbox,
    IUserOperations Users,
    ITokenOperations Tokens,
    ISessionOperations Sessions,
    IDeviceOrders Orders,
    IVoucherOperations Vouchers,
    IRoomOperations Rooms,
    ITermsQueries Terms,
    IMachineOperations Machines,
    IFindOperations Find,
    IForwardOperations Forwards,
    IDeviceWaking Waking);

internal interface IDiagnosisQueries
{
    /// <summary>Why a device is not online: each step of the way of its packets, and the cause.</summary>
    /// <param name="device">A MAC, a given name, an address (own or outside), a host name, or a VLAN ("vlan:214"): then all devices there.</param>
    /// <param name="to">The destination: an address or a name; null: the Internet.</param>
    ValueTask<Result<DiagnosisReport>> DiagnoseAsync(Actor actor, string device, string? to);
}

internal interface IStatusQueries
{
    /// <summary>The gateway's status.</summary>
    Result<StatusReport> Get(Actor actor);
}

internal interface INetworkQueries
{
    /// <summary>The gateway's networks, and the packet path with its counters.</summary>
    Result<NetworkReport> Get(Actor actor);
}

/// <summary>The messages to the administrator. A message is named as in the list: "mail-12".</summary>
internal interface IOutboxOperations
{
    /// <summary>Those that wait, and the last of those that do not; the newest first.</summary>
    Result<OutboxMessagesReport> List(Actor actor);

    /// <summary>Sends one at once: one that waits, or that was given up.</summary>
    Result<MessageChange> Retry(Actor actor, string id, WriteOptions options);

    Result<MessageChange> Delete(Actor actor, string id, WriteOptions options);

    /// <summary>Sends one message now, past the outbox, and tells the conversation with the mail server. One at a time, for 30 s at most.</summary>
    ValueTask<Result<MailTestReport>> TestMailAsync(Actor actor, MailTestRequest request, CancellationToken stop);
}

internal interface IDeviceQueries
{
    /// <summary>The known devices.</summary>
    /// <param name="filter">Which of them, and their order; null: all.</param>
    Result<DevicesReport> List(Actor actor, DeviceFilter? filter = null);

    /// <summary>One device; more than one report only where its MAC is in several VLANs.</summary>
    /// <param name="device">A MAC, a given name, an address (own or outside) or a host name.</param>
    Result<DevicesReport> Find(Actor actor, string device);
}

/// <summary>Commands about one device, without options written at once. A device is named by its MAC or its given name, never by its own host name.</summary>
internal interface IDeviceCommands
{
    /// <summary>Admits a device.</summary>
    ValueTask<Result<DeviceChange>> ApproveAsync(Actor actor, string device, Approval approval, WriteOptions? options = null);

    /// <summary>Blocks a device: it gets no answers, and its packets are dropped.</summary>
    ValueTask<Result<DeviceChange>> BlockAsync(Actor actor, string device, Decision decision, WriteOptions? options = null);

    /// <summary>Makes a device wait for a decision.</summary>
    ValueTask<Result<DeviceChange>> HoldAsync(Actor actor, string device, Decision decision, WriteOptions? options = null);

    /// <summary>Forgets a device and every decision about it. If it is still present, it is a new device.</summary>
    ValueTask<Result<DeviceChange>> ForgetAsync(Actor actor, string device, WriteOptions? options = null);

    /// <summary>Forgets a device and takes it out of everything that the gateway keeps, but for what the law about logs may demand.</summary>
    ValueTask<Result<DeviceChange>> EraseAsync(Actor actor, string device, WriteOptions? options = null);

    /// <summary>Gives a device a name; an empty value removes it.</summary>
    ValueTask<Result<DeviceChange>> SetNameAsync(Actor actor, string device, Setting name, WriteOptions? options = null);

    ValueTask<Result<DeviceChange>> AddTagAsync(Actor actor, string device, string tag, WriteOptions? options = null);

    ValueTask<Result<DeviceChange>> RemoveTagAsync(Actor actor, string device, string tag, WriteOptions? options = null);

    /// <summary>Pins a device to a profile, whatever the rules say; an empty value lets the rules decide again.</summary>
    ValueTask<Result<DeviceChange>> SetProfileAsync(Actor actor, string device, Setting profile, WriteOptions? options = null);

    /// <summary>Reserves an outside address for a device; with an empty value, the device can have any.</summary>
    ValueTask<Result<DeviceChange>> SetAddressAsync(Actor actor, string device, Setting address, WriteOptions? options = null);
}

/// <summary>One order about many devices.</summary>
internal interface IDeviceOrders
{
    /// <summary>Carries an order out for the devices of its list, or for those that a filter selects, bit by bit: packets do not wait for it. One at a time.</summary>
    /// <param name="filter">Without an order, a limit or a cursor.</param>
    ValueTask<Result<OrderReport>> CarryOutAsync(Actor actor, DeviceFilter filter, Order order, WriteOptions options);
}

/// <summary>Looks at one device's link. A device is named as in queries.</summary>
internal interface IDeviceInspection
{
    /// <summary>Asks a device once by ARP and by ICMP echo, as its gateway, and waits a second for its answers.</summary>
    ValueTask<Result<PingReport>> PingAsync(Actor actor, string device, CancellationToken stop);

    /// <summary>Captures a device's packets on both sides until the limits are reached or the capture is disposed of. An event says who did.</summary>
    Result<PacketCapture> Capture(Actor actor, string device, CaptureLimits limits);
}

/// <summary>Wakes devices that are off.</summary>
internal interface IDeviceWaking
{
    /// <summary>Sends frames that wake a device (Wake-on-LAN), in its VLAN. A device is named as in queries, or by a MAC that was never here.</summary>
    Result<WakeReport> Wake(Actor actor, string device);
}

/// <summary>The machines of the configuration file.</summary>
internal interface IMachineOperations
{
    /// <summary>Each machine with its entry, and the device that it is now.</summary>
    Result<MachinesReport> List(Actor actor);

    /// <summary>Writes entries into the file, all or none, and takes them: those with a name that is there are replaced.</summary>
    Result<ReloadReport> Put(Actor actor, MachineEntries entries, WriteOptions options);

    /// <summary>Takes an entry out of the file.</summary>
    Result<ReloadReport> Remove(Actor actor, string name, WriteOptions options);
}

/// <summary>The forwards of the configuration file.</summary>
internal interface IForwardOperations
{
    /// <summary>Each forward with its entry, and whether it is open.</summary>
    Result<ForwardsReport> List(Actor actor);

    /// <summary>Writes an entry into the file, and takes it: one with the same protocol, port and address is replaced.</summary>
    Result<ReloadReport> Put(Actor actor, ForwardEntry entry, WriteOptions options);

    /// <summary>Takes an entry out of the file.</summary>
    Result<ReloadReport> Remove(Actor actor, string id, WriteOptions options);
}

/// <summary>Looks for stations whose address is not known.</summary>
internal interface IFindOperations
{
    /// <summary>Listens on the access side and asks there, until the time is over or the search is disposed of. One at a time. An event says who did.</summary>
    Result<FindRun> Start(Actor actor, FindRequest request);
}

internal interface IProfileQueries
{
    /// <summary>The limits of each profile, and the gateways that devices use.</summary>
    Result<ProfilesReport> List(Actor actor);
}

internal interface ILeaseQueries
{
    /// <summary>The leases, the offers, and the previous leases.</summary>
    /// <param name="device">Those of one device, by its MAC; null: all.</param>
    Result<LeasesReport> List(Actor actor, string? device = null);
}

internal interface ISeriesQueries
{
    /// <summary>Series of the gateway for charts.</summary>
    /// <param name="names">Separated by commas; null: all.</param>
    /// <param name="range">"1h" (the default), "2d" or "90d".</param>
    Result<SeriesReport> Get(Actor actor, string? names, string? range);

    /// <summary>Series of a device for the last day.</summary>
    /// <param name="device">As in <see cref="IDeviceQueries.Find"/>.</param>
    /// <param name="range">"1d" or null.</param>
    Result<SeriesReport> Of(Actor actor, string device, string? names, string? range);
}

internal interface IEventOperations
{
    /// <summary>The latest events that fit, oldest first.</summary>
    Result<EventsReport> List(Actor actor, EventFilter filter);

    /// <summary>Events after a sequence number (of very many the latest, and the number of the others), and all that come until the subscription is disposed of.</summary>
    /// <param name="since">Null: the latest <paramref name="last"/> come first.</param>
    Result<EventSubscription> Subscribe(Actor actor, long? since, int last);
}

/// <summary>The configuration. An order to change it is an administrator's.</summary>
internal interface IConfigurationOperations
{
    /// <summary>Every active setting and its origin.</summary>
    Result<ConfigReport> Get(Actor actor);

    /// <summary>The text of the file, and whether the gateway may write it.</summary>
    Result<ConfigFileReport> GetFile(Actor actor);

    /// <summary>Every error of a text. Nothing is written.</summary>
    Result<CheckReport> Check(Actor actor, ConfigText text);

    /// <summary>The effects of a reload of the file as it is now. Nothing is replaced.</summary>
    Result<ReloadReport> Preview(Actor actor);

    /// <summary>The effects of a text, with all values that change and the difference to the file. Nothing is written.</summary>
    Result<ReloadReport> PreviewText(Actor actor, ConfigText text);

    /// <summary>Checks the configuration's file as it is now. When it is right and differs, the gateway replaces itself soon.</summary>
    Result<ReloadReport> Reload(Actor actor);

    /// <summary>Writes a text to the file, and replaces the gateway when its settings differ. Without a confirmation in time the previous text returns.</summary>
    Result<ReloadReport> Apply(Actor actor, ApplyRequest request, WriteOptions options);

    /// <summary>The change that waits stays.</summary>
    Result<ConfigChange> Confirm(Actor actor, WriteOptions options);

    /// <summary>The previous text returns at once.</summary>
    Result<ConfigChange> Rollback(Actor actor, WriteOptions options);

    /// <summary>The change that waits for its confirmation.</summary>
    Result<PendingReport> GetPending(Actor actor);

    /// <summary>The texts that were in force.</summary>
    Result<HistoryReport> ListHistory(Actor actor);

    /// <summary>One of them, with its text.</summary>
    Result<HistoryEntry> GetHistory(Actor actor, string number);
}

internal interface IBackupOperations
{
    /// <summary>A backup of the state and of the configuration in force, at its beginning. The caller disposes of it.</summary>
    ValueTask<Result<FileStream>> CreateAsync(Actor actor);
}
