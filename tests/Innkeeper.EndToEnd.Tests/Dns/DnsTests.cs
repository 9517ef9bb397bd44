using System.Text.RegularExpressions;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Dns;

public sealed class DnsFixture() : GatewayFixture(GatewaySettings.Default with
{
    Dns = "serve_uplink = true\nrefuse_private = true",
    Extra = "[dns.hosts]\n\"printer.lan\" = [\"137.118.199.9\", \"2001:db8::9\"]",
});

/// <summary>Any server that a device asks answers, whether it exists or not.</summary>
public sealed partial class DnsTests(DnsFixture fixture) : GatewayTests(fixture), IClassFixture<DnsFixture>
{
    [GeneratedRegex(@"SERVER: ([0-9.]+)#(\d+)\(")]
    private static partial Regex Server();

    [Theory]
    [InlineData("8.8.8.8", false)]
    [InlineData("10.0.0.53", false)]
    [InlineData("47.31.128.53", false)]
    [InlineData("47.31.128.1", false)]
    [InlineData(Testbed.GatewayAddress, false)]
    [InlineData(Testbed.RouterAddress, false)]
    [InlineData("192.88.99.99", false)]
    [InlineData("2.2.2.2", true)]
    [InlineData(Testbed.GatewayAddress, true)]
    public void Dig_AtAnyServer_IsAnsweredByThatServer(string server, bool tcp)
    {
        var device = AddDevice("any");

        var answer = Dig(device, tcp ? ["+tcp", $"@{server}", Testbed.WebName] : ["+notcp", $"@{server}", Testbed.WebName]);

        Assert.Contains("status: NOERROR", answer);
        Assert.Contains(Testbed.ServerAddress, answer);
        Assert.Equal((server, "53"), (Server().Match(answer).Groups[1].Value, Server().Match(answer).Groups[2].Value));
        Assert.Contains(server, Testbed.Find(device)!.Bindings.Single(b => b.Claimed == device.Address).DnsServers!);
    }

    [Fact]
    public void Answers_ToOnePortThatAskedThreeServersAtOnce_EachComeFromTheirs()
    {
        var device = AddDevice("three");

        // One socket, three queries out before the first answer is read.
        var told = Testbed.Python(device.Namespace, """
            import socket, struct
            servers = ['8.8.8.8', '9.9.9.9', '10.0.0.53']
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(('', 5353)); s.settimeout(5)
            q = lambda i: struct.pack('>6H', i, 0x100, 1, 0, 0, 0) + b'\x03web\x07example\x00\x00\x01\x00\x01'
            for i, server in enumerate(servers): s.sendto(q(1000 + i), (server, 53))
            got = {}
            while len(got) < 3:
                data, peer = s.recvfrom(4096)
                got[peer] = struct.unpack('>H', data[:2])[0]
            print(sorted(got.items()))
            """).AssertOk().Stdout;

        Assert.Equal("[(('10.0.0.53', 53), 1002), (('8.8.8.8', 53), 1000), (('9.9.9.9', 53), 1001)]", told.Trim());
    }

    [Fact]
    public void TwoDevices_WithOneAddressAndOnePort_EachGetTheirOwnAnswer()
    {
        var first = AddDevice("twina");
        var second = AddDevice("twinb");

        var answers = new[] { (first, Testbed.WebName), (second, "office.example") }.AsParallel().WithDegreeOfParallelism(2)
            .Select(d => (d.Item2, Dig(d.Item1, "-b", $"{d.Item1.Address}#4444", "@8.8.8.8", d.Item2, "+short").Trim())).ToDictionary(a => a.Item1, a => a.Item2);

        Assert.Equal(Testbed.ServerAddress, answers[Testbed.WebName]);
        Assert.Equal(Testbed.OfficeAddress, answers["office.example"]);
    }

