using Innkeeper.Bindings;
using Innkeeper.Ipv6;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Ipv6;

/// <summary>Who has an IPv6 address on the access LAN, and for which the gateway answers.</summary>
public sealed class NeighborFindingsTests
{
    private static readonly Station s_device = new(0, MacAddress.Parse("02:00:00:00:10:01"));
    private static readonly Station s_other = new(0, MacAddress.Parse("02:00:00:00:10:02"));
    private static readonly Ipv6Address s_own = Ipv6Address.Parse("2a01:4f8:1:2::5");
    private static readonly Ipv6Address s_router = Ipv6Address.Parse("fe80::1");

    private readonly NeighborFindings _findings = new();
    private TimeSpan _now = TimeSpan.FromHours(1);

    private NeighborVerdict Ask(Ipv6Address target, Station? station = null, Ipv6Address? source = null) =>
        _findings.OnAsked(new NeighborAsker(station ?? s_device, source ?? s_own, target), _now);

    private List<NeighborAsker> After(TimeSpan time) => [.. _findings.TakeDue(_now += time)];

    [Fact]
    public void Target_ThatNoStationHas_IsAnsweredWhenTheWireWasAsked_AndAtOnceForAMinute()
    {
        Assert.Equal(NeighborVerdict.AskFirst, Ask(s_router));
        Assert.Equal(_now + NeighborFindings.AnswerTime, _findings.NextDue);
        Assert.Empty(After(NeighborFindings.AnswerTime - TimeSpan.FromMilliseconds(1)));
        Assert.Equal([new NeighborAsker(s_device, s_own, s_router)], After(TimeSpan.FromMilliseconds(1)));
        Assert.Equal(TimeSpan.MaxValue, _findings.NextDue);

        Assert.Equal(NeighborVerdict.Answer, Ask(s_router));
        Assert.Equal(NeighborVerdict.Answer, Ask(s_router, s_other, Ipv6Address.Parse("fd00::7")));
        _now += NeighborFindings.Lifetime;
        Assert.Equal(NeighborVerdict.AskFirst, Ask(s_router));
    }

    [Fact]
    public void TwoWhoAskMeanwhile_AreBothAnswered_AndTheWireIsAskedOnce()
    {
        Assert.Equal(NeighborVerdict.AskFirst, Ask(s_router));
        Assert.Equal(NeighborVerdict.StillAsking, Ask(s_router, s_other, Ipv6Address.Parse("fd00::7")));

        Assert.Equal([s_device, s_other], After(NeighborFindings.AnswerTime).Select(a => a.Station));
    }

    [Fact]
    public void Owner_ThatAnswersTheWire_IsLeftToAnswer()
    {
        Assert.Equal(NeighborVerdict.AskFirst, Ask(s_router));
        _findings.OnOwner(s_other, s_router, _now += TimeSpan.FromMilliseconds(20));

        Assert.Empty(After(NeighborFindings.AnswerTime));
        Assert.Equal(NeighborVerdict.Owned, Ask(s_router));
    }

    [Fact]
    public void Owner_SilentForAWhile_IsAsked_AndLosesTheAddressByItsSilence()
    {
        _findings.OnOwner(s_other, s_router, _now);
        Assert.Equal(NeighborVerdict.Owned, Ask(s_router));
        _now += NeighborFindings.Freshness + TimeSpan.FromMilliseconds(1);

        Assert.Equal(NeighborVerdict.AskFirst, Ask(s_router));
        Assert.Single(After(NeighborFindings.AnswerTime));
    }

    [Fact]
    public void DuplicateDetection_IsNeverAnswered_AndTellsTheOwner()
    {
        Assert.Equal(NeighborVerdict.DuplicateDetection, Ask(s_router, source: Ipv6Address.Any));
        Assert.Empty(After(TimeSpan.FromSeconds(1)));

        _now -= TimeSpan.FromMilliseconds(500);
        Assert.Equal(NeighborVerdict.Owned, Ask(s_router, s_other, Ipv6Address.Parse("fd00::7")));
    }

    [Fact]
    public void OwnAddress_OfTheAsker_IsNotAnswered()
    {
        Ask(s_router);

        Assert.Equal(NeighborVerdict.Owned, Ask(s_own));
    }

    [Fact]
    public void OtherVlan_HasNeighborsOfItsOwn()
    {
        _findings.OnOwner(s_other, s_router, _now);

        Assert.Equal(NeighborVerdict.AskFirst, Ask(s_router, s_device with { Vlan = 7 }));
    }

    [Fact]
    public void Flood_OfTargets_WaitsInABoundedQueue_AndOthersAreServedAfterIt()
    {
        var verdicts = Enumerable.Range(0, 100_000).Select(i => Ask(new Ipv6Address(s_router.Value + (UInt128)i))).ToList();

        Assert.Equal(NeighborFindings.MostWaiting, verdicts.Count(v => v == NeighborVerdict.AskFirst));
        Assert.Equal(100_000 - NeighborFindings.MostWaiting, verdicts.Count(v => v == NeighborVerdict.Limit));
        Assert.Equal(NeighborFindings.MostWaiting, After(NeighborFindings.AnswerTime).Count);
        Assert.Equal(NeighborVerdict.AskFirst, Ask(Ipv6Address.Parse("fe80::1:1:1")));
    }
}
