using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.Ipv6;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>The gateway shows itself to devices as their IPv6 router.</summary>
public sealed class RouterAdvertiserTests
{
    private static readonly Ipv6Network s_first = Ipv6Network.Parse("2001:db8:1::/64");
    private static readonly Ipv6Network s_second = Ipv6Network.Parse("2001:db8:2::/64");
    private static readonly Ipv6Address s_device = Ipv6Address.Parse("fe80::d");

    private readonly RecordingSender _access;
    private readonly RouterAdvertiser _advertiser;
    private readonly HashSet<ushort> _served = [];
    private AdvertisedNetwork _network = new(s_first, [], null, null);
    private TimeSpan _now = TimeSpan.FromHours(1);
    private bool _isMuted;

    public RouterAdvertiserTests()
    {
        var world = new ControlHarness();
        _access = world.Access;
        _advertiser = new RouterAdvertiser(
            new Ipv6Sender(new CurrentNetwork(world.Network), world.Counters), [7, 0, 7], () => _network, () => _isMuted, vlan => _served.Contains(vlan));
    }

    private void Prefix(Ipv6Network? prefix) => _network = _network with { Prefix = prefix };

    /// <summary>Time passes second by second; what goes out meanwhile.</summary>
    /// <returns>At which second, in which VLAN, to whom and with which lifetime.</returns>
    private List<(int Second, ushort Vlan, MacAddress To, ushort Lifetime)> Sent(int seconds)
    {
        List<(int, ushort, MacAddress, ushort)> sent = [];
        for (var second = 0; second < seconds; second++)
        {
            _advertiser.Tick(_now);
            sent.AddRange(Take().Select(s => (second, s.Vlan, s.To, s.Message.LifetimeSeconds)));
            _now += TimeSpan.FromSeconds(1);
        }

        return sent;
    }

    private List<(ushort Vlan, MacAddress To, Ipv6Address Destination, RouterAdvertisement Message)> Take()
    {
        List<(ushort, MacAddress, Ipv6Address, RouterAdvertisement)> taken = [];
        foreach (var frame in _access.Ipv6)
        {
            Assert.True(EthernetPacket.TryParse(frame, out var ethernet));
            Assert.True(Ipv6Header.TryParse(ethernet.Payload, out var header));
            var message = RouterAdvertisement.Parse(ethernet.Payload);
            Assert.Equal((Ipv6Address.LinkLocalOf(ControlHarness.AccessMac), ControlHarness.AccessMac), (message!.Source, message.LinkLayer));
            taken.Add((ethernet.VlanId, ethernet.Destination, header.Destination, message));
        }

        _access.Ipv6.Clear();
        return taken;
    }

    /// <summary>The seconds at which an advertisement goes to all nodes of the untagged LAN.</summary>
    private List<int> Untagged(int seconds) => [.. Sent(seconds).Where(s => s.Vlan == 0 && s.To == Ipv6Address.AllNodes.MulticastMac()).Select(s => s.Second)];

    [Fact]
    public void All_AreToldThreeTimesAtTheStart_AndThenEvery30Minutes_InEveryVlan()
    {
        var all = Ipv6Address.AllNodes.MulticastMac();
        Assert.Equal([(0, 0, all, 5400), (0, 7, all, 5400), (16, 0, all, 5400), (16, 7, all, 5400), (32, 0, all, 5400), (32, 7, all, 5400)], Sent(1800));
        Assert.Equal([32, 1832], Untagged(2000));
    }

