using System.Text.Json;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Series;
using Innkeeper.Tests.Series;

namespace Innkeeper.Tests.Management;

public sealed class SeriesQueriesTests
{
    [Fact]
    public void Get_HasTheNamedSeries_WithNullWhereNothingWasObserved()
    {
        using var world = new SeriesWorld { [SeriesId.DevicesHeld] = 3, [SeriesId.DnsQuestions] = 0 };
        world.Pass();
        world[SeriesId.DnsQuestions] = 25;
        world.Pass();
        world.Now += TimeSpan.FromSeconds(20);
        world.Pass();
        world.Pass();

        var report = Queries(world).Get(ManagementFixture.Viewer, "dns_questions,devices_held", "1h").Value!;

        Assert.Equal(
            """{"schema":1,"start":"2026-11-30T12:00:10+00:00","step_s":10,"series":[{"name":"dns_questions","unit":"questions/s","values":[2.5,0,null,null,0]},{"name":"devices_held","unit":"devices","values":[3,3,null,null,3]}]}""",
            JsonSerializer.Serialize(report, ContractsContext.Default.SeriesReport));
    }

    [Fact]
    public void Get_WithoutNames_HasAll_AndARangeThatExists()
    {
        using var world = new SeriesWorld();
        world.Pass();

        var report = Queries(world).Get(ManagementFixture.Viewer, null, null).Value!;
        Assert.Equal(SeriesDefinition.All.Select(s => (s.Name, s.Unit)), report.Series.Select(s => (s.Name, s.Unit)));
        Assert.All(report.Series, s => Assert.Empty(s.Values));
        Assert.Equal([60, 900], new[] { "2d", "90d" }.Select(r => Queries(world).Get(ManagementFixture.Viewer, "octets_in", r).Value!.StepS));
        Assert.StartsWith("3y is not a valid range", Queries(world).Get(ManagementFixture.Viewer, null, "3y").Failure!.Message, StringComparison.Ordinal);
        Assert.StartsWith("octets is not a valid names", Queries(world).Get(ManagementFixture.Viewer, "octets_in,octets", null).Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_IsADevicesTraffic_AndZeroWhereItMovedNothing()
    {
        var fixture = new ManagementFixture();
        fixture.Know(SeriesWorld.Phone, name: "kiosk");
        using var world = new SeriesWorld();
        world.Move(2, SeriesWorld.Phone, 0, 0);
        world.Move(3, SeriesWorld.Tablet, 0, 0);
        world.Pass();
        world.Move(2, SeriesWorld.Phone, 1000, 5000, 20);
        world.Pass();
        world.Pass(590);
        world.Pass(600);
        var queries = new SeriesQueries(world.Service, fixture.Directory);

        var report = queries.Of(ManagementFixture.Viewer, "kiosk", "octets_in,dns_questions", "1d").Value!;

        Assert.Equal((600, SeriesWorld.Beginning), (report.StepS, report.Start));
        Assert.Equal([("octets_in", 8.333), ("dns_questions", 0.033)], report.Series.Select(s => (s.Name, s.Values[0]!.Value)));
        Assert.Equal(0, report.Series[0].Values[1]);
        Assert.IsType<NotFound>(queries.Of(ManagementFixture.Viewer, "02:00:00:00:00:77", null, null).Failure);
        Assert.IsType<Invalid>(queries.Of(ManagementFixture.Viewer, "kiosk", null, "1h").Failure);
    }

    [Fact]
    public void DropGroups_HaveEveryReason() =>
        Assert.All(Enum.GetValues<Innkeeper.DataPlane.DropReason>().Where(r => r != Innkeeper.DataPlane.DropReason.None), r => Assert.True(Enum.IsDefined(DropGroups.Of(r))));

    private static SeriesQueries Queries(SeriesWorld world) => new(world.Service, new ManagementFixture().Directory);
}
