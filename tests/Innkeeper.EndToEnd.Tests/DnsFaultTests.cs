using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>Two servers to ask: one that answers and, before it, an address where nobody is.</summary>
public sealed class TwoServersFixture() : GatewayFixture(GatewaySettings.Default with { Upstreams = ["137.118.199.254", Bench.RouterAddress] });

/// <summary>Servers that die, devices that flood, a daemon that is killed: lookups go on.</summary>
public sealed class DnsFaultTests(TwoServersFixture fixture) : GatewayTests(fixture), IClassFixture<TwoServersFixture>
{
    [Fact]
    public void FirstServerDead_TheSecondAnswersWithinASecond()
    {
        var device = AddDevice("second");

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var answer = Dig(device, Bench.WebName);

        Assert.Contains(Bench.ServerAddress, answer.Ok().Stdout);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1.5), $"{watch.Elapsed}");
    }

    [Fact]
    public void AllServersDead_KnownNamesAreAnsweredStale_AndOthersFailWithinFiveSeconds()
    {
        var device = AddDevice("stale");
        var other = Bench.Start(Bench.Router, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--bind-interfaces", "--port=5354",
            $"--listen-address={Bench.RouterAddress}", "--pid-file=", "--user=root", "--local-ttl=1", $"--host-record=brief.example,{Bench.ServerAddress}");
        // For the moment the router's port 53 leads to a server whose answers last a second.
        Nft("add table ip brief; add chain ip brief in { type nat hook prerouting priority -100; }; add rule ip brief in udp dport 53 redirect to :5354");
        try
        {
            Wait.For("the brief answer", () => Dig(device, "brief.example", "+short").Stdout.Trim() == Bench.ServerAddress, TimeSpan.FromSeconds(10), () => other.ToString());
        }
        finally
        {
            Nft("delete table ip brief");
        }

        Nft("add table ip silence; add chain ip silence in { type filter hook input priority 0; }; add rule ip silence in meta l4proto { tcp, udp } th dport 53 drop");
        try
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            var unknown = Dig(device, "unknown.example");
            Assert.Contains("status: SERVFAIL", unknown.Stdout);
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5.5));

            var stale = Dig(device, "brief.example").Ok().Stdout;
            Assert.Contains(Bench.ServerAddress, stale);
            Assert.Matches(@"brief\.example\.\s+30\s", stale);
            Assert.True(Bench.StatusJson().Dns!.Counters["stale"] > 0);
        }
        finally
        {
            Nft("delete table ip silence");
        }

        Wait.For("the server is alive again", () => Dig(device, $"back{Environment.TickCount64}.example").Stdout.Contains("status: NXDOMAIN", StringComparison.Ordinal),
            TimeSpan.FromSeconds(60), () => Bench.Cli("status", "--json").ToString());
    }

    [Fact]
    public void GarbageFromOneDevice_LeavesAnothersLookupsQuick()
    {
        var hostile = AddDevice("hostile");
        var victim = AddDevice("victim");
        Dig(hostile, Bench.WebName).Ok();
        Dig(victim, Bench.WebName).Ok();
        var before = Bench.StatusJson().Dns!.Counters["queries"];

        // 20,000 a second: a third random octets, a third damaged queries, a third new names.
        var flood = Bench.Start(hostile.Namespace, "/usr/bin/python3", "-c", """
            import os, random, socket, time
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.connect(('8.8.8.8', 53))
            good = b'\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x06random\x07example\x00\x00\x01\x00\x01'
            begin, sent = time.time(), 0
            while time.time() - begin < 8:
                for _ in range(200):
                    kind = sent % 3
                    data = os.urandom(60) if kind == 0 else good[:random.randrange(len(good))] if kind == 1 else good.replace(b'random', b'%06d' % random.randrange(10**6))
                    try: s.send(data)
                    except OSError: pass
                    sent += 1
                ahead = begin + sent / 20000 - time.time()
                if ahead > 0: time.sleep(ahead)
            print(sent)
            """);
        Wait.For("the flood", () => Bench.StatusJson().Dns!.Counters["queries"] > before + 10_000, TimeSpan.FromSeconds(10), flood.ToString);

        var times = new List<int>();
        for (var i = 0; i < 20; i++)
        {
            var answer = Dig(victim, $"v{i}.example", "+stats").Ok().Stdout;
            times.Add(int.Parse(System.Text.RegularExpressions.Regex.Match(answer, @"Query time: (\d+) msec").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.False(flood.HasExited, "the flood ended before the victim's lookups");
        Assert.True(times.Order().ElementAt(10) < 50, string.Join(' ', times));
        Assert.True(flood.WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.True(Bench.StatusJson().Dns!.Counters["queries_malformed"] > 1000);
    }

    [Fact]
    public void DaemonKilledAndStartedAgain_AnswersAgain()
    {
        var device = AddDevice("killed");
        Dig(device, Bench.WebName).Ok();

        Bench.KillGateway(Native.SIGKILL);
        Bench.StartGateway(TwoServers);

        Assert.Contains(Bench.ServerAddress, Dig(device, Bench.WebName).Ok().Stdout);
    }

    [Fact]
    public void DaemonStopped_LeavesQueriesToTheServersThatAreAsked()
    {
        var device = AddDevice("stopped");
        Dig(device, Bench.WebName).Ok();

        Bench.KillGateway(Native.SIGTERM);
        try
        {
            // The router's own server, asked by its address, through the data plane alone.
            Assert.Contains(Bench.ServerAddress, Bench.Run(device.Namespace, "dig", "+time=3", "+tries=1", $"@{Bench.RouterAddress}", Bench.WebName).Ok().Stdout);
        }
        finally
        {
            Bench.StartGateway(TwoServers);
        }
    }

    private static GatewaySettings TwoServers { get; } = GatewaySettings.Default with { Upstreams = ["137.118.199.254", Bench.RouterAddress] };

    private Device AddDevice(string name) => Bench.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });

    private static CommandResult Dig(Device device, string name, params string[] more) =>
        Bench.Run(device.Namespace, ["dig", "+time=6", "+tries=1", "@8.8.8.8", name, .. more]);

    private void Nft(string commands) => Bench.Run(Bench.Router, "nft", commands).Ok();
}
