using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>Answers that are too old, when there is no other (RFC 8767).</summary>
public sealed class ResolverStaleTests
{
    private readonly ResolverHarness _harness = new("192.0.2.53", "192.0.2.54");

    private void KeepAndAge(string name)
    {
        _harness.Ask(name);
        _harness.Wait(10);
        _harness.Reply(_harness.Last, Replies.Good(_harness.Last, ttl: 10));
        _harness.Wait(20_000);
    }

    [Fact]
    public void Ask_AllSilent_IsAnsweredFromBeforeAfterLessThanTwoSeconds()
    {
        KeepAndAge("a.example");
        var begun = _harness.Now;
        var client = _harness.Ask("a.example");
        _harness.Wait(Resolver.StaleAfter - TimeSpan.FromMilliseconds(1));
        Assert.Null(_harness.AnswerTo(client));
        _harness.Wait(1);
        Assert.Equal([30u], _harness.AssertAnswered(client).Ttls);
        Assert.Equal(begun + Resolver.StaleAfter, _harness.AssertAnswered(client).At);
        Assert.Equal(1, _harness.Counted(DnsCounter.Stale));
        _harness.AssertFinishes();
        Assert.Equal(0, _harness.Counted(DnsCounter.ServerFailures));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(700)]
    [InlineData(900)]
    [InlineData(1300)]
    [InlineData(1700)]
    public void Ask_OneSilentAndOneFailing_IsAnsweredFromBeforeAfterLessThanTwoSeconds(int milliseconds)
    {
        KeepAndAge("a.example");
        _harness.Script(0, milliseconds, Replies.Failure);
        _harness.Script(1, 0, _ => null);
        var client = _harness.Ask("a.example");
        _harness.Wait(Resolver.StaleAfter);
        Assert.Equal([30u], _harness.AssertAnswered(client).Ttls);
        _harness.AssertFinishes();
    }

    [Fact]
    public void Ask_AllFail_IsAnsweredFromBeforeAtOnce()
    {
        KeepAndAge("a.example");
        var client = _harness.Ask("a.example");
        _harness.Reply(_harness.Last, Replies.Failure(_harness.Last));
        _harness.Reply(_harness.Last, Replies.Failure(_harness.Last));
        Assert.Equal([30u], _harness.AssertAnswered(client).Ttls);
    }

    [Fact]
    public void Ask_OtherClientAfterAStaleAnswer_GetsItAtOnce()
    {
        KeepAndAge("a.example");
        _harness.Ask("a.example");
        _harness.Wait(Resolver.StaleAfter);
        Assert.Equal([30u], _harness.AssertAnswered(_harness.Ask("a.example", device: 2)).Ttls);
        _harness.AssertFinishes();
    }

    [Fact]
    public void Reply_AfterAStaleAnswer_MendsTheCache()
    {
        KeepAndAge("a.example");
        _harness.Ask("a.example");
        _harness.Wait(Resolver.StaleAfter);
        _harness.Reply(_harness.Open[0], Replies.Good(_harness.Open[0], ttl: 500));
        Assert.Equal([500u], _harness.AssertAnswered(_harness.Ask("a.example")).Ttls);
        _harness.AssertFinishes();
    }

    [Fact]
    public void Ask_AllDead_IsAnsweredFromBeforeAtOnceAndTheyAreAskedAllTheSame()
    {
        KeepAndAge("a.example");
        for (var i = 0; !_harness.Resolver.Upstreams.All(u => u.IsDead); i++)
        {
            _harness.Ask($"b{i}.example");
            _harness.Wait(5000);
        }

        var before = _harness.Sent.Count;
        Assert.Equal([30u], _harness.AssertAnswered(_harness.Ask("a.example")).Ttls);
        Assert.Equal(before + 1, _harness.Sent.Count);
        _harness.Reply(_harness.Last, Replies.Good(_harness.Last));
        Assert.Equal([300u], _harness.AssertAnswered(_harness.Ask("a.example")).Ttls);
        _harness.AssertFinishes();
    }

    [Fact]
    public void Ask_OlderThanADay_IsServerFailure()
    {
        KeepAndAge("a.example");
        _harness.Jump(DnsCache.MaxStale);
        var client = _harness.Ask("a.example");
        _harness.Wait(Resolver.Patience);
        Assert.Equal(DnsResponseCode.ServerFailure, _harness.AssertAnswered(client).Code);
    }

    [Fact]
    public void Ask_NegativeFromBefore_IsGivenAsIs()
    {
        _harness.Ask("a.example");
        _harness.Reply(_harness.Last, Replies.Negative(_harness.Last, DnsResponseCode.NameError, 5));
        _harness.Wait(10_000);
        var client = _harness.Ask("a.example");
        _harness.Wait(Resolver.StaleAfter);
        Assert.Equal((DnsResponseCode.NameError, 30u), (_harness.AssertAnswered(client).Code, _harness.AssertAnswered(client).Ttls[0]));
    }
}
