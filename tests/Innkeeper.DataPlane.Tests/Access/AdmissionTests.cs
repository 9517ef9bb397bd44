using Innkeeper.Bindings;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.NaptHarness;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Access;

/// <summary>Who waits for the administrator reaches the gateway's own services and nothing else; who is blocked, nothing.</summary>
public sealed class AdmissionTests : IDisposable
{
    private const string HeldMac = "02:00:00:00:01:09";
    private const string HeldClaimed = "10.0.0.9";
    private const string HeldInside = "100.64.0.9";
    private const string Everybody = "ff:ff:ff:ff:ff:ff";

    private readonly Plane _plane = new();

    public AdmissionTests()
    {
        _plane.AddPortal();
        _plane.Bind(9, HeldMac, HeldClaimed, "0.0.0.0", Gateway, terms: new BindingPolicy(IsHeld: true));
        _ = _plane.Punts();
    }

    public void Dispose() => _plane.Dispose();

    public static TheoryData<string> Anywhere => [Server, Gateway, UplinkAddress, Legal, "137.118.199.33", PortalAddress];

    private static byte[] Held(Datagram packet) => packet.Frame(AccessMac, HeldMac);

    private void AssertRefused(Datagram packet)
    {
        var frame = Held(packet);
        _plane.AssertDropped("from_access", frame, DropReason.Held);
        var (reason, copy) = Assert.Single(_plane.Punts());
        Assert.Equal(PuntReason.Denied, reason);
        AssertFrame(frame, copy);
    }

    [Theory]
    [MemberData(nameof(Anywhere))]
    public void Held_AnythingElseAnywhere_IsDroppedAndHandedOverToBeRefused(string destination)
    {
        AssertRefused(Datagram.Tcp(HeldClaimed, 4000, destination, 443, Syn));
        AssertRefused(Datagram.Tcp(HeldClaimed, 4000, destination, 853, Syn));
        AssertRefused(Datagram.Udp(HeldClaimed, 4000, destination, 80));
        AssertRefused(Datagram.Ping(HeldClaimed, destination, 7));
        AssertRefused(Datagram.Ping(HeldClaimed, destination, 7) with { Ttl = 1 });
        AssertRefused(new Datagram(HeldClaimed, destination, 47));
    }

    [Theory]
    [MemberData(nameof(Anywhere))]
    public void Held_PageAndDnsAtAnyAddress_AreServed(string destination)
    {
        var page = Datagram.Tcp(HeldClaimed, 4000, destination, 80, Syn);
        _plane.AssertForwarded("from_access", Held(page), page.From(HeldInside).To(destination, PortalPort).Frame(StackMac, StackMac));
        var query = Datagram.Udp(HeldClaimed, 4000, destination, 53);
        _plane.AssertForwarded("from_access", Held(query), query.From(HeldInside).To(destination, DnsPort).Frame(StackMac, StackMac));
        Assert.Empty(_plane.Punts());
    }

    [Fact]
    public void Held_PageWithItsTtlAtAnEnd_IsRefusedBeyondUs() => AssertRefused(Datagram.Tcp(HeldClaimed, 4000, Server, 80, Syn) with { Ttl = 1 });

    [Fact]
    public void Held_Fragments_ShowNoPortAndAreRefused()
    {
        foreach (ushort fragment in (ushort[])[1, 100, 1 | Packets.MoreFragments])
        {
            var frame = Packets.Ipv4(AccessMac, HeldMac, HeldClaimed, Server, IpProtocol.Udp, new byte[24], fragment: fragment);
            _plane.AssertDropped("from_access", frame, DropReason.Held);
        }
    }

    [Fact]
    public void Held_ThePagesAnswer_LeavesFromTheAddressAndPortAsked()
    {
        var answer = Datagram.Tcp(Server, PortalPort, HeldInside, 4000, SynAck);
        _plane.AssertForwarded("from_stack", answer.Frame("02:00:00:00:00:ff", StackMac),
            answer.From(Server, 80).To(HeldClaimed).Frame(HeldMac, AccessMac), Links.ServiceRoutes.Mark);
    }

    [Fact]
    public void Held_AsksForItsGateway_IsAnswered() => _plane.AssertForwarded(
        "from_access",
        Packets.Arp(Everybody, HeldMac, ArpMessage.Request(MacAddress.Parse(HeldMac), Ipv4Address.Parse(HeldClaimed), Ipv4Address.Parse(Gateway))),
        Packets.Arp(HeldMac, AccessMac, ArpMessage.Reply(MacAddress.Parse(AccessMac), Ipv4Address.Parse(Gateway), MacAddress.Parse(HeldMac), Ipv4Address.Parse(HeldClaimed))));

    [Fact]
    public void Admitted_PageOfTheHeld_IsNotServed()
    {
        var page = Datagram.Tcp(Claimed, 4000, Server, 80, Syn);
        _plane.AssertForwarded("from_access", page.Frame(AccessMac, DeviceMac), page.From(Legal).Hop().Frame(AccessMac, DeviceMac));
    }

    [Theory]
    [InlineData(HeldMac, HeldClaimed, HeldInside)]
    [InlineData(DeviceMac, Claimed, Inside)]
    public void AnyDevice_ServiceAtThePortalsAddress_IsServedThereAlone(string mac, string claimed, string inside)
    {
        var asked = Datagram.Tcp(claimed, 4000, PortalAddress, OwnPort, Syn);
        _plane.AssertForwarded("from_access", asked.Frame(AccessMac, mac), asked.From(inside).To(PortalAddress, OwnLocal).Frame(StackMac, StackMac));
        foreach (var elsewhere in (string[])["100.64.0.1", "100.64.0.3", UplinkAddress])
        {
            Assert.Equal(Act.Drop, _plane.Run("from_access", asked.To(elsewhere).Frame(AccessMac, mac)).Act);
        }
    }

    [Fact]
    public void Blocked_ArpOfAnyKind_IsDroppedUnheard()
    {
        _plane.Block(HeldMac);
        var mac = MacAddress.Parse(HeldMac);
        foreach (var target in (string[])[Gateway, HeldClaimed, "8.8.8.8"])
        {
            foreach (var to in (string[])[Everybody, AccessMac])
            {
                _plane.AssertDropped("from_access", Packets.Arp(to, HeldMac, ArpMessage.Request(mac, Ipv4Address.Parse(HeldClaimed), Ipv4Address.Parse(target))), DropReason.Blocked);
            }
        }

        Assert.Empty(_plane.Punts());
    }

    [Fact]
    public void Blocked_PacketOfAnAddressWithoutBinding_IsDroppedUnheard()
    {
        const string Mac = "02:00:00:00:01:0a";
        _plane.Block(Mac);
        _plane.AssertDropped("from_access", Datagram.Udp("10.1.1.1", 4000, Server, 53).Frame(AccessMac, Mac), DropReason.Blocked);
        _plane.AssertDropped("from_access", Datagram.Tcp("10.1.1.1", 4000, Server, 80, Syn).Frame(AccessMac, Mac), DropReason.Blocked);
        Assert.Empty(_plane.Punts());
    }

    [Fact]
    public void Blocked_OneStation_LeavesTheOthersAlone()
    {
        _plane.Block(HeldMac);
        Assert.Equal(Act.Redirect, _plane.Run("from_access", Datagram.Udp(Claimed, 4000, Server, 123).Frame(AccessMac, DeviceMac)).Act);
    }
}
