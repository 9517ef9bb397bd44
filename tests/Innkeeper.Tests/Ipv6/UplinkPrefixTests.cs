using Innkeeper.Ipv6;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Ipv6;

/// <summary>The IPv6 outside, by the routers that show themselves there.</summary>
public sealed class UplinkPrefixTests
{
    private const string First = "2001:db8:1::/64";
    private const string Second = "2001:db8:2::/64";
    private const string Local = "fd00:1:2:3::/64";

    private static readonly Ipv6Address s_router = Ipv6Address.Parse("fe80::1");
    private static readonly Ipv6Address s_other = Ipv6Address.Parse("fe80::2");
    private static readonly TimeSpan s_start = TimeSpan.FromHours(1);

    private readonly UplinkPrefix _uplink = new(null);
    private TimeSpan _now = s_start;

    private static RouterAdvertisement Router(Ipv6Address address, ushort lifetime, params PrefixInformation[] prefixes) =>
        new(address, lifetime) { Prefixes = [.. prefixes] };

    private static PrefixInformation Prefix(string prefix, uint preferred = 1800, uint valid = 3600) => new(Ipv6Network.Parse(prefix), true, true, valid, preferred);

    private static Ipv6Outside Outside(string prefix, Ipv6Address router, int? mtu = null) => new(Ipv6Network.Parse(prefix), true, router, mtu);

    private bool Hear(RouterAdvertisement advertisement) => _uplink.OnAdvertisement(advertisement, _now);

    private bool After(double seconds)
    {
        _now += TimeSpan.FromSeconds(seconds);
        return _uplink.Expire(_now);
    }

    [Fact]
    public void Router_WithAPrefix_IsTheWayOut_ForItsLifetime()
    {
        Assert.Null(_uplink.Current);
        Assert.True(Hear(Router(s_router, 1200, Prefix(First)) with { Mtu = 1480 }));
        Assert.Equal(Outside(First, s_router, 1480), _uplink.Current);
        Assert.False(Hear(Router(s_router, 1200, Prefix(First)) with { Mtu = 1480 }));

        Assert.False(After(1199));
        Assert.True(After(1));
        Assert.Null(_uplink.Current);
    }

    [Fact]
    public void Prefix_EndsWithItsPreferredLifetime_AndLastsWithoutEndWhereThatIsTold()
    {
        Hear(Router(s_router, 9000, Prefix(First, preferred: 600)));
        Assert.False(After(599));
        Assert.True(After(1));
        Assert.Null(_uplink.Current);

        Assert.True(Hear(Router(s_router, 9000, Prefix(First, PrefixInformation.Infinite, PrefixInformation.Infinite))));
        Assert.False(After(8999));
        Assert.True(After(1));
    }

    [Fact]
    public void Lifetimes_AreCountedFromTheLatestAdvertisement()
    {
        Hear(Router(s_router, 1800, Prefix(First)));
        After(1700);
        Assert.False(Hear(Router(s_router, 1800, Prefix(First))));
        Assert.False(After(1799));
        Assert.True(After(1));
    }

    [Theory]
    [InlineData(0, true, true, 1800, 3600, First)] // no default router
    [InlineData(1800, false, true, 1800, 3600, First)]
    [InlineData(1800, true, false, 1800, 3600, First)]
    [InlineData(1800, true, true, 0, 3600, First)] // deprecated
    [InlineData(1800, true, true, 1800, 1799, First)] // RFC 4862 section 5.5.3 (c)
    [InlineData(1800, true, true, 1800, 3600, "2001:db8::/63")]
    [InlineData(1800, true, true, 1800, 3600, "2001:db8::/65")]
    [InlineData(1800, true, true, 1800, 3600, "fe80::/64")]
    [InlineData(1800, true, true, 1800, 3600, "fec0::/64")]
    [InlineData(1800, true, true, 1800, 3600, "ff02::/64")]
    [InlineData(1800, true, true, 1800, 3600, "::/64")]
    public void Prefix_OfNoUse_IsNoWayOut(ushort lifetime, bool isOnLink, bool isAutonomous, uint preferred, uint valid, string prefix)
    {
        Assert.False(Hear(Router(s_router, lifetime, Prefix(prefix, preferred, valid) with { IsOnLink = isOnLink, IsAutonomous = isAutonomous })));
        Assert.Null(_uplink.Current);
    }

