using Innkeeper.Admission;
using Innkeeper.Arp;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Dispatch;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Arms;

/// <summary>
/// Keeps the data plane and the slow path in line with the interfaces: at start, and whenever the kernel says that one
/// changed, went or came again. Used by the dispatcher's thread only.
/// </summary>
internal sealed class ArmsKeeper : IDisposable
{
    /// <summary>UPLINK_MARK in bpf/abi.h; an uplink's index is added.</summary>
    internal const int UplinkMark = 0x6980;

    private readonly ConfigurationResult _configuration;
    private readonly BpfPlane _plane;
    private readonly ProfileKeeper _profiles;
    private readonly EventLog _events;
    private readonly LinkWatch _watch = new();
    private readonly Dictionary<(string Name, int Mark), (int Index, PacketSocket Socket)> _sockets = [];
    private readonly HashSet<(int Ifindex, string Program)> _attached = [];
    private volatile Footing _footing;
    private InterfaceFacts _stack;
    private InterfaceFacts _edge;
    private ServiceArray _services;
    private MacAddress _routerMac;
    private bool _isPassive;
    private (Ipv4Address Server, Ipv4Address Router)? _dhcp;
    private string? _complaint;

    /// <summary>Look once more without being told; at first, as the interfaces were read before the watch began.</summary>
    private bool _again = true;

    /// <summary>Sets up the data plane for the interfaces; nothing is attached yet.</summary>
    /// <param name="services">What devices ask of these ports, at any address, is sent to the host's own.</param>
    public ArmsKeeper(
        ConfigurationResult configuration, Footing footing, InsideNetwork.Ends ends, BpfPlane plane, ProfileKeeper profiles, EventLog events,
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
            plane.Vlans.Set(vlan, Config.Vlans.Contains((ushort)vlan) ? (byte)1 : (byte)0);
        }

