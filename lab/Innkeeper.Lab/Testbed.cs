//   Every box is a network namespace; every line a veth pair or a bridge port.
//
//   ┌──────────┐     ┌───────────┐      ┌─────────────────────┐      ┌────────────────────┐      ┌─────────────────┐      ┌──────────────┐
//   │ device   │eth0 │ hub       │ gw   │ gateway             │ gw   │ lan                │ rt   │ router          │ eth1 │ server       │
//   │ any      ├─────┤ br0       ├──────┤ access      uplink  ├──────┤ br0                ├──────┤ eth0       eth1 ├──────┤ eth0         │
//   │ address  │  p1 │ (a switch)│access│ no address  .199.2  │      │ 137.118.199.0/24   │      │ .199.1      .1  │      │ 203.0.113.10 │
//   └──────────┘     │           │      └─────────────────────┘      │ (a switch)         │      └─────────────────┘      │ HTTP, iperf3,│
//   ┌──────────┐  p2 │           │       the program under test      │                    │ h1   ┌─────────────────┐      │ echo         │
//   │ device   ├─────┤           │                                   │                    ├──────┤ office          │      └──────────────┘
//   │ …        │     └───────────┘                                   └────────────────────┘ eth0 │ 137.118.199.33  │
//   └──────────┘      random LAN                                      legal LAN                  └─────────────────┘
//
//   With one arm there is no hub: the gateway has one interface, eth0, at the LAN's port "gw", and the devices are plugged into the LAN,
//   beside its own hosts.
//
//   Second gateways are drawn in Testbed.Lines.cs; a testbed has them when a test adds them.
//   Frames that the gateway sends into the LAN are captured at the LAN's port "gw" for the whole life of the testbed (UplinkInvariant).
//   Namespaces are entered with nsenter --net, which leaves the mounts alone: `ip netns exec` would hide bpffs.

using System.Collections.Concurrent;
using System.Globalization;

namespace Innkeeper.Lab;

/// <summary>A network of namespaces around one gateway. Builds it, runs clients in it, and removes it.</summary>
internal sealed partial class Testbed : IDisposable
{
    public const string GatewayAddress = "137.118.199.2";
    public const string PoolFirst = "137.118.199.50";
    public const string PoolLast = "137.118.199.99";
    public const string RouterAddress = "137.118.199.1";
    public const string OfficeAddress = "137.118.199.33";
    public const string ServerAddress = "203.0.113.10";
    public const int EchoPort = 7;

    /// <summary>The name of the server's page.</summary>
    public const string WebName = "web.example";

    /// <summary>A name of the server with an IPv6 address too, <see cref="DualAddress"/>, which no host has.</summary>
    public const string DualName = "dual.example";

    public const string DualAddress = "2001:db8:203::10";

    private static int testbeds;

    private readonly string prefix = $"ik{Environment.ProcessId}n{Interlocked.Increment(ref testbeds)}";
    private readonly TestbedRecord record;
    private readonly int uplinkMtu;
    private readonly bool oneArmed;
    private readonly Capture uplinkCapture;
    private IReadOnlyCollection<System.Net.IPNetwork>? ipv6Networks;
    private readonly ConcurrentDictionary<string, Device> devices = [];
    private readonly ConcurrentBag<string> gatewayAddresses = [GatewayAddress];
    private readonly ConcurrentBag<string> deviceMacs = [];
    private readonly ConcurrentBag<(string Host, string Gateway)> lostHosts = [];
    private int ports;
    private int processes;
    private bool kept;

    /// <param name="uplinkMtu">The MTU of the legal LAN and of all its hosts.</param>
    /// <param name="oneArmed">The gateway has one interface, and devices are on the legal LAN.</param>
    public Testbed(int uplinkMtu = 1500, bool oneArmed = false)
    {
        this.uplinkMtu = uplinkMtu;
        this.oneArmed = oneArmed;
        Directory = System.IO.Directory.CreateTempSubdirectory(prefix + "-").FullName;
        record = new TestbedRecord(Directory);
        try
        {
            BuildNetwork();
            uplinkCapture = CaptureSent(Lan, "gw", "uplink.pcap");
            StartServices();
        }
        catch
        {
            record.RemoveEverything();
            throw;
        }
    }

    /// <summary>All files of this testbed: configuration, state, captures, its programs' output.</summary>
    public string Directory { get; }

    /// <summary>Where devices are plugged in.</summary>
    public string Hub => oneArmed ? Lan : prefix + "-hub";

