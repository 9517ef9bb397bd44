using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Innkeeper.Addresses;
using Innkeeper.Policy;
using Innkeeper.Interfaces;
using Innkeeper.Cli;
using Innkeeper.Configuration;
using Innkeeper.Control;
using Innkeeper.DataPlane;
using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.Dns;
using Innkeeper.Dns.Sockets;
using Innkeeper.Events;
using Innkeeper.Interop;
using Innkeeper.Links;
using Innkeeper.Notifications;
using Innkeeper.OneArm;
using Innkeeper.Portal;
using Innkeeper.Storage;
using Innkeeper.Wire;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace Innkeeper;

/// <summary>
/// Every service in start order. Nothing is attached before everything else works, and ending (however) leaves the data
/// plane at work: it is `teardown` that removes it.
/// </summary>
internal static class Daemon
{
    /// <summary>Runs with settings that are right, or, where this process took over from one with others, with those if these will not do.</summary>
    public static int Run(ConfigurationResult configuration, bool verbose) => Run(configuration, verbose, notStarted: null);

    /// <param name="notStarted">Why newer settings are not in force instead.</param>
    private static int Run(ConfigurationResult configuration, bool verbose, string? notStarted)
    {
        using var loggers = LoggerFactory.Create(builder => builder
            .SetMinimumLevel(verbose ? LogLevel.Debug : LogLevel.Information)
            .AddSimpleConsole(o =>
            {
                o.SingleLine = true;
                o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
                o.UseUtcTimestamp = true;
                o.ColorBehavior = Microsoft.Extensions.Logging.Console.LoggerColorBehavior.Disabled;
            })
            .AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace));
        try
        {
            return Serve(configuration, loggers, notStarted);
        }
        catch (Exception e) when (TakesOver && IsExpected(e) && ProcessHandover.SettingsBefore() is { } before && before != configuration.Text)
        {
            // The settings were checked; that they cannot be started all the same shows only now. Those of before could.
            loggers.CreateLogger("Innkeeper.Daemon").SettingsFailed(e.Message);
            return Run(ConfigurationFile.Parse(before, configuration.File), verbose, SafeText.OneLine(e.Message));
        }
        catch (Exception e) when (IsExpected(e))
        {
            Console.Error.WriteLine($"innkeeper: {e.Message}");
            if (verbose && e is DataPlaneException { Detail: { Length: > 0 } detail })
            {
                Console.Error.WriteLine(detail);
            }

            return ExitCode.Failure;
        }
    }

    /// <summary>This process took over from one with other settings; those of before are there, should its own not do.</summary>
    public static bool TakesOver => ProcessHandover.IsUnderWay;

    private static bool IsExpected(Exception e) =>
        e is DataPlaneException or NetlinkException or StorageException or IOException or UnauthorizedAccessException or StartException;

    private static int Serve(ConfigurationResult configuration, ILoggerFactory loggers, string? notStarted)
    {
        if (configuration.Config is not { } config)
        {
            // Only a successor comes here: the file was right when it was checked.
            throw new StartException(string.Join('\n', configuration.Errors));
        }

        var clock = TimeProvider.System;
        var started = clock.GetUtcNow();
        var log = loggers.CreateLogger("Innkeeper.Daemon");
        using var stop = new CancellationTokenSource();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Cancel(context, stop));
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Cancel(context, stop));

        // 0. What would fail further on for reasons that the kernel does not tell.
        if (SystemRequirements.ToRun(SystemFacts.Read(), config.Dns.ServeUplink) is { Count: > 0 } lacking)
        {
            throw new StartException(string.Join('\n', lacking));
        }

        // Alone? A second gateway must not touch the first one's maps.
        if (ControlServer.IsAnswering(config.Control.Socket))
        {
            throw new StartException($"another gateway is running and answers at {config.Control.Socket}; stop it, or give this one its own [control] socket");
        }

        // 1. The interfaces, and whether the settings fit them.
        var faults = Preflight.Check(configuration, out var found);
        if (found is not { } footing || faults.Count > 0)
        {
            throw new StartException(string.Join('\n', faults));
        }

        var certificate = PortalCertificate.Load(configuration, clock, loggers.CreateLogger<PortalService>(), out var notLoaded);
        if (notLoaded is not null)
        {
            throw new StartException(notLoaded.ToString());
        }

        // 2. State: what is remembered of devices.
        using var store = StateStore.Open(config.State.Directory, out var outcome);
        using var writer = new StateWriter(store);
        var memory = new StateRepository(store, writer, config.Inside.Network, clock);
        var events = new EventLog(clock, memory.Note);
        writer.HealthChanged += health => events.Add(health.IsOk ? new StorageRestored(health.Path) : new StorageFailed(health.Path, health.Reason ?? ""));
        if (outcome.Result == OpenResult.SetAside)
        {
            log.StateSetAside(outcome.Path!, outcome.Reason!);
            events.Add(new DatabaseSetAside(outcome.Path!, outcome.Reason!));
        }

        // Notifies the administrator, also of the events that came before this line.
        using var notifier = Notifier.Start(config, store, writer, events, clock, loggers.CreateLogger<Notifier>());

        // 3. The slow path, the data plane's maps and programs: loaded, not yet attached.
        var pins = new PinFolder(config.DataPlane.Bpffs);
        using var traces = new StartupRollback(pins, log);
        pins.Ensure();
        var ends = InsideNetwork.Ensure(config.Inside.Network, footing.Access.Mtu);
        using var plane = BpfPlane.Load((uint)config.DataPlane.Bindings, (uint)config.DataPlane.Mappings, pins.Path, InterfaceMonitor.HooksFor(footing, ends.Stack));
        Registry registry = null!;
        using var dns = config.Dns.Enabled ? StartDns(config, () => registry?.Bindings ?? [], loggers) : null;
        var book = new DeviceStore(config.DataPlane.Bindings * 2);
        var desk = new PortalDeviceLookup(config, () => registry?.Bindings ?? [], () => book.Devices);
        using var portal = config.Portal.Enabled
            ? new PortalService(new PortalSettings(config), certificate, desk.Find, PortalService.OpenInside, clock, loggers.CreateLogger<PortalService>())
            : null;
        var health = GatewayHealth.Of(config, footing.Gateway, memory.LoadGatewayOutages());
        var profiles = new ProfileProgrammer(config, new GatewaySelector(config, health.IsDown), new ProfileTable(plane, ProfileProgrammer.NamesOf(config)));
        using var arms = new InterfaceMonitor(configuration, footing, ends, plane, profiles, events, ServicesOf(dns, portal));
        arms.Remade += () => dns?.Reopen();
        arms.Remade += () => portal?.Reopen();
        var leasing = DhcpStart.SettingsOf(config, footing);
        if (leasing is not null)
        {
            arms.ServeDhcp(leasing.Server, leasing.Router);
        }

        // 4. The control plane, on what was there before.
        var table = new BindingTable(plane);
        var supplies = SuppliesOf(config);
        Dispatcher dispatcher = null!;
        registry = new Registry(
            supplies, table.Capacity, number => dispatcher.IdleFor(number, System.Diagnostics.Stopwatch.GetElapsedTime(0)), table.IsConfirmed);
        var counters = new Counters();
        var dispatch = loggers.CreateLogger<Dispatcher>();
        AddressConflictDetector LegalOf(GatewayAddresses supply, AddressPool addresses) =>
            new(arms.NetworkContext, supply.Uplink, footing.IsOneArmed, addresses, memory, counters, events, clock, dispatch);
        var pools = new AddressPools([.. supplies.Select(s => new GatewayPool(s.Uplink, s.Pool, LegalOf(s, s.Pool)))]);
        var stocks = supplies.Where(s => s.Shared is not null).Select(s => new NaptPool(s.Uplink, s.Shared!, LegalOf(s, s.Shared!.Pool))).ToList();
        var lan = footing.IsOneArmed ? LanOf(config, arms, plane, counters, events) : null;
        registry.Lan = lan is null ? null : footing.UplinkAddress;
        var sharing = new NaptAllocator(
            registry, stocks, new SharedTable(plane), table, isHosts => LayoutOf(config.Napt, isHosts), plane.Sweep, new MappingLog(config.Napt.Log, events, clock), events);
        var admission = new AdmissionOffice(
            config, book, new AdmissionPolicy(config.Profiles, config.Rules), profiles, health, plane.Blocked);
        dispatcher = new Dispatcher(
            arms.NetworkContext, registry, pools, sharing, admission, table, memory, counters, events,
            config.Napt.RefuseAsProhibited ? IcmpUnreachable.AdministrativelyProhibited : IcmpUnreachable.HostUnreachable, lan, clock, dispatch);
        dispatcher.Released = binding => dns?.Asked.Forget(new Ipv4Address(config.Inside.Network.NetworkId.Value + binding.Number));
        dispatcher.CaptivePortal = portal is null ? null : new PortalSettings(config).ApiUrl;
        if (leasing is not null)
        {
            dispatcher.Dhcp = DhcpStart.Start(config, leasing, arms, dispatcher, new LeaseRepository(store, writer), counters, events, clock);
            log.DhcpServed(leasing.Network.ToString(), leasing.Server.ToString(), dispatcher.Dhcp.Book.Active);
        }

        var adopted = dispatcher.Adopt(vlan => config.Access.Vlans.Contains(vlan));
        var source = plane.Adopted.ToString().ToLowerInvariant();
        log.Adopted(adopted, source);
        if (store.PassedOver is > 0 and var rows)
        {
            events.Add(new RowsSkipped(rows));
        }

        if (notStarted is not null)
        {
            events.Add(new SettingsFailed(notStarted));
        }

        // Before, they would not know their askers.
        dns?.Begin();
        portal?.Begin();

        // 5. The doors: the control socket first, it also keeps a second gateway out.
        IReadOnlyCollection<InheritedSocket>? heirs = null;
        var isReplaced = 0;
        var administration = new Administration(dispatcher, admission, registry, events, writer, clock);
        var reporter = new Reporter(configuration, started, arms, dns, portal, lan, plane, table, registry, admission, administration, pools, sharing, counters, events, store, writer, new AdoptionReport(adopted, source), notifier, clock)
        {
            Dhcp = dispatcher.Dhcp,
            Settings = new SettingsReport(ProcessHandover.Number, notStarted),
            Replace = () =>
            {
                if (Interlocked.Exchange(ref isReplaced, 1) == 0)
                {
                    try
                    {
                        // Devices are served meanwhile.
                        heirs = Retire(dns, portal);
                    }
                    finally
                    {
                        // Whatever becomes of the services' sockets, the new settings are to be started: there is no way back to the old services.
                        heirs ??= [];
                        ended.Cancel();
                        dispatcher.Wake?.Invoke();
                    }
                }
            },
        };
        dispatcher.Introduced = notifier is null ? null : device =>
        {
            // The list of vendors is read apart: the dispatcher does not wait.
            var arrival = reporter.Introduce(device);
            var told = Task.Run(() => notifier.Arrived(arrival with { Vendor = reporter.VendorOf(arrival.Mac) }));
            if (ended.IsCancellationRequested)
            {
                told.Wait();
            }
        };
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Reload(context, reporter, log));
        using var control = new ControlServer(config.Control.Socket, reporter, loggers.CreateLogger<ControlServer>());
        using var ring = plane.OpenPunts(dispatcher.OnPunt);
        dispatcher.Wake = ring.Wake;
        arms.Attach();

        // 6. At work. From here on, ending leaves the data plane as it is.
        traces.Keep();
        var tookOver = TakesOver;
        ProcessHandover.Completed();
        dispatcher.Prepare(ring);
        Console.Out.WriteLine("ready");
        Console.Out.Flush();
        if (tookOver && notStarted is null)
        {
            log.SettingsInForce(configuration.File);
        }

        var systemd = new SystemdNotifier();
        systemd.Notify(ServiceState.Ready);
        if (lan is null)
        {
            log.Ready(footing.Access.Name, footing.Uplink.Name, pools.Total, string.Join(", ", stocks.SelectMany(t => t.Addresses.Usable)));
        }
        else
        {
            log.ReadyOnOneArm(footing.Uplink.Name, footing.UplinkAddress.ToString(), pools.Total, string.Join(", ", stocks.SelectMany(t => t.Addresses.Usable)));
        }

        dispatcher.Run(ring, arms.Follow, ended.Token);
        notifier?.Dispose();
        if (heirs is not null)
        {
            // What comes meanwhile waits in the data plane's ring and in the services' sockets.
            writer.Flush(TimeSpan.FromSeconds(2));
            control.Dispose();
        }

        // Who was told to end meanwhile ends: the successor would not know.
        if (heirs is not null && !stop.IsCancellationRequested)
        {
            log.Replaced(configuration.File);
            throw new StartException($"new settings cannot take over: {ProcessHandover.Replace(configuration.Text, heirs)}; start the gateway again");
        }

        lan?.Leave();
        systemd.Notify(ServiceState.Stopping);
        arms.WithdrawServices();
        log.Stopped();
        return ExitCode.Ok;
    }

    /// <summary>Each gateway's legal addresses, by the gateway's number; the main one's are [pool] and [napt].</summary>
    private static List<GatewayAddresses> SuppliesOf(InnkeeperConfig config)
    {
        SharedAddresses? SharedOf(ImmutableArray<AddressRange> ranges, bool isOwnShared) =>
            config.Napt.Enabled && (isOwnShared || !ranges.IsEmpty) ? new SharedAddresses(new AddressPool(ranges.SelectMany(r => r.Addresses()))) : null;

        GatewayAddresses SupplyOf(int uplink, ImmutableArray<AddressRange> pool, ImmutableArray<AddressRange> shared, bool isOwnShared) => new(
            uplink, new AddressPool(pool.SelectMany(r => r.Addresses())), SharedOf(shared, isOwnShared), LayoutOf(config.Napt, shared.IsEmpty).Blocks);

        return
        [
            SupplyOf(0, config.Pool.Addresses, config.Napt.Addresses, true),
            .. config.Gateways.Select(g => SupplyOf(config.UplinkOf(g), g.Pool, g.Shared, config.UplinkOf(g) != 0)),
        ];
    }

    private static DnsService StartDns(InnkeeperConfig config, Func<ImmutableDictionary<uint, Binding>> bindings, ILoggerFactory loggers) => new(
        new ResolverSettings(config.Dns.Upstreams, config.Dns.CacheMebibytes * 1024L * 1024, config.Dns.RefusePrivate, config.Dns.MissesPerSecond),
        new LocalNames(new PortalSettings(config).NamesWith(config.Dns.Hosts), config.Dns.Zone, new DeviceNames(bindings).Find),
        InsideNetwork.StackEnd, config.Dns.ServeUplink ? config.Uplink.Interface : null, () => ResolvConf.Read(ResolvConf.Paths), loggers.CreateLogger<DnsService>());

    private static OneArmController LanOf(InnkeeperConfig config, InterfaceMonitor arms, BpfPlane plane, Counters counters, EventLog events)
    {
        var around = arms.NetworkContext;
        var facts = new LanParameters(
            around.UplinkMac, around.Networks.UplinkNetwork, around.Router, address => config.Pool.Addresses.Concat(config.Napt.Addresses).Any(r => r.Contains(address)), config.Access.ServesWrongGateways);
        return new OneArmController(
            around, new LanResponder(facts), new GatewayElection(config.Peers.Priority, around.UplinkMac), plane.Stations, arms.Router, arms.SetRouter, arms.SetPassive, counters, events);
    }

    private static PortLayout LayoutOf(NaptConfig napt, bool isHosts) =>
        isHosts ? PortLayout.Beside(napt.Ports.First, napt.Ports.Last, napt.Block) : PortLayout.Whole(napt.Block);

    private static Service[] ServicesOf(DnsService? dns, PortalService? portal)
    {
        var services = new List<Service>();
        if (dns is not null)
        {
            services.Add(new Service { Port = 53, Local = dns.UdpPort, Protocol = IpProtocol.Udp });
            services.Add(new Service { Port = 53, Local = dns.TcpPort, Protocol = IpProtocol.Tcp });
        }

        if (portal is not null)
        {
            services.Add(new Service { Port = 80, Local = portal.HttpPort, Protocol = IpProtocol.Tcp, Flags = ServiceFlags.Held | ServiceFlags.Own });
        }

        if (portal is { HttpsPort: > 0 })
        {
            services.Add(new Service { Port = 443, Local = portal.HttpsPort, Protocol = IpProtocol.Tcp, Flags = ServiceFlags.Own });
        }

        return [.. services];
    }

    /// <summary>The services take no more, and end what they are at if that takes no longer than people notice.</summary>
    private static IReadOnlyCollection<InheritedSocket> Retire(DnsService? dns, PortalService? portal)
    {
        var patience = TimeSpan.FromSeconds(1);
        var asking = Task.Run(() => dns?.Retire(patience) ?? []);
        return [.. portal?.Retire(patience) ?? [], .. asking.GetAwaiter().GetResult()];
    }

    /// <summary>`systemctl reload`, as `innkeeper config reload`.</summary>
    private static void Reload(PosixSignalContext context, Reporter reporter, ILogger log)
    {
        context.Cancel = true;
        var outcome = reporter.Reload().AsTask().GetAwaiter().GetResult();
        log.Reloaded(string.Join("; ", outcome.Errors.Prepend(outcome.Text)));
        outcome.Replace?.Invoke();
    }

    private static void Cancel(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }
}

