using Innkeeper.Policy;
using Innkeeper.Arp;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>
/// Keeps the data plane and the slow path in line with the interfaces: at start, and whenever the kernel says that one
/// changed, went or came again. Used by the dispatcher's thread only.
/// </summary>
internal sealed class InterfaceMonitor : IDisposable
{
    /// <summary>UPLINK_MARK in bpf/abi.h; an uplink's index is added.</summary>
    internal const int UplinkMark = 0x6980;

    private readonly ConfigurationResult _configuration;
    private readonly BpfPlane _plane;
    private readonly ProfileProgrammer _profiles;
    private readonly EventLog _events;
    private readonly LinkWatch _watch = new();
    private readonly Dictionary<(string Name, int Mark), (int Index, PacketSocket Socket)> _sockets = [];
    private readonly HashSet<(int Ifindex, string Program)> _attached = [];
    private volatile NetworkState _footing;
    private LinkInfo _stack;
    private LinkInfo _edge;
    private ServiceArray _services;
    private MacAddress _routerMac;
    private bool _isPassive;
    private (Ipv4Address Server, Ipv4Address Router)? _dhcp;
    private GatewayEvent? _complaint;

    /// <summary>Look once more without being told; at first, as the interfaces were read before the watch began.</summary>
    private bool _again = true;

    /// <summary>Sets up the data plane for the interfaces; nothing is attached yet.</summary>
    /// <param name="services">What devices ask of these ports, at any address, is sent to the host's own.</param>
    public InterfaceMonitor(
        ConfigurationResult configuration, NetworkState footing, InsideNetwork.Ends ends, BpfPlane plane, ProfileProgrammer profiles, EventLog events,
        params ReadOnlySpan<Service> services)
    {
        _profiles = profiles;
        services.CopyTo(_services);
        _configuration = configuration;
        _plane = plane;
        _events = events;
        _footing = footing;
        (_stack, _edge) = ends;
        RecallRouter();
        Configure();
        for (uint vlan = 1; vlan < plane.Vlans.Capacity; vlan++)
        {
            plane.Vlans.Set(vlan, Config.Access.Vlans.Contains((ushort)vlan) ? (byte)1 : (byte)0);
        }

        SetRoutes();
        NetworkContext = Survey();
    }

    /// <summary>The interfaces as last found in order. Read by any thread.</summary>
    public NetworkState NetworkState => _footing;

    /// <summary>The stack's end or the uplink was made anew; sockets that are bound to it must be, too.</summary>
    public event Action? Remade;

    /// <summary>What the dispatcher acts with.</summary>
    public NetworkContext NetworkContext { get; private set; }

    private InnkeeperConfig Config => _configuration.Config!;

    /// <summary>Where programs hang, or may still hang from an earlier process.</summary>
    public static IReadOnlyList<Hook> HooksFor(NetworkState footing, LinkInfo stack) =>
    [
        Hooks.FromStack(stack), Hooks.ToUplink(footing.Uplink), Hooks.FromUplink(footing.Uplink),
        .. footing.Others.OfType<UplinkState>().SelectMany(o => (Hook[])[Hooks.ToUplink(o.Interface), Hooks.FromUplink(o.Interface)]),
        Hooks.FromAccess(footing.Access),
    ];

    /// <summary>One arm: which station is the LAN's router, as far as known.</summary>
    public MacAddress? Router => _routerMac == MacAddress.Zero ? null : _routerMac;

    /// <summary>One arm: which station is the LAN's router.</summary>
    public void SetRouter(MacAddress mac)
    {
        _routerMac = mac;
        Configure();
    }

    /// <summary>One arm: whether another gateway serves the LAN.</summary>
    public void SetPassive(bool isPassive)
    {
        _isPassive = isPassive;
        Configure();
    }

    /// <summary>DHCP is served on the access side, by this address, and names that router.</summary>
    public void ServeDhcp(Ipv4Address server, Ipv4Address router)
    {
        _dhcp = (server, router);
        Configure();
        NetworkContext = Survey();
    }

