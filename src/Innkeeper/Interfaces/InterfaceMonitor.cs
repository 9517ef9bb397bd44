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

    /// <summary>Nothing is programmed, bound or attached yet.</summary>
    /// <param name="remade">Called when the stack's end or the uplink has another index: sockets bound to the old one must be opened again.</param>
    public InterfaceMonitor(
        ConfigurationResult configuration, NetworkState network, InsideNetwork.Ends inside, IHostNetwork host, LinkSockets sockets,
        DataPlaneProgrammer programmer, ProgramAttachments attachments, EventLog events, Action remade)
    {
        (_configuration, _network, _inside, _host, _sockets) = (configuration, network, inside, host, sockets);
        (_programmer, _attachments, _events, _remade) = (programmer, attachments, events, remade);
        _served = (network.Uplink.Index, inside.Stack.Index);
        _memory = network.Memory;
        NetworkContext = sockets.ContextOf(network);
    }

    /// <summary>The thing that the gateway waits for or lacks, in words for the administrator; null: none. Read by any thread.</summary>
    public string? Attention => _problem is { } problem ? EventText.Describe(problem)
        : _network is { IsRouterRemembered: true, Gateway: { } router } network ? EventText.RouterRemembered(network.Uplink.Name, router) : null;

    /// <summary>The interfaces as last found complete. Read by any thread.</summary>
    public NetworkState NetworkState => _network;

    /// <summary>The addresses, MACs and senders that the control plane acts with.</summary>
    public NetworkContext NetworkContext { get; private set; }

    private InnkeeperConfig Config => _configuration.Config!;

    /// <summary>Programs the data plane, sets the routes and binds the sockets; no program is attached yet.</summary>
    /// <exception cref="DataPlaneException">The kernel refused the data plane's configuration.</exception>
    /// <exception cref="NetlinkException">The kernel refused the routes, or an interface disappeared meanwhile.</exception>
    public void Start()
    {
        _programmer.Start();
        SetRoutes();
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
        if (!_host.TakeChange() && !_again)
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

            var isInsideSound = IsInsideSound(links, next.Access.Mtu);
            if (next == _network && _problem is null && isInsideSound)
            {
                SetFallback();
                return null;
            }

            return Adjust(next, isInsideSound);
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

    /// <summary>A step that fails throws and ends the attempt, and the next attempt does all of them again.</summary>
    private NetworkContext Adjust(NetworkState next, bool isInsideSound)
    {
        var isNews = next != _network || _problem is not null;
        if (!isInsideSound)
        {
            _inside = _host.EnsureInside(next.Access.Mtu);
        }

        _network = next;
        _memory = next.Memory ?? _memory;
        _programmer.Follow(next, _inside);
        _attachments.AttachMissing(next, _inside.Stack);
        SetRoutes();
        SetFallback();
        _sockets.Bind(next, _inside.Stack);
        NetworkContext = _sockets.ContextOf(next);
        _problem = null;
        if (_served != (next.Uplink.Index, _inside.Stack.Index))
        {
            _served = (next.Uplink.Index, _inside.Stack.Index);
            _remade();
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

    private bool IsInsideSound(ImmutableArray<LinkInfo> links, int mtu)
    {
        bool IsSound(string name, int index) => links.Any(link => link.Name == name && link.Index == index && link.Mtu == mtu && link.IsUp);

        return IsSound(InsideNetwork.StackEnd, _inside.Stack.Index) && IsSound(InsideNetwork.EdgeEnd, _inside.Edge.Index);
    }

    private void ReportOnce(GatewayEvent problem)
    {
        if (problem != _problem)
        {
            _problem = problem;
            _events.Add(problem);
        }
    }

    private void SetRoutes()
    {
        // Routes cannot lead through an interface that is down, and disappear with it; its coming up is a change as well.
        if (_network.Uplink.IsUp)
        {
            _host.SetRoutes(_inside.Stack.Index, [RouteOf(0, 0, _network.Gateway), .. Config.Gateways.Select((g, i) => RouteOf(i + 1, Config.UplinkOf(g), g.NextHop))]);
        }
    }

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
