using System.Globalization;
using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Interfaces;
using Innkeeper.Ipv6;
using Innkeeper.Links;
using Innkeeper.Management.Contracts;
using Innkeeper.Management;
using Innkeeper.Policy;
using Innkeeper.Storage;
using Innkeeper.Tests.Cli;
using Innkeeper.Tests.Dhcp;
using Innkeeper.Tests.Repository;
using Innkeeper.Wire;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management;

/// <summary>Status, profiles and leases.</summary>
public sealed class QueriesTests : IDisposable
{
    private readonly ManagementFixture _gateway = new();
    private readonly GatewayHealth _health = new([null]);
    private readonly Counters _counters = new();
    private readonly EventStream _events;
    private StorageHealth _storage = new("/state/innkeeper.db", null, null, 0, 0);
    private bool _isTakingOver;
    private ClosedPath[] _closed = [];
    private readonly Ipv6Routers _routers = new();
    private Problem? _attention;

    public QueriesTests() => _events = new EventStream(_gateway.Events, _ => []);

    public void Dispose() => _events.Dispose();

    private StatusReport Status(string? failure = null) => new StatusQuery(
        new GatewayStart(Start, new AdoptionReport(2, "pins")), new NetworkStatus(_gateway.Config, Network, _health, null, () => _closed, () => _attention is null ? [] : [_attention], _routers),
        new AddressStatus(new AddressPools([]), _gateway, _gateway.Records, () => _gateway.Bindings),
        new CounterStatus(_counters, reason => reason == DropReason.BogusSource ? 7u : 0u, _gateway.Events, _events, () => _storage, new Vendors("/nonexistent")), new ServiceStatus(null, null, null, null),
        new SettingsStatus(3, failure, () => _isTakingOver, () => null)).Get(Viewer).Value!;

    [Fact]
    public void Network_HasInterfacesGatewaysAndThePath()
    {
        _counters.Add(Counter.Punts, 4);
        var network = new NetworkStatus(_gateway.Config, () => Network() with { Others = [null] }, _health, null, () => _closed, () => [], _routers);
        var query = new NetworkQuery(
            network, ["wwan0"], new AddressStatus(new AddressPools([]), _gateway, _gateway.Records, () => _gateway.Bindings),
            new CounterStatus(_counters, _ => 0, _gateway.Events, _events, () => _storage, new Vendors("/nonexistent")), reason => reason == DropReason.Held ? 7u : 0u,
            new ServiceStatus(null, null, null, null), new ProfileQueries(_gateway.Config, _gateway.Records, _health, () => Network(), _gateway.Clock));

        var report = query.Get(Viewer).Value!;

        Assert.Equal(["access eth1 up", "uplink eth0 up", "uplink wwan0 missing"], report.Interfaces.Select(i => $"{i.Role} {i.Name} {i.State}"));
        Assert.Equal(("two-armed", "137.118.199.2/24", "137.118.199.1"), (report.Mode, report.UplinkAddress, report.Gateways[0].NextHop));
        Assert.Equal(4ul, report.Path.Single(s => s.Name == "decision").Counters["punts"]);
        Assert.Equal(new PathDropReport("held", "the device waits for approval", 7), report.Path.Single(s => s.Name == "policy").Drops.Single(d => d.Reason == "held"));
    }

    /// <summary>A new reason gets its place in the picture.</summary>
    [Fact]
    public void Path_HasEveryReasonInOneStage()
    {
        var path = PacketPath.Of(_ => 1, new Dictionary<string, ulong>());

        Assert.Equal(Enum.GetValues<DropReason>().Length - 1, path.Sum(s => s.Drops.Count));
        Assert.Equal(path.Sum(s => s.Drops.Count), path.SelectMany(s => s.Drops).Select(d => d.Reason).Distinct().Count());
    }

