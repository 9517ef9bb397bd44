using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Interfaces;
using Innkeeper.Ipv6;
using Innkeeper.Links;
using Innkeeper.Policy;
using Innkeeper.Tests.Events;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Tests.ControlPlane.World;

/// <summary>
/// The whole control plane on virtual time, between maps, store and wires in memory: frames and time go in, frames, map writes and rows
/// come out. <see cref="Restart"/> kills it and starts another on what is left.
/// </summary>
internal sealed class ControlHarness : IBindingListener, IMappingListener, IArrivalListener
{
    /// <summary>The gateway's MACs and addresses.</summary>
    public static readonly MacAddress AccessMac = MacAddress.Parse("02:00:00:00:00:0a");
    public static readonly MacAddress UplinkMac = MacAddress.Parse("02:00:00:00:00:0b");
    public static readonly MacAddress RouterMac = MacAddress.Parse("02:00:00:00:00:01");
    public static readonly MacAddress SecondMac = MacAddress.Parse("02:00:00:00:00:0c");
    public static readonly Ipv4Address SecondAddress = Ipv4Address.Parse("198.51.100.2");
    public static readonly Ipv4Address Router = Ipv4Address.Parse("137.118.199.1");
    public static readonly Ipv4Network UplinkNetwork = Ipv4Network.Parse("137.118.199.2/24");

    private readonly string _interfaces;
    private InnkeeperConfig _config;
    private readonly bool _isOneArmed;
    private readonly DhcpSettings? _dhcp;
    private NetworkContext? _changed;

    /// <param name="settings">TOML, beside the interfaces' names; null: a pool of ten addresses, 137.118.199.50 to 59.</param>
    /// <param name="dhcp">Null: DHCP is not served.</param>
    /// <param name="change">What the settings' text cannot say.</param>
    public ControlHarness(
        string? settings = null, bool isOneArmed = false, DhcpSettings? dhcp = null, uint capacity = 64, Func<InnkeeperConfig, InnkeeperConfig>? change = null)
    {
        _interfaces = isOneArmed ? "access.interface = \"lan\"\nuplink.interface = \"lan\"\n" : "access.interface = \"access\"\nuplink.interface = \"uplink\"\n";
        var parsed = ConfigurationFile.Parse(_interfaces + (settings ?? "pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nnapt.enabled = false\n"), "test");
        Assert.Empty(parsed.Errors);
        Steady = new SteadyClock(Clock);
        (_config, _isOneArmed, _dhcp) = (change?.Invoke(parsed.Config!) ?? parsed.Config!, isOneArmed, dhcp);
        (Map, Shared, Profiles) = (new MemoryBindingMap(capacity, Writes), new MemorySharedMap(Writes), new MemoryProfileMap(Writes));
        Store = new MemoryStore(new Forward(() => Steady));
        Network = new NetworkContext(
            new ArpNetworks(isOneArmed ? UplinkMac : AccessMac, null, UplinkNetwork, dhcp is null ? null : (dhcp.Server, dhcp.Router)),
            isOneArmed ? UplinkNetwork.Address : Ipv4Address.Parse("100.64.0.1"), Router, _config.Pool.Idle, Access, Stack,
            [
                new UplinkLink(UplinkMac, UplinkNetwork.Address, _config.Napt.Enabled && _config.Napt.Addresses.IsEmpty ? UplinkNetwork.Address : null, Uplink, Return),
                .. _config.UplinkInterfaces.Skip(1).Take(1).Select(_ => new UplinkLink(SecondMac, SecondAddress, _config.Napt.Enabled ? SecondAddress : null, Second, Return)),
            ]);
        Core = Start();
    }

    public ManualClock Clock { get; } = new();

    /// <summary>The clock of the process that runs.</summary>
    public SteadyClock Steady { get; private set; }

    public ScriptedPunts Punts { get; private set; } = new();

    public MemoryBindingMap Map { get; }

    public MemoryIpv6Map Map6 { get; } = new();

    /// <summary>The kernel has IPv6 on the uplink's interface.</summary>
    public bool UplinkHasIpv6 { get; set; } = true;

    /// <summary>Groups that the uplink's interface joined.</summary>
    public HashSet<Ipv6Address> Groups { get; } = [];

    public MemorySharedMap Shared { get; }

    public MemoryProfileMap Profiles { get; }

    public MemoryForwardMap Forwards { get; } = new();

    /// <summary>What listens on this host.</summary>
    public HashSet<HostSocket> HostSockets { get; } = [];

    /// <summary>What was written to any of these three maps, in order.</summary>
    public WriteJournal Writes { get; } = new();

    public MemoryBlockedStations Blocked { get; } = new();

    public MemoryStationKinds Stations { get; } = new();

    public RecordingOneArmProgrammer OneArm { get; } = new();

    /// <summary>The host's entries for routers.</summary>
    public RecordingNeighbors Neighbors { get; } = new();

    /// <summary>Two arms: an earlier process knew them to be in separate LANs.</summary>
    public bool WereSeparate { get; set; } = true;

    public MemoryStore Store { get; }

    /// <summary>What groups of devices have used, in the process that runs.</summary>
    public VolumeLimits Volumes { get; private set; } = null!;

    public RecordingSender Access { get; } = new();

    public RecordingSender Uplink { get; } = new();

    /// <summary>The second uplink, which the settings may give to a gateway.</summary>
    public RecordingSender Second { get; } = new();

    public RecordingSender Stack { get; } = new();

    /// <summary>Frames that come back as if from the uplink.</summary>
    public RecordingSender Return { get; } = new();

    public Counters Counters { get; private set; } = new();

