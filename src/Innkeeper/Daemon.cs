using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Innkeeper.Addresses;
using Innkeeper.Arms;
using Innkeeper.Cli;
using Innkeeper.Configuration;
using Innkeeper.Control;
using Innkeeper.DataPlane;
using Innkeeper.Devices;
using Innkeeper.Dispatch;
using Innkeeper.Dns;
using Innkeeper.Dns.Sockets;
using Innkeeper.Interop;
using Innkeeper.Links;
using Innkeeper.OneArm;
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
    public static int Run(ConfigurationResult configuration, bool verbose)
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
            return Serve(configuration, loggers);
        }
        catch (Exception e) when (e is DataPlaneException or NetlinkException or StorageException or IOException or UnauthorizedAccessException or StartException)
        {
            Console.Error.WriteLine($"innkeeper: {e.Message}");
            if (verbose && e is DataPlaneException { Detail: { Length: > 0 } detail })
            {
                Console.Error.WriteLine(detail);
            }

            return ExitCode.Failure;
        }
    }

    private static int Serve(ConfigurationResult configuration, ILoggerFactory loggers)
    {
        var config = configuration.Config!;
        var clock = TimeProvider.System;
        var started = clock.GetUtcNow();
        var log = loggers.CreateLogger("Innkeeper.Daemon");
        using var stop = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Cancel(context, stop));
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Cancel(context, stop));

        if (!Libbpf.IsAvailable)
        {
            throw new DataPlaneException("libbpf.so.1 is not on this system; install it (Debian: apt install libbpf1)");
        }

        // 0. Alone? A second gateway must not touch the first one's maps.
        if (ControlServer.IsAnswering(config.ControlSocket))
        {
            throw new StartException($"another gateway is running and answers at {config.ControlSocket}; stop it, or give this one its own [control] socket");
        }

        // 1. The interfaces, and whether the settings fit them.
        if (Footing.Read(config, out var problem) is not { } footing)
        {
            throw new StartException(configuration.ErrorAt(problem.Key, problem.Text).ToString());
        }

        if (new[] { footing.Access, footing.Uplink }.FirstOrDefault(i => !i.IsUp) is { } down)
        {
            throw new StartException($"interface {down.Name} is down; bring it up (`ip link set {down.Name} up`) and start again");
        }

        var errors = ConfigurationCheck.Against(configuration, footing.UplinkAddress, footing.Gateway).ToList();
        foreach (var (key, ranges) in ((string, ImmutableArray<AddressRange>)[])[("pool.addresses", config.Pool), ("napt.addresses", config.Napt.Addresses)])
        {
            foreach (var other in footing.Uplink.Addresses.Where(a => ranges.Any(r => r.Contains(a.Address)) && a.Address != footing.UplinkAddress.Address))
            {
                errors.Add(configuration.ErrorAt(key, $"contains {other.Address}, an address of interface {footing.Uplink.Name}; leave it out"));
            }
        }

        errors.AddRange(ConfigurationCheck.Ports(configuration, HostPorts()));

        if (errors.Count > 0)
        {
            throw new StartException(string.Join('\n', errors));
        }

        // 2. State: what is remembered of devices.
        using var store = StateStore.Open(config.StateDirectory, out var outcome);
        using var writer = new StateWriter(store);
        var memory = new StateMemory(store, writer, config.Inside, clock);
        var events = new EventLog(clock, memory.Note);
        if (outcome.Result == OpenResult.SetAside)
        {
            log.StateSetAside(outcome.Path!, outcome.Reason!);
            events.Add("state-set-aside", $"the database was not to be used ({outcome.Reason}) and lies now at {outcome.Path}");
        }

        // 3. The slow path, the data plane's maps and programs: loaded, not yet attached.
        var pins = new PinFolder(config.Bpffs);
        using var traces = new Traces(pins, log);
        pins.Ensure();
        var ends = InsideNetwork.Ensure(config.Inside, footing.Access.Mtu);
        using var plane = BpfPlane.Load((uint)config.Bindings, (uint)config.Mappings, pins.Path, ArmsKeeper.HooksFor(footing, ends.Stack));
        Registry registry = null!;
        using var dns = config.DnsEnabled ? StartDns(config, () => registry?.Bindings ?? [], loggers) : null;
        using var arms = new ArmsKeeper(configuration, footing, ends, plane, pins, events, ServicesOf(dns));
        arms.Remade += () => dns?.Reopen();

        // 4. The control plane, on what was there before.
        var table = new BindingTable(plane, config.Inbound);
        var pool = new AddressPool(config.Pool.SelectMany(r => r.Addresses()));
        var shared = new SharedAddresses(new AddressPool(config.Napt.Enabled ? config.Napt.Addresses.SelectMany(r => r.Addresses()) : []));
        Dispatcher dispatcher = null!;
        registry = new Registry(pool, table.Capacity, config.AddressesPerDevice,
            number => dispatcher.IdleFor(number, System.Diagnostics.Stopwatch.GetElapsedTime(0)),
            config.Legal == LegalPreference.OwnOnly ? null : shared, config.Legal != LegalPreference.Shared);
        var counters = new Counters();
        var dispatch = loggers.CreateLogger<Dispatcher>();
        LegalAddresses LegalOf(AddressPool addresses) => new(arms.Surroundings, footing.IsOneArmed, addresses, memory, counters, events, clock, dispatch);
        var lan = footing.IsOneArmed ? LanOf(config, arms, plane, counters, events) : null;
        registry.Lan = lan is null ? null : footing.UplinkAddress;
        var sharing = new Sharing(
            registry, shared, new SharedTable(plane), table, LegalOf(shared.Pool), address => LayoutOf(config.Napt, address == shared.Own), plane.Sweep,
            new MappingLog(config.Napt.Log, events, clock), events);
        dispatcher = new Dispatcher(
            arms.Surroundings, registry, pool, LegalOf(pool), sharing, table, memory, counters, events,
            config.Napt.RefuseAsProhibited ? Refusal.AdministrativelyProhibited : Refusal.HostUnreachable, lan, clock, dispatch);
        dispatcher.Released = binding => dns?.Asked.Forget(new Ipv4Address(config.Inside.NetworkId.Value + binding.Number));
        var adopted = dispatcher.Adopt(vlan => config.Vlans.Contains(vlan));
        var source = plane.Adopted.ToString().ToLowerInvariant();
        log.Adopted(adopted, source);

        // 5. The doors: the control socket first, it also keeps a second gateway out.
        var reporter = new Reporter(configuration, started, arms, dns, lan, plane, table, registry, pool, sharing, counters, events, store, writer, new AdoptionReport(adopted, source), clock);
        using var control = new ControlServer(config.ControlSocket, reporter, loggers.CreateLogger<ControlServer>());
        using var ring = plane.OpenPunts(dispatcher.OnPunt);
        arms.Attach();

        // 6. At work. From here on, ending leaves the data plane as it is.
        traces.Keep();
        dispatcher.Prepare(ring);
        Console.Out.WriteLine("ready");
        Console.Out.Flush();
        var systemd = new SystemdNotifier();
        systemd.Notify(ServiceState.Ready);
        if (lan is null)
        {
            log.Ready(footing.Access.Name, footing.Uplink.Name, pool.Total, string.Join(", ", shared.Usable));
        }
        else
        {
            log.ReadyOnOneArm(footing.Uplink.Name, footing.UplinkAddress.ToString(), pool.Total, string.Join(", ", shared.Usable));
        }

        dispatcher.Run(ring, arms.Follow, stop.Token);
        systemd.Notify(ServiceState.Stopping);
        arms.WithdrawServices();
        log.Stopped();
        return ExitCode.Ok;
    }

    private static DnsService StartDns(InnkeeperConfig config, Func<ImmutableDictionary<uint, Binding>> bindings, ILoggerFactory loggers) => new(
        new ResolverSettings(config.DnsUpstreams, config.DnsCacheMebibytes * 1024L * 1024, config.DnsRefusePrivate, config.DnsMissesPerSecond),
        new LocalNames(config.DnsHosts, config.DnsZone, new DeviceNames(bindings).Find),
        InsideNetwork.StackEnd, config.DnsServeUplink ? config.UplinkInterface : null, () => ResolvConf.Read(ResolvConf.Paths), loggers.CreateLogger<DnsService>());

    private static LanKeeper LanOf(InnkeeperConfig config, ArmsKeeper arms, BpfPlane plane, Counters counters, EventLog events)
    {
        var around = arms.Surroundings;
        var facts = new LanFacts(
            around.UplinkMac, around.Networks.UplinkNetwork, around.Router, address => config.Pool.Concat(config.Napt.Addresses).Any(r => r.Contains(address)), config.ServesWrongGateways);
        return new LanKeeper(
            around, new LanResponder(facts), new Peers(config.PeerPriority, around.UplinkMac), plane.Stations, arms.Router, arms.SetRouter, arms.SetPassive, counters, events);
    }

    /// <summary>The kernel's default where it does not say.</summary>
    private static PortRange HostPorts() =>
        Sysctl.TryRead("net/ipv4/ip_local_port_range", out var text) && PortRange.TryParse(text.Replace('\t', '-'), out var range) ? range : new PortRange(32768, 60999);

    private static PortLayout LayoutOf(NaptConfig napt, bool isHosts) =>
        isHosts ? PortLayout.Beside(napt.Ports.First, napt.Ports.Last, napt.Block) : PortLayout.Whole(napt.Block);

    private static Service[] ServicesOf(DnsService? dns) => dns is null ? [] :
    [
        new Service { Port = 53, Local = dns.UdpPort, Protocol = IpProtocol.Udp },
        new Service { Port = 53, Local = dns.TcpPort, Protocol = IpProtocol.Tcp },
    ];

    private static void Cancel(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }
}