        SetRoutes();
        Surroundings = Survey();
    }

    /// <summary>The interfaces as last found in order. Read by any thread.</summary>
    public Footing Footing => _footing;

    /// <summary>The stack's end or the uplink was made anew; sockets that are bound to it must be, too.</summary>
    public event Action? Remade;

    /// <summary>What the dispatcher acts with.</summary>
    public Surroundings Surroundings { get; private set; }

    private InnkeeperConfig Config => _configuration.Config!;

    /// <summary>Where programs hang, or may still hang from an earlier process.</summary>
    public static IReadOnlyList<Hook> HooksFor(Footing footing, InterfaceFacts stack) =>
    [
        Hooks.FromStack(stack), Hooks.ToUplink(footing.Uplink), Hooks.FromUplink(footing.Uplink),
        .. footing.Others.OfType<UplinkFooting>().SelectMany(o => (Hook[])[Hooks.ToUplink(o.Interface), Hooks.FromUplink(o.Interface)]),
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
        Surroundings = Survey();
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
    public Surroundings? Follow()
    {
        if (!_watch.TakeChange() && !_again)
        {
            return null;
        }

        _again = false;
        try
        {
            if (Footing.Read(Config, out var problem) is not { } next)
            {
                Complain($"{problem.Text}; devices wait until it is back");
                if (Surroundings.OwnOn(0) is null)
                {
                    return null;
                }

                // An address that is not the host's any more must not be used by anybody.
                Surroundings = Surroundings with { Ports = Surroundings.Ports.SetItem(0, Surroundings.Uplink with { Shared = null }) };
                return Surroundings;
            }

            if (next == _footing && _complaint is null && IsInsideSound(next.Access.Mtu))
            {
                return null;
            }

            Adjust(next);
            _complaint = null;
            return Surroundings;
        }
        catch (Exception e) when (e is NetlinkException or DataPlaneException or IOException)
        {
            // Interfaces that come and go while they are read: once more, a second later at most.
            Complain(e.Message);
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

    private void Adjust(Footing next)
    {
        var before = _footing;
        var remade = false;
        if (!IsInsideSound(next.Access.Mtu))
        {
            var was = _stack.Index;
            (_stack, _edge) = InsideNetwork.Ensure(Config.Inside, next.Access.Mtu);
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
        Surroundings = Survey();
        if (remade || next.Uplink.Index != before.Uplink.Index)
        {
            Remade?.Invoke();
        }

        if (next != before || _complaint is not null)
        {
            _events.Add("interfaces", next.Describe());
            foreach (var error in ConfigurationCheck.Against(_configuration, next.UplinkAddress, next.Gateway))
            {
                _events.Add("configuration", error.ToString());
            }
        }
    }

    private bool IsInsideSound(int mtu) =>
        Netlink.ReadInterface(InsideNetwork.StackEnd, out var stack) && Netlink.ReadInterface(InsideNetwork.EdgeEnd, out var edge)
        && stack.Index == _stack.Index && edge.Index == _edge.Index && stack.Mtu == mtu && edge.Mtu == mtu && stack.IsUp && edge.IsUp;

    private void Complain(string text)
    {
        if (text != _complaint)
        {
            _complaint = text;
            _events.Add("interfaces", text);
        }
    }

    private void SetRoutes()
    {
        // Routes cannot lead through an interface that is down, and go with it; its coming up is a change as well.
        if (_footing.Uplink.IsUp)
        {
            SlowRoutes.Set(Config.Inside, _stack.Index, [WayOf(0, 0, _footing.Gateway), .. Config.Gateways.Select((g, i) => WayOf(i + 1, Config.UplinkOf(g), g.NextHop))]);
        }
    }

    private SlowWay WayOf(int number, int uplink, Ipv4Address? nextHop) => _footing.UplinkAt(uplink) is { Interface.IsUp: true } way
        ? new SlowWay(number, way.Interface.Index, way.Address, nextHop, way.Mtu)
        : new SlowWay(number, 0, default, null, 0);

    private Surroundings Survey()
    {
        var service = new Ipv4Address(Config.Inside.NetworkId.Value + 1);
        return new Surroundings(
            new ArpNetworks(_footing.Access.Mac, _footing.AccessNetwork, _footing.UplinkAddress, _dhcp),
            _footing.IsOneArmed ? _footing.UplinkAddress.Address : _footing.AccessNetwork?.Address ?? service,
            _footing.Gateway, Config.PoolIdle, SocketOn(_footing.Access), SocketOn(_stack), [.. Enumerable.Range(0, Config.UplinkInterfaces.Length).Select(PortOf)]);
    }

    private UplinkPort? PortOf(int index) => _footing.UplinkAt(index) is { } uplink
        ? new UplinkPort(
            uplink.Mac, uplink.Address.Address, IsOwnShared(index) ? uplink.Address.Address : null, SocketOn(uplink.Interface), SocketOn(_stack, UplinkMark + index))
        : null;

    /// <summary>Without addresses to be shared, those who leave by an uplink share its own.</summary>
    private bool IsOwnShared(int uplink) => Config.Napt.Enabled
        && (uplink == 0 ? Config.Napt.Addresses.IsEmpty : Config.Gateways.Any(g => Config.UplinkOf(g) == uplink && g.Shared.IsEmpty));

    private PacketSocket SocketOn(InterfaceFacts facts, int mark = 0)
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
            socket.Join(PeerHello.Group);
        }

        _sockets[(facts.Name, mark)] = (facts.Index, socket);
        return socket;
    }

    private void Configure()
    {
        var legal = Config.Pool.AddRange(Config.Napt.Addresses).AddRange(Config.Gateways.SelectMany(g => g.Pool.Concat(g.Shared)));
        var settings = new DataPlane.Config
        {
            AccessIfindex = (uint)_footing.Access.Index,
            EdgeIfindex = (uint)_edge.Index,
            StackIfindex = (uint)_stack.Index,
            Flags = (Config.DnsEnabled ? ConfigFlags.PrivateDns : 0)
                | (_footing.IsOneArmed ? ConfigFlags.OneArm : 0) | (_isPassive ? ConfigFlags.Passive : 0),
            AccessMtu = (uint)_footing.Access.Mtu,
            NextHop = _footing.Gateway ?? default,
            InsideNetwork = Config.Inside.NetworkId,
            InsideMask = new Ipv4Address(Config.Inside.Mask),
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

        for (var i = 0; i < Config.PassEtherTypes.Length; i++)
        {
            settings.PassEthertypes[i] = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(Config.PassEtherTypes[i]);
        }

        // Profiles first: no packet may find an uplink and not yet the gateway on it.
        _profiles.MoveTo(_footing.Gateway, [.. Enumerable.Range(0, Config.UplinkInterfaces.Length).Select(_footing.UplinkAt).OfType<UplinkFooting>().Select(u => u.Address)]);
        _plane.Config.Set(0, settings);
    }

    private static UplinkSlot SlotOf(UplinkFooting uplink) => new()
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
