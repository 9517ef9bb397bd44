using System.Collections.Immutable;
using Innkeeper.Addresses;
using Innkeeper.Bindings;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane.Handlers;
using Innkeeper.DataPlane;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Interfaces;
using Innkeeper.Ipv6;
using Innkeeper.Links;
using Innkeeper.OneArm;
using Innkeeper.Policy;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging;

namespace Innkeeper.ControlPlane;

/// <summary>The edge of the control plane: everything that it reads from and writes to. Tests and the simulation put memory here.</summary>
/// <param name="Network">As found at the start.</param>
/// <param name="OneArm">Null with two arms.</param>
internal sealed record ControlSeams(
    NetworkContext Network, IPuntSource Punts, IBindingMap Bindings, ISharedMap Shared, IProfileMap Profiles, IBlockedStations Blocked, OneArmSeams? OneArm,
    IStateStore Store, ILeaseStore Leases, Counters Counters, EventLog Events, TimeProvider Clock, ILogger Log)
{
    /// <summary>The network when it changed since the last call, otherwise null.</summary>
    public required Func<NetworkContext?> Follow { get; init; }

    /// <summary>Null with one arm.</summary>
    public TwoArmSeams? TwoArms { get; init; }

    /// <summary>Null: IPv6 is not carried.</summary>
    public Ipv6Seams? Ipv6 { get; init; }

    public IReadOnlyList<IBindingListener> BindingListeners { get; init; } = [];

    public IReadOnlyList<IMappingListener> MappingListeners { get; init; } = [];

    public IReadOnlyList<IArrivalListener> ArrivalListeners { get; init; } = [];

    public required IForwardMap Forwards { get; init; }

    /// <summary>The sockets of this host that listen.</summary>
    public Func<IReadOnlySet<HostSocket>> HostSockets { get; init; } = () => ImmutableHashSet<HostSocket>.Empty;

    /// <summary>Run before the control plane's own.</summary>
    public IReadOnlyList<ITimed> Timers { get; init; } = [];
}

/// <param name="KnownRouter">The LAN's router as an earlier process knew it.</param>
internal sealed record OneArmSeams(IStationKinds Stations, IOneArmProgrammer Programmer, MacAddress? KnownRouter);

/// <param name="Secret">Of <see cref="NeutralAddresses"/>.</param>
/// <param name="IsOn">Whether the kernel has IPv6 on the main uplink's interface.</param>
/// <param name="Join">Joins a group on the main uplink as a host does.</param>
internal sealed record Ipv6Seams(IIpv6BindingMap Map, ReadOnlyMemory<byte> Secret, Func<bool> IsOn, Action<Ipv6Address> Join);

/// <summary>Settings that are fixed before the control plane is put together, beside the configuration.</summary>
/// <param name="Index">Empty as yet: adoption fills it. Services on other threads read it.</param>
/// <param name="Devices">Empty as yet, likewise.</param>
/// <param name="Dhcp">Null: DHCP is not served.</param>
/// <param name="CaptivePortal">The portal's API for devices that are held; null: there is none.</param>
internal sealed record ControlSettings(InnkeeperConfig Config, BindingIndex Index, DeviceStore Devices, GatewayHealth Health, ProfileProgrammer Profiles, DhcpSettings? Dhcp, string? CaptivePortal)
{
    /// <summary>Routers for IPv6 beside the gateway: the DNS service reads them.</summary>
    public Ipv6Routers Ipv6Routers { get; init; } = new();

    /// <summary>The DNS service answers questions by IPv6.</summary>
    public bool AnswersDnsByIpv6 { get; init; }

    /// <summary>The IPv6 that there is outside, found as the settings say: other services read it.</summary>
    public UplinkPrefix Ipv6Prefix { get; init; } = new(null);

    /// <summary>The volumes of profiles, and the parts that groups of devices have used; null: nothing is counted.</summary>
    public VolumeLimits? Volumes { get; init; }
}

/// <summary>
/// The control plane, put together from its seams: the state's owners, the services that change it, the handlers of punts and the loop.
/// Everything runs on the thread that calls <see cref="Run"/>.
/// </summary>
internal sealed class ControlCore
{
    private static readonly Ipv6Address[] s_ownDns = [InsideAddresses6.Server];

    private readonly ControlLoop _loop;
    private readonly Adoption _adoption;
    private readonly IStateStore _store;
    private readonly ArrivalNotices _arrivalNotices;
    private readonly StationTraces _traces;
    private readonly BindingService _bindings;
    private readonly TwoArmSeams? _twoArms;
    private readonly TimeProvider _clock;
    private readonly Ipv6Network? _prefix6;

