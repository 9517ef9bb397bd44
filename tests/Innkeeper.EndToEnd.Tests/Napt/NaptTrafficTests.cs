using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Napt;

/// <summary>No pool, and servers at two addresses that say as whom they see a client.</summary>
public sealed class ReflectedFixture() : GatewayFixture(new GatewaySettings { Pool = null }, beforeStart: testbed =>
{
    Testbed.Run(testbed.Server, "ip", "address", "add", StunFixture.SecondAddress + "/24", "dev", "eth0").AssertOk();
    Reflector.Start(testbed, testbed.Server, Testbed.ServerAddress, StunFixture.SecondAddress);
});

/// <summary>What passes by a shared address: many connections, fragments in any order, ICMP errors of the shortest quote, protocols without ports.</summary>
public sealed class NaptTrafficTests(ReflectedFixture fixture) : GatewayTests(fixture), IClassFixture<ReflectedFixture>
{
    private const string Claimed = "47.31.128.195";

    /// <summary>A datagram to a Reflector's port in three fragments, in the order given; with a wrong checksum the receiver would drop it.</summary>
    private const string SendFragments = """
        import random, sys
        from scapy.all import IP, UDP, Raw, fragment, send, conf, L3RawSocket
        conf.L3socket = L3RawSocket
        source, target, sport, dport, order = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
        whole = IP(src=source, dst=target, id=random.randrange(1, 65536))/UDP(sport=sport, dport=dport)/Raw(b"fragmented" * 300)
        parts = fragment(IP(bytes(whole)), fragsize=1200)
        assert len(parts) == 3
        send([parts[int(i)] for i in order], verbose=False)
        """;

    /// <summary>Waits for one datagram on a port, and says from whom and how long it was. First it sends one, to have a mapping.</summary>
    internal const string Receive = """
        import socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(("", int(sys.argv[1])))
        s.settimeout(15)
        if len(sys.argv) > 2:
            s.sendto(b"who am I?", (sys.argv[2], int(sys.argv[3])))
            print(s.recv(100).decode(), flush=True)
        else:
            print("listening", flush=True)
        data, who = s.recvfrom(65535)
        print(f"{len(data)} octets, {data == b'fragmented' * 300}, from {who[0]}:{who[1]}", flush=True)
        """;

    /// <summary>Answers the first datagram on a port with an ICMP port unreachable that quotes the least there may be: header and 8 octets.</summary>
    private const string RefuseShortly = """
        import socket, sys
        s = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
        s.bind(("eth0", 0x0800))
        print("listening", flush=True)
        def checksum(data):
            total = sum(int.from_bytes(data[i:i + 2], "big") for i in range(0, len(data), 2))
            total = (total & 0xffff) + (total >> 16)
            return (~((total & 0xffff) + (total >> 16)) & 0xffff).to_bytes(2, "big")
        port = int(sys.argv[1]).to_bytes(2, "big")
        while True:
            packet = s.recv(65535)
            if packet[9] == 17 and packet[22:24] == port:
                break
        quote = packet[:28]
        body = b"\x03\x03" + checksum(b"\x03\x03\0\0\0\0\0\0" + quote) + b"\0\0\0\0" + quote
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
        raw.sendto(body, (socket.inet_ntoa(packet[12:16]), 0))
        print("refused", flush=True)
        """;

    /// <summary>Sends on a connected socket and says whether it was refused.</summary>
    private const string Send = """
        import socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(10)
        s.connect((sys.argv[1], int(sys.argv[2])))
        s.send(b"anyone?")
        try:
            s.recv(100)
        except ConnectionRefusedError:
            print("refused")
        """;

    /// <summary>Sends with a time to live, and says which error came, and from whom.</summary>
    private const string SendWithTtl = """
        import socket, struct, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, int(sys.argv[3]))
        s.setsockopt(socket.IPPROTO_IP, 11, 1)  # IP_RECVERR
        s.settimeout(5)
        s.connect((sys.argv[1], int(sys.argv[2])))
        s.send(b"anyone?")
        try:
            s.recv(100)
        except OSError:
            # struct sock_extended_err, and the address of who sent it.
            error = s.recvmsg(100, 512, socket.MSG_ERRQUEUE)[1][0][2]
            print(f"ICMP {error[5]}/{error[6]} from {socket.inet_ntoa(error[20:24])}")
        """;

    /// <summary>Raw packets of a protocol, and what of it comes back.</summary>
    private const string SendRaw = """
        import socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_RAW, int(sys.argv[2]))
        for i in range(3):
            s.sendto(bytes.fromhex(sys.argv[3]), (sys.argv[1], 0))
        """;

    [Fact]
    public void Iperf3_OfSixtyFourConnections_MovesDataBothWays()
    {
        var device = AddDevice("iperf");

        AssertIperf3(device, "-t", "1", "-P", "64");
        AssertIperf3(device, "-t", "1", "-P", "64", "-R");
    }

