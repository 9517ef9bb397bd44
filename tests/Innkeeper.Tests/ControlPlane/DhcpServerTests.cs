using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Tests.Dhcp;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>DHCP by frames: what is answered and when, and what is written.</summary>
public sealed class DhcpServerTests
{
    private static readonly DhcpSettings s_settings = DhcpSettings.Of(Ipv4Network.Parse("10.203.0.0/24"));

    private readonly DhcpClients _clients;
    private readonly ControlHarness _world = new ControlHarness("access.vlans = [7]\npool.addresses = [\"137.118.199.50-137.118.199.59\"]\nnapt.enabled = false\n", dhcp: s_settings).Ready();

    public DhcpServerTests() => _clients = new DhcpClients(_world);

    [Fact]
    public void Start_AsksForOtherServersInEveryVlan_AsAClient()
    {
        var world = new ControlHarness("access.vlans = [7]\n", dhcp: s_settings);
        world.Advance(TimeSpan.Zero);

        var probes = world.Access.Take().Select(DhcpClients.Read).ToList();
        Assert.Equal([(DhcpMessageType.Discover, (ushort)7), (DhcpMessageType.Discover, (ushort)0)], probes.Select(p => (p.Type, p.Vlan)));
        Assert.All(probes, p => Assert.Equal(ControlHarness.AccessMac, p.Client));
    }

    [Fact]
    public void Exchange_OfANewClient_GivesItAnAddressAndARecord()
    {
        var offer = Assert.Single(_clients.Send(DhcpMessageType.Discover, 1, vlan: 7));
        Assert.Equal((DhcpMessageType.Offer, (ushort)7), (offer.Type, offer.Vlan));
        Assert.Empty(_world.Store.Devices);

        var ack = Assert.Single(_clients.Send(DhcpMessageType.Request, 1, DhcpClients.Select(offer.Address), 7));

        Assert.Equal((DhcpMessageType.Ack, offer.Address, Mac(1)), (ack.Type, ack.Address, ack.Client));
        Assert.Equal(offer.Address, Assert.Single(_world.Store.Leases).Address);
        Assert.Equal(DeviceUse.Dhcp, _world.Store.Devices[Mac(1)].Uses);
        Assert.Equal((1UL, 1UL), (_world.Count(Counter.DhcpOffered), _world.Count(Counter.DhcpAcknowledged)));
    }

    [Fact]
    public void Ack_WaitsUntilTheLeaseIsWritten()
    {
        var offer = Assert.Single(_clients.Send(DhcpMessageType.Discover, 1));
        _world.Store.IsSlow = true;

        Assert.Empty(_clients.Send(DhcpMessageType.Request, 1, DhcpClients.Select(offer.Address)));
        _world.Store.Finish();

        Assert.Equal(DhcpMessageType.Ack, DhcpClients.Read(Assert.Single(_world.Access.Take())).Type);
    }

    [Fact]
    public void Lease_ThatCannotBeWritten_IsNotAcknowledged_AndIsAnEvent()
    {
        var offer = Assert.Single(_clients.Send(DhcpMessageType.Discover, 1));
        _world.Store.IsFailing = true;

        Assert.Empty(_clients.Send(DhcpMessageType.Request, 1, DhcpClients.Select(offer.Address)));

        Assert.Single(_world.EventsOf<LeasesNotDurable>());
        Assert.Equal(1UL, _world.Count(Counter.DhcpNotDurable));
    }

    [Fact]
    public void Renewal_OfALeaseOnDisk_IsAcknowledgedAlthoughTheDiskFails()
    {
        var address = _clients.Lease(1);
        _world.Advance(TimeSpan.FromMinutes(30));
        _world.Access.Take();
        _world.Store.IsFailing = true;

        var ack = Assert.Single(_clients.Send(DhcpMessageType.Request, 1, f => f.ClientAddress = address));

        Assert.Equal((DhcpMessageType.Ack, address), (ack.Type, ack.Address));
        Assert.Empty(_world.EventsOf<LeasesNotDurable>());
    }

    [Fact]
    public void Ack_WhileTheInterfaceIsDown_CountsAsNotSent()
    {
        _world.Access.IsDown = true;

        _clients.Send(DhcpMessageType.Discover, 1);

        Assert.Equal(1UL, _world.Count(Counter.SendFailed));
    }

