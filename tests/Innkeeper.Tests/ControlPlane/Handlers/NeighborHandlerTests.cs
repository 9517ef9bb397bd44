using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Ipv6;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane.Handlers;

/// <summary>IPv6 where there is none outside: what the control plane sends for what devices send.</summary>
public sealed class NeighborHandlerTests
{
    private static readonly Ipv6Address s_own = Ipv6Address.Parse("2a01:4f8:1:2::5");
    private static readonly Ipv6Address s_router = Ipv6Address.Parse("fe80::1");

    private readonly ControlHarness _world = new ControlHarness("access.vlans = [7]\npool.addresses = [\"137.118.199.50\"]\n").Ready();

    public NeighborHandlerTests() => _world.Access.Ipv6.Clear();

    private static byte[] Frame(MacAddress source, MacAddress destination, ReadOnlySpan<byte> packet)
    {
        var frame = new byte[EthernetHeader.Size + packet.Length];
        EthernetHeader.Write(frame, destination, source, EtherTypes.Ipv6);
        packet.CopyTo(frame.AsSpan(EthernetHeader.Size));
        return frame;
    }

    private static byte[] Solicitation(int device, Ipv6Address source, Ipv6Address target)
    {
        Span<byte> packet = stackalloc byte[NeighborDiscoveryWriter.MaxSize];
        return Frame(Mac(device), target.SolicitedNode().MulticastMac(), packet[..NeighborDiscoveryWriter.NeighborSolicitation(packet, Mac(device), source, target)]);
    }

    private static byte[] Advertisement(int device, Ipv6Address target)
    {
        Span<byte> packet = stackalloc byte[NeighborDiscoveryWriter.MaxSize];
        return Frame(
            Mac(device), ControlHarness.AccessMac,
            packet[..NeighborDiscoveryWriter.NeighborAdvertisement(packet, Mac(device), target, Ipv6Address.LinkLocalOf(ControlHarness.AccessMac), NeighborBits.Solicited)]);
    }

    private static byte[] RouterAdvertisement(int device, ushort lifetime)
    {
        var source = Ipv6Address.LinkLocalOf(Mac(device));
        byte[] message = [134, 0, 0, 0, 64, 0, (byte)(lifetime >> 8), (byte)lifetime, 0, 0, 0, 0, 0, 0, 0, 0];
        Icmp6Checksum.Write(source, Ipv6Address.AllNodes, message);
        var packet = new byte[Ipv6Header.Size + message.Length];
        new Ipv6Header(source, Ipv6Address.AllNodes, Icmp6Types.NextHeader, (ushort)message.Length) { HopLimit = 255 }.Write(packet);
        message.CopyTo(packet, Ipv6Header.Size);
        return Frame(Mac(device), Ipv6Address.AllNodes.MulticastMac(), packet);
    }

    private static byte[] Datagram(Ipv6Address destination)
    {
        var packet = new byte[Ipv6Header.Size + 8];
        new Ipv6Header(s_own, destination, 17, 8).Write(packet);
        return Frame(Mac(1), ControlHarness.AccessMac, packet);
    }

    private List<(NeighborDiscoveryMessage Message, ushort Vlan, MacAddress To)> Sent()
    {
        List<(NeighborDiscoveryMessage, ushort, MacAddress)> sent = [];
        foreach (var frame in _world.Access.Ipv6)
        {
            if (EthernetPacket.TryParse(frame, out var ethernet) && NeighborDiscoveryMessage.TryParse(ethernet.Payload, out var message))
            {
                sent.Add((message, ethernet.VlanId, ethernet.Destination));
            }
        }

        _world.Access.Ipv6.Clear();
        return sent;
    }

    private static readonly TimeSpan s_wait = NeighborFindings.AnswerTime;