    [Fact]
    public void Download_OfFiftyMegabytes_ByTwoDevicesOfOneAddressAtOnce_IsRight()
    {
        Device[] devices = [AddDevice("left"), AddDevice("right")];
        var (url, sha256) = Testbed.Publish("fifty", 50_000_000);

        var sums = devices.AsParallel().WithDegreeOfParallelism(2).Select(device => Download(device, url)).ToList();

        Assert.Equal([sha256, sha256], sums);
    }

    [Fact]
    public void Ports_OfDevicesOfOneAddressAndPort_DifferOutside_AndServeAllDestinations()
    {
        Device[] devices = [AddDevice("one"), AddDevice("two")];

        var seen = devices.Select(device => (First: Reflector.Ask(device.Namespace, "udp", Testbed.ServerAddress, 42000),
            Second: Reflector.Ask(device.Namespace, "udp", StunFixture.SecondAddress, 42000))).ToList();

        Assert.All(seen, each => Assert.Equal(each.First, each.Second));
        Assert.All(seen, each => Assert.Equal(Testbed.GatewayAddress, Reflector.AddressOf(each.First)));
        Assert.NotEqual(seen[0].First, seen[1].First);
        Assert.All(seen, each => Assert.InRange(Reflector.PortOf(each.First), 10240, 32767));
    }

    [Theory]
    [InlineData("012")]
    [InlineData("210")]
    public void Fragments_FromADevice_InAnyOrder_Arrive(string order)
    {
        var device = AddDevice("fragments" + order);
        Fetch(device).AssertOk();
        var port = 4100 + order[0];
        var receiver = Testbed.Start(Testbed.Server, "/usr/bin/python3", "-u", "-c", Receive, $"{port}");
        AwaitLines(receiver, 1);

        Testbed.Python(device.Namespace, SendFragments, Claimed, Testbed.ServerAddress, "41000", $"{port}", order).AssertOk();

        AwaitLines(receiver, 2);
        Assert.Contains($"3000 octets, True, from {Testbed.GatewayAddress}:", receiver.Stdout);
        // The port is the mapping's: the socket's owner has the same one.
        Assert.EndsWith(Reflector.Ask(device.Namespace, "udp", Testbed.ServerAddress, 41000), receiver.Stdout.TrimEnd());
    }

    [Theory]
    [InlineData("012")]
    [InlineData("210")]
    public void Fragments_ToADevice_InAnyOrder_Arrive(string order)
    {
        var device = AddDevice("incoming" + order);
        var receiver = Testbed.Start(device.Namespace, "/usr/bin/python3", "-u", "-c", Receive, "41000", Testbed.ServerAddress, $"{Reflector.Port}");
        AwaitLines(receiver, 1);
        var outside = Reflector.PortOf(receiver.Stdout.Trim());

        Testbed.Python(Testbed.Server, SendFragments, Testbed.ServerAddress, Testbed.GatewayAddress, "4200", $"{outside}", order).AssertOk();

        AwaitLines(receiver, 2);
        Assert.Contains($"3000 octets, True, from {Testbed.ServerAddress}:4200", receiver.Stdout);
    }

    [Fact]
    public void IcmpError_OfTheShortestQuote_ReachesTheDevicesSocket()
    {
        var device = AddDevice("told");
        Fetch(device).AssertOk();
        // The kernel's own error quotes more, and would be first.
        Testbed.Run(Testbed.Server, "sysctl", "-qw", "net.ipv4.icmp_ratemask=8").AssertOk();
        Testbed.Start(Testbed.Server, "socat", "-u", "UDP-RECV:4300", "-");
        var refuser = Testbed.Start(Testbed.Server, "/usr/bin/python3", "-u", "-c", RefuseShortly, "4300");
        AwaitLines(refuser, 1);

        Assert.Contains("refused", Testbed.Python(device.Namespace, Send, Testbed.ServerAddress, "4300").AssertOk().Stdout);
    }

    [Fact]
    public void IcmpError_OfTheShortestQuote_FromADevice_ReachesTheSocketOutside()
    {
        var device = AddDevice("tells");
        // Keeps the port, so that the device's kernel has nothing to refuse.
        var holder = Testbed.Start(device.Namespace, "/usr/bin/python3", "-u", "-c", Receive, "41500", Testbed.ServerAddress, $"{Reflector.Port}");
        AwaitLines(holder, 1);
        var outside = Reflector.PortOf(holder.Stdout.Trim());
        var refuser = Testbed.Start(device.Namespace, "/usr/bin/python3", "-u", "-c", RefuseShortly, "41500");
        AwaitLines(refuser, 1);

        Assert.Contains("refused", Testbed.Python(Testbed.Server, Send, Testbed.GatewayAddress, $"{outside}").AssertOk().Stdout);
    }

