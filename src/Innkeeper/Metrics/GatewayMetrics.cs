using System.Diagnostics.Metrics;
using Innkeeper.Management;
using static Innkeeper.Metrics.Measured;

namespace Innkeeper.Metrics;

/// <summary>
/// Every metric: its name, unit, labels, help, and its values in a reading. Names by OpenTelemetry's conventions; the exporter adds units and `_total`.
/// Frozen: metrics and labels are added, never changed or removed. docs/monitoring.md lists them.
/// </summary>
internal sealed class GatewayMetrics
{
    public const string DeviceTraffic = "innkeeper.device.traffic";

    private const string Octets = "By";
    private const string Seconds = "s";

    private static readonly string s_version = typeof(GatewayMetrics).Assembly.GetName().Version!.ToString(3);

    private readonly Meter _meter;

    public GatewayMetrics(Meter meter)
    {
        _meter = meter;
        AddGateway();
        AddDevices();
        AddAddresses();
        AddDns();
        AddServices();
        AddState();
        AddProcess();
    }

    /// <summary>Shown by the next page; null: nothing is.</summary>
    public MetricsReading? Now { get; set; }

    private void AddGateway()
    {
        Gauge("innkeeper.build_info", "1; the label has the version.", _ => [Of(1, ("version", s_version))]);
        Gauge("innkeeper.health", "1 for the present state, otherwise 0.", now => OfState(now.Status.Health, Problem.Healthy, Problem.Degraded, Problem.Broken));
        Gauge(
            "innkeeper.problem", "1 while the gateway has this problem; `innkeeper status` says what to do.",
            now => Enum.GetValues<ProblemKind>().Select(k => Of(now.Status.Faults?.Any(f => f.Kind == Problem.NameOf(k)) == true, ("kind", Problem.NameOf(k))).Plus("severity", new Problem(k, "").Severity)));
        Gauge("innkeeper.settings", "How often new settings came into force, the first time at the start.", now => [Of(now.Status.Settings?.Number ?? 1)]);
        Gauge(
            "innkeeper.gateway.up", "Whether a gateway on an uplink answers.",
            now => now.Profiles.Gateways.Where(g => g.State != "unknown").Select(g => Of(g.State == "up", ("gateway", g.Name))));
        Gauge("innkeeper.peer.active", "On one arm with another gateway: whether this one serves.", now => now.Status.Peer is { } peer ? [Of(peer.State == "active")] : []);
        Counter("innkeeper.packets.dropped", "{packet}", "Packets that the data plane dropped.", now => now.Status.Drops.Select(d => Of(d.Value, ("reason", d.Key))));
        Counter(
            "innkeeper.traffic", Octets, "Traffic of all devices with the Internet; \"in\" is towards devices.",
            now => [Of(now.Traffic.OctetsOut, ("direction", "out")), Of(now.Traffic.OctetsIn, ("direction", "in"))]);
        Counter(
            "innkeeper.packets", "{packet}", "Packets of all devices with the Internet.",
            now => [Of(now.Traffic.PacketsOut, ("direction", "out")), Of(now.Traffic.PacketsIn, ("direction", "in"))]);
        Counter("innkeeper.arp.requests", "{request}", "ARP that the control plane decided about.", now => now.Counted("arp_").Select(c => Of(c.Value, ("outcome", c.Name))));
        Counter("innkeeper.refusals", "{packet}", "First packets of devices that got no place.", now => now.Counted("refused_").Select(c => Of(c.Value, ("reason", c.Name))));
        Counter(
            "innkeeper.control.events", "{event}", "Events that the control plane counts.", now => now.Counted().Select(c => Of(c.Value, ("event", c.Name))));
    }

    private void AddDevices()
    {
        Gauge("innkeeper.devices", "Known devices by state.", now => (now.Status.Known ?? new Dictionary<string, int>()).Select(s => Of(s.Value, ("state", s.Key))));
        Gauge("innkeeper.devices.online", "Devices that have an address.", now => [Of(now.Status.Devices)]);
        Gauge("innkeeper.devices.longest_wait", "How long the device waits that waits longest for your decision, of those that are here.", now => [Of(now.LongestWait.TotalSeconds)], Seconds);
        Gauge("innkeeper.profile.devices", "Known devices by profile.", now => now.Profiles.Profiles.Select(p => Of(p.Devices.Values.Sum(), ("profile", p.Name))));
        Gauge("innkeeper.bindings", "Devices' own addresses that are in use.", now => [Of(now.Status.Bindings)]);
        Counter(
            DeviceTraffic, Octets, "Traffic of a device since it has its address; only with [web] device_metrics.",
            now => now.Devices.SelectMany(d => new[] { Of(d.OctetsOut, ("mac", d.Mac)).Plus("direction", "out"), Of(d.OctetsIn, ("mac", d.Mac)).Plus("direction", "in") }));
    }

