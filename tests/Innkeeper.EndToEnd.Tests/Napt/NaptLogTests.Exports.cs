using System.Globalization;
using System.Text.Json;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Napt;

/// <content>The mapping log, events and the audit trail at real collectors: rsyslog by UDP, TCP and TLS, nfcapd by IPFIX, and a file.</content>
public sealed partial class NaptLogTests
{
    private static readonly string s_jsonFile = Path.Combine(Path.GetTempPath(), $"innkeeper-export-{Guid.NewGuid():N}.jsonl");

    private static GatewaySettings ExportSettings(Collectors collectors) => MappingLogFixture.Settings with
    {
        Pool = $"{Testbed.PoolFirst}-{Testbed.PoolFirst}",
        Extra = $"""
            [[exports]]
            name = "tls"
            to = "tls://{Testbed.OfficeAddress}:{Collectors.TlsPort}"
            ca_file = "{collectors.Certificate}"
            [[exports]]
            name = "tcp"
            to = "tcp://{Testbed.OfficeAddress}:{Collectors.SyslogPort}"
            what = ["audit", "mappings"]
            [[exports]]
            name = "udp"
            to = "udp://{Testbed.OfficeAddress}:{Collectors.SyslogPort}"
            what = ["audit"]
            [[exports]]
            name = "flows"
            to = "ipfix+udp://{Testbed.OfficeAddress}:{Collectors.IpfixPort}"
            [[exports]]
            name = "file"
            to = "{s_jsonFile}"
            what = ["mappings"]
            """,
    };

    /// <summary>
    /// Two devices come and go, one with an address of its own and one with ports, while the syslog server is away and the gateway is killed: each record
    /// reaches each collector, and nothing is lost.
    /// </summary>
    [Fact]
    public void Exports_ReachRsyslogAndNfcapd_AlsoThroughAnOutageAndKill9()
    {
        Assert.SkipWhen(Collectors.Missing is not null, Collectors.Missing ?? "");
        using var collectors = new Collectors(Testbed, Testbed.Office, Testbed.OfficeAddress);
        collectors.StartFlows();
        collectors.StartSyslog();
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.StartGateway(ExportSettings(collectors));
        try
        {
            var own = Testbed.AddDevice("export1", "47.31.128.201/24", "47.31.128.1", new DeviceSettings { Mac = "06:1a:5e:10:07:01" });
            Reflector.Ask(own.Namespace, "udp", Testbed.ServerAddress);
            Wait.For("the first mapping by TLS", () => Has(collectors, "tls", "mapping-begin", own.Mac), s_patience, collectors.ToString);
            var begin = collectors.Messages.First(m => m.Way == "tls" && m.Id == "mapping-begin");
            Assert.Equal((10, 6, "innkeeper", own.Address, Testbed.PoolFirst), (begin.Facility, begin.Severity, begin.Application, begin.ValueOf("address"), begin.ValueOf("outside")));

            collectors.StopSyslog();
            var sharing = Testbed.AddDevice("export2", "47.31.128.202/24", "47.31.128.1", new DeviceSettings { Mac = "06:1a:5e:10:07:02" });
            var port = Reflector.PortOf(Reflector.Ask(sharing.Namespace, "udp", Testbed.ServerAddress));
            Wait.For("the block's end in the file", () => Lines(sharing.Mac).Length == 2, s_patience, () => Testbed.Cli("status").ToString());
            Testbed.Cli("devices", "forget", own.Mac).AssertOk();
            Wait.For("records wait", () => WaitingOf("tcp") >= 4 && WaitingOf("tls") >= 4, s_patience, () => Testbed.Cli("status", "--json").ToString());

            Testbed.KillGateway(Native.SIGKILL);
            collectors.StartSyslog();
            Testbed.StartGateway(ExportSettings(collectors));
            foreach (var way in (string[])["tls", "tcp"])
            {
                foreach (var (id, mac) in new[] { ("mapping-begin", sharing.Mac), ("mapping-end", sharing.Mac), ("mapping-end", own.Mac), ("device-forget", own.Mac) })
                {
                    Wait.For($"{id} of {mac} by {way}", () => Has(collectors, way, id, mac), s_patience, collectors.ToString);
                }

                // At least once, and none is missing.
                var numbers = collectors.Messages.Where(m => m.Way == way).Select(m => m.Sequence).ToHashSet();
                Assert.Equal(Enumerable.Range(1, numbers.Max()), numbers.Order());
            }

            Wait.For("the audit trail by UDP", () => Has(collectors, "udp", "device-forget", own.Mac), s_patience, collectors.ToString);
            AssertBlock(Lines(sharing.Mac), sharing, port);
            AssertFlows(collectors.Flows(), own, sharing);
        }
        finally
        {
            Testbed.KillGateway(Native.SIGTERM);
            Testbed.StartGateway(MappingLogFixture.Settings);
            File.Delete(s_jsonFile);
        }
    }

    private static void AssertBlock(JsonElement[] lines, Device device, int port)
    {
        var first = port / 64 * 64;
        Assert.Equal(["begin", "end"], lines.Select(l => l.GetProperty("kind").GetString()));
        Assert.All(lines, l => Assert.Equal(
            (device.Address, Testbed.GatewayAddress, first, first + 63),
            (l.GetProperty("address").GetString(), l.GetProperty("outside").GetString(), l.GetProperty("first_port").GetInt32(), l.GetProperty("last_port").GetInt32())));
    }

    /// <summary>natEvent of RFC 8158: 14 and 15 for an address of the device's own, 16 and 17 for a block of ports.</summary>
    private static void AssertFlows(IReadOnlyList<JsonElement> flows, Device own, Device sharing)
    {
        (string, string, string, string)[] expected =
        [
            ("14", own.Mac, own.Address, Testbed.PoolFirst), ("15", own.Mac, own.Address, Testbed.PoolFirst),
            ("16", sharing.Mac, sharing.Address, Testbed.GatewayAddress), ("17", sharing.Mac, sharing.Address, Testbed.GatewayAddress),
        ];
        var taken = flows.Select(f => (Text(f, "nat_event_id"), Text(f, "in_src_mac"), Text(f, "src4_addr"), Text(f, "src4_xlt_ip"))).Distinct().ToList();
        Assert.All(expected, e => Assert.Contains(e, taken));
        Assert.All(flows, f => Assert.InRange(DateTimeOffset.Parse(Text(f, "t_event") + "Z", CultureInfo.InvariantCulture), DateTimeOffset.UtcNow - TimeSpan.FromMinutes(5), DateTimeOffset.UtcNow + TimeSpan.FromMinutes(1)));
    }

    private static string Text(JsonElement flow, string name) => flow.GetProperty(name).GetString()!;

    private static bool Has(Collectors collectors, string way, string id, string mac) => collectors.Messages.Any(m => m.Way == way && m.Id == id && m.ValueOf("mac") == mac);

    /// <summary>After the kill, records may come twice, with the same number.</summary>
    private static JsonElement[] Lines(string mac) => File.Exists(s_jsonFile)
        ? [.. File.ReadAllLines(s_jsonFile).Select(l => JsonElement.Parse(l)).Where(l => l.TryGetProperty("mac", out var of) && of.GetString() == mac).DistinctBy(l => l.GetProperty("number").GetInt64())]
        : [];

    private long WaitingOf(string export) =>
        JsonElement.Parse(Testbed.Cli("status", "--json").Stdout).GetProperty("exports").EnumerateArray().First(e => e.GetProperty("name").GetString() == export).GetProperty("waiting").GetInt64();
}