    public EventLog Events { get; private set; } = new(TimeProvider.System);

    public ControlCore Core { get; private set; }

    public NetworkContext Network { get; private set; }

    /// <summary>Bindings that ended, as listeners heard of them.</summary>
    public List<Binding> Ended { get; } = [];

    /// <summary>Bindings that got an outside address of their own, as listeners heard of them.</summary>
    public List<Binding> Began { get; } = [];

    /// <summary>Ports of shared addresses that devices got or returned, as listeners heard of them.</summary>
    public List<(PortsRecord Record, Station? Owner, Ipv4Address? Own)> Ports { get; } = [];

    /// <summary>New devices, as listeners heard of them.</summary>
    public List<DeviceRecord> Arrivals { get; } = [];

    /// <summary>Devices whose next arrival is news again, as listeners heard of them.</summary>
    public List<MacAddress> News { get; } = [];

    public TimeSpan Now => Clock.Now;

    public void OnBegan(Binding binding) => Began.Add(binding);

    public void OnEnded(Binding binding) => Ended.Add(binding);

    public void OnPorts(in PortsRecord record, Station? owner, Ipv4Address? own, TimeSpan age) => Ports.Add((record, owner, own));

    public void OnArrival(DeviceRecord device)
    {
        Arrivals.Add(device);
        Store.Arrivals.Remove(device.Mac);
    }

    void IArrivalListener.OnEnded(MacAddress mac) => News.Add(mac);

    /// <summary>The process is killed, and another takes over what it left.</summary>
    /// <param name="isServed">Whether a VLAN is served from now on; null: each is.</param>
    /// <returns>How many bindings go on.</returns>
    /// <param name="settings">Other settings than before; null: the same.</param>
    public int Restart(Func<ushort, bool>? isServed = null, string? settings = null)
    {
        if (settings is not null)
        {
            _config = ConfigurationFile.Parse(_interfaces + settings, "test").Config!;
        }

        Profiles.Restart();
        Punts = new ScriptedPunts();
        Core = Start(isServed);
        return Adopted;
    }

    /// <summary>The machine is rebooted: another process finds the store, and an empty data plane.</summary>
    public ControlHarness Reboot()
    {
        Map.Lose();
        Forwards.Lose();
        Blocked.Lose();
        Restart();
        return this;
    }

    public int Adopted { get; private set; }

    /// <summary>Turns the loop until all addresses of the pool that are wanted are probed.</summary>
    public ControlHarness Ready()
    {
        for (var i = 0; i < 12; i++)
        {
            Advance(TimeSpan.FromMilliseconds(100));
        }

        return this;
    }

    /// <summary>Time passes, and the loop turns.</summary>
    public void Advance(TimeSpan time)
    {
        Clock.Advance(time);
        Core.Step(TimeSpan.Zero);
    }

    /// <summary>A frame is punted, and the loop turns.</summary>
    public void Punt(PuntReason reason, byte[] frame, ushort vlan = 0, uint binding = 0)
    {
        Punts.Add(reason, frame, vlan, binding);
        Core.Step(TimeSpan.Zero);
    }

    /// <summary>The interfaces changed; the loop follows in its next turn.</summary>
    public void Change(NetworkContext next)
    {
        (_changed, Network) = (next, next);
        Core.Step(TimeSpan.Zero);
    }

    private ControlCore Start(Func<ushort, bool>? isServed = null)
    {
        Counters = new Counters();
        Steady = new SteadyClock(Clock, Store.Clock);
        Events = EventLogs.HeardBy(Store.Note, Steady);
        var health = GatewayHealth.Of(_config, Network.Router, Store.LoadGatewayOutages());
        var profiles = new ProfileProgrammer(_config, new GatewaySelector(_config, health.IsDown), Profiles);
        profiles.OnNetworkChanged(Network.Router, [Network.Networks.UplinkNetwork]);
        var steady = Steady;
        Volumes = new VolumeLimits(_config, Store.LoadVolumes(), steady, time => steady.ToWall(time), TimeZoneInfo.Utc);
        var core = new ControlCore(
            new ControlSeams(
                Network, Punts, Map, Shared, Profiles, Blocked, _isOneArmed ? new OneArmSeams(Stations, OneArm, OneArm.Router) : null, Store, Store, Counters, Events, Steady,
                NullLogger.Instance)
            {
                Follow = TakeChange,
                Forwards = Forwards,
                Ipv6 = _config.CarriesIpv6 ? new Ipv6Seams(Map6, new byte[32], () => UplinkHasIpv6, group => Groups.Add(group)) : null,
                HostSockets = () => HostSockets,
                TwoArms = _isOneArmed ? null : new TwoArmSeams(OneArm, Neighbors, OneArm.Router, WereSeparate),
                BindingListeners = [this],
                MappingListeners = [this],
                ArrivalListeners = [this],
                Timers = [new ClockWatch(Steady, Events, kept => Store.Clock = kept)],
            },
            new ControlSettings(_config, new BindingIndex(), new DeviceStore(2 * (int)Map.Capacity, new MachineRoster(_config.Machines)), health, profiles, _dhcp, "http://portal.example/captive-portal/api") { Volumes = Volumes, Ipv6Prefix = new UplinkPrefix(_config.Ipv6.Prefix) });
        Adopted = core.Adopt(isServed ?? (_ => true));
        return core;
    }

    /// <summary>The steady clock of whatever process runs.</summary>
    private sealed class Forward(Func<TimeProvider> current) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => current().GetUtcNow();
    }

    private NetworkContext? TakeChange()
    {
        var changed = _changed;
        _changed = null;
        return changed;
    }
}