    [Fact]
    public void OtherServer_IsAnEventOnce()
    {
        for (var i = 0; i < 2; i++)
        {
            _world.Punt(PuntReason.DhcpServer, DhcpClients.OfferOfAnotherServer());
            _world.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(new RogueDhcpServer(Ip("192.168.1.1"), Mac(66), null), Assert.Single(_world.EventsOf<RogueDhcpServer>()));
        Assert.Equal(2UL, _world.Count(Counter.DhcpServerHeard));
    }

    /// <summary>A server that is connected later hears no client that the gateway hears: only the gateway's own questions find it.</summary>
    [Fact]
    public void OtherServer_ThatAppearsLaterAndMissesAQuestion_IsAnEventWithinAMinute()
    {
        _world.Advance(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(1));
        var questions = 0;
        for (var second = 0; second < 60; second++)
        {
            _world.Access.Take();
            _world.Advance(TimeSpan.FromSeconds(1));
            questions += _world.Access.Take().Count(f => DhcpClients.Read(f) is { Type: DhcpMessageType.Discover, Vlan: 0 });
            if (questions == 2)
            {
                _world.Punt(PuntReason.DhcpServer, DhcpClients.OfferOfAnotherServer());
                break;
            }
        }

        Assert.Equal(2, questions);
        Assert.Single(_world.EventsOf<RogueDhcpServer>());
    }

    [Fact]
    public void Client_ThatTakesAnotherServersOffer_IsAnEvent()
    {
        _clients.Send(DhcpMessageType.Request, 1, f => f.Address(DhcpOption.ServerIdentifier, Ip("192.168.1.1")).Address(DhcpOption.RequestedAddress, Ip("192.168.1.77")));

        Assert.Equal(new RogueDhcpServer(Ip("192.168.1.1"), null, Mac(1)), Assert.Single(_world.EventsOf<RogueDhcpServer>()));
        Assert.Equal(1UL, _world.Count(Counter.DhcpOtherServer));
    }

    [Fact]
    public void ForeignAddress_IsRefusedWhileWeAreAlone_AndPassedOverBesideAnotherServer()
    {
        void Reboot(DhcpFill fill) => fill.Address(DhcpOption.RequestedAddress, Ip("192.168.1.77"));
        Assert.Equal(DhcpMessageType.Nak, Assert.Single(_clients.Send(DhcpMessageType.Request, 1, Reboot)).Type);
        _world.Punt(PuntReason.DhcpServer, DhcpClients.OfferOfAnotherServer());

        Assert.Empty(_clients.Send(DhcpMessageType.Request, 1, Reboot));
        Assert.Equal(1UL, _world.Count(Counter.DhcpUnknown));
    }

    [Fact]
    public void Declined_IsAnEvent_AndTheLeaseIsForgottenInTheStore()
    {
        var address = _clients.Lease(1);

        _clients.Send(DhcpMessageType.Decline, 1, DhcpClients.Select(address));

        Assert.Equal(new LeaseDeclined(Mac(1), address, LeaseDatabase.QuarantineTime), Assert.Single(_world.EventsOf<LeaseDeclined>()));
        Assert.Empty(_world.Store.Leases);
    }

    [Fact]
    public void Released_IsWrittenAsOver()
    {
        var address = _clients.Lease(1);

        Assert.Empty(_clients.Send(DhcpMessageType.Release, 1, f =>
        {
            f.ClientAddress = address;
            f.Address(DhcpOption.ServerIdentifier, s_settings.Server);
        }));

        Assert.True(Assert.Single(_world.Store.Leases).IsReleased);
    }

    [Fact]
    public void Network_WithoutAFreeAddress_IsExhausted_AndSaysSo()
    {
        // 10.203.0.2 alone.
        var world = new ControlHarness(dhcp: DhcpSettings.Of(Ipv4Network.Parse("10.203.0.0/30"))).Ready();
        world.Bind(1, "10.0.0.1");
        world.Decide(1, d => d with { Name = "till" });
        new DhcpClients(world).Lease(1);

        Assert.Empty(new DhcpClients(world).Send(DhcpMessageType.Discover, 2));

        Assert.Equal(new LeasesExhausted(Mac(2), 1, 1), Assert.Single(world.EventsOf<LeasesExhausted>()));
        Assert.Equal(1UL, world.Count(Counter.DhcpExhausted));
        Assert.Null(world.RefusalOf(2));
    }

    [Fact]
    public void Network_WithoutAFreeAddress_IsNoted_OfADeviceThatIsKnown()
    {
        var world = new ControlHarness(dhcp: DhcpSettings.Of(Ipv4Network.Parse("10.203.0.0/30"))).Ready();
        world.Bind(1, "10.0.0.1");
        world.Bind(2, "10.0.0.2");
        world.Decide(1, d => d with { Name = "till" });
        new DhcpClients(world).Lease(1);

        new DhcpClients(world).Send(DhcpMessageType.Discover, 2);

        Assert.Equal(ServiceRefusal.LeasesExhausted, world.RefusalOf(2));
    }

    [Fact]
    public void Restart_GoesOnWithTheLeases()
    {
        var address = _clients.Lease(1);

        _world.Restart();
        _world.Ready();
        _world.Access.Take();

        Assert.Equal(address, Assert.Single(_clients.Send(DhcpMessageType.Request, 1, f => f.ClientAddress = address)).Address);
    }

    [Fact]
    public void Message_ThatIsNoDhcp_IsCounted()
    {
        _world.Punt(PuntReason.Dhcp, Udp(MacAddress.Broadcast, Mac(1), "0.0.0.0", "255.255.255.255"));

        Assert.Equal(1UL, _world.Count(Counter.DhcpMalformed));
    }

    [Fact]
    public void Message_WhereDhcpIsNotServed_IsPassedOver()
    {
        var world = new ControlHarness().Ready();

        Assert.Empty(new DhcpClients(world).Send(DhcpMessageType.Discover, 1));
        Assert.Equal(0UL, world.Count(Counter.PuntsMalformed));
    }
}
