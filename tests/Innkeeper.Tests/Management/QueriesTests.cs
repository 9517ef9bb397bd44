using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Management.Contracts;
using Innkeeper.Management;
using Innkeeper.Policy;
using Innkeeper.Storage;
using Innkeeper.Tests.Dhcp;
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
    private string? _attention;

    public QueriesTests() => _events = new EventStream(_gateway.Events, _ => []);

    public void Dispose() => _events.Dispose();

    private StatusReport Status(string? failure = null) => new StatusQuery(
        new GatewayStart(Start, new AdoptionReport(2, "pins")), new NetworkStatus(_gateway.Config, Network, null, () => _attention is null ? [] : [_attention]), new AddressStatus(new AddressPools([]), _gateway, () => _gateway.Bindings),
        new CounterStatus(_counters, reason => reason == DropReason.BogusSource ? 7u : 0u, _gateway.Events, _events, () => _storage), new ServiceStatus(null, null, null, null),
        new SettingsStatus(3, failure, () => _isTakingOver)).Get(Viewer).Value!;

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
        Assert.Empty(Status().Attention!);
        _attention = "interface eth0 has no IPv4 address";
        Assert.Equal([_attention], Status().Attention);
    }

    [Fact]
    public void Profiles_CountTheirDevicesByState_AndTellTheGateways()
    {
        _gateway.Know(Phone, state: AdmissionState.Admitted);
        _gateway.Know(Tablet);
        _health.Answered(0, TimeSpan.Zero, Start);

        var report = new ProfileQueries(_gateway.Config, _gateway.Records, _health, Network).List(Viewer).Value!;

        Assert.Equal(["default", "guests"], report.Profiles.Select(p => p.Name).Order());
        var devices = report.Profiles.Single(p => p.Name == "default").Devices;
        Assert.Equal((1, 1), (devices["admitted"], devices["held"]));
        Assert.Equal(28_800, report.Profiles.Single(p => p.Name == "guests").Lifetime);
        Assert.Equal([new GatewayReport("main", "eth0", "137.118.199.1", "up", Start)], report.Gateways);
    }

    [Fact]
    public void Profiles_GatewayThatWasNotAskedYet_IsUnknown() =>
        Assert.Equal(("unknown", null), new ProfileQueries(_gateway.Config, _gateway.Records, _health, Network).List(Viewer).Value!.Gateways[0] is var main ? (main.State, main.Since) : default);

    [Fact]
    public void Leases_OfAServer_AreThatOfItsClients()
    {
        var harness = new DhcpHarness();
        var address = harness.Lease(DhcpHarness.Mac);

        var lease = Assert.Single(new LeaseQueries(harness.Database).List(Viewer).Value!.Leases);

        Assert.Equal((address.ToString(), "active", DhcpHarness.Mac.ToString()), (lease.Address, lease.State, lease.Mac));
    }

    [Fact]
    public void Leases_WithoutDhcp_AreNone() => Assert.Empty(new LeaseQueries(null).List(Viewer).Value!.Leases);

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