    public ControlCore(ControlSeams seams, ControlSettings settings)
    {
        var (config, counters, events, clock) = (settings.Config, seams.Counters, seams.Events, seams.Clock);
        (_clock, _store, _twoArms, _prefix6) = (clock, seams.Store, seams.TwoArms, config.Ipv6.Prefix);

        // 1. The state, each part with one owner.
        Network = new CurrentNetwork(seams.Network);
        Health = settings.Health;
        var gateways = AddressesOf(config);
        var leases = settings.Dhcp is { } dhcp ? new LeaseDatabase(dhcp.LeasesLegal ? LeaseBitmap.Of([.. config.Pool.Addresses.SelectMany(r => r.Addresses())]) : DhcpSettings.SpaceOf(dhcp.Network)) : null;
        var outsideLeases = settings.Dhcp is { LeasesLegal: true } ? leases : null;
        Registry = new Registry(gateways, seams.Bindings.Capacity, seams.Bindings, outsideLeases, settings.Index, seams.Bindings.Meters) { Lan = seams.OneArm is null ? null : seams.Network.Networks.UplinkNetwork };
        var inferences = new GatewayInferences((int)seams.Bindings.Capacity, Registry);
        var directory = new GatewayDirectory(config, Network);
        AddressConflictDetector ConflictsOf(GatewayAddresses addresses, AddressPool pool) => new(
            Network, addresses.Uplink, () => directory.NextHopOf(gateways.IndexOf(addresses)), seams.OneArm is not null, pool, seams.Store, counters, events, clock, seams.Log);
        Pools = new AddressPools([.. gateways.Select(g => new GatewayPool(g.Uplink, g.Pool, ConflictsOf(g, g.Pool)))]);

        // 2. The services that change it.
        _arrivalNotices = new ArrivalNotices(settings.Devices, seams.ArrivalListeners);
        var ends = new AdmissionEnds(_arrivalNotices, events);
        Policy = new PolicyService(
            config.Profiles, new AdmissionPolicy(config.Profiles, config.Rules, time => clock.ToWall(time)), settings.Devices, settings.Profiles, outsideLeases, seams.Store, Registry, ends, settings.Volumes, config.Portal.HasGarden, clock);
        var bindings = new BindingService(Registry, seams.Bindings, seams.Shared, Pools, leases, seams.Store, settings.Devices, seams.BindingListeners, counters, clock, seams.Log) { IsOneArmed = seams.OneArm is not null };
        var uplinkIpv6 = new UplinkIpv6Sender(Network, counters);
        Ipv6 = seams.Ipv6 is { } carried ? Ipv6BindingsOf(config, carried, Registry, Policy, uplinkIpv6, counters, clock) : null;
        Admission = new AdmissionService(Policy, bindings, seams.Blocked, settings.Profiles, _arrivalNotices, ends, events, clock, Ipv6);
        var arp = new ArpSender(Network, counters);
        Machines = new MachineService(settings.Devices.Machines, Policy, Admission, bindings, inferences, arp, events, clock);
        var reclaimer = new PortReclaimer(bindings, seams.Bindings, seams.Shared, arp);
        Napt = new NaptAllocator(
            bindings, [.. gateways.Where(g => g.Shared is not null).Select(g => new NaptPool(g.Uplink, g.Shared!, ConflictsOf(g, g.Shared!.Pool)))], seams.Shared, Network,
            isHosts => LayoutOf(config.Napt, isHosts), new MappingLog(config.Napt.Log, events, clock), new PortWatch(Registry, seams.Shared, clock, events), reclaimer, events, seams.MappingListeners);
        var daily = new DailyEvents(events);
        var traces = new StationTraces(mac => Policy.Find(mac) is not null);
        _traces = traces;
        var reinjector = new PacketReinjector(Network, counters);
        var rejects = new RejectSender(Network, inferences, counters);
        Arrivals = new ArrivalService(Admission, bindings, Machines, inferences, leases, arp, reinjector, rejects, reclaimer, counters, events, daily, traces);
        var doubts = new AddressDoubts(bindings, arp);
        Standing = new StandingBindings(Policy, bindings, Arrivals, leases, settings.Devices.Machines, doubts, config.Access.Vlans);
        Forwards = new ForwardService(config, bindings, Napt, new ForwardTargets(Policy, bindings, Standing, doubts), seams.Bindings, seams.Forwards, seams.HostSockets, events);
        OneArm = seams.OneArm is { } lan ? OneArmOf(config, Network, lan, counters, events) : null;
        Dhcp = leases is null ? null : new DhcpServer(
            Network, new DhcpResponder(leases, settings.Dhcp!), leases, seams.Leases,
            new DhcpDevices(Policy, Admission, bindings, leases, settings.CaptivePortal, outsideLeases is not null, clock), config.Access.Vlans, counters, events, daily, traces, clock);
        OneLan = _twoArms is { } arms ? new OneLanDetector(Network, (config.Access.Interface, config.Uplink.Interface), arms.Programmer, Dhcp, arp, events) : null;
        Routers = _twoArms is null ? null : new RouterGuard(directory, Health.Count, Network, _twoArms, arp, events);
        _adoption = new Adoption(
            seams.Store, Pools, Policy, Admission, Machines, bindings, Napt, inferences, seams.Bindings, seams.Shared, settings.Profiles, OneArm, _arrivalNotices, events, clock);
        _bindings = bindings;
        Inspector = new DeviceInspector(Policy, traces, leases, OneArm, clock);

        // 3. The handlers of punts.
        var health = new GatewayHealthMonitor(Health, directory, Network, Admission, arp, seams.Store, events, clock);
        var inference = new GatewayInferenceHandler(inferences, bindings, OneArm);
        var pins = new PinWatch(Policy, bindings, Arrivals, events);
        var uplinkArp = new UplinkArpHandler(health, Routers, Napt, Pools, bindings, Arrivals, pins);
        Appearances = new AppearanceService(
            bindings, seams.Bindings, arp,
            address => (seams.OneArm is null && Network.Current.Networks.UplinkNetwork.Contains(address)) || Network.Current.Networks.AccessNetwork?.Address == address || leases?.Contains(address) == true,
            config.Profiles.Values.Any(p => p.Appear == CallerAppearance.Local) || config.Machines.Any(m => m.Appear == CallerAppearance.Local), events);
        var oneArm = OneArm is null ? null : new OneArmHandler(OneArm, Policy, Arrivals, Standing, Appearances, inference, uplinkArp, traces, counters);
        var dot = new DotFallbackHandler(seams.Bindings, rejects, counters);
        var dhcpHandler = new DhcpHandler(Dhcp, inferences, Arrivals);
        var beacon = new Beacon(Network, config.Access.Vlans, daily);
        var strays = new StrayFrames(Registry, daily);
        var repairs = new GatewayRepairs(Network, bindings, arp, daily);
        var supply = new AddressSupply(Pools, Napt, Arrivals);
        var ipv6Sender = new Ipv6Sender(Network, counters);
        var ipv6Arrivals = Ipv6 is null ? null : new Ipv6Arrivals(Admission, Ipv6, bindings, ipv6Sender, reinjector, seams.Bindings, Network, daily, events, counters);
        Outside6 = Ipv6 is null ? null : new UplinkIpv6(settings.Ipv6Prefix, Ipv6, new NeutralAddresses(seams.Ipv6!.Secret).Group, uplinkIpv6, Network, seams.Ipv6.IsOn, seams.Ipv6.Join, settings.Profiles.OnIpv6Changed, events);
        bool IsOneLan() => OneLan?.IsOneLan == true;
        var advertised = Ipv6 is null || !config.Ipv6.Advertises ? (Func<AdvertisedNetwork>?)null : () => AdvertisedBy(Ipv6.Bindings.Outside, settings);
        var advertiser = advertised is null ? null : new RouterAdvertiser(ipv6Sender, config.Access.Vlans, advertised, IsOneLan, settings.Ipv6Routers.IsServed);
        var ipv6 = config.RefusesIpv6 ? Ipv6Of(config, ipv6Sender, settings.Ipv6Routers, ipv6Arrivals, advertiser, IsOneLan, daily, counters) : default;
        var carrying = Ipv6 is null ? default : (
            Handlers: (IPuntHandler[])[new Ipv6SourceHandler(ipv6Arrivals!), new Ipv6ErrorHandler(ipv6Sender, uplinkIpv6, Network, () => Ipv6.Bindings.Outside?.Mtu), new UplinkIpv6Handler(Outside6!, Ipv6), new Dhcpv6Handler(ipv6Sender, advertised, settings.Ipv6Routers.IsServed, counters)],
            Timers: (ITimed[])[Outside6!, ipv6Arrivals!, .. advertiser is null ? (ITimed[])[] : [advertiser]]);
        Handlers =
        [
            new AccessArpHandler(Network, Policy, bindings, Arrivals, Machines, Standing, Appearances, inference, arp, repairs, strays, traces, counters), new StrayHandler(beacon, strays, traces), new NewSourceHandler(Arrivals, inference, OneArm, reinjector), inference, uplinkArp, dot, dhcpHandler,
            new RejectHandler(rejects, config.Napt.RefuseAsProhibited ? IcmpUnreachable.AdministrativelyProhibited : IcmpUnreachable.HostUnreachable, counters),
            new FragmentHandler(reinjector, counters), .. oneArm is null ? (IPuntHandler[])[] : [oneArm],
            .. OneLan is null ? (IPuntHandler[])[] : [OneLan], .. ipv6.Handlers ?? [], .. carrying.Handlers ?? [],
        ];

        // 4. The loop: the listeners of a changed network, and the timers, each in their order.
        Network.Add(bindings);
        if (OneArm is not null)
        {
            Network.Add(OneArm);
        }

        ITimed[] twoArms = OneLan is not null && Routers is not null ? [OneLan, Routers] : [];
        foreach (var listener in twoArms.Cast<INetworkListener>())
        {
            Network.Add(listener);
        }

        Network.Add(supply);
        if (Outside6 is not null)
        {
            Network.Add(Outside6);
        }

        Inbox = new ControlInbox(seams.Punts);
        _loop = new ControlLoop(
            seams.Punts, new PuntDispatcher(Handlers, Napt, OneLan, counters, clock), Inbox,
            [
                .. seams.Timers, .. twoArms, _arrivalNotices, health, supply, .. oneArm is null ? (ITimed[])[] : [oneArm], dhcpHandler, dot, Machines, Standing, Appearances, Forwards, repairs,
                .. OneArm is null ? (ITimed[])[beacon] : [], .. ipv6.Timers ?? [], .. carrying.Timers ?? [],
                new Sweeper(Admission, bindings, Napt, Arrivals, Dhcp, Pools, pins, Network, events),
            ],
            seams.Follow, Network, clock);
    }

