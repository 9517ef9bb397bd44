using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>Devices that send to a gateway which is no longer there are found; frames that a switch floods are not taken for that.</summary>
public sealed class StrayFramesTests
{
    private static readonly MacAddress s_former = MacAddress.Parse("00:1b:21:0a:0b:0c");

    private readonly ControlHarness _world = new ControlHarness("access.vlans = [7]\npool.addresses = [\"137.118.199.50-137.118.199.59\"]\naccess.former_gateways = [\"00:1b:21:00:00:01\"]\n").Ready();

    [Fact]
    public void Device_ThatGoesOnSendingToAMissingMac_IsAnEvent_Once()
    {
        SendFor(seconds: 60);

        Assert.Equal(new FormerGatewayUsed(s_former, Mac(1)), Assert.Single(_world.EventsOf<FormerGatewayUsed>()));
    }

    [Fact]
    public void Frames_ForAShortTime_AreAFlood()
    {
        SendFor(seconds: 12);
        _world.Advance(TimeSpan.FromMinutes(5));
        SendFor(seconds: 12);

        Assert.Empty(_world.EventsOf<FormerGatewayUsed>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frames_ToAStationThatIsHeard_AreAFlood(bool byArp)
    {
        for (var i = 0; i < 10; i++)
        {
            SendFor(seconds: 10);
            _world.Punt(
                byArp ? PuntReason.ArpAccess : PuntReason.Stray,
                byArp ? Frames.Arp(MacAddress.Broadcast, s_former, ArpMessage.Request(s_former, Ip("192.168.1.1"), Ip("192.168.1.7"))) : Udp(Mac(1), s_former, "192.168.1.1", "192.168.1.7"));
        }

        Assert.Empty(_world.EventsOf<FormerGatewayUsed>());
    }

    [Fact]
    public void Frames_ToADeviceThatIsServedHere_AreAFlood()
    {
        _world.Bind(2, "192.168.1.1");

        SendFor(seconds: 60, to: Mac(2));

        Assert.Empty(_world.EventsOf<FormerGatewayUsed>());
    }

    [Fact]
    public void InventedMacs_MakeFewEvents()
    {
        for (var second = 0; second < 30; second++)
        {
            for (var mac = 0; mac < 100; mac++)
            {
                _world.Punt(PuntReason.Stray, Udp(new MacAddress(0x00aa00000000UL + (ulong)mac), Mac(mac), "192.168.1.7", "8.8.8.8"));
            }

            _world.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(_world.EventsOf<FormerGatewayUsed>().Count, 1, DailyEvents.MostInWindow);
    }

    [Fact]
    public void FirstPacket_ToAFormerGateway_ComesBackToOurOwnMac()
    {
        _world.Punt(PuntReason.NewSource, Udp(MacAddress.Parse("00:1b:21:00:00:01"), Mac(1), "192.168.1.7", "8.8.8.8"));

        Assert.True(EthernetPacket.TryParse(Assert.Single(_world.Stack.Take()), out var ethernet));
        Assert.Equal((ControlHarness.AccessMac, Mac(1)), (ethernet.Destination, ethernet.Source));
    }

    [Fact]
    public void Request_ByUnicastToAFormerGateway_IsAnsweredFromOurOwnMac()
    {
        _world.Change(_world.Network with { Networks = _world.Network.Networks with { FormerGateways = [MacAddress.Parse("00:1b:21:00:00:01")] } });

        _world.Punt(PuntReason.ArpAccess, Frames.Arp(MacAddress.Parse("00:1b:21:00:00:01"), Mac(1), ArpMessage.Request(Mac(1), Ip("192.168.1.7"), Ip("192.168.1.1"))));

        Assert.Equal((ControlHarness.AccessMac, Ip("192.168.1.1")), Assert.Single(_world.Access.Take().Arps()) is var a ? (a.SenderMac, a.SenderIp) : default);
    }

    private void SendFor(int seconds, MacAddress? to = null)
    {
        for (var i = 0; i < seconds; i++)
        {
            _world.Punt(PuntReason.Stray, Udp(to ?? s_former, Mac(1), "192.168.1.7", "8.8.8.8"));
            _world.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
