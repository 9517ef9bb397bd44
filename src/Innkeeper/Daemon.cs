using System.Runtime.InteropServices;
using Innkeeper.Addresses;
using Innkeeper.Arp;
using Innkeeper.Cli;
using Innkeeper.Configuration;
using Innkeeper.Control;
using Innkeeper.DataPlane;
using Innkeeper.Devices;
using Innkeeper.Dispatch;
using Innkeeper.Interop;
using Innkeeper.Links;
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
        var access = Read(config.AccessInterface, "access.interface", configuration);
        var uplink = Read(config.UplinkInterface, "uplink.interface", configuration);
        var uplinkAddress = config.UplinkAddress ?? (uplink.Addresses.IsEmpty
            ? throw new StartException($"interface {uplink.Name} has no IPv4 address; give it one, or set [uplink] address")
            : uplink.Addresses[0]);
        var gateway = config.UplinkGateway ?? uplink.Gateway;
        var errors = ConfigurationCheck.Against(configuration, uplinkAddress, gateway).ToList();
        foreach (var other in uplink.Addresses.Where(a => config.Pool.Any(r => r.Contains(a.Address)) && a.Address != uplinkAddress.Address))
        {
            errors.Add(configuration.ErrorAt("pool.addresses", $"contains {other.Address}, an address of interface {uplink.Name}; leave it out"));
        }

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
        using var traces = new Traces(pins);
        pins.Ensure();
        var (stack, edge) = InsideNetwork.Ensure(config.Inside, access.Mtu);
        var hooks = new List<Hook> { Hooks.FromStack(edge), Hooks.ToUplink(uplink), Hooks.FromUplink(uplink), Hooks.FromAccess(access) };
        using var plane = BpfPlane.Load((uint)config.Bindings, pins.Path, hooks);
        Configure(plane, config, access, uplink, uplinkAddress, gateway, edge);

        // 4. The control plane, on what was there before.
        using var accessSocket = new PacketSocket(access.Index);
        using var uplinkSocket = new PacketSocket(uplink.Index);
        using var stackSocket = new PacketSocket(stack.Index);
        var accessNetwork = config.AccessAddress ?? (access.Addresses.IsEmpty ? null : access.Addresses[0]);
        var uplinkMac = config.UplinkMac ?? uplink.Mac;
        var service = new Ipv4Address(config.Inside.NetworkId.Value + 1);
        var table = new BindingTable(plane, config.Inbound);
        var pool = new AddressPool(config.Pool.SelectMany(r => r.Addresses()));
        Dispatcher dispatcher = null!;
        var registry = new Registry(pool, table.Capacity, config.AddressesPerDevice,
            number => dispatcher.IdleFor(number, System.Diagnostics.Stopwatch.GetElapsedTime(0)));
        var counters = new Counters();
        var networks = new ArpNetworks(access.Mac, accessNetwork, uplinkAddress, config.Isolate);
        dispatcher = new Dispatcher(
            new Surroundings(networks, uplinkMac, accessNetwork?.Address ?? service, config.PoolIdle, accessSocket, uplinkSocket, stackSocket),
            registry, pool, table, memory, counters, events, clock, loggers.CreateLogger<Dispatcher>());
        var adopted = dispatcher.Adopt(vlan => config.Vlans.Contains(vlan));
        var source = plane.Adopted.ToString().ToLowerInvariant();
        log.Adopted(adopted, source);

        // 5. The doors: the control socket first, it also keeps a second gateway out.
        var reporter = new Reporter(config, started, uplinkAddress, gateway, plane, table, registry, pool, counters, events, writer, new AdoptionReport(adopted, source), clock);
        using var control = new ControlServer(config.ControlSocket, reporter, loggers.CreateLogger<ControlServer>());
        using var ring = plane.OpenPunts(dispatcher.OnPunt);
        Attach(plane, pins, hooks, access, uplink);

        // 6. At work. From here on, ending leaves the data plane as it is.
        traces.Keep();
        dispatcher.Prepare(ring);
        Console.Out.WriteLine("ready");
        Console.Out.Flush();
        var systemd = new SystemdNotifier();
        systemd.Notify(ServiceState.Ready);
        log.Ready(access.Name, uplink.Name, pool.Total);
        dispatcher.Run(ring, stop.Token);
        systemd.Notify(ServiceState.Stopping);
        log.Stopped();
        return ExitCode.Ok;
    }

    private static void Cancel(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }

    private static InterfaceFacts Read(string name, string key, ConfigurationResult configuration)
    {
        if (!Netlink.ReadInterface(name, out var facts))
        {
            throw new StartException(configuration.ErrorAt(key, $"there is no interface {name}; there are {string.Join(", ", Netlink.ListInterfaces().Order())}").ToString());
        }

        return facts.IsUp ? facts : throw new StartException($"interface {name} is down; bring it up (`ip link set {name} up`) and start again");
    }

    private static void Configure(
        BpfPlane plane, InnkeeperConfig config, InterfaceFacts access, InterfaceFacts uplink, Ipv4Network uplinkAddress, Ipv4Address? gateway, InterfaceFacts edge)
    {
        var settings = new Config
        {
            AccessIfindex = (uint)access.Index,
            UplinkIfindex = (uint)uplink.Index,
            EdgeIfindex = (uint)edge.Index,
            Flags = config.Isolate ? ConfigFlags.Isolate : ConfigFlags.None,
            AccessMtu = (uint)access.Mtu,
            UplinkMtu = (uint)(config.UplinkMtu ?? uplink.Mtu),
            UplinkAddress = uplinkAddress.Address,
            UplinkNetwork = uplinkAddress.NetworkId,
            UplinkMask = new Ipv4Address(uplinkAddress.Mask),
            NextHop = gateway ?? default,
            InsideNetwork = config.Inside.NetworkId,
            InsideMask = new Ipv4Address(config.Inside.Mask),
            LegalFirst = config.Pool.Min(r => r.First.Value),
            LegalLast = config.Pool.Max(r => r.Last.Value),
            AccessMac = access.Mac,
            UplinkMac = config.UplinkMac ?? uplink.Mac,
            EdgeMac = edge.Mac,
        };
        for (var i = 0; i < config.PassEtherTypes.Length; i++)
        {
            settings.PassEthertypes[i] = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(config.PassEtherTypes[i]);
        }

        plane.Config.Set(0, settings);
        var vlans = plane.Vlans;
        for (uint vlan = 1; vlan < vlans.Capacity; vlan++)
        {
            vlans.Set(vlan, config.Vlans.Contains((ushort)vlan) ? (byte)1 : (byte)0);
        }
    }

    /// <summary>All or nothing: what a failure leaves half attached is taken off again, unless it was at work before.</summary>
    private static void Attach(BpfPlane plane, PinFolder pins, List<Hook> hooks, InterfaceFacts access, InterfaceFacts uplink)
    {
        var attached = new List<(Hook Hook, bool Made)>();
        try
        {
            foreach (var hook in hooks)
            {
                attached.Add((hook, plane.Attach(hook)));
            }
        }
        catch when (plane.Adopted == AdoptedFrom.None)
        {
            foreach (var (hook, made) in attached)
            {
                BpfPlane.Detach(hook, made);
            }

            throw;
        }

        foreach (var facts in (ReadOnlySpan<InterfaceFacts>)[access, uplink])
        {
            pins.NoteInterface(facts.Name, attached.Any(a => a.Made && a.Hook.Ifindex == facts.Index));
        }
    }
}

/// <summary>What a start that fails takes back: the inside network and the pins, unless an earlier run's data plane stands on them.</summary>
internal sealed class Traces(PinFolder pins) : IDisposable
{
    private bool _keep = Netlink.ReadInterface(InsideNetwork.StackEnd, out _);

    public void Keep() => _keep = true;

    public void Dispose()
    {
        if (!_keep)
        {
            InsideNetwork.Remove();
            pins.Remove();
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

    [LoggerMessage(1001, LogLevel.Information, "Serving devices on {Access} through {Uplink} with {Count} legal addresses")]
    public static partial void Ready(this ILogger log, string access, string uplink, int count);

    [LoggerMessage(1003, LogLevel.Error, "The database was not to be used ({Reason}) and lies now at {Path}; a new one is filled from the data plane")]
    public static partial void StateSetAside(this ILogger log, string path, string reason);

    [LoggerMessage(1002, LogLevel.Information, "Stopped; known devices go on without the control plane until `innkeeper teardown`")]
    public static partial void Stopped(this ILogger log);
}