    private void AddAddresses()
    {
        Gauge(
            "innkeeper.addresses", "Outside addresses of the pool by state.",
            now => [
                Of(now.Status.Pool.Ready, ("state", "ready")), Of(now.Status.Pool.Bound, ("state", "bound")), Of(now.Status.Pool.Probing, ("state", "probing")),
                Of(now.Status.Pool.Quarantined, ("state", "quarantined")),
            ]);
        Gauge("innkeeper.addresses.limit", "Outside addresses of the pool.", now => [Of(now.Status.Pool.Total)]);
        Gauge("innkeeper.napt.addresses", "Shared addresses that are usable.", now => now.Napt().Select(n => Of(n.Addresses.Count(a => a.State == "usable"))));
        Gauge("innkeeper.napt.addresses_needed", "Shared addresses like these that have enough ports for all devices.", now => now.Napt().Select(n => Of(n.AddressesNeeded)));
        Gauge("innkeeper.napt.ports", "Ports of shared addresses that devices have, of the kind that has the fewest free.", now => now.Napt().Select(n => Of(n.Ports - n.PortsFree)));
        Gauge("innkeeper.napt.ports.limit", "Ports of shared addresses, of each kind.", now => now.Napt().Select(n => Of(n.Ports)));
        Gauge("innkeeper.napt.blocks", "Blocks of ports that devices have.", now => now.Napt().Select(n => Of(n.Blocks)));
        Gauge("innkeeper.napt.blocks.limit", "Blocks of ports of shared addresses.", now => now.Napt().Select(n => Of(n.BlocksTotal)));
        Gauge(
            "innkeeper.napt.mappings", "Mappings by state.",
            now => now.Napt().SelectMany(n => new[] { Of(n.Mappings, ("state", "live")), Of(n.Resting, ("state", "resting")) }));
        Gauge("innkeeper.napt.mappings.limit", "Mappings that the data plane can hold.", now => now.Napt().Select(n => Of(n.Capacity)));
        Counter("innkeeper.napt.refused", "{packet}", "Packets that found no port.", now => now.Napt().Select(n => Of(n.Refused)));
    }

    private void AddDns()
    {
        Counter("innkeeper.dns.events", "{event}", "Events that the DNS service counts.", now => now.Dns().SelectMany(d => d.Counters).Select(c => Of(c.Value, ("event", c.Key))));
        Gauge("innkeeper.dns.cache.entries", "Answers in the cache.", now => now.Dns().Select(d => Of(d.Cached)));
        Gauge("innkeeper.dns.cache", "Memory of the cache.", now => now.Dns().Select(d => Of(d.CachedBytes)), Octets);
        Gauge("innkeeper.dns.pending", "Questions that servers are being asked.", now => now.Dns().Select(d => Of(d.Pending)));
        Gauge("innkeeper.dns.pending.limit", "Questions that servers may be asked at once.", now => now.Dns().Select(d => Of(d.PendingMax)));
        Gauge("innkeeper.dns.server.up", "Whether a server answers with use.", now => now.Servers().Select(s => Of(!StatusProblems.IsFailing(s), ("server", s.Server))));
        Gauge("innkeeper.dns.server.latency", "Smoothed time to an answer; 0 before the first.", now => now.Servers().Select(s => Of(s.LatencyMs / 1000, ("server", s.Server))), Seconds);
        Counter(
            "innkeeper.dns.server.queries", "{query}", "Queries to a server by outcome.",
            now => now.Servers().SelectMany(s => new[] { ("answered", s.Answers - s.Failures), ("useless", s.Failures), ("unanswered", s.Timeouts) }.Select(o =>
                Of(Math.Max(0, o.Item2), ("server", s.Server)).Plus("outcome", o.Item1))));
    }

