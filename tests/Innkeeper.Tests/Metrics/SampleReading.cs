using Innkeeper.DataPlane;
using Innkeeper.Dns;
using Innkeeper.Events;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Metrics;
using Innkeeper.Portal;
using Innkeeper.Series;
using Innkeeper.Storage;
using Innkeeper.Tests.Cli;

namespace Innkeeper.Tests.Metrics;

/// <summary>A gateway of which every part is there.</summary>
internal sealed class SampleReading : IMetricsSource
{
    public MetricsReading Now { get; set; } = All();

    public int Reads { get; private set; }

    public Action OnRead { get; set; } = () => { };

    public MetricsReading Read()
    {
        Reads++;
        OnRead();
        return Now;
    }

    public static MetricsReading All()
    {
        var n = 0UL;
        ulong Next() => ++n;
        var counters = new Counters().Snapshot();
        counters["events_suppressed"] = 0;
        return new MetricsReading(
            SampleReports.Status() with
            {
                Drops = Enum.GetValues<DropReason>().Where(r => r != DropReason.None).ToDictionary(r => Counters.ToSnakeCase(r.ToString()), _ => Next()),
                Counters = counters.Keys.ToDictionary(k => k, _ => Next()),
                Known = new Dictionary<string, int> { ["new"] = 1, ["held"] = 2, ["admitted"] = 3, ["blocked"] = 4 },
                Health = Problem.Degraded,
                Faults = [new Problem(ProblemKind.MailWaits, "").Report],
                Settings = new SettingsReport(2, null),
                Peer = new PeerReport("passive", "02:00:00:00:00:99", 1),
                Dns = new DnsReport(
                    Enum.GetValues<DnsCounter>().ToDictionary(c => Counters.ToSnakeCase(c.ToString()), _ => (long)Next()), 10, 2048, 3,
                    [new UpstreamReport("9.9.9.9", "alive", 12.5, 100, 90, 10, 4), new UpstreamReport("192.0.2.9", "dead", 0, 50, 0, 50, 0)], 8192,
                    [
                        new AnswerTimesReport("gateway", 0.125, [.. AnswerTimes.Bounds.Select((b, i) => new AnswerBucket(b, i)), new AnswerBucket(null, 1)]),
                        new AnswerTimesReport("servers", 2.5, [.. AnswerTimes.Bounds.Select(b => new AnswerBucket(b, 2)), new AnswerBucket(null, 0)]),
                    ]),
                Napt = new NaptReport([new SharedAddressReport("137.118.199.9", "usable", 2), new SharedAddressReport("137.118.199.8", "given up", 0)], 5, 2, 1000, 3, 65_535, 60_000, 1, 8, 1008),
                Portal = new PortalReport(Enum.GetValues<PortalCounter>().ToDictionary(c => Counters.ToSnakeCase(c.ToString()), _ => (long)Next()), 2, 7),
                Dhcp = new DhcpReport("10.203.0.1", "10.203.0.0/16", "private", 65_000, 20, 1, 2),
                Mail = new OutboxReport(1, 2, 3, "no", SampleReports.FirstSeen, false),
                Webhook = new OutboxReport(0, 5, 0, null, null, null),
                Exports = [new ExportReport("siem", "tls://logs.example.net:6514", ["events"], 70, 3, 2, 400, "no", SampleReports.FirstSeen)],
                Memory = new MemoryReport(100, 200, false),
            },
            SampleReports.Profiles(), new StorageHealth("/state/innkeeper.db", null, null, 4, 5), null, new TrafficTotal(1000, 2000, 10, 20), TimeSpan.FromMinutes(90),
            [new DeviceTotal("02:00:00:00:00:01", 700, 1500)]);
    }
}
