using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Dhcp;

/// <summary>Real DHCP clients behind the gateway.</summary>
public sealed class DhcpTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    private const string Server = "10.203.0.1";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("dhclient")]
    [InlineData("udhcpc")]
    [InlineData("dhcpcd")]
    [InlineData("networkd")]
    public void Client_IsLeasedAnAddress_ReachesTheServer_AndGivesItBack(string kind)
    {
        Assert.SkipWhen(kind == "networkd" && !File.Exists("/lib/systemd/systemd-networkd"), "systemd-networkd is not on this machine");
        EnsureRunning();
        using var client = DhcpClient.Plug(Testbed, "a" + kind, kind).Start();

        var address = client.AwaitAddress();
        Assert.StartsWith("10.203.", address);
        Fetch(client.Device).AssertOk();
        Ping(client.Device.Namespace, Server).AssertOk();
        Assert.Contains("203.0.113.10", Testbed.Run(client.Device.Namespace, "dig", "+short", $"@{Server}", Testbed.WebName).AssertOk().Stdout);
        Assert.True(IsPoolAddress(Testbed.AwaitLegalAddress(client.Device, address)));
        Assert.Contains($"\"address\":\"{address}\",\"state\":\"active\",\"mac\":\"{client.Device.Mac}\",\"vlan\":0", Testbed.Cli("leases", "--json").AssertOk().Stdout);

        var released = Counter("dhcp_released");
        client.Release();
        Wait.For("the lease is given back", () => Counter("dhcp_released") > released, s_patience, client.Process.ToString);
    }

    [Fact]
    public void Client_RenewsItsLease_AndComesBackToItsAddress()
    {
        EnsureRunning();
        using var client = DhcpClient.Plug(Testbed, "renewing", "udhcpc").Start();
        var address = client.AwaitAddress();

        client.Signal(Native.SIGUSR1);
        Wait.For("it renewed", () => client.Calls.Any(c => c.Contains($" renew {address} {Server} {Server} guest.lan", StringComparison.Ordinal)), s_patience, () => string.Join('\n', client.Calls));

        client.Release();
        Wait.For("its address is gone", () => client.Current().Length == 0, s_patience);
        client.Signal(Native.SIGUSR1);
        Assert.Equal(address, client.AwaitAddress());
    }

    [Theory]
    [InlineData(Native.SIGTERM)]
    [InlineData(Native.SIGKILL)]
    public void Client_AfterTheGatewayWasStoppedOrKilled_ComesBackToItsAddress_AndOthersGetOthers(int signal)
    {
        EnsureRunning();
        using var client = DhcpClient.Plug(Testbed, $"back{signal}", "dhclient").Start();
        using var forgetful = DhcpClient.Plug(Testbed, $"gone{signal}", "udhcpc").Start();
        var (address, other) = (client.AwaitAddress(), forgetful.AwaitAddress());
        client.Kill();
        forgetful.Kill();

        Testbed.KillGateway(signal);
        Testbed.StartGateway();

        using var newcomer = DhcpClient.Plug(Testbed, $"new{signal}", "udhcpc").Start();
        Assert.DoesNotContain(newcomer.AwaitAddress(), (string[])[address, other]);
        // By INIT-REBOOT, and by DISCOVER.
        Assert.Equal(address, client.Start().AwaitAddress());
        Assert.Equal(other, forgetful.Start().AwaitAddress());
        Fetch(client.Device).AssertOk();
    }

    [Fact]
    public void Client_WithALeaseFromElsewhere_IsRefusedAndHasAnotherAtOnce()
    {
        EnsureRunning();
        var refused = Counter("dhcp_refused");
        using var client = DhcpClient.Plug(Testbed, "roaming", "dhclient").Remembering("192.168.77.5", "192.168.77.1");
        var begin = System.Diagnostics.Stopwatch.StartNew();

        Assert.StartsWith("10.203.", client.Start().AwaitAddress());
        Assert.True(begin.Elapsed < TimeSpan.FromSeconds(5), $"{begin.Elapsed}");
        Assert.Equal(refused + 1, Counter("dhcp_refused"));
        Fetch(client.Device).AssertOk();
    }

    [Fact]
    public void Flood_OfDiscovers_FromRandomMacs_LeavesAnotherItsLease()
    {
        EnsureRunning();
        // Broadcasts go to the gateway alone, as on a switch that isolates its ports: else this would measure how a client copes with hearing all of them.
        var attacker = Testbed.AddDevice("attacker", "0.0.0.0/32", null, new DeviceSettings { Isolated = true });
        Testbed.Run(Testbed.Hub, "sh", "-c", "for port in $(ip -br link show master br0 | grep -o '^p[0-9]*'); do ip link set $port type bridge_slave bcast_flood off; done").AssertOk();
        var flood = Testbed.Start(attacker.Namespace, "/usr/bin/python3", "-c", Flood, "16000", "25");
        var before = Counter("dhcp_offered");
        Wait.For("the flood is on", () => Counter("dhcp_offered") > before + 5000, s_patience, flood.ToString);

        // Three, as this machine may be busy with other things for a moment.
        var times = new List<double>();
        for (var i = 0; i < 3; i++)
        {
            using var victim = DhcpClient.Plug(Testbed, $"victim{i}", "udhcpc", new DeviceSettings { Isolated = true });
            var begin = System.Diagnostics.Stopwatch.StartNew();
            Assert.StartsWith("10.203.", victim.Start().AwaitAddress());
            times.Add(begin.Elapsed.TotalSeconds);
            Assert.False(flood.HasExited, "the flood was over too early");
            Fetch(victim.Device).AssertOk();
        }

        Assert.True(times.Count(t => t <= 3) >= 2, string.Join(", ", times));
        var said = flood.Finish(TimeSpan.FromSeconds(60)).AssertOk().Stdout;
        TestContext.Current.TestOutputHelper?.WriteLine($"sent a second: {said}; offered: {Counter("dhcp_offered") - before}; leased after s: {string.Join(", ", times)}");
    }

    [Fact]
    public void HostNames_HoweverNaughty_DoNoHarm()
    {
        EnsureRunning();
        var strings = Checkout.Corpus("blns") is { } blns ? Directory.EnumerateFiles(blns, "*.json", SearchOption.AllDirectories).FirstOrDefault() : null;
        Assert.SkipWhen(strings is null, "No strings: ../shared/corpora/blns is not there.");

        var device = Testbed.AddDevice("naughty", "0.0.0.0/32", null);
        var said = Testbed.Python(device.Namespace, Naughty, strings!).AssertOk().Stdout.Trim();
        Assert.Matches("^[45]\\d\\d$", said);
        using var report = System.Text.Json.JsonDocument.Parse(Testbed.Cli("leases", "--json").AssertOk().Stdout);
        var leases = report.RootElement.GetProperty("leases").EnumerateArray().ToList();
        Assert.True(leases.Count >= 400);

        // However they call themselves, each is one line; three are around them.
        Assert.InRange(Testbed.Cli("leases").AssertOk().Stdout.TrimEnd().Split('\n').Length - leases.Count, 2, 4);

        Testbed.KillGateway(Native.SIGTERM);
        var check = "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); print(d.execute('PRAGMA integrity_check').fetchone()[0], d.execute('SELECT count(*) FROM leases').fetchone()[0] > 0)";
        Assert.Equal("ok True", Testbed.Python(Testbed.Gateway, check, Path.Combine(Testbed.StateDirectory, "innkeeper.db")).AssertOk().Stdout.Trim());
        Testbed.StartGateway();
        Fetch(DhcpClient.Plug(Testbed, "decent", "udhcpc").Start() is { } decent && decent.AwaitAddress().Length > 0 ? decent.Device : device).AssertOk();
    }

    private long Counter(string name) => Testbed.StatusJson().Counters[name];

    private void EnsureRunning()
    {
        if (Testbed.GatewayProcess!.HasExited)
        {
            Testbed.StartGateway();
        }
    }

    /// <summary>DISCOVERs from a new MAC each, at a steady rate: arguments are how many a second, and for how many seconds. Prints what it reached.</summary>
    private const string Flood = """
        import os, random, socket, struct, sys, time
        rate, seconds = int(sys.argv[1]), int(sys.argv[2])
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        s.bind(("eth0", 0))
        bootp = bytearray(struct.pack("!BBBBIHH16s", 1, 1, 6, 0, 0, 0, 0, b"") + bytes(208) + bytes.fromhex("63825363350101ff") + bytes(56))
        udp = struct.pack("!HHHH", 68, 67, 8 + len(bootp), 0)
        ip = bytearray(struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp) + len(bootp), 0, 0, 64, 17, 0, bytes(4), b"\xff" * 4))
        total = sum(struct.unpack("!10H", ip)); total = (total & 0xffff) + (total >> 16)
        ip[10:12] = struct.pack("!H", ~total & 0xffff)
        frame = bytearray(b"\xff" * 6 + bytes(6) + b"\x08\x00" + ip + udp + bootp)
        begin, sent = time.monotonic(), 0
        while (now := time.monotonic() - begin) < seconds:
            while sent < now * rate:
                mac = b"\x06\xfd" + random.randbytes(4)
                frame[6:12] = mac
                frame[70:76] = mac
                frame[46:50] = mac[2:]
                s.send(frame)
                sent += 1
            time.sleep(0.001)
        print(round(sent / seconds))
        """;

    /// <summary>Takes a lease under each name of a JSON list, with a MAC for each; prints how many it got.</summary>
    private const string Naughty = """
        import json, sys
        from scapy.all import Ether, IP, UDP, BOOTP, DHCP, conf
        names = json.load(open(sys.argv[1]))
        s = conf.L2socket(iface="eth0", filter="udp and dst port 68")
        s.ins.settimeout(2)
        def ask(kind, name, more=()):
            s.send(Ether(src=mac, dst="ff:ff:ff:ff:ff:ff") / IP(src="0.0.0.0", dst="255.255.255.255") / UDP(sport=68, dport=67)
                   / BOOTP(chaddr=raw, xid=7) / DHCP(options=[("message-type", kind), ("hostname", name), *more, "end"]))
            return s.recv(2048)
        got = 0
        for number, name in enumerate(names):
            mac = "06:fe:00:00:%02x:%02x" % (number >> 8, number & 255)
            raw = bytes.fromhex(mac.replace(":", ""))
            name = name.encode("utf-8", "replace")[:255]
            offer = ask("discover", name)
            if offer and BOOTP in offer:
                ack = ask("request", name, [("server_id", "10.203.0.1"), ("requested_addr", offer[BOOTP].yiaddr)])
                got += bool(ack and DHCP in ack and dict(o for o in ack[DHCP].options if isinstance(o, tuple)).get("message-type") == 5)
        print(got)
        """;
}