    [Fact]
    public void Curl_ByName_ThroughTheDevicesOwnDeadServer_FetchesThePage()
    {
        var device = AddDevice("curl");

        // glibc's resolver.
        var fetched = Testbed.RunWithResolver(device, "172.31.255.1", "curl", "-sS", "--fail", "-m", "10", $"http://{Testbed.WebName}/index.html").AssertOk();

        Assert.Contains("beyond the uplink", fetched.Stdout);
    }

    [Fact]
    public void Musl_WhichAsksAllItsServersAtOnce_FindsTheAddress()
    {
        var device = AddDevice("musl");
        var program = Path.Combine(Testbed.Directory, "lookup");
        File.WriteAllText(program + ".c", """
            #include <arpa/inet.h>
            #include <netdb.h>
            #include <stdio.h>

            int main(int count, char **arguments)
            {
                struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found;
                char text[INET_ADDRSTRLEN];

                if (count != 2 || getaddrinfo(arguments[1], NULL, &hints, &found))
                    return 1;
                puts(inet_ntop(AF_INET, &((struct sockaddr_in *)found->ai_addr)->sin_addr, text, sizeof(text)));
                return 0;
            }
            """);
        Command.Run("musl-gcc", "-static", "-o", program, program + ".c").AssertOk();

        var found = Testbed.RunWithResolver(device, "172.31.255.1\nnameserver 172.31.255.2\nnameserver 8.8.8.8", program, Testbed.WebName).AssertOk();

        Assert.Equal(Testbed.ServerAddress, found.Stdout.Trim());
    }

    [Fact]
    public void Corpus_OfHostileMessages_ThroughTheService_LeavesItAsItWas()
    {
        var corpus = Checkout.Corpus("bind9-fuzz");
        Assert.SkipWhen(corpus is null, "the corpora are not beside this checkout");
        var device = AddDevice("hostile");
        Dig(device, "@8.8.8.8", Testbed.WebName);
        var before = (Memory: ResidentKilobytes(), Testbed.StatusJson().Dns!.Counters);

        // Each file as a query by UDP and by TCP, three times over; answers are not waited for.
        Testbed.Python(device.Namespace, """
            import os, socket, struct, sys, time
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            files = [os.path.join(d, f) for d, _, fs in os.walk(sys.argv[1]) for f in fs if not f.endswith(('.c', '.h', '.am'))]
            for _ in range(3):
                for name in files:
                    data = open(name, 'rb').read()[:1400]
                    udp.sendto(data, ('8.8.8.8', 53))
                    time.sleep(0.001)
                for name in files[:200]:
                    data = open(name, 'rb').read()[:65535]
                    tcp = socket.create_connection(('8.8.8.8', 53), 5)
                    tcp.sendall(struct.pack('>H', len(data)) + data)
                    tcp.close()
            print(len(files))
            """, corpus!).AssertOk();

        var after = Testbed.StatusJson().Dns!.Counters;
        Assert.True(after["queries"] - before.Counters["queries"] > 1000);
        Assert.True(after["queries_malformed"] > before.Counters["queries_malformed"]);
        Assert.Contains(Testbed.ServerAddress, Dig(device, "@8.8.8.8", Testbed.WebName));
        Assert.InRange(ResidentKilobytes() - before.Memory, int.MinValue, 20_000);
        Assert.Equal(0, after["internal_errors"]);
        Assert.DoesNotContain("nhandled", Testbed.GatewayProcess!.Stderr);
    }

    [Fact]
    public void Drill_ForALongAnswer_IsTruncatedByUdp_AndCompleteByTcp()
    {
        var device = AddDevice("long");

        var udp = Dig(device, "+ignore", "+bufsize=4096", "@8.8.8.8", "big.example", "txt");
        var tcp = Testbed.Run(device.Namespace, "drill", "-t", "@8.8.8.8", "big.example", "TXT").AssertOk().Stdout;

        Assert.Matches(@"flags:[^;]* tc[ ;]", udp);
        Assert.Equal(16, Regex.Count(tcp, @"^big\.example\.\s.*\sTXT\s", RegexOptions.Multiline));
    }

