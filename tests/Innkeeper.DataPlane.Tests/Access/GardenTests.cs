using Innkeeper.Bindings;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.NaptHarness;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Access;

/// <summary>A held device that was answered for a listed name reaches that host, and nothing else by it.</summary>
public sealed class GardenTests : IDisposable
{
    private const uint Number = 9;
    private const string HeldMac = "02:00:00:00:01:09";
    private const string HeldClaimed = "10.0.0.9";
    private const string OtherMac = "02:00:00:00:01:0a";
    private const string OtherClaimed = "10.0.0.10";
    private const string Page = "198.51.100.80";
    private const string Inside = "100.64.0.9";
    private const ulong Hour = 3600UL * 1_000_000_000;

    private readonly NaptHarness _napt = new();

    public GardenTests()
    {
        Plane.AddPortal();
        Hold(Number, HeldMac, HeldClaimed);
        Hold(10, OtherMac, OtherClaimed);
        _ = Plane.Punts();
    }

    private Plane Plane => _napt.Plane;

    public void Dispose() => _napt.Dispose();

    private static ulong Monotonic => (ulong)System.Diagnostics.Stopwatch.GetElapsedTime(0).Ticks * 100;

    private void Hold(uint number, string mac, string claimed)
    {
        Plane.Table.Add(
            new Binding(number, new ClaimedAddress(new Station(0, MacAddress.Parse(mac)), Ipv4Address.Parse(claimed)), default, Ipv4Address.Parse(Gateway), true, default)
            {
                Shared = Ipv4Address.Parse(SharedAddress),
                Share = number,
                Meter = number,
                Policy = new BindingPolicy(IsHeld: true),
            },
            TimeSpan.Zero);
        Plane.Shared.OpenShare(number, Ipv4Address.Parse(SharedAddress));
    }

    private void Open(string remote, ulong? until = null, uint number = Number, uint generation = 0)
    {
        Assert.True(Plane.Bpf.Bindings.TryGet(number, out var slot));
        Plane.Bpf.Garden.Set(new GardenKey { Binding = number, Remote = Ipv4Address.Parse(remote), Generation = slot.Generation + generation }, until ?? Monotonic + Hour);
    }

    private void AssertHeld(Datagram packet, string mac = HeldMac) => _napt.AssertRefused(packet, DropReason.Held, mac);

    private ulong Counted(Action action)
    {
        var before = Plane.Bpf.GardenPackets;
        action();
        return Plane.Bpf.GardenPackets - before;
    }

    [Fact]
    public void Host_WithoutAnEntry_IsNotReached()
    {
        AssertHeld(Datagram.Tcp(HeldClaimed, 4000, Page, 443, Syn));
        Open(Page);
        AssertHeld(Datagram.Tcp(HeldClaimed, 4000, Server, 443, Syn));
    }

    [Fact]
    public void Host_WithAnEntry_IsReachedByTheSharedAddress_AndCounted() => Assert.Equal(3UL, Counted(() =>
    {
        Open(Page);
        _napt.AssertLeaves(Datagram.Tcp(HeldClaimed, 4000, Page, 443, Syn), HeldMac);
        _napt.AssertLeaves(Datagram.Udp(HeldClaimed, 4000, Page, 443), HeldMac);
        _napt.AssertLeaves(Datagram.Ping(HeldClaimed, Page, 7), HeldMac);
    }));

    [Fact]
    public void PortEighty_OfItsHost_IsTheHosts_AndElsewhereThePortals()
    {
        Open(Page);
        _napt.AssertLeaves(Datagram.Tcp(HeldClaimed, 4000, Page, 80, Syn), HeldMac);
        var elsewhere = Datagram.Tcp(HeldClaimed, 4001, Server, 80, Syn);
        Plane.AssertForwarded("from_access", elsewhere.Frame(AccessMac, HeldMac), elsewhere.From(Inside).To(Server, PortalPort).Frame(StackMac, StackMac));
    }

    /// <summary>Whoever's address: a server of the device's own choice adds no entries.</summary>
    [Fact]
    public void Dns_OfItsHost_IsStillTheGateways() => Assert.Equal(0UL, Counted(() =>
    {
        Open(Page);
        foreach (var query in (Datagram[])[Datagram.Udp(HeldClaimed, 4000, Page, 53), Datagram.Tcp(HeldClaimed, 4000, Page, 53, Syn)])
        {
            Plane.AssertForwarded("from_access", query.Frame(AccessMac, HeldMac), query.From(Inside).To(Page, DnsPort).Frame(StackMac, StackMac));
        }

        Plane.SetDns(isHere: false, fallback: Server);
        var away = Datagram.Udp(HeldClaimed, 4000, Page, 53);
        Plane.AssertForwarded("from_access", away.Frame(AccessMac, HeldMac), away.From(Inside).To(Page, DnsPort).Frame(StackMac, StackMac));
    }));

    [Fact]
    public void Entry_OfAnotherDevice_OpensNothing()
    {
        Open(Page);
        AssertHeld(Datagram.Tcp(OtherClaimed, 4000, Page, 443, Syn), OtherMac);
    }

    [Fact]
    public void Entry_OfAnEarlierBindingOfTheSlot_OpensNothing()
    {
        Open(Page, generation: uint.MaxValue);
        AssertHeld(Datagram.Tcp(HeldClaimed, 4000, Page, 443, Syn));
        Open(Page);
        Hold(Number, HeldMac, HeldClaimed);
        AssertHeld(Datagram.Tcp(HeldClaimed, 4000, Page, 443, Syn));
    }

