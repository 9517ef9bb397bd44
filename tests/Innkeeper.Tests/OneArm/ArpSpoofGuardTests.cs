using Innkeeper.OneArm;
using Innkeeper.Wire;

namespace Innkeeper.Tests.OneArm;

public sealed class ArpSpoofGuardTests
{
    private static readonly MacAddress s_us = MacAddress.Parse("02:00:00:00:00:a1");
    private static readonly MacAddress s_router = MacAddress.Parse("02:00:00:00:00:01");
    private static readonly MacAddress s_other = MacAddress.Parse("02:00:00:00:01:02");
    private static readonly Ipv4Address s_ours = Ipv4Address.Parse("137.118.199.2");
    private static readonly Ipv4Address s_routers = Ipv4Address.Parse("137.118.199.1");

    private readonly ArpSpoofGuard _guard = new(s_us, s_ours, s_routers);
    private TimeSpan _now = TimeSpan.FromHours(1);

    private GuardAction Hear(MacAddress sender, Ipv4Address address) => _guard.OnArp(ArpMessage.Announcement(sender, address), _now);

    private GuardAction Pass(TimeSpan time)
    {
        _now += time;
        return _guard.Tick(_now, out _);
    }

    private void KnowRouter()
    {
        Hear(s_router, s_routers);
        Assert.Equal(GuardAction.RouterKnown, Pass(ArpSpoofGuard.AnswerTime));
    }

    [Fact]
    public void Router_HeardAloneForASecond_IsKnown()
    {
        Assert.Equal(GuardAction.None, Hear(s_router, s_routers));
        Assert.Null(_guard.RouterMac);
        Assert.Equal(_now + ArpSpoofGuard.AnswerTime, _guard.NextDue);
        Assert.Equal(GuardAction.None, Pass(ArpSpoofGuard.AnswerTime / 2));
        Assert.Equal(GuardAction.RouterKnown, Pass(ArpSpoofGuard.AnswerTime / 2));
        Assert.Equal(s_router, _guard.RouterMac);
        Assert.Null(_guard.NextDue);
    }

    [Fact]
    public void Router_ClaimedByTwoBeforeItIsKnown_IsContested_AndNoneIsASpoofer()
    {
        Hear(s_other, s_routers);
        Hear(s_router, s_routers);
        Assert.Equal(GuardAction.Contested, Pass(ArpSpoofGuard.AnswerTime));
        Assert.Equal([s_other, s_router], _guard.Contenders);
        Assert.Null(_guard.RouterMac);
        Assert.False(_guard.IsSpoofer(s_other) || _guard.IsSpoofer(s_router));

        // Asked again, one is left.
        KnowRouter();
    }

    [Fact]
    public void SecondClaimant_WhileTheRouterAnswers_IsASpoofer_AtEachClaim()
    {
        KnowRouter();
        Assert.Equal(GuardAction.AskRouter, Hear(s_other, s_routers));
        Assert.Equal(GuardAction.None, Hear(s_other, s_routers));
        Assert.Equal(GuardAction.Correct, Hear(s_router, s_routers));
        Assert.Equal((s_other, s_routers), _guard.Spoofer);
        Assert.Equal(s_router, _guard.OwnerOf(s_routers));
        Assert.Equal(GuardAction.None, Hear(s_router, s_routers));
        _now += TimeSpan.FromSeconds(10);
        Assert.Equal(GuardAction.Correct, Hear(s_other, s_routers));
    }

    [Fact]
    public void Router_ThatClaimsOurAddress_IsPutRight_ButNeverASpoofer()
    {
        KnowRouter();
        Assert.Equal(GuardAction.Correct, Hear(s_router, s_ours));
        Assert.Equal((s_router, s_ours), _guard.Spoofer);
        Assert.False(_guard.IsSpoofer(s_router));
    }

    [Fact]
    public void Spoofer_ThatTurnsOutToBeTheRouter_IsNoneAnyMore()
    {
        Hear(s_router, s_ours);
        Assert.True(_guard.IsSpoofer(s_router));
        KnowRouter();
        Assert.False(_guard.IsSpoofer(s_router));
    }

    [Fact]
    public void Corrections_OfOneSecond_AreLimited()
    {
        KnowRouter();
        var actions = Enumerable.Range(0, 20).Select(_ => Hear(s_other, s_ours)).ToList();
        Assert.Equal(5, actions.Count(a => a == GuardAction.Correct));
        Assert.Equal(15, actions.Count(a => a == GuardAction.LeaveUncorrected));
        _now += TimeSpan.FromSeconds(1);
        Assert.Equal(GuardAction.Correct, Hear(s_other, s_ours));
    }

    [Fact]
    public void SecondClaimant_WhileTheRouterIsSilent_IsTheRouter()
    {
        KnowRouter();
        Hear(s_other, s_routers);
        Assert.Equal(GuardAction.AskRouter, Pass(ArpSpoofGuard.AnswerTime / 2));
        Assert.Equal(GuardAction.None, Pass(ArpSpoofGuard.AnswerTime / 4));
        Assert.Equal(GuardAction.RouterKnown, Pass(ArpSpoofGuard.AnswerTime / 4));
        Assert.Equal(s_other, _guard.RouterMac);
        Assert.False(_guard.IsSpoofer(s_other));
    }

    [Fact]
    public void OurAddress_IsOurs_WhoeverClaimsIt()
    {
        Assert.Equal(GuardAction.Correct, Hear(s_other, s_ours));
        Assert.Equal(s_us, _guard.OwnerOf(s_ours));
        Assert.Equal(GuardAction.None, Hear(s_us, s_ours));
    }

    [Fact]
    public void Spoofer_SilentForFiveMinutes_IsFree()
    {
        Hear(s_other, s_ours);
        _now += ArpSpoofGuard.ReleaseTime - TimeSpan.FromSeconds(1);
        _guard.Tick(_now, out var freed);
        Assert.Empty(freed);
        _now += TimeSpan.FromSeconds(1);
        _guard.Tick(_now, out freed);
        Assert.Equal([s_other], freed);
        Assert.False(_guard.IsSpoofer(s_other));
    }

    [Fact]
    public void Know_FromBefore_IsNotAskedForAgain_AndASpooferThatAnswersFirstIsOne()
    {
        _guard.Know(s_router);
        Assert.Equal(GuardAction.AskRouter, Hear(s_other, s_routers));
        Assert.Equal(GuardAction.Correct, Hear(s_router, s_routers));
    }

    [Theory]
    [InlineData("137.118.199.33")]
    [InlineData("0.0.0.0")]
    [InlineData("47.31.128.195")]
    public void OtherAddress_OfAnybody_IsNoBusinessOfThis(string address)
    {
        KnowRouter();
        Assert.Equal(GuardAction.None, Hear(s_other, Ipv4Address.Parse(address)));
        Assert.Null(_guard.OwnerOf(Ipv4Address.Parse(address)));
    }
}
