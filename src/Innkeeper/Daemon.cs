using System.Collections.Immutable;
using System.Runtime.InteropServices;
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
            return Run(ConfigurationFile.Parse(before, configuration.File), verbose, Wording.OneLine(e.Message));
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
        var memory = new StateRepository(store, writer, clock);
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
        using var plane = BpfPlane.Load((uint)config.DataPlane.Bindings, (uint)config.DataPlane.Mappings, pins.Path, ProgramAttachments.HooksFor(footing, ends.Stack));
        var index = new BindingIndex();
        using var dns = config.Dns.Enabled ? StartDns(config, () => index.All, loggers) : null;
        var devices = new DeviceStore(config.DataPlane.Bindings * 2);
        var lookup = new PortalDeviceLookup(config, () => index.All, () => devices.Devices);
        using var portal = config.Portal.Enabled
            ? new PortalService(new PortalSettings(config), certificate, lookup.Find, PortalService.OpenInside, clock, loggers.CreateLogger<PortalService>())
            : null;
        var health = GatewayHealth.Of(config, footing.Gateway, memory.LoadGatewayOutages());
        var profileTable = new ProfileTable(plane, ProfileProgrammer.NamesOf(config));
        var profiles = new ProfileProgrammer(config, new GatewaySelector(config, health.IsDown), profileTable);
        var leasing = DhcpStart.SettingsOf(config, footing);
        var dataPlane = new BpfDataPlane(plane, profiles);
        var programmer = new DataPlaneProgrammer(config, footing, ends, dataPlane, leasing?.Server, ServicesOf(dns, portal));
        using var sockets = new LinkSockets(config, leasing is null ? null : (leasing.Server, leasing.Router), PacketSocket.Open);
        using var host = new HostNetwork(config.Inside.Network);
        var arms = new InterfaceMonitor(configuration, footing, ends, host, sockets, programmer, new ProgramAttachments(dataPlane), events, () =>
        {
            dns?.Reopen();
            portal?.Reopen();
        });
        arms.Start();

        // 4. The control plane, on what was there before.
        var table = new BindingTable(plane);
        var shared = new SharedTable(plane);
        var counters = new Counters();
        using var ring = plane.OpenPunts();
        Reporter? reporter = null;
        var arrivals = new ArrivalRelay(device =>
        {
            // The list of vendors is read apart: the control loop does not wait.
            if (notifier is not null && reporter is not null)
            {
                var arrival = reporter.Introduce(device);
                var told = Task.Run(() => notifier.Arrived(arrival with { Vendor = reporter.VendorOf(arrival.Mac) }));
                if (ended.IsCancellationRequested)
                {
                    told.Wait();
                }
            }
        });
        var control = new ControlCore(
            new ControlSeams(
                arms.NetworkContext, ring, table, shared, profileTable, new BlockedStations(plane.Blocked),
                footing.IsOneArmed ? new OneArmSeams(new StationKinds(plane.Stations), programmer, programmer.Router) : null,
                memory, new LeaseRepository(store, writer), counters, events, clock, loggers.CreateLogger<ControlCore>())
            {
                Follow = arms.Follow,
                BindingListeners = dns is null ? [] : [new DnsForgetter(dns, config.Inside.Network)],
                ArrivalListeners = [arrivals],
            },
            new ControlSettings(config, index, devices, health, profiles, leasing, portal is null ? null : new PortalSettings(config).ApiUrl));
        if (leasing is not null)
        {
            log.DhcpServed(leasing.Network.ToString(), leasing.Server.ToString(), control.Dhcp!.Leases.Active);
        }

        var adopted = control.Adopt(vlan => config.Access.Vlans.Contains(vlan));
        var source = plane.Adopted.ToString().ToLowerInvariant();
        log.Adopted(adopted, source);
        if (store.SkippedRows is > 0 and var rows)
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
        var administration = new Administration(control, new AdmissionPolicy(config.Profiles, config.Rules), config, events, writer, clock);
        reporter = new Reporter(configuration, started, arms, dns, portal, plane, table, shared, control, administration, counters, events, store, writer, new AdoptionReport(adopted, source), notifier, clock)
        {
            Dhcp = control.Dhcp,
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
                        ring.Wake();
                    }
                }
            },
        };
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Reload(context, reporter, log));
        using var server = new ControlServer(config.Control.Socket, reporter, loggers.CreateLogger<ControlServer>());
        arms.Attach();

        // 6. At work. From here on, ending leaves the data plane as it is.
        traces.Keep();
        var tookOver = TakesOver;
        ProcessHandover.Completed();
        control.Prepare();
        Console.Out.WriteLine("ready");
        Console.Out.Flush();
        if (tookOver && notStarted is null)
        {
            log.SettingsInForce(configuration.File);
        }

        var systemd = new SystemdNotifier();
        systemd.Notify(ServiceState.Ready);
        if (control.OneArm is null)
        {
            log.Ready(footing.Access.Name, footing.Uplink.Name, control.Pools.Total, string.Join(", ", control.Napt.Pools.SelectMany(t => t.Addresses.Usable)));
        }
        else
        {
            log.ReadyOnOneArm(footing.Uplink.Name, footing.UplinkAddress.ToString(), control.Pools.Total, string.Join(", ", control.Napt.Pools.SelectMany(t => t.Addresses.Usable)));
        }

        control.Run(ended.Token);
        notifier?.Dispose();
        if (heirs is not null)
        {
            // What comes meanwhile waits in the data plane's ring and in the services' sockets.
            writer.Flush(TimeSpan.FromSeconds(2));
            server.Dispose();
        }

        // Who was told to end meanwhile ends: the successor would not know.
        if (heirs is not null && !stop.IsCancellationRequested)
        {
            log.Replaced(configuration.File);
            throw new StartException($"new settings cannot take over: {ProcessHandover.Replace(configuration.Text, heirs)}; start the gateway again");
        }

        control.OneArm?.Leave();
        systemd.Notify(ServiceState.Stopping);
        programmer.WithdrawServices();
        log.Stopped();
        return ExitCode.Ok;
    }

    private static DnsService StartDns(InnkeeperConfig config, Func<ImmutableDictionary<uint, Binding>> bindings, ILoggerFactory loggers) => new(
        new ResolverSettings(config.Dns.Upstreams, config.Dns.CacheMebibytes * 1024L * 1024, config.Dns.RefusePrivate, config.Dns.MissesPerSecond),
        new LocalNames(new PortalSettings(config).NamesWith(config.Dns.Hosts), config.Dns.Zone, new DeviceNames(bindings).Find),
        InsideNetwork.StackEnd, config.Dns.ServeUplink ? config.Uplink.Interface : null, () => ResolvConf.Read(ResolvConf.Paths), loggers.CreateLogger<DnsService>());

    private static ImmutableArray<Service> ServicesOf(DnsService? dns, PortalService? portal)
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

/// <summary>The DNS service forgets which servers a device asked when its binding ends.</summary>
internal sealed class DnsForgetter(DnsService dns, Ipv4Network inside) : IBindingListener
{
    public void OnEnded(Binding binding) => dns.Asked.Forget(new Ipv4Address(inside.NetworkId.Value + binding.Number));
}

internal sealed class ArrivalRelay(Action<DeviceRecord> relay) : IArrivalListener
{
    public void OnArrival(DeviceRecord device) => relay(device);
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
