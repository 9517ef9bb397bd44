using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.Dns;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Dns;

/// <summary>The labels of devices, and devices by their labels.</summary>
public sealed class DeviceNamesTests
{
    private static readonly MacAddress s_mac = MacAddress.Parse("02:00:5e:00:53:af");

    private static DeviceNames Make(params (Station Station, string Legal)[] devices) =>
        new(() => devices.Select((d, i) => new Binding((uint)i, new ClaimedAddress(d.Station, new Ipv4Address(0x0A000001 + (uint)i)), Ipv4Address.Parse(d.Legal), default, false, default))
            .ToImmutableDictionary(b => b.Number), () => s_given);

    private static readonly GivenNames s_given = new([(s_mac, "Press 1 (hall 2)")]);

    [Fact]
    public void Find_NameThatTheAdministratorGave_LeadsToTheDevice_AndBack()
    {
        var names = Make((new Station(7, s_mac), "192.0.2.10"));
        Assert.Equal([Ipv4Address.Parse("192.0.2.10")], names.Find("press-1-hall-2"));
        Assert.Equal("press-1-hall-2", names.NameOf(Ipv4Address.Parse("192.0.2.10")));
        Assert.Null(names.NameOf(Ipv4Address.Parse("192.0.2.11")));
    }

    [Theory]
    [InlineData("press-1", "press-1")]
    [InlineData("Küche, 2. Stock", "k-che-2-stock")]
    [InlineData("--a--", "a")]
    [InlineData("日本", "")]
    [InlineData("D-02-00-5e-00-53-AF", "")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bb", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void LabelOf_GivenName_IsAHostNamesLabel_AndNeverAMacs(string name, string label) => Assert.Equal(label, GivenNames.LabelOf(name));

    [Fact]
    public void GivenNames_TwoWithOneLabel_LeadToOneDevice()
    {
        var other = new MacAddress(s_mac.Value + 1);
        var given = new GivenNames([(other, "Press 1"), (s_mac, "press-1")]);
        Assert.Equal((s_mac, "press-1", null), (given.Find("press-1"), given.LabelOf(s_mac), given.LabelOf(other)));
    }

    [Theory]
    [InlineData(0, "d-02-00-5e-00-53-af")]
    [InlineData(7, "d-02-00-5e-00-53-af-v7")]
    [InlineData(4094, "d-02-00-5e-00-53-af-v4094")]
    public void LabelOf_Device_LeadsBackToIt(ushort vlan, string label)
    {
        var names = Make((new Station(vlan, s_mac), "192.0.2.10"), (new Station((ushort)(vlan + 1), s_mac), "192.0.2.11"));
        Assert.Equal(label, DeviceNames.LabelOf(new Station(vlan, s_mac)));
        Assert.Equal([Ipv4Address.Parse("192.0.2.10")], names.Find(label));
    }

    [Fact]
    public void Find_DeviceWithTwoClaims_HasBothAddresses()
    {
        var names = Make((new Station(0, s_mac), "192.0.2.10"), (new Station(0, s_mac), "192.0.2.11"));
        Assert.Equal(2, names.Find("d-02-00-5e-00-53-af").Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("d-")]
    [InlineData("d-02-00-5e-00-53-ae")]
    [InlineData("d-02-00-5e-00-53-a")]
    [InlineData("d-02:00:5e:00:53:af")]
    [InlineData("D-02-00-5e-00-53-af")]
    [InlineData("d-02-00-5E-00-53-AF")]
    [InlineData("d-02-00-5e-00-53-af-")]
    [InlineData("d-02-00-5e-00-53-af-v")]
    [InlineData("d-02-00-5e-00-53-af-v0")]
    [InlineData("d-02-00-5e-00-53-af-v07")]
    [InlineData("d-02-00-5e-00-53-af-v7x")]
    [InlineData("d-02-00-5e-00-53-af-v65536")]
    [InlineData("d-02-00-5e-00-53-af-v8")]
    [InlineData("x-02-00-5e-00-53-af")]
    [InlineData("d-zz-00-5e-00-53-af")]
    public void Find_NoDevicesLabel_FindsNothing(string label) =>
        Assert.Empty(Make((new Station(0, s_mac), "192.0.2.10"), (new Station(7, s_mac), "192.0.2.11")).Find(label));
}