/// <summary>What a start that fails takes back: the inside network and the pins, unless an earlier run's data plane stands on them.</summary>
internal sealed class StartupRollback(PinFolder pins, ILogger log) : IDisposable
{
    private bool _keep = Netlink.ReadInterface(InsideNetwork.StackEnd, out _);

    public void Keep() => _keep = true;

    public void Dispose()
    {
        if (_keep)
        {
            return;
        }

        try
        {
            InsideNetwork.Remove();
            pins.Remove();
        }
        catch (Exception e) when (e is NetlinkException or IOException or UnauthorizedAccessException)
        {
            // The start's own failure is what people must read, and mostly the cause of this one.
            log.NotTakenBack(e.Message);
        }
    }
}

/// <summary>The gateway cannot start; the message is for the administrator.</summary>
internal sealed class StartException(string message) : Exception(message);

/// <summary>The log messages; their ids are in <see cref="LogIds"/>.</summary>
internal static partial class DaemonLog
{
    [LoggerMessage(LogIds.BindingsAdopted, LogLevel.Information, "Adopted {Count} bindings ({Source})")]
    public static partial void Adopted(this ILogger log, int count, string source);

    [LoggerMessage(LogIds.Ready, LogLevel.Information, "Serving devices on {Access} through {Uplink} with {Count} outside addresses; shared: {Shared}")]
    public static partial void Ready(this ILogger log, string access, string uplink, int count, string shared);

