using Innkeeper.ControlPlane;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>Devices that ask by BOOTP (RFC 951): no message type, one reply, and the address is theirs for ever.</summary>
public sealed class BootpTests
{
    private static readonly DhcpSettings s_settings = DhcpSettings.Of(Ipv4Network.Parse("10.203.0.0/24")) with { NameServers = [Ip("10.203.0.1")], Domain = "guest.lan" };

    private ControlHarness _world = Make();

    private static ControlHarness Make(BootpMode mode = BootpMode.All) =>
        new ControlHarness("pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nnapt.enabled = false\n", dhcp: s_settings with { Bootp = mode }).Ready();

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Request_GetsAReplyOf300Octets_WithAnAddressMaskRouterAndNames(bool hasCookie, bool isBroadcast)
    {
        var frame = Assert.Single(Ask(1, hasCookie, isBroadcast));

        var reply = Read(frame, out var ethernet, out var to, out var size);
        Assert.Equal((300, (byte)2, DhcpMessageType.None), (size, frame[^300], reply.MessageType));
        Assert.True(s_settings.Network.Contains(reply.YourAddress) && reply.YourAddress != s_settings.Server);
        Assert.Equal(isBroadcast ? (MacAddress.Broadcast, Ipv4Address.Broadcast) : (Mac(1), reply.YourAddress), (ethernet.Destination, to));
        Assert.Equal((new Ipv4Address(s_settings.Network.Mask), s_settings.Router), (reply.AddressOf(DhcpOption.SubnetMask), reply.AddressOf(DhcpOption.Router)));
        Assert.Equal(s_settings.Server, reply.AddressOf(DhcpOption.DomainNameServer));
        foreach (var option in (DhcpOption[])[DhcpOption.LeaseTime, DhcpOption.ServerIdentifier, DhcpOption.RenewalTime, DhcpOption.ClientIdentifier])
        {
            Assert.False(reply.TryGet(option, out _), $"{option}");
        }
    }

    [Fact]
    public void Request_AgainAndLater_GetsTheSameAddress_AndItsDeviceIsBound()
    {
        var first = AddressOf(Ask(1));
        _world.Advance(TimeSpan.FromHours(30), TimeSpan.FromMinutes(5));

        Assert.Equal(first, AddressOf(Ask(1)));
        Assert.NotNull(_world.Core.Registry.Find(HarnessSteps.Claim(1, first.ToString())));
        Assert.Equal(2UL, _world.Count(Counter.DhcpBootpServed));
    }

    [Fact]
    public void Reply_WaitsUntilTheLeaseIsWritten()
    {
        _world.Store.IsSlow = true;

        Assert.Empty(Ask(1));
        _world.Store.Finish();

        Assert.Single(_world.Access.Take());
    }

    [Fact]
    public void Lease_OfAPinnedDevice_IsForAYear_AnothersAsUsual()
    {
        Pin(1);

        Ask(1);
        Ask(2);

        Assert.Equal([DhcpSettings.PinnedBootpLease, s_settings.RandomisedLease], _world.Store.Leases.OrderBy(l => l.Key.Station.Mac.Value).Select(l => l.Expires - l.Granted));
    }

    [Theory]
    [InlineData(BootpMode.Pinned, true, true)]
    [InlineData(BootpMode.Pinned, false, false)]
    [InlineData(BootpMode.None, true, false)]
    [InlineData(BootpMode.None, false, false)]
    public void Setting_DecidesWhoIsServed_AndARefusedDeviceIsAnEventADay(object mode, bool isPinned, bool isServed)
    {
        _world = Make((BootpMode)mode);
        if (isPinned)
        {
            Pin(1);
        }

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(isServed ? 1 : 0, Ask(1).Count);
            _world.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(isServed ? [] : [Mac(1)], _world.EventsOf<BootpRefused>().Select(e => e.Mac));
        _world.Advance(TimeSpan.FromDays(1), TimeSpan.FromHours(1));
        Ask(1);
        Assert.Equal(isServed ? 0 : 2, _world.EventsOf<BootpRefused>().Count);
    }

    [Fact]
    public void InventedDevices_MakeFewEvents()
    {
        _world = Make(BootpMode.None);
        for (var device = 1; device <= 500; device++)
        {
            Ask(device);
        }

        Assert.InRange(_world.EventsOf<BootpRefused>().Count, 1, DailyEvents.MostInWindow);
        Assert.Equal(500UL, _world.Count(Counter.DhcpBootpRefused));
    }

    [Fact]
    public void BlockedDevice_GetsNoReply()
    {
        _world.Bind(1, "47.31.128.195");
        _world.Decide(1, AdmissionState.Blocked);

        Assert.Empty(Ask(1));
    }

    private static Ipv4Address AddressOf(IReadOnlyList<byte[]> frames) => Read(Assert.Single(frames), out _, out _, out _).YourAddress;

    private static DhcpPacket Read(byte[] frame, out EthernetPacket ethernet, out Ipv4Address to, out int size)
    {
        Assert.True(EthernetPacket.TryParse(frame, out ethernet));
        Assert.True(Ipv4Packet.TryParse(ethernet.Payload, out var packet));
        Assert.True(UdpPacket.TryParse(packet.Payload, out var datagram));
        Assert.True(DhcpPacket.TryParse(datagram.Payload, out var message));
        (to, size) = (packet.Destination, datagram.Payload.Length);
        return message;
    }

    private void Pin(int device)
    {
        _world.Bind(device, $"47.31.128.{device}");
        _world.Decide(device, d => d with { PinnedLegal = Ip("137.118.199.55") });
    }

    private IReadOnlyList<byte[]> Ask(int device, bool hasCookie = true, bool isBroadcast = false)
    {
        _world.Access.Take();
        var buffer = new byte[600];
        var writer = new DhcpWriter(buffer, new DhcpHeader(false, 7, Mac(device)) { IsBroadcast = isBroadcast });
        var message = buffer[..writer.Finish()];
        if (!hasCookie)
        {
            message.AsSpan(236, 64).Clear();
        }

        _world.Punt(Innkeeper.DataPlane.PuntReason.Dhcp, DhcpClients.FrameOf(message, MacAddress.Broadcast, Mac(device), DhcpHeader.ServerPort, DhcpHeader.ClientPort));
        return _world.Access.Take();
    }
}
