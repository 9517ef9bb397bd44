using Innkeeper.DataPlane;
using Innkeeper.Metrics;
using Innkeeper.Policy;
using Innkeeper.Tests.Management;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Metrics;

public sealed class DeviceFiguresTests
{
    private readonly ManagementFixture _gateway = new();

    private DeviceFigures Figures => new(_gateway.Records, () => _gateway.Bindings.Values, n => new Traffic { OutBytes = n, InBytes = 10 * n }, _gateway.Clock);

    [Fact]
    public void LongestWait_IsOfDevicesThatAreHere_AndWaitForYou()
    {
        _gateway.Know(Phone);
        _gateway.Know(Tablet, state: AdmissionState.Admitted);
        _gateway.Bind(3, Tablet, "47.31.128.196", "137.118.199.51");
        _gateway.Clock.Now += TimeSpan.FromHours(2);
        Assert.Equal(TimeSpan.Zero, Figures.LongestWait);

        _gateway.Bind(2, Phone, "47.31.128.195", "137.118.199.50");
        Assert.Equal(TimeSpan.FromHours(2), Figures.LongestWait);

        var held = _gateway.Records.Find(Phone)!;
        _gateway.Records.Put(held with { Admission = held.Admission with { Origin = DecisionSource.Time, Since = Start + TimeSpan.FromHours(1) } }, _ => true);
        Assert.Equal(TimeSpan.FromHours(1), Figures.LongestWait);

        _gateway.Records.Put(held with { Admission = held.Admission with { Origin = DecisionSource.Administrator } }, _ => true);
        Assert.Equal(TimeSpan.Zero, Figures.LongestWait);
    }

    [Fact]
    public void Totals_AreOfADevice_WhateverAddressesItHas()
    {
        _gateway.Bind(2, Phone, "47.31.128.195", "137.118.199.50");
        _gateway.Bind(3, Phone, "47.31.128.196", "137.118.199.51");
        _gateway.Bind(4, Tablet, "47.31.128.197", "137.118.199.52");

        Assert.Equal([new DeviceTotal("02:00:00:00:00:01", 5, 50), new DeviceTotal("02:00:00:00:00:02", 4, 40)], Figures.Totals.OrderBy(t => t.Mac));
    }
}
