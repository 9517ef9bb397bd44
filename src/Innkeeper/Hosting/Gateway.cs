using Innkeeper.Accounts;
using Innkeeper.Bindings;
using Innkeeper.Certificates;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Control;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Dhcp;
using Innkeeper.Dns.Sockets;
using Innkeeper.Dns;
using Innkeeper.Events;
using Innkeeper.Guests;
using Innkeeper.Interfaces;
using Innkeeper.Interop;
using Innkeeper.Ipv6;
using Innkeeper.Links;
using Innkeeper.Management.Contracts;
using Innkeeper.Management.Diagnosis;
using Innkeeper.Management;
using Innkeeper.Metrics;
using Innkeeper.Notifications;
using Innkeeper.Policy;
using Innkeeper.Portal;
using Innkeeper.Revisions;
using Innkeeper.Series;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Web;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Hosting;

/// <summary>
/// Every service, as fields in start order. <see cref="Create"/> builds them, <see cref="Start"/> opens the doors and attaches the data
/// plane's programs last, <see cref="Dispose"/> ends them in reverse order. By hand and not by a container: the order is a safety property,
/// and here the compiler checks it.
/// </summary>
internal sealed class Gateway : IDisposable
{
    private static readonly TimeSpan s_diskPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_servicePatience = TimeSpan.FromSeconds(1);

    private readonly Stack<IDisposable> _owned = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly InnkeeperConfig _config;
    private readonly NetworkState _network;
    private readonly StateWriter _writer;
    private readonly Exporting _exports;
    private readonly AccountStore _accounts;
    private readonly Notifier? _notifier;
    private readonly StartupRollback _rollback;
    private readonly PuntRing _punts;
    private readonly DnsService? _dns;
    private readonly PortalService? _portal;
    private readonly DataPlaneProgrammer _programmer;
    private readonly InterfaceMonitor _interfaces;
    private readonly FirewallWatch _firewall;
    private readonly NewDeviceReporter? _newDevices;
    private readonly ControlCore _control;
    private readonly ReplacementRequest _replacement;
    private readonly LoopWatch _loopWatch;
    private readonly SeriesService _series;
    private readonly GuestServices _guests;
    private readonly GatewayOperations _operations;
    private readonly SettingsChanges? _changes;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly WebServer? _web;
    private readonly UserOperations _users;
    private ControlServer? _controlServer;

