using System.Collections.Immutable;
using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.Clocks;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Interfaces;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Simulation.World;

/// <summary>
/// The gateway: one process after the other on the same maps, disk and interfaces. Each process is the whole control plane, which runs only
/// within <see cref="Run"/> and dies there.
/// </summary>
internal sealed class Gateway : IBindingListener, IArrivalListener
{
    public static readonly MacAddress AccessMac = MacAddress.Parse("02:00:00:00:00:0a");
    public static readonly MacAddress RouterMac = MacAddress.Parse("02:00:00:00:00:01");
    public static readonly MacAddress SecondMac = MacAddress.Parse("02:00:00:00:00:0c");
    public static readonly Ipv4Address FirstRouter = Ipv4Address.Parse("137.118.192.1");

    private readonly Scenario _scenario;

    /// <summary>The simulated settings have none.</summary>
    private readonly MemoryForwardMap _forwards = new();

    private NetworkContext? _changed;
    private ProfileProgrammer? _profileProgrammer;

    public Gateway(Scenario scenario, Settings settings, Action<Gateway, byte[]> onAccessFrame, Action<Gateway, int, byte[]> onUplinkFrame)
    {
        (_scenario, Settings) = (scenario, settings);
        Punts = new SimulatedPunts(Crash, Clock, scenario.Ring);
        Map = new SimulatedBindingMap(Crash, scenario.Capacity);
        Shared = new SimulatedSharedMap(Crash, scenario.PortLifetime, () => Clock.Now);
        Profiles = new SimulatedProfileMap(Crash);
        Blocked = new SimulatedBlockedStations(Crash, scenario.Blocked);
        Steady = new SteadyClock(Clock);
        Disk = new SimulatedDisk(Crash, new MemoryStore(new Forward(() => Steady)));
        Access = new SimulatedLink(Crash, frame => onAccessFrame(this, frame));
        Uplinks = [new SimulatedLink(Crash, frame => onUplinkFrame(this, 0, frame)), new SimulatedLink(Crash, frame => onUplinkFrame(this, 1, frame))];
        Stack = new SimulatedLink(Crash);
        Return = new SimulatedLink(Crash);
        Network = NetworkOf();
    }

    public ManualClock Clock { get; } = new();

    /// <summary>The clock of the process that runs, or ran last.</summary>
    public SteadyClock Steady { get; private set; }

    public CrashPoint Crash { get; } = new();

    public SimulatedPunts Punts { get; }

    public SimulatedBindingMap Map { get; }

    public SimulatedSharedMap Shared { get; }

    public SimulatedProfileMap Profiles { get; }

    public SimulatedBlockedStations Blocked { get; }

    public MemoryStationKinds Stations { get; } = new();

    public RecordingOneArmProgrammer OneArm { get; } = new();

    public SimulatedDisk Disk { get; }

    public SimulatedLink Access { get; }

    public IReadOnlyList<SimulatedLink> Uplinks { get; }

    public SimulatedLink Stack { get; }

    /// <summary>Frames that come back as if from the uplink.</summary>
    public SimulatedLink Return { get; }

    public Settings Settings { get; private set; }

    public bool IsOneArmed => _scenario.IsOneArmed;

    /// <summary>What is true of the interfaces now.</summary>
    public Ipv4Network? UplinkNetwork { get; set; } = Settings.UplinkNetwork;

    public MacAddress UplinkMac { get; set; } = MacAddress.Parse("02:00:00:00:00:0b");

    public Ipv4Address? Router { get; set; } = FirstRouter;

    public bool HasSecondUplink { get; set; } = true;

    public NetworkContext Network { get; private set; }

    /// <summary>Null while no process runs.</summary>
    public ControlCore? Core { get; private set; }

    public Counters Counters { get; private set; } = new();

    /// <summary>Devices for which this process said that the list of blocked stations is full.</summary>
    public HashSet<MacAddress> FoundBlockedListFull { get; } = [];

    /// <summary>Devices of which the administrator was notified.</summary>
    public HashSet<MacAddress> Told { get; } = [];

    public int Deaths { get; private set; }

    public TimeSpan Now => Clock.Now;

    public void OnEnded(Binding binding)
    {
        // Heard by the driver from the maps.
    }

    public void OnEnded(MacAddress mac)
    {
        // Nor is this.
    }

    public void OnArrival(DeviceRecord device)
    {
        // Notifications are not simulated any further: the message is in the outbox.
        Told.Add(device.Mac);
        Disk.ForgetArrival(device.Mac);
    }

