using Innkeeper.Bindings;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.NaptHarness;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Nat;

/// <summary>A device that answers only in its own subnet: hosts outside appear to it as addresses there.</summary>
public sealed class AppearanceTests : IDisposable
{
    private const string Everybody = "ff:ff:ff:ff:ff:ff";
    private const string Other = "198.51.100.7";
    private const uint Number = 2;

    private readonly Plane _plane = new();

    public AppearanceTests()
    {
        _plane.Bind(Number, DeviceMac, Claimed, Legal, "0.0.0.0", terms: new BindingPolicy(AppearsLocal: true));
        Give("47.31.128.196", "47.31.128.197");
    }

    public void Dispose() => _plane.Dispose();

    [Fact]
    public void Caller_AppearsAsAnAddressOfTheSubnet_AndIsAnswered()
    {
        foreach (var call in (Datagram[])[
            Datagram.Tcp(Server, 4000, Legal, 80, Syn), Datagram.Udp(Server, 4000, Legal, 161), Datagram.Ping(Server, Legal, 7), new Datagram(Server, Legal, 47)])
        {
            var seen = Arrives(call);
            Assert.Contains(seen, s_addresses);
            Leaves(call.Protocol == IpProtocol.Icmp ? Datagram.Ping(Claimed, seen, 7, Datagram.EchoReply) : call with { Source = Claimed, Destination = seen, SourcePort = call.DestinationPort, DestinationPort = call.SourcePort }, Server);
        }
    }

    [Fact]
    public void TwoCallers_HaveTheNearestTwoAddresses_AndKeepThem()
    {
        var (one, two) = (Arrives(Datagram.Udp(Server, 4000, Legal, 161)), Arrives(Datagram.Udp(Other, 4000, Legal, 161)));
        Assert.Equal((s_addresses[0], s_addresses[1]), (one, two));
        Assert.Equal((one, two), (Arrives(Datagram.Tcp(Server, 5000, Legal, 80, Syn)), Arrives(Datagram.Tcp(Other, 5000, Legal, 80, Syn))));
        Leaves(Datagram.Udp(Claimed, 161, one, 4000), Server);
        Leaves(Datagram.Udp(Claimed, 161, two, 4000), Other);
    }

    [Fact]
    public void CallerBeyondTheAddresses_IsDropped_UntilOneWasSilentForFiveMinutes()
    {
        var first = Arrives(Datagram.Udp(Server, 4000, Legal, 161));
        Arrives(Datagram.Udp(Other, 4000, Legal, 161));
        var third = Datagram.Udp("198.51.100.8", 4000, Legal, 161);
        _plane.AssertDropped("from_uplink", third.Frame(UplinkMac, RouterMac), DropReason.Appearance);

        var places = _plane.Table.AppearancesOf(Number)!.Value;
        for (var i = 0; i < 2; i++)
        {
            if (places.Place[i].Remote == (BigEndian32)Ip(Server))
            {
                places.Place[i].LastSeen -= 301_000_000_000;
            }
        }

        _plane.Table.WriteAppearances(Number, places);
        Assert.Equal(first, Arrives(third));
        Leaves(Datagram.Udp(Claimed, 161, first, 4000), "198.51.100.8");
    }

    [Fact]
    public void Caller_BeforeAnyAddressIsFound_IsDropped()
    {
        _plane.Table.WriteAppearances(Number, null);
        _plane.AssertDropped("from_uplink", Datagram.Udp(Server, 4000, Legal, 161).Frame(UplinkMac, RouterMac), DropReason.Appearance);
    }

    [Fact]
    public void Device_ThatSendsToAnAddressThatStandsForNobody_ReachesNobody() =>
        _plane.AssertDropped("from_access", Datagram.Udp(Claimed, 161, "47.31.128.196", 4000).Frame(AccessMac, DeviceMac), DropReason.Appearance);

    /// <summary>The machine has a gateway after all: what it addresses itself keeps its address.</summary>
    [Fact]
    public void HostThatTheDeviceAddressesItself_KeepsItsAddress()
    {
        Leaves(Datagram.Udp(Claimed, 123, Server, 123), Server);
        Assert.Equal(Server, Arrives(Datagram.Udp(Server, 123, Legal, 123)));
        Assert.Contains(Arrives(Datagram.Udp(Other, 4000, Legal, 161)), s_addresses);
    }

    [Fact]
    public void OtherDevices_SeeCallersAsTheyAre() => _plane.AssertForwarded(
        "from_uplink", Datagram.Udp(Server, 4000, TwinLegal, 161).Frame(UplinkMac, RouterMac), Datagram.Udp(Server, 4000, Claimed, 161).Hop().Frame(TwinMac, AccessMac));

    [Theory]
    [InlineData(IpProtocol.Udp)]
    [InlineData(IpProtocol.Tcp)]
    [InlineData(47)]
    public void LaterFragments_BeforeTheirFirst_ChangeTheirAddressesToo(byte protocol)
    {
        var later = Packets.Ipv4(UplinkMac, RouterMac, Server, Legal, protocol, new byte[24], fragment: 100);
        var (act, frame) = _plane.Run("from_uplink", later);
        Assert.Equal(Act.Redirect, act);
        var seen = SourceOf(frame);
        Assert.Equal(Convert.ToHexString(Packets.Ipv4(DeviceMac, AccessMac, seen, Claimed, protocol, new byte[24], ttl: 63, fragment: 100)), Convert.ToHexString(frame));
        _plane.AssertForwarded(
            "from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, seen, protocol, new byte[24], fragment: 100),
            Packets.Ipv4(AccessMac, DeviceMac, Legal, Server, protocol, new byte[24], ttl: 63, fragment: 100));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(20)]
    public void ErrorOfTheDevice_AboutACallersPacket_QuotesWhatTheCallerSent(int quoted)
    {
        foreach (var call in (Datagram[])[Datagram.Udp(Server, 4000, Legal, 161), Datagram.Tcp(Server, 4000, Legal, 80, Syn)])
        {
            var atDevice = (call with { Source = Arrives(call) }).To(Claimed).Hop();
            var sent = Datagram.Error(Claimed, atDevice, quoted);
            var expected = Datagram.Error(Legal, call.Hop(), quoted).Hop();
            _plane.AssertForwarded("from_access", sent.Frame(AccessMac, DeviceMac), expected.Frame(AccessMac, DeviceMac));
        }
    }

