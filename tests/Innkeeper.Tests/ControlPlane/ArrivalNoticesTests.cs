using Innkeeper.ControlPlane;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

public sealed class ArrivalNoticesTests : IArrivalListener
{
    private static readonly TimeSpan s_now = TimeSpan.FromHours(1);

    private readonly DeviceStore _devices = new(8);
    private readonly List<DeviceRecord> _arrived = [];
    private readonly ArrivalNotices _notices;

    public ArrivalNoticesTests() => _notices = new ArrivalNotices(_devices, [this]);

    void IArrivalListener.OnArrival(DeviceRecord device) => _arrived.Add(device);

    void IArrivalListener.OnEnded(MacAddress mac) => _arrived.RemoveAll(d => d.Mac == mac);

    [Fact]
    public void Device_ThatComesAgainBeforeItIsReported_IsReportedOnce()
    {
        Put(1);
        _notices.Add(Mac(1), s_now);
        _notices.Add(Mac(1), s_now + TimeSpan.FromSeconds(5));
        _notices.Flush();
        Assert.Single(_arrived);

        _notices.Add(Mac(1), s_now + TimeSpan.FromMinutes(1));
        _notices.Flush();
        Assert.Equal(2, _arrived.Count);
    }

    [Fact]
    public void NewDevice_IsReportedTenSecondsLater_AsItIsThen()
    {
        Put(1);
        _notices.Add(Mac(1), s_now);
        Assert.Equal(s_now + TimeSpan.FromSeconds(10), _notices.NextDue(s_now));
        _notices.Tick(s_now + TimeSpan.FromSeconds(9));
        Assert.Empty(_arrived);
        _devices.Put(_devices.Find(Mac(1))! with { HostName = "laptop" }, _ => false);

        _notices.Tick(s_now + TimeSpan.FromSeconds(10));

        Assert.Equal("laptop", Assert.Single(_arrived).HostName);
        Assert.Equal(TimeSpan.MaxValue, _notices.NextDue(s_now));
    }

    [Fact]
    public void NewDevice_ThatIsForgottenMeanwhile_IsNotReported()
    {
        Put(1);
        _notices.Add(Mac(1), s_now);
        _devices.Forget(Mac(1));

        _notices.Tick(s_now + TimeSpan.FromSeconds(10));

        Assert.Empty(_arrived);
    }

    [Fact]
    public void Flush_ReportsAllThatStillWait_InOrder()
    {
        Put(1);
        Put(2);
        _notices.Add(Mac(1), s_now);
        _notices.Add(Mac(2), s_now + TimeSpan.FromSeconds(1));

        _notices.Flush();

        Assert.Equal([Mac(1), Mac(2)], _arrived.Select(d => d.Mac));
    }

    [Fact]
    public void Device_IsReportedOnce_HoweverManyAddressesItUses()
    {
        var world = new ControlHarness().Ready();
        world.Bind(1, "10.0.0.1");
        world.Bind(1, "10.0.0.2");

        world.Advance(TimeSpan.FromSeconds(10));
        world.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal([Mac(1)], world.Arrivals.Select(d => d.Mac));
    }

    [Fact]
    public void Run_ThatIsStopped_ReportsThoseThatStillWait()
    {
        var world = new ControlHarness().Ready();
        world.Bind(1, "10.0.0.1");

        world.Core.Run(new CancellationToken(canceled: true));

        Assert.Equal([Mac(1)], world.Arrivals.Select(d => d.Mac));
    }

    private void Put(int device) => _devices.Put(new DeviceRecord(Mac(device), DateTimeOffset.UnixEpoch), _ => false);
}