    [Fact]
    public void Status_OfAGateway_IsPutTogetherFromItsParts()
    {
        _gateway.Bind(1, Phone, "47.31.128.195", "137.118.199.50");
        _gateway.Bind(2, Phone, "47.31.128.196", "137.118.199.9", share: 7);
        _gateway.Bind(3, Tablet, "47.31.128.197", "137.118.199.9", share: 8);
        _gateway.Addresses = [new SharedAddressSlot { Address = Ipv4Address.Parse("137.118.199.9"), Flags = SharedFlags.Usable }];
        _gateway.Found = new Sweep { Live = 5, Resting = 2, Blocks = 3 };
        _counters.Add(Counter.Punts, 4);
        _gateway.Events.Add("test", "it began");

        var status = Status();

        Assert.Equal((1, "running", Start, "two-armed", new AdoptionReport(2, "pins")), (status.Schema, status.State, status.Started, status.Mode, status.Adopted));
        Assert.Equal(("eth1", "eth0", "137.118.199.2/24", "137.118.199.1"), (status.Access, status.Uplink, status.UplinkAddress, status.Gateway));
        Assert.Equal((2, 3), (status.Devices, status.Bindings));
        Assert.Equal((7ul, 4ul, 0ul), (status.Drops["bogus_source"], status.Counters["punts"], status.Counters["events_suppressed"]));
        Assert.Equal([new SharedAddressReport("137.118.199.9", "usable", 2)], status.Napt!.Addresses);
        Assert.Equal((5u, 2u, 1000u, 3u), (status.Napt.Mappings, status.Napt.Resting, status.Napt.Capacity, status.Napt.Blocks));
        Assert.Equal(["it began"], status.Events.Select(e => e.Text));
        Assert.Equal((null, null, null, null, null), (status.StorageFailure, status.Dns, status.Portal, status.Dhcp, status.Mail));
    }

    [Fact]
    public void Status_BehindAFirewall_NamesTheInterfaceAndWhatOpensIt()
    {
        Assert.Empty(Status().Firewall!);
        _closed = [new ClosedPath(StackPath.Input, ["nft insert …"]), new ClosedPath(StackPath.Forward, ["a", "b"])];

        Assert.Equal([("input", "ik-stack", "nft insert …"), ("forward", "ik-edge", "a; b")], Status().Firewall!.Select(f => (f.Path, f.Interface, string.Join("; ", f.Commands))));
    }

    [Fact]
    public void Status_WhereAllIsWell_HasNoProblems()
    {
        _gateway.Know(Phone, state: AdmissionState.Admitted);
        _gateway.Know(Tablet);
        var status = Status();
        Assert.Empty(status.Problems!);
        Assert.Empty(status.Faults!);
        Assert.Equal("healthy", status.Health);
        Assert.Equal((0, 1, 1, 0), (status.Known!["new"], status.Known["held"], status.Known["admitted"], status.Known["blocked"]));
        Assert.False(status.HasVendors);
    }

    /// <summary>The first thing that an administrator at night reads.</summary>
    [Fact]
    public void Status_WhereSomethingIsWrong_NamesEachProblem()
    {
        _storage = _storage with { FailingSince = Start, Reason = "no space left" };
        _health.Answered(0, TimeSpan.Zero, Start);
        for (var minute = 1; !_health.StateOf(0).IsDown; minute++)
        {
            Assert.InRange(minute, 1, 100);
            _health.Tick(TimeSpan.FromMinutes(minute), Start.AddMinutes(minute), _ => true);
        }

        Assert.Equal(
            [
                "gateway main (137.118.199.1) does not answer ARP: the devices that use it have no Internet; check the router and the cable of eth0",
                "the new settings cannot be started (no room); the previous settings are in force. Fix the cause, and run `innkeeper config reload`",
                "state is not being written: no space left (/state/innkeeper.db), since 2026-11-25 12:00:00Z; fix the disk, as a restart would lose what is not written",
            ],
            Status("no room").Problems!);
        Assert.Equal([("router-down", "broken"), ("settings-failed", "degraded"), ("storage", "degraded")], Status("no room").Faults!.Select(f => (f.Kind, f.Severity)));
        Assert.Equal("broken", Status("no room").Health);
    }