/// <summary>What a start that fails takes back: the inside network and the pins, unless an earlier run's data plane stands on them.</summary>
internal sealed class Traces(PinFolder pins, ILogger log) : IDisposable
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

/// <summary>Ids 1000–1099.</summary>
internal static partial class DaemonLog
{
    [LoggerMessage(1000, LogLevel.Information, "Adopted {Count} bindings ({Source})")]
    public static partial void Adopted(this ILogger log, int count, string source);

    [LoggerMessage(1001, LogLevel.Information, "Serving devices on {Access} through {Uplink} with {Count} legal addresses; shared: {Shared}")]
    public static partial void Ready(this ILogger log, string access, string uplink, int count, string shared);

    [LoggerMessage(1005, LogLevel.Information, "Serving the interlopers on {Interface} ({Network}) with {Count} legal addresses; shared: {Shared}")]
    public static partial void ReadyOnOneArm(this ILogger log, string @interface, string network, int count, string shared);

    [LoggerMessage(1003, LogLevel.Error, "The database was not to be used ({Reason}) and lies now at {Path}; a new one is filled from the data plane")]
    public static partial void StateSetAside(this ILogger log, string path, string reason);

    [LoggerMessage(1004, LogLevel.Debug, "Could not take back what the start made: {Reason}")]
    public static partial void NotTakenBack(this ILogger log, string reason);

    [LoggerMessage(1002, LogLevel.Information, "Stopped; known devices go on without the control plane until `innkeeper teardown`")]
    public static partial void Stopped(this ILogger log);
}