    /// <summary>The services end in good order: what devices ask goes where it is addressed to, until they are back.</summary>
    public void WithdrawServices()
    {
        _services = default;
        Configure();
    }

    /// <summary>All or nothing: what a failure leaves half attached is taken off again, unless it was at work before.</summary>
    public void Attach()
    {
        var made = new List<Hook>();
        try
        {
            foreach (var hook in HooksFor(_footing, _stack))
            {
                _plane.Attach(hook);
                made.Add(hook);
                _attached.Add((hook.Ifindex, hook.Program));
            }

            DetachOthers();
        }
        catch when (_plane.Adopted == AdoptedFrom.None)
        {
            made.ForEach(hook => BpfPlane.Detach(hook));

            throw;
        }
    }

    /// <summary>Follows the interfaces when the kernel says they changed; never waits for them.</summary>
    /// <returns>The surroundings when they are others now, else null.</returns>
    public NetworkContext? Follow()
    {
        if (!_watch.TakeChange() && !_again)
        {
            return null;
        }

        _again = false;
        try
        {
            if (NetworkState.Read(Config, out var problem) is not { } next)
            {
                Complain(new InterfaceUnusable(problem.Text));
                if (NetworkContext.OwnOn(0) is null)
                {
                    return null;
                }

                // An address that is not the host's any more must not be used by anybody.
                NetworkContext = NetworkContext with { Ports = NetworkContext.Ports.SetItem(0, NetworkContext.Uplink with { Shared = null }) };
                return NetworkContext;
            }

            if (next == _footing && _complaint is null && IsInsideSound(next.Access.Mtu))
            {
                return null;
            }

            Adjust(next);
            _complaint = null;
            return NetworkContext;
        }
        catch (Exception e) when (e is NetlinkException or DataPlaneException or IOException)
        {
            // Interfaces that come and go while they are read: once more, a second later at most.
            Complain(new InterfaceFailure(e.Message));
            _again = true;
            return null;
        }
    }

    public void Dispose()
    {
        _watch.Dispose();
        foreach (var (_, socket) in _sockets.Values)
        {
            socket.Dispose();
        }
    }

    /// <summary>An impostor may answer first after a restart: what was known before it stays known, while it is about the same LAN.</summary>
    private void RecallRouter()
    {
        if (_plane.Adopted != AdoptedFrom.None && _plane.Config.TryGet(0, out var before) && before.Flags.HasFlag(ConfigFlags.OneArm)
            && before.Uplinks[0].Ifindex == (uint)_footing.Uplink.Index && before.NextHop == (BigEndian32)(_footing.Gateway ?? default))
        {
            _routerMac = before.RouterMac;
        }
    }

    /// <summary>What an earlier configuration put where this one puts nothing: programs of the other mode, or on another interface.</summary>
    private void DetachOthers()
    {
        foreach (var hook in Hooks.Everywhere().Where(h => !_attached.Contains((h.Ifindex, h.Program))))
        {
            BpfPlane.Detach(hook);
        }
    }

    private void Adjust(NetworkState next)
    {
        var before = _footing;
        var remade = false;
        if (!IsInsideSound(next.Access.Mtu))
        {
            var was = _stack.Index;
            (_stack, _edge) = InsideNetwork.Ensure(Config.Inside.Network, next.Access.Mtu);
            remade = _stack.Index != was;
        }

        _footing = next;
        _routerMac = next.Gateway == before.Gateway && next.Uplink.Index == before.Uplink.Index ? _routerMac : default;
        Configure();
        foreach (var hook in HooksFor(next, _stack).Where(h => !_attached.Contains((h.Ifindex, h.Program))))
        {
            _plane.Attach(hook);
            _attached.Add((hook.Ifindex, hook.Program));
        }

        SetRoutes();
        NetworkContext = Survey();
        if (remade || next.Uplink.Index != before.Uplink.Index)
        {
            Remade?.Invoke();
        }

        if (next != before || _complaint is not null)
        {
            _events.Add(next.ToEvent());
            foreach (var error in ConfigurationCheck.Against(_configuration, next.UplinkAddress, next.Gateway))
            {
                _events.Add(new SettingUnfit(error.ToString()));
            }
        }
    }