    public CurrentNetwork Network { get; }

    public Registry Registry { get; }

    public PolicyService Policy { get; }

    public AdmissionService Admission { get; }

    public ArrivalService Arrivals { get; }

    public MachineService Machines { get; }

    public StandingBindings Standing { get; }

    public AppearanceService Appearances { get; }

    public ForwardService Forwards { get; }

    public AddressPools Pools { get; }

    public NaptAllocator Napt { get; }

    public GatewayHealth Health { get; }

    /// <summary>Null: DHCP is not served.</summary>
    public DhcpServer? Dhcp { get; }

    /// <summary>Null with two arms.</summary>
    public OneArmController? OneArm { get; }

    /// <summary>Null with one arm, as is <see cref="Routers"/>.</summary>
    public OneLanDetector? OneLan { get; }

    public RouterGuard? Routers { get; }

    /// <summary>Null: IPv6 is not carried, as is <see cref="Outside6"/>.</summary>
    public Ipv6BindingService? Ipv6 { get; }

    public UplinkIpv6? Outside6 { get; }

    public ControlInbox Inbox { get; }

    public IDeviceInspector Inspector { get; }

    public IReadOnlyList<IPuntHandler> Handlers { get; }

    /// <summary>Whether the first addresses are probed, and other gateways had time to answer.</summary>
    public bool IsReady(TimeSpan now) => Pools.Count(AddressState.Probing) == 0 && !Napt.IsExpecting && OneArm?.IsHearing(now) != true && OneLan?.IsListening(now) != true;