    [Fact]
    public void Problems_OfEachPart_AreNamed()
    {
        var network = Network();
        network = network with { Access = network.Access with { HasCarrier = false }, Uplink = network.Uplink with { IsUp = false } };
        var dead = new UpstreamReport("9.9.9.9:53", "dead", 1, 5, 0, 5, 0);
        var status = SampleReports.Status() with
        {
            Gateway = null,
            Pool = new PoolReport(2, 0, 1, 0, 1),
            Dns = new DnsReport(new Dictionary<string, long>(), 0, 0, 0, [dead, dead with { State = "alive", Queries = 137, Failures = 137, Timeouts = 0 }]),
            Dhcp = new DhcpReport("10.203.0.1", "10.203.0.0/30", "private", 2, 2, 0, 0),
            Mail = new OutboxReport(1, 0, 0, "connection refused", Start, false),
        };

        var problems = StatusProblems.Of(status, network, [("guest-line", "192.0.2.1"), ("main", "none")]);

        Assert.Collection(
            problems, p => Assert.Contains("eth1 has no carrier", p.Text), p => Assert.Contains("eth0 is down", p.Text), p => Assert.Contains("no router", p.Text), p => Assert.Contains("no DNS server answers", p.Text),
            p => Assert.Contains("gateway guest-line (192.0.2.1)", p.Text), p => Assert.Contains("all 2 addresses", p.Text), p => Assert.Contains("all 2 outside addresses", p.Text),
            p => Assert.Contains("1 message waits for the mail server: connection refused", p.Text));
        Assert.DoesNotContain(
            StatusProblems.Of(status with { Dns = status.Dns with { Upstreams = [dead, dead with { State = "alive", Queries = 9, Answers = 1 }] } }, network, []), p => p.Text.Contains("DNS", StringComparison.Ordinal));
    }

    /// <summary>Without a router or a carrier, a router that does not answer is no problem of its own.</summary>
    [Fact]
    public void Problems_ThatFollowFromAnother_AreNotSaid()
    {
        var network = Network();
        (string, string)[] down = [("main", "137.118.199.1")];
        var status = SampleReports.Status() with { Gateway = "137.118.199.1" };
        Assert.Equal([ProblemKind.RouterDown], StatusProblems.Of(status, network, down).Select(p => p.Kind));
        Assert.Equal([ProblemKind.InterfaceDown], StatusProblems.Of(status, network with { Uplink = network.Uplink with { HasCarrier = false } }, down).Select(p => p.Kind));
        Assert.Equal([ProblemKind.NoRouter], StatusProblems.Of(status with { Gateway = null }, network, down).Select(p => p.Kind));
    }

    [Fact]
    public void Problems_OfAFirewall_AreTwo_AsOnlyOneBreaksDns()
    {
        var status = SampleReports.Status() with { Gateway = "137.118.199.1", Firewall = [new FirewallReport("forward", "ik-edge", ["b"]), new FirewallReport("input", "ik-stack", ["a"])] };
        Assert.Equal([(ProblemKind.FirewallInput, "broken"), (ProblemKind.FirewallForward, "degraded")], StatusProblems.Of(status, Network(), []).Select(p => (p.Kind, p.Severity)));
    }

    /// <summary>Monitoring may depend on each: the document lists all.</summary>
    [Fact]
    public void Problems_AllKinds_AreInTheDocument_WithTheirSeverity()
    {
        var rows = Checkout.Read("docs/cli.md").Split('\n').Where(l => l.EndsWith("| broken |", StringComparison.Ordinal) || l.EndsWith("| degraded |", StringComparison.Ordinal)).Select(l => l.Split('|')).ToDictionary(c => c[1].Trim().Trim('`'), c => c[^2].Trim());
        Assert.Equal(Enum.GetValues<ProblemKind>().Select(k => (Problem.NameOf(k), new Problem(k, "").Severity)), rows.Select(r => (r.Key, r.Value)));
    }

    [Fact]
    public void Status_OfADiskThatRefuses_SaysSinceWhen()
    {
        _storage = _storage with { FailingSince = Start, Reason = "no space left" };
        Assert.Equal("no space left (/state/innkeeper.db), since 2026-11-25 12:00:00Z", Status().StorageFailure);
    }

    [Fact]
    public void Status_WhileATakeoverIsUnderWay_HasThePreviousSettingsNumber()
    {
        _isTakingOver = true;
        Assert.Equal(new SettingsReport(2, null), Status().Settings);
        _isTakingOver = false;
        Assert.Equal(new SettingsReport(3, "no room"), Status("no room").Settings);
    }