    private bool IsInsideSound(int mtu) =>
        Netlink.ReadInterface(InsideNetwork.StackEnd, out var stack) && Netlink.ReadInterface(InsideNetwork.EdgeEnd, out var edge)
        && stack.Index == _stack.Index && edge.Index == _edge.Index && stack.Mtu == mtu && edge.Mtu == mtu && stack.IsUp && edge.IsUp;

    private void Complain(GatewayEvent problem)
    {
        if (problem != _complaint)
        {
            _complaint = problem;
            _events.Add(problem);
        }
    }

    private void SetRoutes()
    {
        // Routes cannot lead through an interface that is down, and go with it; its coming up is a change as well.
        if (_footing.Uplink.IsUp)
        {
            SlowPathRoutes.Set(Config.Inside.Network, _stack.Index, [WayOf(0, 0, _footing.Gateway), .. Config.Gateways.Select((g, i) => WayOf(i + 1, Config.UplinkOf(g), g.NextHop))]);
        }
    }

    private SlowPathRoute WayOf(int number, int uplink, Ipv4Address? nextHop) => _footing.UplinkAt(uplink) is { Interface.IsUp: true } way
        ? new SlowPathRoute(number, way.Interface.Index, way.Address, nextHop, way.Mtu)
        : new SlowPathRoute(number, 0, default, null, 0);

    private NetworkContext Survey()
    {
        var service = new Ipv4Address(Config.Inside.Network.NetworkId.Value + 1);
        return new NetworkContext(
            new ArpNetworks(_footing.Access.Mac, _footing.AccessNetwork, _footing.UplinkAddress, _dhcp),
            _footing.IsOneArmed ? _footing.UplinkAddress.Address : _footing.AccessNetwork?.Address ?? service,
            _footing.Gateway, Config.Pool.Idle, SocketOn(_footing.Access), SocketOn(_stack), [.. Enumerable.Range(0, Config.UplinkInterfaces.Length).Select(PortOf)]);
    }

    private UplinkLink? PortOf(int index) => _footing.UplinkAt(index) is { } uplink
        ? new UplinkLink(
            uplink.Mac, uplink.Address.Address, IsOwnShared(index) ? uplink.Address.Address : null, SocketOn(uplink.Interface), SocketOn(_stack, UplinkMark + index))
        : null;

    /// <summary>Without addresses to be shared, those who leave by an uplink share its own.</summary>
    private bool IsOwnShared(int uplink) => Config.Napt.Enabled
        && (uplink == 0 ? Config.Napt.Addresses.IsEmpty : Config.Gateways.Any(g => Config.UplinkOf(g) == uplink && g.Shared.IsEmpty));

    private PacketSocket SocketOn(LinkInfo facts, int mark = 0)
    {
        if (_sockets.TryGetValue((facts.Name, mark), out var known))
        {
            if (known.Index == facts.Index)
            {
                return known.Socket;
            }

            known.Socket.Dispose();
            _sockets.Remove((facts.Name, mark));
        }

        var socket = new PacketSocket(facts.Index, mark);
        if (_footing.IsOneArmed && facts.Index == _footing.Access.Index)
        {
            socket.Join(Advertisement.Group);
        }

        _sockets[(facts.Name, mark)] = (facts.Index, socket);
        return socket;
    }

