using Innkeeper.DataPlane;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Tests.Dhcp;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>Several devices behind one MAC: an extender without WDS.</summary>
public sealed class ExtenderTests
{
    private const int Extender = 1;
    private const string Pool = "pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nnapt.enabled = false\n";
    private const string Profile = "[profiles.extenders]\nextender = true\naddresses = 3\n[[rules]]\nmac = \"02:00:00:00:10:01\"\nprofile = \"extenders\"\n";

    private ControlHarness _world = Make(Profile);

    private static ControlHarness Make(string profile) => new ControlHarness(Pool + profile, dhcp: DhcpSettings.Of(Ipv4Network.Parse("10.203.0.0/24"))).Ready();

    [Fact]
    public void Clients_BehindAnExtender_GetAddressesByBroadcast_AndAreServed()
    {
        var addresses = Enumerable.Range(11, 3).Select(Lease).ToList();

        Assert.Equal(3, addresses.Distinct().Count());
        Assert.All(addresses, a => Assert.Equal(Mac(Extender), _world.Bind(Extender, a.ToString()).Claim.Station.Mac));
        Assert.Empty(_world.EventsOf<DeviceLimitReached>());
    }

    [Theory]
    [InlineData(Profile, false)]
    [InlineData("", true)]
    public void Name_OfTheAdministrator_IsTheDevicesHostName_ButNotThatOfAnExtendersClients(string profile, bool isGiven)
    {
        _world = Make(profile);
        _world.Bind(Extender, "192.168.4.1");
        _world.Decide(Extender, d => d with { Name = "lobby" });

        var offer = Assert.Single(Send(DhcpMessageType.Discover, Extender, f => f.Add(DhcpOption.ParameterList, (byte)DhcpOption.HostName)));

        Assert.True(EthernetPacket.TryParse(offer, out var ethernet));
        Assert.True(Ipv4Packet.TryParse(ethernet.Payload, out var packet));
        Assert.True(DhcpPacket.TryParse(packet.Payload[8..], out var message));
        Assert.Equal(isGiven, message.TryGet(DhcpOption.HostName, out _));
    }

    [Fact]
    public void Renewal_ByUnicast_IsSentToTheExtendersMac()
    {
        var address = Lease(11);

        var frame = Assert.Single(Send(DhcpMessageType.Request, 11, f => f.ClientAddress = address));

        Assert.True(EthernetPacket.TryParse(frame, out var ethernet));
        Assert.True(Ipv4Packet.TryParse(ethernet.Payload, out var packet));
        Assert.Equal((Mac(Extender), address), (ethernet.Destination, packet.Destination));
    }

    [Fact]
    public void OneClientTooMany_IsAnEventADay()
    {
        for (var client = 11; client < 16; client++)
        {
            Lease(client);
        }

        var happened = Assert.Single(_world.EventsOf<DeviceLimitReached>());
        Assert.Equal((Mac(Extender), 3), (happened.Mac, happened.Most));
    }

    [Fact]
    public void Client_BehindAnyOtherDevice_GetsNothing_AndTheDeviceIsNamed()
    {
        _world = Make("");

        for (var i = 0; i < 3; i++)
        {
            Assert.Empty(Send(DhcpMessageType.Discover, 11));
        }

        Assert.Equal(new ClientBehindDevice(Mac(Extender), Mac(11)), Assert.Single(_world.EventsOf<ClientBehindDevice>()));
        Assert.Equal(3UL, _world.Count(Counter.DhcpForeignMac));
    }

    [Theory]
    [InlineData("ff:ff:ff:ff:ff:ff")]
    [InlineData("00:00:00:00:00:00")]
    [InlineData("01:00:5e:00:00:01")]
    public void Client_ThatNoDeviceCanBe_GetsNothing(string mac) => Assert.Empty(Send(DhcpMessageType.Discover, MacAddress.Parse(mac), null));

    [Fact]
    public void Device_ThatUsesMoreStaticAddressesThanItMay_IsAnEventADay()
    {
        _world = Make("[profiles.default]\naddresses = 2\n");
        for (var address = 1; address <= 6; address++)
        {
            _world.SendFirst(5, $"192.168.4.{address}");
        }

        Assert.Equal((Mac(5), 2), Assert.Single(_world.EventsOf<DeviceLimitReached>()) is var e ? (e.Mac, e.Most) : default);
        Assert.Equal(4UL, _world.Count(Counter.RefusedDeviceLimit));
        _world.Advance(TimeSpan.FromDays(1), TimeSpan.FromHours(1));
        for (var address = 1; address <= 6; address++)
        {
            _world.SendFirst(5, $"192.168.4.{address}");
        }

        Assert.Equal(2, _world.EventsOf<DeviceLimitReached>().Count);
    }

    private Ipv4Address Lease(int client)
    {
        var offer = Assert.Single(Send(DhcpMessageType.Discover, client));
        Assert.True(EthernetPacket.TryParse(offer, out var ethernet));
        Assert.True(Ipv4Packet.TryParse(ethernet.Payload, out var packet));
        Assert.Equal((MacAddress.Broadcast, Ipv4Address.Broadcast), (ethernet.Destination, packet.Destination));
        var (_, address, named, _) = DhcpClients.Read(offer);
        Assert.Equal(Mac(client), named);
        var ack = DhcpClients.Read(Assert.Single(Send(
            DhcpMessageType.Request, client, f => f.Address(DhcpOption.ServerIdentifier, _world.Core.Dhcp!.Settings.Server).Address(DhcpOption.RequestedAddress, address))));
        Assert.Equal((DhcpMessageType.Ack, address), (ack.Type, ack.Address));
        return address;
    }

    private IReadOnlyList<byte[]> Send(DhcpMessageType type, int client, Action<DhcpFill>? fill = null) => Send(type, Mac(client), fill);

    private IReadOnlyList<byte[]> Send(DhcpMessageType type, MacAddress client, Action<DhcpFill>? fill)
    {
        _world.Access.Take();
        var message = new DhcpHarness().Message(type, client, fill);
        _world.Punt(PuntReason.Dhcp, DhcpClients.FrameOf(message, MacAddress.Broadcast, Mac(Extender), DhcpHeader.ServerPort, DhcpHeader.ClientPort));
        return _world.Access.Take();
    }
}