    /// <summary>A connection that began goes on for an hour, and no other begins.</summary>
    [Fact]
    public void Entry_ThatHasEnded_LetsNothingBegin_AndConnectionsGoOnForAnHour()
    {
        Open(Page);
        _napt.AssertLeaves(Datagram.Tcp(HeldClaimed, 4000, Page, 443, Syn), HeldMac);

        Open(Page, Monotonic - 1_000_000_000);
        AssertHeld(Datagram.Tcp(HeldClaimed, 4001, Page, 443, Syn));
        AssertHeld(Datagram.Udp(HeldClaimed, 4001, Page, 443));
        AssertHeld(Datagram.Ping(HeldClaimed, Page, 7));
        _napt.AssertLeaves(Datagram.Tcp(HeldClaimed, 4000, Page, 443, Ack), HeldMac);

        Open(Page, Monotonic - Hour - 1_000_000_000);
        AssertHeld(Datagram.Tcp(HeldClaimed, 4000, Page, 443, Ack));
    }

    /// <summary>Its SYN went to the portal, so all the rest does.</summary>
    [Fact]
    public void PortEighty_WhenTheTimeIsOver_IsThePortalsForAllOfAConnection()
    {
        Open(Page, Monotonic - 1_000_000_000);
        foreach (var flags in (byte[])[Syn, Ack, Fin, Rst])
        {
            var packet = Datagram.Tcp(HeldClaimed, 4000, Page, 80, flags);
            Plane.AssertForwarded("from_access", packet.Frame(AccessMac, HeldMac), packet.From(Inside).To(Page, PortalPort).Frame(StackMac, StackMac));
        }
    }

    [Fact]
    public void Replies_Come_AndNothingUnasked()
    {
        Open(Page);
        var outside = _napt.AssertLeaves(Datagram.Tcp(HeldClaimed, 4000, Page, 443, Syn), HeldMac);
        _napt.AssertArrives(Datagram.Tcp(Page, 443, SharedAddress, outside, SynAck), Datagram.Tcp(Page, 443, HeldClaimed, 4000, SynAck), HeldMac);

        _napt.AssertKeptOut(Datagram.Tcp(Server, 443, SharedAddress, outside, SynAck), DropReason.InboundRefused);
        _napt.AssertKeptOut(Datagram.Tcp(Server, 443, SharedAddress, outside, Syn), DropReason.InboundRefused);
        _napt.AssertKeptOut(Datagram.Udp(Page, 443, SharedAddress, 5000), DropReason.NoMapping);
    }

    /// <summary>Entries that the control plane never writes.</summary>
    [Theory]
    [InlineData(Legal)]
    [InlineData(SharedAddress)]
    [InlineData(UplinkAddress)]
    [InlineData(PortalAddress)]
    [InlineData("100.64.0.1")]
    [InlineData("100.64.0.4")]
    [InlineData("137.118.199.77")]
    public void Address_OfThisGatewayOrItsDevices_IsNeverReached(string address)
    {
        Plane.Bpf.PoolNetworks.Set(new PoolKey { Prefix = 27, Network = Ipv4Address.Parse("137.118.199.64") }, 1);
        Open(address);
        AssertHeld(Datagram.Tcp(HeldClaimed, 4000, address, 443, Syn));
        AssertHeld(Datagram.Ping(HeldClaimed, address, 7));
        var page = Datagram.Tcp(HeldClaimed, 4000, address, 80, Syn);
        Plane.AssertForwarded("from_access", page.Frame(AccessMac, HeldMac), page.From(Inside).To(address, PortalPort).Frame(StackMac, StackMac));
    }

    [Fact]
    public void Device_ThatAHeldOneSpeaksWith_IsNotReached_AndDoesNotReachIt()
    {
        Open(Legal);
        AssertHeld(Datagram.Udp(HeldClaimed, 4000, Legal, 123));
        Open(Page);
        var outside = _napt.AssertLeaves(Datagram.Udp(HeldClaimed, 4000, Page, 443), HeldMac);
        _napt.AssertRefused(Datagram.Udp(OwnClaimed, 5000, SharedAddress, outside), DropReason.InboundRefused, OwnMac);
    }

    [Fact]
    public void Network_ThatTheProfileDenies_StaysDenied()
    {
        Open(Page);
        Plane.SetProfile(0, new ProfileSlot { Flags = ProfileFlags.Destinations, NextHop = Ipv4Address.Parse("137.118.199.1") });
        Plane.SetDestination(0, "198.51.100.0/24", Destination.Denied);
        _napt.AssertRefused(Datagram.Tcp(HeldClaimed, 4000, Page, 443, Syn), DropReason.Denied, HeldMac);
    }

    [Fact]
    public void Packet_WithItsTtlAtAnEnd_GetsItsAnswerFromTheHostsStack()
    {
        Open(Page);
        var frame = (Datagram.Tcp(HeldClaimed, 4000, Page, 443, Syn) with { Ttl = 1 }).Frame(AccessMac, HeldMac);
        Assert.Equal(Act.Redirect, Plane.Run("from_access", frame).Act);
    }

    [Fact]
    public void AdmittedDevice_IsNotCounted() => Assert.Equal(0UL, Counted(() => _napt.AssertUdpLeaves(4000)));
}