    private Gateway(ConfigurationResult configuration, InnkeeperConfig config, ProgramFile program, ILoggerFactory loggers, string? failure)
    {
        try
        {
            (_config, _loggers, _log) = (config, loggers, loggers.CreateLogger("Innkeeper.Hosting"));
            Own(_ended);

            // 1. The interfaces, and whether the settings fit them.
            var demanded = StartupCheck.Demand(configuration);
            var host = Own(new HostNetwork(() => NameServers.Of(config)));
            var links = host.ReadLinks();
            _network = demanded with { Inside = InsideChoice.Choose(config.Inside, null, InsideChoice.Taken(config, links, host.ReadTaken(links, config.Inside.Candidates)), out var conflict) };

            // 2. State: the time, what is remembered of devices, and the events from here on.
            var store = Own(StateStore.Open(config.State.Directory, out var outcome));
            DemandState(outcome, failure);
            DeleteRemains(config.State.Directory);
            var clock = new SteadyClock(new MachineClock(), store.LoadClock(), store.ReadEvents(1) is [var latest] ? latest.Time : null);
            var started = clock.WallNow();
            var certificate = CertificateFiles.Load(configuration, CertificateFiles.OfPortal(configuration.Config!), clock, loggers.CreateLogger<PortalService>(), out var notLoaded);
            if (notLoaded is not null)
            {
                throw new StartException(notLoaded.ToString());
            }

            var events = new EventLog(clock);
            var stateReporter = new StateReporter(store, events, _log);
            var snapshots = Own(new SnapshotKeeper(store, clock.WallNow, reason => events.Add(new SnapshotFailed(reason))));
            _writer = Own(new StateWriter(store, [stateReporter, snapshots], clock));
            var state = new StateRepository(store, _writer, clock);
            events.Subscribe(state.Note, after: 0);
            var eventStream = Own(new EventStream(events, most => store.ReadEvents(most)));
            stateReporter.Opened();
            ReportSettings(config, events, failure);
            _exports = Own(new Exporting(config, events, clock, loggers.CreateLogger<Exporting>()));
            _accounts = Own(new AccountStore(config.State.Directory, events, clock, _exports.Records.Add));
            Own(new DescriptorWatch(DescriptorWatch.CanOpenOne, events, clock, _log));
            _notifier = Own(Notifier.Start(config, store, _writer, events, clock, loggers.CreateLogger<Notifier>()));
            Own(new RetentionKeeper(config, _writer, _accounts, _notifier, clock));

            // 3. The slow path, the data plane's maps and programs: loaded, not yet attached.
            var pins = new PinFolder(config.DataPlane.Bpffs);
            _rollback = Own(new StartupRollback(pins, _log));
            pins.Ensure();
            var inside = host.EnsureInside(_network.Inside, _network.Access.Mtu, out _);
            var plane = Own(BpfPlane.Load((uint)config.DataPlane.Bindings, (uint)config.DataPlane.Mappings, pins.Path, ProgramAttachments.HooksFor(_network, inside.Stack)));
            _network = _network.Resume(plane.Adopted != AdoptedFrom.None && plane.Config.TryGet(0, out var earlier) ? earlier : null);
            _punts = Own(plane.OpenPunts());
            var garden = new GardenMap(plane, config.Portal.Allow);

            // 4. The services on inside sockets. They serve from Start on: before adoption they would not know which device asks.
            var bindings = new BindingIndex();
            var devices = new DeviceStore(config.DataPlane.Bindings * 2, new MachineRoster(config.Machines));
            var volumes = new VolumeLimits(config, state.LoadVolumes(), clock, time => clock.ToWall(time), TimeZoneInfo.Local);
            var directory = new DeviceDirectory(devices, () => bindings.All) { Volumes = volumes, Ipv6 = () => _control?.Ipv6?.Bindings.ByStation ?? Ipv6Bindings.NoStations };
            var (ipv6Routers, ipv6Prefix) = (new Ipv6Routers(), new UplinkPrefix(config.Ipv6.Prefix));
            _dns = config.Dns.Enabled ? Own(CreateDns(config, bindings, directory, new DnsWatchMap(plane.DnsWatch), garden, vlan => ipv6Prefix.Current is null && !ipv6Routers.IsServed(vlan), events, clock, loggers)) : null;
            var lookup = new PortalDeviceLookup(config, Inside, () => bindings.All, () => devices.Devices, mac => _notifier?.HasTold(mac) == true, volumes, clock);
            _portal = config.Portal.Enabled
                ? Own(new PortalService(
                    new PortalSettings(config), certificate, lookup.Find, () => _guests!.Door, new PortalLookFiles(config.Portal.Directory, clock, loggers.CreateLogger<PortalService>()).Current,
                    PortalService.OpenInside, clock, loggers.CreateLogger<PortalService>()))
                : null;

            // 5. The data plane's configuration, and the interfaces as they change.
            var health = GatewayHealth.Of(config, _network.Gateway, state.LoadGatewayOutages());
            var profileTable = new ProfileTable(plane, ProfileProgrammer.NamesOf(config));
            var profiles = new ProfileProgrammer(config, new GatewaySelector(config, health.IsDown), profileTable);
            var (dhcp, dataPlane) = (DhcpPlan.SettingsOf(config, _network), new BpfDataPlane(plane, profiles));
            _programmer = new DataPlaneProgrammer(config, _network, inside, dataPlane, dhcp?.Server, [.. InsideServices.Of(_dns, _portal)]);
            _interfaces = new InterfaceMonitor(
                configuration, _network, inside, host, Own(new LinkSockets(config, dhcp is null ? null : (dhcp.Server, dhcp.Router), PacketSocket.Open)), _programmer, new ProgramAttachments(dataPlane), events, clock, ReopenServices);
            if (conflict is not null)
            {
                events.Add(_network.Inside == config.Inside.Network ? new InsideNetworkTaken(_network.Inside, conflict) : new InsideNetworkMoved(config.Inside.Network, _network.Inside, conflict));
            }

            _interfaces.Start();
            _firewall = new FirewallWatch(
                Own(new PathProbe()), [.. InsideServices.Of(_dns, _portal).Select(s => new ProbedService((byte)s.Protocol, s.Local)).Append(ProbedService.Echo).Distinct()], config.Portal.Address, Own(new HostFirewall()), events, clock);

            // 6. The control plane, on what an earlier process left.
            var (map, counters, ipv6) = (new BindingTable(plane), new Counters(), Own(Ipv6Carrying.Of(config, plane, () => _interfaces.NetworkState.Uplink.Index)));
            var both = new CountedBindings(bindings, map, () => _control, ipv6?.Seams.Map);
            var vendors = new Vendors(Vendors.DefaultDirectory);
            _newDevices = _notifier is null ? null : new NewDeviceReporter(_notifier, new ArrivalComposer(config, vendors), device => ArrivalInfoOf(device, bindings));
            _control = new ControlCore(
                new ControlSeams(
                    _interfaces.NetworkContext, _punts, map, new SharedTable(plane), profileTable, new BlockedStations(plane.Blocked),
                    _network.IsOneArmed ? new OneArmSeams(new StationKinds(plane.Stations), _programmer, _programmer.Router) : null,
                    state, new LeaseRepository(store, _writer), counters, events, clock, loggers.CreateLogger<ControlCore>())
                {
                    Follow = Follow,
                    Forwards = new ForwardTable(plane),
                    HostSockets = HostSockets.Read,
                    Ipv6 = ipv6?.Seams,
                    TwoArms = _network.IsOneArmed ? null : new TwoArmSeams(_programmer, new RouterNeighbors(() => _interfaces.NetworkState, events), _programmer.Router, _programmer.WereSeparate),
                    BindingListeners = [_exports.Records, .. _dns is null ? (IBindingListener[])[] : [new ObservedServersCleaner(_dns.ObservedServers, Inside)]],
                    MappingListeners = [_exports.Records],
                    ArrivalListeners = _newDevices is null ? [] : [_newDevices],
                    Timers = [_loopWatch = new LoopWatch(clock), new ClockWatch(clock, events, kept => _writer.Enqueue(new SaveClock(kept))), .. SignsOfLife()],
                },
                new ControlSettings(config, bindings, devices, health, profiles, dhcp, _portal is null ? null : new PortalSettings(config).ApiUrl) { Ipv6Routers = ipv6Routers, Ipv6Prefix = ipv6Prefix, Volumes = volumes });
            var adopted = Adopt(dhcp, plane);
            stateReporter.Adopted(adopted.Bindings, devices.Devices);
            FollowReplacements(store, stateReporter, clock);

            // 7. The administrator's operations.
            _replacement = new ReplacementRequest(DrainServices, End);
            var revisions = new RevisionStore(config.State.Directory);
            events.Subscribe(new ConfigurationTrail(_accounts, configuration.File).Note, after: 0);
            _changes = configuration.IsFromFile
                ? Own(new SettingsChanges(new SettingsFile(Path.GetFullPath(configuration.File)), configuration, revisions, new MachineClock(), clock, events, _replacement.RequestReplacement, _log.SettingsNotKept))
                : null;
            var settings = new SettingsStatus(ProcessHandover.Number, failure, () => ProcessHandover.IsUnderWay, () => ConfigurationOperations.PendingOf(_changes));
            var network = new NetworkStatus(config, () => _interfaces.NetworkState, health, _control.OneArm, () => _firewall.Closed, Attention, ipv6Routers) { Outside6 = () => _control.Ipv6?.Bindings.Outside };
            var statistics = new LiveBindingStatistics(Inside, map, _control.Napt, _dns?.ObservedServers);
            var addresses = new AddressStatus(_control.Pools, _control.Napt, devices, () => bindings.All, volumes) { Ipv6 = () => both.Ipv6ByStation.Keys };
            var counted = new CounterStatus(counters, plane.DropsOf, events, eventStream, () => _writer.Health, vendors);
            var services = new ServiceStatus(_dns, _portal, _control.Dhcp, _notifier, _accounts, () => _web?.Report, _exports.Status, () => plane.GardenPackets);
            var profileQueries = new ProfileQueries(config, devices, health, () => _interfaces.NetworkState, clock);
            _series = Own(new SeriesService(
                config.State.Directory, new GatewayReadings(addresses, counters, plane.DropsOf, services, devices, () => bindings.All, both.TrafficOf, QuestionsOf, clock) { Ipv6 = () => both.Ipv6 }, clock, events.Add,
                loggers.CreateLogger<SeriesService>()));
            var (passwords, signIns) = (Own(new Passwords()), new SignInGuard(clock));
            var changes = new AccountChanges(_accounts, events);
            _users = new UserOperations(changes, passwords, signIns, () => WebDoor.AddressesOf(config.Web, _web, _interfaces.NetworkState), clock);
            var deviceQueries = new DeviceQueries(config, Inside, directory, statistics, vendors, clock, _control.Pools.IsQuarantined) { Ipv6TrafficOf = both.TrafficOf };
            var guests = Own(new GuestStore(config.State.Directory, events, clock));
            var deviceCommands = new DeviceCommands(config, directory, deviceQueries.Select, _control.Policy.Admission, _control.Inbox, _control.Admission, new CommandJournal(events, _writer, _accounts, clock), () => network.Peer,
                new Erasure(ErasedParts.Of(() => _control, events, eventStream, _writer, store, snapshots, _accounts, guests, _notifier, _series, _dns, _exports, () => _guests!.Volumes), () => ErasedParts.StaysOf(config, clock)));
            var configurations = new ConfigurationOperations(
                configuration, () => _interfaces.NetworkState, next => StartupCheck.Check(next, out _), new ProgramCheck(program, ProgramCheck.Patience).Ask, settings,
                new SettingsEffects(directory, clock), _replacement, _changes, revisions, _accounts);
            _guests = Own(new GuestServices(config, guests, devices, directory, both, _control, _writer, volumes, state, events, _accounts, clock));
            _operations = new GatewayOperations(
                new StatusQuery(new GatewayStart(started, adopted), network, addresses, counted, services, settings, Own(MemoryGuard.Start(ControlGroup.Find(), (level, room) => _dns?.Shed(level, room), events))),
                deviceQueries, deviceCommands, profileQueries, new LeaseQueries(_control.Dhcp?.Leases, clock), eventStream,
                configurations, new BackupOperations(store, _writer, configuration.Text, events, _accounts, clock),
                new DeviceInspection(
                    directory, new CommandJournal(events, _writer, _accounts, clock), () => _interfaces.NetworkState, () => bindings.All, () => _control.Network.Current.ProbeSender,
                    key => plane.Mappings.TryGet(key, out var mapping) ? mapping.Binding : null, plane.OpenDropCopies()),
                new DiagnosisQueries(config, Inside, directory, _control.Inbox, _control.Inspector, statistics, new DiagnosisSources(
                    () => _interfaces.NetworkState, () => _control.OneLan?.Attention, () => _interfaces.Attention, () => network.Peer, () => _firewall.Closed, _control.Pools.IsQuarantined,
                    health, _control.Napt, new StationDrops(plane.StationDrops, clock), _dns is null ? null : new DnsInspector(_dns)), clock),
                new AuditLog(_accounts, device => directory.Find(device).Value?.Mac.ToString()), new SeriesQueries(_series, directory), new NetworkQuery(network, [.. config.UplinkInterfaces.Skip(1)], addresses, counted, plane.DropsOf, services, profileQueries),
                new OutboxOperations(_notifier?.Channels ?? [], config.Mail, _accounts, clock), _users, new TokenOperations(changes, clock),
                new SessionOperations(_accounts, passwords, signIns, new SignInRefusals(_accounts, events, clock), clock),
                deviceCommands, _guests.Vouchers, _guests.Rooms, _guests.Terms, new MachineOperations(configuration, devices.Machines, directory, deviceQueries, configurations),
                new FindOperations(config.Access.Vlans, () => _interfaces.NetworkState, () => _control.Network.Current.ProbeSender, directory, () => bindings.All, devices.Machines, vendors, events, _accounts),
                new ForwardOperations(configuration, _control.Forwards, configurations),
                new DeviceWaking(directory, new CommandJournal(events, _writer, _accounts, clock), () => _interfaces.NetworkState, config.Access.Vlans, () => _control.Network.Current.ProbeSender));

            // 8. The same, the console and the metrics, for people and programs elsewhere.
            var figures = new DeviceFigures(devices, () => both.All, both.TrafficOf, clock);
            var metrics = Own(new MetricsPage(
                new MetricsSource(_operations.Status, _operations.Profiles, () => _writer.Health, _series, () => figures.LongestWait, config.Web.DeviceMetrics ? () => figures.Totals : null), clock));
            _web = Own(WebDoor.Create(configuration, _operations, metrics, () => _interfaces.NetworkState, clock, loggers.CreateLogger<WebServer>()));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Builds every service; nothing is served or attached yet.</summary>
    /// <param name="program">The file that a reload starts.</param>
    /// <param name="failure">Why newer settings are not in force; null: these are the newest.</param>
    /// <exception cref="StartException">The settings do not fit this machine.</exception>
    public static Gateway Create(ConfigurationResult configuration, InnkeeperConfig config, ProgramFile program, ILoggerFactory loggers, string? failure) =>
        new(configuration, config, program, loggers, failure);

    /// <summary>Opens the doors: the services, the control socket (it also keeps a second gateway out), and last the data plane's programs.</summary>
    public void Start()
    {
        _dns?.Begin();
        _portal?.Begin();
        _controlServer = Own(new ControlServer(_config.Control.Socket, _operations, _loggers.CreateLogger<ControlServer>(), group: _config.Control.Group));
        _interfaces.Attach();
        _series.Begin();
        _exports.Begin();
        _rollback.Commit();
        _web?.Begin();
    }

    /// <summary>The settings are at work: a change that led to them is complete, or waits for its confirmation.</summary>
    /// <param name="failure">Why newer settings are not in force; null: these are the newest.</param>
    public void SettingsAreInForce(string? failure) => _changes?.InForce(failure);

    /// <summary>Serves until the first addresses are ready.</summary>
    public void Prepare() => _control.Prepare();

    /// <summary>Serves until it is to end.</summary>
    /// <returns>The sockets for a process that takes over; null: no process takes over.</returns>
    public IReadOnlyCollection<InheritedSocket>? Serve(CancellationToken stop)
    {
        using var end = stop.Register(End);
        _control.Run(_ended.Token);
        _newDevices?.Finish();
        _notifier?.Dispose();
        if (_replacement.InheritedSockets is null)
        {
            return null;
        }

        // Packets and questions that come meanwhile wait in the data plane's ring and in the services' sockets. The control server first answers
        // the client that asked for this.
        _guests.Dispose();
        _writer.Flush(s_diskPatience);
        _accounts.Flush();
        _series.Dispose();
        _exports.Dispose();
        _controlServer?.Dispose();
        _dns?.HandOver();

        // If a signal asked the process to stop meanwhile, it stops: its successor would not know of the signal.
        return stop.IsCancellationRequested ? null : [.. _replacement.InheritedSockets, .. _web?.Drain(s_servicePatience) ?? []];
    }

    /// <summary>Says goodbye: other gateways take over at once, and devices' DNS is answered by the fallback resolver.</summary>
    public void Stop()
    {
        _dns?.Leave();
        _control.OneArm?.Leave();
        _control.Routers?.Leave();
        _programmer.WithdrawPortal();
    }

    /// <summary>Checks the file and takes its settings if they are right and differ.</summary>
    /// <returns>The outcome, for the log.</returns>
    public string Reload()
    {
        var result = _operations.Configuration.Reload(new Actor("SIGHUP", ActorKind.Process, Permission.Admin, Actor.Signal));
        return result.Failure is { } failure ? string.Join("; ", [failure.Message, .. failure is Rejected rejected ? rejected.Errors : []])
            : result.Value!.Replaces ? "the new settings are being started" : "nothing has changed";
    }

    /// <summary>The problems that the interfaces and the detector of one LAN see.</summary>
    private IReadOnlyList<Problem> Attention()
    {
        (ProblemKind Kind, string? Text)[] all = [(_interfaces.IsWaiting ? ProblemKind.UplinkWaits : ProblemKind.RouterRemembered, _interfaces.Attention), (ProblemKind.OneLan, _control.OneLan?.Attention)];
        return
        [
            .. _loopWatch.Problem is { } hangs ? (Problem[])[hangs] : [],
            .. all.Where(p => p.Text is not null).Select(p => new Problem(p.Kind, p.Text!)),
            .. ForwardOperations.ProblemsOf(_control.Forwards),
            .. (_web?.Missing ?? []).Select(m => new Problem(ProblemKind.WebAddress, $"the web console cannot use {m.Url} ({m.Reason}): change [web] listen, or free the address")),
        ];
    }

    public void LogReady()
    {
        if (_web is not null && _users.LinkAtStart(ProcessHandover.Number > 1) is { Urls: [var link, ..] })
        {
            _log.ConsoleNotSetUp(link);
        }

        if (_interfaces.Attention is { } awaited)
        {
            _log.AddressAwaited(awaited);
        }

        var shared = string.Join(", ", _control.Napt.Pools.SelectMany(p => p.Addresses.Usable));
        if (_control.OneArm is null)
        {
            _log.Ready(_network.Access.Name, _network.Uplink.Name, _control.Pools.Total, shared);
        }
        else
        {
            _log.ReadyOnOneArm(_network.Uplink.Name, _network.UplinkAddress.ToString(), _control.Pools.Total, shared);
        }
    }

    public void Dispose()
    {
        while (_owned.TryPop(out var service))
        {
            service.Dispose();
        }
    }

    private T Own<T>(T service)
        where T : IDisposable?
    {
        if (service is not null)
        {
            _owned.Push(service);
        }

        return service;
    }

    /// <summary>Ends <see cref="Serve"/>. Any thread may call it.</summary>
    private void End()
    {
        _ended.Cancel();
        _punts.Wake();
    }

    private static void DeleteRemains(string directory)
    {
        try
        {
            Backups.StateBackup.DeleteRemains(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no such directory, or it is read-only: nothing lies there that takes room from anyone.
        }
    }

    /// <summary>The settings before could use their state. Otherwise a gateway serves without: a device that is at work must not wait for a disk.</summary>
    private static void DemandState(OpenOutcome outcome, string? failure)
    {
        if (outcome is { Result: OpenResult.Unavailable, IsWhole: false } && ProcessHandover.IsUnderWay && failure is null)
        {
            throw new StorageException(outcome.Reason!);
        }
    }

    private void ReportSettings(InnkeeperConfig config, EventLog events, string? failure)
    {
        if (failure is not null)
        {
            events.Add(new SettingsFailed(failure));
        }

        foreach (var problem in SecretFiles.Exposed(config))
        {
            _log.SecretExposed(problem);
        }
    }

    /// <summary>When another database comes in place of the one that was open, or of none, it gets all that is known here.</summary>
    private void FollowReplacements(StateStore store, StateReporter reporter, SteadyClock clock)
    {
        var isNews = store.Outcome is { Result: OpenResult.Unavailable, IsWhole: false };
        reporter.Follow(replacement =>
        {
            var isFirst = isNews;
            isNews = false;
            _control.Inbox.Post(() => _control.Reconcile(replacement.Devices, isFirst));
            _notifier?.SaveAll();
            _guests?.Volumes.SaveAll();
            _writer.Enqueue(new SaveClock(clock.Kept));
        });
    }

    private AdoptionReport Adopt(DhcpSettings? dhcp, BpfPlane plane)
    {
        var count = _control.Adopt(_config.Access.Vlans.Contains);
        if (dhcp is not null)
        {
            _log.DhcpServed(dhcp.Network.ToString(), dhcp.Server.ToString(), _control.Dhcp!.Leases.Active);
        }

        var source = plane.Adopted.ToString().ToLowerInvariant();
        _log.Adopted(count, source);
        return new AdoptionReport(count, source);
    }

    /// <summary>The control loop asks in each turn whether the network changed. The host's firewall is looked after in the same turn.</summary>
    private NetworkContext? Follow()
    {
        var before = Inside();
        var next = _interfaces.Follow();
        if (Inside() != before)
        {
            // Kept by inside address; a later network may have the same addresses for other devices.
            _dns?.ObservedServers.Clear();
        }

        try
        {
            _firewall.Tick(_interfaces.Ends, _interfaces.NetworkState.Inside);
        }
        catch (NetlinkException)
        {
            // The pair is being made again: the next turn finds it.
        }

        return next;
    }

    /// <summary>The inside network now. Any thread may ask, once the gateway serves.</summary>
    private Ipv4Network Inside() => _interfaces.NetworkState.Inside;

    private uint QuestionsOf(Binding binding) => _dns?.Questions.Of(Inside().AddressOf(binding)) ?? 0;

    private void ReopenServices()
    {
        _dns?.Reopen();
        _portal?.Reopen();
    }

    /// <summary>The services accept no more work, and finish the current work if that takes no longer than people notice. Devices are served meanwhile.</summary>
    private IReadOnlyCollection<InheritedSocket> DrainServices()
    {
        var dns = Task.Run(() => _dns?.Drain(s_servicePatience) ?? []);
        return [.. _portal?.Drain(s_servicePatience) ?? [], .. dns.GetAwaiter().GetResult()];
    }

    /// <summary>The facts about a new device that its notification has beside its record.</summary>
    private ArrivalInfo ArrivalInfoOf(DeviceRecord device, BindingIndex bindings)
    {
        var network = _interfaces.NetworkState;
        var binding = bindings.OfMac(device.Mac) is [var first, ..] ? first : null;
        return new ArrivalInfo(
            binding, binding is null || _dns is null ? [] : [.. _dns.ObservedServers.Of(Inside().AddressOf(binding))], new Ipv4Address(network.UplinkAddress.Mask), network.Gateway,
            _dns?.Resolver.Upstreams.Select(u => u.Address.ToString()).ToList());
    }

    private DnsService CreateDns(InnkeeperConfig config, BindingIndex bindings, DeviceDirectory directory, IDnsWatch watch, GardenMap garden, Func<ushort, bool> hidesIpv6, EventLog events, TimeProvider clock, ILoggerFactory loggers) => new(
        new ResolverSettings(config.Dns.Upstreams, config.Dns.CacheMebibytes * 1024L * 1024, config.Dns.RefusePrivate, config.Dns.MissesPerSecond, config.Portal.HasGarden ? new GardenNames(config.Portal.Allow) : null, config.RefusesIpv6 ? hidesIpv6 : null),
        LocalNamesOf(config, new DeviceNames(() => bindings.All, () => directory.Names)),
        InsideNetwork.StackEnd, config.Dns.ServeUplink ? config.Uplink.Interface : null, () => ResolvConf.Read(ResolvConf.Paths),
        new DnsAskers(() => bindings.All, Inside, clock).Of, garden, new SignOfLife(watch, config.Dns.Fallback), events.Add, loggers.CreateLogger<DnsService>());

    /// <summary>Those that systemd demands; none: it demands none.</summary>
    private ServiceWatchdog[] SignsOfLife() =>
        ServiceWatchdog.LimitFor(Environment.ProcessId) is { } limit ? [new ServiceWatchdog(limit, _dns is { } dns ? () => dns.Turns : null, ServiceWatchdog.Give)] : [];

    private static LocalNames LocalNamesOf(InnkeeperConfig config, DeviceNames devices) => new(
        new PortalSettings(config).NamesWith(config.Dns.Hosts), config.Dns.Zone, devices.Find, devices.NameOf,
        config.Dns.AnswersPrivateReverse ? new PrivateZones(config.Dns.Hosts) : null);
}
