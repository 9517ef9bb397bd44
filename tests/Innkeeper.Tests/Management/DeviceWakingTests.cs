using Innkeeper.Events;
using Innkeeper.Interfaces;
using Innkeeper.Management;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Management;

/// <summary>Who may wake which device, and in which VLANs.</summary>
public sealed class DeviceWakingTests
{
    private readonly ManagementFixture _fixture = new();

    /// <summary>On the loopback interface, which each machine has.</summary>
    private static NetworkState Network => ManagementFixture.Network() with { Access = ManagementFixture.Network().Access with { Index = 1 } };

    private DeviceWaking Waking => field ??= new DeviceWaking(
        _fixture.Directory, new CommandJournal(_fixture.Events, _fixture, _fixture, _fixture.Clock), () => Network, [9, 7], () => Ipv4Address.Parse("192.88.99.99"));

    [Fact]
    public void Wake_WithoutAPermission_OrOfAnUnknownName_SaysWhy()
    {
        Assert.IsType<Forbidden>(Waking.Wake(ManagementFixture.Viewer, ManagementFixture.Phone.ToString()).Failure);
        Assert.IsType<NotFound>(Waking.Wake(ManagementFixture.Admin, "press-1").Failure);
        Assert.IsType<Invalid>(Waking.Wake(ManagementFixture.Admin, "01:00:5e:00:00:01").Failure);
        Assert.Empty(_fixture.Events.Latest());
    }

    [Fact]
    public void Wake_OfAMacThatWasNeverHere_IsSentWhereverItMayBe_AndIsAnEvent()
    {
        Assert.SkipUnless(Environment.UserName == "root", "packet sockets need a right");
        var report = Waking.Wake(ManagementFixture.Admin, ManagementFixture.Tablet.ToString()).Value!;

        Assert.Equal((ManagementFixture.Tablet.ToString(), "0 7 9"), (report.Mac, string.Join(' ', report.Vlans)));
        Assert.Equal($"frames that wake {ManagementFixture.Tablet} were sent (by root)", Assert.Single(_fixture.Events.Latest(), e => e.Kind == EventKind.DeviceWake).Text);
    }

    [Fact]
    public void Wake_OfADeviceThatIsHere_IsSentInItsVlan()
    {
        Assert.SkipUnless(Environment.UserName == "root", "packet sockets need a right");
        _fixture.Know(ManagementFixture.Phone, "phone of room 9");
        _fixture.Bind(2, ManagementFixture.Phone, "10.0.0.5", "137.118.199.50", vlan: 9);

        foreach (var device in (string[])[ManagementFixture.Phone.ToString(), "phone of room 9", "10.0.0.5"])
        {
            Assert.Equal([(ushort)9], Waking.Wake(ManagementFixture.Operator, device).Value!.Vlans);
        }
    }

    [Fact]
    public void Wake_OfAMachineThatIsOff_IsSentWhereItsEntrySays()
    {
        Assert.SkipUnless(Environment.UserName == "root", "packet sockets need a right");
        _fixture.Know(ManagementFixture.Press);

        Assert.Equal([(ushort)0], Waking.Wake(ManagementFixture.Operator, "press-1").Value!.Vlans);
    }
}
