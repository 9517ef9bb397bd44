using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.Wire;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>When a gateway counts as down, and when as up again.</summary>
public sealed class GatewayHealthTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly Ipv4Address s_router = Ipv4Address.Parse("192.0.2.1");
    private static readonly Ipv4Address s_guestRouter = Ipv4Address.Parse("198.51.100.1");

    private static GatewayHealth Make(params DateTimeOffset?[] downSince) => new(downSince);

    private static (List<int> Ask, List<int> WentDown) Tick(GatewayHealth health, double seconds, params int[] cannotAsk) =>
        health.Tick(TimeSpan.FromSeconds(seconds), s_noon.AddSeconds(seconds), g => !cannotAsk.Contains(g));

    private static bool Answered(GatewayHealth health, int gateway, double seconds) => health.Answered(gateway, TimeSpan.FromSeconds(seconds), s_noon.AddSeconds(seconds));

    [Fact]
    public void Tick_AtTheStart_AsksAll_AndNoneIsDown()
    {
        var health = Make(null, null);

        var (ask, wentDown) = Tick(health, 0);

        Assert.Equal([0, 1], ask);
        Assert.Empty(wentDown);
        Assert.Equal((false, null), (health.IsDown(0), health.Since(0)));
    }

    [Fact]
    public void Tick_AGatewayThatAnswers_IsAskedAgainAfterAnInterval()
    {
        var health = Make(null as DateTimeOffset?);
        Tick(health, 0);
        Assert.False(Answered(health, 0, 0.5));
        Assert.Equal(s_noon.AddSeconds(0.5), health.Since(0));

        Assert.Empty(Tick(health, 5.4).Ask);
        Assert.Equal(TimeSpan.FromSeconds(5.5), health.NextDue);
        Assert.Equal([0], Tick(health, 5.5).Ask);
        Answered(health, 0, 5.6);
        Assert.Equal(s_noon.AddSeconds(0.5), health.Since(0));
    }

    [Fact]
    public void Tick_AfterASilence_AsksThreeTimesMore_AndThenItIsDown()
    {
        var health = Make(null, null);
        Tick(health, 0);
        for (var second = 1; second <= GatewayHealth.Misses; second++)
        {
            Answered(health, 0, second);
            var (ask, wentDown) = Tick(health, second);
            Assert.Equal([1], ask);
            Assert.Empty(wentDown);
        }

        Assert.Equal([1], Tick(health, 4).WentDown);
        Assert.Equal((false, true, s_noon.AddSeconds(4)), (health.IsDown(0), health.IsDown(1), health.Since(1)));
    }

    [Fact]
    public void Tick_AnAnswerBetween_TheCountBeginsAnew()
    {
        var health = Make(null as DateTimeOffset?);
        for (var second = 0; second <= 3; second++)
        {
            Tick(health, second);
        }

        Answered(health, 0, 3.5);
        for (var second = 8.5; second < 12.5; second++)
        {
            Assert.Empty(Tick(health, second).WentDown);
        }

        Assert.Equal([0], Tick(health, 12.5).WentDown);
    }

    [Fact]
    public void Tick_AGatewayThatIsDown_IsAskedEverySecond_AndToldOfOnce_UntilItAnswers()
    {
        var health = Make(null as DateTimeOffset?);
        Tick(health, 0, cannotAsk: 0);
        for (var second = 1; second < 20; second++)
        {
            var (ask, wentDown) = Tick(health, second);
            Assert.Equal([0], ask);
            Assert.Empty(wentDown);
        }

        Assert.True(Answered(health, 0, 20));
        Assert.False(Answered(health, 0, 21));
        Assert.Equal((false, s_noon.AddSeconds(20)), (health.IsDown(0), health.Since(0)));
    }

    [Fact]
    public void Tick_WithoutItsInterface_IsDownAtOnce_AndWithItOnlyWhenItAnswers()
    {
        var health = Make(null, null);
        Tick(health, 0);
        Answered(health, 1, 0.1);

        var (ask, wentDown) = Tick(health, 6, cannotAsk: 1);
        Assert.Equal([0], ask);
        Assert.Equal([1], wentDown);
        Assert.Equal([1], Tick(health, 7).Ask.Except([0]));
        Assert.True(health.IsDown(1));
        Assert.True(Answered(health, 1, 7.1));
    }

    [Fact]
    public void Start_OfOneThatIsKnownToBeDown_IsDownUntilItAnswers_AndNotToldOfAgain()
    {
        var health = Make(null, s_noon.AddDays(-1));
        Assert.Equal((true, s_noon.AddDays(-1)), (health.IsDown(1), health.Since(1)));

        for (var second = 0; second < 10; second++)
        {
            Answered(health, 0, second);
            var (ask, wentDown) = Tick(health, second);
            Assert.Equal([1], ask);
            Assert.Empty(wentDown);
        }

        Assert.Equal((true, s_noon.AddDays(-1)), (health.IsDown(1), health.Since(1)));
        Assert.True(Answered(health, 1, 10));
        Assert.False(health.IsDown(1));
    }

    [Theory]
    [InlineData("guest-line", "198.51.100.1", false, true)]
    [InlineData("guest-line", "198.51.100.9", false, false)]
    [InlineData("other", "198.51.100.1", false, false)]
    [InlineData("main", "192.0.2.1", true, false)]
    [InlineData("main", "192.0.2.9", false, false)]
    public void Of_WhatIsKnownFromBefore_CountsForTheSameRouterUnderTheSameName(string name, string nextHop, bool isMainDown, bool isGuestLineDown)
    {
        var health = GatewayHealth.Of(Config, s_router, [new GatewayOutage(name, Ipv4Address.Parse(nextHop), s_noon)]);

        Assert.Equal((2, isMainDown, isGuestLineDown), (health.Count, health.IsDown(0), health.IsDown(1)));
    }

    [Fact]
    public void Of_NoRouterBeforeAndNow_IsDown_AndWithOneNowItCountsAsUp()
    {
        GatewayOutage none = new("main", Ipv4Address.Any, s_noon);

        Assert.True(GatewayHealth.Of(Config, null, [none]).IsDown(0));
        Assert.False(GatewayHealth.Of(Config, s_router, [none]).IsDown(0));
    }

    private static InnkeeperConfig Config => new() { Gateways = [new GatewayConfig { Name = "guest-line", NextHop = s_guestRouter }] };
}