    [Fact]
    public void Deprecated_PrefixIsLeftAtOnce_ForAnotherOrNone()
    {
        Hear(Router(s_router, 1800, Prefix(First), Prefix(Second)));
        Assert.True(Hear(Router(s_router, 1800, Prefix(First, 0))));
        Assert.Equal(Outside(Second, s_router), _uplink.Current);
        Assert.True(Hear(Router(s_router, 1800, Prefix(Second, 0, 7200))));
        Assert.Null(_uplink.Current);
        Assert.True(Hear(Router(s_router, 1800, Prefix(Second))));
    }

    [Fact]
    public void Prefix_ThatIsNoLongerMentioned_LastsForItsLifetime()
    {
        Hear(Router(s_router, 1800, Prefix(First)));
        Assert.False(Hear(Router(s_router, 1800, Prefix(Second))));
        After(1700);
        Hear(Router(s_router, 1800, Prefix(Second)));
        Assert.True(After(100));
        Assert.Equal(Outside(Second, s_router), _uplink.Current);
    }

    [Fact]
    public void Global_GoesBeforeLocal_WheneverItIsHeard()
    {
        Hear(Router(s_router, 1800, Prefix(Local)));
        Assert.Equal(Outside(Local, s_router), _uplink.Current);
        Assert.True(Hear(Router(s_router, 1800, Prefix(Local), Prefix(First))));
        Assert.Equal(Outside(First, s_router), _uplink.Current);
        Assert.False(Hear(Router(s_other, 1800, Prefix("fd00::/64"), Prefix(Second))));
        Assert.True(Hear(Router(s_router, 1800, Prefix(First, 0))));
        Assert.Equal(Outside(Second, s_other), _uplink.Current);
    }

    [Fact]
    public void RouterThatGoes_IsReplacedByAnother_WithTheSamePrefixFirst()
    {
        var third = Ipv6Address.Parse("fe80::3");
        Hear(Router(s_router, 1800, Prefix(First)));
        Assert.False(Hear(Router(s_other, 1800, Prefix(Second))));
        Assert.False(Hear(Router(third, 1800, Prefix(First))));

        Assert.True(Hear(Router(s_router, 0)));
        Assert.Equal(Outside(First, third), _uplink.Current);
        Assert.False(Hear(Router(s_router, 1800, Prefix(First)))); // it is back, and another serves
        Assert.True(Hear(Router(third, 0)));
        Assert.Equal(Outside(First, s_router), _uplink.Current);
        Assert.True(Hear(Router(s_router, 0)));
        Assert.Equal(Outside(Second, s_other), _uplink.Current);
        Assert.True(After(1800));
        Assert.Null(_uplink.Current);
    }

    [Theory]
    [InlineData(1279u, null)]
    [InlineData(1280u, 1280)]
    [InlineData(1500u, 1500)]
    [InlineData(1501u, null)]
    [InlineData(uint.MaxValue, null)]
    public void Mtu_WithinWhatTheLinkMayHave_IsTaken_AndKeptWhenNotTold(uint mtu, int? expected)
    {
        Hear(Router(s_router, 1800, Prefix(First)) with { Mtu = mtu });
        Assert.Equal(Outside(First, s_router, expected), _uplink.Current);
        Assert.False(Hear(Router(s_router, 1800, Prefix(First))));
        Assert.True(Hear(Router(s_router, 1800, Prefix(First)) with { Mtu = 1400 }));
    }

    [Fact]
    public void ConfiguredPrefix_NeedsARouterOnly()
    {
        var uplink = new UplinkPrefix(Ipv6Network.Parse("2001:db8:77::9/56"));
        Assert.False(uplink.OnAdvertisement(Router(s_router, 0, Prefix(First)), s_start));
        Assert.True(uplink.OnAdvertisement(Router(s_other, 1800), s_start));
        Assert.False(uplink.OnAdvertisement(Router(s_router, 1800, Prefix(First)), s_start));
        Assert.Equal(new Ipv6Outside(Ipv6Network.Parse("2001:db8:77::/56"), false, s_other, null), uplink.Current);
        Assert.True(uplink.OnAdvertisement(Router(s_other, 0), s_start));
        Assert.Equal(s_router, uplink.Current!.Router);
        Assert.True(uplink.Expire(s_start + TimeSpan.FromSeconds(1800)));
        Assert.Null(uplink.Current);
    }