    public string Gateway => prefix + "-gateway";

    public string Lan => prefix + "-lan";

    public string Router => prefix + "-router";

    public string Server => prefix + "-server";

    public string Office => prefix + "-office";

    /// <summary>The MAC of the gateway's access interface, which devices see.</summary>
    public string AccessMac { get; private set; } = "";

    /// <summary>The MAC of the gateway's uplink interface, which the legal LAN sees.</summary>
    public string UplinkMac { get; private set; } = "";

    /// <summary>The gateway's interface towards devices.</summary>
    public string AccessInterface => oneArmed ? "eth0" : "access";

    /// <summary>The gateway's interface on the legal LAN.</summary>
    public string UplinkInterface => oneArmed ? "eth0" : "uplink";

    /// <summary>The files the server offers over HTTP.</summary>
    public string WebRoot => Path.Combine(Directory, "www");

    /// <summary>The HTTP server's log: a line for each request, which begins with the client's address as the server sees it.</summary>
    public string ServerLog => httpServer!.Stderr;

    public BackgroundProcess? GatewayProcess { get; private set; }

    /// <summary>The process of the router's resolver; its log has a line for each query.</summary>
    public BackgroundProcess DnsServer { get; private set; } = null!;

    private BackgroundProcess? httpServer;

    /// <summary>The command that enters a namespace of this testbed, for people.</summary>
    public static string Enter(string ns) => $"nsenter --net=/run/netns/{ns}";

    /// <summary>Runs a client in a namespace.</summary>
    public static CommandResult Run(string ns, params string[] command) => Run(ns, Command.DefaultTimeout, command);

    public static CommandResult Run(string ns, TimeSpan timeout, params string[] command) => Command.Run(Inside(ns, command), timeout);