    /// <summary>The gateway's own error, about a packet that it knows by an inside address.</summary>
    [Fact]
    public void TtlThatRunsOutAtTheGateway_OnTheWayIn_IsToldToTheSocketOutside()
    {
        var device = AddDevice("near");
        var holder = Testbed.Start(device.Namespace, "/usr/bin/python3", "-u", "-c", Receive, "41600", Testbed.ServerAddress, $"{Reflector.Port}");
        AwaitLines(holder, 1);

        var told = Testbed.Python(Testbed.Server, SendWithTtl, Testbed.GatewayAddress, $"{Reflector.PortOf(holder.Stdout.Trim())}", "2").AssertOk();

        Assert.Equal($"ICMP 11/0 from {Testbed.GatewayAddress}\n", told.Stdout);
    }

    [Fact]
    public void Dns_OfTwoDevicesOfOneAddress_IsAnswered()
    {
        foreach (var device in (Device[])[AddDevice("dns1"), AddDevice("dns2")])
        {
            Assert.Equal(Testbed.ServerAddress + "\n", Testbed.Run(device.Namespace, "dig", "+time=5", "+tries=1", "@8.8.8.8", Testbed.WebName, "+short").AssertOk().Stdout);
            Assert.Equal(Testbed.ServerAddress + "\n", Testbed.Run(device.Namespace, "dig", "+tcp", "+time=5", "+tries=1", "@8.8.8.8", Testbed.WebName, "+short").AssertOk().Stdout);
        }
    }

    [Fact]
    public void Traceroute_AndLargePings_Pass()
    {
        var device = AddDevice("trace");
        Fetch(device).AssertOk();

        var hops = Testbed.Run(device.Namespace, "traceroute", "-n", "-q", "1", "-w", "2", "-m", "5", Testbed.ServerAddress).AssertOk().Stdout;

        Assert.Contains(" 1  47.31.128.1 ", hops);
        Assert.Contains($" 2  {Testbed.RouterAddress} ", hops);
        Assert.Contains($" 3  {Testbed.ServerAddress} ", hops);
        Ping(device.Namespace, Testbed.ServerAddress, "-s", "4000").AssertOk();
    }

    [Fact]
    public void Nping_TcpAndPingsOfTwoDevicesWithOneIdentifier_AreToldApart()
    {
        foreach (var device in (Device[])[AddDevice("echo1"), AddDevice("echo2")])
        {
            Ping(device.Namespace, Testbed.ServerAddress, "-e", "77").AssertOk();
            Assert.Contains("Lost: 0", Testbed.Run(device.Namespace, "nping", "--tcp", "-p", "80", "-g", "44444", "-c", "3", "--rate", "20", Testbed.ServerAddress).AssertOk().Stdout);
        }
    }

    [Theory]
    // GRE (RFC 2784), ESP (RFC 4303).
    [InlineData("gre", 47, "0000080045000014000000004001000001020304050607080000000000000000")]
    [InlineData("esp", 50, "1234567800000001deadbeefdeadbeefdeadbeefdeadbeef")]
    public void ProtocolWithoutPorts_IsTheFirstDevicesWithThatRemote_AndASecondIsRefused(string name, int protocol, string payload)
    {
        var number = $"{protocol}";
        var first = AddDevice(name + "1");
        var second = AddDevice(name + "2");
        Fetch(first).AssertOk();
        Fetch(second).AssertOk();
        var outside = Testbed.Capture(Testbed.Server, "eth0", "ip", "proto", number);
        var inside = Testbed.Capture(first.Namespace, "eth0", "ip", "proto", number, "and", "src", Testbed.ServerAddress);
        var refusals = Testbed.Capture(second.Namespace, "eth0", "icmp[icmptype] == icmp-unreach");

        Testbed.Python(first.Namespace, SendRaw, Testbed.ServerAddress, number, payload).AssertOk();
        AwaitFrames(outside, 3);
        Assert.All(outside.Lines($"ip proto {number} and src {Testbed.GatewayAddress}"), line => Assert.Contains($"{Testbed.GatewayAddress} > {Testbed.ServerAddress}", line));
        Testbed.Python(Testbed.Server, SendRaw, Testbed.GatewayAddress, number, payload).AssertOk();
        AwaitFrames(inside, 3);
        Assert.All(inside.Frames(), frame => Assert.EndsWith(payload, Convert.ToHexStringLower(frame)));

        var taken = Testbed.StatusJson().Drops["remote_taken"];
        Testbed.Python(second.Namespace, SendRaw, Testbed.ServerAddress, number, payload).AssertOk();
        Wait.For("three are counted", () => Testbed.StatusJson().Drops["remote_taken"] >= taken + 3, TimeSpan.FromSeconds(5), Status);
        AwaitFrames(refusals, 1);
        Assert.Equal(6, outside.Frames().Count);
        // Another remote is free for it.
        Testbed.Python(second.Namespace, SendRaw, StunFixture.SecondAddress, number, payload).AssertOk();
        AwaitFrames(outside, 9);
    }

