using Innkeeper.Configuration;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>What DHCP knows of devices, and what a lease means to the rest of the control plane.</summary>
public sealed class DhcpDevicesTests
{
    private static readonly DhcpSettings s_settings = DhcpSettings.Of(Ipv4Network.Parse("10.203.0.0/24"));

    private readonly DhcpClients _clients;
    private readonly ControlHarness _world = new ControlHarness("access.vlans = [7]\npool.addresses = [\"137.118.199.50-137.118.199.59\"]\nnapt.enabled = false\n", dhcp: s_settings).Ready();

    public DhcpDevicesTests() => _clients = new DhcpClients(_world);

    [Fact]
    public void BlockedDevice_FindsNoServer()
    {
        _world.Bind(1, "47.31.128.195");
        _world.Decide(1, AdmissionState.Blocked);

        Assert.Empty(_clients.Send(DhcpMessageType.Discover, 1));
        Assert.Equal(1UL, _world.Count(Counter.DhcpNotServed));
    }

    [Fact]
    public void NamedDevice_IsToldItsNameAndThePortal()
    {
        _world.Bind(1, "47.31.128.195");
        _world.Decide(1, d => d with { Name = "till-2" });

        var frame = _clients.SendRaw(DhcpMessageType.Discover, 1, f => f.Add(DhcpOption.ParameterList, (byte)DhcpOption.HostName, (byte)DhcpOption.CaptivePortal));

        var text = System.Text.Encoding.ASCII.GetString(Assert.Single(frame));
        Assert.Contains("till-2", text, StringComparison.Ordinal);
        Assert.Contains("http://portal.example/captive-portal/api", text, StringComparison.Ordinal);
    }

    [Fact]
    public void KnownDevice_ThatSpeaksDhcp_GetsItsHostNameIntoItsRecord_AnUnknownOneGetsNone()
    {
        _world.Bind(1, "47.31.128.195");

        _clients.Send(DhcpMessageType.Discover, 1, f => f.Text(DhcpOption.HostName, "laptop"));
        _clients.Send(DhcpMessageType.Discover, 2, f => f.Text(DhcpOption.HostName, "phone"));

        Assert.Equal(("laptop", DeviceUse.Dhcp), (_world.Store.Devices[Mac(1)].HostName, _world.Store.Devices[Mac(1)].Uses));
        Assert.DoesNotContain(Mac(2), _world.Store.Devices.Keys);
    }

    [Fact]
    public void HostName_ThatARenewalChanges_Stays_AlthoughTheRenewalWritesNoLease()
    {
        var offer = Assert.Single(_clients.Send(DhcpMessageType.Discover, 1));
        _clients.Send(DhcpMessageType.Request, 1, DhcpClients.Select(offer.Address) + (f => f.Text(DhcpOption.HostName, "laptop")));
        Assert.Equal("laptop", _world.Store.Devices[Mac(1)].HostName);

        _clients.Send(DhcpMessageType.Request, 1, f =>
        {
            f.ClientAddress = offer.Address;
            f.Text(DhcpOption.HostName, "studio");
        });

        Assert.Equal("studio", _world.Store.Devices[Mac(1)].HostName);
    }

    [Fact]
    public void ForgottenDevice_ThatRenewsWithoutAHostName_HasTheOneOfItsLease()
    {
        var offer = Assert.Single(_clients.Send(DhcpMessageType.Discover, 1));
        _clients.Send(DhcpMessageType.Request, 1, DhcpClients.Select(offer.Address) + (f => f.Text(DhcpOption.HostName, "laptop")));
        _world.Forget(1);
        Assert.Empty(_world.Store.Devices);

        _clients.Send(DhcpMessageType.Request, 1, f => f.ClientAddress = offer.Address);

        Assert.Equal(("laptop", DeviceUse.Dhcp), (_world.Store.Devices[Mac(1)].HostName, _world.Store.Devices[Mac(1)].Uses));
    }

    [Fact]
    public void LeasedDevice_IsBoundWithoutAQuestion_EvenWhereUnconfirmedOnesMustAnswer()
    {
        var world = new ControlHarness("pool.addresses = [\"137.118.199.50-137.118.199.51\"]\nnapt.enabled = false\n", dhcp: s_settings).Ready();
        world.Bind(1, "47.31.128.195");
        var address = new DhcpClients(world).Lease(2);
        world.Access.Take();

        Assert.NotNull(world.Bind(2, address.ToString()));
        Assert.Equal(0UL, world.Count(Counter.StrangersAsked));
    }

    [Fact]
    public void LeasedDevice_IsTakenToUseTheServersRouter()
    {
        var address = _clients.Lease(1);

        var binding = _world.Bind(1, address.ToString());

        Assert.Equal((s_settings.Router, true), (binding.Gateway, binding.GatewayProven));
    }

    [Fact]
    public void Address_ThatALiveDeviceUses_IsNotLeased()
    {
        var usual = Assert.Single(_clients.Send(DhcpMessageType.Discover, 1)).Address;
        _world.Advance(TimeSpan.FromMinutes(2));
        _world.Ready();
        _world.SendFirst(2, usual.ToString());
        _world.Access.Take();

        Assert.NotEqual(usual, Assert.Single(_clients.Send(DhcpMessageType.Discover, 1)).Address);
    }

    [Fact]
    public void LegalLease_IsTheDevicesOutsideAddress_AndKeptForIt()
    {
        var settings = new DhcpSettings(Ip("137.118.199.2"), ControlHarness.UplinkNetwork) { LeasesLegal = true, Router = ControlHarness.Router };
        var world = new ControlHarness(dhcp: settings).Ready();
        var address = new DhcpClients(world).Lease(1);

        for (var device = 2; device < 6; device++)
        {
            Assert.NotEqual(address, world.Bind(device, $"10.0.0.{device}").Legal);
        }

        Assert.Equal(address, world.Bind(1, address.ToString()).Legal);
    }
}
