using Innkeeper.Configuration;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Policy;

/// <summary>With whom a device has its profile's rates together.</summary>
public sealed class LimitGroupTests
{
    private static readonly DeviceRecord s_device = new(MacAddress.Parse("02:00:00:00:00:01"), default)
    {
        Admission = new AdmissionStatus(AdmissionState.Admitted, "", "", default),
        Tags = ["hall", "bar", "Zoo"],
    };

    private static readonly Grant s_voucher = new(GrantKind.Voucher, "3-17", "Conference", "fast");

    private static string? Of(LimitsPer per, DeviceRecord device, ushort vlan = 20) => LimitGroup.Of(new ProfileConfig { Name = "guests", RateIn = 20_000_000, LimitsPer = per }, device, vlan);

    [Fact]
    public void Device_IsByItself_WhateverItHas() => Assert.Null(Of(LimitsPer.Device, s_device with { Grant = s_voucher }));

    [Fact]
    public void Code_IsTheVoucherOrTheRoom_AndTermsAreNone()
    {
        Assert.Equal("voucher 3-17", Of(LimitsPer.Code, s_device with { Grant = s_voucher }));
        Assert.Equal("room 214", Of(LimitsPer.Code, s_device with { Grant = new Grant(GrantKind.Room, "214/2", "214", "") }));
        Assert.Null(Of(LimitsPer.Code, s_device with { Grant = new Grant(GrantKind.Terms, "ab12", "", "") }));
        Assert.Null(Of(LimitsPer.Code, s_device));
    }

    [Fact]
    public void Code_ThatIsNotInForce_IsNone()
    {
        Assert.Null(Of(LimitsPer.Code, s_device with { Grant = s_voucher with { End = GrantEnd.Time } }));
        Assert.Null(Of(LimitsPer.Code, s_device with { Grant = s_voucher, Admission = s_device.Admission with { State = AdmissionState.Blocked } }));
    }

    /// <summary>Capitals come before small letters.</summary>
    [Fact]
    public void Tag_OfSeveral_IsTheFirstByTheAlphabet()
    {
        Assert.Equal("tag Zoo", Of(LimitsPer.Tag, s_device));
        Assert.Equal("tag bar", Of(LimitsPer.Tag, s_device with { Tags = ["hall", "bar"] }));
        Assert.Null(Of(LimitsPer.Tag, s_device with { Tags = [] }));
    }

    [Fact]
    public void Vlan_IsTheVlanThatTheDeviceIsIn()
    {
        Assert.Equal("VLAN 20", Of(LimitsPer.Vlan, s_device));
        Assert.Equal("VLAN 0", Of(LimitsPer.Vlan, s_device, 0));
    }

    /// <summary>A volume alone groups devices too. A next guest of the same room has a volume of their own.</summary>
    [Fact]
    public void Volume_IsUsedByTheGroup_ByTheStay_OrByTheDeviceAlone()
    {
        var profile = new ProfileConfig { Name = "guests", Volume = 1, LimitsPer = LimitsPer.Code };

        Assert.Equal("voucher 3-17", LimitGroup.Of(profile, s_device with { Grant = s_voucher }, 20));
        Assert.Equal(new VolumeGroup("guests", "voucher 3-17"), LimitGroup.VolumeOf(profile, s_device with { Grant = s_voucher }, 20));
        Assert.Equal(new VolumeGroup("guests", "room 214/2"), LimitGroup.VolumeOf(profile, s_device with { Grant = new Grant(GrantKind.Room, "214/2", "214", "") }, 20));
        Assert.Equal(new VolumeGroup("guests", "tag Zoo"), LimitGroup.VolumeOf(profile with { LimitsPer = LimitsPer.Tag }, s_device, 20));
        Assert.Equal(new VolumeGroup("guests", "VLAN 20"), LimitGroup.VolumeOf(profile with { LimitsPer = LimitsPer.Vlan }, s_device, 20));
        var alone = LimitGroup.VolumeOf(profile, s_device, 20);
        Assert.Equal(("device 02:00:00:00:00:01", s_device.Mac), (alone.Name, alone.Device!.Value));
        Assert.Null(new VolumeGroup("guests", "tag device").Device);
    }

    [Fact]
    public void Profile_WithoutRates_HasNoGroups() => Assert.Null(LimitGroup.Of(new ProfileConfig { Name = "guests", LimitsPer = LimitsPer.Vlan }, s_device, 20));
}