    private static void AwaitFrames(Capture capture, int count) =>
        Wait.For($"{count} packets", () => capture.Frames().Count >= count, TimeSpan.FromSeconds(5), () => string.Join('\n', capture.Lines()));

    internal static void AwaitLines(BackgroundProcess process, int count) =>
        Wait.For($"{count} lines", () => process.Stdout.Count(c => c == '\n') >= count, TimeSpan.FromSeconds(15), process.ToString);

    private string Status() => Testbed.Cli("status", "--json").ToString();

    private Device AddDevice(string name) => Testbed.AddDevice(name, Claimed + "/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}

/// <summary>No pool, and a legal LAN with an MTU of 1400.</summary>
public sealed class NarrowSharedFixture() : GatewayFixture(
    new GatewaySettings { Pool = null }, uplinkMtu: 1400, beforeStart: testbed => Reflector.Start(testbed, testbed.Server, Testbed.ServerAddress));

public sealed class NaptPathMtuTests(NarrowSharedFixture fixture) : GatewayTests(fixture), IClassFixture<NarrowSharedFixture>
{
    private const string SendWithoutDf = """
        import socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(socket.IPPROTO_IP, 10, 0)  # IP_MTU_DISCOVER, IP_PMTUDISC_DONT
        s.sendto(bytes(1350), (sys.argv[1], int(sys.argv[2])))
        """;

    [Fact]
    public void Ping_TooBigForTheUplink_IsToldTheMtu_OrCut()
    {
        var device = AddDevice("ping");
        Fetch(device).AssertOk();

        var told = Testbed.Run(device.Namespace, "ping", "-n", "-M", "do", "-s", "1400", "-c", "3", "-i", "0.2", "-W", "1", Testbed.ServerAddress);

        Assert.Contains("mtu = 1400", told.Stdout + told.Stderr.Replace("mtu=1400", "mtu = 1400"));
        Ping(device.Namespace, Testbed.ServerAddress, "-M", "do", "-s", "1372").AssertOk();
        Ping(device.Namespace, Testbed.ServerAddress, "-M", "dont", "-s", "1450").AssertOk();
        Ping(device.Namespace, Testbed.ServerAddress, "-M", "dont", "-s", "4000").AssertOk();
    }

    [Fact]
    public void Tcp_OfTwoDevices_InBothDirections_FindsThePathMtu()
    {
        var (url, sha256) = Testbed.Publish("narrow", 5_000_000);
        foreach (var device in (Device[])[AddDevice("tcp1"), AddDevice("tcp2")])
        {
            Assert.Equal(sha256, Download(device, url));
            AssertIperf3(device, "-n", "5M");
        }
    }

    [Fact]
    public void Udp_InFragmentsThatAreTooBig_IsEchoed()
    {
        var device = AddDevice("udp");
        Fetch(device).AssertOk();
        AssertEchoesUdpInFragments(device);
    }

    /// <summary>Too long for the way back: the host's stack tells the server, about a packet that it knows by an inside address, or cuts.</summary>
    [Fact]
    public void Access_NarrowerThanTheUplink_TellsTheServer_OrCuts()
    {
        var device = AddDevice("access");
        var (url, sha256) = Testbed.Publish("narrower", 1_000_000);
        var receiver = Testbed.Start(device.Namespace, "/usr/bin/python3", "-u", "-c", NaptTrafficTests.Receive, "41000", Testbed.ServerAddress, $"{Reflector.Port}");
        NaptTrafficTests.AwaitLines(receiver, 1);
        var outside = receiver.Stdout.Trim();
        var noticed = InterfaceEvents();
        Command.Run("ip", "-n", Testbed.Gateway, "link", "set", "access", "mtu", "1300").AssertOk();
        try
        {
            Wait.For("the gateway notices", () => InterfaceEvents() > noticed, TimeSpan.FromSeconds(10),
                () => Testbed.Cli("status", "--json").ToString());
            Assert.Equal(sha256, Download(device, url));
            Testbed.Python(Testbed.Server, SendWithoutDf, Reflector.AddressOf(outside), $"{Reflector.PortOf(outside)}").AssertOk();
            NaptTrafficTests.AwaitLines(receiver, 2);
            Assert.Contains($"1350 octets, False, from {Testbed.ServerAddress}:", receiver.Stdout);
        }
        finally
        {
            Command.Run("ip", "-n", Testbed.Gateway, "link", "set", "access", "mtu", "1500").AssertOk();
        }

        int InterfaceEvents() => Testbed.StatusJson().Events.Count(e => e.Kind == "interfaces");
    }

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}