    [LoggerMessage(LogIds.ReadyOnOneArm, LogLevel.Information, "Serving misconfigured devices on {Interface} ({Network}) with {Count} outside addresses; shared: {Shared}")]
    public static partial void ReadyOnOneArm(this ILogger log, string @interface, string network, int count, string shared);

    [LoggerMessage(LogIds.DatabaseSetAside, LogLevel.Error, "Database unusable ({Reason}); moved to {Path}. A new one is filled from the data plane")]
    public static partial void StateSetAside(this ILogger log, string path, string reason);

    [LoggerMessage(LogIds.DhcpStarted, LogLevel.Information, "Leasing addresses of {Network} as {Server}; {Count} leases stay valid")]
    public static partial void DhcpServed(this ILogger log, string network, string server, int count);

    [LoggerMessage(LogIds.RollbackFailed, LogLevel.Debug, "Could not undo what the start had set up: {Reason}")]
    public static partial void NotTakenBack(this ILogger log, string reason);

    [LoggerMessage(LogIds.Reloaded, LogLevel.Information, "Configuration reloaded: {Outcome}")]
    public static partial void Reloaded(this ILogger log, string outcome);

    [LoggerMessage(LogIds.SettingsApplied, LogLevel.Information, "Applying the new settings of {File}")]
    public static partial void Replaced(this ILogger log, string file);

    [LoggerMessage(LogIds.SettingsFailed, LogLevel.Error, "The new settings cannot be started ({Reason}); the previous settings were restored")]
    public static partial void SettingsFailed(this ILogger log, string reason);

    [LoggerMessage(LogIds.SettingsInForce, LogLevel.Information, "The new settings of {File} are in force")]
    public static partial void SettingsInForce(this ILogger log, string file);

    [LoggerMessage(LogIds.Stopped, LogLevel.Information, "Stopped; known devices go on without the control plane until `innkeeper teardown`")]
    public static partial void Stopped(this ILogger log);
}
