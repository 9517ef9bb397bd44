using System.Diagnostics;
using Innkeeper.Bindings;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.NaptHarness;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Services;

/// <summary>DNS while the control plane is away: the fallback resolver is asked, and answers as the server that the device asked.</summary>
public sealed class DnsAwayTests : IDisposable
{
    private const string Resolver = "9.9.9.9";
    private const string Asked = "8.8.8.8";
    private const string HeldMac = "02:00:00:00:01:09";
    private const string HeldClaimed = "10.0.0.9";

    private readonly Plane _plane = new();

    public DnsAwayTests() => _plane.SetDns(isHere: false, Resolver);

    public void Dispose() => _plane.Dispose();

    [Theory]
    [InlineData(Asked)]
    [InlineData(Gateway)]
    [InlineData(UplinkAddress)]
    [InlineData(PortalAddress)]
    [InlineData(TwinLegal)]
    [InlineData("192.168.7.53")]
    [InlineData(Resolver)]
    public void Query_ToAnyServer_IsAnsweredByTheFallbackAsThatServer(string asked)
    {
        var query = Datagram.Udp(Claimed, 5353, asked, 53);
        AssertDetoured(_plane, query);
        AssertReturns(_plane, Answer(query.From(Legal)), query);

        var segment = Datagram.Tcp(Claimed, 5354, asked, 53, Syn);
        AssertDetoured(_plane, segment);
        AssertReturns(_plane, Answer(segment.From(Legal)), segment);
    }

