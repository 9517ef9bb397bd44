// More paths to the server, for tests that ask for them:
//
//   ┌────────────────────┐ rt2  ┌─────────────────┐      ┌──────────────┐
//   │ lan (137.118.199.  ├──────┤ router2         ├──────┤ server       │   AddSecondRouter: for the outside addresses 137.118.199.160/27
//   │ 0/24, a switch)    │ eth0 │ .199.254  eth1  │ eth1 │              │
//   └────────────────────┘      └─────────────────┘      │ 203.0.113.10 │
//   ┌────────────────────┐      ┌─────────────────┐      │              │
//   │ gateway            ├──────┤ router3         ├──────┤              │   AddSecondUplink: for the outside addresses 198.51.100.0/24
//   │ uplink2            │ eth0 │ 198.51.100.1    │ eth2 │              │
//   │ 198.51.100.2       │      │           eth1  │      └──────────────┘
//   └────────────────────┘      └─────────────────┘
//
// The server answers every outside address by the router that it belongs to. Packets through a router are captured on the gateway's side.

namespace Innkeeper.Lab;

/// <summary>A path to the server beside the main router's.</summary>
/// <param name="Router">The namespace of its router.</param>
/// <param name="RouterAddress">The router, as the gateway has it.</param>
/// <param name="PoolFirst">The first of the outside addresses behind it.</param>
/// <param name="Wire">Both directions, at the router's interface towards the gateway.</param>
internal sealed record Line(string Router, string RouterAddress, string PoolFirst, string PoolLast, Capture Wire)
{
    /// <summary>As in the configuration.</summary>
    public string Pool => $"{PoolFirst}-{PoolLast}";

    /// <summary>The router's interface towards the gateway goes down, or up.</summary>
    public void Set(bool up) => Command.Run("ip", "-n", Router, "link", "set", "eth0", up ? "up" : "down").AssertOk();
}

/// <summary>Second gateways.</summary>
internal sealed partial class Testbed
{
    public const string SecondRouterAddress = "137.118.199.254";
    public const string SecondUplinkAddress = "198.51.100.2";
    public const string SecondUplinkRouter = "198.51.100.1";
    public const string SecondUplinkInterface = "uplink2";

    private const string SecondRouterNetwork = "137.118.199.160/27";
    private const string SecondUplinkNetwork = "198.51.100.0/24";

    private readonly List<(string First, string Last)> secondRouterPools = [];
    private Capture? mainWire;
    private string secondUplinkMac = "";
    private (string First, string Last) secondUplinkPool;
    private Capture? secondUplinkCapture;
    private int lines;

    /// <summary>All packets of the main router on the legal LAN's side, from the moment of asking.</summary>
    public Capture MainWire => mainWire ??= Capture(Router, "eth0");

    /// <summary>The line that was added last.</summary>
    public Line? SecondLine { get; private set; }

    /// <summary>A second router of the legal LAN, which leads to the same server by a line of its own.</summary>
    public Line AddSecondRouter()
    {
        var router = $"{prefix}-router2";
        AddNamespace(router);
        Command.Run("ip", "link", "add", "eth0", "mtu", Mtu, "netns", router, "type", "veth", "peer", "name", "rt2", "mtu", Mtu, "netns", Lan).AssertOk();
        Ip(Lan, "link", "set", "rt2", "master", "br0", "up");
        secondRouterPools.Add(("137.118.199.161", "137.118.199.180"));
        return Lead(router, SecondRouterAddress, SecondRouterNetwork, "137.118.199.161", "137.118.199.180");
    }

    /// <summary>A second interface of the gateway, with a router of its own that leads to the same server.</summary>
    /// <param name="mtu">The MTU of that line.</param>
    public Line AddSecondUplink(int mtu = 1500)
    {
        var router = $"{prefix}-router3";
        AddNamespace(router);
        var text = mtu.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Command.Run("ip", "link", "add", SecondUplinkInterface, "mtu", text, "netns", Gateway, "type", "veth", "peer", "name", "eth0", "mtu", text, "netns", router).AssertOk();
        Ip(Gateway, "address", "add", SecondUplinkAddress + "/24", "dev", SecondUplinkInterface);
        Ip(Gateway, "link", "set", SecondUplinkInterface, "up");
        secondUplinkMac = Mac(Gateway, SecondUplinkInterface);
        var line = Lead(router, SecondUplinkRouter, SecondUplinkNetwork, "198.51.100.50", "198.51.100.79");
        (secondUplinkPool, secondUplinkCapture) = ((line.PoolFirst, line.PoolLast), CaptureSent(router, "eth0", "uplink2.pcap"));
        return line;
    }

    /// <summary>The far side: the router's addresses, and the server's route back.</summary>
    private Line Lead(string router, string address, string network, string first, string last)
    {
        var number = ++lines;
        var (near, far) = ($"192.0.2.{(4 * number) + 1}", $"192.0.2.{(4 * number) + 2}");
        Command.Run("ip", "link", "add", "eth1", "netns", router, "type", "veth", "peer", "name", $"eth{number}", "netns", Server).AssertOk();
        Ip(router, "address", "add", address + "/24", "dev", "eth0");
        Ip(router, "address", "add", near + "/30", "dev", "eth1");
        Ip(router, "link", "set", "eth0", "up");
        Ip(router, "link", "set", "eth1", "up");
        Ip(router, "route", "add", ServerAddress, "via", far);
        Run(router, "sysctl", "-qw", "net.ipv4.ip_forward=1").AssertOk();
        Ip(Server, "address", "add", far + "/30", "dev", $"eth{number}");
        Ip(Server, "link", "set", $"eth{number}", "up");
        Ip(Server, "route", "add", network, "via", near);
        return SecondLine = new Line(router, address, first, last, Capture(router, "eth0"));
    }

    /// <summary>The frames that the gateway must not have sent out of its second uplink: only that line's addresses are legal there.</summary>
    private IReadOnlyList<string> SecondUplinkViolations() => secondUplinkCapture is null
        ? []
        : new UplinkInvariant(secondUplinkMac, new LegalAddresses([SecondUplinkAddress], [secondUplinkPool])).Violations(secondUplinkCapture.Frames());
}