    /// <summary>Runs a client on a device that is set up with a DNS server: for this program, /etc/resolv.conf names it.</summary>
    public CommandResult RunWithResolver(Device device, string server, params string[] command)
    {
        var file = Path.Combine(Directory, $"resolv-{device.Name}");
        File.WriteAllText(file, $"nameserver {server}\noptions timeout:3 attempts:1\n");
        return Run(device.Namespace, ["unshare", "-m", "sh", "-c", "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"", file, .. command]);
    }

    public static CommandResult RunWithInput(string ns, string input, params string[] command) =>
        Command.Run(Inside(ns, command), Command.DefaultTimeout, input);

    /// <summary>Runs a Python program, with Debian's Python, which has scapy.</summary>
    public static CommandResult Python(string ns, string program, params string[] arguments) =>
        Run(ns, ["/usr/bin/python3", "-c", program, .. arguments]);

    /// <summary>Starts a program in a namespace; it ends with the testbed at the latest.</summary>
    public BackgroundProcess Start(string ns, params string[] command)
    {
        var name = $"{Interlocked.Increment(ref processes):00}-{ns[(prefix.Length + 1)..]}-{Path.GetFileName(command[0])}";
        var process = BackgroundProcess.Start(Inside(ns, command), Path.Combine(Directory, name));
        record.AddProcess(process);
        return process;
    }

    /// <summary>Starts a server and waits until it listens on a TCP port.</summary>
    public BackgroundProcess StartListener(string ns, int port, params string[] command)
    {
        var process = Start(ns, command);
        Wait.For($"a listener on TCP port {port}", () => Listens(ns, "-t", port) || process.HasExited, TimeSpan.FromSeconds(15), process.ToString);
        return process.HasExited ? throw new LabException($"ended at once:\n{process}") : process;
    }

    /// <summary>Starts tcpdump and waits until it listens.</summary>
    public Capture Capture(string ns, string networkInterface, params string[] filter)
    {
        var path = Path.Combine(Directory, $"{Interlocked.Increment(ref processes):00}-{ns[(prefix.Length + 1)..]}-{networkInterface}.pcap");
        var tcpdump = Start(ns, ["tcpdump", "-i", networkInterface, "-nn", "-U", "--immediate-mode", "-Z", "root", "-w", path, .. filter]);
        Wait.For("tcpdump listens", () => tcpdump.Stderr.Contains("listening on", StringComparison.Ordinal), TimeSpan.FromSeconds(15), tcpdump.ToString);
        return new Capture(tcpdump, path);
    }

    /// <summary>
    /// Plugs a device into the access hub. Its address has a prefix length. Its gateway is null for none, and "link" for a default
    /// route without a gateway, by which the device asks for every address.
    /// </summary>
    public Device AddDevice(string name, string address, string? gateway, DeviceSettings? settings = null)
    {
        settings ??= DeviceSettings.Default;
        var port = Interlocked.Increment(ref ports);
        var ns = $"{prefix}-d-{name}";
        var device = new Device(name, ns, address[..address.IndexOf('/')], gateway is "link" ? null : gateway,
            settings.Mac ?? string.Create(CultureInfo.InvariantCulture, $"06:1a:5e:00:{port >> 8:x2}:{port & 0xff:x2}"), $"p{port}", settings.Vlan);

        deviceMacs.Add(device.Mac);
        AddNamespace(ns);
        Command.Run("ip", "link", "add", "eth0", "address", device.Mac, "netns", ns, "type", "veth", "peer", "name", device.Port, "netns", Hub).AssertOk();
        Ip(Hub, "link", "set", device.Port, "master", "br0", "up");
        if (settings.Isolated)
        {
            Ip(Hub, "link", "set", device.Port, "type", "bridge_slave", "isolated", "on");
        }

        if (settings.Vlan is { } vlan)
        {
            TagPort(device.Port, vlan);
        }

        if (settings.DeafToArp)
        {
            Run(ns, "sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=8", "net.ipv4.conf.default.arp_ignore=8").AssertOk();
        }

        foreach (var each in (IEnumerable<string>)[address, .. settings.ExtraAddresses])
        {
            Ip(ns, "address", "add", each, "dev", "eth0");
        }

        Ip(ns, "link", "set", "eth0", "up");
        string[] route = gateway switch
        {
            null => [],
            "link" => ["dev", "eth0"],
            _ => settings.OnLink ? ["via", gateway, "dev", "eth0", "onlink"] : ["via", gateway],
        };
        if (route.Length > 0)
        {
            Ip(ns, ["route", "add", "default", .. route]);
        }

        AwaitForwarding(Hub, device.Port);
        devices[name] = device;
        return device;
    }

    /// <summary>A switch forwards nothing until it has noticed that the cable is in, which takes a while on a busy machine.</summary>
    private static void AwaitForwarding(string bridge, string port) => Wait.For(
        $"{port} forwards", () => Command.Run("ip", "-n", bridge, "-o", "-d", "link", "show", "dev", port).AssertOk().Stdout.Contains(" state forwarding ", StringComparison.Ordinal),
        TimeSpan.FromSeconds(15), () => Command.Run("ip", "-n", bridge, "-d", "link", "show", "dev", port).ToString());

    /// <summary>A device that was plugged in before, by its name.</summary>
    public Device? Device(string name) => devices.GetValueOrDefault(name);

    /// <summary>Removes a device permanently.</summary>
    public void Remove(Device device)
    {
        devices.TryRemove(device.Name, out _);
        Ip(Hub, "link", "del", device.Port);
        RemoveNamespace(device.Namespace);
    }

    /// <summary>Adds a host with proper settings to the legal LAN; returns its namespace.</summary>
    public string AddLanHost(string name, string address)
    {
        var ns = $"{prefix}-{name}";
        AddNamespace(ns);
        var port = $"h{Interlocked.Increment(ref ports)}";
        Command.Run("ip", "link", "add", "eth0", "mtu", Mtu, "netns", ns, "type", "veth", "peer", "name", port, "mtu", Mtu, "netns", Lan).AssertOk();
        Ip(Lan, "link", "set", port, "master", "br0", "up");
        Ip(ns, "address", "add", address + "/24", "dev", "eth0");
        Ip(ns, "link", "set", "eth0", "up");
        Ip(ns, "route", "add", "default", "via", RouterAddress);
        AwaitForwarding(Lan, port);
        return ns;
    }

    /// <summary>The MAC of an interface.</summary>
    public static string Mac(string ns, string networkInterface)
    {
        var words = Ip(ns, "-o", "link", "show", networkInterface).Stdout.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words[Array.IndexOf(words, "link/ether") + 1];
    }

    /// <summary>Puts a file on the web server; returns its URL and the SHA-256 of its bytes.</summary>
    public (string Url, string Sha256) Publish(string name, int bytes)
    {
        var content = new byte[bytes];
        new Random(bytes).NextBytes(content);
        File.WriteAllBytes(Path.Combine(WebRoot, name), content);
        return ($"http://{ServerAddress}/{name}", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)));
    }