    [Fact]
    public void NextDue_IsTheNextAdvertisement()
    {
        Sent(1);
        Assert.Equal(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(16), _advertiser.NextDue(_now));
        Sent(100);
        Assert.Equal(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1832), _advertiser.NextDue(_now));
    }

    [Fact]
    public void NoPrefix_FromTheStart_NothingIsSent_WhoeverAsks()
    {
        Prefix(null);
        _advertiser.OnSolicitation(new Station(0, Mac(1)), s_device, _now);
        _advertiser.OnSolicitation(new Station(0, Mac(1)), Ipv6Address.Any, _now);
        Assert.Empty(Take());
        Assert.Empty(Sent(4000));

        Prefix(s_first);
        Assert.Equal([0, 16, 32], Untagged(100));
    }

    [Fact]
    public void Asker_WithAnAddress_IsAnsweredAloneAndAtOnce()
    {
        Sent(100);
        _advertiser.OnSolicitation(new Station(7, Mac(1)), s_device, _now);
        var (vlan, to, destination, message) = Assert.Single(Take());
        Assert.Equal((7, Mac(1), s_device, s_first), (vlan, to, destination, Assert.Single(message.Prefixes).Prefix));
        Assert.Empty(Sent(100));
    }

    [Fact]
    public void Askers_WithoutAnAddress_HearWhatAllAreTold_EveryThreeSecondsAtMost()
    {
        Sent(100);
        List<int> seconds = [];
        for (var second = 0; second < 10; second++)
        {
            _advertiser.OnSolicitation(new Station(0, Mac(second)), Ipv6Address.Any, _now);
            Assert.Empty(Take());
            seconds.AddRange(Untagged(1).Select(_ => second));
        }

        Assert.Equal([0, 3, 6, 9], seconds);
        Assert.Equal([1722], Untagged(1800)); // 30 min after the third of the start
    }

    [Fact]
    public void FloodOfAskers_IsAnsweredByOneToAll_AndDoesNotReachOtherVlans()
    {
        Sent(100);
        for (var i = 0; i < 10_000; i++)
        {
            _advertiser.OnSolicitation(new Station(7, Mac(i)), s_device, _now);
        }

        Assert.Equal(RouterAdvertiser.Burst, Take().Count);
        Assert.Equal([(0, (ushort)7, Ipv6Address.AllNodes.MulticastMac())], Sent(2).Select(s => (s.Second, s.Vlan, s.To)));
        _advertiser.OnSolicitation(new Station(0, Mac(1)), s_device, _now);
        _advertiser.OnSolicitation(new Station(7, Mac(1)), s_device, _now);
        Assert.Equal([0, 7], Take().Select(t => (int)t.Vlan));
    }

    [Fact]
    public void PrefixThatChanges_IsToldAtOnceThreeTimes_WithTheFormerOneDeprecated()
    {
        Sent(100);
        Prefix(s_second);
        _advertiser.Tick(_now);
        var message = Take()[0].Message;
        Assert.Equal(5400, message.LifetimeSeconds);
        Assert.Equal([(s_second, 2700u), (s_first, 0u)], message.Prefixes.Select(p => (p.Prefix, p.PreferredSeconds)));
        Assert.Equal([16, 32, 1832], Untagged(2000));
    }

    [Fact]
    public void PrefixThatGoes_EndsTheRouter_ForAsLongAsDevicesMayHaveIt()
    {
        Sent(100); // the last one with the prefix: second 32
        Prefix(null);
        var sent = Sent(10_000).Where(s => s.Vlan == 7).ToList();
        Assert.Equal([0, 16, 32, 1832, 3632], sent.Select(s => s.Second));
        Assert.All(sent, s => Assert.Equal(0, s.Lifetime));

        _advertiser.OnSolicitation(new Station(0, Mac(1)), s_device, _now);
        Assert.Empty(Take());
        Prefix(s_first);
        Assert.Equal([0, 16, 32], Untagged(100));
    }

    [Fact]
    public void ServersThatChange_AreNews()
    {
        Sent(100);
        _network = _network with { DnsServers = [Ipv6Address.Parse("2001:db8::53")] };
        Assert.Equal([0, 16, 32], Untagged(100));
        _network = _network with { DnsServers = [Ipv6Address.Parse("2001:db8::53")] };
        Assert.Empty(Untagged(100));
    }

    [Fact]
    public void VlanOfAnotherRouter_IsLeftToIt_AndToldAgainWhenThatIsGone()
    {
        _served.Add(7);
        Assert.DoesNotContain(Sent(100), s => s.Vlan == 7);
        _advertiser.OnSolicitation(new Station(7, Mac(1)), s_device, _now);
        Assert.Empty(Take());

        _served.Clear();
        Assert.Equal([0, 16, 32], Sent(100).Select(s => s.Second));
    }

    [Fact]
    public void RouterThatComesAndGoes_MakesNoMoreThanOneToAllInThreeSeconds()
    {
        var sent = 0;
        for (var i = 0; i < 100; i++)
        {
            _served.Add(0);
            sent += Untagged(1).Count;
            _served.Clear();
            sent += Untagged(1).Count;
        }

        Assert.InRange(sent, 40, 67);
    }

    [Fact]
    public void BothArmsInOneLan_NothingIsSent()
    {
        _isMuted = true;
        _advertiser.OnSolicitation(new Station(0, Mac(1)), s_device, _now);
        Assert.Empty(Take());
        Assert.Empty(Sent(100));
        _isMuted = false;
        Assert.Equal([0, 16, 32], Untagged(100));
    }

    [Fact]
    public void VlanThatIsNotServed_GetsNoAnswer()
    {
        Sent(100);
        _advertiser.OnSolicitation(new Station(8, Mac(1)), s_device, _now);
        Assert.Empty(Take());
    }
}
