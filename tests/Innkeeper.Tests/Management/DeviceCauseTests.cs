using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.Management;
using Innkeeper.Policy;
using Innkeeper.Tests.Repository;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Management;

/// <summary>Why a device cannot use the network, as a word for programs.</summary>
public sealed class DeviceCauseTests
{
    private static readonly ImmutableDictionary<string, ProfileConfig> s_profiles =
        ImmutableDictionary<string, ProfileConfig>.Empty
            .Add("guests", new ProfileConfig { Name = "guests", Admission = AdmissionMode.Approve }).Add("machines", new ProfileConfig { Name = "machines", Admission = AdmissionMode.Closed });

    [Theory]
    [InlineData(nameof(AdmissionState.New), nameof(DecisionSource.Policy), "guests", null, null)]
    [InlineData(nameof(AdmissionState.Held), nameof(DecisionSource.Policy), "guests", null, "held")]
    [InlineData(nameof(AdmissionState.Held), nameof(DecisionSource.Policy), "a profile that is gone", null, "held")]
    [InlineData(nameof(AdmissionState.Held), nameof(DecisionSource.Policy), "machines", null, "held-closed")]
    [InlineData(nameof(AdmissionState.Held), nameof(DecisionSource.Administrator), "machines", null, "held-by-order")]
    [InlineData(nameof(AdmissionState.Held), nameof(DecisionSource.Time), "guests", nameof(ServiceRefusal.PoolExhausted), "expired")]
    [InlineData(nameof(AdmissionState.Blocked), nameof(DecisionSource.Administrator), "guests", null, "blocked")]
    [InlineData(nameof(AdmissionState.Admitted), nameof(DecisionSource.Policy), "guests", null, null)]
    [InlineData(nameof(AdmissionState.Admitted), nameof(DecisionSource.Policy), "guests", nameof(ServiceRefusal.DeviceLimit), "device-limit")]
    [InlineData(nameof(AdmissionState.Admitted), nameof(DecisionSource.Policy), "guests", nameof(ServiceRefusal.PoolExhausted), "pool-exhausted")]
    [InlineData(nameof(AdmissionState.Admitted), nameof(DecisionSource.Policy), "guests", nameof(ServiceRefusal.TableFull), "table-full")]
    [InlineData(nameof(AdmissionState.Admitted), nameof(DecisionSource.Policy), "guests", nameof(ServiceRefusal.LeasesExhausted), "leases-exhausted")]
    public void Cause_FollowsAdmissionFirst_ThenService(string state, string origin, string profile, string? refusal, string? expected)
    {
        var record = new DeviceRecord(new MacAddress(0x020000000001), default)
        {
            Admission = new AdmissionStatus(Enum.Parse<AdmissionState>(state), "", "", default, null, Enum.Parse<DecisionSource>(origin)),
            Profile = profile,
        };

        Assert.Equal(expected, DeviceCause.Of(record, s_profiles, refusal is null ? null : Enum.Parse<ServiceRefusal>(refusal)));
    }

    [Fact]
    public void Cause_OfAnAdmittedDevice_WhoseVolumeIsUsedUp_IsThat()
    {
        var record = new DeviceRecord(new MacAddress(0x020000000001), default) { Admission = new AdmissionStatus(AdmissionState.Admitted, "", "", default) };

        Assert.Equal("volume-used", DeviceCause.Of(record, s_profiles, ServiceRefusal.PoolExhausted, isUsedUp: true));
        Assert.Equal("blocked", DeviceCause.Of(record with { Admission = record.Admission with { State = AdmissionState.Blocked } }, s_profiles, null, isUsedUp: true));
    }

    [Fact]
    public void Cause_OfADeviceWithoutARecord_IsNone() => Assert.Null(DeviceCause.Of(null, s_profiles, ServiceRefusal.PoolExhausted));

    /// <summary>Clients match the words: the API's guide has each.</summary>
    [Fact]
    public void Causes_AreInTheGuide()
    {
        var guide = Checkout.Read("docs/api.md");
        Assert.All(DeviceCause.All, cause => Assert.Contains($"| `{cause}` |", guide));
    }
}