    /// <summary>Takes over the state that an earlier process left. Call it first.</summary>
    /// <returns>How many bindings continue.</returns>
    public int Adopt(Func<ushort, bool> isServed)
    {
        Dhcp?.Load(Now);
        var (count, returning) = _adoption.Run(isServed);
        foreach (var claim in returning)
        {
            Arrivals.Return(claim, Now);
        }

        Ipv6?.Adopt(isServed);
        Outside6?.Adopt(_prefix6, Now);
        return count;
    }

    /// <summary>Another database came in place of the one that was open, or of none: it gets everything that is known here.</summary>
    /// <param name="found">The devices in it.</param>
    /// <param name="isNews">Whether these devices are news, as nothing of the database could be read before. Otherwise the records here are right.</param>
    public void Reconcile(IReadOnlyCollection<DeviceRecord> found, bool isNews)
    {
        foreach (var device in found)
        {
            var known = Policy.Find(device.Mac);
            if (isNews && (known is null || (device.IsDecided && !known.IsDecided)))
            {
                Admission.Decide(device);
            }
            else if (known is null)
            {
                _store.ForgetDevice(device.Mac);
            }
        }

        Policy.SaveAll();
        _bindings.SaveAll();
        Dhcp?.SaveAll();
        _store.Settle();
    }