    [Fact]
    public void Tcp_AHundredConnectionsOneAfterAnother_AreAllServed()
    {
        var device = AddDevice("tcp");

        var told = Testbed.Python(device.Namespace, """
            import socket, struct
            q = struct.pack('>6H', 7, 0x100, 1, 0, 0, 0) + b'\x03web\x07example\x00\x00\x01\x00\x01'
            good = 0
            for i in range(100):
                s = socket.create_connection(('8.8.8.8', 53), 5)
                s.settimeout(5)
                s.sendall(struct.pack('>H', len(q)) + q)
                # Half of them say at once that they ask nothing more.
                if i % 2: s.shutdown(socket.SHUT_WR)
                data = b''
                while len(data) < 2 or len(data) < 2 + struct.unpack('>H', data[:2])[0]:
                    part = s.recv(4096)
                    if not part: break
                    data += part
                good += data[-4:] == bytes([203, 0, 113, 10])
                s.close()
            print(good)
            """).AssertOk().Stdout;

        Assert.Equal("100", told.Trim());
    }

    [Fact]
    public void Alias_UnknownName_AndUnknownType_AreAnsweredAsTheServerDoes()
    {
        var device = AddDevice("kinds");

        Assert.Contains("office.example.", Dig(device, "@8.8.8.8", "alias.example", "+short"));
        Assert.Contains("status: NXDOMAIN", Dig(device, "@8.8.8.8", "nothing.example"));
        Assert.Contains("status: NOERROR", Dig(device, "@8.8.8.8", Testbed.WebName, "TYPE65400"));
        Assert.Contains("\"RFC8482\"", Dig(device, "+notcp", "@8.8.8.8", Testbed.WebName, "any"));
        Assert.Contains("status: REFUSED", Dig(device, "@8.8.8.8", "version.bind", "ch", "txt"));
    }

    [Fact]
    public void Case_OfTheQuestion_ComesBackAsAsked()
    {
        var device = AddDevice("case");
        Dig(device, "@8.8.8.8", Testbed.WebName);

        Assert.Contains("WeB.ExAmPlE.", Dig(device, "@8.8.8.8", "WeB.ExAmPlE"));
    }

    [Fact]
    public void PrivateAddress_OfAPublicName_IsRefusedWhenSet()
    {
        var device = AddDevice("rebind");

        var answer = Dig(device, "@8.8.8.8", "inner.example");

        Assert.DoesNotContain("192.168.1.1", answer);
        Assert.Contains("ANSWER: 0", answer);
        Assert.True(Testbed.StatusJson().Dns!.Counters["private_answers_refused"] > 0);
    }

    [Fact]
    public void LocalNames_AreAnsweredInsideAndOutside_AndNothingElseOutside()
    {
        var device = AddDevice("named");
        Assert.Equal("137.118.199.9", Dig(device, "@8.8.8.8", "printer.lan", "+short").Trim());
        Assert.Equal("2001:db8::9", Dig(device, "@8.8.8.8", "Printer.LAN", "aaaa", "+short").Trim());
        var (name, legal) = (Testbed.Find(device)!.Name!, Testbed.AwaitLegalAddress(device));

        var outside = Testbed.Run(Testbed.Office, "dig", "+time=3", "+tries=1", $"@{Testbed.GatewayAddress}", name, "+short").AssertOk().Stdout.Trim();
        var refused = Testbed.Run(Testbed.Office, "dig", "+time=3", "+tries=1", $"@{Testbed.GatewayAddress}", Testbed.WebName).AssertOk().Stdout;
        var unknown = Testbed.Run(Testbed.Office, "dig", "+tcp", "+time=3", "+tries=1", $"@{Testbed.GatewayAddress}", "nobody.guest.lan").AssertOk().Stdout;

        Assert.Equal(legal, outside);
        Assert.Contains("status: REFUSED", refused);
        Assert.Contains("status: NXDOMAIN", unknown);
        Assert.Contains("SOA", unknown);
    }

