using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Wire;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management;

/// <summary>What is told of devices, and how much is read for it.</summary>
public sealed class DeviceQueriesTests
{
    private readonly ManagementFixture _gateway = new();

    public DeviceQueriesTests()
    {
        _gateway.Know(Phone, "phone", "Galaxy-S9", AdmissionState.Admitted);
        _gateway.Know(Tablet, state: AdmissionState.Blocked);
        _gateway.Bind(1, Phone, "47.31.128.196", "137.118.199.50");
        _gateway.Bind(2, Phone, "47.31.128.195", "137.118.199.9", share: 7);
        _gateway.Bind(3, Tablet, "47.31.128.200", "137.118.199.52");
    }

    [Fact]
    public void Find_OneDevice_ReadsThatDeviceOnly()
    {
        var device = Assert.Single(_gateway.Queries.Find(Viewer, "phone").Value!.Devices);

        Assert.Equal([1u, 2u], _gateway.Read.Order());
        Assert.Equal(("02:00:00:00:00:01", "admitted", "phone", "Galaxy-S9", 30ul), (device.Mac, device.State, device.GivenName, device.HostName, device.PacketsOut));
        Assert.EndsWith(".lan", device.Name);
        Assert.Equal((Start, Start), (device.FirstSeen, device.LastSeen));
        _gateway.Clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(Start.AddSeconds(30), Assert.Single(_gateway.Queries.Find(Viewer, "phone").Value!.Devices).LastSeen);
        Assert.Equal((new AdmissionReport("admitted", "it is new", "profile default", Start), null), (device.Admission, device.Cause));
        _gateway.Records.Refuse(Phone, ServiceRefusal.DeviceLimit, Start);
        Assert.Equal("device-limit", Assert.Single(_gateway.Queries.Find(Viewer, "phone").Value!.Devices).Cause);
        Assert.Equal(["47.31.128.195", "47.31.128.196"], device.Bindings.Select(b => b.Claimed));
        Assert.Equal(("137.118.199.9", "100.64.0.2", new SharedReport("137.118.199.9", 1, 2, 3, 4)), (device.Bindings[0].Legal, device.Bindings[0].Inside, device.Bindings[0].Shared));
        Assert.Null(device.Bindings[1].Shared);
        Assert.Equal(["9.9.9.9"], device.Bindings[1].DnsServers!);
    }

    /// <summary>A device without a binding was last heard when its binding ended, not when it was decided about.</summary>
    [Fact]
    public void Find_ADeviceThatIsAway_TellsWhenItWasHeardLast()
    {
        var mac = MacAddress.Parse("02:00:00:00:00:03");
        _gateway.Know(mac);
        Assert.False(Assert.Single(_gateway.Queries.Find(Viewer, mac.ToString()).Value!.Devices).IsSeen);

        _gateway.Records.See(mac, Start.AddMinutes(5));

        var device = Assert.Single(_gateway.Queries.Find(Viewer, mac.ToString()).Value!.Devices);
        Assert.Equal((true, Start, Start.AddMinutes(5)), (device.IsSeen, device.FirstSeen, device.LastSeen));
    }

    [Fact]
    public void Find_ADeviceWhosePinnedAddressAForeignHostUses_SaysSo()
    {
        _gateway.Records.Put(_gateway.Records.Find(Phone)! with { PinnedLegal = Ipv4Address.Parse("137.118.199.60") }, _ => false);
        Assert.Null(Assert.Single(_gateway.Queries.Find(Viewer, "phone").Value!.Devices).PinnedProblem);
        _gateway.Taken.Add(Ipv4Address.Parse("137.118.199.60"));
        Assert.Equal("a host on the uplink uses it; the device gets it back when that host is gone", Assert.Single(_gateway.Queries.Find(Viewer, "phone").Value!.Devices).PinnedProblem);
    }

    [Fact]
    public void List_OfAState_ReadsThoseOnly()
    {
        Assert.Equal(["02:00:00:00:00:02"], _gateway.Queries.List(Viewer, new DeviceFilter(State: "blocked")).Value!.Devices.Select(d => d.Mac));
        Assert.Equal([3u], _gateway.Read);
    }

    [Fact]
    public void List_All_IsOfSchema2()
    {
        var report = _gateway.Queries.List(Viewer).Value!;
        Assert.Equal((2, 2), (report.Schema, report.Devices.Count));
    }

    [Fact]
    public void List_OfAStateThatIsNone_SaysWhichThereAre() =>
        Assert.Equal("active is not a valid state; give one of new, held, admitted, blocked", _gateway.Queries.List(Viewer, new DeviceFilter(State: "active")).Failure!.Message);

    [Fact]
    public void Find_WithBindingsAndNoRecordYet_IsNew()
    {
        _gateway.Records.Forget(Phone);
        var device = Assert.Single(_gateway.Queries.Find(Viewer, "137.118.199.50").Value!.Devices);
        Assert.Equal(("new", null, null), (device.State, device.Admission, device.Profile));
    }

    [Fact]
    public void Find_WhatIsNone_IsNotFoundAndReadsNothing()
    {
        Assert.IsType<NotFound>(_gateway.Queries.Find(Viewer, "02:00:00:00:00:77").Failure);
        Assert.Empty(_gateway.Read);
    }
}