    private void AddServices()
    {
        Gauge(
            "innkeeper.dhcp.leases", "DHCP leases by state.",
            now => now.Dhcp().SelectMany(d => new[] { Of(d.Leased, ("state", "leased")), Of(d.Offered, ("state", "offered")), Of(d.Quarantined, ("state", "quarantined")) }));
        Gauge("innkeeper.dhcp.leases.limit", "Addresses that DHCP leases.", now => now.Dhcp().Select(d => Of(d.Total)));
        Counter("innkeeper.dhcp.events", "{event}", "Events that DHCP counts.", now => now.Counted("dhcp_").Select(c => Of(c.Value, ("event", c.Name))));
        Counter(
            "innkeeper.portal.events", "{event}", "Events that the portal counts.", now => now.Portal().SelectMany(p => p.Counters).Select(c => Of(c.Value, ("event", c.Key))));
        Counter("innkeeper.portal.garden.packets", "{packet}", "Packets of held devices to hosts that [portal] allow lets them reach.", now => now.Portal().Select(p => Of(p.GardenPackets)));
        Gauge("innkeeper.portal.connections", "Connections to the portal now.", now => now.Portal().Select(p => Of(p.Connections)));
        Gauge("innkeeper.outbox.waiting", "Messages that wait to be sent.", now => now.Outboxes().Select(o => Of(o.Box.Waiting, ("channel", o.Channel))));
        Gauge("innkeeper.outbox.taken", "Whether the other side took the last message.", now => now.Outboxes().Where(o => o.Box.LastTaken is not null).Select(o => Of(o.Box.LastTaken == true, ("channel", o.Channel))));
        Counter("innkeeper.outbox.sent", "{message}", "Messages sent.", now => now.Outboxes().Select(o => Of(o.Box.Sent, ("channel", o.Channel))));
        Counter("innkeeper.outbox.given_up", "{message}", "Messages given up.", now => now.Outboxes().Select(o => Of(o.Box.Dead, ("channel", o.Channel))));
        Counter("innkeeper.export.records", "{record}", "Records that the collector of an export has taken.", now => now.Exports().Select(e => Of(e.Exported, ("export", e.Name))));
        Counter("innkeeper.export.lost", "{record}", "Records of an export that were lost because too many waited.", now => now.Exports().Select(e => Of(e.Lost, ("export", e.Name))));
        Gauge("innkeeper.export.waiting", "Records of an export that wait.", now => now.Exports().Select(e => Of(e.Waiting, ("export", e.Name))));
        Gauge("innkeeper.export.spool", "Disk that the waiting records of an export take.", now => now.Exports().Select(e => Of(e.WaitingOctets, ("export", e.Name))), Octets);
        Gauge("innkeeper.export.up", "Whether the collector of an export takes records.", now => now.Exports().Select(e => Of(e.Failure is null, ("export", e.Name))));
    }

    private void AddState()
    {
        Gauge("innkeeper.state.on_disk", "Whether decisions and leases are being written.", now => [Of(now.Storage.FailingSince is null)]);
        Gauge("innkeeper.state.waiting", "Changes that wait to be written.", now => [Of(now.Storage.Pending)]);
        Counter("innkeeper.state.lost", "{change}", "Changes that were given up.", now => [Of(now.Storage.Lost)]);
        Gauge("innkeeper.series.on_disk", "Whether the series for the charts are being written.", now => [Of(now.SeriesFailure is null)]);
        Gauge("innkeeper.memory.used", "Memory of the gateway's control group.", now => now.Memory().Select(m => Of(m.Used)), Octets);
        Gauge("innkeeper.memory.limit", "The limit of that control group.", now => now.Memory().Select(m => Of(m.Limit)), Octets);
    }

    /// <summary>With the names that Prometheus's own libraries use.</summary>
    private void AddProcess()
    {
        _meter.CreateObservableCounter("process.cpu", () => Environment.CpuUsage.TotalTime.TotalSeconds, Seconds, "CPU time of the process.");
        Gauge("process.resident_memory", "Memory of the process.", _ => [Of(Environment.WorkingSet)], Octets);
        Gauge("process.start_time", "When the process began to serve, since 1970.", now => [Of(now.Status.Started.ToUnixTimeMilliseconds() / 1000.0)], Seconds);
    }

    private void Gauge(string name, string help, Func<MetricsReading, IEnumerable<Measured>> values, string? unit = null) =>
        _meter.CreateObservableGauge(name, () => Now is { } now ? values(now).Select(v => new Measurement<double>(v.Value, v.Labels)) : [], unit, help);

    private void Counter(string name, string unit, string help, Func<MetricsReading, IEnumerable<Measured>> values) =>
        _meter.CreateObservableCounter(name, () => Now is { } now ? values(now).Select(v => new Measurement<long>((long)v.Value, v.Labels)) : [], unit, help);
}
