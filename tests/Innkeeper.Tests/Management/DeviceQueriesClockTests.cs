using Innkeeper.Bindings;
using Innkeeper.Clocks;
using Innkeeper.Management;
using Innkeeper.Policy;
using Innkeeper.Wire;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management;

/// <summary>People read the wall clock's time, whatever the clock showed when a thing happened.</summary>
public sealed class DeviceQueriesClockTests
{
    [Fact]
    public void Times_AreTheWalls_AfterTheClockWasSet()
    {
        var machine = new ControlPlane.World.ManualClock();
        var clock = new SteadyClock(machine);
        var gateway = new ManagementFixture();
        var began = clock.GetUtcNow();
        gateway.Know(Phone);
        gateway.Records.Put(
            new DeviceRecord(Phone, began) { Admission = new AdmissionStatus(AdmissionState.Admitted, "", "administrator root", began, began.AddHours(8), DecisionSource.Administrator) }, _ => false);
        machine.Jump(TimeSpan.FromDays(5));
        clock.Observe();
        machine.Advance(SteadyClock.LongDoubt);
        clock.Observe();

        var report = Assert.Single(new DeviceQueries(gateway.Config, () => Ipv4Network.Parse("100.64.0.0/10"), gateway.Directory, gateway, new Vendors("/nonexistent"), clock, _ => false).List(Viewer).Value!.Devices);

        Assert.Equal((began.AddDays(5), began.AddDays(5).AddHours(8)), (report.FirstSeen, report.Admission?.Until));
        Assert.Equal(began.AddDays(5), report.Admission!.Since);
    }
}