    /// <summary>The frames that the gateway must not have sent out of its uplink.</summary>
    public IReadOnlyList<string> UplinkViolations() =>
        [.. new UplinkInvariant(UplinkMac, new LegalAddresses(gatewayAddresses, [(PoolFirst, PoolLast), .. secondRouterPools]), oneArmed ? new OneArmRules(deviceMacs, lostHosts) : null, ipv6Networks)
            .Violations(uplinkCapture.Frames()), .. SecondUplinkViolations()];

    /// <summary>The uplink gets IPv6, and the gateway may send from these networks.</summary>
    public void AllowIpv6(params string[] networks)
    {
        ipv6Networks = [.. networks.Select(System.Net.IPNetwork.Parse)];
        Run(Gateway, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=0", $"net.ipv6.conf.{UplinkInterface}.disable_ipv6=0").AssertOk();
        Run(Router, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=0", "net.ipv6.conf.all.forwarding=1").AssertOk();
    }

    /// <summary>Another address that the gateway's own uplink is given in the course of a test.</summary>
    public void AllowOnUplink(string address) => gatewayAddresses.Add(address);

    /// <summary>A host of the LAN whose gateway does not exist: with one arm it is answered for that, and its packets are passed on as its own.</summary>
    public void AllowLostHost(string address, string gateway) => lostHosts.Add((address, gateway));

    /// <summary>The number of frames that the gateway has sent out of its uplink: a watch that saw nothing proves nothing.</summary>
    public int UplinkFrames() => uplinkCapture.Frames().Count;

    /// <summary>The frames that the gateway has sent out of its uplink.</summary>
    public IReadOnlyList<byte[]> UplinkFrameList() => uplinkCapture.Frames();

    /// <summary>Leaves everything up when this object is disposed; `Innkeeper.Lab end DIRECTORY` removes it.</summary>
    public void Keep() => kept = true;

    /// <summary>Removes everything recorded in the directory of a testbed that was kept, or whose process was killed.</summary>
    public static void End(string directory) => TestbedRecord.Load(directory).RemoveEverything();

    public void Dispose()
    {
        if (!kept)
        {
            record.RemoveEverything();
        }
    }

    private string Mtu => uplinkMtu.ToString(CultureInfo.InvariantCulture);

    private static string[] Inside(string ns, string[] command) => ["nsenter", $"--net=/run/netns/{ns}", "--", .. command];

    private static CommandResult Ip(string ns, params string[] arguments) => Command.Run(["ip", "-n", ns, .. arguments]).AssertOk();

    private static bool Listens(string ns, string protocol, int port) =>
        Run(ns, "ss", "-Hln", protocol, "sport", "=", string.Create(CultureInfo.InvariantCulture, $":{port}")).Stdout.Length > 0;

    private void BuildNetwork()
    {
        foreach (var ns in ((string[])[Hub, Gateway, Lan, Router, Server]).Distinct())
        {
            AddNamespace(ns);
        }

        foreach (var bridge in ((string[])[Hub, Lan]).Distinct())
        {
            Ip(bridge, "link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
            Ip(bridge, "link", "set", "br0", "up");
        }

        if (!oneArmed)
        {
            Command.Run("ip", "link", "add", AccessInterface, "netns", Gateway, "type", "veth", "peer", "name", "gw", "netns", Hub).AssertOk();
            Ip(Hub, "link", "set", "gw", "master", "br0", "up");
            Ip(Gateway, "link", "set", AccessInterface, "up");
        }

        Command.Run("ip", "link", "add", UplinkInterface, "mtu", Mtu, "netns", Gateway, "type", "veth", "peer", "name", "gw", "mtu", Mtu, "netns", Lan).AssertOk();
        Command.Run("ip", "link", "add", "eth0", "mtu", Mtu, "netns", Router, "type", "veth", "peer", "name", "rt", "mtu", Mtu, "netns", Lan).AssertOk();
        Command.Run("ip", "link", "add", "eth1", "netns", Router, "type", "veth", "peer", "name", "eth0", "netns", Server).AssertOk();
        Ip(Lan, "link", "set", "gw", "master", "br0", "up");
        Ip(Lan, "link", "set", "rt", "master", "br0", "up");

        Ip(Gateway, "address", "add", GatewayAddress + "/24", "dev", UplinkInterface);
        Ip(Gateway, "link", "set", UplinkInterface, "up");
        Ip(Gateway, "route", "add", "default", "via", RouterAddress);
        AccessMac = Mac(Gateway, AccessInterface);
        UplinkMac = Mac(Gateway, UplinkInterface);
        // A hostile device that sends with the gateway's MAC must not move it in the switch ("port stealing"): that is the switch's to stop.
        Command.Run("bridge", "-n", Hub, "fdb", "add", AccessMac, "dev", "gw", "master", "static", "sticky").AssertOk();

        Ip(Router, "address", "add", RouterAddress + "/24", "dev", "eth0");
        Ip(Router, "address", "add", "203.0.113.1/24", "dev", "eth1");
        Ip(Router, "link", "set", "eth0", "up");
        Ip(Router, "link", "set", "eth1", "up");
        Run(Router, "sysctl", "-qw", "net.ipv4.ip_forward=1").AssertOk();

        Ip(Server, "address", "add", ServerAddress + "/24", "dev", "eth0");
        Ip(Server, "link", "set", "eth0", "up");
        Ip(Server, "route", "add", "default", "via", "203.0.113.1");
        AddLanHost("office", OfficeAddress);
    }

    /// <summary>Captures the headers of all frames that come in at an interface, for the whole life of the testbed.</summary>
    private Capture CaptureSent(string ns, string networkInterface, string file)
    {
        var path = Path.Combine(Directory, file);
        var tcpdump = Start(ns, "tcpdump", "-i", networkInterface, "-Q", "in", "-nn", "-s", "128", "-B", "16384", "-U", "--immediate-mode", "-Z", "root", "-w", path);
        Wait.For("tcpdump listens", () => tcpdump.Stderr.Contains("listening on", StringComparison.Ordinal), TimeSpan.FromSeconds(15), tcpdump.ToString);
        return new Capture(tcpdump, path);
    }

    private void StartServices()
    {
        System.IO.Directory.CreateDirectory(WebRoot);
        File.WriteAllText(Path.Combine(WebRoot, "index.html"), "Welcome: this page came from beyond the uplink.\n");
        StartDnsServer();
        httpServer = StartListener(Server, 80, "/usr/bin/python3", "-u", "-m", "http.server", "80", "--bind", ServerAddress, "--directory", WebRoot);
    }

    /// <summary>The router's resolver: it knows the names under "example" and no others.</summary>
    private void StartDnsServer()
    {
        DnsServer = StartListener(Router, 53, ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--bind-interfaces",
            $"--listen-address={RouterAddress}", "--pid-file=", "--log-facility=-", "--log-queries", "--local-ttl=300", "--user=root",
            $"--host-record={WebName},{ServerAddress}", $"--host-record={DualName},{ServerAddress},{DualAddress}", $"--host-record=office.example,{OfficeAddress}", "--host-record=inner.example,192.168.1.1",
            "--cname=alias.example,office.example", "--local=/example/",
            .. Enumerable.Range(0, 16).Select(i => $"--txt-record=big.example,{i:00}{new string('x', 200)}")]);
    }

    private void AddNamespace(string ns)
    {
        // Recorded first: a namespace that was not made is refused harmlessly when all is removed.
        record.AddNamespace(ns);
        Command.Run("ip", "netns", "add", ns).AssertOk();
        Run(ns, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1").AssertOk();
        Ip(ns, "link", "set", "lo", "up");
    }

    private void RemoveNamespace(string ns)
    {
        Command.Run("ip", "netns", "del", ns).AssertOk();
        record.RemoveNamespace(ns);
    }

    private void TagPort(string port, int vlan)
    {
        var vid = vlan.ToString(CultureInfo.InvariantCulture);
        var program = Path.Combine(Directory, $"vlan{vid}.bpf.o");
        Command.Run("clang", "-O2", "-target", "bpf", "-DVID=" + vid, "-I/usr/include/x86_64-linux-gnu", "-Wall", "-Werror",
            "-c", Path.Combine(AppContext.BaseDirectory, "vlan_port.bpf.c"), "-o", program).AssertOk();
        Command.Run("tc", "-n", Hub, "qdisc", "add", "dev", port, "clsact").AssertOk();
        // The program has no maps and pins nothing, so that tc needs no bpffs and the namespace's own mounts do not matter.
        Run(Hub, "tc", "filter", "add", "dev", port, "ingress", "bpf", "da", "obj", program, "sec", "push").AssertOk();
        Run(Hub, "tc", "filter", "add", "dev", port, "egress", "bpf", "da", "obj", program, "sec", "pop").AssertOk();
    }
}
