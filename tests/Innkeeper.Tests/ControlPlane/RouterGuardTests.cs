using Innkeeper.Events;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>Another host of the uplink answers ARP as the router.</summary>
public sealed class RouterGuardTests
{
    private static readonly MacAddress s_rival = Mac(66);
    private static readonly MacAddress s_spare = Mac(67);

    private readonly ControlHarness _world = new();

    /// <summary>The router is known.</summary>
    public RouterGuardTests()
    {
        _world.Ready();
        _world.AnswerAsRouter();
        _world.Advance(TimeSpan.FromSeconds(1.1), TimeSpan.FromMilliseconds(100));
        Assert.Equal(ControlHarness.RouterMac, _world.OneArm.Router);
        _world.Neighbors.Journal.Clear();
        _world.Uplink.Take();
    }

    private void Claim(MacAddress mac) => _world.HearOnUplink(ArpMessage.Announcement(mac, ControlHarness.Router));

    [Fact]
    public void ARival_WhileTheRouterAnswers_IsASpoofer_AndTheRouterIsKept()
    {
        Claim(s_rival);
        Assert.Contains(_world.Uplink.Take(), frame => ReadArp(frame, out var ethernet).TargetIp == ControlHarness.Router && ethernet.Destination == ControlHarness.RouterMac);
        _world.AnswerAsRouter();

        Assert.Equal([$"keep 137.118.199.1 {ControlHarness.RouterMac}"], _world.Neighbors.Journal);
        Assert.Equal(new RouterSpoofed(s_rival, ControlHarness.Router, ControlHarness.RouterMac), Assert.Single(_world.EventsOf<RouterSpoofed>()));

        // It goes on: nothing more is told.
        Claim(s_rival);
        _world.Advance(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1));
        Claim(s_rival);
        Assert.Single(_world.Neighbors.Journal);
        Assert.Single(_world.EventsOf<RouterSpoofed>());
        Assert.Equal(ControlHarness.RouterMac, _world.OneArm.Router);
    }

    [Fact]
    public void TheRival_IsGone_ArpDecidesAgain()
    {
        Claim(s_rival);
        _world.AnswerAsRouter();

        _world.Advance(TimeSpan.FromMinutes(6), TimeSpan.FromSeconds(1));

        Assert.Equal($"release 137.118.199.1 {ControlHarness.RouterMac}", _world.Neighbors.Journal[^1]);
    }

    [Fact]
    public void ASpare_WhenTheRouterIsSilent_IsTheRouter()
    {
        Claim(s_spare);
        _world.Advance(TimeSpan.FromSeconds(1.2), TimeSpan.FromMilliseconds(100));

        Assert.Equal(s_spare, _world.OneArm.Router);
        Assert.Equal([$"release 137.118.199.1 {s_spare}"], _world.Neighbors.Journal);
        Assert.Empty(_world.EventsOf<RouterSpoofed>());
    }

    [Fact]
    public void ASpoofer_IsStillOne_WhenTheRouterMoves()
    {
        Claim(s_rival);
        _world.AnswerAsRouter();
        Claim(s_spare);
        _world.Advance(TimeSpan.FromSeconds(1.2), TimeSpan.FromMilliseconds(100));

        // The former rival still claims the address.
        Assert.Equal(s_spare, _world.OneArm.Router);
        Assert.Equal($"keep 137.118.199.1 {s_spare}", _world.Neighbors.Journal[^1]);
    }

    [Fact]
    public void AfterARestart_TheRivalThatAnswersFirst_IsNotTheRouter()
    {
        _world.Restart();
        Claim(s_rival);
        _world.AnswerAsRouter();

        Assert.Equal(["release all", $"release 137.118.199.1 {ControlHarness.RouterMac}", $"keep 137.118.199.1 {ControlHarness.RouterMac}"], _world.Neighbors.Journal);
    }

    [Fact]
    public void TwoAnswer_BeforeTheRouterIsKnown_IsToldOnce_AndNeitherIsKept()
    {
        var world = new ControlHarness().Ready();
        for (var i = 0; i < 5; i++)
        {
            world.AnswerAsRouter();
            world.HearOnUplink(ArpMessage.Reply(s_rival, ControlHarness.Router, ControlHarness.UplinkMac, ControlHarness.UplinkNetwork.Address));
            world.Advance(TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(1));
        }

        Assert.Equal([ControlHarness.RouterMac, s_rival], Assert.Single(world.EventsOf<RouterContested>()).Claimants);
        Assert.Equal(["release all"], world.Neighbors.Journal);
        Assert.Null(world.OneArm.Router);
    }

    [Fact]
    public void Leave_ArpDecidesAgain()
    {
        Claim(s_rival);
        _world.AnswerAsRouter();

        _world.Core.Routers!.Leave();

        Assert.Equal($"release 137.118.199.1 {ControlHarness.RouterMac}", _world.Neighbors.Journal[^1]);
    }

    [Fact]
    public void AnotherRouterAddress_BeginsAnew()
    {
        Claim(s_rival);
        _world.AnswerAsRouter();

        _world.Change(_world.Network with { Router = Ip("137.118.199.9") });

        Assert.Equal($"release 137.118.199.1 {ControlHarness.RouterMac}", _world.Neighbors.Journal[^1]);
    }
}