    private void Configure()
    {
        var legal = Config.Pool.Addresses.AddRange(Config.Napt.Addresses).AddRange(Config.Gateways.SelectMany(g => g.Pool.Concat(g.Shared)));
        var settings = new DataPlaneConfig
        {
            AccessIfindex = (uint)_footing.Access.Index,
            EdgeIfindex = (uint)_edge.Index,
            StackIfindex = (uint)_stack.Index,
            Flags = (Config.Dns.Enabled ? ConfigFlags.PrivateDns : 0)
                | (_footing.IsOneArmed ? ConfigFlags.OneArm : 0) | (_isPassive ? ConfigFlags.Passive : 0),
            AccessMtu = (uint)_footing.Access.Mtu,
            NextHop = _footing.Gateway ?? default,
            InsideNetwork = Config.Inside.Network.NetworkId,
            InsideMask = new Ipv4Address(Config.Inside.Network.Mask),
            LegalFirst = legal.Length == 0 ? 1 : legal.Min(r => r.First.Value),
            LegalLast = legal.Length == 0 ? 0 : legal.Max(r => r.Last.Value),
            Napt = Napt(Config.Napt),
            AccessMac = _footing.Access.Mac,
            EdgeMac = _edge.Mac,
            StackMac = _stack.Mac,
            Services = _services,
            RouterMac = _routerMac,
            DhcpServer = _dhcp?.Server ?? default,
        };
        for (var i = 0; i < Config.UplinkInterfaces.Length; i++)
        {
            settings.Uplinks[i] = _footing.UplinkAt(i) is { } uplink ? SlotOf(uplink) : default;
        }

        settings.Watched[0] = _footing.Gateway ?? default;
        for (var i = 0; i < Config.Gateways.Length; i++)
        {
            settings.Watched[i + 1] = Config.Gateways[i].NextHop;
        }

        for (var i = 0; i < Config.Access.PassEtherTypes.Length; i++)
        {
            settings.PassEthertypes[i] = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(Config.Access.PassEtherTypes[i]);
        }

        // Profiles first: no packet may find an uplink and not yet the gateway on it.
        _profiles.MoveTo(_footing.Gateway, [.. Enumerable.Range(0, Config.UplinkInterfaces.Length).Select(_footing.UplinkAt).OfType<UplinkState>().Select(u => u.Address)]);
        _plane.Config.Set(0, settings);
    }

    private static UplinkSlot SlotOf(UplinkState uplink) => new()
    {
        Ifindex = (uint)uplink.Interface.Index,
        Mtu = (uint)uplink.Mtu,
        Address = uplink.Address.Address,
        Network = uplink.Address.NetworkId,
        Mask = new Ipv4Address(uplink.Address.Mask),
        Mac = uplink.Mac,
    };

    private static NaptSettings Napt(NaptConfig napt)
    {
        // New mappings within five seconds' allowance: a page's many connections come at once.
        const ulong Burst = 5;
        var settings = new NaptSettings
        {
            NewInterval = napt.NewPerSecond == 0 ? 0 : 1_000_000_000UL / (ulong)napt.NewPerSecond,
            NewBurst = Burst * 1_000_000_000UL,
        };
        for (var state = MappingState.Udp; state <= MappingState.Hold; state++)
        {
            settings.Timeout[(int)state] = (ulong)TimeoutOf(napt, state).Ticks * 100;
        }

        settings.Limit[(int)PortKind.Tcp] = settings.Limit[(int)PortKind.Udp] = (uint)napt.PortsPerDevice;
        settings.Limit[(int)PortKind.Icmp] = settings.Limit[(int)PortKind.None] = (uint)napt.IdsPerDevice;
        return settings;
    }

    /// <summary>RFC 6146 section 3.5.2.2: half-closed connections are established ones.</summary>
    private static TimeSpan TimeoutOf(NaptConfig napt, MappingState state) => state switch
    {
        MappingState.Udp or MappingState.Other => napt.UdpTimeout,
        MappingState.Icmp => napt.IcmpTimeout,
        MappingState.Established or MappingState.FinOut or MappingState.FinIn or MappingState.Multi => napt.TcpTimeout,
        MappingState.Hold => napt.Rest,
        _ => napt.TcpTransitoryTimeout,
    };
}
