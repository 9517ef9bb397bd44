using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Forwarding;

/// <summary>
/// A host with more than its uplink: a management card, a bridge of containers, a VPN with a rule and a table of its own, a firewall that
/// redirects a port, and forwarding switched on. The office's namespace is what is behind all of them. The uplink is narrow.
/// </summary>
public sealed class HostNetworksFixture() : GatewayFixture(GatewaySettings.Default, uplinkMtu: 1400, beforeStart: Prepare)
{
    private static void Prepare(Testbed testbed)
    {
        void In(string ns, string command) => Testbed.Run(ns, "sh", "-c", command).AssertOk();

        var (gateway, office) = (testbed.Gateway, testbed.Office);
        foreach (var (name, own, peer) in new[] { ("mgmt", "192.168.88.1/24", "192.168.88.5/24"), ("ctr", "", "172.17.0.2/16"), ("vpn", "10.99.0.1/30", "10.99.0.2/30") })
        {
            In(gateway, $"ip link add {name}0 type veth peer name {name}1 netns {office} && ip link set {name}0 up");
            In(office, $"ip link set {name}1 up && ip addr add {peer} dev {name}1");
            if (own.Length > 0)
            {
                In(gateway, $"ip addr add {own} dev {name}0");
            }
        }

        In(gateway, "ip link add docker0 type bridge && ip link set docker0 up && ip addr add 172.17.0.1/16 dev docker0 && ip link set ctr0 master docker0");
        In(office, "ip addr add 198.18.0.1/32 dev lo");
        In(gateway, "ip rule add pref 5270 lookup 52 && ip route add 198.18.0.0/15 via 10.99.0.2 table 52 && sysctl -qw net.ipv4.ip_forward=1");
        In(gateway, "nft 'table ip own { chain pre { type nat hook prerouting priority dstnat; tcp dport 2222 redirect; udp dport 2222 redirect; }; }'");
    }
}

/// <summary>The slow path leads a device's packet out by its gateway, to a service meant for it, or nowhere.</summary>
public sealed class HostNetworksTests(HostNetworksFixture fixture) : GatewayTests(fixture), IClassFixture<HostNetworksFixture>
{
    /// <summary>Prints what reaches this host for itself: before TCP and UDP, so that a SYN counts as well.</summary>
    private const string Listener = """
        import select, socket, re, sys
        s = [socket.socket(socket.AF_INET, socket.SOCK_RAW, p) for p in (1, 6, 17, 47)]
        print("listening")
        while True:
            for ready in select.select(s, [], [])[0]:
                packet = ready.recv(65535)
                # An ICMP error quotes a packet that came nowhere.
                if packet[9] != 1 or packet[(packet[0] & 15) * 4] in (0, 8):
                    for found in re.findall(rb"<ik [^>]*>", packet):
                        print(found.decode())
        """;

    /// <summary>Every destination by every reason for the slow path and every protocol.</summary>
    private const string Sender = """
        import socket, struct, sys, time
        s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        source, own = sys.argv[1], sys.argv[2]
        def checksum(b):
            b += b"\0" * (len(b) & 1)
            t = sum(struct.unpack("!%dH" % (len(b) // 2), b))
            while t >> 16: t = (t & 0xffff) + (t >> 16)
            return ~t & 0xffff
        def transport(protocol, destination, data):
            pseudo = socket.inet_aton(source) + socket.inet_aton(destination)
            if protocol == 6:
                head = struct.pack("!HHIIBBHHH", 4000, 2222, 1, 0, 0x50, 2, 65535, 0, 0)
                sum_ = checksum(pseudo + struct.pack("!HH", 6, len(head + data)) + head + data)
                return head[:16] + struct.pack("!H", sum_) + head[18:] + data
            if protocol == 17:
                head = struct.pack("!HHHH", 4000, 2222, 8 + len(data), 0)
                sum_ = checksum(pseudo + struct.pack("!HH", 17, len(head + data)) + head + data)
                return head[:6] + struct.pack("!H", sum_) + data
            if protocol == 1:
                head = struct.pack("!BBHHH", 8, 0, 0, 7, 1)
                return head[:2] + struct.pack("!H", checksum(head + data)) + head[4:] + data
            return struct.pack("!HH", 0, 0x0800) + data
        sent = 0
        for destination in sys.argv[3:]:
            route = socket.inet_aton(destination)
            reasons = {
                "plain": (64, b"", 0, 0), "ttl 1": (1, b"", 0, 0), "ttl 0": (0, b"", 0, 0), "nop": (64, b"\x01" * 4, 0, 0),
                "record route": (64, b"\x07\x0b\x04" + b"\0" * 9, 0, 0), "timestamp": (64, b"\x44\x0c\x05\x01" + b"\0" * 8, 0, 0),
                "lsrr": (64, b"\x01\x83\x07\x04" + route, 0, 0), "ssrr": (64, b"\x01\x89\x07\x04" + route, 0, 0),
                "lsrr by us": (64, b"\x01\x83\x07\x04" + route, 0, 0), "too long": (64, b"", 0, 1420), "too long DF": (64, b"", 0x4000, 1420),
                "fragment": (1, b"", 0x2000, 0), "later fragment": (1, b"", 100, 0), "long fragment": (64, b"", 0x2000, 1424),
            }
            for reason, (ttl, options, fragment, length) in reasons.items():
                for protocol in (1, 6, 17, 47):
                    if destination == own and protocol == 1:
                        continue
                    to = own if reason == "lsrr by us" else destination
                    if to == own and protocol == 1:
                        continue
                    data = b"<ik %s %s %d>" % (destination.encode(), reason.encode(), protocol)
                    payload = transport(protocol, to, data.ljust(max(0, length - 48), b"."))
                    if fragment & 0x2000: payload = payload[:len(payload) & ~7]
                    head = struct.pack("!BBHHHBBH4s4s", 0x45 + len(options) // 4, 0, 20 + len(options) + len(payload), 0, fragment, ttl, protocol, 0,
                                       socket.inet_aton(source), socket.inet_aton(to))
                    try:
                        s.sendto(head + options + payload, (to, 0))
                        sent += 1
                    except OSError as e:
                        print(destination, reason, protocol, e, file=sys.stderr)
                    time.sleep(0.001)
        print(sent)
        """;

