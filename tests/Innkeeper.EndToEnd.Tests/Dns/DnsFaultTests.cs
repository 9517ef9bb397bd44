using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Dns;

/// <summary>Two servers to ask: one that answers and, before it, an address where nobody is.</summary>
public sealed class TwoServersFixture() : GatewayFixture(GatewaySettings.Default with { Upstreams = ["137.118.199.254", Testbed.RouterAddress] });

/// <summary>Servers that die, devices that flood, a daemon that is killed: lookups go on.</summary>
public sealed class DnsFaultTests(TwoServersFixture fixture) : GatewayTests(fixture), IClassFixture<TwoServersFixture>
{
    [Fact]
    public void FirstServerDead_TheSecondAnswersWithinASecond()
    {
        var device = AddDevice("second");

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var answer = Dig(device, Testbed.WebName);

        Assert.Contains(Testbed.ServerAddress, answer.AssertOk().Stdout);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1.5), $"{watch.Elapsed}");
    }

    [Fact]
    public void AllServersDead_KnownNamesAreAnsweredStale_AndOthersFailWithinFiveSeconds()
    {
        var device = AddDevice("stale");
        var other = Testbed.Start(Testbed.Router, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--bind-interfaces", "--port=5354",
            $"--listen-address={Testbed.RouterAddress}", "--pid-file=", "--user=root", "--local-ttl=1", $"--host-record=brief.example,{Testbed.ServerAddress}");
        // For the moment the router's port 53 leads to a server whose answers last a second.
        Nft("add table ip brief; add chain ip brief in { type nat hook prerouting priority -100; }; add rule ip brief in udp dport 53 redirect to :5354");
        try
        {
            Wait.For("the brief answer", () => Dig(device, "brief.example", "+short").Stdout.Trim() == Testbed.ServerAddress, TimeSpan.FromSeconds(10), () => other.ToString());
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

            var stale = Dig(device, "brief.example").AssertOk().Stdout;
            Assert.Contains(Testbed.ServerAddress, stale);
            Assert.Matches(@"brief\.example\.\s+30\s", stale);
            Assert.True(Testbed.StatusJson().Dns!.Counters["stale"] > 0);
        }
        finally
        {
            Nft("delete table ip silence");
        }

        Wait.For("the server is alive again", () => Dig(device, $"back{Environment.TickCount64}.example").Stdout.Contains("status: NXDOMAIN", StringComparison.Ordinal),
            TimeSpan.FromSeconds(60), () => Testbed.Cli("status", "--json").ToString());
    }

    [Fact]
    public void GarbageFromOneDevice_LeavesAnothersLookupsQuick()
    {
        var hostile = AddDevice("hostile");
        var victim = AddDevice("victim");
        Dig(hostile, Testbed.WebName).AssertOk();
        Dig(victim, Testbed.WebName).AssertOk();
        var before = Testbed.StatusJson().Dns!.Counters["queries"];

        // 20,000 a second: a third random octets, a third damaged queries, a third new names.
        var flood = Testbed.Start(hostile.Namespace, "/usr/bin/python3", "-c", """
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
        Wait.For("the flood", () => Testbed.StatusJson().Dns!.Counters["queries"] > before + 10_000, TimeSpan.FromSeconds(10), flood.ToString);

        var times = new List<int>();
        for (var i = 0; i < 20; i++)
        {
            var answer = Dig(victim, $"v{i}.example", "+stats").AssertOk().Stdout;
            times.Add(int.Parse(System.Text.RegularExpressions.Regex.Match(answer, @"Query time: (\d+) msec").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.False(flood.HasExited, "the flood ended before the victim's lookups");
        Assert.True(times.Order().ElementAt(10) < 50, string.Join(' ', times));
        Assert.True(flood.WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.True(Testbed.StatusJson().Dns!.Counters["queries_malformed"] > 1000);
    }

    [Fact]
    public void DaemonKilledAndStartedAgain_AnswersAgain()
    {
        var device = AddDevice("killed");
        Dig(device, Testbed.WebName).AssertOk();

        Testbed.KillGateway(Native.SIGKILL);
        Testbed.StartGateway(TwoServers);

        Assert.Contains(Testbed.ServerAddress, Dig(device, Testbed.WebName).AssertOk().Stdout);
    }

    /// <summary>Killed, hung or stopped: the data plane asks the fallback resolver, in the name of whichever server a device names, its own gateway too.</summary>
    [Theory]
    [InlineData(Native.SIGKILL)]
    [InlineData(Native.SIGSTOP)]
    [InlineData(Native.SIGTERM)]
    public void DaemonAway_NamesAreAnsweredWithinTwoSeconds_AndByTheServiceAgainAtItsStart(int signal)
    {
        var device = AddDevice($"away{signal}");
        Dig(device, Testbed.WebName).AssertOk();
        string[] servers = ["@8.8.8.8", "@47.31.128.1", "@192.168.77.53", $"@{Testbed.RouterAddress}"];

        var watch = System.Diagnostics.Stopwatch.StartNew();
        Testbed.GatewayProcess!.Signal(signal);
        try
        {
            foreach (var server in servers)
            {
                Wait.For($"an answer of {server}", () => Once(server), TimeSpan.FromSeconds(20), () => Testbed.Run(device.Namespace, "dig", "+time=1", "+tries=1", server, Testbed.WebName).ToString());
                TestContext.Current.TestOutputHelper?.WriteLine($"{server} answered {watch.ElapsedMilliseconds} ms after signal {signal}");
                // The second attempt, and what a busy machine adds.
                Assert.True(watch.Elapsed < TimeSpan.FromSeconds(4), $"{server}: {watch.Elapsed}");
            }

            Assert.All(servers, server => Assert.True(Once(server, "+tcp"), server));
            Assert.All(servers, server => Assert.True(Once(server), server));
        }
        finally
        {
            if (signal == Native.SIGSTOP)
            {
                Testbed.GatewayProcess.Signal(Native.SIGCONT);
            }
            else
            {
                Assert.True(Testbed.GatewayProcess.WaitForExit(TimeSpan.FromSeconds(15)));
                Testbed.StartGateway(TwoServers);
            }
        }

        // A name that only the service knows.
        Wait.For(
            "the service answers",
            () => Testbed.Run(device.Namespace, "dig", "+short", "+time=1", "+tries=1", "@47.31.128.1", $"d-{device.Mac.Replace(':', '-')}.guest.lan").Stdout.StartsWith("137.118.199.", StringComparison.Ordinal),
            TimeSpan.FromSeconds(10), () => Testbed.GatewayProcess!.ToString());

        bool Once(string server, params string[] more) =>
            Testbed.Run(device.Namespace, ["dig", "+short", "+time=1", "+tries=1", server, Testbed.WebName, .. more]).Stdout.Trim() == Testbed.ServerAddress;
    }

    /// <summary>A start is what devices notice least: no question fails because the service is not quite there.</summary>
    [Fact]
    public void Starting_AnswersNoQuestionWithAFailure()
    {
        var device = AddDevice("early");
        Dig(device, Testbed.WebName).AssertOk();
        foreach (var tornDown in (bool[])[false, true])
        {
            Testbed.KillGateway(Native.SIGTERM);
            if (tornDown)
            {
                Testbed.Cli("teardown").AssertOk();
            }

            var end = Path.Combine(Testbed.Directory, $"early{tornDown}");
            var requester = Testbed.Start(device.Namespace, "sh", "-c", $$"""while [ ! -e "{{end}}" ]; do dig +time=1 +tries=1 @47.31.128.1 {{Testbed.WebName}} | grep -o 'status: [A-Z]*'; done""");
            Testbed.StartGateway(TwoServers);
            var answered = requester.Stdout.Length;
            Wait.For("questions after the start", () => requester.Stdout.Length > answered + 500, TimeSpan.FromSeconds(20), requester.ToString);
            File.WriteAllText(end, "");

            var told = requester.Finish(TimeSpan.FromSeconds(10)).Stdout;
            Assert.All(told.Split('\n', StringSplitOptions.RemoveEmptyEntries), status => Assert.Equal("status: NOERROR", status));
        }
    }

    private static GatewaySettings TwoServers { get; } = GatewaySettings.Default with { Upstreams = ["137.118.199.254", Testbed.RouterAddress] };

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });

    private static CommandResult Dig(Device device, string name, params string[] more) =>
        Testbed.Run(device.Namespace, ["dig", "+time=6", "+tries=1", "@8.8.8.8", name, .. more]);

    private void Nft(string commands) => Testbed.Run(Testbed.Router, "nft", commands).AssertOk();
}
