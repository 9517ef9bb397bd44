using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>
/// Follows the host's interfaces: whenever the kernel reports a change, it reads all of them, compares them with the state that the gateway
/// works by, and adjusts routes, sockets and data plane. It acts on the state it reads and on no message, so that a lost message or a
/// failed attempt costs a second and nothing else. Used by the control loop's thread only, except <see cref="NetworkState"/>.
/// </summary>
internal sealed class InterfaceMonitor
{
    private readonly ConfigurationResult _configuration;
    private readonly IHostNetwork _host;
    private readonly LinkSockets _sockets;
    private readonly DataPlaneProgrammer _programmer;
    private readonly ProgramAttachments _attachments;
    private readonly EventLog _events;
    private readonly RestorationReport _restorations;
    private readonly Action _remade;
    private volatile NetworkState _network;
    private InsideNetwork.Ends _inside;

    /// <summary>The uplink and the stack's end that the services' sockets are bound to.</summary>
    private (int Uplink, int Stack) _served;

    /// <summary>The problem that was reported and is not solved yet; null: none.</summary>
    private volatile GatewayEvent? _problem;

    /// <summary>The uplink's address and router as last found, for the time when the kernel has no route to it; null: none was found.</summary>
    private UplinkMemory? _memory;

    /// <summary>The host's way to a router that the kernel has lost, as last set; null: it needs none.</summary>
    private FallbackRoute? _fallback;

    /// <summary>Read once more without a message of the kernel; at first, as the interfaces were read before the watch began.</summary>
    private bool _again = true;

    /// <summary>The owner of an address of the inside network, as last found; null: there is none.</summary>
    private string? _conflict;

    /// <summary>The owner of an address of the network that was given up last.</summary>
    private string _reason = "";

    /// <summary>The inside network that the administrator knows of: an attempt to change it may fail at first.</summary>
    private Ipv4Network _reportedInside;

    /// <summary>Nothing is programmed, bound or attached yet.</summary>
    /// <param name="network">The interfaces, with the inside network that was chosen for them (<see cref="InsideChoice"/>).</param>
    /// <param name="remade">Called when the stack's end or the uplink has another index: sockets bound to the old one must be opened again.</param>
    public InterfaceMonitor(
        ConfigurationResult configuration, NetworkState network, InsideNetwork.Ends inside, IHostNetwork host, LinkSockets sockets,
        DataPlaneProgrammer programmer, ProgramAttachments attachments, EventLog events, TimeProvider clock, Action remade)
    {
        (_configuration, _network, _inside, _host, _sockets) = (configuration, network, inside, host, sockets);
        (_programmer, _attachments, _events, _remade) = (programmer, attachments, events, remade);
        _restorations = new RestorationReport(events, clock);
        _served = (network.Uplink.Index, inside.Stack.Index);
        _reportedInside = network.Inside;
        _memory = network.Memory;
        NetworkContext = sockets.ContextOf(network);
    }

    /// <summary>The thing that the gateway waits for or lacks, in words for the administrator; null: none. Read by any thread.</summary>
    public string? Attention => _problem is { } problem ? EventText.Describe(problem)
        : _network is { IsRouterRemembered: true, Gateway: { } router } network ? EventText.RouterRemembered(network.Uplink.Name, router) : null;

    /// <summary>The gateway lacks something without which it cannot serve. Read by any thread.</summary>
    public bool IsWaiting => _problem is not null;

    /// <summary>The interfaces as last found complete. Read by any thread.</summary>
    public NetworkState NetworkState => _network;

    /// <summary>The slow path's pair of interfaces.</summary>
    public InsideNetwork.Ends Ends => _inside;

    /// <summary>The addresses, MACs and senders that the control plane acts with.</summary>
    public NetworkContext NetworkContext { get; private set; }

    private InnkeeperConfig Config => _configuration.Config!;

    /// <summary>Programs the data plane, sets the routes and binds the sockets; no program is attached yet.</summary>
    /// <exception cref="DataPlaneException">The kernel refused the data plane's configuration.</exception>
    /// <exception cref="NetlinkException">The kernel refused the routes, or an interface disappeared meanwhile.</exception>
    public void Start()
    {
        _host.AddRouting(Routing);
        _programmer.Start();
        _host.RemoveOthers(Routing);
        _sockets.Bind(_network, _inside.Stack);

        // One that an earlier process left.
        _host.SetFallback(null);
        SetFallback();
    }

    /// <summary>Attaches all programs, or none.</summary>
    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    public void Attach() => _attachments.AttachAll(_network, _inside.Stack);

    /// <summary>Follows the interfaces when the kernel says they changed; never waits for them.</summary>
    /// <returns>The new context if it changed, otherwise null.</returns>
    public NetworkContext? Follow()
    {
        var isDue = _restorations.TakeSweep();
        if (!_host.TakeChange() && !_again && !isDue)
        {
            return null;
        }

        _again = false;
        try
        {
            var links = _host.ReadLinks();
            if (NetworkState.From(Config, links, out var problem, _memory) is not { } next)
            {
                return Suspend(new InterfaceUnusable(problem.Text));
            }

            next = next with { Inside = ChooseInside(links) };
            var isPairThere = IsPairThere(links);
            if (next == _network && _problem is null && isPairThere)
            {
                Restore();
                SetFallback();
                return null;
            }

            return Adjust(next, isPairThere);
        }
        catch (Exception e) when (e is NetlinkException or DataPlaneException or IOException)
        {
            // Interfaces that come and go while they are read: try again, a second later at most.
            ReportOnce(new InterfaceFailure(e.Message));
            _again = true;
            return null;
        }
    }