    [Fact]
    public void Status_OfAGatewayThatWaits_SaysForWhat()
    {
        Assert.Empty(Status().Problems!);
        _attention = new Problem(ProblemKind.UplinkWaits, "interface eth0 has no IPv4 address");
        Assert.Equal([_attention.Text], Status().Problems!);
        Assert.Equal(("broken", new FaultReport("uplink-waits", "broken", _attention.Text)), (Status().Health, Status().Faults!.Single()));
    }

    [Fact]
    public void Profiles_CountTheirDevicesByState_AndTellTheGateways()
    {
        _gateway.Know(Phone, state: AdmissionState.Admitted);
        _gateway.Know(Tablet);
        _health.Answered(0, TimeSpan.Zero, Start);

        var report = new ProfileQueries(_gateway.Config, _gateway.Records, _health, Network, TimeProvider.System).List(Viewer).Value!;

        Assert.Equal(["default", "guests"], report.Profiles.Select(p => p.Name).Order());
        var devices = report.Profiles.Single(p => p.Name == "default").Devices;
        Assert.Equal((1, 1), (devices["admitted"], devices["held"]));
        Assert.Equal(28_800, report.Profiles.Single(p => p.Name == "guests").Lifetime);
        Assert.Equal([new GatewayReport("main", "eth0", "137.118.199.1", "up", Start)], report.Gateways);
    }

    [Fact]
    public void Profiles_GatewayThatWasNotAskedYet_IsUnknown() =>
        Assert.Equal(("unknown", null), new ProfileQueries(_gateway.Config, _gateway.Records, _health, Network, TimeProvider.System).List(Viewer).Value!.Gateways[0] is var main ? (main.State, main.Since) : default);

    [Fact]
    public void Leases_OfAServer_AreThatOfItsClients()
    {
        var harness = new DhcpHarness();
        var address = harness.Lease(DhcpHarness.Mac);

        var lease = Assert.Single(new LeaseQueries(harness.Database, TimeProvider.System).List(Viewer).Value!.Leases);

        Assert.Equal((address.ToString(), "active", DhcpHarness.Mac.ToString()), (lease.Address, lease.State, lease.Mac));
    }

    [Theory]
    [InlineData("{0}", 1)]
    [InlineData("02-00-00-00-99-99", 0)]
    public void Leases_OfADevice_AreItsOwnOnly(string device, int expected)
    {
        var harness = new DhcpHarness();
        harness.Lease(DhcpHarness.Mac);
        harness.Lease(new MacAddress(DhcpHarness.Mac.Value + 1));
        var queries = new LeaseQueries(harness.Database, TimeProvider.System);

        Assert.Equal(2, queries.List(Viewer).Value!.Leases.Count);
        Assert.Equal(expected, queries.List(Viewer, string.Format(CultureInfo.InvariantCulture, device, DhcpHarness.Mac)).Value!.Leases.Count);
    }

    [Fact]
    public void Leases_OfWhatIsNoMac_AreRefused() =>
        Assert.Equal(new Invalid("device", "room 12", "the MAC of one device"), new LeaseQueries(null, TimeProvider.System).List(Viewer, "room 12").Failure);

    [Fact]
    public void Leases_WithoutDhcp_AreNone() => Assert.Empty(new LeaseQueries(null, TimeProvider.System).List(Viewer).Value!.Leases);

    [Theory]
    [InlineData(nameof(Permission.Viewer), true, false, false)]
    [InlineData(nameof(Permission.Operator), true, true, false)]
    [InlineData(nameof(Permission.Admin), true, true, true)]
    public void Permission_Includes_ThoseBeforeIt(string has, bool views, bool operates, bool administers)
    {
        var actor = new Actor("a", ActorKind.LocalUser, Enum.Parse<Permission>(has));
        Assert.Equal((views, operates, administers), (actor.Lacks(Permission.Viewer) is null, actor.Lacks(Permission.Operator) is null, actor.Lacks(Permission.Admin) is null));
    }
}