    /// <summary>Lets the process do something; it may die in it.</summary>
    /// <returns>Whether it lives on.</returns>
    public bool Run(Action<ControlCore> work)
    {
        if (Core is not { } core)
        {
            return false;
        }

        try
        {
            work(core);
            return true;
        }
        catch (ProcessDiedException)
        {
            Kill();
            return false;
        }
    }

    public void Kill()
    {
        Deaths++;
        Core = null;
        Crash.Disarm();
        Disk.LoseWaiting();
    }

    /// <summary>A process starts on what the last one left.</summary>
    /// <returns>Whether it came through its start.</returns>
    public bool Start(Settings? settings = null)
    {
        Settings = settings ?? Settings;
        Punts.Clear();
        FoundBlockedListFull.Clear();
        _changed = null;
        try
        {
            Network = NetworkOf();
            Core = Build();
            Core.Adopt(vlan => Settings.Config.Access.Vlans.Contains(vlan));
            Core.Prepare();
            return true;
        }
        catch (ProcessDiedException)
        {
            Kill();
            return false;
        }
    }

    /// <summary>The interfaces changed; the process follows in its next turn.</summary>
    public void FollowInterfaces() => _changed = NetworkOf();

    private ControlCore Build()
    {
        Profiles.Restart();
        Counters = new Counters();
        Steady = new SteadyClock(Clock, Disk.LoadClock());
        var events = new EventLog(Steady);
        events.Subscribe(Note);
        var config = Settings.Config;
        var health = GatewayHealth.Of(config, Network.Router, Disk.LoadGatewayOutages());
        _profileProgrammer = new ProfileProgrammer(config, new GatewaySelector(config, health.IsDown), Profiles);
        _profileProgrammer.OnNetworkChanged(Network.Router, [Network.Networks.UplinkNetwork]);
        return new ControlCore(
            new ControlSeams(
                Network, Punts, Map, Shared, Profiles, Blocked, IsOneArmed ? new OneArmSeams(Stations, OneArm, OneArm.Router) : null, Disk, Disk, Counters, events, Steady,
                NullLogger.Instance)
            {
                Follow = TakeChange,
                Forwards = _forwards,
                BindingListeners = [this],
                ArrivalListeners = [this],
                Timers = [new ClockWatch(Steady, events, Disk.KeepClock)],
            },
            new ControlSettings(
                config, new BindingIndex(), new DeviceStore(2 * (int)Map.Capacity, new MachineRoster(config.Machines)), health, _profileProgrammer, Settings.DhcpOn(Network.Networks.UplinkNetwork, Network.Router),
                "http://portal.example/captive-portal/api"));
    }

    /// <summary>The steady clock of whatever process runs.</summary>
    private sealed class Forward(Func<TimeProvider> current) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => current().GetUtcNow();
    }

    private void Note(Event entry)
    {
        if (entry.What is BlockedListFull full)
        {
            FoundBlockedListFull.Add(full.Mac);
        }
    }

    private NetworkContext? TakeChange()
    {
        var changed = _changed;
        _changed = null;
        if (changed is not null)
        {
            Network = changed;
            _profileProgrammer!.OnNetworkChanged(Network.Router, [Network.Networks.UplinkNetwork]);
        }

        return changed;
    }

    /// <summary>As InterfaceMonitor makes it of the interfaces: an uplink without address keeps the last one's network, and shares none.</summary>
    private NetworkContext NetworkOf()
    {
        var config = Settings.Config;
        var network = UplinkNetwork ?? Settings.UplinkNetwork;
        var dhcp = Settings.DhcpOn(network, Router);
        var sharesOwn = config.Napt.Enabled && config.Napt.Addresses.IsEmpty && UplinkNetwork is not null;
        var main = new UplinkLink(UplinkMac, network.Address, sharesOwn ? network.Address : null, Uplinks[0], Return);
        var ports = ImmutableArray.Create<UplinkLink?>(main);
        foreach (var gateway in config.Gateways)
        {
            var own = Settings.SecondNetwork.Address;
            ports = ports.Add(HasSecondUplink ? new UplinkLink(SecondMac, own, config.Napt.Enabled && gateway.Shared.IsEmpty ? own : null, Uplinks[1], Return) : null);
        }

        return new NetworkContext(
            new ArpNetworks(IsOneArmed ? UplinkMac : AccessMac, null, network, dhcp is null ? null : (dhcp.Server, dhcp.Router)),
            IsOneArmed ? network.Address : Ipv4Address.Parse("100.64.0.1"), Router, config.Pool.Idle, Access, Stack, ports);
    }
}