    [Fact]
    public void Router_ThatIsNotThere_IsAskedForOnTheWire_AndThenAnsweredFor()
    {
        _world.Punt(PuntReason.Neighbor, Solicitation(1, s_own, s_router), vlan: 7);

        var (question, vlan, to) = Assert.Single(Sent());
        Assert.Equal((NeighborDiscoveryKind.NeighborSolicitation, s_router, 7, s_router.SolicitedNode().MulticastMac()), (question.Kind, question.Target, vlan, to));
        Assert.Equal((Ipv6Address.LinkLocalOf(ControlHarness.AccessMac), ControlHarness.AccessMac), (question.Source, question.LinkLayer));
        _world.Advance(s_wait);
        var (answer, answeredVlan, asker) = Assert.Single(Sent());
        Assert.Equal((NeighborDiscoveryKind.NeighborAdvertisement, s_router, s_own, 7, Mac(1)), (answer.Kind, answer.Target, answer.Destination, answeredVlan, asker));
        Assert.Equal((ControlHarness.AccessMac, NeighborBits.Router | NeighborBits.Solicited), (answer.LinkLayer, answer.Bits));
    }

    [Fact]
    public void Neighbor_ThatAnswersTheQuestion_IsNotAnsweredFor()
    {
        _world.Punt(PuntReason.Neighbor, Solicitation(1, s_own, s_router));
        _world.Punt(PuntReason.Neighbor, Advertisement(2, s_router));
        Sent();

        _world.Advance(s_wait);

        Assert.Empty(Sent());
        Assert.Equal(1, _world.Counters.Read(Counter.NeighborAsked));
    }

    [Fact]
    public void GatewaysOwnAddress_IsAnsweredAtOnce()
    {
        var own = Ipv6Address.LinkLocalOf(ControlHarness.AccessMac);

        _world.Punt(PuntReason.Neighbor, Solicitation(1, s_own, own));

        Assert.Equal((NeighborDiscoveryKind.NeighborAdvertisement, own), (Assert.Single(Sent()).Message.Kind, own));
    }

    [Fact]
    public void OtherRouter_IsAnEvent_AndItsVlanIsLeftToItWhileItLasts()
    {
        _world.Punt(PuntReason.Neighbor, RouterAdvertisement(3, 1800));
        Assert.Equal(new Ipv6RouterFound(Mac(3), 0, Ipv6Address.LinkLocalOf(Mac(3))), Assert.Single(_world.EventsOf<Ipv6RouterFound>()));

        _world.Punt(PuntReason.Neighbor, Solicitation(1, s_own, s_router));
        _world.Advance(s_wait);
        Assert.Empty(Sent());

        _world.Punt(PuntReason.Neighbor, RouterAdvertisement(3, 0));
        _world.Punt(PuntReason.Neighbor, Solicitation(1, s_own, Ipv6Address.Parse("fe80::9")));
        _world.Advance(s_wait);
        Assert.Equal(2, Sent().Count);
        Assert.Single(_world.EventsOf<Ipv6RouterFound>());
    }

    [Fact]
    public void Packet_IsRefused_InItsVlan()
    {
        _world.Punt(PuntReason.NoIpv6, Datagram(Ipv6Address.Parse("2606:4700::1111")), vlan: 7);

        var frame = Assert.Single(_world.Access.Ipv6);
        Assert.True(EthernetPacket.TryParse(frame, out var ethernet));
        Assert.Equal((7, Mac(1), 1, 4), (ethernet.VlanId, ethernet.Destination, ethernet.Payload[Ipv6Header.Size], ethernet.Payload[Ipv6Header.Size + 1]));
        Assert.Equal(1, _world.Counters.Read(Counter.Ipv6Refused));
    }

    [Fact]
    public void BothArmsInOneLan_NothingIsAnswered()
    {
        foreach (var beacon in _world.Uplink.Take().Where(f => EthernetPacket.TryParse(f, out var ethernet) && LanBeacon.TryParse(ethernet.Payload, out _)).ToList())
        {
            _world.Punt(PuntReason.Peer, beacon);
        }

        Assert.True(_world.Core.OneLan!.IsOneLan);
        _world.Punt(PuntReason.Neighbor, Solicitation(1, s_own, s_router));
        _world.Punt(PuntReason.NoIpv6, Datagram(Ipv6Address.Parse("2606:4700::1111")));
        _world.Advance(s_wait);

        Assert.Empty(_world.Access.Ipv6);
    }
}