    [Fact]
    public void InventedRoutersAndPrefixes_AreBounded_AndDriveOutNothingInUse()
    {
        Hear(Router(s_router, 1800, Prefix(First, 60)));
        for (var i = 0; i < 10_000; i++)
        {
            _now += TimeSpan.FromMilliseconds(1);
            Assert.False(Hear(Router(new Ipv6Address(s_router.Value + 2 + (UInt128)i), 9000, Prefix($"2001:db8:{i:x}:1::/64", 9000, 9000))));
            Assert.False(Hear(Router(s_router, 1800, Prefix($"2001:db8:{i:x}:2::/64"), Prefix(Second, 0))));
        }

        Assert.Equal(Outside(First, s_router), _uplink.Current);
        Assert.True(After(60));
        Assert.Equal(s_router, _uplink.Current!.Router);
        Assert.True(After(1800));
        Assert.StartsWith("2001:db8:27", $"{_uplink.Current!.Prefix}", StringComparison.Ordinal);
    }

    [Fact]
    public void NextDue_IsTheNextEndOrSolicitation()
    {
        Assert.Equal(TimeSpan.Zero, _uplink.NextDue);
        Assert.True(_uplink.TryTakeSolicitation(_now));
        Assert.Equal(_now + RouterSolicitations.Interval, _uplink.NextDue);

        Hear(Router(s_router, 1800, Prefix(First)));
        Hear(Router(s_other, 600));
        Assert.Equal(_now + TimeSpan.FromSeconds(600), _uplink.NextDue);
        After(600);
        Assert.Equal(s_start + TimeSpan.FromSeconds(1788), _uplink.NextDue);
        Assert.False(_uplink.TryTakeSolicitation(_now));
    }

    [Fact]
    public void LastRouterThatGoes_IsAskedForAtOnce()
    {
        _uplink.TryTakeSolicitation(_now);
        Hear(Router(s_router, 1800, Prefix(First)));
        After(100);
        Assert.False(_uplink.TryTakeSolicitation(_now));
        Hear(Router(s_router, 0));
        Assert.True(_uplink.TryTakeSolicitation(_now));
    }

    [Fact]
    public void RouterThatTakesOver_IsAskedBeforeItsOwnEnd()
    {
        Hear(Router(s_router, 1800, Prefix(First)));
        Hear(Router(s_other, 9000, Prefix(First, 7200, 7200)));
        Hear(Router(s_router, 0));
        Assert.Equal(s_start + TimeSpan.FromSeconds(7188), _uplink.NextDue);
    }

    [Fact]
    public void Reset_ForgetsAll_AndAsksAgain_WhileSolicitKeepsIt()
    {
        Hear(Router(s_router, 1800, Prefix(First)));
        _uplink.Solicit(_now);
        Assert.True(_uplink.TryTakeSolicitation(_now));
        Assert.NotNull(_uplink.Current);

        After(10);
        Assert.True(_uplink.Reset(_now));
        Assert.Null(_uplink.Current);
        Assert.False(_uplink.Reset(_now));
        Assert.True(_uplink.TryTakeSolicitation(_now));
    }

    [Fact]
    public void Packet_OfARouter_ComesThroughTheParser()
    {
        var buffer = new byte[RouterAdvertisementWriter.MaxSize];
        var writer = new RouterAdvertisementWriter(buffer, Router(s_router, 1800, Prefix(Local), Prefix(First)) with { Mtu = 1492 }, Ipv6Address.AllNodes);
        Assert.True(Hear(RouterAdvertisement.Parse(buffer.AsSpan(0, writer.Finish()))!));
        Assert.Equal(Outside(First, s_router, 1492), _uplink.Current);
    }
}