    [Fact]
    public void Query_OfADeviceThatSharesAnAddress_IsAnsweredAsTheServerAsked()
    {
        using var harness = new NaptHarness();
        harness.Plane.SetDns(isHere: false, Resolver);
        foreach (var query in (Datagram[])[Datagram.Udp(Claimed, 4000, Gateway, 53), Datagram.Tcp(Claimed, 4001, Gateway, 53, Syn)])
        {
            var (act, frame) = harness.Plane.Run("from_access", query.Frame(AccessMac, DeviceMac));
            Assert.Equal(Act.Redirect, act);
            var port = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(EthernetHeader.Size + Ipv4Header.Size));
            AssertFrame(query.From(harness.Shared, port).To(Resolver, 53).Hop().Frame(AccessMac, DeviceMac), frame);
            AssertReturns(harness.Plane, Answer(query.From(harness.Shared, port)), query);
        }
    }

    [Fact]
    public void Fallback_AtAnotherPort_IsAskedThere()
    {
        _plane.SetDns(isHere: false, Resolver, 5355);
        var query = Datagram.Udp(Claimed, 5353, Gateway, 53);
        _plane.AssertForwarded("from_access", query.Frame(AccessMac, DeviceMac), query.From(Legal).To(Resolver, 5355).Hop().Frame(AccessMac, DeviceMac));
        AssertReturns(_plane, Datagram.Udp(Resolver, 5355, Legal, 5353), query);
    }

    [Fact]
    public void Queries_OfOnePortToTwoServers_AreToldApartByTheirIdentifiers()
    {
        foreach (var (asked, id) in ((string, byte)[])[(Gateway, 1), (Asked, 2)])
        {
            Assert.Equal(Act.Redirect, _plane.Run("from_access", Message(AccessMac, DeviceMac, Claimed, asked, 5353, 53, id)).Act);
        }

        foreach (var (asked, id) in ((string, byte)[])[(Gateway, 1), (Asked, 2)])
        {
            _plane.AssertForwarded(
                "from_uplink", Message(UplinkMac, RouterMac, Resolver, Legal, 53, 5353, id), Message(DeviceMac, AccessMac, asked, Claimed, 53, 5353, id, ttl: 63));
        }
    }

    [Fact]
    public void Queries_MoreThanPlaces_OfOneServer_AreAllAnsweredAsThatServer()
    {
        for (ushort port = 5000; port < 5000 + (3 * DnsDetourArray.Length); port++)
        {
            AssertDetoured(_plane, Datagram.Udp(Claimed, port, Gateway, 53));
        }

        for (ushort port = 5000; port < 5000 + (3 * DnsDetourArray.Length); port++)
        {
            AssertReturns(_plane, Datagram.Udp(Resolver, 53, Legal, port), Datagram.Udp(Claimed, port, Gateway, 53));
        }
    }

    /// <summary>However much one device asks, another's query is not forgotten.</summary>
    [Fact]
    public void Queries_OfAnotherDevice_PushNothingOut()
    {
        AssertDetoured(_plane, Datagram.Udp(Claimed, 5353, Gateway, 53));
        for (ushort port = 1024; port < 3000; port++)
        {
            _plane.Run("from_access", Datagram.Udp(Claimed, port, Asked, 53).Frame(AccessMac, TwinMac));
        }

        AssertReturns(_plane, Datagram.Udp(Resolver, 53, Legal, 5353), Datagram.Udp(Claimed, 5353, Gateway, 53));
    }

    [Fact]
    public void Service_WhileItGivesSignsOfLife_AnswersItself()
    {
        var query = Datagram.Udp(Claimed, 5353, Asked, 53);
        foreach (var isHere in (bool[])[true, false, true])
        {
            _plane.SetDns(isHere, Resolver);
            _plane.AssertForwarded(
                "from_access", query.Frame(AccessMac, DeviceMac),
                isHere ? query.From(Inside).To(Asked, DnsPort).Frame(StackMac, StackMac) : query.From(Legal).To(Resolver, 53).Hop().Frame(AccessMac, DeviceMac));
        }
    }

    [Fact]
    public void SignOfLife_ThatIsOver_IsNone()
    {
        var query = Datagram.Udp(Claimed, 5353, Asked, 53);
        _plane.Bpf.DnsWatch.Set(0, new DnsWatch { Until = Monotonic() - 50_000_000, Fallback = Ipv4Address.Parse(Resolver), Port = 53 });
        AssertDetoured(_plane, query);
        _plane.Bpf.DnsWatch.Set(0, new DnsWatch { Until = Monotonic() + 10_000_000_000, Fallback = Ipv4Address.Parse(Resolver), Port = 53 });
        _plane.AssertForwarded("from_access", query.Frame(AccessMac, DeviceMac), query.From(Inside).To(Asked, DnsPort).Frame(StackMac, StackMac));
    }

    [Fact]
    public void WithoutFallback_AQueryGoesToTheServerItNames()
    {
        _plane.SetDns(isHere: false, null);
        var query = Datagram.Udp(Claimed, 5353, Asked, 53);
        _plane.AssertForwarded("from_access", query.Frame(AccessMac, DeviceMac), query.From(Legal).Hop().Frame(AccessMac, DeviceMac));
        AssertReturns(_plane, Datagram.Udp(Asked, 53, Legal, 5353), query);
    }

    /// <summary>No hole for tunnels: what a held device sends to port 53 is for the service alone.</summary>
    [Theory]
    [InlineData(Resolver)]
    [InlineData(null)]
    public void Held_HasNoDetour(string? fallback)
    {
        _plane.SetDns(isHere: false, fallback);
        _plane.Bind(9, HeldMac, HeldClaimed, "0.0.0.0", Gateway, terms: new BindingPolicy(IsHeld: true));
        foreach (var asked in (string[])[Asked, Gateway, Resolver, Legal])
        {
            var query = Datagram.Udp(HeldClaimed, 4000, asked, 53);
            _plane.AssertForwarded("from_access", query.Frame(AccessMac, HeldMac), query.From("100.64.0.9").To(asked, DnsPort).Frame(StackMac, StackMac));
        }
    }

    [Fact]
    public void Blocked_HasNoDetour()
    {
        _plane.Block(HeldMac);
        _plane.AssertDropped("from_access", Datagram.Udp(HeldClaimed, 4000, Asked, 53).Frame(AccessMac, HeldMac), DropReason.Blocked);
    }

    /// <summary>The service would ask it for the device, too; nothing else there can be reached.</summary>
    [Fact]
    public void Fallback_InANetworkThatTheProfileDenies_IsAskedForNames()
    {
        const string Router = "137.118.199.1";
        using var plane = new Plane(inbound: false, profile: ProfileFlags.DenyUplinks);
        plane.SetDns(isHere: false, Router);
        var query = Datagram.Udp(Claimed, 5353, Gateway, 53);
        plane.AssertForwarded("from_access", query.Frame(AccessMac, DeviceMac), query.From(Legal).To(Router, 53).Hop().Frame(AccessMac, DeviceMac));
        AssertReturns(plane, Datagram.Udp(Router, 53, Legal, 5353), query);

        // Nor does its answer count as a call of a host that the device may then answer; nor does that of a denied server's stand-in.
        var denied = query.To("137.118.199.77");
        plane.AssertForwarded("from_access", denied.Frame(AccessMac, DeviceMac), denied.From(Legal).To(Router, 53).Hop().Frame(AccessMac, DeviceMac));
        AssertReturns(plane, Datagram.Udp(Router, 53, Legal, 5353), denied);
        foreach (var other in (string[])[Router, "137.118.199.77"])
        {
            plane.AssertDropped("from_access", Datagram.Udp(Claimed, 5353, other, 123).Frame(AccessMac, DeviceMac), DropReason.Denied);
        }
    }

    /// <summary>A resolver of the first line's LAN cannot be reached by the second line.</summary>
    [Fact]
    public void Fallback_OfAnotherUplinksSubnet_IsNotAsked()
    {
        _plane.AddGuestLine();
        _plane.Bind(4, "02:00:00:00:01:04", "10.0.0.4", GuestLegal, "10.0.0.1", terms: GuestTerms);
        _plane.SetDns(isHere: false, "137.118.199.1");
        var query = Datagram.Udp("10.0.0.4", 5353, Asked, 53);
        _plane.AssertForwarded("from_access", query.Frame(AccessMac, "02:00:00:00:01:04"), query.From(GuestLegal).Hop().Frame(AccessMac, "02:00:00:00:01:04"));

        _plane.SetDns(isHere: false, Resolver);
        _plane.AssertForwarded("from_access", query.Frame(AccessMac, "02:00:00:00:01:04"), query.From(GuestLegal).To(Resolver, 53).Hop().Frame(AccessMac, "02:00:00:00:01:04"));
    }

    /// <summary>The LAN's router is the resolver. It answers a host of the LAN itself directly, so that one asks the server that it names.</summary>
    [Fact]
    public void OneArm_ForeignDevicesAreDetoured_AndTheLansOwnHostsAreNot()
    {
        const string Router = "137.118.199.1", LostMac = "02:00:00:00:04:04", Lost = "137.118.199.120", LostGateway = "137.118.199.254";
        using var plane = new Plane(flags: ConfigFlags.OneArm, profile: ProfileFlags.DenyUplinks);
        plane.Bind(4, LostMac, Lost, Lost, LostGateway, isLocal: true);
        plane.SetDns(isHere: false, Router);
        var query = Datagram.Udp(Claimed, 5353, Gateway, 53);
        plane.AssertForwarded("from_access", query.Frame(UplinkMac, DeviceMac), query.From(Legal).To(Router, 53).Hop().Frame(UplinkMac, DeviceMac));
        plane.AssertForwarded("from_uplink", Datagram.Udp(Router, 53, Legal, 5353).Frame(UplinkMac, RouterMac), Datagram.Udp(Gateway, 53, Claimed, 5353).Hop().Frame(DeviceMac, UplinkMac));

        var lost = Datagram.Udp(Lost, 5353, Asked, 53);
        plane.AssertForwarded("from_access", lost.Frame(UplinkMac, LostMac), lost.Hop().Frame(UplinkMac, LostMac));
    }

    /// <summary>Whoever sends from port 53 is not the server that the device asked.</summary>
    [Fact]
    public void Answer_OfAHostThatIsNotTheFallback_StaysAsItIs()
    {
        AssertDetoured(_plane, Datagram.Udp(Claimed, 5353, Gateway, 53));
        AssertReturns(_plane, Datagram.Udp(Server, 53, Legal, 5353), Datagram.Udp(Claimed, 5353, Server, 53));
    }

    [Fact]
    public void Fallback_OnThisHost_IsNotAsked()
    {
        _plane.SetDns(isHere: false, UplinkAddress);
        var query = Datagram.Udp(Claimed, 5353, Server, 53);
        _plane.AssertForwarded("from_access", query.Frame(AccessMac, DeviceMac), query.From(Legal).Hop().Frame(AccessMac, DeviceMac));
    }

    [Fact]
    public void Answer_LongAfterTheDetour_StaysAsItIs()
    {
        AssertDetoured(_plane, Datagram.Udp(Claimed, 5353, Gateway, 53));
        Assert.True(_plane.Bpf.DnsDetours.TryGet(2, out var detours));
        detours.Time -= 31_000_000_000;
        _plane.Bpf.DnsDetours.Set(2, detours);

        AssertReturns(_plane, Datagram.Udp(Resolver, 53, Legal, 5353), Datagram.Udp(Claimed, 5353, Resolver, 53));
    }

    [Fact]
    public void Answer_ThatComesAfterTheServiceIsBack_StillComesAsTheServerAsked()
    {
        var query = Datagram.Udp(Claimed, 5353, Gateway, 53);
        AssertDetoured(_plane, query);
        _plane.SetDns(isHere: true, Resolver);
        AssertReturns(_plane, Datagram.Udp(Resolver, 53, Legal, 5353), query);
    }

    [Fact]
    public void Fragment_OfAQuery_GoesItsWay()
    {
        var datagram = Packets.Udp(Claimed, Asked, 5353, 53, new byte[32]);
        var (act, frame) = _plane.Run(
            "from_access", Packets.Ipv4(AccessMac, DeviceMac, Claimed, Asked, IpProtocol.Udp, datagram, fragment: Packets.MoreFragments));
        Assert.Equal(Act.Redirect, act);
        Assert.Equal(Ipv4Address.Parse(Asked).ToString(), new System.Net.IPAddress(frame.AsSpan(30, 4)).ToString());
    }

    [Fact]
    public void Query_TooLongForTheUplink_ReachesTheFallbackBySlowPath()
    {
        var query = Datagram.Udp(Claimed, 5353, Gateway, 53) with { Length = 1600 };
        _plane.AssertForwarded("from_access", query.Frame(AccessMac, DeviceMac), Packets.Sealed(query.From(Inside).To(Resolver, 53).Frame(EdgeMac, EdgeMac)));
    }

    private static ulong Monotonic() => (ulong)(Stopwatch.GetTimestamp() * (1_000_000_000.0 / Stopwatch.Frequency));

    private static Datagram Answer(Datagram query) => query.Protocol == IpProtocol.Udp
        ? Datagram.Udp(Resolver, 53, query.Source, query.SourcePort)
        : Datagram.Tcp(Resolver, 53, query.Source, query.SourcePort, SynAck);

    private static void AssertDetoured(Plane plane, Datagram query) =>
        plane.AssertForwarded("from_access", query.Frame(AccessMac, DeviceMac), query.From(Legal).To(Resolver, 53).Hop().Frame(AccessMac, DeviceMac));

    /// <summary>The device gets it as the answer of the server that it asked.</summary>
    private static void AssertReturns(Plane plane, Datagram answer, Datagram query) => plane.AssertForwarded(
        "from_uplink", answer.Frame(UplinkMac, RouterMac),
        answer.From(query.Destination, 53).To(query.Source, query.SourcePort).Hop().Frame(DeviceMac, AccessMac));

    /// <summary>A datagram whose DNS identifier is given.</summary>
    private static byte[] Message(string toMac, string fromMac, string source, string destination, ushort sourcePort, ushort destinationPort, byte id, byte ttl = 64) =>
        Packets.Ipv4(toMac, fromMac, source, destination, IpProtocol.Udp, Packets.Udp(source, destination, sourcePort, destinationPort, [0, id, 1, 0, 0, 1]), ttl);
}