    [Theory]
    [InlineData(Server)]
    [InlineData("198.18.0.1")]
    public void ErrorAboutTheDevicesAnswer_FromTheCallerOrARouter_ComesAsFromTheCaller(string from)
    {
        var seen = Arrives(Datagram.Udp(Server, 4000, Legal, 161));
        var answer = Datagram.Udp(Claimed, 161, seen, 4000);
        Leaves(answer, Server);
        var error = Datagram.Error(from, Datagram.Udp(Legal, 161, Server, 4000).Hop());
        var (act, frame) = _plane.Run("from_uplink", error.Frame(UplinkMac, RouterMac));
        Assert.Equal(Act.Redirect, act);
        Assert.Equal(Convert.ToHexString(Datagram.Error(seen, answer.Hop()).Hop().Frame(DeviceMac, AccessMac)), Convert.ToHexString(frame));
    }

    [Fact]
    public void OtherDevice_ByTheOutsideAddress_AppearsInTheSubnetToo()
    {
        var call = Datagram.Udp("10.9.8.7", 4000, Legal, 161);
        _plane.Bind(4, "02:00:00:00:01:04", "10.9.8.7", "137.118.199.53", "10.9.8.1");
        var (act, frame) = _plane.Run("from_access", call.Frame(AccessMac, "02:00:00:00:01:04"));
        Assert.Equal(Act.Redirect, act);
        var seen = SourceOf(frame);
        Assert.Contains(seen, s_addresses);
        (act, frame) = _plane.Run("from_access", Datagram.Udp(Claimed, 161, seen, 4000).Frame(AccessMac, DeviceMac));
        Assert.Equal(Act.Redirect, act);
        Assert.Equal(Convert.ToHexString(Datagram.Udp(Legal, 161, "10.9.8.7", 4000).Hop().Frame("02:00:00:00:01:04", AccessMac)), Convert.ToHexString(frame));
    }

    [Theory]
    [InlineData("47.31.128.196", true)]
    [InlineData("47.31.128.198", false)]
    public void Arp_ForAnAddressThatCallersAppearAs_IsAnsweredWithoutTheControlPlane(string target, bool isAnswered)
    {
        var request = Packets.Arp(Everybody, DeviceMac, ArpMessage.Request(MacAddress.Parse(DeviceMac), Ip(Claimed), Ip(target)));
        if (isAnswered)
        {
            _plane.AssertForwarded("from_access", request, Packets.Arp(DeviceMac, AccessMac, ArpMessage.Reply(MacAddress.Parse(AccessMac), Ip(target), MacAddress.Parse(DeviceMac), Ip(Claimed))));
        }
        else
        {
            Assert.Equal(Act.Drop, _plane.Run("from_access", request).Act);
        }
    }

    /// <summary>The host's stack cut the packet, or answers for the path: its packets come as from the caller too.</summary>
    [Fact]
    public void PacketOfTheSlowPath_ComesAsFromTheCaller()
    {
        var seen = Arrives(Datagram.Udp(Server, 4000, Legal, 161));
        var (act, frame) = _plane.Run("from_stack", Datagram.Udp(Server, 4000, Inside, 161).Frame(StackMac, EdgeMac));
        Assert.Equal(Act.Redirect, act);
        Assert.Equal(seen, SourceOf(frame));
    }

    [Fact]
    public void EndOfTheBinding_LeavesNothing()
    {
        Arrives(Datagram.Udp(Server, 4000, Legal, 161));
        _plane.Table.Clear(Number);
        Assert.Empty(_plane.Table.ReadAppearances());
    }

    private static readonly string[] s_addresses = ["47.31.128.196", "47.31.128.197"];

    private static Ipv4Address Ip(string text) => Ipv4Address.Parse(text);

    private static string SourceOf(byte[] frame) => new Ipv4Address(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(EthernetHeader.Size + 12))).ToString();

    private void Give(params string[] addresses)
    {
        var places = default(Appearances);
        for (var i = 0; i < addresses.Length; i++)
        {
            places.Place[i].Address = Ip(addresses[i]);
        }

        _plane.Table.WriteAppearances(Number, places);
    }

    /// <summary>The call comes to the device, every octet right.</summary>
    /// <returns>The address that the device sees it come from.</returns>
    private string Arrives(Datagram call)
    {
        var (act, frame) = _plane.Run("from_uplink", call.Frame(UplinkMac, RouterMac));
        Assert.Equal(Act.Redirect, act);
        var seen = SourceOf(frame);
        Assert.Equal(Convert.ToHexString(call.From(seen).To(Claimed).Hop().Frame(DeviceMac, AccessMac)), Convert.ToHexString(frame));
        return seen;
    }

    private void Leaves(Datagram packet, string to) =>
        _plane.AssertForwarded("from_access", packet.Frame(AccessMac, DeviceMac), packet.From(Legal).To(to).Hop().Frame(AccessMac, DeviceMac));
}