    [Fact]
    public void Status_ShowsQueriesHitsAndTheServersHealth()
    {
        var device = AddDevice("status");
        Dig(device, "@8.8.8.8", "office.example");
        var before = Testbed.StatusJson().Dns!;

        Dig(device, "@8.8.8.8", "office.example");

        var dns = Testbed.StatusJson().Dns!;
        Assert.True(dns.Counters["queries"] > before.Counters["queries"] && dns.Counters["hits"] > before.Counters["hits"]);
        Assert.True(AnswersOf(dns, "gateway") > AnswersOf(before, "gateway") && AnswersOf(dns, "servers") > 0);
        var server = Assert.Single(dns.Upstreams);
        Assert.Equal(($"{Testbed.RouterAddress}:53", "alive"), (server.Server, server.State));
        Assert.True(server.Answers > 0 && server.LatencyMs > 0);
        Assert.Contains("dns: ", Testbed.Cli("status").AssertOk().Stdout);

        static long AnswersOf(DnsReport dns, string source) => dns.Times!.Single(t => t.Source == source).Buckets.Sum(b => b.Answers);
    }

    [Fact]
    public void ServicePort_IsClosedToTheUplink()
    {
        // The sockets are bound to the inside network; what the port is does not matter from outside.
        var listening = Testbed.Run(Testbed.Gateway, "ss", "-Hlnu").AssertOk().Stdout.Split('\n').First(line => line.Contains("%ik-stack:", StringComparison.Ordinal));
        var port = Regex.Match(listening, @"%ik-stack:(\d+)").Groups[1].Value;

        var asked = Testbed.Run(Testbed.Office, "dig", "+time=1", "+tries=1", "-p", port, $"@{Testbed.GatewayAddress}", Testbed.WebName);

        Assert.False(asked.Succeeded, asked.ToString());
    }

    [Fact]
    public void PrivateDns_AtAServerThatDoesNotAnswer_IsResetSoon_AndAtOneThatDoesIsLeftAlone()
    {
        var device = AddDevice("dot");
        // Nobody has this address: the router's neighbour entry stays empty and it says so only after 3 s.
        const string Nobody = "203.0.113.99";
        Testbed.StartListener(Testbed.Server, 853, "socat", "TCP-LISTEN:853,fork,reuseaddr", "EXEC:echo tls");

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var refused = Testbed.Run(device.Namespace, "socat", "-u", $"TCP:{Nobody}:853,connect-timeout=20", "-");
        var first = watch.Elapsed;
        watch.Restart();
        var again = Testbed.Run(device.Namespace, "socat", "-u", $"TCP:{Nobody}:853,connect-timeout=20", "-");

        Assert.Contains("Connection refused", refused.Stderr);
        Assert.Contains("Connection refused", again.Stderr);
        Assert.True(first < TimeSpan.FromSeconds(2.5) && watch.Elapsed < TimeSpan.FromSeconds(0.9), $"{first} {watch.Elapsed}");
        Assert.Contains("tls", Testbed.Run(device.Namespace, "socat", "-u", $"TCP:{Testbed.ServerAddress}:853,connect-timeout=5", "-").AssertOk().Stdout);
        Assert.True(Testbed.StatusJson().Counters["private_dns_reset"] >= 2);
    }

    private Device AddDevice(string name) =>
        Testbed.Device(name) ?? Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });

    private int ResidentKilobytes() => int.Parse(
        Regex.Match(File.ReadAllText($"/proc/{Testbed.GatewayProcess!.Id}/status"), @"VmRSS:\s+(\d+)").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    private static string Dig(Device device, params string[] arguments) =>
        Testbed.Run(device.Namespace, ["dig", "+time=3", "+tries=1", .. arguments]).AssertOk().Stdout;
}
