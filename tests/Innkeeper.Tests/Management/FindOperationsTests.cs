using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.Events;
using Innkeeper.Inspection;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Management;

/// <summary>Who may look for stations, where and for how long; and how they are reported.</summary>
public sealed class FindOperationsTests
{
    private readonly ManagementFixture _fixture = new();

    /// <summary>On the loopback interface, which each machine has.</summary>
    private FindOperations Find => field ??= new FindOperations(
        _fixture.Config.Access.Vlans, () => ManagementFixture.Network() with { Access = ManagementFixture.Network().Access with { Index = 1 } }, () => Ipv4Address.Parse("192.0.2.1"), _fixture.Directory,
        () => (ImmutableDictionary<uint, Binding>)_fixture.Bindings, _fixture.Records.Machines, new Vendors("/nonexistent"), _fixture.Events, _fixture);

    private static FindNews NewsOf(params FoundStation[] stations) => new(stations, new FindProgress(10, 20, 1, 2, 3), null);

    private FindReport Report(params FoundStation[] stations) =>
        new FoundView(_fixture.Directory, () => (ImmutableDictionary<uint, Binding>)_fixture.Bindings, _fixture.Records.Machines, new Vendors("/nonexistent")).Of(NewsOf(stations));

    [Theory]
    [InlineData("0s", null, null, "for")]
    [InlineData("31m", null, null, "for")]
    [InlineData("soon", null, null, "for")]
    [InlineData("30s", 7L, null, "vlan")]
    [InlineData("30s", -1L, null, "vlan")]
    [InlineData("30s", 65_606L, null, "vlan")] // 70 and 65,536
    [InlineData("30s", 70L, "10.0.0.0/21", "network")]
    [InlineData("30s", 0L, "10.0.0.1", "network")]
    [InlineData("30s", null, "127.0.0.0/24", "network")]
    [InlineData("30s", null, "224.0.0.0/24", "network")]
    public void Start_OutOfItsLimits_IsInvalid(string time, long? vlan, string? network, string field) =>
        Assert.Equal(field, Assert.IsType<Invalid>(Find.Start(ManagementFixture.Admin, new FindRequest(time, vlan, network)).Failure).Field);

    [Fact]
    public async Task Start_IsOneAtATime_IsAnEvent_IsInTheAuditTrail_AndSaysItsEnd()
    {
        Assert.SkipUnless(Environment.UserName == "root", "packet sockets need a right");
        Assert.IsType<Forbidden>(Find.Start(ManagementFixture.Operator, new FindRequest()).Failure);

        using (Find.Start(ManagementFixture.Admin, new FindRequest(Network: "10.1.7.0/30", Vlan: 70)).Value!)
        {
            Assert.Equal("root looks for stations; there is only one search at a time", Find.Start(ManagementFixture.Admin, new FindRequest()).Failure!.Message);
            const string Text = "root looks for stations on the access side for up to 120 s: the gateway asks there by ARP, PROFINET, EtherNet/IP and mDNS";
            Assert.Equal(Text, Assert.Single(_fixture.Events.Latest(), e => e.Kind == EventKind.Find).Text);
            Assert.Equal(("find", Text), (Assert.Single(_fixture.Trail).What, _fixture.Trail[0].Text));
        }

        // The next one may begin, and ends by itself.
        using var second = Find.Start(ManagementFixture.Admin, new FindRequest("1s", Network: "10.1.7.0/30")).Value!;
        FindReport? last = null;
        await foreach (var report in second.ReadAsync(TestContext.Current.CancellationToken))
        {
            last = report;
        }

        Assert.Equal(("the time is over (1 s)", 4, 4, 0L), (last!.Ended, last.Asked, last.ToAsk, last.Unsent));
        Find.Start(ManagementFixture.Admin, new FindRequest(Listen: true)).Value!.Dispose();
    }

    [Fact]
    public void Report_SaysWhetherAStationIsServed_AndWhichMachineItIs()
    {
        var own = Ipv4Address.Parse("192.168.0.10");
        _fixture.Know(ManagementFixture.Phone);

        var report = Report(
            new FoundStation(0, ManagementFixture.Phone, [], null, null, FoundBy.None), new FoundStation(70, ManagementFixture.Press, [own], "press", "S7", FoundBy.Arp | FoundBy.EtherNetIp),
            new FoundStation(0, ManagementFixture.Tablet, [own], null, null, FoundBy.Mdns));

        Assert.Equal((10, 20, 1L, 2L, 3L, null), (report.Asked, report.ToAsk, report.NotKept, report.Lost, report.Unsent, report.Ended));
        Assert.Equal(("unknown", false, null, null), (report.Stations[2].State, report.Stations[2].Served, report.Stations[2].Outside, report.Stations[2].Machine));
        Assert.Equal("press-1", report.Stations[1].Machine);
        Assert.Equal(["arp", "ethernet_ip"], report.Stations[1].FoundBy);
        Assert.Equal(["192.168.0.10"], report.Stations[1].Addresses);
        Assert.NotEqual("unknown", report.Stations[0].State);
        Assert.Empty(report.Stations[0].FoundBy);
    }
}
