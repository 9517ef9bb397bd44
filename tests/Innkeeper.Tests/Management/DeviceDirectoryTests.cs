using Innkeeper.Management;
using Innkeeper.Wire;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management;

/// <summary>Which device is meant.</summary>
public sealed class DeviceDirectoryTests
{
    private readonly ManagementFixture _gateway = new();

    public DeviceDirectoryTests()
    {
        _gateway.Know(Phone, "phone of room 12", "Galaxy-S9");
        _gateway.Know(Tablet, "the pest", "Tab");
        _gateway.Bind(1, Phone, "47.31.128.195", "137.118.199.50");
        _gateway.Bind(2, Phone, "47.31.128.196", "137.118.199.51");
        _gateway.Bind(3, Tablet, "47.31.128.195", "137.118.199.9", vlan: 10, share: 7);
    }

    private DeviceDirectory Directory => _gateway.Directory;

    [Theory]
    [InlineData("02-00-00-00-00-01")]
    [InlineData("Phone of ROOM 12")]
    [InlineData("137.118.199.51")]
    [InlineData("47.31.128.196")]
    [InlineData("galaxy-s9")]
    public void Find_ByAnythingThatNamesOneDevice_IsThatDevice(string device) => Assert.Equal(Phone, Directory.Find(device).Value!.Mac);

    [Fact]
    public void Find_BySharedAddressOfOne_IsThatDevice() => Assert.Equal(Tablet, Directory.Find("137.118.199.9").Value!.Mac);

    [Fact]
    public void Find_ByAnAddressThatTwoClaim_IsAmbiguous()
    {
        var failure = Assert.IsType<Ambiguous>(Directory.Find("47.31.128.195").Failure);
        Assert.Equal(2, failure.Count);
        Assert.Equal("2 devices match 47.31.128.195: 02:00:00:00:00:01, 02:00:00:00:00:02; give the MAC of one", failure.Message);
    }

    [Fact]
    public void Find_HostNameThatIsAnothersGivenName_IsTheOneThatWasGivenIt()
    {
        _gateway.Know(MacAddress.Parse("02:00:00:00:00:03"), hostName: "the pest");
        Assert.Equal(Tablet, Directory.Find("the pest").Value!.Mac);
    }

    [Theory]
    [InlineData("137.118.199.50")]
    [InlineData("47.31.128.196")]
    [InlineData("Galaxy-S9")]
    public void Identify_ByWhatADeviceSaysOrHappensToHave_IsRefused(string device) => Assert.IsType<NotFound>(Directory.Identify(device).Failure);

    [Theory]
    [InlineData("the pets", "there is no device the pets; did you mean the pest?")]
    [InlineData("02:00:00:00:00:0", "there is no device 02:00:00:00:00:0; that is not a MAC address either")]
    [InlineData("02:00:00:00:00:zz", "there is no device 02:00:00:00:00:zz; that is not a MAC address either")]
    [InlineData("nobody", "there is no device nobody")]
    [InlineData("", "there is no device ")]
    public void Identify_WhatIsNone_NamesTheNearestName_NeverAnotherMac(string device, string message) => Assert.Equal(message, Directory.Identify(device).Failure!.Message);

    [Theory]
    [InlineData("ff:ff:ff:ff:ff:ff")]
    [InlineData("00:00:00:00:00:00")]
    public void Identify_AMacOfNoDevice_IsInvalid(string device) => Assert.IsType<Invalid>(Directory.Identify(device).Failure);

    [Fact]
    public void Identify_ANameThatManyHave_IsNotGuessed()
    {
        for (var i = 3; i < 10; i++)
        {
            _gateway.Know(MacAddress.Parse($"02:00:00:00:00:0{i}"), "twin");
        }

        var failure = Assert.IsType<Ambiguous>(Directory.Identify("TWIN").Failure);
        Assert.Equal((7, 5), (failure.Count, failure.Candidates.Count));
    }

    [Fact]
    public void All_IsEachDeviceOncePerVlan_AndThoseWithoutAnAddress()
    {
        _gateway.Bind(4, Phone, "10.0.0.1", "137.118.199.52", vlan: 20);
        _gateway.Know(MacAddress.Parse("02:00:00:00:00:09"));
        Assert.Equal(
            [(0, "02:00:00:00:00:01", 2), (0, "02:00:00:00:00:09", 0), (10, "02:00:00:00:00:02", 1), (20, "02:00:00:00:00:01", 1)],
            Directory.All().Select(d => ((int)d.Station.Vlan, d.Station.Mac.ToString(), d.Bindings.Length)));
    }

    [Theory]
    [InlineData("02:1a:0B:00:00:0f")]
    [InlineData("02-1A-0b-00-00-0F")]
    [InlineData("021a.0b00.000f")]
    [InlineData("021a0b00000f")]
    public void MacText_InEachForm_IsTheSame(string text)
    {
        Assert.True(MacText.TryParse(text, out var mac));
        Assert.Equal(MacAddress.Parse("02:1a:0b:00:00:0f"), mac);
    }

    [Theory]
    [InlineData("")]
    [InlineData("02:1a:0b:00:00")]
    [InlineData("02:1a:0b:00:00:0f:11")]
    [InlineData("02:1a-0b:00-00:0f")]
    [InlineData("02:1a:0b:00::0f")]
    [InlineData("021a.0b00.00f")]
    [InlineData("021a:0b00:000f")]
    [InlineData("02:1a:0b:00:00:0g")]
    [InlineData("021a0b00000f0")]
    [InlineData("02:1a:0b:00:000:f")]
    [InlineData("2:1a:b:0:0:f")]
    [InlineData("+21a0b00000f")]
    public void MacText_OfAnythingElse_IsNone(string text) => Assert.False(MacText.TryParse(text, out _));
}