    private static readonly string[] s_hosts = ["192.168.88.1", "172.17.0.1", "10.99.0.1", Testbed.GatewayAddress, "100.64.0.1", "100.64.0.2", "100.64.0.3"];

    private static readonly string[] s_networks = ["192.168.88.5", "172.17.0.2", "10.99.0.2", "198.18.0.1", "198.18.0.9", "192.168.88.255", "172.17.255.255", "137.118.199.255"];

    private static readonly string[] s_others = ["127.0.0.2", "169.254.7.7", "224.0.0.1", "239.1.2.3", "255.255.255.255", Testbed.ServerAddress];

    [Fact]
    public void Host_AndItsNetworks_GetNothingOfADevice()
    {
        var device = Testbed.AddDevice("prober", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Fetch(device).AssertOk();
        var listeners = new[] { Testbed.Gateway, Testbed.Office }.Select(ns => Testbed.Start(ns, "/usr/bin/python3", "-u", "-c", Listener)).ToList();
        listeners.ForEach(l => Wait.For("a listener", () => l.Stdout.Contains("listening", StringComparison.Ordinal), TimeSpan.FromSeconds(10), l.ToString));

        // The device's own system would not send some of these, nor to its own loopback network.
        Testbed.Run(device.Namespace, "sh", "-c", "ip route add 127.0.0.2/32 via 47.31.128.1 dev eth0 table local; ip route replace 224.0.0.0/4 via 47.31.128.1 dev eth0 onlink; sysctl -qw net.ipv4.conf.all.route_localnet=1").AssertOk();
        var sent = Testbed.Python(device.Namespace, Sender, ["47.31.128.195", Testbed.GatewayAddress, .. s_hosts, .. s_networks, .. s_others]).AssertOk();
        Assert.True(int.Parse(sent.Stdout, System.Globalization.CultureInfo.InvariantCulture) > 900, sent.ToString());

        // What comes after all of them is heard: so they would have been.
        foreach (var (ns, to) in new[] { (Testbed.Office, "192.168.88.1"), (Testbed.Gateway, "192.168.88.5") })
        {
            Testbed.Run(ns, "sh", "-c", $"echo '<ik control>' | socat -u - UDP:{to}:2223").AssertOk();
        }

        listeners.ForEach(l => Wait.For("the control", () => l.Stdout.Contains("<ik control>", StringComparison.Ordinal), TimeSpan.FromSeconds(10), l.ToString));
        Assert.All(listeners, l => Assert.Equal(["listening", "<ik control>"], l.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        var status = Testbed.Cli("status", "--json").AssertOk().Stdout;
        Assert.All(["slow_path", "source_route", "gateway_service", "bogus_destination"], reason => Assert.Contains($"\"{reason}\"", status));
    }

    [Fact]
    public void Device_StillGetsWhatTheStackHasForIt()
    {
        var device = Testbed.AddDevice("user", "47.31.128.196/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Fetch(device).AssertOk();

        Ping(device.Namespace, "47.31.128.1").AssertOk();
        Ping(device.Namespace, "47.31.128.1", "-s", "4000").AssertOk();
        Ping(device.Namespace, Testbed.GatewayAddress).AssertOk();
        Ping(device.Namespace, Testbed.ServerAddress, "-T", "tsonly").AssertOk();
        Ping(device.Namespace, Testbed.ServerAddress, "-s", "4000").AssertOk();
        foreach (var kind in (string[])["-I", "--udp", "-T"])
        {
            var traced = Testbed.Run(device.Namespace, "traceroute", "-n", "-q", "1", "-w", "2", "-m", "4", kind, "-p", kind == "--udp" ? "33434" : "80", Testbed.ServerAddress).AssertOk().Stdout;
            var hops = traced.Split('\n').Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 1).Select(words => words[1]);
            Assert.Equal(["47.31.128.1", Testbed.RouterAddress, Testbed.ServerAddress], hops);
        }

        var told = Testbed.Run(device.Namespace, "ping", "-n", "-M", "do", "-s", "1400", "-c", "3", "-i", "0.2", "-W", "1", Testbed.ServerAddress);
        Assert.Contains("mtu = 1400", told.Stdout + told.Stderr.Replace("mtu=1400", "mtu = 1400", StringComparison.Ordinal));
        Assert.NotEmpty(Testbed.Run(device.Namespace, "dig", "+short", "+time=3", "@9.9.9.9", Testbed.WebName).AssertOk().Stdout);
    }
}
