using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane.Handlers;

/// <summary>Devices that try DNS over TLS: reset where the server is silent, so that they ask in the open.</summary>
public sealed class DotFallbackHandlerTests
{
    private const string Address = "47.31.128.195";
    private const string Server = "9.9.9.9";

    private readonly ControlHarness _world = new ControlHarness("access.vlans = [7]\npool.addresses = [\"137.118.199.50\"]\n").Ready();

    [Fact]
    public void Server_ThatIsSilent_IsMarked_AndItsClientIsResetInItsName()
    {
        Try(7);
        Assert.Empty(_world.Access.Take());

        _world.Advance(DotFallback.Patience);

        Assert.True(EthernetPacket.TryParse(Assert.Single(_world.Access.Take()), out var ethernet));
        Assert.True(Ipv4Packet.TryParse(ethernet.Payload, out var packet));
        Assert.True(TcpPacket.TryParse(packet.Payload, out var reset));
        Assert.Equal((Mac(1), (ushort)7, Ip(Server), Ip(Address)), (ethernet.Destination, ethernet.VlanId, packet.Source, packet.Destination));
        Assert.Equal((TcpControl.Rst | TcpControl.Ack, 7001U, (ushort)853, (ushort)4096), (reset.Flags, reset.AcknowledgmentNumber, reset.SourcePort, reset.DestinationPort));
        Assert.Equal(_world.Now + DotFallback.SilenceTime, _world.Map.Unanswered[Ip(Server)]);
        Assert.Equal((1UL, 1UL), (_world.Count(Counter.PrivateDnsSilent), _world.Count(Counter.PrivateDnsReset)));
    }

    [Fact]
    public void Server_ThatAnswers_IsLeftAlone()
    {
        Try();
        _world.Punt(PuntReason.PrivateDnsAnswer, Tcp(ControlHarness.UplinkMac, ControlHarness.RouterMac, Server, "137.118.199.50", 4096, TcpControl.Syn | TcpControl.Ack));

        _world.Advance(TimeSpan.FromSeconds(5));

        Assert.Empty(_world.Access.Take());
        Assert.Empty(_world.Map.Unanswered);
    }

    [Fact]
    public void Server_ThatIsKnownToBeSilent_IsAnsweredForAtOnce()
    {
        _world.Punt(PuntReason.PrivateDnsSilent, Tcp(ControlHarness.AccessMac, Mac(1), Address, Server, 853));

        Assert.Single(_world.Access.Take());
        Assert.Equal((0UL, 1UL), (_world.Count(Counter.PrivateDnsSilent), _world.Count(Counter.PrivateDnsReset)));
    }

    [Fact]
    public void Frame_ThatIsNoSyn_IsNotReset()
    {
        _world.Punt(PuntReason.PrivateDnsSilent, Udp(ControlHarness.AccessMac, Mac(1), Address, Server));
        _world.Punt(PuntReason.PrivateDnsSilent, Tcp(ControlHarness.AccessMac, Mac(1), Address, Server, 853, TcpControl.Ack));

        Assert.Empty(_world.Access.Take());
        Assert.Equal(0UL, _world.Count(Counter.PrivateDnsReset));
    }

    private void Try(ushort vlan = 0) => _world.Punt(PuntReason.PrivateDns, Tcp(ControlHarness.AccessMac, Mac(1), Address, Server, 853), vlan);
}