    /// <summary>An interface is missing, or has no address: no device may use an address that the host no longer has.</summary>
    private NetworkContext? Suspend(InterfaceUnusable problem)
    {
        ReportOnce(problem);
        if (NetworkContext.OwnOn(0) is null)
        {
            return null;
        }

        NetworkContext = NetworkContext with { Ports = NetworkContext.Ports.SetItem(0, NetworkContext.Uplink with { Shared = null }) };
        return NetworkContext;
    }

    /// <summary>Puts back what others took away.</summary>
    private void Restore()
    {
        if (_restorations.IsExhausted)
        {
            return;
        }

        _host.EnsureInside(_network.Inside, _network.Access.Mtu, out var missing);
        _restorations.Restored([.. missing, .. _host.AddRouting(Routing), .. _attachments.Restore(_network, _inside.Stack)]);
    }

    /// <summary>A step that fails throws and ends the attempt, and the next attempt does all of them again.</summary>
    private NetworkContext Adjust(NetworkState next, bool isPairThere)
    {
        var isNews = next with { Inside = _network.Inside } != _network || _problem is not null;
        // First what the data plane is to use, then the change, and what it used before last: a packet on its way always finds one of both.
        _inside = _host.EnsureInside(next.Inside, next.Access.Mtu, out _);
        _network = next;
        _memory = next.Memory ?? _memory;
        _host.AddRouting(Routing);
        _programmer.Follow(next, _inside);
        _attachments.AttachMissing(next, _inside.Stack);
        _host.RemoveOthers(Routing);
        SetFallback();
        _sockets.Bind(next, _inside.Stack);
        NetworkContext = _sockets.ContextOf(next);
        _problem = null;
        if (_served != (next.Uplink.Index, _inside.Stack.Index))
        {
            _served = (next.Uplink.Index, _inside.Stack.Index);
            _remade();
        }

        if (!isPairThere)
        {
            _restorations.Restored([$"the interfaces {InsideNetwork.StackEnd} and {InsideNetwork.EdgeEnd}"]);
        }

        if (_reportedInside != next.Inside)
        {
            _events.Add(new InsideNetworkMoved(_reportedInside, next.Inside, _reason));
            _reportedInside = next.Inside;
        }

        if (isNews)
        {
            _events.Add(next.ToEvent());
            foreach (var error in ConfigurationCheck.Against(_configuration, next.UplinkAddress, next.Gateway, next.IsRouterOnLink))
            {
                _events.Add(new SettingUnfit(error.ToString()));
            }
        }

        return NetworkContext;
    }

    /// <summary>The inside network that the host as it is now leaves to us. Without a free one, the present one stays and the conflict is reported.</summary>
    private Ipv4Network ChooseInside(ImmutableArray<LinkInfo> links)
    {
        var taken = InsideChoice.Taken(Config, links, _host.ReadTaken(links, Config.Inside.Candidates));
        var chosen = InsideChoice.Choose(Config.Inside, _network.Inside, taken, out var conflict);
        if (conflict != _conflict && conflict is not null && chosen == _network.Inside)
        {
            _events.Add(new InsideNetworkTaken(chosen, conflict));
        }

        _conflict = chosen == _network.Inside ? conflict : null;
        _reason = conflict ?? _reason;
        return chosen;
    }

    private bool IsPairThere(ImmutableArray<LinkInfo> links)
    {
        bool IsThere(LinkInfo end) => links.Any(link => link.Name == end.Name && link.Index == end.Index);

        return IsThere(_inside.Stack) && IsThere(_inside.Edge);
    }

    private void ReportOnce(GatewayEvent problem)
    {
        if (problem != _problem)
        {
            _problem = problem;
            _events.Add(problem);
        }
    }

    /// <summary>Routes cannot lead through an interface that is down, and disappear with it; its coming up is a change as well.</summary>
    private OwnRouting Routing => new(
        _network.Inside, _inside.Stack.Index, [RouteOf(0, 0, _network.Gateway), .. Config.Gateways.Select((g, i) => RouteOf(i + 1, Config.UplinkOf(g), g.NextHop))]);

    /// <summary>Routes go with an interface that is set down: each time that one is set up again, the way is set again.</summary>
    private void SetFallback()
    {
        var next = _network is { IsRouterRemembered: true, Gateway: { } router, Uplink.IsUp: true } now ? new FallbackRoute(now.Uplink.Index, router, now.UplinkAddress.Address) : null;
        if (_fallback is not null && _fallback != next)
        {
            _host.SetFallback(null);
            _fallback = null;
        }

        if (next is not null)
        {
            _host.SetFallback(next);
            _fallback = next;
        }
    }

    private SlowPathRoute RouteOf(int number, int uplink, Ipv4Address? nextHop) => _network.UplinkAt(uplink) is { Interface.IsUp: true } link && link.Address != NetworkState.NoAddress
        ? new SlowPathRoute(number, link.Interface.Index, link.Address, nextHop, link.Mtu)
        : new SlowPathRoute(number, 0, default, null, 0);
}