    /// <summary>Drops all that is kept of a device beside its record. The traces of all stations go with it.</summary>
    public void Erase(MacAddress mac)
    {
        Dhcp?.Erase(mac);
        _traces.Clear();
    }

    /// <summary>Serves until the first addresses are ready.</summary>
    public void Prepare()
    {
        OneArm?.Start(Now);
        if (_twoArms is { IsSeparate: false })
        {
            OneLan!.Listen(Now);
        }

        _loop.Prepare(IsReady);
    }

    /// <summary>Serves until stopped.</summary>
    public void Run(CancellationToken stop)
    {
        _loop.Run(stop);
        _arrivalNotices.Flush();
    }

    /// <summary>One turn of the loop.</summary>
    public void Step(TimeSpan wait) => _loop.Step(wait);

    private TimeSpan Now => _clock.Now();

    private static PortLayout LayoutOf(NaptConfig napt, bool isHosts) =>
        isHosts ? PortLayout.Beside(napt.Ports.First, napt.Ports.Last, napt.Block) : PortLayout.Whole(napt.Block);

    /// <summary>Each gateway's outside addresses, by the gateway's number; the main one's are [pool] and [napt].</summary>
    private static List<GatewayAddresses> AddressesOf(InnkeeperConfig config)
    {
        SharedAddresses? SharedOf(ImmutableArray<AddressRange> ranges, bool isOwnShared) =>
            config.Napt.Enabled && (isOwnShared || !ranges.IsEmpty) ? new SharedAddresses(new AddressPool(ranges.SelectMany(r => r.Addresses()))) : null;

        GatewayAddresses Of(int uplink, ImmutableArray<AddressRange> pool, ImmutableArray<AddressRange> shared, bool isOwnShared) => new(
            uplink, new AddressPool(pool.SelectMany(r => r.Addresses())), SharedOf(shared, isOwnShared), LayoutOf(config.Napt, shared.IsEmpty).Blocks);

        return
        [
            Of(0, config.Pool.Addresses, config.Napt.Addresses, true),
            .. config.Gateways.Select(g => Of(config.UplinkOf(g), g.Pool, g.Shared, config.UplinkOf(g) != 0)),
        ];
    }

    private static Ipv6BindingService Ipv6BindingsOf(
        InnkeeperConfig config, Ipv6Seams seams, Registry registry, PolicyService policy, UplinkIpv6Sender uplink, Counters counters, TimeProvider clock)
    {
        // Every IPv4 number that is free may need a meter, and one is to spare.
        var bindings = new Ipv6Bindings(
            seams.Map.Capacity, seams.Map, new NeutralAddresses(seams.Secret), registry.Meters, () => registry.Free.Numbers + 1, config.Ipv6.Addresses, config.Ipv6.Translate == Ipv6Translation.Foreign);
        policy.IsHereByIpv6 = bindings.IsHere;
        return new Ipv6BindingService(bindings, seams.Map, policy, binding => uplink.Introduce(binding.Outside), counters, clock);
    }

    /// <summary>Devices make addresses of the first network of 64 bits outside; where that is on the uplink's link, they are translated there.</summary>
    private static AdvertisedNetwork AdvertisedBy(Ipv6Outside? outside, ControlSettings settings) =>
        new(outside is null ? null : new Ipv6Network(outside.Prefix.NetworkId, 64), settings.AnswersDnsByIpv6 ? s_ownDns : [], settings.CaptivePortal, outside?.Mtu);

    private static (IPuntHandler[] Handlers, ITimed[] Timers) Ipv6Of(
        InnkeeperConfig config, Ipv6Sender sender, Ipv6Routers routers, Ipv6Arrivals? arrivals, RouterAdvertiser? advertiser, Func<bool> isMuted, DailyEvents daily, Counters counters)
    {
        var queries = new ListenerQueries(sender, config.Access.Vlans, isMuted);
        var neighbors = new NeighborHandler(sender, routers, queries, arrivals, advertiser, daily, counters);
        return ([neighbors, new Ipv6RefusalHandler(sender, counters)], [neighbors, queries]);
    }

    private static OneArmController OneArmOf(InnkeeperConfig config, CurrentNetwork network, OneArmSeams lan, Counters counters, EventLog events)
    {
        var current = network.Current;
        var parameters = new LanParameters(
            current.UplinkMac, current.Networks.UplinkNetwork, current.Router, address => config.Pool.Addresses.Concat(config.Napt.Addresses).Any(r => r.Contains(address)), config.Access.ServesWrongGateways);
        return new OneArmController(
            network, new LanResponder(parameters), new GatewayElection(config.Peers.Priority, current.UplinkMac), lan.Stations, lan.KnownRouter, lan.Programmer, counters, events);
    }
}
