using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Wire;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management;

/// <summary>What groups have used of their volumes, as administrators see it.</summary>
public sealed class VolumesOfDevicesTests
{
    private static readonly MacAddress s_mac = MacAddress.Parse("02:00:00:00:00:01");
    private static readonly VolumeGroup s_hall = new("default", "tag hall");

    private readonly ManagementFixture _gateway = new();
    private readonly InnkeeperConfig _config = ConfigurationFile.Parse(
        "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n[profiles.default]\nvolume = \"2G\"\nvolume_period = \"month\"\nlimits_per = \"tag\"\n[profiles.staff]\nvolume = \"\"\n", "f").Config!;

    private VolumeLimits Used(params IEnumerable<(VolumeGroup Group, long Octets)> used) => new(
        _config, used.Select(u => KeyValuePair.Create(u.Group, new VolumeUse(VolumePeriods.BeginOf(VolumePeriod.Month, DateOnly.FromDateTime(Start.UtcDateTime)), u.Octets))), _gateway.Clock, time => time,
        TimeZoneInfo.Utc);

    private DeviceReport Report(VolumeLimits volumes, string profile = "default")
    {
        var record = _gateway.Know(s_mac, state: AdmissionState.Admitted) with { Tags = ["hall"], PinnedProfile = profile };
        _gateway.Records.Put(record, _ => false);
        _gateway.Bind(1, s_mac, "10.0.0.1", "137.118.199.50");
        var directory = new DeviceDirectory(_gateway.Records, () => (System.Collections.Immutable.ImmutableDictionary<uint, Binding>)_gateway.Bindings) { Volumes = volumes };
        var queries = new DeviceQueries(_config, () => Ipv4Network.Parse("100.64.0.0/10"), directory, _gateway, new Vendors("/nonexistent"), _gateway.Clock, _ => false);
        return Assert.Single(queries.Find(Viewer, s_mac.ToString()).Value!.Devices);
    }

    private static DateTimeOffset End => new DateTimeOffset(Start.Year, Start.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);

    [Fact]
    public void Device_HasWhatItsGroupUsed_AndHasLeft()
    {
        var report = Report(Used((s_hall, 500_000_000)));

        Assert.Equal(new VolumeReport("tag hall", "default", 2_000_000_000, 500_000_000, 1_500_000_000, "month", End, false), report.Volume);
        Assert.Null(report.Cause);
    }

    [Fact]
    public void Device_WhoseVolumeIsUsedUp_HasThatCause()
    {
        var report = Report(Used((s_hall, 2_000_000_007)));

        Assert.Equal(new VolumeReport("tag hall", "default", 2_000_000_000, 2_000_000_007, 0, "month", End, true), report.Volume);
        Assert.Equal(("volume-used", "admitted"), (report.Cause, report.State));
    }

    [Fact]
    public void Device_OfAProfileWithoutAVolume_HasNone() => Assert.Null(Report(Used((s_hall, 7)), "staff").Volume);

    /// <summary>What an earlier period used is not among them.</summary>
    [Fact]
    public void Status_CountsTheGroups_AndHasThoseWithTheLeastLeft()
    {
        var volumes = Used(Enumerable.Range(1, 30).Select(i => (new VolumeGroup("default", $"tag t{i}"), i * 100_000_000L)));
        volumes.Uses = volumes.Uses.Add(s_hall, new VolumeUse(new DateOnly(2020, 1, 1), 9_000_000_000)).Add(new VolumeGroup("staff", "tag x"), new VolumeUse(new DateOnly(2020, 1, 1), 9_000_000_000));
        AddressStatus Of(VolumeLimits? limits) => new(new AddressPools([]), _gateway, _gateway.Records, () => _gateway.Bindings, limits);

        var report = Of(volumes).Volumes!;

        Assert.Equal((30, 11, 20, "tag t30"), (report.Groups, report.UsedUp, report.Most.Count, report.Most[0].Group));
        Assert.Null(Of(null).Volumes);
    }
}
